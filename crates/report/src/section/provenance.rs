//! Where the numbers come from, and how to make them again.

use std::collections::BTreeMap;

use crate::document::{Block, Cell, Column, Fact, Row, Section, Table};
use crate::folder::{Placed, RunFolder};
use crate::number;
use crate::section::{absent, cells, files};
use crate::words;
use tables::manifest::{Arm, ArmKind, DatasetKind};
use tables::{INPUT, PUBLISHER, QUOTES, SIGNAL, SourceRow, SummaryRow};

/// The provenance strip, the run's own remarks, and the files to take away.
pub fn section(run: &RunFolder) -> Section {
    let mut blocks = vec![
        Block::Facts(facts(run)),
        Block::Details(
            "Hashes, commit and intervals".to_owned(),
            vec![Block::Facts(hashes(run))],
        ),
    ];
    if !run.manifest.notes.is_empty() {
        blocks.push(Block::Heading("Remarks of the run".to_owned()));
        blocks.push(Block::List(run.manifest.notes.clone()));
    }
    blocks.extend(condors_note(run).map(Block::Note));
    blocks.push(Block::Heading("Take it with you".to_owned()));
    blocks.extend(files::downloads(run.manifest.files.keys()));
    Section {
        id: "provenance",
        title: "Where this comes from, and its files",
        blocks,
    }
}

/// The arms, and where prices and signals came from.
pub fn arms_and_prices(run: &RunFolder) -> Section {
    let mut blocks = vec![Block::Table(arms(run))];
    blocks.push(match &run.sources {
        Some(rows) => Block::Table(sources(rows)),
        None => absent("sources.csv", "the count of quoted and modelled prices"),
    });
    blocks.extend(inputs(run).map(Block::Table));
    blocks.extend(publishers(run));
    blocks.extend(signals(run));
    Section {
        id: "arms",
        title: "Arms, prices and signals",
        blocks,
    }
}

fn facts(run: &RunFolder) -> Vec<Fact> {
    let manifest = &run.manifest;
    let dataset = &manifest.dataset;
    let kind = match dataset.kind {
        DatasetKind::History => "market history",
        DatasetKind::Reconstruction => "a reconstruction, not market history",
    };
    vec![
        Fact::new(
            "Dataset",
            format!(
                "{}: {kind}, {} to {}",
                dataset.name, dataset.first, dataset.last
            ),
        ),
        Fact::new("Option prices", prices(run)),
        Fact::new(
            "Engine",
            format!(
                "{}, results version {}",
                manifest.engine.version, manifest.engine.results_version
            ),
        ),
        Fact::code(
            "Command that makes it again, in this folder",
            words::command_here(&manifest.command),
        ),
        Fact::code(
            "Command that checks every byte, in this folder",
            "alvh verify .".to_owned(),
        ),
    ]
}

fn hashes(run: &RunFolder) -> Vec<Fact> {
    let manifest = &run.manifest;
    vec![
        Fact::code(
            "Commit",
            run.commit
                .clone()
                .unwrap_or_else(|| "not in this folder (build.json)".to_owned()),
        ),
        Fact::code("Config hash", manifest.config_hash.clone()),
        Fact::code("Dataset hash", manifest.dataset_hash.clone()),
        Fact::new(
            "Intervals",
            run.manifest.interval.as_ref().map_or(
                "not described in the manifest".to_owned(),
                crate::folder::interval_words,
            ),
        ),
    ]
}

/// What the manifest says of option prices, and how many of the counted ones were quoted.
fn prices(run: &RunFolder) -> String {
    let said = match run.manifest.prices.as_str() {
        "model" => "modelled from index data, not quoted".to_owned(),
        other => other.to_owned(),
    };
    let counted = |rows: &Vec<SourceRow>| {
        let rows: Vec<&SourceRow> = rows.iter().filter(|row| is_price(row)).collect();
        let all: usize = rows.iter().map(|row| row.count).sum();
        let of = |wanted: &dyn Fn(&str) -> bool| -> usize {
            rows.iter()
                .filter(|row| wanted(&row.source))
                .map(|row| row.count)
                .sum()
        };
        let quoted = of(&|source| source.contains("quote") || source == "chain");
        let published = of(&|source| source == "published");
        format!(
            "{said}; of {} counted prices {} were quoted and {} published settlements",
            number::count(all),
            none_or(quoted),
            none_or(published)
        )
    };
    run.sources.as_ref().map_or(said.clone(), counted)
}

fn none_or(count: usize) -> String {
    if count == 0 {
        "none".to_owned()
    } else {
        number::count(count)
    }
}

/// Prices by what was priced, root and source, all arms and windows together.
fn sources(rows: &[SourceRow]) -> Table {
    let mut counts: BTreeMap<(&str, &str, &str), usize> = BTreeMap::new();
    for row in rows.iter().filter(|row| is_price(row)) {
        *counts
            .entry((&row.what, &row.root, &row.source))
            .or_default() += row.count;
    }
    let total = |what: &str, root: &str| -> usize {
        counts
            .iter()
            .filter(|(key, _)| key.0 == what && key.1 == root)
            .map(|(_, count)| count)
            .sum()
    };
    Table {
        caption: "Where prices came from, all arms and windows".to_owned(),
        columns: ["What", "Root", "Source"]
            .into_iter()
            .map(Column::text)
            .chain([
                Column::number("Prices", ""),
                Column::number("Of this root", "%"),
            ])
            .collect(),
        rows: counts
            .iter()
            .map(
                |((what, root, source), count): (&(&str, &str, &str), &usize)| {
                    let all = total(what, root);
                    let share = (all > 0).then(|| *count as f64 / all as f64);
                    let named =
                        [*what, *root, *source].map(|text| Cell::text(text.replace('_', " ")));
                    Row::plain(
                        named
                            .into_iter()
                            .chain([cells::count(*count), cells::percent(share)])
                            .collect(),
                    )
                },
            )
            .collect(),
    }
}

/// Whether a row counts prices, and not sessions of an input, of quotes or of a signal.
fn is_price(row: &SourceRow) -> bool {
    ![INPUT, PUBLISHER, QUOTES, SIGNAL].contains(&row.what.as_str())
}

/// Sessions on which a signal of an arm had no value, or one that wants a remark.
fn signals(run: &RunFolder) -> Option<Block> {
    let rows = run.sources.iter().flatten();
    let row = |row: &SourceRow| {
        let named = [&row.window, &row.arm, &row.root, &row.source]
            .map(|text| Cell::text(text.replace('_', " ")));
        Row::plain(named.into_iter().chain([cells::count(row.count)]).collect())
    };
    let rows: Vec<Row> = rows.filter(|row| row.what == SIGNAL).map(row).collect();
    let columns = ["Window", "Arm", "Signal", "How"]
        .into_iter()
        .map(Column::text);
    let table = Table {
        caption: "Signals and triggers without a value (missing: a rule that needs one holds back), or with a remark"
            .to_owned(),
        columns: columns.chain([Column::number("Sessions", "")]).collect(),
        rows,
    };
    (!table.rows.is_empty()).then(|| {
        Block::Details(
            "Signals that were missing, stood in for by a proxy, or short".to_owned(),
            vec![Block::Table(table)],
        )
    })
}

/// Sessions on which a series that prices rest on was not its own published value; none where it always was.
fn inputs(run: &RunFolder) -> Option<Table> {
    let rows = run.sources.iter().flatten().filter(|row| row.what == INPUT);
    let rows: Vec<Row> = rows
        .map(|row: &SourceRow| {
            let named = [&row.window, &row.root, &row.source]
                .map(|text| Cell::text(text.replace('_', " ")));
            Row::plain(named.into_iter().chain([cells::count(row.count)]).collect())
        })
        .collect();
    (!rows.is_empty()).then(|| Table {
        caption: "Series that prices rest on, where they were not published: carried is an earlier value, a stand-in is \
                  what the run file names"
            .to_owned(),
        columns: ["Window", "Series", "Instead"]
            .into_iter()
            .map(Column::text)
            .chain([Column::number("Sessions", "")])
            .collect(),
        rows,
    })
}

/// Who published the series that prices rest on: of several publishers of one series a run uses the first that has the
/// session, so a file that is missing shows here.
fn publishers(run: &RunFolder) -> Option<Block> {
    let rows = run.sources.iter().flatten();
    let rows: Vec<Row> = rows
        .filter(|row| row.what == PUBLISHER)
        .map(|row: &SourceRow| {
            let named = [&row.window, &row.root, &row.source].map(|text| Cell::text(text.clone()));
            Row::plain(named.into_iter().chain([cells::count(row.count)]).collect())
        })
        .collect();
    let table = Table {
        caption: "Who published the series that prices rest on: of several files the first that has the session counts"
            .to_owned(),
        columns: ["Window", "Series", "Publisher"]
            .into_iter()
            .map(Column::text)
            .chain([Column::number("Sessions", "")])
            .collect(),
        rows,
    };
    (!table.rows.is_empty()).then(|| {
        Block::Details(
            "Who published the series that prices rest on".to_owned(),
            vec![Block::Table(table)],
        )
    })
}

fn arms(run: &RunFolder) -> Table {
    let row = |arm: usize| {
        let named = run.arm(arm);
        let kind = match (named.kind, &named.twin_of) {
            (ArmKind::Unhedged, _) => "condors alone".to_owned(),
            (ArmKind::Policy, _) => "policy".to_owned(),
            (ArmKind::EqualSpendTwin, Some(other)) => {
                format!("equal-spend twin of {other} (looks ahead)")
            }
            (ArmKind::EqualSpendTwin, None) => "equal-spend twin (looks ahead)".to_owned(),
        };
        let cells = vec![
            cells::arm(run, arm),
            Cell::text(named.name.clone()),
            Cell::text(kind),
            Cell::text(named.layers.join(", ")),
            Cell::text(what_it_does(named)),
        ];
        Row::quiet_if(named.kind == ArmKind::EqualSpendTwin, cells)
    };
    Table {
        caption: "The arms: complete policies that share the same condors".to_owned(),
        columns: ["Arm", "Name in the files", "Kind", "Layers", "What it does"]
            .map(Column::text)
            .to_vec(),
        rows: (0..run.manifest.arms.len()).map(row).collect(),
    }
}

/// The summary; a twin has the summary of the hedge it scales, so its title says more.
fn what_it_does(arm: &Arm) -> String {
    let title = arm.kind == ArmKind::EqualSpendTwin || arm.summary.is_empty();
    if title {
        arm.title.clone()
    } else {
        arm.summary.clone()
    }
}

fn condors_note(run: &RunFolder) -> Option<String> {
    let named: Vec<String> = run
        .summary
        .iter()
        .filter(|row: &&Placed<SummaryRow>| row.condors_identical == Some(false))
        .map(|row| {
            format!(
                "{} in {}",
                run.label(row.place.1),
                run.manifest.windows[row.place.0].name
            )
        })
        .collect();
    let known = run
        .summary
        .iter()
        .any(|row| row.condors_identical.is_some());
    match (named.is_empty(), known) {
        (false, _) => Some(format!(
            "The condors of these arms are not those of the unhedged arm, because a hedge's margin refused some: {}.",
            named.join("; ")
        )),
        (true, true) => Some("All arms hold the same condors, fill by fill.".to_owned()),
        (true, false) => None,
    }
}
