//! VIX futures against their own day, their own contract, their neighbours in expiry and the index.

use market::math::{exp, ln};
use std::collections::BTreeMap;

use chrono::NaiveDate;
use market::calendar::Calendar;

use super::jumps::{Line, jumps};
use super::shape::{Scale, Shape, median};
use super::{Doubt, Findings, Severity};
use crate::tables::{Tables, VxRow};

/// How far a settlement may lie outside the trades of its day, as a fraction: thin contracts settle at a quote.
const OUTSIDE: f64 = 0.15;
/// How far a settlement may lie off the line between its neighbours in expiry, as a difference of logarithms.
const OFF_THE_CURVE: f64 = 0.22;
/// The same of the first contract and the index, as a middle value of the dataset.
const OFF_THE_INDEX: f64 = 0.6;
/// Rows that say something about two columns.
const ENOUGH: usize = 40;

/// Doubts about single settlements.
pub(super) fn all(tables: &Tables, findings: &mut Findings) -> Vec<Doubt> {
    let rows = &tables.vx;
    within_the_day(rows, findings);
    columns(rows, findings);
    let mut doubts = curve(rows, findings);
    doubts.extend(histories(rows, findings));
    index(tables, findings);
    doubts
}

fn within_the_day(rows: &[VxRow], findings: &mut Findings) {
    // The settlement day itself has the auction's value, which no trade of the day bounds.
    for row in rows.iter().filter(|r| r.trade_date < r.expiry) {
        let (Some(high), Some(low)) = (row.high, row.low) else {
            continue;
        };
        let (day, expiry, settle) = (row.trade_date, row.expiry, row.settle);
        if settle > high * (1.0 + OUTSIDE) || settle < low * (1.0 - OUTSIDE) {
            findings.note(Severity::Warning, "settle_outside_day", "vx", Some(day), || {
                format!("{day}: found a settlement of {settle} for {expiry} beside low {low} and high {high}, expected: within {OUTSIDE} of them; kept")
            });
        }
        let inside = |price: Option<f64>| price.is_none_or(|p| (low..=high).contains(&p));
        if !inside(row.open) || !inside(row.close) {
            findings.note(Severity::Warning, "trades_outside_day", "vx", Some(day), || {
                format!("{day}: found open {:?} and close {:?} for {expiry} beside low {low} and high {high}, \
                     expected: within them; kept", row.open, row.close)
            });
        }
    }
}

/// A settlement is near the last trade and far from the first; where it is not, columns may be swapped.
fn columns(rows: &[VxRow], findings: &mut Findings) {
    let traded = rows.iter().filter(|r| r.trade_date < r.expiry);
    let both = |r: &VxRow| Some((r.settle, r.open?, r.close?));
    let known: Vec<(f64, f64, f64)> = traded.filter_map(both).collect();
    if known.len() < ENOUGH {
        return;
    }
    let usual =
        |f: fn(&(f64, f64, f64)) -> f64| median(known.iter().map(f).collect()).unwrap_or(0.0);
    let last = usual(|(settle, _, close)| ln(settle / close).abs());
    let first = usual(|(settle, open, _)| ln(settle / open).abs());
    if last > first {
        findings.note(Severity::Warning, "settle_unlike_close", "vx", None, || {
            format!(
                "found settlements usually {:.2}% from the last trade and {:.2}% from the first, \
                 expected: nearer to the last; columns may be swapped; kept",
                100.0 * last,
                100.0 * first
            )
        });
    }
}

/// Settlements off the line between the contracts before and after; the last of a curve against the one before.
fn curve(rows: &[VxRow], findings: &mut Findings) -> Vec<Doubt> {
    let mut doubts = Vec::new();
    let mut start = 0;
    for day in rows.chunk_by(|a, b| a.trade_date == b.trade_date) {
        let marks: Vec<(usize, &VxRow)> = day
            .iter()
            .enumerate()
            .filter(|(_, r)| r.expiry > r.trade_date)
            .collect();
        for window in marks.windows(3) {
            let [(_, before), (at, row), (_, after)] = window else {
                continue;
            };
            let whole = (after.expiry - before.expiry).num_days() as f64;
            let share = (row.expiry - before.expiry).num_days() as f64 / whole;
            let (low, high) = (ln(before.settle), ln(after.settle));
            let expected = exp(low + share * (high - low));
            let off = ln(row.settle / expected).abs();
            // Both neighbours off the one between them by as much mean that it is the one that is wrong.
            let sides = [before.settle, after.settle].map(|s| ln(row.settle / s));
            let alone = sides[0] * sides[1] > 0.0 && sides.iter().all(|s| s.abs() > OFF_THE_CURVE);
            if off > OFF_THE_CURVE && alone {
                let (day, expiry, settle) = (row.trade_date, row.expiry, row.settle);
                findings.note(Severity::Warning, "off_the_curve", "vx", Some(day), || {
                    format!("{day}: found {settle} for {expiry} between {} and {} of the contracts before and after, \
                         expected: about {expected:.2}; kept", before.settle, after.settle)
                });
                doubts.push(Doubt::of("vx", start + at));
            }
        }
        start += day.len();
    }
    doubts
}

/// Each contract against its own days.
fn histories(rows: &[VxRow], findings: &mut Findings) -> Vec<Doubt> {
    let mut contracts: BTreeMap<NaiveDate, Vec<usize>> = BTreeMap::new();
    for (at, row) in rows
        .iter()
        .enumerate()
        .filter(|(_, r)| r.expiry > r.trade_date)
    {
        contracts.entry(row.expiry).or_default().push(at);
    }
    let mut doubts = Vec::new();
    for (expiry, at) in &contracts {
        holes(*expiry, at, rows, findings);
        let days: Vec<NaiveDate> = at.iter().map(|i| rows[*i].trade_date).collect();
        let values: Vec<Option<f64>> = at.iter().map(|i| Some(rows[*i].settle)).collect();
        let line = Line {
            name: "vx",
            days: &days,
            values: &values,
            // Worst there and back within two sessions since 2018: 0.29; worst day: 0.63 (both 2018-02-05).
            shape: Shape {
                scale: Scale::Log,
                spike: 0.32,
                step: 0.75,
            },
        };
        doubts.extend(
            jumps(&line, findings)
                .into_iter()
                .map(|d| Doubt::of("vx", at[d.at])),
        );
    }
    doubts
}

/// Sessions within the life of a contract without a settlement.
fn holes(expiry: NaiveDate, at: &[usize], rows: &[VxRow], findings: &mut Findings) {
    for pair in at.windows(2) {
        let (before, after) = (rows[pair[0]].trade_date, rows[pair[1]].trade_date);
        let missing = Calendar::nyse().sessions_between(before, after) - 1;
        if missing > 0 {
            findings.note(Severity::Warning, "contract_gap", "vx", Some(after), || {
                format!("{after}: found no settlements of {expiry} on {missing} sessions after {before}, expected one per session; left missing")
            });
        }
    }
    if let Some(last) = at.last().map(|i| rows[*i].trade_date) {
        let end = rows.last().map_or(last, |r| r.trade_date);
        let missing = Calendar::nyse().sessions_between(last, end.min(expiry)) - 1;
        if missing > 0 && end > expiry {
            findings.note(Severity::Warning, "contract_ends_early", "vx", Some(last), || {
                format!("{last}: found the last settlement of {expiry} here, expected: up to the session before it settles; left missing")
            });
        }
    }
}

fn index(tables: &Tables, findings: &mut Findings) {
    let Some(vix) = tables.daily.get("vix") else {
        return;
    };
    let near = |r: &&VxRow| (1..40).contains(&(r.expiry - r.trade_date).num_days());
    let ratio = |r: &VxRow| {
        let at = tables.sessions.binary_search(&r.trade_date).ok()?;
        Some(ln(r.settle / vix.values[at]?))
    };
    let ratios: Vec<f64> = tables.vx.iter().filter(near).filter_map(ratio).collect();
    let Some(middle) = median(ratios).filter(|m| m.abs() > OFF_THE_INDEX) else {
        return;
    };
    findings.note(Severity::Warning, "vx_off_the_index", "vx", None, || {
        format!("found a usual settlement of the first contract {:.2} times VIX, expected: near 1; the files may be on another scale; kept", exp(middle))
    });
}
