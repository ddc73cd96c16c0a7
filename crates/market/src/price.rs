//! Exact prices and money.
//!
//! | operation | result |
//! |---|---|
//! | `Price + Price`, `Price - Price`, `Price * i64` | `Price`, exact |
//! | `Price::dollars(multiplier)` | `Money`, exact: one unit times the multiplier 100 is one cent |
//! | `Money + Money`, `Money * i64` | `Money`, exact |
//! | `Price::from_points(f64)`, `Money::from_usd(f64)` | rounded half to even, once |
//!
//! All sums are `i64`; a billion dollars is 1e11 cents, eight orders of magnitude below the limit. An operation whose result
//! does not fit stops the program, in every build: the check is in the operators, not in a profile.

use std::iter::Sum;
use std::ops::{Add, AddAssign, Mul, Neg, Sub, SubAssign};

use serde::{Deserialize, Serialize};

use crate::decimal::Units;
use crate::math::{nearest_whole, whole_at_least};

/// A price in units of 1/10,000 index point.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Price(pub i64);

/// An amount of money in cents. Positive is received or owned.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Money(pub i64);

/// Whether a rounded number is one of `i64`; a cast would make the nearest of it, and zero of what is no number.
#[inline]
fn fits(units: f64) -> bool {
    units.abs() < i64::MAX as f64
}

impl Price {
    /// Units of a price in one index point.
    pub const PER_POINT: i64 = 10_000;
    /// No price.
    pub const ZERO: Price = Price(0);

    /// The nearest representable price to `points` (index points); ties go to the even unit.
    ///
    /// # Panics
    /// If `points` is not a finite number: a price that is not one must never become a free option.
    #[inline]
    pub fn from_points(points: f64) -> Price {
        assert!(points.is_finite(), "a price of {points} points");
        // Beyond 9e14 points the nearest that fits; whoever adds to it is stopped.
        Price(nearest_whole(points * Self::PER_POINT as f64))
    }

    /// This price in index points.
    #[inline]
    pub fn points(self) -> f64 {
        self.0 as f64 / Self::PER_POINT as f64
    }

    /// What one contract of `multiplier` (USD per point) is worth at this price.
    ///
    /// # Panics
    /// If the result is not exact in cents. Multipliers here are multiples of 100, and funds, whose multiplier is 1, are
    /// priced in whole cents.
    #[inline]
    pub fn dollars(self, multiplier: i64) -> Money {
        // Options, of which nearly all packages are: the unit of a price is a cent then.
        if multiplier == 100 {
            return Money(self.0);
        }
        if multiplier % 100 == 0 {
            return Money::exact(self.0.checked_mul(multiplier / 100), "Price::dollars");
        }
        let hundredths = Money::exact(self.0.checked_mul(multiplier), "Price::dollars").0;
        assert!(
            hundredths % 100 == 0,
            "{self} points of {multiplier} USD are not exact in cents"
        );
        Money(hundredths / 100)
    }

    /// Whether this is `share` of another price, or more, in whole units: 0.15 is three times 0.05.
    #[inline]
    pub fn is_at_least(self, share: f64, other: Price) -> bool {
        self.0 >= whole_at_least(share * other.0 as f64)
    }

    /// The greatest multiple of `tick` (positive) that is not above this price.
    pub fn floor_to(self, tick: Price) -> Price {
        Price(self.0.div_euclid(tick.0) * tick.0)
    }

    /// The least multiple of `tick` (positive) that is not below this price.
    pub fn ceil_to(self, tick: Price) -> Price {
        Price(-((-self.0).div_euclid(tick.0)) * tick.0)
    }
}

impl Money {
    /// No money.
    pub const ZERO: Money = Money(0);

    /// The nearest amount in cents to `usd`; ties go to the even cent.
    ///
    /// # Panics
    /// If `usd` is not a finite number, or none that fits.
    #[inline]
    pub fn from_usd(usd: f64) -> Money {
        let cents = usd * 100.0;
        assert!(fits(cents), "an amount of {usd} USD");
        Money(nearest_whole(cents))
    }

    /// This amount in USD.
    #[inline]
    pub fn usd(self) -> f64 {
        self.0 as f64 / 100.0
    }
}

/// Two decimals, a minus sign in front, no thousands separators: the form of every money column.
impl std::fmt::Display for Money {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        Units(self.0, 2).fmt(f)
    }
}

/// Points with the decimals that matter: at least two, at most four.
impl std::fmt::Display for Price {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 % 100 {
            0 => Units(self.0 / 100, 2).fmt(f),
            _ => Units(self.0, 4).fmt(f),
        }
    }
}

/// A sum that does not fit is a fault of the program: it stops, in every build, whatever the profile says.
#[cold]
#[inline(never)]
fn overflow(what: &str) -> ! {
    panic!("{what} overflows 64 bits")
}

macro_rules! exact_arithmetic {
    ($($t:ident)*) => {$(
        impl $t {
            /// Exact, or it stops.
            #[inline]
            fn exact(value: Option<i64>, operation: &'static str) -> $t {
                match value {
                    Some(value) => $t(value),
                    None => overflow(operation),
                }
            }

            /// The absolute value.
            pub fn abs(self) -> $t {
                $t::exact(self.0.checked_abs(), concat!("|", stringify!($t), "|"))
            }
        }

        impl Add for $t {
            type Output = $t;
            #[inline]
            fn add(self, other: $t) -> $t {
                $t::exact(self.0.checked_add(other.0), concat!(stringify!($t), " + ", stringify!($t)))
            }
        }

        impl Sub for $t {
            type Output = $t;
            #[inline]
            fn sub(self, other: $t) -> $t {
                $t::exact(self.0.checked_sub(other.0), concat!(stringify!($t), " - ", stringify!($t)))
            }
        }

        impl Neg for $t {
            type Output = $t;
            #[inline]
            fn neg(self) -> $t {
                $t::exact(self.0.checked_neg(), concat!("-", stringify!($t)))
            }
        }

        impl Mul<i64> for $t {
            type Output = $t;
            #[inline]
            fn mul(self, factor: i64) -> $t {
                $t::exact(self.0.checked_mul(factor), concat!(stringify!($t), " * i64"))
            }
        }

        impl AddAssign for $t {
            #[inline]
            fn add_assign(&mut self, other: $t) {
                *self = *self + other;
            }
        }

        impl SubAssign for $t {
            #[inline]
            fn sub_assign(&mut self, other: $t) {
                *self = *self - other;
            }
        }

        impl Sum for $t {
            #[inline]
            fn sum<I: Iterator<Item = $t>>(amounts: I) -> $t {
                amounts.fold($t(0), |sum, amount| sum + amount)
            }
        }
    )*};
}
exact_arithmetic!(Price Money);

#[cfg(test)]
mod tests {
    use std::panic::catch_unwind;

    use super::*;

    /// The message of the panic that an operation ends in.
    fn stops<T>(operation: impl Fn() -> T + std::panic::UnwindSafe) -> String {
        let payload = catch_unwind(move || {
            operation();
        })
        .expect_err("it stops");
        let text = payload.downcast_ref::<String>().cloned();
        text.or_else(|| payload.downcast_ref::<&str>().map(|t| t.to_string()))
            .expect("a message")
    }

    #[test]
    fn three_times_a_nickel_is_fifteen_cents() {
        let nickel = Price::from_points(0.05);
        let asked = [1_499, 1_500, 1_501].map(|units| Price(units).is_at_least(3.0, nickel));
        assert_eq!(asked, [false, true, true]);
    }

    #[test]
    fn no_operator_wraps() {
        let (most, least) = (Money(i64::MAX), Money(i64::MIN));
        assert_eq!(stops(|| most + Money(1)), "Money + Money overflows 64 bits");
        assert_eq!(
            stops(|| least - Money(1)),
            "Money - Money overflows 64 bits"
        );
        assert_eq!(stops(|| -least), "-Money overflows 64 bits");
        assert_eq!(stops(|| most * 2), "Money * i64 overflows 64 bits");
        assert_eq!(stops(|| least.abs()), "|Money| overflows 64 bits");
        let grown = || {
            let mut sum = most;
            sum += Money(1);
            sum
        };
        assert_eq!(stops(grown), "Money + Money overflows 64 bits");
        let shrunk = || {
            let mut sum = least;
            sum -= Money(1);
            sum
        };
        assert_eq!(stops(shrunk), "Money - Money overflows 64 bits");
        let summed = || [most, Money(1)].into_iter().sum::<Money>();
        assert_eq!(stops(summed), "Money + Money overflows 64 bits");
    }

    #[test]
    fn no_operator_of_prices_wraps_either() {
        let (most, least) = (Price(i64::MAX), Price(i64::MIN));
        assert_eq!(stops(|| most + Price(1)), "Price + Price overflows 64 bits");
        assert_eq!(
            stops(|| least - Price(1)),
            "Price - Price overflows 64 bits"
        );
        assert_eq!(stops(|| -least), "-Price overflows 64 bits");
        assert_eq!(stops(|| least * -1), "Price * i64 overflows 64 bits");
        assert_eq!(stops(|| least.abs()), "|Price| overflows 64 bits");
        for multiplier in [7, 1_000] {
            let worth = move || most.dollars(multiplier);
            assert_eq!(stops(worth), "Price::dollars overflows 64 bits");
        }
    }

    #[test]
    fn up_to_the_limit_sums_are_exact() {
        assert_eq!(Money(i64::MAX - 1) + Money(1), Money(i64::MAX));
        assert_eq!(Money(i64::MIN + 1) - Money(1), Money(i64::MIN));
        assert_eq!(-Money(i64::MAX), Money(-i64::MAX));
        assert_eq!(Price(i64::MAX / 2) * 2, Price(i64::MAX - 1));
    }

    #[test]
    fn a_number_that_does_not_fit_is_no_amount() {
        for usd in [f64::NAN, f64::INFINITY, -f64::INFINITY, 1e17, -1e17] {
            assert!(stops(move || Money::from_usd(usd)).starts_with("an amount of"));
        }
        assert!(stops(|| Price::from_points(f64::NAN)).starts_with("a price of"));
        assert_eq!(Price::from_points(1e15), Price(i64::MAX));
        assert_eq!(Money::from_usd(9e16), Money(9_000_000_000_000_000_000));
    }

    #[test]
    fn one_price_unit_of_an_option_is_one_cent() {
        assert_eq!(Price(1).dollars(100), Money(1));
        assert_eq!(Price::from_points(33.4687).dollars(1000), Money(3_346_870));
    }

    #[test]
    fn ticks_round_both_ways_also_below_zero() {
        let tick = Price::from_points(0.05);
        assert_eq!(
            Price::from_points(1.07).floor_to(tick),
            Price::from_points(1.05)
        );
        assert_eq!(
            Price::from_points(1.07).ceil_to(tick),
            Price::from_points(1.10)
        );
        assert_eq!(
            Price::from_points(-1.07).floor_to(tick),
            Price::from_points(-1.10)
        );
        assert_eq!(
            Price::from_points(-1.07).ceil_to(tick),
            Price::from_points(-1.05)
        );
        assert_eq!(
            Price::from_points(1.05).ceil_to(tick),
            Price::from_points(1.05)
        );
    }

    #[test]
    fn text_has_the_decimals_that_matter() {
        assert_eq!(Money(-5).to_string(), "-0.05");
        assert_eq!(Money(123_456).to_string(), "1234.56");
        assert_eq!(Price::from_points(33.4687).to_string(), "33.4687");
        assert_eq!(Price::from_points(-12.35).to_string(), "-12.35");
    }
}
