//! Black-76 and Black-Scholes-Merton: prices, greeks, implied volatility.
//!
//! Conventions: vega and rho per 1.00; theta per year with calendar time; delta and gamma of Black-76 are with respect
//! to the forward and discounted, its theta is `-dV/dT` with forward and rate held, its rho `-T V`.
//! F. Black, "The pricing of commodity contracts", *Journal of Financial Economics* 3 (1976); R. Merton (1973).

use crate::contract::Right;
use crate::math::{exp, ln, norm_cdf, norm_pdf};

const SQRT_TWO_PI: f64 = 2.506_628_274_631_000_5;
/// Of the solver. Bisection alone closes the bracket to the last bit of any volatility above 1e-15 in about a hundred.
pub(crate) const MOST_STEPS: usize = 200;

/// Price and sensitivities of one long option.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Greeks {
    /// Price (index points).
    pub price: f64,
    /// Per point of the underlying.
    pub delta: f64,
    /// Per point squared.
    pub gamma: f64,
    /// Per 1.00 of volatility.
    pub vega: f64,
    /// Per year.
    pub theta: f64,
    /// Per 1.00 of the rate.
    pub rho: f64,
}

/// Why a price has no implied volatility.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum ImpliedVolError {
    /// Some input is not a finite number, or forward, strike, time or discount are not positive.
    #[error("inputs must be finite and positive")]
    BadInput,
    /// The price is below what exercise is worth.
    #[error("price {price} is below the discounted intrinsic value {intrinsic}")]
    BelowIntrinsic {
        /// The price.
        price: f64,
        /// Its lower bound.
        intrinsic: f64,
    },
    /// The price is not below the value of the option at infinite volatility.
    #[error("price {price} is not below the limit {limit}")]
    AboveLimit {
        /// The price.
        price: f64,
        /// Its upper bound.
        limit: f64,
    },
    /// The bracket around the answer did not close. Never seen; an error so that it could not pass unseen.
    #[error("no volatility found for the price {price}")]
    NotFound {
        /// The price.
        price: f64,
    },
}

/// Black-76 price (points) for a forward, a strike, `t` years, a discount factor and a volatility.
///
/// Without time or volatility it is the discounted intrinsic value.
#[inline]
pub fn price(right: Right, forward: f64, strike: f64, t: f64, discount: f64, vol: f64) -> f64 {
    price_by_deviation(right, forward, strike, discount, vol * t.max(0.0).sqrt())
}

/// The same from the standard deviation to expiry, `vol * sqrt(t)`.
#[inline]
pub fn price_by_deviation(
    right: Right,
    forward: f64,
    strike: f64,
    discount: f64,
    deviation: f64,
) -> f64 {
    price_at(
        right.sign(),
        forward,
        strike,
        discount,
        ln(strike / forward),
        deviation,
    )
}

/// The same with log-moneyness `k = ln(strike / forward)` at hand, `sign` +1 for a call and -1 for a put. No branches:
/// the body of [`crate::kernel`]. Selections instead of `f64::max`, which would turn NaN into a price of zero.
#[inline(always)]
pub(crate) fn price_at(
    sign: f64,
    forward: f64,
    strike: f64,
    discount: f64,
    k: f64,
    deviation: f64,
) -> f64 {
    let d1 = 0.5 * deviation - k / deviation;
    let with_time =
        sign * (forward * norm_cdf(sign * d1) - strike * norm_cdf(sign * (d1 - deviation)));
    // Without time and at the money `d1` is 0/0: the value is not used.
    let value = if deviation <= 0.0 {
        sign * (forward - strike)
    } else {
        with_time
    };
    let value = if value < 0.0 { 0.0 } else { value };
    discount * value
}

/// Discounted Black-76 delta, `D cp N(cp d1)`.
#[inline]
pub fn delta(right: Right, forward: f64, strike: f64, t: f64, discount: f64, vol: f64) -> f64 {
    let sign = right.sign();
    let deviation = vol * t.max(0.0).sqrt();
    if deviation <= 0.0 {
        return if sign * (forward - strike) > 0.0 {
            discount * sign
        } else {
            0.0
        };
    }
    discount * sign * norm_cdf(sign * (ln(forward / strike) / deviation + 0.5 * deviation))
}

/// Black-76 greeks.
pub fn greeks(right: Right, forward: f64, strike: f64, t: f64, discount: f64, vol: f64) -> Greeks {
    let value = price(right, forward, strike, t, discount, vol);
    let deviation = vol * t.max(0.0).sqrt();
    let slope = delta(right, forward, strike, t, discount, vol);
    if deviation <= 0.0 {
        return Greeks {
            price: value,
            delta: slope,
            gamma: 0.0,
            vega: 0.0,
            theta: 0.0,
            rho: -t * value,
        };
    }
    let d1 = ln(forward / strike) / deviation + 0.5 * deviation;
    let density = discount * norm_pdf(d1);
    let rate = -ln(discount) / t;
    Greeks {
        price: value,
        delta: slope,
        gamma: density / (forward * deviation),
        vega: forward * density * t.sqrt(),
        theta: rate * value - forward * density * vol / (2.0 * t.sqrt()),
        rho: -t * value,
    }
}

/// Black-Scholes-Merton greeks for a spot, a rate `r` and a dividend yield `q`, both continuous per year.
///
/// Delta and gamma are with respect to the spot; theta is `-dV/dT`; rho holds spot and yield.
pub fn greeks_merton(
    right: Right,
    spot: f64,
    strike: f64,
    t: f64,
    r: f64,
    q: f64,
    vol: f64,
) -> Greeks {
    let growth = exp((r - q) * t);
    let discount = exp(-r * t);
    let carry = exp(-q * t);
    let forward = spot * growth;
    let sign = right.sign();
    let value = price(right, forward, strike, t, discount, vol);
    let deviation = vol * t.max(0.0).sqrt();
    if deviation <= 0.0 {
        let inside = f64::from(sign * (forward - strike) > 0.0);
        return Greeks {
            price: value,
            delta: sign * carry * inside,
            gamma: 0.0,
            vega: 0.0,
            theta: 0.0,
            rho: 0.0,
        };
    }
    let d1 = ln(forward / strike) / deviation + 0.5 * deviation;
    let n1 = norm_cdf(sign * d1);
    let n2 = norm_cdf(sign * (d1 - deviation));
    let density = carry * norm_pdf(d1);
    Greeks {
        price: value,
        delta: sign * carry * n1,
        gamma: density / (spot * deviation),
        vega: spot * density * t.sqrt(),
        theta: -spot * density * vol / (2.0 * t.sqrt())
            + sign * (q * spot * carry * n1 - r * strike * discount * n2),
        rho: sign * strike * t * discount * n2,
    }
}

/// The volatility at which Black-76 gives `price`.
///
/// Bracketed: the answer is always inside a shrinking interval that holds the root, and every failure is an error. It
/// works on the out-of-the-money option of the same strike, whose value holds all the information, and solves for the
/// logarithm of that value, which is close to linear in `1 / deviation^2` far out of the money.
///
/// # Errors
/// [`ImpliedVolError`] for bad inputs and prices outside the no-arbitrage bounds. A price exactly at intrinsic value
/// has no information about volatility and is below the bound.
pub fn implied_vol(
    right: Right,
    forward: f64,
    strike: f64,
    t: f64,
    discount: f64,
    price: f64,
) -> Result<f64, ImpliedVolError> {
    let (option, mut search) = Outside::of(right, forward, strike, t, discount, price)?;
    for _ in 0..MOST_STEPS {
        let (closer, is_found) = option.closer(search);
        search = closer;
        if is_found {
            return Ok(search.guess / t.sqrt());
        }
    }
    Err(ImpliedVolError::NotFound { price })
}

/// An option out of the money whose undiscounted value is known.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Outside {
    /// +1 for a call, -1 for a put.
    pub sign: f64,
    /// Forward (points).
    pub forward: f64,
    /// Strike (points).
    pub strike: f64,
    /// Log-moneyness.
    pub k: f64,
    /// Logarithm of the value.
    pub target: f64,
}

/// The standard deviations between which the one looked for is, and the one to look at next.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Search {
    /// Worth less than the option.
    pub low: f64,
    /// Worth more, or as much.
    pub high: f64,
    /// Next, or the answer.
    pub guess: f64,
}

impl Outside {
    /// The option of the same strike that is out of the money, with the first guess; see [`implied_vol`].
    pub(crate) fn of(
        right: Right,
        forward: f64,
        strike: f64,
        t: f64,
        discount: f64,
        price: f64,
    ) -> Result<(Outside, Search), ImpliedVolError> {
        let inputs = [forward, strike, t, discount, price];
        if inputs.iter().any(|v| !v.is_finite())
            || [forward, strike, t, discount].iter().any(|v| *v <= 0.0)
        {
            return Err(ImpliedVolError::BadInput);
        }
        let undiscounted = price / discount;
        let intrinsic = (right.sign() * (forward - strike)).max(0.0);
        let limit = if right == Right::Call {
            forward
        } else {
            strike
        };
        let value = undiscounted - intrinsic;
        if value <= 0.0 {
            return Err(ImpliedVolError::BelowIntrinsic {
                price,
                intrinsic: discount * intrinsic,
            });
        }
        if undiscounted >= limit {
            return Err(ImpliedVolError::AboveLimit {
                price,
                limit: discount * limit,
            });
        }
        let outside = if forward > strike {
            Right::Put
        } else {
            Right::Call
        };
        let k = ln(strike / forward);
        let option = Outside {
            sign: outside.sign(),
            forward,
            strike,
            k,
            target: ln(value),
        };
        let search = Search {
            low: 0.0,
            // At 80 deviations every option is worth its limit to the last bit.
            high: 80.0,
            // Where vega is largest (S. Manaster & G. Koehler 1982); at the money, the inverse of the first-order price.
            guess: f64::max((2.0 * k.abs()).sqrt(), SQRT_TWO_PI * value / forward),
        };
        Ok((option, search))
    }

    /// One step of the search, and whether its guess is the answer. No branches: the body of [`crate::kernel::implied`].
    #[inline(always)]
    pub(crate) fn closer(&self, search: Search) -> (Search, bool) {
        let Search { low, high, guess } = search;
        let found = price_at(self.sign, self.forward, self.strike, 1.0, self.k, guess);
        let miss = ln(found) - self.target;
        let (low, high) = if miss < 0.0 {
            (guess, high)
        } else {
            (low, guess)
        };
        // The density is that of its negative: with the sign, one exponential serves it and the price.
        let d1 = self.sign * (0.5 * guess - self.k / guess);
        // Newton on the logarithm of the price; bisection wherever it leaves the bracket or there is no vega.
        let newton = guess - miss * found / (self.forward * norm_pdf(d1));
        let next = if (newton >= low) & (newton <= high) {
            newton
        } else {
            0.5 * (low + high)
        };
        // Newton squares its error: after a step this small only rounding is left, around which it would circle.
        let is_found = (miss == 0.0) | ((next - guess).abs() <= 1e-10 * guess);
        let guess = next;
        (Search { low, high, guess }, is_found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `f64::max` returns the other argument for NaN: a broken input was once priced at zero.
    #[test]
    fn w18_a_broken_input_is_not_a_price_of_zero() {
        for right in [Right::Call, Right::Put] {
            assert!(price(right, f64::NAN, 4000.0, 0.1, 1.0, 0.2).is_nan());
            assert!(price(right, 4000.0, f64::NAN, 0.1, 1.0, 0.2).is_nan());
            assert!(price(right, 4000.0, 4000.0, 0.1, f64::NAN, 0.2).is_nan());
            assert!(price(right, 4000.0, 4000.0, 0.1, 1.0, f64::NAN).is_nan());
        }
    }

    #[test]
    fn without_deviation_a_price_is_intrinsic_at_the_money_too() {
        assert_eq!(price(Right::Call, 4000.0, 4000.0, 0.0, 0.5, 0.2), 0.0);
        assert_eq!(price(Right::Put, 4000.0, 4100.0, 0.1, 0.5, 0.0), 50.0);
        assert_eq!(price(Right::Call, 4000.0, 4100.0, 0.0, 0.5, 0.2), 0.0);
    }

    /// Where Newton starts exactly on the answer, there is nothing to improve: `deviation = sqrt(2 |k|)`.
    #[test]
    fn w24_a_first_guess_that_is_right_is_the_answer() {
        let (forward, strike) = (4000.0, 4000.0 * exp(0.5));
        let value = price(Right::Call, forward, strike, 1.0, 1.0, 1.0);
        let found = implied_vol(Right::Call, forward, strike, 1.0, 1.0, value)
            .expect("a price of the formula");
        assert!((found - 1.0).abs() < 1e-14, "{found}");
    }

    #[test]
    fn w24_the_solver_reaches_prices_of_a_few_digits_and_of_hundreds_of_zeros() {
        for (k, vol) in [
            (0.30, 0.010),
            (0.30, 0.0082),
            (-0.30, 0.009),
            (1e-9, 1e-7),
            (0.0, 1e-9),
            (0.01, 12.0),
        ] {
            let strike = 4000.0 * exp(k);
            let right = if k > 0.0 { Right::Call } else { Right::Put };
            let value = price(right, 4000.0, strike, 1.0, 1.0, vol);
            assert!(value > 0.0);
            let found = implied_vol(right, 4000.0, strike, 1.0, 1.0, value)
                .expect("a price of the formula");
            // A price is a difference of two numbers of size `F N(d1)`, each off by a rounding of `d1`, which counts
            // `d1` times: `d1^2` units. Over vega, that is volatility.
            let d1 = 0.5 * vol - k / vol;
            let tolerance =
                4.0 * f64::EPSILON * ((1.0 + d1 * d1) * norm_cdf(d1) / norm_pdf(d1) + vol);
            assert!(
                (found - vol).abs() <= tolerance,
                "k {k}: {found} for {vol}, {:e}",
                found - vol
            );
        }
    }
}
