//! The account of an arm beside a published index.

use crate::document::{Block, Cell, Column, Row, Section, Table};
use crate::folder::RunFolder;
use crate::number;
use crate::section::cells;
use tables::BenchmarkRow;

/// The comparisons of the run, where it asks for any.
pub fn section(run: &RunFolder) -> Option<Section> {
    let rows = run.benchmarks.as_deref().filter(|rows| !rows.is_empty())?;
    let words = "The account, interest included, beside the level its publisher gives. The share of the residual is the part \
                 of the squared differences of daily returns that falls on the days of a roll and on all others.";
    let blocks = vec![
        Block::Paragraph(words.to_owned()),
        Block::Table(table(rows)),
    ];
    Some(Section {
        id: "benchmark",
        title: "Published indices",
        blocks,
    })
}

/// What the returns of a row are, in words.
pub fn kind(row: &BenchmarkRow) -> String {
    row.returns.replace('_', " ")
}

fn table(rows: &[BenchmarkRow]) -> Table {
    let line = |row: &BenchmarkRow| {
        Row::plain(vec![
            Cell::text(row.window.clone()),
            Cell::text(row.arm.clone()),
            Cell::text(row.series.clone()),
            Cell::text(kind(row)),
            cells::count(row.n),
            Cell::maybe(row.correlation.map(|c| number::signed(c, 3))),
            cells::percent(row.tracking_error),
            cells::signed_percent(row.account_drawdown),
            cells::signed_percent(row.published_drawdown),
            cells::signed_percent(row.account_return),
            cells::signed_percent(row.published_return),
            cells::percent(row.residual_share),
            Cell::text(row.note.clone()),
        ])
    };
    let text = Column::text;
    let number = Column::number;
    let columns = vec![
        text("Window"),
        text("Arm"),
        text("Index"),
        text("Returns"),
        number("n", ""),
        number("Correlation", ""),
        number("Tracking error", "% a year"),
        number("Fall", "%"),
        number("Fall of the index", "%"),
        number("Return", "%"),
        number("Return of the index", "%"),
        number("Residual", "%"),
        text("Note"),
    ];
    Table {
        caption: "Accounts beside published indices".to_owned(),
        columns,
        rows: rows.iter().map(line).collect(),
    }
}
