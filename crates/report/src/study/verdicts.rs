//! Claims, judged on the study.

use super::folder::StudyFolder;
use crate::document::{Block, Cell, Column, Row, Section, Table};
use crate::number;
use tables::VerdictRow;

/// A row per claim.
pub fn section(study: &StudyFolder) -> Option<Section> {
    if study.verdicts.is_empty() {
        return None;
    }
    let count = |verdict: &str| {
        study
            .verdicts
            .iter()
            .filter(|row| row.verdict == verdict)
            .count()
    };
    let lead = format!(
        "{} supported, {} not supported, {} inconclusive, {} not measurable.",
        count("supported"),
        count("not supported"),
        count("inconclusive"),
        count("not measurable")
    );
    let note = "Supported: the whole interval lies among the claimed values; not supported: none of it does. The rule stands in \
                study.toml and stood there before the study ran. Behind a verdict stand so many books, weekdays and years; the \
                last column says in how many of those years the value itself is as claimed.";
    Some(Section {
        id: "claims",
        title: "Claims",
        blocks: vec![
            Block::Lead(lead),
            Block::Details(
                format!("All {} claims", study.verdicts.len()),
                vec![Block::Table(table(study))],
            ),
            Block::Note(note.to_owned()),
        ],
    })
}

fn table(study: &StudyFolder) -> Table {
    let print = |value: Option<f64>| value.map(|value| number::signed(value, 3));
    let line = |row: &VerdictRow| {
        let span = print(row.lo).zip(print(row.hi));
        let span = span.map(|(lo, hi)| format!("{lo} to {hi}"));
        let weekdays = match row.weekdays {
            0 => String::new(),
            count => format!(" {count} weekdays,"),
        };
        let behind = format!("{} books,{weekdays} {} years", row.books, row.years);
        Row::plain(vec![
            Cell::text(row.id.clone()),
            Cell::text(row.claim.clone()),
            Cell::text(row.verdict.clone())
                .with_span((!row.note.is_empty()).then(|| row.note.clone())),
            Cell::maybe(print(row.value)).with_span(span),
            Cell::text(row.claimed.clone()),
            Cell::text(behind),
            Cell::text(format!("{} of {}", row.years_as_claimed, row.years)),
        ])
    };
    Table {
        caption: "Every claim the study is asked".to_owned(),
        columns: vec![
            Column::text("Row"),
            Column::text("Claim"),
            Column::text("Verdict"),
            Column::number("Measured", ""),
            Column::text("Claimed"),
            Column::text("Behind it"),
            Column::number("Years as claimed", ""),
        ],
        rows: study.verdicts.iter().map(line).collect(),
    }
}
