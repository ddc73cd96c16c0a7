//! Packages from the executions of a broker: legs of one order are opened together, closings are matched to the oldest
//! package that holds the contract, what is never closed settles at its expiry.

use std::collections::BTreeMap;

use book::trade_log::{LoggedLeg, LoggedRoot, LoggedTrade, RefusedTrade};
use chrono::{NaiveDate, NaiveDateTime};
use market::contract::Right;

use super::Drafted;
use super::cells::Cells;
use super::fault::RowFault;

/// One execution of one contract.
pub struct Execution {
    /// New York time.
    pub when: NaiveDateTime,
    /// The order; may be empty, then the moment tells orders apart.
    pub order: String,
    /// Whether it opens.
    pub opens: bool,
    pub root: LoggedRoot,
    pub expiry: NaiveDate,
    pub right: Right,
    pub strike: f64,
    /// Bought positive.
    pub quantity: i64,
    /// Points as quoted.
    pub price: f64,
    /// Never positive.
    pub fees_usd: f64,
}

/// What tells one contract of a package from another.
type Key = (LoggedRoot, NaiveDate, bool, i64);

/// One contract of a package.
#[derive(Default)]
struct Held {
    opened: i64,
    /// Cash of the opening, in points.
    open_cash: f64,
    left: i64,
    close_cash: f64,
}

/// A package on its way.
struct Draft {
    id: String,
    opened: NaiveDate,
    legs: BTreeMap<Key, Held>,
    entry_fees: f64,
    exit_fees: f64,
    closed: Vec<NaiveDate>,
}

/// The class of this symbol, if logs of it are read.
pub fn class(symbol: &str) -> Option<LoggedRoot> {
    LoggedRoot::named(symbol)
}

/// Call or put.
pub fn right(text: &str) -> Result<Right, RowFault> {
    match text.to_uppercase().as_str() {
        "C" | "CALL" => Ok(Right::Call),
        "P" | "PUT" => Ok(Right::Put),
        _ => Err(RowFault::Right(text.to_string())),
    }
}

/// A whole number of contracts.
pub fn whole(quantity: f64) -> Result<i64, RowFault> {
    if quantity.fract() == 0.0 && (1.0..=1e6).contains(&quantity) {
        Ok(quantity as i64)
    } else {
        Err(RowFault::Contracts(quantity))
    }
}

fn key(of: &Execution) -> Key {
    let strike = (of.strike * 1000.0).round() as i64;
    (of.root, of.expiry, of.right == Right::Call, strike)
}

/// The packages of a log, then the rows that could not be read. Of every row `symbol` says whose option it is; those of
/// classes that are not read are counted, the others are read by `execution`.
pub fn packages<'a>(
    rows: impl Iterator<Item = Cells<'a>>,
    symbol: impl Fn(Cells<'a>) -> &'a str,
    execution: impl Fn(Cells<'a>) -> Result<Execution, RowFault>,
) -> Vec<Drafted> {
    let mut executions = Vec::new();
    let mut faults = Vec::new();
    let mut others = 0;
    for row in rows {
        if class(symbol(row)).is_none() {
            others += 1;
            continue;
        }
        match execution(row) {
            Ok(found) => executions.push(found),
            Err(fault) => faults.push(Err(RefusedTrade {
                id: row.name(),
                why: fault.to_string(),
            })),
        }
    }
    assemble(executions, others, faults)
}

/// The packages that executions make up, then the rows that could not be read.
fn assemble(mut executions: Vec<Execution>, others: usize, faults: Vec<Drafted>) -> Vec<Drafted> {
    executions.sort_by_key(|one| one.when);
    let last = executions.last().map(|one| one.when.date());
    let mut packages: Vec<Draft> = Vec::new();
    let mut out = Vec::new();
    for one in &executions {
        if one.opens {
            open(&mut packages, one);
        } else if let Err(refused) = close(&mut packages, one) {
            out.push(Err(refused));
        }
    }
    out.extend(packages.into_iter().map(|draft| finish(draft, last)));
    out.extend(faults);
    if others > 0 {
        out.push(Err(RefusedTrade {
            id: "other classes".into(),
            why: format!("{others} executions are of other classes than SPX, SPXW and XSP"),
        }));
    }
    out
}

fn open(packages: &mut Vec<Draft>, one: &Execution) {
    let id = match one.order.as_str() {
        "" => one.when.format("%Y-%m-%d %H:%M").to_string(),
        order => format!("order {order}"),
    };
    let at = packages.iter().rposition(|draft| draft.id == id);
    let at = at.unwrap_or_else(|| {
        packages.push(Draft {
            id,
            opened: one.when.date(),
            legs: BTreeMap::new(),
            entry_fees: 0.0,
            exit_fees: 0.0,
            closed: Vec::new(),
        });
        packages.len() - 1
    });
    let held = packages[at].legs.entry(key(one)).or_default();
    held.opened += one.quantity;
    held.left += one.quantity;
    held.open_cash -= one.quantity as f64 * one.price;
    packages[at].entry_fees += one.fees_usd;
}

fn close(packages: &mut [Draft], one: &Execution) -> Result<(), RefusedTrade> {
    let mut left = one.quantity;
    for draft in packages.iter_mut() {
        let Some(held) = draft.legs.get_mut(&key(one)) else {
            continue;
        };
        if left == 0 || held.left == 0 || held.left.signum() == left.signum() {
            continue;
        }
        let part = left.abs().min(held.left.abs()) * left.signum();
        held.left += part;
        held.close_cash -= part as f64 * one.price;
        draft.exit_fees += one.fees_usd * part as f64 / one.quantity as f64;
        draft.closed.push(one.when.date());
        left -= part;
    }
    if left == 0 {
        return Ok(());
    }
    Err(RefusedTrade {
        id: format!("closing of {}", one.when.format("%Y-%m-%d %H:%M")),
        why: format!(
            "{} {} at strike {} close what no order of the log opened: a leg or an earlier part of the log is missing",
            left.abs(),
            one.root.name(),
            one.strike
        ),
    })
}

fn finish(draft: Draft, last: Option<NaiveDate>) -> Drafted {
    let refuse = |why: String| {
        Err(RefusedTrade {
            id: draft.id.clone(),
            why,
        })
    };
    let units = draft
        .legs
        .values()
        .map(|held| held.opened.abs())
        .fold(0, gcd);
    if units == 0 {
        return refuse("its orders cancel each other".into());
    }
    let mut days = draft.closed.clone();
    days.dedup();
    let expiry = draft
        .legs
        .keys()
        .map(|key| key.1)
        .min()
        .unwrap_or(draft.opened);
    let is_closed = draft.legs.values().all(|held| held.left == 0);
    let is_whole = draft.legs.values().all(|held| held.left == held.opened);
    let closed = match (days.as_slice(), is_closed, is_whole) {
        ([day], true, _) => *day,
        ([], _, true) if last.is_some_and(|last| last < expiry) => {
            return refuse(RowFault::Open.to_string());
        }
        ([], _, true) => expiry,
        (days, ..) => {
            let days: Vec<String> = days.iter().map(NaiveDate::to_string).collect();
            let rest = if is_closed {
                ""
            } else {
                ", and what was left expired"
            };
            return refuse(format!(
                "its legs were closed apart from each other ({}{rest}); a package ends as a whole",
                days.join(", ")
            ));
        }
    };
    let per_unit = |cash: f64| cash / units as f64;
    Ok(LoggedTrade {
        id: draft.id.clone(),
        opened: draft.opened,
        closed,
        contracts: units,
        entry_points: per_unit(draft.legs.values().map(|held| held.open_cash).sum()),
        exit_points: is_closed
            .then(|| per_unit(draft.legs.values().map(|held| held.close_cash).sum())),
        entry_fees_usd: draft.entry_fees,
        exit_fees_usd: draft.exit_fees,
        legs: draft
            .legs
            .iter()
            .map(|(key, held): (&Key, &Held)| LoggedLeg {
                root: key.0,
                expiry: key.1,
                right: if key.2 { Right::Call } else { Right::Put },
                strike: key.3 as f64 / 1000.0,
                quantity: held.opened / units,
                open_points: Some(-held.open_cash / held.opened as f64),
                close_points: is_closed.then(|| held.close_cash / held.opened as f64),
            })
            .collect(),
    })
}

fn gcd(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { gcd(b, a % b) }
}
