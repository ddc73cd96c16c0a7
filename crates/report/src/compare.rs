//! Two run folders side by side: what changed in configuration, data, engine and result.

use crate::document::{Block, Cell, Column, Document, Row, Section, Table};
use crate::folder::{ArmKind, RunFolder, SummaryRow};
use crate::number::Usd;
use crate::section::{banners, cells};
use crate::write;

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
        banners: named(left, "A").into_iter().chain(named(right, "B")).collect(),
        arms: Vec::new(),
        sections: vec![identity(left, right), results(left, right), configuration(left, right)],
    }
}

/// What made the two runs.
fn identity(left: &RunFolder, right: &RunFolder) -> Section {
    let facts = |run: &RunFolder| {
        let manifest = &run.manifest;
        [
            ("Name", manifest.name.clone()),
            ("Config hash", manifest.config_hash.clone()),
            ("Dataset", format!("{}, {:?}", manifest.dataset.name, manifest.dataset.kind).to_lowercase()),
            ("Dataset hash", manifest.dataset_hash.clone()),
            ("Engine", manifest.engine.version.clone()),
            ("Results version", manifest.engine.results_version.to_string()),
            ("Prices", manifest.prices.clone()),
            ("Command", manifest.command.clone()),
        ]
    };
    let row = |((name, a), (_, b)): ((&str, String), (&str, String))| {
        let verdict = if a == b { "same" } else { "differs" };
        Row::quiet_if(a == b, vec![Cell::text(name), Cell::text(a), Cell::text(b), Cell::text(verdict)])
    };
    let table = Table {
        caption: "What made the two runs".to_owned(),
        columns: ["", "A", "B", "Verdict"].map(Column::text).to_vec(),
        rows: facts(left).into_iter().zip(facts(right)).map(row).collect(),
    };
    Section { id: "answer", title: "What is compared", blocks: vec![Block::Table(table)] }
}

/// Headline numbers of every window and arm that either run has.
fn results(left: &RunFolder, right: &RunFolder) -> Section {
    let mut rows = Vec::new();
    for (window, arm) in pairs(left, right) {
        let of = |run| find(run, &window, &arm);
        rows.push(result_row(&window, &arm, of(left), of(right)));
    }
    let numbers = [("P&L A", "$"), ("P&L B", "$"), ("B − A", "$"), ("Max drawdown A", "$"), ("Max drawdown B", "$")];
    let reductions = [("Reduction A", "%"), ("Reduction B", "%")];
    let text = ["Arm", "Window"].into_iter().map(Column::text);
    let numbers = numbers.into_iter().chain(reductions).map(|(head, unit)| Column::number(head, unit));
    let table = Table { caption: "Results of both runs".to_owned(), columns: text.chain(numbers).collect(), rows };
    let note = "A dash means that the run has no such window or arm, or that the value is undefined there.";
    Section { id: "results", title: "Results", blocks: vec![Block::Table(table), Block::Note(note.to_owned())] }
}

fn result_row(window: &str, arm: &str, a: Option<&SummaryRow>, b: Option<&SummaryRow>) -> Row {
    let pnl = |row: Option<&SummaryRow>| row.and_then(|row| row.pnl_usd);
    let fall = |row: Option<&SummaryRow>| cells::fall(row.and_then(|row| row.max_drawdown_usd));
    let span = |row: &SummaryRow| row.drawdown_reduction_lo.zip(row.drawdown_reduction_hi);
    let reduction = |row: Option<&SummaryRow>| {
        let value = cells::signed_percent(row.and_then(|row| row.drawdown_reduction));
        value.with_span(cells::percent_span(row.and_then(span)))
    };
    let change: Option<Usd> = pnl(a).zip(pnl(b)).map(|(a, b)| b - a);
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
        for row in run.summary.iter().filter(|row| run.arm(row.place.1).kind != ArmKind::EqualSpendTwin) {
            let pair = (run.manifest.windows[row.place.0].name.clone(), run.arm(row.place.1).name.clone());
            if !pairs.contains(&pair) {
                pairs.push(pair);
            }
        }
    }
    pairs
}

fn find<'a>(run: &'a RunFolder, window: &str, arm: &str) -> Option<&'a SummaryRow> {
    let same = |row: &&SummaryRow| run.manifest.windows[row.place.0].name == window && run.arm(row.place.1).name == arm;
    run.summary.iter().find(same)
}

/// Lines of the configurations that only one of the runs has.
fn configuration(left: &RunFolder, right: &RunFolder) -> Section {
    let (gone, come) = (only_in(&left.config, &right.config), only_in(&right.config, &left.config));
    let block = |lines: Vec<String>, side: &str| match lines.is_empty() {
        true => Block::Note(format!("No line is only in {side}.")),
        false => Block::Code(lines.join("\n")),
    };
    let heading = |text: &str| Block::Heading(text.to_owned());
    let blocks = vec![heading("Only in A"), block(gone, "A"), heading("Only in B"), block(come, "B")];
    Section { id: "config", title: "Configuration", blocks }
}

/// Lines of `one` under their section heading that `other` does not have under the same heading.
fn only_in(one: &str, other: &str) -> Vec<String> {
    let theirs = keyed(other);
    keyed(one).into_iter().filter(|line| !theirs.contains(line)).collect()
}

fn keyed(config: &str) -> Vec<String> {
    let mut heading = "";
    let mut lines = Vec::new();
    for line in config.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        match line.starts_with('[') && line.ends_with(']') && !line.contains('=') {
            true => heading = line,
            false => lines.push(format!("{heading} {line}").trim_start().to_owned()),
        }
    }
    lines
}
