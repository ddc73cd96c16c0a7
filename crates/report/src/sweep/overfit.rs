//! How likely the best cell is luck: the probability of backtest overfitting, the deflated Sharpe ratio, and the tests
//! for superior ability.

use super::folder::SweepFolder;
use super::statistics;
use crate::chart::{Histogram, Unit};
use crate::document::{Block, Section};
use crate::number::{self, Money};
use tables::InferenceRow;

/// Logits of the combinatorial splits.
const LOGITS: &str = "pbo_logit";

/// The table of the tests and the picture of the logits.
pub fn section(sweep: &SweepFolder) -> Section {
    let intro = "PBO: the cells are ranked on one half of the blocks of sessions, the winner is looked up on the other \
                 half; its logit is below zero where it falls into the worse half. PBO is the share of splits at or below \
                 zero. The deflated Sharpe ratio and the tests for superior ability count every configuration that was \
                 ever run.";
    let mut blocks = vec![
        Block::Paragraph(not_said(sweep)),
        Block::Note(intro.to_owned()),
    ];
    if sweep.inference.is_none() {
        blocks.push(statistics::absent("the panel on overfitting"));
        return Section {
            id: "overfitting",
            title: "Overfitting",
            blocks,
        };
    }
    let tests = sweep.statistics(|name| name != LOGITS && statistics::is_of_overfitting(name));
    match tests.is_empty() {
        true => blocks.push(Block::Note(
            "inference.csv has none of these statistics.".to_owned(),
        )),
        false => {
            blocks.extend(logits(sweep).map(Block::Bars));
            let table = statistics::table("Tests of the best cell", &tests);
            blocks.push(Block::Details(
                format!("All {}", number::counted(tests.len(), "test")),
                vec![Block::Table(table)],
            ));
        }
    }
    Section {
        id: "overfitting",
        title: "Overfitting",
        blocks,
    }
}

/// What the probability of overfitting does not say, with the numbers that do.
fn not_said(sweep: &SweepFolder) -> String {
    let of = |view: usize| {
        let own = sweep.of_view(view);
        let ahead = own
            .clone()
            .filter(|cell| cell.hedge_pnl_usd().is_some_and(|usd| usd > Money::ZERO))
            .count();
        let less = own.clone().filter(|cell| {
            cell.pnl_usd()
                .zip(cell.deleveraged_pnl_usd())
                .is_some_and(|(own, less)| own > less)
        });
        format!(
            "{}: {} of {} left more money than unhedged, {} more than trading less with the same worst fall",
            sweep.view_name(view),
            number::count(ahead),
            number::counted(own.count(), "cell"),
            number::count(less.count())
        )
    };
    let all: Vec<String> = (0..sweep.views.len()).map(of).collect();
    format!(
        "PBO ranks the cells against each other: a low one says that the best cell of one half of the sessions is also good in \
         the other half. It does not say that any cell pays. {}.",
        all.join("; ")
    )
}

fn logits(sweep: &SweepFolder) -> Option<Histogram> {
    let weight = |row: &InferenceRow| row.n.unwrap_or(1);
    let values: Vec<(f64, usize)> = sweep
        .statistics(|name| name == LOGITS)
        .iter()
        .filter_map(|row| Some((row.value?, weight(row))))
        .collect();
    (!values.is_empty()).then(|| Histogram {
        caption: "Logits of the in-sample winner's rank out of sample, splits counted".to_owned(),
        head: "Logit".to_owned(),
        counted: "splits",
        ..Histogram::of_middles(&values, Unit::Ratio, vec![(0.0, "the middle".to_owned())])
    })
}

/// What the tests say, in a sentence; what is not there is said too.
pub fn sentence(sweep: &SweepFolder) -> String {
    let of = |names: &[&str]| {
        let found = sweep.statistics(|name| names.contains(&name));
        found
            .into_iter()
            .find(|row| row.value.is_some() || row.p.is_some())
            .cloned()
    };
    let n = |row: &InferenceRow| {
        row.n
            .map_or_else(String::new, |n| format!(", n {}", number::count(n)))
    };
    let mut parts = Vec::new();
    if let Some(row) = of(&["pbo"]) {
        let value = row.value.map_or("undefined".to_owned(), |value| {
            format!("{} %", number::percent(value))
        });
        parts.push(format!(
            "the probability that the best cell is overfitted (PBO) is {value}{}",
            n(&row)
        ));
    }
    if let Some(row) = of(&["dsr", "deflated_sharpe"]) {
        let value = row
            .value
            .map_or("undefined".to_owned(), |value| number::fixed(value, 3));
        parts.push(format!(
            "its deflated Sharpe probability is {value}{}",
            n(&row)
        ));
    }
    if let Some(row) = of(&["spa", "spa_consistent", "reality_check"]) {
        let p = row
            .p
            .map_or("undefined".to_owned(), |p| number::fixed(p, 3));
        parts.push(format!(
            "the test for superior ability ({}) has p = {p}{}",
            row.statistic,
            n(&row)
        ));
    }
    let tried = match sweep.manifest.tried {
        Some(tried) => format!("{} were tried", number::counted(tried, "configuration")),
        None => format!(
            "{} are in the folder",
            number::counted(sweep.cells.len(), "row")
        ),
    };
    match parts.is_empty() {
        true => format!("How likely the best cell is luck is not in this folder; {tried}."),
        false => format!("Over all cells, {}; {tried}.", parts.join("; ")),
    }
}
