//! What the draws of a bootstrap say about a number.

use crate::defined;

/// An interval with its centre and the odds of a positive value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Median of the draws.
    pub median: f64,
    /// Lower end.
    pub lo: f64,
    /// Upper end.
    pub hi: f64,
    /// Nominal coverage (fraction): 0.9 is the interval from 5% to 95%.
    pub level: f64,
    /// Draws in which the number was defined; everything above is computed from these.
    pub n_draws: usize,
    /// Draws in which it was not. If they are many, the interval speaks only of a friendly part of the possible worlds.
    pub n_undefined: usize,
    /// Share of the defined draws above zero (fraction).
    pub share_positive: f64,
}

impl Interval {
    /// Coverage of the intervals of the report (fraction).
    pub const LEVEL: f64 = 0.9;

    /// The percentile interval: quantiles `(1 - level) / 2` and `(1 + level) / 2` of the draws.
    ///
    /// Efron & Tibshirani, *An Introduction to the Bootstrap* (1993), chapter 13. None if no draw is defined.
    pub fn percentile(draws: &[Option<f64>], level: f64) -> Option<Interval> {
        Interval::between(draws, level, (1.0 - level) / 2.0, (1.0 + level) / 2.0)
    }

    fn between(draws: &[Option<f64>], level: f64, lower: f64, upper: f64) -> Option<Interval> {
        let ascending = sorted(draws);
        let positive = ascending.iter().filter(|value| **value > 0.0).count();
        Some(Interval {
            median: quantile(&ascending, 0.5)?,
            lo: quantile(&ascending, lower)?,
            hi: quantile(&ascending, upper)?,
            level,
            n_draws: ascending.len(),
            n_undefined: draws.len() - ascending.len(),
            share_positive: positive as f64 / ascending.len() as f64,
        })
    }
}

/// The `p`-quantile of ascending values, interpolated between the neighbours of rank `p (n - 1)`.
///
/// Hyndman & Fan, "Sample Quantiles in Statistical Packages", *American Statistician* 50 (1996), type 7; what numpy and
/// R do unless told otherwise. None without values or for `p` outside [0, 1].
pub fn quantile(ascending: &[f64], p: f64) -> Option<f64> {
    if ascending.is_empty() || !(0.0..=1.0).contains(&p) {
        return None;
    }
    let rank = p * (ascending.len() - 1) as f64;
    let below = rank as usize;
    let above = (below + 1).min(ascending.len() - 1);
    defined(ascending[below] + (rank - below as f64) * (ascending[above] - ascending[below]))
}

/// The defined draws in ascending order.
fn sorted(draws: &[Option<f64>]) -> Vec<f64> {
    let mut values: Vec<f64> = draws.iter().flatten().copied().filter(|value| value.is_finite()).collect();
    values.sort_by(f64::total_cmp);
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_by_hand() {
        let values = [10.0, 20.0, 30.0, 50.0];
        let found = [0.0, 0.5, 0.9, 1.0].map(|p| quantile(&values, p).unwrap());
        assert_eq!(found, [10.0, 25.0, 30.0 + (0.9 * 3.0 - 2.0) * 20.0, 50.0]);
        assert_eq!(quantile(&[7.0], 0.3), Some(7.0));
        assert_eq!(quantile(&[], 0.5), None);
        assert_eq!(quantile(&values, 1.5), None);
    }

    #[test]
    fn percentile_interval_by_hand() {
        let draws: Vec<Option<f64>> = (-5..=15).map(|value| Some(f64::from(value))).chain([None, None]).collect();
        let found = Interval::percentile(&draws, 0.9).unwrap();
        assert_eq!((found.lo, found.median, found.hi), (-4.0, 5.0, 14.0));
        assert_eq!((found.n_draws, found.n_undefined), (21, 2));
        assert_eq!(found.share_positive, 15.0 / 21.0);
    }

    #[test]
    fn no_draws_no_interval() {
        assert_eq!(Interval::percentile(&[], 0.9), None);
        assert_eq!(Interval::percentile(&[None; 5], 0.9), None);
    }
}
