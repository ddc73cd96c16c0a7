//! Two sweep folders side by side: what changed in configuration, data, engine, statistics and cells.

use std::collections::{BTreeMap, BTreeSet};

use super::cells::CellRow;
use super::folder::SweepFolder;
use crate::compare::{configuration, files, key_changes};
use crate::document::{Block, Cell, Column, Document, Row, Section, Table};
use crate::number::{self, Dollars, Money};
use crate::section::{cells, controls};
use tables::InferenceRow;

/// Most cells listed: those that moved furthest.
const LISTED: usize = 20;

/// Two sweeps as a document.
pub fn document(left: &SweepFolder, right: &SweepFolder) -> Document {
    let banners = [(left, "A"), (right, "B")]
        .into_iter()
        .flat_map(|(sweep, side)| {
            super::banners(sweep).into_iter().map(move |mut banner| {
                banner.title = format!("{side}: {}", banner.title);
                banner
            })
        });
    let pairs = pairs(left, right);
    Document {
        kind: "alvh comparison of two sweeps",
        title: format!("{} and {}", left.manifest.name, right.manifest.name),
        subtitle: "Two sweep folders side by side: A is the first, B the second.".to_owned(),
        banners: banners.collect(),
        arms: Vec::new(),
        appendix: vec![crate::section::glossary::folded()],
        sections: vec![
            answer(left, right, &pairs),
            statistics(left, right),
            moved(left, &pairs),
            configuration(&left.config, &right.config),
            files(&left.manifest.files, &right.manifest.files),
        ],
    }
}

/// A cell of both sweeps, by its levels, window and arm.
type Pair<'a> = (CellRow<'a>, CellRow<'a>);

fn name(sweep: &SweepFolder, cell: &CellRow<'_>) -> (String, (String, String)) {
    let named = sweep
        .axes
        .iter()
        .zip(cell.levels())
        .map(|(axis, at)| format!("{}={}", axis.name, axis.levels[at]));
    let mut named: Vec<String> = named.collect();
    named.sort();
    (named.join(","), sweep.views[cell.view()].clone())
}

fn pairs<'a>(left: &'a SweepFolder, right: &'a SweepFolder) -> Vec<Pair<'a>> {
    let mut others: BTreeMap<_, CellRow<'_>> = BTreeMap::new();
    for cell in right.cells.iter() {
        let name = name(right, &cell);
        // Levels may be ranges: of rows with one name the last in the file counts.
        if others
            .get(&name)
            .is_none_or(|known| known.number() < cell.number())
        {
            others.insert(name, cell);
        }
    }
    let own = left.cells.iter();
    let mut pairs: Vec<Pair<'_>> = own
        .filter_map(|cell| Some((cell.clone(), others.get(&name(left, &cell))?.clone())))
        .collect();
    // Cells come view after view; a reader of the file knows them row after row.
    pairs.sort_by_key(|(cell, _)| cell.number());
    pairs
}

fn change((a, b): &Pair<'_>) -> Option<Money> {
    a.pnl_usd().zip(b.pnl_usd()).map(|(a, b)| b - a)
}

fn answer(left: &SweepFolder, right: &SweepFolder, pairs: &[Pair<'_>]) -> Section {
    let a = &left.manifest;
    let b = &right.manifest;
    let keys = key_changes(&left.config, &right.config).len();
    let config = match keys {
        0 => "Configuration: the same.".to_owned(),
        1 => "Configuration: one key differs.".to_owned(),
        _ => format!("Configuration: {keys} keys differ."),
    };
    let same = a.dataset_hash == b.dataset_hash;
    let data = if same {
        "Data: the same, byte for byte."
    } else {
        "Data: another dataset, or another state of it."
    };
    let version = |sweep: &SweepFolder| {
        sweep
            .manifest
            .engine
            .as_ref()
            .map(|e| (e.version.clone(), e.results_version))
    };
    let words = |sweep: &SweepFolder| {
        version(sweep).map_or("not in the manifest".to_owned(), |(v, r)| {
            format!("{v}, results version {r}")
        })
    };
    let engine = match version(left) == version(right) {
        true => format!("Engine: {} in both.", words(left)),
        false => format!("Engine: {} against {}.", words(left), words(right)),
    };
    let only = |all: usize| number::counted(all - pairs.len(), "row");
    let moved = pairs
        .iter()
        .filter(|(a, b)| a.pnl_usd() != b.pnl_usd() || a.ok() != b.ok())
        .count();
    let largest = pairs.iter().filter_map(change).max_by_key(|usd| usd.abs());
    let result = match (moved, largest) {
        _ if pairs.is_empty() => "Result: no cell is in both.".to_owned(),
        (0, _) => {
            format!(
                "Result: all {} that are in both are the same, to the cent.",
                number::counted(pairs.len(), "row")
            )
        }
        (_, largest) => format!(
            "Result: {} of the {} in both differ, the P&L by {} dollars at most (B minus A).",
            number::count(moved),
            number::counted(pairs.len(), "row"),
            largest.unwrap_or(Money::ZERO).signed()
        ),
    };
    let cells = format!(
        "Cells: {} only in A, {} only in B.",
        only(left.cells.len()),
        only(right.cells.len())
    );
    let blocks = [config, data.to_owned(), engine, result, cells]
        .map(Block::Lead)
        .to_vec();
    Section {
        id: "answer",
        title: "What changed",
        blocks,
    }
}

/// Every statistic that either sweep has and that is no point of a curve.
fn statistics(left: &SweepFolder, right: &SweepFolder) -> Section {
    let of = |sweep: &SweepFolder| -> BTreeMap<(String, String), InferenceRow> {
        let rows = sweep
            .inference
            .iter()
            .flatten()
            .filter(|row: &&InferenceRow| {
                row.statistic != "pbo_logit" && !row.statistic.starts_with("walk_forward")
            });
        rows.map(|row| ((row.statistic.clone(), row.subject.clone()), row.clone()))
            .collect()
    };
    let a = of(left);
    let b = of(right);
    let keys: BTreeSet<&(String, String)> = a.keys().chain(b.keys()).collect();
    let block = match keys.is_empty() {
        true => Block::Note("Neither folder has statistics.".to_owned()),
        false => Block::Table(Table {
            caption: "Statistics of both sweeps".to_owned(),
            columns: ["Statistic", "Subject"]
                .map(Column::text)
                .into_iter()
                .chain(["A", "B", "p of A", "p of B"].map(|head| Column::number(head, "")))
                .collect(),
            rows: keys
                .iter()
                .map(|key: &&(String, String)| {
                    let print = |rows: &BTreeMap<_, InferenceRow>| {
                        let row = rows.get(*key)?;
                        Some(controls::print(&row.statistic, row.value?))
                    };
                    let p = |rows: &BTreeMap<_, InferenceRow>| {
                        rows.get(*key)?.p.map(|p| number::fixed(p, 4))
                    };
                    let one = print(&a);
                    let other = print(&b);
                    let same = one == other && p(&a) == p(&b);
                    let named = [
                        Cell::text(controls::measure_words(&key.0)),
                        Cell::text(key.1.clone()),
                    ];
                    let values = [one, other, p(&a), p(&b)].map(Cell::maybe);
                    Row::quiet_if(same, named.into_iter().chain(values).collect())
                })
                .collect(),
        }),
    };
    Section {
        id: "statistics",
        title: "Statistics",
        blocks: vec![block],
    }
}

/// The cells of both whose P&L moved furthest.
fn moved(left: &SweepFolder, pairs: &[Pair<'_>]) -> Section {
    let mut moved: Vec<(Money, &Pair<'_>)> = pairs
        .iter()
        .filter_map(|pair| Some((change(pair)?, pair)))
        .collect();
    moved.retain(|(usd, _)| *usd != Money::ZERO);
    moved.sort_by_key(|(usd, _)| std::cmp::Reverse(usd.abs()));
    let row = |(usd, (a, b)): &(Money, &Pair<'_>)| {
        Row::plain(vec![
            Cell::text(left.cell_words(a)),
            Cell::text(left.view_name(a.view())),
            cells::signed_usd(a.pnl_usd()),
            cells::signed_usd(b.pnl_usd()),
            cells::signed_usd(Some(*usd)),
            cells::signed_percent(a.reduction()),
            cells::signed_percent(b.reduction()),
        ])
    };
    let numbers = [
        ("P&L A", "$"),
        ("P&L B", "$"),
        ("B − A", "$"),
        ("Reduction A", "%"),
        ("Reduction B", "%"),
    ];
    let block = match moved.is_empty() {
        true => Block::Note("No cell that is in both has another P&L.".to_owned()),
        false => Block::Table(Table {
            caption: format!(
                "The {} that moved furthest",
                number::counted(moved.len().min(LISTED), "row")
            ),
            columns: ["Cell", "Window"]
                .map(Column::text)
                .into_iter()
                .chain(numbers.map(|(head, unit)| Column::number(head, unit)))
                .collect(),
            rows: moved.iter().take(LISTED).map(row).collect(),
        }),
    };
    Section {
        id: "cells",
        title: "Cells",
        blocks: vec![block],
    }
}
