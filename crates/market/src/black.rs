//! Black-76 and Black-Scholes-Merton: prices, greeks, implied volatility.
//!
//! Conventions: vega and rho per 1.00; theta per year with calendar time; delta and gamma of Black-76 are with respect
//! to the forward and discounted, its theta is `-dV/dT` with forward and rate held, its rho `-T V`.
//! F. Black, "The pricing of commodity contracts", *Journal of Financial Economics* 3 (1976); R. Merton (1973).

use crate::contract::Right;
use crate::math::{exp, ln, norm_cdf, norm_pdf};

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
pub fn price_by_deviation(right: Right, forward: f64, strike: f64, discount: f64, deviation: f64) -> f64 {
    price_by_sign(right.sign(), forward, strike, discount, deviation)
}

/// The same with +1 for a call and -1 for a put. No branches: a loop over it vectorises.
#[inline(always)]
pub(crate) fn price_by_sign(sign: f64, forward: f64, strike: f64, discount: f64, deviation: f64) -> f64 {
    let intrinsic = discount * (sign * (forward - strike)).max(0.0);
    let d1 = ln(forward / strike) / deviation + 0.5 * deviation;
    let value = sign * (forward * norm_cdf(sign * d1) - strike * norm_cdf(sign * (d1 - deviation)));
    if deviation <= 0.0 { intrinsic } else { discount * value.max(0.0) }
}

/// Discounted Black-76 delta, `D cp N(cp d1)`.
#[inline]
pub fn delta(right: Right, forward: f64, strike: f64, t: f64, discount: f64, vol: f64) -> f64 {
    let sign = right.sign();
    let deviation = vol * t.max(0.0).sqrt();
    if deviation <= 0.0 {
        return if sign * (forward - strike) > 0.0 { discount * sign } else { 0.0 };
    }
    discount * sign * norm_cdf(sign * (ln(forward / strike) / deviation + 0.5 * deviation))
}

/// Black-76 greeks.
pub fn greeks(right: Right, forward: f64, strike: f64, t: f64, discount: f64, vol: f64) -> Greeks {
    let value = price(right, forward, strike, t, discount, vol);
    let deviation = vol * t.max(0.0).sqrt();
    let slope = delta(right, forward, strike, t, discount, vol);
    if deviation <= 0.0 {
        return Greeks { price: value, delta: slope, gamma: 0.0, vega: 0.0, theta: 0.0, rho: -t * value };
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
pub fn greeks_merton(right: Right, spot: f64, strike: f64, t: f64, r: f64, q: f64, vol: f64) -> Greeks {
    let (growth, discount, carry) = (exp((r - q) * t), exp(-r * t), exp(-q * t));
    let forward = spot * growth;
    let sign = right.sign();
    let value = price(right, forward, strike, t, discount, vol);
    let deviation = vol * t.max(0.0).sqrt();
    if deviation <= 0.0 {
        let inside = f64::from(sign * (forward - strike) > 0.0);
        return Greeks { price: value, delta: sign * carry * inside, gamma: 0.0, vega: 0.0, theta: 0.0, rho: 0.0 };
    }
    let d1 = ln(forward / strike) / deviation + 0.5 * deviation;
    let (n1, n2) = (norm_cdf(sign * d1), norm_cdf(sign * (d1 - deviation)));
    let density = carry * norm_pdf(d1);
    Greeks {
        price: value,
        delta: sign * carry * n1,
        gamma: density / (spot * deviation),
        vega: spot * density * t.sqrt(),
        theta: -spot * density * vol / (2.0 * t.sqrt()) + sign * (q * spot * carry * n1 - r * strike * discount * n2),
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
    let inputs = [forward, strike, t, discount, price];
    if inputs.iter().any(|v| !v.is_finite()) || [forward, strike, t, discount].iter().any(|v| *v <= 0.0) {
        return Err(ImpliedVolError::BadInput);
    }
    let sign = right.sign();
    let undiscounted = price / discount;
    let intrinsic = (sign * (forward - strike)).max(0.0);
    let limit = if right == Right::Call { forward } else { strike };
    let time_value = undiscounted - intrinsic;
    if time_value <= 0.0 {
        return Err(ImpliedVolError::BelowIntrinsic { price, intrinsic: discount * intrinsic });
    }
    if undiscounted >= limit {
        return Err(ImpliedVolError::AboveLimit { price, limit: discount * limit });
    }
    let outside = if forward > strike { Right::Put } else { Right::Call };
    Ok(deviation_of(outside, forward, strike, time_value) / t.sqrt())
}

/// Standard deviation at which the undiscounted out-of-the-money option is worth `value`.
fn deviation_of(right: Right, forward: f64, strike: f64, value: f64) -> f64 {
    let target = ln(value);
    let error = |deviation: f64| ln(price_by_deviation(right, forward, strike, 1.0, deviation)) - target;
    let (mut low, mut high) = (1e-9, 1.0);
    while error(high) < 0.0 && high < 1e3 {
        (low, high) = (high, 2.0 * high);
    }
    let mut guess = 0.5 * (low + high);
    for _ in 0..200 {
        let miss = error(guess);
        if miss < 0.0 {
            low = guess
        } else {
            high = guess
        }
        // Newton on the logarithm of the price; bisection wherever it leaves the bracket.
        let worth = price_by_deviation(right, forward, strike, 1.0, guess);
        let d1 = ln(forward / strike) / guess + 0.5 * guess;
        let step = miss * worth / (forward * norm_pdf(d1));
        let newton = guess - step;
        let next = if newton > low && newton < high { newton } else { 0.5 * (low + high) };
        if (next - guess).abs() <= 1e-16 * guess || high - low <= 1e-16 * high {
            return next;
        }
        guess = next;
    }
    guess
}
