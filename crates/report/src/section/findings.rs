//! What the dataset's checks and the run found.

use crate::document::{Block, Cell, Column, Row, Section, Table};
use crate::folder::RunFolder;
use crate::number::counted;
use crate::section::{absent, cells};
use tables::FindingRow;

/// Findings that could touch a result, then the others on demand.
pub fn section(run: &RunFolder) -> Section {
    let blocks = match run.findings.as_deref() {
        None => vec![absent(
            "findings.csv",
            "the findings of the dataset's checks",
        )],
        Some([]) => vec![Block::Note(
            "The dataset's checks and the run found nothing.".to_owned(),
        )],
        Some(rows) => split(rows),
    };
    Section {
        id: "findings",
        title: "Data findings",
        blocks,
    }
}

fn split(rows: &[FindingRow]) -> Vec<Block> {
    let (minor, major): (Vec<&FindingRow>, Vec<&FindingRow>) =
        rows.iter().partition(|row| row.severity == "info");
    let mut blocks = match major.is_empty() {
        true => vec![Block::Note(
            "No warning and no error; the other findings are below.".to_owned(),
        )],
        false => vec![Block::Table(table(
            "Warnings and errors of the dataset's checks and of the run",
            &major,
        ))],
    };
    if !minor.is_empty() {
        let title = format!("{} for information", counted(minor.len(), "finding"));
        blocks.push(Block::Details(
            title,
            vec![Block::Table(table("Findings for information", &minor))],
        ));
    }
    blocks
}

fn table(caption: &str, rows: &[&FindingRow]) -> Table {
    let row = |row: &&FindingRow| {
        Row::plain(vec![
            Cell::text(row.severity.clone()),
            Cell::text(row.code.clone()),
            Cell::text(row.series.clone()),
            cells::count(row.count),
            Cell::text(cells::plain(row.first)),
            Cell::text(cells::plain(row.last)),
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
    Table {
        caption: caption.to_owned(),
        columns,
        rows: rows.iter().map(row).collect(),
    }
}
