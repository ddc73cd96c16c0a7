//! What ALVH is said to do, beside what was measured (docs/claims.md, "Outcomes").
//!
//! The questions are part of the run's configuration: [`runfile::claims::Claims`], from `configs/claims.toml` unless the run file has its
//! own. Each row names a measure, arms, windows, the claimed values and the least n; the verdict follows by [`RULE`],
//! which is fixed for all rows. A row whose arms, windows or defined value are missing is *not measurable here*, with
//! the reason; no other verdict is given without n and interval.

pub(crate) mod answer;
mod events;
mod evidence;
mod measured;
mod pnl_measures;
mod purchase_measures;
mod verdict;

pub use answer::Answer;
pub use verdict::{Found, RULE, verdict};

use std::sync::atomic::AtomicBool;

use market::history::MarketHistory;
use runfile::claims::Row;
use runfile::config::RunConfig;

use crate::batch::Progress;
use crate::batch::{Stopped, go_on};
use crate::results::{Study, WindowResult};
use crate::tables::{Sheet, ratio};

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
    for (index, row) in rows.iter().enumerate() {
        let found = measured::found(&evidence, row).unwrap_or_else(Found::not_measurable);
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

/// `claims.csv`: a row for each question.
pub fn csv(study: &Study) -> String {
    let columns = [
        "id",
        "claim",
        "claimed",
        "measured",
        "lo",
        "hi",
        "n",
        "verdict",
        "window",
        "arm",
        "unit",
        "rule",
        "n_counts",
        "minimum_n",
        "note",
        "method",
    ];
    let mut sheet = Sheet::new(&columns);
    for answer in &study.claims {
        let (row, found) = (&answer.row, &answer.found);
        let window = if row.windows.is_empty() {
            "all".to_string()
        } else {
            row.windows.join(" + ")
        };
        sheet.row(vec![
            row.id.clone(),
            row.claim.clone(),
            row.claimed.to_string(),
            ratio(found.value),
            ratio(found.interval.map(|i| i.0)),
            ratio(found.interval.map(|i| i.1)),
            found.n.to_string(),
            answer.verdict().to_string(),
            window,
            row.measure.arms(),
            row.measure.unit().to_string(),
            RULE.to_string(),
            row.measure.n_counts().to_string(),
            row.minimum_n.to_string(),
            found.note.clone(),
            found
                .method
                .map(|method| method.to_string())
                .unwrap_or_default(),
        ]);
    }
    sheet.text()
}
