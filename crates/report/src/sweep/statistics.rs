//! Every row of `inference.csv`, where the sweep comes from, and the cells that failed.

use std::collections::BTreeMap;

use super::folder::SweepFolder;
use crate::document::{Block, Cell, Column, Fact, Row, Section, Table};
use crate::number;
use crate::section::{cells, controls};
use crate::words;
use tables::InferenceRow;
use tables::manifest::DatasetKind;

/// Statistics that are drawn elsewhere and would fill pages here.
const DRAWN: [&str; 1] = ["walk_forward"];
/// Beginnings of the names of statistics that stand in the panel on overfitting.
const OVERFITTING: [&str; 6] = ["pbo", "dsr", "deflated", "spa", "reality", "white"];

/// The sentence for a folder without statistics.
pub fn absent(what: &str) -> Block {
    Block::Note(format!(
        "This folder has no inference.csv, so {what} cannot be shown."
    ))
}

/// Every statistic with its n.
pub fn section(sweep: &SweepFolder) -> Section {
    let block = match &sweep.inference {
        None => absent("the statistics"),
        Some(rows) => {
            let shown: Vec<&InferenceRow> = rows
                .iter()
                .filter(|row| !is_above(&row.statistic))
                .collect();
            Block::Table(table(
                "Every statistic of inference.csv that does not stand above, with its n",
                &shown,
            ))
        }
    };
    Section {
        id: "statistics",
        title: "Statistics",
        blocks: vec![block],
    }
}

/// Whether a statistic stands in the panel on overfitting.
pub fn is_of_overfitting(statistic: &str) -> bool {
    OVERFITTING
        .iter()
        .any(|family| statistic.starts_with(family))
}

/// Whether a statistic has a panel of its own.
fn is_above(statistic: &str) -> bool {
    is_of_overfitting(statistic) || DRAWN.iter().any(|drawn| statistic.starts_with(drawn))
}

/// Statistics as a table, in the unit that a name has: money, percent, otherwise to four decimals.
pub fn table(caption: &str, rows: &[&InferenceRow]) -> Table {
    let row = |row: &&InferenceRow| {
        // A count of configurations is a whole number.
        let print = |value: f64| match value.abs() >= 2.0 && !controls::is_money(&row.statistic) {
            true if value.fract() == 0.0 => number::fixed(value, 0),
            true if value.abs() >= 1000.0 => number::fixed(value, 2),
            _ => controls::print(&row.statistic, value),
        };
        let n = row.n.map_or_else(String::new, number::count);
        Row::plain(vec![
            Cell::text(controls::measure_words(&row.statistic)),
            Cell::text(row.subject.clone()),
            Cell::maybe(row.value.map(print)),
            Cell::maybe(
                row.lo
                    .zip(row.hi)
                    .map(|(lo, hi)| format!("{} to {}", print(lo), print(hi))),
            ),
            Cell::maybe(row.p.map(|p| number::fixed(p, 4))),
            Cell::text(n),
            Cell::text(crate::text::minus(&row.note)),
        ])
    };
    let numbers = ["Value", "Interval", "p", "n"].map(|head| Column::number(head, ""));
    let columns = ["Statistic", "Subject"]
        .map(Column::text)
        .into_iter()
        .chain(numbers)
        .chain([Column::text("Note")]);
    Table {
        caption: caption.to_owned(),
        columns: columns.collect(),
        rows: rows.iter().map(row).collect(),
    }
}

/// The provenance strip and the axes.
pub fn provenance(sweep: &SweepFolder) -> Section {
    let mut blocks = vec![
        Block::Facts(facts(sweep)),
        Block::Details(
            "Hashes, commit and intervals".to_owned(),
            vec![Block::Facts(hashes(sweep))],
        ),
        Block::Table(axes(sweep)),
    ];
    if !sweep.manifest.notes.is_empty() {
        blocks.push(Block::List(sweep.manifest.notes.clone()));
    }
    Section {
        id: "provenance",
        title: "Where this comes from",
        blocks,
    }
}

/// A text of the manifest.
fn or_unknown(text: &str) -> String {
    match text {
        "" => "not in the manifest".to_owned(),
        text => text.to_owned(),
    }
}

fn facts(sweep: &SweepFolder) -> Vec<Fact> {
    let manifest = &sweep.manifest;
    let dataset = manifest
        .dataset
        .as_ref()
        .map_or("not in the manifest".to_owned(), |dataset| {
            let kind = match dataset.kind {
                DatasetKind::History => "market history",
                DatasetKind::Reconstruction => "a reconstruction, not market history",
            };
            format!(
                "{}: {kind}, {} to {}",
                dataset.name, dataset.first, dataset.last
            )
        });
    let engine = manifest
        .engine
        .as_ref()
        .map_or("not in the manifest".to_owned(), |engine| {
            format!(
                "{}, results version {}",
                engine.version, engine.results_version
            )
        });
    let tried = manifest
        .tried
        .map_or("not in the manifest".to_owned(), number::count);
    vec![
        Fact::new("Dataset", dataset),
        Fact::new("Engine", engine),
        Fact::new("Rows", number::count(sweep.cells.len())),
        Fact::new("Configurations ever tried", tried),
        Fact::code(
            "Command that makes it again, in this folder",
            words::command_here(&or_unknown(&manifest.command)),
        ),
        Fact::code(
            "Command that checks every byte, in this folder",
            "alvh verify .".to_owned(),
        ),
    ]
}

fn hashes(sweep: &SweepFolder) -> Vec<Fact> {
    let manifest = &sweep.manifest;
    vec![
        Fact::code(
            "Commit",
            sweep
                .commit
                .clone()
                .unwrap_or_else(|| "not in this folder (build.json)".to_owned()),
        ),
        Fact::code("Config hash", or_unknown(&manifest.config_hash)),
        Fact::code("Dataset hash", or_unknown(&manifest.dataset_hash)),
        Fact::new(
            "Intervals",
            sweep.interval().as_ref().map_or(
                "not in sweep.toml".to_owned(),
                crate::folder::interval_words,
            ),
        ),
    ]
}

fn axes(sweep: &SweepFolder) -> Table {
    Table {
        caption: "The parameters that were varied, and their levels".to_owned(),
        columns: vec![
            Column::text("Parameter"),
            Column::text("Key"),
            Column::number("Levels", ""),
            Column::text("Values"),
        ],
        rows: sweep
            .axes
            .iter()
            .map(|axis: &super::axis::Axis| {
                let levels = axis.levels.join(", ");
                Row::plain(vec![
                    Cell::text(axis.short.clone()),
                    Cell::text(axis.name.clone()),
                    cells::count(axis.levels.len()),
                    Cell::text(levels),
                ])
            })
            .collect(),
    }
}

/// Cells that have no numbers, by status and reason; none is dropped in silence.
pub fn failures(sweep: &SweepFolder) -> Section {
    let mut counts: BTreeMap<(&str, &str), (usize, String)> = BTreeMap::new();
    for (cell, fault) in sweep.cells.faults() {
        counts.entry(fault).or_insert_with(|| (0, cell.id())).0 += 1;
    }
    let block = match counts.is_empty() {
        true => Block::Note("Every cell was computed.".to_owned()),
        false => Block::Table(Table {
            caption: "Cells without a result, by reason".to_owned(),
            columns: vec![
                Column::text("Status"),
                Column::text("Reason"),
                Column::number("Rows", ""),
                Column::text("First cell"),
            ],
            rows: counts
                .iter()
                .map(|((status, error), (count, first))| {
                    let named = [
                        Cell::text(*status),
                        Cell::text(*error),
                        cells::count(*count),
                        Cell::text(first.clone()),
                    ];
                    Row::plain(named.to_vec())
                })
                .collect(),
        }),
    };
    Section {
        id: "failures",
        title: "Cells without a result",
        blocks: vec![block],
    }
}
