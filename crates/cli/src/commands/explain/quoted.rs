//! Packages of a trade log in XSP: the journal has them in SPX points, `explain` shows them as they are quoted.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use tables::{JournalRow, LogTradeRow, Price, Word};

/// Points of XSP in one of SPX.
const SCALE: i64 = 10;

/// The journal of one arm with the packages that repeat XSP trades as the log quotes them.
pub fn as_quoted(mut journal: Vec<JournalRow>, trades: &[LogTradeRow]) -> Vec<JournalRow> {
    let minis = minis(&journal, trades);
    let is_mini = |row: &&mut JournalRow| {
        let package = row.package.map(|package| (row.window.clone(), package));
        package.is_some_and(|package| minis.contains(&package))
    };
    journal.iter_mut().filter(is_mini).for_each(show);
    journal
}

/// Windows and packages that repeat XSP trades: those a tier opens on a session are its used trades of that session, in the
/// order of the log.
fn minis(journal: &[JournalRow], trades: &[LogTradeRow]) -> BTreeSet<(Word, i64)> {
    let mut by_tier: BTreeMap<(&str, NaiveDate), Vec<&LogTradeRow>> = BTreeMap::new();
    for trade in trades.iter().filter(|trade| trade.state == "used") {
        let opened = trade.opened.unwrap_or_default();
        by_tier
            .entry((&trade.tier, opened))
            .or_default()
            .push(trade);
    }
    let mut opened: BTreeMap<(&str, &str, NaiveDate), usize> = BTreeMap::new();
    let mut found = BTreeSet::new();
    // The amount stands on the first leg alone.
    for row in journal
        .iter()
        .filter(|row| row.event == "opened" && row.amount_cents.is_some())
    {
        let (Some(layer), Some(package)) = (row.layer.as_deref(), row.package) else {
            continue;
        };
        let Some(own) = by_tier.get(&(layer, row.date)) else {
            continue;
        };
        let place = opened.entry((&row.window, layer, row.date)).or_default();
        let is_mini = own.get(*place).is_some_and(|trade| is_xsp(trade));
        *place += 1;
        if is_mini {
            found.insert((row.window.clone(), package));
        }
    }
    found
}

/// The legs of a trade say `-1 XSP 2022-02-04 P 430`, and are of one class.
fn is_xsp(trade: &LogTradeRow) -> bool {
    trade.legs.split_whitespace().nth(1) == Some("XSP")
}

fn show(row: &mut JournalRow) {
    let tenth = |units: &mut i64| *units = (*units + SCALE / 2).div_euclid(SCALE);
    [&mut row.mid, &mut row.price, &mut row.settlement]
        .into_iter()
        .flatten()
        .for_each(tenth);
    if let Some(contract) = &mut row.contract {
        *contract = named(contract).into();
    }
    if let Some(value) = row.settlement {
        let stand_in = if row.proxy == Some(true) {
            " (proxy)"
        } else {
            ""
        };
        row.detail = Some(format!("settled at {}{stand_in}", Price(value)).into());
    }
}

/// The XSP option of an SPXW contract: a tenth of the strike.
fn named(contract: &str) -> String {
    let words: Vec<&str> = contract.split(' ').collect();
    match words.as_slice() {
        [_, expiry, right, strike] => match strike.parse::<f64>() {
            Ok(points) => format!("XSP {expiry} {right} {}", points / SCALE as f64),
            Err(_) => contract.to_string(),
        },
        _ => contract.to_string(),
    }
}
