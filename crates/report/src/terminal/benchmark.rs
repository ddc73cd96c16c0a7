//! Accounts beside published indices.

use super::layout::{Grid, Line};
use crate::folder::RunFolder;
use crate::number;
use crate::text;
use tables::BenchmarkRow;

/// One line per comparison, each with its window; none where the run asks for none.
pub fn grid(run: &RunFolder) -> Option<Grid> {
    let rows = run.benchmarks.as_deref().filter(|rows| !rows.is_empty())?;
    let heads = [
        ("window", ""),
        ("index", ""),
        ("returns", ""),
        ("n", ""),
        ("corr.", ""),
        ("tracking", "% a year"),
        ("fall", "%"),
        ("its fall", "%"),
        ("return", "%"),
        ("its return", "%"),
        ("residual", "%"),
    ];
    let line = |row: &BenchmarkRow| -> Line {
        let signed = |value: Option<f64>| value.map(|v| format!("{:+.2}", 100.0 * v));
        vec![
            Some(text::one_line(&row.window)),
            Some(text::one_line(&row.series)),
            Some(if row.n == 0 {
                text::one_line(&row.note)
            } else {
                text::one_line(&row.returns.replace('_', " "))
            }),
            Some(number::count(row.n)),
            row.correlation.map(|c| number::signed(c, 3)),
            row.tracking_error.map(|v| format!("{:.2}", 100.0 * v)),
            signed(row.account_drawdown),
            signed(row.published_drawdown),
            signed(row.account_return),
            signed(row.published_return),
            row.residual_share.map(number::percent),
        ]
    };
    Some(Grid::new(&heads, rows.iter().map(line).collect()))
}
