//! Test for superior predictive ability.
//!
//! Hansen, "A Test for Superior Predictive Ability", *Journal of Business & Economic Statistics* 23 (2005): White's
//! reality check ([`crate::reality_check`]) with gains measured in their own standard errors, and with configurations
//! that are clearly worse than the benchmark left out of the null distribution. Trying many hopeless variants then
//! neither hides nor makes a discovery. Draws are taken times the factor of [`crate::reality_check`], that of the
//! configuration with the greatest gain in standard errors.

use crate::bootstrap::Plan;
use crate::moments::{mean, nonzero_deviation};
use crate::reality_check::{mean_draws, means, p_value, scales};
use crate::{defined, ratio};

/// Result of the test. The three p-values differ in what they assume of configurations below the benchmark.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Superiority {
    /// Index of the configuration with the greatest gain in standard errors; of equals the first.
    pub best: usize,
    /// `max(0, max_k √n mean(d_k) / ω_k)` (standard errors).
    pub statistic: f64,
    /// All that are below the benchmark in the sample are as good as it: a lower bound.
    pub p_lower: f64,
    /// Those significantly below it do not matter: consistent, the one to report.
    pub p_consistent: f64,
    /// All are exactly as good as the benchmark: an upper bound.
    pub p_upper: f64,
}

/// Hansen's test for `gains`: for each tried configuration its daily gain over the benchmark.
///
/// A configuration whose gain never varies (a hedge that never traded) has no standard error and is left out. None if
/// no other remains, without a draw, with fewer than three sessions, or if a value is not finite.
///
/// # Panics
/// If the series differ in length.
pub fn superiority(gains: &[&[f64]], plan: &Plan) -> Option<Superiority> {
    let sessions = gains.first()?.len();
    means(gains)?;
    if sessions < 3 {
        return None;
    }
    let varying: Vec<usize> = (0..gains.len())
        .filter(|&k| nonzero_deviation(gains[k]).is_some())
        .collect();
    let series: Vec<&[f64]> = varying.iter().map(|&k| gains[k]).collect();
    let candidates: Option<Vec<Candidate>> = series
        .iter()
        .map(|one| Candidate::of(one, plan.mean_block_sessions))
        .collect();
    let candidates = candidates.filter(|found| !found.is_empty())?;
    let t = |k: usize| candidates[k].mean / candidates[k].standard_error;
    let best = (1..candidates.len()).fold(0, |best, k| if t(k) > t(best) { k } else { best });
    let statistic = defined(t(best).max(0.0))?;
    let scales = scales(series[best], plan);
    let reached = count_reached(&candidates, &series, plan, &scales, statistic);
    let [p_lower, p_consistent, p_upper] = reached.map(|count| p_value(count, plan));
    Some(Superiority {
        best: varying[best],
        statistic,
        p_lower: p_lower?,
        p_consistent: p_consistent?,
        p_upper: p_upper?,
    })
}

/// How many draws reach the statistic under each of the three centrings.
fn count_reached(
    candidates: &[Candidate],
    series: &[&[f64]],
    plan: &Plan,
    scales: &[f64],
    statistic: f64,
) -> [usize; 3] {
    let mut reached = [0; 3];
    for (draw, scale) in mean_draws(series, plan).zip(scales) {
        let mut greatest = [0.0; 3];
        for (candidate, drawn) in candidates.iter().zip(draw) {
            for (greatest, center) in greatest.iter_mut().zip(candidate.centers) {
                *greatest = f64::max(*greatest, (drawn - center) / candidate.standard_error);
            }
        }
        for (reached, greatest) in reached.iter_mut().zip(greatest) {
            *reached += usize::from(greatest * scale >= statistic);
        }
    }
    reached
}

pub(crate) struct Candidate {
    /// Mean gain `d`.
    pub(crate) mean: f64,
    /// `ω / √n`.
    pub(crate) standard_error: f64,
    /// What a drawn mean is measured from: `max(d, 0)`; `d` unless it is below `-ω √(2 ln ln n / n)`, then 0; `d`.
    pub(crate) centers: [f64; 3],
}

impl Candidate {
    pub(crate) fn of(gains: &[f64], mean_block_sessions: f64) -> Option<Candidate> {
        let n = gains.len() as f64;
        let mean = mean(gains)?;
        let standard_error = (long_run_variance(gains, mean_block_sessions)? / n).sqrt();
        let hopeless = mean < -standard_error * (2.0 * libm::log(libm::log(n))).sqrt();
        let centers = [mean.max(0.0), if hopeless { 0.0 } else { mean }, mean];
        Some(Candidate {
            mean,
            standard_error,
            centers,
        })
    }
}

/// Variance of √n times the mean under the stationary bootstrap itself, `ω² = γ_0 + 2 Σ_{i=1}^{n-1} κ_i γ_i`.
///
/// `κ_i = (n - i)/n (1 - q)^i + i/n (1 - q)^(n - i)`, q one over the mean block length: Hansen (2005), section 3. Both
/// terms together are one, over the series closed to a ring: `Σ_i (n - i)/n (1 - q)^i Σ_t x_t x_{t+i} / n`. The inner
/// sums over i go from one session to the one before in a few operations, so that the whole takes n steps, not n².
fn long_run_variance(gains: &[f64], mean_block_sessions: f64) -> Option<f64> {
    let n = gains.len() as f64;
    let center = mean(gains)?;
    let x: Vec<f64> = gains.iter().map(|gain| gain - center).collect();
    let stay = 1.0 - 1.0 / mean_block_sessions;
    // Of the last session: Σ s^i x_{t+i} and Σ i s^i x_{t+i}, i from 1 to n - 1; `power` ends as s^n.
    let mut discounted = 0.0;
    let mut weighted = 0.0;
    let mut power = stay;
    for (lag, value) in x[..x.len() - 1].iter().enumerate() {
        discounted += power * value;
        weighted += (lag + 1) as f64 * power * value;
        power *= stay;
    }
    let mut squares = 0.0;
    let mut products = 0.0;
    let mut next = None;
    for value in x.iter().rev() {
        if let Some(next) = next {
            weighted = stay * (next + discounted + weighted) - n * power * value;
            discounted = stay * (next + discounted) - power * value;
        }
        squares += value * value;
        products += value * (discounted - weighted / n);
        next = Some(value);
    }
    ratio(squares + 2.0 * products, n).filter(|variance| *variance > 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAN: Plan = Plan {
        draws: 200,
        mean_block_sessions: 2.0,
        seed: 5,
    };

    #[test]
    fn hopeless_is_what_lies_below_the_law_of_the_iterated_logarithm() {
        // Of 100 sessions √(2 ln ln 100) = 1.7476 standard errors.
        let noise: Vec<f64> = (0..100)
            .map(|t| f64::from(t * t * 7_919 % 1_009) / 1_009.0)
            .collect();
        let center = mean(&noise).unwrap();
        let error = Candidate::of(&noise, 2.0).unwrap().standard_error;
        let at = |errors: f64| {
            let moved: Vec<f64> = noise.iter().map(|x| x - center + errors * error).collect();
            Candidate::of(&moved, 2.0).unwrap()
        };
        for (errors, hopeless) in [
            (-1.74, false),
            (-1.76, true),
            (-1.0, false),
            (-9.0, true),
            (1.76, false),
        ] {
            let one = at(errors);
            assert!((one.mean - errors * error).abs() < 1e-12);
            let consistent = if hopeless { 0.0 } else { one.mean };
            assert_eq!(
                one.centers,
                [one.mean.max(0.0), consistent, one.mean],
                "{errors}"
            );
        }
    }

    #[test]
    fn long_run_variance_by_hand() {
        // Centred 1, -1, 1, -1: covariances 1, -3/4, 1/2, -1/4; q = 1/2 gives the weights
        // 3/4 · 1/2 + 1/4 · 1/8 = 13/32, 2/4 · 1/4 + 2/4 · 1/4 = 1/4, and 1/4 · 1/8 + 3/4 · 1/2 = 13/32.
        let found = long_run_variance(&[3.0, 1.0, 3.0, 1.0], 2.0).unwrap();
        let expected = 1.0 + 2.0 * (-0.75 * 13.0 / 32.0 + 0.5 * 0.25 - 0.25 * 13.0 / 32.0);
        assert!((found - expected).abs() < 1e-15);
    }

    /// The formula of the paper, lag by lag.
    fn variance_by_lags(gains: &[f64], mean_block_sessions: f64) -> f64 {
        let n = gains.len();
        let center = mean(gains).unwrap();
        let x: Vec<f64> = gains.iter().map(|gain| gain - center).collect();
        let stay =
            |lags: usize| (0..lags).fold(1.0, |power, _| power * (1.0 - 1.0 / mean_block_sessions));
        let covariance =
            |lag: usize| x[lag..].iter().zip(&x).map(|(a, b)| a * b).sum::<f64>() / n as f64;
        let weight =
            |lag: usize| ((n - lag) as f64 * stay(lag) + lag as f64 * stay(n - lag)) / n as f64;
        covariance(0) + 2.0 * (1..n).map(|lag| weight(lag) * covariance(lag)).sum::<f64>()
    }

    #[test]
    fn the_variance_in_n_steps_is_that_of_all_lags() {
        for n in [3, 10, 253, 401] {
            let gains: Vec<f64> = (0..n)
                .map(|t| f64::from(t * t * 7_919 % 1_009) / 100.0 - 3.0)
                .collect();
            for mean_block_sessions in [1.0, 2.0, 21.0, 400.0] {
                let found = long_run_variance(&gains, mean_block_sessions).unwrap();
                let wanted = variance_by_lags(&gains, mean_block_sessions);
                let apart = (found - wanted).abs() / covariance_scale(&gains);
                assert!(
                    apart < 1e-12,
                    "{n}, {mean_block_sessions}: {found} {wanted}"
                );
            }
        }
    }

    /// The variance that independent sessions would give.
    fn covariance_scale(gains: &[f64]) -> f64 {
        crate::moments::deviation(gains).map_or(1.0, |deviation| deviation * deviation)
    }

    #[test]
    fn the_variance_is_that_of_the_draws() {
        let gains: Vec<f64> = (0..40).map(|t| f64::from(t * t * 7 % 23)).collect();
        let plan = Plan {
            draws: 40_000,
            mean_block_sessions: 6.0,
            seed: 2,
        };
        let means: Vec<f64> = mean_draws(&[&gains], &plan).map(|draw| draw[0]).collect();
        let deviation = crate::moments::deviation(&means).unwrap();
        let found = long_run_variance(&gains, 6.0).unwrap();
        // The relative error of a variance from 40,000 draws is 0.7%.
        assert!((found / (40.0 * deviation * deviation) - 1.0).abs() < 0.03);
    }

    #[test]
    fn hopeless_candidates_are_centred_at_zero() {
        let wiggle = |level: f64| -> Vec<f64> {
            (0..100)
                .map(|t| level + f64::from(t * 37 % 10) - 4.5)
                .collect()
        };
        let centers = |level: f64| Candidate::of(&wiggle(level), 1.0).unwrap().centers;
        let found = [centers(1.0), centers(-0.1), centers(-3.0)];
        let signs = found.map(|centers| centers.map(|center| center != 0.0));
        assert_eq!(
            signs,
            [
                [true, true, true],
                [false, true, true],
                [false, false, true]
            ]
        );
    }

    #[test]
    fn a_hedge_that_never_traded_is_left_out() {
        let gains: Vec<f64> = (0..50).map(|t| f64::from(t * 37 % 10) - 4.0).collect();
        let idle = [0.0; 50];
        let alone = superiority(&[&gains], &PLAN).unwrap();
        let beside = superiority(&[&idle, &gains], &PLAN).unwrap();
        assert_eq!(beside, Superiority { best: 1, ..alone });
        assert_eq!(superiority(&[&idle], &PLAN), None);
    }

    #[test]
    fn nothing_tried_nothing_known() {
        assert_eq!(superiority(&[], &PLAN), None);
        assert_eq!(superiority(&[&[1.0, 2.0]], &PLAN), None);
        assert_eq!(superiority(&[&[1.0, f64::NAN, 2.0]], &PLAN), None);
        assert_eq!(
            superiority(&[&[1.0, 3.0, 2.0]], &Plan { draws: 0, ..PLAN }),
            None
        );
    }
}
