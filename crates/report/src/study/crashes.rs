//! Named falls of the S&P 500: what each layer did from peak to trough and to recovery, and what the year before cost.

use super::folder::StudyFolder;
use crate::document::{Block, Cell, Column, Row, RowRole, Section, Table};
use crate::number;
use crate::section::cells;
use stats::interval::quantile;
use tables::CrashRow;

/// A row per fall: what the condors and the hedges made.
pub fn section(study: &StudyFolder) -> Option<Section> {
    if study.crashes.is_empty() {
        return None;
    }
    let column = |head: &str| Column::number(head, "% of capital");
    let table = Table {
        caption: "Named falls, from peak to trough: medians over books and weekdays".to_owned(),
        columns: vec![
            Column::text("Fall"),
            Column::number("S&P 500", "%"),
            column("Condors alone"),
            column("Middle hedge"),
            column("Best hedge"),
            column("Middle hedge in the year before"),
        ],
        rows: names(study)
            .iter()
            .map(|name: &&str| {
                let fall = fall(study, name);
                let best = match &fall.best {
                    Some((arm, share)) => {
                        cells::signed_percent(Some(*share)).with_span(Some(study.label(arm)))
                    }
                    None => Cell::default(),
                };
                Row::plain(vec![
                    Cell::text(*name),
                    cells::signed_percent(Some(fall.depth)),
                    cells::signed_percent(fall.condors),
                    cells::signed_percent(fall.middle),
                    best,
                    cells::signed_percent(fall.before),
                ])
            })
            .collect(),
    };
    Some(Section {
        id: "crashes",
        title: "Named falls",
        blocks: vec![Block::Table(table)],
    })
}

/// A table per fall, arm by arm and layer by layer.
pub fn layers(study: &StudyFolder) -> Option<Section> {
    if study.crashes.is_empty() {
        return None;
    }
    let names = names(study);
    let mut blocks = vec![Block::Paragraph(
        "Every book on every weekday is replayed from flat, a year before the peak or from the first day of the dataset, to the \
         recovery or the dataset's end. A layer is what the arm with this layer alone gains over the condors alone, so the \
         layers of an arm need not add up to it. A cell is the median over books and weekdays, in percent of capital."
            .into(),
    )];
    blocks.extend(names.iter().map(|name| Block::Table(table(study, name))));
    Some(Section {
        id: "falls",
        title: "Named falls, layer by layer",
        blocks,
    })
}

/// The falls, in the file's order.
pub fn names(study: &StudyFolder) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for row in &study.crashes {
        if !names.contains(&row.crash.as_str()) {
            names.push(&row.crash);
        }
    }
    names
}

/// A fall in a line: shares of capital, medians over books and weekdays.
#[derive(Clone, Debug, Default)]
pub struct Fall {
    /// Fall of the S&P 500 (fraction).
    pub depth: f64,
    /// The condors alone, from peak to trough.
    pub condors: Option<f64>,
    /// The middle one of the hedges.
    pub middle: Option<f64>,
    /// The hedge that brought most.
    pub best: Option<(String, f64)>,
    /// The middle one of the hedges in the year before.
    pub before: Option<f64>,
}

/// A fall in a line.
pub fn fall(study: &StudyFolder, name: &str) -> Fall {
    let whole = study.crashes.iter();
    let whole = whole.filter(|row| row.crash == name && row.layer.is_empty());
    let hedges: Vec<&str> = study.arms().collect();
    let of = |phase: &str| -> Vec<(&str, f64)> {
        let own = whole.clone().filter(|row| row.phase == phase);
        own.filter(|row| hedges.contains(&row.arm.as_str()))
            .filter_map(|row| Some((row.arm.as_str(), row.median?)))
            .collect()
    };
    let middle = |of: &[(&str, f64)]| {
        let mut values: Vec<f64> = of.iter().map(|(_, share)| *share).collect();
        values.sort_by(f64::total_cmp);
        quantile(&values, 0.5)
    };
    let falling = of("fall");
    let best = falling.iter().max_by(|a, b| a.1.total_cmp(&b.1));
    let mut alone = whole.clone();
    let alone = alone.find(|row| row.phase == "fall" && !hedges.contains(&row.arm.as_str()));
    Fall {
        depth: alone.map_or(0.0, |row| row.fall),
        condors: alone.and_then(|row| row.median),
        middle: middle(&falling),
        best: best.map(|(arm, share)| ((*arm).to_owned(), *share)),
        before: middle(&of("year_before")),
    }
}

fn table(study: &StudyFolder, crash: &str) -> Table {
    let own: Vec<&CrashRow> = study
        .crashes
        .iter()
        .filter(|row| row.crash == crash)
        .collect();
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
            let span = row
                .lowest
                .zip(row.highest)
                .map(|(lo, hi)| format!("{} to {}", number::percent(lo), number::percent(hi)));
            cells::signed_percent(row.median).with_span(span)
        })
    };
    let line = |key: &(&str, &str)| {
        let (arm, layer) = *key;
        let name = match layer {
            "" => study.cell(arm),
            layer => Cell::text(format!("{}: {layer}", study.label(arm))),
        };
        let phases = ["year_before", "fall", "recovery"];
        let values = phases.map(|phase| cell(*key, phase));
        Row {
            cells: [name].into_iter().chain(values).collect(),
            role: if layer.is_empty() {
                RowRole::Plain
            } else {
                RowRole::Quiet
            },
        }
    };
    let sessions = |phase: &str| {
        let row = own.iter().find(|row| row.phase == phase);
        row.map_or(0, |row| row.sessions)
    };
    let column = |head: &str, phase: &str| {
        let head = format!("{head}, {}", number::counted(sessions(phase), "session"));
        Column::number(&head, "% of capital")
    };
    Table {
        caption: caption(own[0]),
        columns: vec![
            Column::text("Arm and layer"),
            column("Before", "year_before"),
            column("Fall", "fall"),
            column("To recovery", "recovery"),
        ],
        rows: lines.iter().map(line).collect(),
    }
}

/// The fall in a line.
fn caption(row: &CrashRow) -> String {
    let recovery = row
        .recovery
        .map_or("not recovered".to_owned(), |day| format!("recovered {day}"));
    let mark = if row.indicative { ", indicative" } else { "" };
    format!(
        "{}: S&P 500 {} % from {} to {}, {recovery}{mark}",
        row.crash,
        number::signed_percent(row.fall),
        row.peak,
        row.trough
    )
}
