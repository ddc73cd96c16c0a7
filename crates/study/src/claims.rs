//! What ALVH is said to do, beside what was measured (docs/claims.md, "Outcomes").
//!
//! The questions are part of the run's configuration: [`runfile::claims::Claims`], from `configs/claims.toml` unless the run file has its
//! own. Each row names a measure, arms, windows, the claimed values and the least n; the verdict follows by [`RULE`],
//! which is fixed for all rows. A row whose arms, windows or defined value are missing is *not measurable here*, with
//! the reason; no other verdict is given without n and interval.

pub(crate) mod answer;
mod clusters;
mod conditions;
mod events;
mod evidence;
mod measured;
mod pnl_measures;
mod purchase_measures;
mod ratio_measures;
mod unmeasured;
mod verdict;

pub use answer::Answer;
pub use unmeasured::Unmeasured;
pub use verdict::{Found, RULE, verdict};

use std::sync::atomic::AtomicBool;

use market::history::MarketHistory;
use runfile::claims::Row;
use runfile::config::RunConfig;
use tables::ClaimRow;

use crate::batch::Progress;
use crate::batch::{Stopped, go_on};
use crate::results::{Study, WindowResult};

/// Every row of the configuration, measured, in the order of the claims table.
///
/// # Errors
/// Where `stop` is raised before the end.
pub fn answers(
    config: &RunConfig,
    history: &MarketHistory,
    windows: &[WindowResult],
    progress: Progress<'_>,
    stop: &AtomicBool,
) -> Result<Vec<Answer>, Stopped> {
    let evidence = evidence::Evidence::new(config, history, windows, stop);
    let rows = config.claims.in_order();
    let mut answers = Vec::with_capacity(rows.len());
    progress("claims", 0, rows.len());
    for (index, row) in rows.iter().enumerate() {
        let found =
            measured::found(&evidence, row).unwrap_or_else(|why| Found::not_measurable(&why));
        // A number that was stopped under way is none.
        go_on(stop)?;
        progress("claims", index + 1, rows.len());
        answers.push(Answer {
            row: Row::clone(row),
            found,
        });
    }
    Ok(answers)
}

/// The rows of `claims.csv`, one for each question.
pub fn rows(study: &Study) -> Vec<ClaimRow> {
    let row = |answer: &Answer| {
        let row = &answer.row;
        let found = &answer.found;
        let window = match row.windows.is_empty() {
            true => "all".to_string(),
            false => row.windows.join(" + "),
        };
        ClaimRow {
            id: row.id.clone(),
            claim: row.claim.clone(),
            claimed: row.claimed.to_string(),
            measured: found.value,
            lo: found.interval.map(|i| i.0),
            hi: found.interval.map(|i| i.1),
            n: Some(found.n),
            verdict: answer.verdict().to_string(),
            window,
            arm: row.measure.arms(),
            unit: row.measure.unit().to_string(),
            rule: RULE.to_string(),
            n_counts: row.measure.n_counts().to_string(),
            minimum_n: Some(row.minimum_n),
            note: found.note.clone(),
            method: found.method.map(|m| m.to_string()).unwrap_or_default(),
        }
    };
    study.claims.iter().map(row).collect()
}
