//! The arms of a run over other condors, each condor alone on capital of its own: to look at beside the headline, which
//! knows nothing of them.

use std::ops::Range;
use std::sync::atomic::AtomicBool;

use engine::run::{Keep, Run};
use market::history::MarketHistory;
use market::price::Money;
use policy::arm::Arm;
use runfile::config::RunConfig;
use tables::OtherCondorRow;

use crate::arms::OtherBook;
use crate::batch::{Job, Progress, Stopped, run_all_until};
use crate::summary::{Summary, of_runs};

/// The rows of `other_condors.csv`: condor by condor, window by window.
///
/// # Errors
/// Where `stop` is raised before the end.
pub(crate) fn rows(
    config: &RunConfig,
    history: &MarketHistory,
    books: &[OtherBook],
    progress: Progress<'_>,
    stop: &AtomicBool,
) -> Result<Vec<OtherCondorRow>, Stopped> {
    let capital = Money::from_usd(config.starting_capital_usd);
    let mut rows = Vec::new();
    let total = books.len() * config.windows.len();
    progress("other condors", 0, total);
    for book in books {
        for window in &config.windows {
            let range = history.window(window.first, window.last);
            let runs = replays(config, history, &range, &book.arms, capital, stop)?;
            let runs: Vec<(&Arm, &Run)> = book.arms.iter().zip(&runs).collect();
            let (summaries, _) = of_runs(&config.inference, &runs, capital, stop)?;
            let row = |(arm, summary): (&Arm, Summary)| OtherCondorRow {
                condor: book.condor.clone(),
                window: window.name.clone(),
                arm: arm.name.clone(),
                pnl_usd: Some(summary.pnl),
                max_drawdown_usd: Some(summary.max_drawdown),
                drawdown_reduction: summary.drawdown_reduction,
                drawdown_reduction_lo: summary.drawdown_reduction_lo,
                drawdown_reduction_hi: summary.drawdown_reduction_hi,
                profit_retained: summary.profit_retained,
                hedge_pnl_usd: summary.hedge_pnl,
                trades: summary.trades,
            };
            rows.extend(book.arms.iter().zip(summaries).map(row));
            progress("other condors", rows.len() / book.arms.len(), total);
        }
    }
    Ok(rows)
}

/// A run without a record for each arm.
fn replays(
    config: &RunConfig,
    history: &MarketHistory,
    window: &Range<usize>,
    arms: &[Arm],
    capital: Money,
    stop: &AtomicBool,
) -> Result<Vec<Run>, Stopped> {
    let job = |arm| Job {
        history,
        window: window.clone(),
        arm,
        execution: &config.execution,
        capital,
        keep: Keep::Curve,
    };
    let jobs: Vec<Job<'_>> = arms.iter().map(job).collect();
    run_all_until(&jobs, &|_| (), stop)
}
