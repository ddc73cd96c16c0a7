//! Reality check for data snooping.
//!
//! White, "A Reality Check for Data Snooping", *Econometrica* 68 (2000): is the best of many tried configurations better
//! than the benchmark, or only the luckiest? `V = max_k √n mean(f_k)` for gains `f_k` over the benchmark is compared with
//! its distribution if no gain were real, `V* = max_k √n (mean(f*_k) - mean(f_k))` over stationary bootstrap draws that
//! all configurations share. Configurations far below the benchmark make it conservative: see [`crate::spa`].
//!
//! A sample that holds few clusters thinks itself surer than it is, and then so do all its draws: a worthless grid was
//! rejected too often (`docs/calibration.md`). So each `V*` is taken times the standard error of the best configuration in
//! the sample over that in the draw ([`crate::stretches`]): the test of one mean studentised, its distribution that of a
//! ratio. One factor a draw, not one a configuration: among many the smallest error would be the greatest ratio. And the
//! best of many is often one whose own error came out small by luck: where the median error of its draws is larger, that
//! one is taken for the sample's.

use crate::blocks::{self, StationaryBlocks};
use crate::bootstrap::Plan;
use crate::defined;
use crate::interval::quantile;
use crate::moments::{mean, nonzero_deviation};
use crate::stretches;

/// Result of the reality check.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RealityCheck {
    /// Index of the configuration with the greatest mean gain; of equals the first.
    pub best: usize,
    /// `√n mean(f_best)`, in the unit of the gains.
    pub statistic: f64,
    /// Probability of such a best among configurations without merit: `(1 + #(V* >= V)) / (1 + B)`, never zero.
    pub p_value: f64,
}

/// White's test for `gains`: for each tried configuration its daily gain over the benchmark, for example hedged less
/// unhedged P&L. All configurations ever tried belong here, also abandoned ones.
///
/// None without a configuration, session or draw, or if a value is not finite.
///
/// # Panics
/// If the series differ in length.
pub fn reality_check(gains: &[&[f64]], plan: &Plan) -> Option<RealityCheck> {
    let means = means(gains)?;
    let best = (1..means.len()).fold(0, |best, k| if means[k] > means[best] { k } else { best });
    let greatest = |draw: Vec<f64>| {
        draw.iter()
            .zip(&means)
            .fold(f64::NEG_INFINITY, |v, (d, m)| v.max(d - m))
    };
    let draws = mean_draws(gains, plan)
        .map(greatest)
        .zip(scales(gains[best], plan));
    let reached = draws
        .filter(|(greatest, scale)| greatest * scale >= means[best])
        .count();
    let p_value = p_value(reached, plan)?;
    Some(RealityCheck {
        best,
        statistic: defined(means[best] * (gains[0].len() as f64).sqrt())?,
        p_value,
    })
}

/// `(1 + reached) / (1 + B)`: the sample itself counts as one draw, so that no finite B claims certainty (Davison &
/// Hinkley, *Bootstrap Methods and their Application* (1997), section 4.2).
pub(crate) fn p_value(reached: usize, plan: &Plan) -> Option<f64> {
    if plan.draws == 0 {
        None
    } else {
        Some((1 + reached) as f64 / (1 + plan.draws) as f64)
    }
}

/// Mean of each series; none if there is no series or one of them has no mean.
pub(crate) fn means(series: &[&[f64]]) -> Option<Vec<f64>> {
    let sessions = series.first()?.len();
    assert!(
        series.iter().all(|one| one.len() == sessions),
        "all series must cover the same sessions"
    );
    series.iter().map(|one| mean(one)).collect()
}

/// For each draw of `plan` the mean of each series in it; all series share the draw.
pub(crate) fn mean_draws(series: &[&[f64]], plan: &Plan) -> impl Iterator<Item = Vec<f64>> {
    let sessions = series[0].len();
    let stationary = StationaryBlocks::new(sessions, plan.mean_block_sessions, plan.seed);
    let mut indices = vec![0; sessions];
    let mut counts = vec![0; sessions];
    (0..plan.draws).map(move |number| {
        stationary.fill(number as u64, &mut indices);
        blocks::count(&indices, &mut counts);
        series
            .iter()
            .map(|one| weighted_sum(one, &counts) / sessions as f64)
            .collect()
    })
}

/// For each draw of `plan` the standard error of a series over that of its draw: see the head of this file.
pub(crate) fn scales(series: &[f64], plan: &Plan) -> Vec<f64> {
    let sessions = series.len();
    let stationary = StationaryBlocks::new(sessions, plan.mean_block_sessions, plan.seed);
    let mut indices = vec![0; sessions];
    let draws = (0..plan.draws).map(|number| {
        stationary.fill(number as u64, &mut indices);
        let drawn: Vec<f64> = indices
            .iter()
            .map(|&session| series[session as usize])
            .collect();
        error(&drawn)
    });
    scales_of(error(series), &draws.collect::<Vec<_>>())
}

/// Standard error of the sum of a series; none if it never varies, or is too short.
pub(crate) fn error(series: &[f64]) -> Option<f64> {
    nonzero_deviation(series)?;
    let sums = stretches::sums(series);
    stretches::standard_error(&sums, series.len(), stretches::magnitude(&sums))
}

/// The factors from the errors of the sample and of its draws; one where either is undefined.
pub(crate) fn scales_of(own: Option<f64>, draws: &[Option<f64>]) -> Vec<f64> {
    let mut ascending: Vec<f64> = draws.iter().flatten().copied().collect();
    ascending.sort_by(f64::total_cmp);
    let own = own
        .zip(quantile(&ascending, 0.5))
        .map(|(own, typical)| own.max(typical));
    draws
        .iter()
        .map(|drawn| own.zip(*drawn).map_or(1.0, |(own, drawn)| own / drawn))
        .collect()
}

/// `Σ counts_t values_t`, in four running sums: one would wait for itself at every step.
fn weighted_sum(values: &[f64], counts: &[u32]) -> f64 {
    let mut sums = [0.0; 4];
    let (value_rows, value_rest) = values.as_chunks::<4>();
    let (count_rows, count_rest) = counts.as_chunks::<4>();
    for (row, times) in value_rows.iter().zip(count_rows) {
        for lane in 0..4 {
            sums[lane] += row[lane] * f64::from(times[lane]);
        }
    }
    let rest: f64 = value_rest
        .iter()
        .zip(count_rest)
        .map(|(value, times)| value * f64::from(*times))
        .sum();
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weighted_sum_by_hand() {
        let values = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
        assert_eq!(
            weighted_sum(&values, &[1, 0, 2, 0, 1, 3]),
            1.0 + 6.0 + 5.0 + 18.0
        );
    }

    #[test]
    fn the_mean_of_a_draw_is_that_of_its_sessions() {
        let values: Vec<f64> = (0..30).map(|t| f64::from(t * t % 11)).collect();
        let plan = Plan {
            draws: 20,
            mean_block_sessions: 4.0,
            seed: 9,
        };
        let stationary = StationaryBlocks::new(30, 4.0, 9);
        let mut indices = vec![0; 30];
        for (number, found) in mean_draws(&[&values], &plan).enumerate() {
            stationary.fill(number as u64, &mut indices);
            let sum: f64 = indices.iter().map(|&t| values[t as usize]).sum();
            // Whole numbers: every order of addition gives the same sum.
            assert_eq!(found, [sum / 30.0]);
        }
    }

    #[test]
    fn factors_by_hand() {
        let draws = [Some(2.0), Some(8.0), None, Some(4.0)];
        // The median error of the draws is 4.
        assert_eq!(scales_of(Some(6.0), &draws), [3.0, 0.75, 1.0, 1.5]);
        assert_eq!(scales_of(Some(1.0), &draws), [2.0, 0.5, 1.0, 1.0]);
        assert_eq!(scales_of(None, &draws), [1.0; 4]);
        assert_eq!(scales_of(Some(1.0), &[None, None]), [1.0; 2]);
        assert_eq!(error(&[0.25; 40]), None);
    }

    #[test]
    fn nothing_tried_nothing_known() {
        let plan = Plan {
            draws: 10,
            mean_block_sessions: 2.0,
            seed: 1,
        };
        assert_eq!(reality_check(&[], &plan), None);
        assert_eq!(reality_check(&[&[]], &plan), None);
        assert_eq!(
            reality_check(&[&[1.0, 2.0]], &Plan { draws: 0, ..plan }),
            None
        );
    }
}
