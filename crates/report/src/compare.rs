//! Two run folders side by side: what changed in configuration, data, engine and result.

use std::collections::{BTreeMap, BTreeSet};

use crate::document::{Block, Cell, Column, Document, Folded, Row, Section, Table};
use crate::folder::{Placed, RunFolder};
use crate::number::{self, Dollars, Money};
use crate::section::{banners, cells};
use crate::write;
use tables::SummaryRow;
use tables::manifest::ArmKind;

/// Two runs as one self-contained HTML page.
pub fn compare_html(left: &RunFolder, right: &RunFolder) -> String {
    write::html(&document(left, right))
}

/// Two runs as Markdown.
pub fn compare_markdown(left: &RunFolder, right: &RunFolder) -> String {
    write::pages(&document(left, right)).text
}

fn document(left: &RunFolder, right: &RunFolder) -> Document {
    let named = |run: &RunFolder, side: &str| {
        let of = move |mut banner: crate::document::Banner| {
            banner.title = format!("{side}: {}", banner.title);
            banner
        };
        banners(run).into_iter().map(of).collect::<Vec<_>>()
    };
    Document {
        kind: "alvh comparison of two runs",
        title: format!("{} and {}", left.manifest.name, right.manifest.name),
        subtitle: "Two run folders side by side: A is the first, B the second.".to_owned(),
        banners: named(left, "A")
            .into_iter()
            .chain(named(right, "B"))
            .collect(),
        arms: Vec::new(),
        sections: vec![
            answer(left, right),
            results(left, right),
            configuration(&left.config, &right.config),
        ],
        appendix: vec![
            Folded {
                line: "hashes, versions and commands of both",
                section: identity(left, right),
            },
            Folded {
                line: "which files are the same, byte for byte",
                section: files(&left.manifest.files, &right.manifest.files),
            },
            crate::section::glossary::folded(),
        ],
    }
}

/// What changed, in a sentence each for configuration, data, engine and result.
fn answer(left: &RunFolder, right: &RunFolder) -> Section {
    let a = &left.manifest;
    let b = &right.manifest;
    let config = changed_keys(&key_changes(&left.config, &right.config));
    let data = match (
        a.dataset_hash == b.dataset_hash,
        a.dataset.name == b.dataset.name,
    ) {
        (true, _) => "Data: the same, byte for byte.".to_owned(),
        (false, true) => format!("Data: another state of {}.", a.dataset.name),
        (false, false) => format!("Data: {} against {}.", a.dataset.name, b.dataset.name),
    };
    let version = |run: &RunFolder| run.manifest.engine.results_version;
    let engine = match (
        version(left) == version(right),
        a.engine.version == b.engine.version,
    ) {
        (true, true) => format!(
            "Engine: {}, results version {} in both.",
            a.engine.version,
            version(left)
        ),
        _ => format!(
            "Engine: {} with results version {} against {} with results version {}.",
            a.engine.version,
            version(left),
            b.engine.version,
            version(right)
        ),
    };
    let pairs = pairs(left, right);
    let pnl =
        |run, pair: &(String, String)| find(run, &pair.0, &pair.1).and_then(|row| row.pnl_usd);
    let changed = pairs
        .iter()
        .filter(|pair| pnl(left, pair) != pnl(right, pair))
        .count();
    let largest = pairs
        .iter()
        .filter_map(|pair| Some(pnl(right, pair)? - pnl(left, pair)?))
        .max_by_key(|usd| usd.abs());
    let result = match (changed, largest) {
        (0, _) => format!(
            "Result: the P&L of all {} is the same, to the cent.",
            number::counted(pairs.len(), "row")
        ),
        (_, None) => "Result: no row is in both.".to_owned(),
        (_, Some(usd)) => format!(
            "Result: the P&L of {} of {} differs, at most by {}${} (B minus A).",
            number::count(changed),
            number::counted(pairs.len(), "row"),
            if usd < Money::ZERO { "−" } else { "+" },
            usd.abs().whole()
        ),
    };
    let blocks = [result, config, data, engine].map(Block::Lead).to_vec();
    Section {
        id: "answer",
        title: "What changed",
        blocks,
    }
}

/// Most keys that are named in the sentence.
const NAMED: usize = 4;

/// The keys that differ, the first of them with both values.
fn changed_keys(changes: &[(String, Option<String>, Option<String>)]) -> String {
    let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "not there".to_owned());
    let one = |(key, a, b): &(String, Option<String>, Option<String>)| {
        format!("{key} is {} in A and {} in B", value(a), value(b))
    };
    let said: Vec<String> = changes.iter().take(NAMED).map(one).collect();
    match changes.len() {
        0 => "Configuration: the same.".to_owned(),
        1 => format!("Configuration: one key differs: {}.", said.join("")),
        n if n <= NAMED => format!("Configuration: {n} keys differ: {}.", said.join("; ")),
        n => format!(
            "Configuration: {n} keys differ, among them {}.",
            said.join("; ")
        ),
    }
}

/// Which files of the two folders are the same, by the hashes of their manifests.
pub(crate) fn files(a: &BTreeMap<String, String>, b: &BTreeMap<String, String>) -> Section {
    let names: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
    let block = match names.is_empty() {
        true => Block::Note("Neither manifest lists its files.".to_owned()),
        false => Block::Table(Table {
            caption: "Files of both folders".to_owned(),
            columns: ["File", "Verdict"].map(Column::text).to_vec(),
            rows: names
                .iter()
                .map(|name: &&String| {
                    let verdict = match (a.get(*name), b.get(*name)) {
                        (Some(a), Some(b)) if a.eq_ignore_ascii_case(b) => "same",
                        (Some(_), Some(_)) => "differs",
                        (Some(_), None) => "only in A",
                        _ => "only in B",
                    };
                    Row::quiet_if(
                        verdict == "same",
                        vec![Cell::text((*name).clone()), Cell::text(verdict)],
                    )
                })
                .collect(),
        }),
    };
    Section {
        id: "files",
        title: "Files",
        blocks: vec![block],
    }
}

/// What made the two runs.
fn identity(left: &RunFolder, right: &RunFolder) -> Section {
    let facts = |run: &RunFolder| {
        let manifest = &run.manifest;
        [
            ("Name", manifest.name.clone()),
            ("Config hash", manifest.config_hash.clone()),
            (
                "Dataset",
                format!("{}, {:?}", manifest.dataset.name, manifest.dataset.kind).to_lowercase(),
            ),
            ("Dataset hash", manifest.dataset_hash.clone()),
            ("Engine", manifest.engine.version.clone()),
            (
                "Results version",
                manifest.engine.results_version.to_string(),
            ),
            ("Commit", run.commit.clone().unwrap_or_default()),
            ("Prices", manifest.prices.clone()),
            ("Command", manifest.command.clone()),
        ]
    };
    let table = Table {
        caption: "What made the two runs".to_owned(),
        columns: ["", "A", "B", "Verdict"].map(Column::text).to_vec(),
        rows: facts(left)
            .into_iter()
            .zip(facts(right))
            .map(|((name, a), (_, b)): ((&str, String), (&str, String))| {
                let verdict = if a == b { "same" } else { "differs" };
                Row::quiet_if(
                    a == b,
                    vec![
                        Cell::text(name),
                        Cell::text(a),
                        Cell::text(b),
                        Cell::text(verdict),
                    ],
                )
            })
            .collect(),
    };
    Section {
        id: "identity",
        title: "What made them",
        blocks: vec![Block::Table(table)],
    }
}

/// Headline numbers of every window and arm that either run has.
fn results(left: &RunFolder, right: &RunFolder) -> Section {
    let mut rows = Vec::new();
    for (window, arm) in pairs(left, right) {
        let of = |run| find(run, &window, &arm);
        let (a, b) = (of(left), of(right));
        let name = match (a, b) {
            (Some(row), _) => left.label(row.place.1),
            (None, Some(row)) => right.label(row.place.1),
            (None, None) => arm.clone(),
        };
        rows.push(result_row(&window, &name, a, b));
    }
    let numbers = [
        ("P&L A", "$"),
        ("P&L B", "$"),
        ("B − A", "$"),
        ("Max drawdown A", "$"),
        ("Max drawdown B", "$"),
    ];
    let reductions = [("Reduction A", "%"), ("Reduction B", "%")];
    let text = ["Arm", "Window"].into_iter().map(Column::text);
    let numbers = numbers
        .into_iter()
        .chain(reductions)
        .map(|(head, unit)| Column::number(head, unit));
    let table = Table {
        caption: "Results of both runs".to_owned(),
        columns: text.chain(numbers).collect(),
        rows,
    };
    let note = "A dash means that the run has no such window or arm, or that the value is undefined there.";
    Section {
        id: "results",
        title: "Results",
        blocks: vec![Block::Table(table), Block::Note(note.to_owned())],
    }
}

fn result_row(
    window: &str,
    arm: &str,
    a: Option<&Placed<SummaryRow>>,
    b: Option<&Placed<SummaryRow>>,
) -> Row {
    let pnl = |row: Option<&Placed<SummaryRow>>| row.and_then(|row| row.pnl_usd);
    let fall =
        |row: Option<&Placed<SummaryRow>>| cells::fall(row.and_then(|row| row.max_drawdown_usd));
    let reduction = |row: Option<&Placed<SummaryRow>>| {
        let value = cells::signed_percent(row.and_then(|row| row.drawdown_reduction));
        value.with_span(cells::percent_span(row.and_then(
            |row: &Placed<SummaryRow>| row.drawdown_reduction_lo.zip(row.drawdown_reduction_hi),
        )))
    };
    let change: Option<Money> = pnl(a).zip(pnl(b)).map(|(a, b)| b - a);
    Row::plain(vec![
        Cell::text(arm),
        Cell::text(window),
        cells::signed_usd(pnl(a)),
        cells::signed_usd(pnl(b)),
        cells::signed_usd(change),
        fall(a),
        fall(b),
        reduction(a),
        reduction(b),
    ])
}

/// Window and arm names of both runs, twins left out; A's order first.
fn pairs(left: &RunFolder, right: &RunFolder) -> Vec<(String, String)> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    for run in [left, right] {
        for row in run
            .summary
            .iter()
            .filter(|row| run.arm(row.place.1).kind != ArmKind::EqualSpendTwin)
        {
            let pair = (
                run.manifest.windows[row.place.0].name.clone(),
                run.arm(row.place.1).name.clone(),
            );
            if !pairs.contains(&pair) {
                pairs.push(pair);
            }
        }
    }
    pairs
}

fn find<'a>(run: &'a RunFolder, window: &str, arm: &str) -> Option<&'a Placed<SummaryRow>> {
    run.summary.iter().find(|row: &&Placed<SummaryRow>| {
        run.manifest.windows[row.place.0].name == window && run.arm(row.place.1).name == arm
    })
}

/// Keys whose value is not the same in both configurations.
pub(crate) fn configuration(left: &str, right: &str) -> Section {
    let row = |(key, a, b): (String, Option<String>, Option<String>)| {
        // A dash is a word here: a column in which one run has nothing says so.
        let value = |value: Option<String>| Cell::text(value.unwrap_or_else(|| "–".to_owned()));
        Row::plain(vec![Cell::text(key), value(a), value(b)])
    };
    let rows: Vec<Row> = key_changes(left, right).into_iter().map(row).collect();
    let block = match rows.is_empty() {
        true => Block::Note("Every key has the same value in both.".to_owned()),
        false => Block::Table(Table {
            caption: "Keys that differ; a dash means that the run does not have the key".to_owned(),
            columns: ["Key", "A", "B"].map(Column::text).to_vec(),
            rows,
        }),
    };
    Section {
        id: "config",
        title: "Configuration",
        blocks: vec![block],
    }
}

/// Keys with their values in A and B, where these differ; A's order, then what only B has.
pub(crate) fn key_changes(
    left: &str,
    right: &str,
) -> Vec<(String, Option<String>, Option<String>)> {
    let a = keyed(left);
    let b = keyed(right);
    let value = |of: &[(String, String)], key: &str| {
        of.iter()
            .find(|(k, _)| k == key)
            .map(|(_, value)| value.clone())
    };
    let keys = a
        .iter()
        .chain(b.iter().filter(|(key, _)| value(&a, key).is_none()))
        .map(|(key, _)| key);
    let pairs = keys.map(|key| (key.clone(), value(&a, key), value(&b, key)));
    pairs.filter(|(_, a, b)| a != b).collect()
}

/// Every line of a configuration as a dotted key with its value; tables of a list are numbered from 1. A line that
/// is no assignment, such as a part of a list over several lines, is a key of its own.
pub(crate) fn keyed(config: &str) -> Vec<(String, String)> {
    let mut heading = String::new();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut lines: Vec<(String, String)> = Vec::new();
    for line in config
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        let table = line
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
            .filter(|rest| !rest.contains('='));
        match table.filter(|table| !table.starts_with('"')) {
            Some(list) if list.starts_with('[') && list.ends_with(']') => {
                let name = list.trim_matches(['[', ']']);
                let count = seen.entry(name.to_owned()).or_insert(0);
                *count += 1;
                heading = format!("{name}.{count}.");
            }
            Some(table) => heading = format!("{table}."),
            None => {
                let (key, value) = line.split_once('=').unwrap_or((line, ""));
                lines.push((format!("{heading}{}", key.trim()), value.trim().to_owned()));
            }
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::keyed;

    #[test]
    fn keys_are_dotted_and_lists_are_numbered() {
        let config = "a = 1\n# no\n[t]\nb = { c = 2 }\n[[w]]\nn = \"x = y\"\n[[w]]\nn = 3\n";
        let expected = [
            ("a", "1"),
            ("t.b", "{ c = 2 }"),
            ("w.1.n", "\"x = y\""),
            ("w.2.n", "3"),
        ];
        assert_eq!(
            keyed(config),
            expected.map(|(key, value)| (key.to_owned(), value.to_owned()))
        );
    }
}
