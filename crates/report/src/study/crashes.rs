//! Named falls of the S&P 500: what each layer did from peak to trough and to recovery, and what the year before cost.

use super::folder::StudyFolder;
use crate::document::{Block, Cell, Column, Row, RowRole, Section, Table};
use crate::number;
use crate::section::cells;
use tables::CrashRow;

/// A table per fall.
pub fn section(study: &StudyFolder) -> Option<Section> {
    if study.crashes.is_empty() {
        return None;
    }
    let mut names: Vec<&str> = Vec::new();
    for row in &study.crashes {
        if !names.contains(&row.crash.as_str()) {
            names.push(&row.crash);
        }
    }
    let mut blocks = vec![Block::Paragraph(
        "Every book on every weekday is replayed from flat, a year before the peak or from the first day of the dataset, to the \
         recovery or the dataset's end. A layer is what the arm with this layer alone gains over the condors alone, so the \
         layers of an arm need not add up to it. A cell is the median over books and weekdays, in percent of capital."
            .into(),
    )];
    blocks.extend(names.iter().map(|name| Block::Table(table(study, name))));
    Some(Section {
        id: "crashes",
        title: "Named falls",
        blocks,
    })
}

fn table(study: &StudyFolder, crash: &str) -> Table {
    let own: Vec<&CrashRow> = study.crashes.iter().filter(|row| row.crash == crash).collect();
    let mut lines: Vec<(&str, &str)> = Vec::new();
    for row in &own {
        let key = (row.arm.as_str(), row.layer.as_str());
        if !lines.contains(&key) {
            lines.push(key);
        }
    }
    let cell = |(arm, layer): (&str, &str), phase: &str| {
        let row = own
            .iter()
            .find(|row| row.arm == arm && row.layer == layer && row.phase == phase);
        row.map_or(Cell::default(), |row| {
            let span = row.lowest.zip(row.highest).map(|(lo, hi)| {
                format!("{} to {}", number::percent(lo), number::percent(hi))
            });
            cells::signed_percent(row.median).with_span(span)
        })
    };
    let line = |key: &(&str, &str)| {
        let (arm, layer) = *key;
        let name = match layer {
            "" => Cell::text(arm).styled(study.style(arm)),
            layer => Cell::text(format!("{arm}: {layer}")),
        };
        let phases = ["year_before", "fall", "recovery"];
        let values = phases.map(|phase| cell(*key, phase));
        Row {
            cells: [name].into_iter().chain(values).collect(),
            role: if layer.is_empty() { RowRole::Plain } else { RowRole::Quiet },
        }
    };
    let first = own[0];
    let sessions = |phase: &str| {
        let row = own.iter().find(|row| row.phase == phase);
        row.map_or(0, |row| row.sessions)
    };
    let recovery = first
        .recovery
        .map_or("not recovered".to_owned(), |day| format!("recovered {day}"));
    let mark = if first.indicative { ", indicative" } else { "" };
    let column = |head: &str, phase: &str| {
        let head = format!("{head}, {}", number::counted(sessions(phase), "session"));
        Column::number(&head, "% of capital")
    };
    Table {
        caption: format!(
            "{crash}: S&P 500 {} % from {} to {}, {recovery}{mark}",
            number::signed_percent(first.fall),
            first.peak,
            first.trough
        ),
        columns: vec![
            Column::text("Arm and layer"),
            column("Before", "year_before"),
            column("Fall", "fall"),
            column("To recovery", "recovery"),
        ],
        rows: lines.iter().map(line).collect(),
    }
}
