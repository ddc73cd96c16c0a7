//! The worst days of the condors, what each hedge answered, and how to have a day explained.

use crate::document::{Block, Cell, Column, Fact, Row, RowRole, Section, Table};
use crate::folder::{Curve, RunFolder, of_place};
use crate::number::{self, Money};
use crate::section::{cells, days};
use crate::words;

/// Days a window.
const DAYS: usize = 5;

/// The worst days of every window with the hedges on them, each with its explanation folded below.
pub fn section(run: &RunFolder) -> Section {
    let mut blocks = Vec::new();
    for window in 0..run.manifest.windows.len() {
        blocks.extend(one_window(run, window));
    }
    let note = match blocks.is_empty() {
        true => "The run has no unhedged arm to choose the days by.",
        false => {
            "Days by the P&L of the condors in the unhedged book, at mid, before costs. Below a loss, what the hedge's layers \
             made that day; answered is their sum over the condors' loss on these days. The appendix has ten days and each layer."
        }
    };
    blocks.push(Block::Note(note.to_owned()));
    Section {
        id: "worst",
        title: "The worst days and the hedge's answer",
        blocks,
    }
}

fn one_window(run: &RunFolder, window: usize) -> Vec<Block> {
    let Some(base) = run.unhedged().and_then(|base| run.curve_of(window, base)) else {
        return Vec::new();
    };
    let worst: Vec<usize> = days::by_condor(base).into_iter().take(DAYS).collect();
    let hedged: Vec<(usize, &Curve)> = match run.is_large() {
        true => days::hedged(run, window).into_iter().take(1).collect(),
        false => days::hedged(run, window),
    };
    vec![
        Block::Table(table(run, (window, base), &worst, &hedged)),
        Block::Details(
            format!("What was done on these days, by {}", lead(run)),
            worst
                .iter()
                .flat_map(|&at| explained(run, (window, base), at))
                .collect(),
        ),
    ]
}

fn lead(run: &RunFolder) -> String {
    run.policies()
        .first()
        .or(run.unhedged().as_ref())
        .map_or(String::new(), |&arm| run.label(arm))
}

fn table(
    run: &RunFolder,
    (window, base): (usize, &Curve),
    worst: &[usize],
    hedged: &[(usize, &Curve)],
) -> Table {
    let market = days::market(run);
    let mut rows: Vec<Row> = worst
        .iter()
        .map(|&at: &usize| {
            let (change, vix) = market.get(&base.dates[at]).copied().unwrap_or_default();
            let named = [
                Cell::text(base.dates[at].to_string()),
                Cell::maybe(change.map(|change| number::signed(change * 100.0, 1))),
                cells::ratio(vix, 1),
                cells::signed_usd(Some(base.condor[at])),
            ];
            let hedges = hedged
                .iter()
                .map(|(_, curve)| cells::signed_usd(Some(curve.hedge(at))));
            Row::plain(named.into_iter().chain(hedges).collect())
        })
        .collect();
    let loss: Money = worst.iter().map(|&at| base.condor[at]).sum();
    let blank = || Cell::text("\u{a0}");
    let answered = [Cell::text("Answered [%]"), blank(), blank(), blank()];
    rows.push(Row {
        cells: answered
            .into_iter()
            .chain(hedged.iter().map(|(_, curve): &(usize, &Curve)| {
                let made: Money = worst.iter().map(|&at| curve.hedge(at)).sum();
                cells::percent((loss < Money::ZERO).then(|| made.usd() / loss.abs().usd()))
            }))
            .collect(),
        role: RowRole::Total,
    });
    let fixed = [
        Column::text("Day"),
        Column::number("S&P 500", "%"),
        Column::number("VIX", ""),
        Column::number("Condors", "$"),
    ];
    let arms = hedged
        .iter()
        .map(|(arm, _)| Column::number(&run.label(*arm), "$"));
    Table {
        caption: format!(
            "{}: the {DAYS} worst days of the condors",
            run.manifest.windows[window].name
        ),
        columns: fixed.into_iter().chain(arms).collect(),
        rows,
    }
}

/// What the first hedge decided on a day, layer by layer, and the command that tells more.
fn explained(run: &RunFolder, (window, base): (usize, &Curve), at: usize) -> Vec<Block> {
    let date = base.dates[at];
    let arm = run.policies().first().copied().or(run.unhedged());
    let Some(arm) = arm else {
        return Vec::new();
    };
    let own = of_place(&run.decisions, (window, arm)).iter();
    let own = own.filter(|row| row.date == date);
    let said: Vec<String> = own
        .map(|row| {
            let detail = match row.detail.as_str() {
                "" => String::new(),
                detail => format!(": {}", crate::text::minus(detail)),
            };
            format!(
                "{}: {}, {}{detail}",
                row.layer,
                row.action.replace('_', " "),
                row.reason_code.replace('_', " ")
            )
        })
        .collect();
    let command = format!(
        "alvh explain FOLDER --arm {} --date {date}",
        run.arm(arm).name
    );
    let done = match said.is_empty() {
        true => Block::Note("decisions.csv has nothing of this day.".to_owned()),
        false => Block::List(said),
    };
    vec![
        Block::Heading(words::day(date)),
        done,
        Block::Facts(vec![Fact::code("The whole day in words", command)]),
    ]
}
