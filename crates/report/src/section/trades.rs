//! Closed packages by layer and reason of exit.

use std::collections::BTreeMap;

use crate::document::{Block, Cell, Column, Row, Section, Table};
use crate::folder::{Placed, RunFolder};
use crate::number::{self, Money};
use crate::section::{cells, per_window};
use tables::{LegRow, TradeRow};

/// Packages per arm, layer and reason; and how the legs were settled.
pub fn section(run: &RunFolder) -> Section {
    let intro = "A package is a condor or one hedge purchase with all its legs. P&L is net of its own fees and slippage. \
                 The condors are listed once where all arms share them.";
    let mut blocks = vec![Block::Paragraph(intro.to_owned())];
    blocks.extend(per_window(run, |window| {
        vec![Block::Table(table(run, window))]
    }));
    blocks.push(Block::Details(
        "How legs ended, all arms and windows".to_owned(),
        vec![Block::Table(legs(run))],
    ));
    Section {
        id: "trades",
        title: "Trades by reason of exit",
        blocks,
    }
}

/// Condors or hedges, arm, rank of the layer, layer, reason: the order of the rows.
type Key<'a> = (bool, usize, usize, &'a str, &'a str);

fn table(run: &RunFolder, window: usize) -> Table {
    let main = run.main_arms();
    let shared = run
        .summary
        .iter()
        .filter(|row| row.place.0 == window)
        .all(|row| row.condors_identical != Some(false));
    let mut groups: BTreeMap<Key<'_>, Vec<&Placed<TradeRow>>> = BTreeMap::new();
    let wanted =
        |trade: &&Placed<TradeRow>| trade.place.0 == window && main.contains(&trade.place.1);
    for trade in run.trades.iter().filter(wanted) {
        let condor = run.is_condor(&trade.layer);
        if !(condor && shared && run.unhedged().is_some_and(|base| base != trade.place.1)) {
            let rank = run.layer_rank(&trade.layer);
            let key = (
                !condor,
                trade.place.1,
                rank,
                trade.layer.as_str(),
                trade.reason.as_str(),
            );
            groups.entry(key).or_default().push(trade);
        }
    }
    let text = ["Arm", "Layer", "Reason"].into_iter().map(Column::text);
    let numbers = [
        ("Packages", ""),
        ("Units", ""),
        ("Profitable", "%"),
        ("Mean days held", ""),
        ("Fees", "$"),
        ("P&L", "$"),
        ("P&L per package", "$"),
        ("Worst", "$"),
        ("Best", "$"),
    ];
    Table {
        caption: format!(
            "{}: closed packages by layer and reason of exit",
            run.manifest.windows[window].name
        ),
        columns: text
            .chain(
                numbers
                    .into_iter()
                    .map(|(head, unit)| Column::number(head, unit)),
            )
            .collect(),
        rows: groups
            .iter()
            .map(|(key, trades)| row(run, key, trades, shared))
            .collect(),
    }
}

fn row(run: &RunFolder, key: &Key<'_>, trades: &[&Placed<TradeRow>], shared: bool) -> Row {
    let n = trades.len();
    let pnl: Money = trades.iter().map(|trade| trade.pnl_usd).sum();
    let fees: Money = trades.iter().map(|trade| trade.fees_usd).sum();
    let won = trades
        .iter()
        .filter(|trade| trade.pnl_usd > Money::ZERO)
        .count();
    let days: i64 = trades
        .iter()
        .map(|trade| (trade.closed - trade.opened).num_days())
        .sum();
    let units: Option<i64> = trades.iter().map(|trade| trade.contracts).sum();
    let everyone = !key.0 && shared && run.unhedged() == Some(key.1);
    Row::plain(vec![
        if everyone {
            Cell::text("all arms")
        } else {
            cells::arm(run, key.1)
        },
        Cell::text(key.3),
        Cell::text(key.4),
        cells::count(n),
        cells::units(units),
        cells::percent(Some(won as f64 / n as f64)),
        cells::ratio(Some(days as f64 / n as f64), 1),
        cells::usd(Some(fees)),
        cells::signed_usd(Some(pnl)),
        Cell::text(number::signed(pnl.usd() / n as f64, 0)),
        cells::signed_usd(trades.iter().map(|trade| trade.pnl_usd).min()),
        cells::signed_usd(trades.iter().map(|trade| trade.pnl_usd).max()),
    ])
}

/// How a leg ended, from its settlement cell.
fn ending(settlement: &str) -> &'static str {
    match settlement {
        "" => "traded out",
        value if value.ends_with("(proxy)") => "settled at a stand-in for the official value",
        _ => "settled at the official value",
    }
}

fn legs(run: &RunFolder) -> Table {
    let mut groups: BTreeMap<(&str, &str), Vec<&LegRow>> = BTreeMap::new();
    for leg in &run.legs {
        groups
            .entry((leg.root.as_str(), ending(&leg.settlement)))
            .or_default()
            .push(leg);
    }
    let row = |((root, settlement), legs): (&(&str, &str), &Vec<&LegRow>)| {
        let short: Vec<f64> = legs
            .iter()
            .filter(|leg| leg.quantity.is_some_and(|q| q < 0))
            .filter_map(|l| l.open_delta)
            .collect();
        let mean = (!short.is_empty())
            .then(|| short.iter().map(|delta| delta.abs()).sum::<f64>() / short.len() as f64);
        Row::plain(vec![
            Cell::text(*root),
            Cell::text(*settlement),
            cells::count(legs.len()),
            cells::ratio(mean, 3),
        ])
    };
    Table {
        caption: "Legs by root and by how they ended".to_owned(),
        columns: vec![
            Column::text("Root"),
            Column::text("End"),
            Column::number("Legs", ""),
            Column::number("Mean |delta| of short legs at the fill", ""),
        ],
        rows: groups.iter().map(row).collect(),
    }
}
