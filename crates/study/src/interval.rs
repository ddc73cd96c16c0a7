//! An interval on every headline: the paired stationary bootstrap of all arms of a window at once. Which kind of interval
//! a headline has is decided in one place, `Draws::interval`.

use std::ops::Range;
use std::sync::atomic::AtomicBool;

use engine::run::Run;
use market::price::Money;
use policy::arm::Arm;
use stats::bootstrap::{Draws, Panel, Plan};
use stats::paired::Measure;

use crate::batch::{Stopped, map_until};
use crate::curves::daily_pnl;
use crate::summary::numbers::Summary;
use runfile::config::Inference;

/// Draws per parallel task. The result does not depend on it.
const TASK: usize = 250;

/// The draws of all arms over one window at once, the unhedged one first.
///
/// # Errors
/// Where `stop` is raised before the end.
pub(crate) fn of_runs(
    inference: &Inference,
    runs: &[(&Arm, &Run)],
    capital: Money,
    stop: &AtomicBool,
) -> Result<Draws, Stopped> {
    let daily: Vec<Vec<f64>> = runs
        .iter()
        .map(|(_, run)| daily_pnl(&run.curve, capital))
        .collect();
    let books: Vec<&[f64]> = daily.iter().map(Vec::as_slice).collect();
    let plan = Plan {
        draws: inference.draws,
        mean_block_sessions: inference.mean_block_sessions,
        seed: inference.seed,
    };
    draw(&Panel::new(&books), &plan, stop)
}

/// A hedged arm's summary with its intervals; `book` is its place in the draws.
pub(crate) fn with_intervals(summary: Summary, draws: &Draws, book: usize, level: f64) -> Summary {
    let interval = |measure| draws.interval(measure, 0, book, level);
    let reduction = interval(Measure::DrawdownReduction);
    // Retention is undefined in draws in which the condors lose. Without a defined value in the sample itself, or in
    // most draws, an interval of the other draws would describe worlds that did not happen.
    let retained = summary
        .profit_retained
        .and_then(|_| interval(Measure::Retention))
        .filter(|found| found.n_undefined <= found.n_draws);
    let difference = interval(Measure::PnlDifference);
    Summary {
        drawdown_reduction_lo: reduction.map(|found| found.lo),
        drawdown_reduction_hi: reduction.map(|found| found.hi),
        p_reduction_positive: reduction.map(|found| found.share_positive),
        draws: reduction.map_or(0, |found| found.n_draws),
        profit_retained_lo: retained.map(|found| found.lo),
        profit_retained_hi: retained.map(|found| found.hi),
        pnl_difference_lo: difference.map(|found| found.lo),
        pnl_difference_hi: difference.map(|found| found.hi),
        ..summary
    }
}

/// The draws of a plan, in parallel, in order.
///
/// # Errors
/// Where `stop` is raised before the end.
pub fn draw(panel: &Panel, plan: &Plan, stop: &AtomicBool) -> Result<Draws, Stopped> {
    let tasks: Vec<Range<usize>> = in_tasks(plan.draws, TASK).collect();
    let parts = map_until(&tasks, stop, |range| panel.draw(plan, range.clone()))?;
    Ok(Draws::combine(parts))
}

/// `draws` draws in parts of `task`.
pub fn in_tasks(draws: usize, task: usize) -> impl Iterator<Item = Range<usize>> {
    (0..draws)
        .step_by(task)
        .map(move |start| start..(start + task).min(draws))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Condors that gain and lose by turns lose in about half of the draws; what they retain is undefined there.
    #[test]
    fn half_of_the_draws_may_be_undefined_and_not_one_more() {
        let unhedged: Vec<f64> = (0..40).map(|at| [1.1, -1.0][at % 2]).collect();
        let hedged: Vec<f64> = unhedged.iter().map(|gain| 0.5 * gain).collect();
        let panel = Panel::new(&[&unhedged, &hedged]);
        let own = Summary {
            profit_retained: Some(0.5),
            ..Summary::default()
        };
        let mut seen = [0; 2];
        for seed in 0..200 {
            let plan = Plan {
                draws: 10,
                mean_block_sessions: 2.0,
                seed,
            };
            let draws = draw(&panel, &plan, &AtomicBool::new(false)).expect("nothing stops it");
            let values = draws.measure(Measure::Retention, 0, 1);
            let undefined = values.iter().filter(|value| value.is_none()).count();
            let summary = with_intervals(own.clone(), &draws, 1, 0.9);
            let interval = summary.profit_retained_lo.zip(summary.profit_retained_hi);
            if let 5 | 6 = undefined {
                assert_eq!(interval.is_some(), undefined == 5, "{seed}");
                seen[undefined - 5] += 1;
            }
        }
        assert!(seen.iter().all(|times| *times > 5), "{seen:?}");
    }
}
