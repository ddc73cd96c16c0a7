//! An interval on every headline: the paired stationary bootstrap of all arms of a window at once. Which kind of interval
//! a headline has is decided in one place, `Draws::interval`.

use std::ops::Range;
use std::sync::atomic::AtomicBool;

use market::price::Money;
use stats::bootstrap::{Draws, Panel, Plan};
use stats::paired::Measure;

use crate::batch::{Stopped, map_until};
use crate::curves::daily_pnl;
use crate::results::ArmResult;
use crate::summary::numbers::Summary;
use runfile::config::RunConfig;

/// Draws per parallel task. The result does not depend on it.
const TASK: usize = 250;

/// Fills the interval fields of the summaries (the unhedged arm first), and hands back the draws for the controls.
///
/// # Errors
/// Where `stop` is raised before the end.
pub fn fill_in(
    config: &RunConfig,
    arms: &[ArmResult],
    capital: Money,
    summaries: &mut [Summary],
    stop: &AtomicBool,
) -> Result<Draws, Stopped> {
    let daily: Vec<Vec<f64>> = arms
        .iter()
        .map(|arm| daily_pnl(&arm.run.curve, capital))
        .collect();
    let books: Vec<&[f64]> = daily.iter().map(Vec::as_slice).collect();
    let i = config.inference;
    let plan = Plan {
        draws: i.draws,
        mean_block_sessions: i.mean_block_sessions,
        seed: i.seed,
    };
    let draws = draw(&Panel::new(&books), &plan, stop)?;
    for (book, summary) in summaries.iter_mut().enumerate().skip(1) {
        let interval = |measure| draws.interval(measure, 0, book, i.level);
        if let Some(found) = interval(Measure::DrawdownReduction) {
            summary.drawdown_reduction_lo = Some(found.lo);
            summary.drawdown_reduction_hi = Some(found.hi);
            summary.p_reduction_positive = Some(found.share_positive);
            summary.draws = found.n_draws;
        }
        // Retention is undefined in draws in which the condors lose. Without a defined value in the sample itself, or in
        // most draws, an interval of the other draws would describe worlds that did not happen.
        if summary.profit_retained.is_some()
            && let Some(found) =
                interval(Measure::Retention).filter(|found| found.n_undefined <= found.n_draws)
        {
            summary.profit_retained_lo = Some(found.lo);
            summary.profit_retained_hi = Some(found.hi);
        }
        if let Some(found) = interval(Measure::PnlDifference) {
            summary.pnl_difference_lo = Some(found.lo);
            summary.pnl_difference_hi = Some(found.hi);
        }
    }
    Ok(draws)
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
