//! Quotes made of the model's own prices, for measuring and for tests: what a run on quotes does with prices that are
//! known to be the model's but for a stated noise. No market ever showed them.

use chrono::{Datelike, NaiveDate};

use super::RawQuote;
use crate::contract::{Right, Root};
use crate::history::Snapshot;
use crate::price::Price;
use crate::surface::Slice;

/// What is quoted, and how far from the model.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Made {
    /// Most by which a mid differs from the model's price (points); less for options worth less than a point.
    pub noise: f64,
    /// Distance of SPX strikes (points).
    pub step: f64,
    /// Lowest and highest SPX strike (of the forward).
    pub span: (f64, f64),
}

/// Options worth less than this (points) are bid nothing and offered at it, so their mid is up to half of it off.
pub const LEAST_ASK: f64 = 0.05;

impl Made {
    /// Every option of every listed expiry from tomorrow on, SPX, SPXW and VIX: the model's price moved by the noise, and
    /// a width of 0.05 and 6 % of the square root of the price around it.
    pub fn quotes(&self, today: &Snapshot) -> Vec<RawQuote> {
        let mut quotes = Vec::new();
        for (root, slices) in [
            (Root::Spx, &today.spx),
            (Root::Spxw, &today.spxw),
            (Root::Vix, &today.vix_options),
        ] {
            for slice in slices.iter().filter(|slice| slice.dte >= 1) {
                for strike in self.strikes(root, slice) {
                    let both = [Right::Call, Right::Put];
                    quotes.extend(
                        both.map(|right| self.quote(today.date, root, slice, right, strike)),
                    );
                }
            }
        }
        quotes
    }

    fn strikes(&self, root: Root, slice: &Slice) -> Vec<f64> {
        if root == Root::Vix {
            return (20..=120)
                .map(|half_points| 0.5 * f64::from(half_points))
                .collect();
        }
        let at = |share: f64| (share * slice.forward / self.step).round() as i64;
        (at(self.span.0)..=at(self.span.1))
            .map(|i| i as f64 * self.step)
            .collect()
    }

    fn quote(
        &self,
        date: NaiveDate,
        root: Root,
        slice: &Slice,
        right: Right,
        strike: f64,
    ) -> RawQuote {
        let exact = slice.price(right, strike).max(0.0);
        let class = i64::from(root == Root::Spx);
        let key = [
            i64::from(date.num_days_from_ce()),
            class,
            i64::from(slice.dte),
            (strike * 2.0) as i64,
        ];
        let mid = exact + self.noise * exact.min(1.0) * noise(&key, right);
        let half = 0.5 * (0.05 + 0.06 * exact.sqrt());
        let (bid, ask) = if mid < LEAST_ASK {
            (0.0, LEAST_ASK)
        } else {
            ((mid - half).max(0.0), mid + half.min(mid))
        };
        let price = |points: f64| Some(Price::from_points(points));
        let strike = Price::from_points(strike);
        RawQuote {
            root,
            expiry: slice.expiry,
            right,
            strike,
            bid: price(bid),
            ask: price(ask),
        }
    }
}

/// A number from -1 to 1 that depends on nothing but the option and the day (splitmix of its parts).
fn noise(key: &[i64], right: Right) -> f64 {
    let mix = |state: u64, part: i64| {
        let mut z = (state ^ part as u64)
            .wrapping_mul(0x9E37_79B9_7F4A_7C15)
            .wrapping_add(0x9E37_79B9_7F4A_7C15);
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    };
    let mixed = key
        .iter()
        .fold(mix(0, i64::from(right == Right::Call)), |state, part| {
            mix(state, *part)
        });
    (mixed >> 11) as f64 / (1u64 << 52) as f64 - 1.0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first number of splitmix64 from seed 0, as published with it (S. Vigna), and the half of the range it lies in.
    #[test]
    fn noise_is_splitmix_on_the_range() {
        let first = 0xE220_A839_7B1D_CDAF_u64;
        let wanted = (first >> 11) as f64 / (1u64 << 52) as f64 - 1.0;
        assert_eq!(noise(&[], Right::Put), wanted);
    }
}
