//! VIX futures against the contracts before and after, and against the index they settle at.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use market::math::{exp, ln};

use super::jumps::{Line, jumps};
use super::shape::{Scale, Shape, median};
use super::{DONE, Doubt, Findings, Severity};
use crate::tables::{Tables, VxRow};

/// How far a settlement may lie off the line between its neighbours in expiry, as a difference of logarithms: 0.13 was the most
/// from 2018 to 2024.
const OFF_THE_CURVE: f64 = 0.18;
/// The least that is doubted where it comes and goes, and where it stays: 0.08 was the most that came and went.
const SHAPE: Shape = Shape {
    scale: Scale::Difference,
    spike: 0.09,
    step: 0.12,
};
/// Days before settlement within which a contract is usually worth what the index stands at, how near the usual one is, and
/// from how many on it says something.
const LAST_DAYS: i64 = 4;
const OFF_THE_INDEX: f64 = 0.06;
const ENOUGH: usize = 12;
/// How far a final settlement value may lie off the open of VIX: 0.12 was the most from 2018 to 2024.
const OFF_THE_OPEN: f64 = 0.25;

/// Doubts about single settlements.
pub(super) fn all(tables: &Tables, findings: &mut Findings) -> Vec<Doubt> {
    let residuals = residuals(&tables.vx);
    let mut doubts = off_the_curve(tables, &residuals, findings);
    doubts.extend(changes(tables, &residuals, findings));
    index(tables, findings);
    doubts.extend(finals(tables, findings));
    doubts
}

/// A settlement between two others of its session.
struct Residual {
    /// Its row, and those of the contracts before and after.
    at: [usize; 3],
    /// Its distance from the line between the two, as a difference of logarithms.
    off: f64,
}

fn residuals(rows: &[VxRow]) -> Vec<Residual> {
    let mut all = Vec::new();
    let marks: Vec<usize> = (0..rows.len())
        .filter(|i| rows[*i].expiry > rows[*i].trade_date)
        .collect();
    for window in marks.windows(3) {
        let [a, b, c] = [window[0], window[1], window[2]];
        if rows[a].trade_date != rows[c].trade_date {
            continue;
        }
        let whole = (rows[c].expiry - rows[a].expiry).num_days() as f64;
        let share = (rows[b].expiry - rows[a].expiry).num_days() as f64 / whole;
        let low = ln(rows[a].settle);
        let high = ln(rows[c].settle);
        all.push(Residual {
            at: [a, b, c],
            off: ln(rows[b].settle) - (low + share * (high - low)),
        });
    }
    all
}

fn off_the_curve(tables: &Tables, residuals: &[Residual], findings: &mut Findings) -> Vec<Doubt> {
    let rows = &tables.vx;
    let mut doubts = Vec::new();
    for residual in residuals {
        let [before, row, after] = residual.at.map(|i| &rows[i]);
        // Both neighbours off the one between them by as much mean that it is the one that is wrong.
        let sides = [before.settle, after.settle].map(|s| ln(row.settle / s));
        let alone = sides[0] * sides[1] > 0.0 && sides.iter().all(|s| s.abs() > OFF_THE_CURVE);
        if residual.off.abs() > OFF_THE_CURVE && alone {
            let day = Some(row.trade_date);
            findings.note(Severity::Warning, "off_the_curve", "vx", day, || {
                format!(
                    "{}: found {} for {} between {} and {} of the contracts before and after, expected: about {:.2}; {DONE}",
                    tables.origins.place_of(row),
                    row.settle,
                    row.expiry,
                    before.settle,
                    after.settle,
                    row.settle / exp(residual.off)
                )
            });
            doubts.push(Doubt::of("vx", residual.at[1]));
        }
    }
    doubts
}

/// How the distance of each contract from its neighbours changes from session to session.
fn changes(tables: &Tables, residuals: &[Residual], findings: &mut Findings) -> Vec<Doubt> {
    let rows = &tables.vx;
    let mut contracts: BTreeMap<NaiveDate, Vec<&Residual>> = BTreeMap::new();
    for residual in residuals {
        let expiry = rows[residual.at[1]].expiry;
        contracts.entry(expiry).or_default().push(residual);
    }
    let mut doubts = Vec::new();
    for (expiry, of) in &contracts {
        let days: Vec<NaiveDate> = of.iter().map(|r| rows[r.at[1]].trade_date).collect();
        let values: Vec<Option<f64>> = of.iter().map(|r| Some(r.off)).collect();
        let place = |i: usize| tables.origins.place_of(&rows[of[i].at[1]]);
        let line = Line::of_futures(&days, &values, SHAPE, &place);
        let mut own = Findings::default();
        for doubt in jumps(&line, &mut own) {
            let [before, row, after] = of[doubt.at].at.map(|i| &rows[i]);
            findings.note(Severity::Warning, "jump_of_the_curve", "vx", Some(row.trade_date), || {
                format!(
                    "{}: found {} for {expiry} between {} and {} of the contracts before and after, expected: as near to their \
                     line as on the sessions before and after; {DONE}",
                    place(doubt.at),
                    row.settle,
                    before.settle,
                    after.settle
                )
            });
            doubts.push(Doubt::of("vx", of[doubt.at].at[1]));
        }
        for step in own.into_vec().iter().filter(|f| f.code == "step") {
            let at = days.iter().position(|d| Some(*d) == step.first);
            findings.note(Severity::Warning, "step_of_the_curve", "vx", step.first, || {
                format!(
                    "{}: found another distance of {expiry} from the contracts before and after than until then, expected: \
                     about the same; kept",
                    at.map_or(String::new(), place)
                )
            });
        }
    }
    doubts
}

/// In its last days a contract is worth about what the index stands at.
fn index(tables: &Tables, findings: &mut Findings) {
    let Some(vix) = tables.daily.get("vix") else {
        return;
    };
    let ratios: Vec<f64> = tables
        .vx
        .iter()
        .filter(|r: &&VxRow| (1..=LAST_DAYS).contains(&(r.expiry - r.trade_date).num_days()))
        .filter_map(|r: &VxRow| {
            let at = tables.sessions.binary_search(&r.trade_date).ok()?;
            Some(ln(r.settle / vix.values[at]?))
        })
        .collect();
    let n = ratios.len();
    let Some(middle) = median(ratios).filter(|m| n >= ENOUGH && m.abs() > OFF_THE_INDEX) else {
        return;
    };
    findings.note(Severity::Warning, "vx_off_the_index", "vx", None, || {
        format!(
            "found a usual settlement in the last {LAST_DAYS} days of a contract of {:.2} times VIX, expected: within {:.0}% of it; \
             one of the two may be on another scale, or a row off; kept",
            exp(middle),
            100.0 * OFF_THE_INDEX
        )
    });
}

/// The final settlement value is an open of VIX, but for how the auction is counted.
fn finals(tables: &Tables, findings: &mut Findings) -> Vec<Doubt> {
    let opens = tables.daily.get("vix_open").map(|s| &s.values);
    let mut doubts = Vec::new();
    let all = tables.vx.iter().enumerate();
    for (i, row) in all.filter(|(_, r)| r.trade_date == r.expiry) {
        let at = tables.sessions.binary_search(&row.trade_date).ok();
        let Some(open) = opens.zip(at).and_then(|(o, at)| o[at]) else {
            continue;
        };
        if ln(row.settle / open).abs() > OFF_THE_OPEN {
            findings.note(Severity::Warning, "final_off_the_open", "vx", Some(row.trade_date), || {
                format!(
                    "{}: found a final settlement of {} beside an open of VIX of {open}, expected: within {:.0}% of it; {DONE}",
                    tables.origins.place_of(row),
                    row.settle,
                    100.0 * OFF_THE_OPEN
                )
            });
            doubts.push(Doubt::of("vx", i));
        }
    }
    doubts
}
