//! What the dataset's checks found.

use crate::document::{Block, Cell, Column, Row, Section, Table};
use crate::folder::{FindingRow, RunFolder};
use crate::section::{absent, cells};

/// Every finding with its count.
pub fn section(run: &RunFolder) -> Section {
    let block = match run.findings.as_deref() {
        None => absent("findings.csv", "the findings of the dataset's checks"),
        Some([]) => Block::Note("The dataset's checks found nothing.".to_owned()),
        Some(rows) => Block::Table(table(rows)),
    };
    Section { id: "findings", title: "Data findings", blocks: vec![block] }
}

fn table(rows: &[FindingRow]) -> Table {
    let row = |row: &FindingRow| {
        Row::plain(vec![
            Cell::text(row.severity.clone()),
            Cell::text(row.code.clone()),
            Cell::text(row.series.clone()),
            cells::count(row.count),
            Cell::text(row.span.0.clone()),
            Cell::text(row.span.1.clone()),
            Cell::text(row.message.clone()),
        ])
    };
    let text = Column::text;
    let columns = vec![
        text("Severity"),
        text("Code"),
        text("Series"),
        Column::number("Count", ""),
        text("First"),
        text("Last"),
        text("What"),
    ];
    let caption = "What the dataset's checks found".to_owned();
    Table { caption, columns, rows: rows.iter().map(row).collect() }
}
