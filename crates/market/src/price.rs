//! Exact prices and money.
//!
//! | operation | result |
//! |---|---|
//! | `Price + Price`, `Price - Price`, `Price * i64` | `Price`, exact |
//! | `Price::dollars(multiplier)` | `Money`, exact: one unit times the multiplier 100 is one cent |
//! | `Money + Money`, `Money * i64` | `Money`, exact |
//! | `Price::from_points(f64)`, `Money::from_usd(f64)` | rounded half to even, once |
//!
//! All sums are `i64`; a billion dollars is 1e11 cents, eight orders of magnitude below the limit.

use std::iter::Sum;
use std::ops::{Add, AddAssign, Mul, Neg, Sub, SubAssign};

use serde::{Deserialize, Serialize};

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
        Price((points * Self::PER_POINT as f64).round_ties_even() as i64)
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
        if multiplier % 100 == 0 {
            return Money(self.0 * (multiplier / 100));
        }
        let hundredths = self.0 * multiplier;
        assert!(
            hundredths % 100 == 0,
            "{self} points of {multiplier} USD are not exact in cents"
        );
        Money(hundredths / 100)
    }

    /// The absolute price.
    pub fn abs(self) -> Price {
        Price(self.0.abs())
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
    /// If `usd` is not a finite number.
    #[inline]
    pub fn from_usd(usd: f64) -> Money {
        assert!(usd.is_finite(), "an amount of {usd} USD");
        Money((usd * 100.0).round_ties_even() as i64)
    }

    /// This amount in USD.
    #[inline]
    pub fn usd(self) -> f64 {
        self.0 as f64 / 100.0
    }

    /// The absolute amount.
    pub fn abs(self) -> Money {
        Money(self.0.abs())
    }
}

/// Two decimals, a minus sign in front, no thousands separators: the form of every money column.
impl std::fmt::Display for Money {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let cents = self.0.unsigned_abs();
        f.pad(&format!("{sign}{}.{:02}", cents / 100, cents % 100))
    }
}

/// Points with the decimals that matter: at least two, at most four.
impl std::fmt::Display for Price {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let units = self.0.unsigned_abs();
        let (whole, part) = (units / 10_000, units % 10_000);
        let text = if part % 100 == 0 {
            format!("{sign}{whole}.{:02}", part / 100)
        } else {
            format!("{sign}{whole}.{part:04}")
        };
        f.pad(&text)
    }
}

macro_rules! exact_arithmetic {
    ($($t:ident)*) => {$(
        impl Add for $t { type Output = $t; #[inline] fn add(self, o: $t) -> $t { $t(self.0 + o.0) } }
        impl Sub for $t { type Output = $t; #[inline] fn sub(self, o: $t) -> $t { $t(self.0 - o.0) } }
        impl Neg for $t { type Output = $t; #[inline] fn neg(self) -> $t { $t(-self.0) } }
        impl Mul<i64> for $t { type Output = $t; #[inline] fn mul(self, n: i64) -> $t { $t(self.0 * n) } }
        impl AddAssign for $t { #[inline] fn add_assign(&mut self, o: $t) { self.0 += o.0 } }
        impl SubAssign for $t { #[inline] fn sub_assign(&mut self, o: $t) { self.0 -= o.0 } }
        impl Sum for $t { #[inline] fn sum<I: Iterator<Item = $t>>(it: I) -> $t { $t(it.map(|x| x.0).sum()) } }
    )*};
}
exact_arithmetic!(Price Money);

#[cfg(test)]
mod tests {
    use super::*;

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
