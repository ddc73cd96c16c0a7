//! What the draws of a bootstrap say about a number.

use crate::moments::mean;
use crate::{defined, normal, ratio};

/// How the draws became an interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Quantiles of the draws.
    Percentile,
    /// Quantiles of the draws, moved for bias and acceleration.
    BiasCorrected,
    /// Quantiles of the draws in units of their own standard errors.
    Studentized,
    /// Quantiles of the draws, stretched about the estimate as far as studentising stretches a sum.
    Stretched,
}

impl std::fmt::Display for Method {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Method::Percentile => "percentile",
            Method::BiasCorrected => "BCa",
            Method::Studentized => "studentized",
            Method::Stretched => "stretched percentile",
        })
    }
}

/// A sum in units of its standard error, in the sample and in the draws ([`crate::stretches`]).
#[derive(Clone, Debug, PartialEq)]
pub struct Student {
    /// The sum in the sample.
    pub estimate: f64,
    /// Its standard error, in the same unit.
    pub standard_error: f64,
    /// Per draw `(sum of the draw - estimate) / standard error of the draw`; none where that error is nothing.
    pub ratios: Vec<Option<f64>>,
}

impl Student {
    /// How much wider than the normal distribution's the middle `level` of the ratios is; at least one.
    ///
    /// One for a long sample of independent days; two and more where the sample holds a few clusters only.
    pub fn stretch(&self, level: f64) -> Option<f64> {
        let mut sizes: Vec<f64> = self
            .ratios
            .iter()
            .flatten()
            .map(|ratio| ratio.abs())
            .collect();
        sizes.sort_by(f64::total_cmp);
        let normal = normal::quantile((1.0 + level) / 2.0)?;
        Some(ratio(quantile(&sizes, level)?, normal)?.max(1.0))
    }
}

/// An interval with its centre and the odds of a positive value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Median of the draws, moved as the ends are.
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
    /// Share of the defined draws above zero (fraction), moved as the ends are: an interval above zero has a share of at
    /// least `(1 + level) / 2`.
    pub share_positive: f64,
    /// How it was made.
    pub method: Method,
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

    /// The bootstrap-t interval of a sum: `estimate - t standard error` for the quantiles t of the draws' own ratios.
    ///
    /// Efron & Tibshirani (1993), section 12.5. None where no draw has a standard error.
    pub fn studentized(student: &Student, level: f64) -> Option<Interval> {
        let draws: Vec<Option<f64>> = student
            .ratios
            .iter()
            .map(|ratio| ratio.map(|t| student.estimate - t * student.standard_error))
            .collect();
        Interval::percentile(&draws, level).map(|found| Interval {
            method: Method::Studentized,
            ..found
        })
    }

    /// The percentile interval, its draws moved away from `estimate` by the factor `stretch`.
    ///
    /// For numbers that are no sums but as uncertain as one: tail means, ratios of sums, gains over fewer condors. None if
    /// no draw is defined.
    pub fn stretched(
        draws: &[Option<f64>],
        estimate: f64,
        stretch: f64,
        level: f64,
    ) -> Option<Interval> {
        let draws: Vec<Option<f64>> = draws
            .iter()
            .map(|draw| draw.map(|draw| estimate + stretch * (draw - estimate)))
            .collect();
        Interval::percentile(&draws, level).map(|found| Interval {
            method: Method::Stretched,
            ..found
        })
    }

    /// The bias-corrected and accelerated interval: the percentile interval with its two quantiles moved.
    ///
    /// Efron, "Better Bootstrap Confidence Intervals", *JASA* 82 (1987):
    /// `alpha' = Φ(z0 + (z0 + z_alpha) / (1 - a (z0 + z_alpha)))`; `z0 = Φ⁻¹` of the share of draws below `estimate`, a
    /// draw that equals it counted half; `a` the [`acceleration`] of `jackknife`. Blocks must be left out whole in
    /// dependent data ([`crate::bootstrap::Panel::jackknife`]). None without a defined draw, if all draws lie on one
    /// side of the estimate, or if the correction runs out of range: then fall back to [`Interval::percentile`].
    pub fn bca(
        draws: &[Option<f64>],
        estimate: f64,
        jackknife: &[Option<f64>],
        level: f64,
    ) -> Option<Interval> {
        let values = sorted(draws);
        let below = values.iter().filter(|value| **value < estimate).count() as f64;
        let equal = values.iter().filter(|value| **value == estimate).count() as f64;
        let bias = normal::quantile((below + equal / 2.0) / values.len() as f64)?;
        let acceleration = acceleration(jackknife)?;
        let moved = |tail: f64| -> Option<f64> {
            let shifted = bias + normal::quantile(tail)?;
            let stretch = 1.0 - acceleration * shifted;
            if stretch > 0.0 {
                defined(normal::cdf(bias + shifted / stretch))
            } else {
                None
            }
        };
        let found = Interval::between(
            draws,
            level,
            moved((1.0 - level) / 2.0)?,
            moved((1.0 + level) / 2.0)?,
        );
        found.map(|found| Interval {
            method: Method::BiasCorrected,
            ..found
        })
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
            method: Method::Percentile,
        })
    }
}

/// Acceleration `Σ (m - x_i)³ / (6 (Σ (m - x_i)²)^(3/2))` of leave-one-out values `x_i` with mean m.
///
/// How fast the standard error of a number changes with the number. Zero if all values agree; none if one of them is
/// undefined or there are none.
pub fn acceleration(jackknife: &[Option<f64>]) -> Option<f64> {
    let values: Vec<f64> = jackknife.iter().copied().collect::<Option<_>>()?;
    let center = mean(&values)?;
    let distances = || values.iter().map(|value| center - value);
    let squares: f64 = distances().map(|x| x * x).sum();
    let cubes: f64 = distances().map(|x| x * x * x).sum();
    Some(ratio(cubes, 6.0 * squares * squares.sqrt()).unwrap_or(0.0))
}

/// The `p`-quantile of ascending values, interpolated between the neighbours of rank `p (n - 1)`.
///
/// Hyndman & Fan, "Sample Quantiles in Statistical Packages", *American Statistician* 50 (1996), type 7; what numpy and
/// R do unless told otherwise. None without values or for `p` outside [0, 1].
pub fn quantile(ascending: &[f64], p: f64) -> Option<f64> {
    let (below, above, part) = between(ascending.len(), p)?;
    defined(ascending[below] + part * (ascending[above] - ascending[below]))
}

/// Between which two of so many ascending values a [`quantile`] lies, and which part of the way.
pub(crate) fn between(count: usize, p: f64) -> Option<(usize, usize, f64)> {
    let last = count.checked_sub(1)?;
    (0.0..=1.0).contains(&p).then(|| {
        let rank = p * last as f64;
        let below = rank as usize;
        (below, (below + 1).min(last), rank - below as f64)
    })
}

/// The defined draws in ascending order.
fn sorted(draws: &[Option<f64>]) -> Vec<f64> {
    let mut values: Vec<f64> = draws
        .iter()
        .flatten()
        .copied()
        .filter(|value| value.is_finite())
        .collect();
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
        assert_eq!(quantile(&[1.0, 2.0, 3.0, 4.0], 0.5), Some(2.5));
        assert_eq!(quantile(&[1.0, 2.0, 3.0], 1.0), Some(3.0));
        assert_eq!(quantile(&[7.0], 0.3), Some(7.0));
        assert_eq!(quantile(&[7.0], 0.05), Some(7.0));
        assert_eq!(quantile(&[], 0.5), None);
        assert_eq!(quantile(&values, 1.5), None);
    }

    #[test]
    fn percentile_interval_by_hand() {
        let draws: Vec<Option<f64>> = (-5..=15)
            .map(|value| Some(f64::from(value)))
            .chain([None, None])
            .collect();
        let found = Interval::percentile(&draws, 0.9).unwrap();
        assert_eq!((found.lo, found.median, found.hi), (-4.0, 5.0, 14.0));
        assert_eq!((found.n_draws, found.n_undefined), (21, 2));
        assert_eq!(found.share_positive, 15.0 / 21.0);
    }

    #[test]
    fn stretched_interval_by_hand() {
        let draws: Vec<Option<f64>> = (-5..=15).map(|value| Some(f64::from(value))).collect();
        let found = Interval::stretched(&draws, 6.0, 2.0, 0.9).unwrap();
        assert_eq!((found.lo, found.median, found.hi), (-14.0, 4.0, 22.0));
        // Draws above 3 are above zero once moved.
        assert_eq!(
            (found.share_positive, found.method),
            (12.0 / 21.0, Method::Stretched)
        );
        let plain = Interval::percentile(&draws, 0.9).unwrap();
        let same = Interval::stretched(&draws, 6.0, 1.0, 0.9).unwrap();
        assert_eq!(
            Interval {
                method: Method::Percentile,
                ..same
            },
            plain
        );
    }

    #[test]
    fn studentized_interval_by_hand() {
        let ratios: Vec<Option<f64>> = (-10..=30)
            .map(|value| Some(f64::from(value) / 10.0))
            .chain([None])
            .collect();
        let student = Student {
            estimate: 100.0,
            standard_error: 10.0,
            ratios,
        };
        let found = Interval::studentized(&student, 0.9).unwrap();
        // Quantiles -0.8 and 2.8 of the ratios change sides.
        assert!(
            (found.lo - 72.0).abs() < 1e-12 && (found.hi - 108.0).abs() < 1e-12,
            "{found:?}"
        );
        assert_eq!(
            (found.n_draws, found.n_undefined, found.share_positive),
            (41, 1, 1.0)
        );
        // Sizes 0.1 to 1.0 twice, then to 3.0: rank 36 of 0 to 40 is 2.6.
        let normal = normal::quantile(0.95).unwrap();
        assert!((student.stretch(0.9).unwrap() - 2.6 / normal).abs() < 1e-12);
        let calm = Student {
            ratios: vec![Some(0.1); 20],
            ..student
        };
        assert_eq!(calm.stretch(0.9), Some(1.0));
        assert_eq!(
            Student {
                ratios: vec![None; 3],
                ..calm
            }
            .stretch(0.9),
            None
        );
    }

    #[test]
    fn acceleration_of_a_mean_is_its_skewness() {
        // For the mean, a = skewness / (6 √n): Efron (1987), section 6.
        let sample = [1.0, 2.0, 3.0, 9.0, 4.0];
        let total: f64 = sample.iter().sum();
        let leave_one_out = sample.map(|value| Some((total - value) / 4.0));
        let expected = crate::moments::skewness(&sample).unwrap() / (6.0 * 5.0_f64.sqrt());
        assert!((acceleration(&leave_one_out).unwrap() - expected).abs() < 1e-14);
        assert_eq!(acceleration(&[Some(2.0); 3]), Some(0.0));
        assert_eq!(acceleration(&[Some(1.0), None]), None);
    }

    #[test]
    fn bias_correction_by_hand() {
        let draws: Vec<Option<f64>> = (0..1000).map(|value| Some(f64::from(value))).collect();
        let flat = [Some(0.0); 4];
        // Half of the draws below the estimate and no skewness: nothing to correct.
        let centred = Interval::bca(&draws, 499.5, &flat, 0.9).unwrap();
        let plain = Interval::percentile(&draws, 0.9).unwrap();
        assert!((centred.lo - plain.lo).abs() < 1e-9 && (centred.hi - plain.hi).abs() < 1e-9);
        // 60% below: both ends move up by 2 Φ⁻¹(0.6), to Φ(0.50669 ∓ 1.64485).
        let shifted = Interval::bca(&draws, 600.0 - 0.5, &flat, 0.9).unwrap();
        let end = |z: f64| 999.0 * normal::cdf(2.0 * normal::quantile(0.6).unwrap() + z);
        let z = normal::quantile(0.95).unwrap();
        assert!((shifted.lo - end(-z)).abs() < 1e-9 && (shifted.hi - end(z)).abs() < 1e-9);
    }

    #[test]
    fn acceleration_by_hand() {
        let draws: Vec<Option<f64>> = (0..1000).map(|value| Some(f64::from(value))).collect();
        // Mean 0.2: the cubes sum to 4 0.008 - 0.512, the squares to 0.8.
        let skewed = [0.0, 0.0, 0.0, 0.0, 1.0].map(Some);
        let a = -0.48 / (6.0 * 0.8 * 0.8_f64.sqrt());
        let found = Interval::bca(&draws, 499.5, &skewed, 0.9).unwrap();
        let z = normal::quantile(0.95).unwrap();
        let end = |z: f64| 999.0 * normal::cdf(z / (1.0 - a * z));
        assert!((found.lo - end(-z)).abs() < 1e-9 && (found.hi - end(z)).abs() < 1e-9);
    }

    #[test]
    fn a_one_sided_bootstrap_cannot_be_corrected() {
        let draws: Vec<Option<f64>> = (0..100).map(|value| Some(f64::from(value))).collect();
        assert_eq!(Interval::bca(&draws, -1.0, &[Some(0.0); 4], 0.9), None);
        assert_eq!(Interval::bca(&[], 0.0, &[Some(0.0); 4], 0.9), None);
    }

    #[test]
    fn no_draws_no_interval() {
        assert_eq!(Interval::percentile(&[], 0.9), None);
        assert_eq!(Interval::percentile(&[None; 5], 0.9), None);
    }
}
