//! What was claimed, what was measured, and the verdict.

use crate::chart::Unit;
use crate::document::{Block, Cell, Column, Row, Section, Table};
use crate::folder::{ClaimRow, RunFolder};

/// Every claim of `claims.csv`.
pub fn section(run: &RunFolder) -> Section {
    let intro = "Every number of the public texts about this hedge is a hypothesis. A verdict follows from a rule fixed \
                 before the run, and there is none without an interval.";
    let body = match run.claims.is_empty() {
        true => Block::Note("No claim was measured by this run.".to_owned()),
        false => Block::Table(table(&run.claims)),
    };
    Section { id: "claims", title: "Claims", blocks: vec![Block::Paragraph(intro.to_owned()), body] }
}

fn table(claims: &[ClaimRow]) -> Table {
    let with_rule = claims.iter().any(|claim| !claim.rule.is_empty());
    let with_place = claims.iter().any(|claim| !claim.place.is_empty());
    let mut columns = vec![
        Column::text("Id"),
        Column::text("Claim"),
        Column::text("Claimed"),
        Column::number("Measured", ""),
        Column::number("Interval", ""),
        Column::number("n", ""),
        Column::text("Verdict"),
    ];
    columns.extend(with_place.then(|| Column::text("Measured on")));
    columns.extend(with_rule.then(|| Column::text("Rule")));
    let row = |claim: &ClaimRow| {
        let span = claim.lo.zip(claim.hi).map(|(lo, hi)| format!("{} to {}", print(claim, lo), print(claim, hi)));
        let mut cells = vec![
            Cell::text(claim.id.clone()),
            Cell::text(claim.claim.clone()),
            Cell::text(claim.claimed.clone()),
            Cell::maybe(claim.measured.map(|value| print(claim, value))),
            Cell::maybe(span),
            Cell::text(claim.n.clone()),
            Cell::text(claim.verdict.replace('_', " ")),
        ];
        cells.extend(with_place.then(|| Cell::text(claim.place.clone())));
        cells.extend(with_rule.then(|| Cell::text(claim.rule.clone())));
        Row::plain(cells)
    };
    let caption = "Claims, measured values with intervals, and verdicts".to_owned();
    Table { caption, columns, rows: claims.iter().map(row).collect() }
}

/// A measured value in the unit its row names; without one, as a plain number.
fn print(claim: &ClaimRow, value: f64) -> String {
    match claim.unit.as_str() {
        "fraction" => Unit::Percent.spoken(value),
        "usd" => crate::number::signed(value, 0),
        _ => crate::number::fixed(value, 4),
    }
}
