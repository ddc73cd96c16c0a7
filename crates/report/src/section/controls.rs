//! The honest control: fewer condors instead of a hedge.

use crate::document::{Block, Column, Row, Section, Table};
use crate::folder::{RunFolder, SummaryRow};
use crate::section::{cells, per_window};

/// Per window, each hedged arm against the unhedged book scaled down to the same drawdown.
pub fn section(run: &RunFolder) -> Section {
    let known = run.summary.iter().any(|row| row.deleveraged_x.is_some());
    let mut blocks = vec![Block::Paragraph(
        "Holding fewer condors cuts the drawdown too, without any skill. The control scales the unhedged book so that \
         its maximum drawdown equals the hedged arm's, and compares what is earned. A hedge earns its place only where \
         the last column is above zero."
            .to_owned(),
    )];
    match known {
        true => blocks.extend(per_window(run, |window| vec![Block::Table(table(run, window))])),
        false => blocks.push(Block::Note(
            "The control is undefined for every arm of this folder: it exists only where an arm's drawdown is smaller \
             than the unhedged one's."
                .to_owned(),
        )),
    }
    Section { id: "controls", title: "Fewer condors instead of a hedge", blocks }
}

fn table(run: &RunFolder, window: usize) -> Table {
    let rows: Vec<&SummaryRow> = run.policies().into_iter().filter_map(|arm| run.summary_of(window, arm)).collect();
    let gain = |row: &SummaryRow| row.pnl_usd.zip(row.deleveraged_pnl_usd).map(|(own, fewer)| own - fewer);
    let largest = rows.iter().filter_map(|row| gain(row)).map(|usd| usd.abs().dollars()).fold(0.0, f64::max);
    let line = |row: &&SummaryRow| {
        let difference = cells::signed_usd(gain(row));
        Row::plain(vec![
            cells::arm(run, row.place.1),
            cells::fall(row.max_drawdown_usd),
            cells::percent(row.deleveraged_x),
            cells::signed_usd(row.deleveraged_pnl_usd),
            cells::signed_usd(row.pnl_usd),
            match gain(row) {
                Some(usd) => difference.with_bar(usd.dollars(), largest),
                None => difference,
            },
        ])
    };
    Table {
        caption: format!("{}: each arm against fewer condors at the same drawdown", run.manifest.windows[window].name),
        columns: vec![
            Column::text("Arm"),
            Column::number("Max drawdown", "$"),
            Column::number("Condors kept", "%"),
            Column::number("P&L of fewer condors", "$"),
            Column::number("P&L of the arm", "$"),
            Column::number("Arm minus control", "$"),
        ],
        rows: rows.iter().map(line).collect(),
    }
}
