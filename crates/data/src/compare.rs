//! Comparisons between publishers: what should agree, how often it does, and which one wins.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use market::calendar::Calendar;

use crate::check::{Findings, Severity};
use crate::gathered::{Gathered, Points};
use crate::schema;

/// Settlement by position against the contract files: the second source rounds to three decimals and slips by more.
const POSITION_TOLERANCE: f64 = 0.05;

/// Every comparison that the files allow.
pub(crate) fn all(gathered: &Gathered, sessions: &[NaiveDate], notes: &mut Findings) {
    for (name, points) in &gathered.daily {
        let tolerance = schema::daily(name).map_or(0.0, |s| s.tolerance);
        for second in points.iter().skip(1) {
            sources(name, &points[0], second, tolerance, notes);
        }
    }
    for (name, points) in &gathered.slow {
        for second in points.iter().skip(1) {
            // Publishers of the same ratio round to two decimals.
            sources(name, &points[0], second, 0.0051, notes);
        }
    }
    month_ends(gathered, notes);
    positions(gathered, sessions, notes);
    calendar(&gathered.sessions, notes);
}

fn sources(name: &str, winner: &Points, second: &Points, tolerance: f64, notes: &mut Findings) {
    let common: Vec<_> = winner
        .values
        .iter()
        .filter_map(|(d, a)| Some((*d, *a, *second.values.get(d)?)))
        .collect();
    for (day, a, b) in common.iter().copied() {
        let (code, severity) = if (a - b).abs() > tolerance + 1e-9 {
            ("sources_differ", Severity::Warning)
        } else {
            ("sources_agree", Severity::Info)
        };
        notes.note(severity, code, name, Some(day), || {
            let first = &winner.file;
            let second = &second.file;
            format!("{day}: found {a} in {first} and {b} in {second}, allowed difference: {tolerance}; {first} wins")
        });
    }
}

fn month_ends(gathered: &Gathered, notes: &mut Findings) {
    let (Some(daily), Some(month_end)) = (
        gathered.daily.get("cndr"),
        gathered.slow.get("cndr_month_end"),
    ) else {
        return;
    };
    sources("cndr_month_end", &daily[0], &month_end[0], 0.011, notes);
}

fn positions(gathered: &Gathered, sessions: &[NaiveDate], notes: &mut Findings) {
    let mut curve: BTreeMap<NaiveDate, Vec<f64>> = BTreeMap::new();
    // In order of (trade date, expiry), so positions count from the front.
    for row in gathered.vx.values().filter(|r| r.expiry > r.trade_date) {
        curve.entry(row.trade_date).or_default().push(row.settle);
    }
    for (day, positions) in gathered
        .positions
        .iter()
        .filter(|(d, _)| sessions.binary_search(d).is_ok())
    {
        let Some(settles) = curve.get(day) else {
            continue;
        };
        let worst = positions
            .iter()
            .zip(settles)
            .enumerate()
            .filter_map(|(i, (p, s))| Some((i + 1, (*p)?, *s)));
        let worst = worst.max_by(|a, b| (a.1 - a.2).abs().total_cmp(&(b.1 - b.2).abs()));
        let Some((position, found, settle)) = worst else {
            continue;
        };
        let differ = (found - settle).abs() > POSITION_TOLERANCE;
        let (severity, code) = if differ {
            (Severity::Warning, "positions_differ")
        } else {
            (Severity::Info, "positions_agree")
        };
        notes.note(severity, code, "vx", Some(*day), || {
            format!("{day}: found {found} for position {position}, allowed: {settle} of the contract file, which wins, within {POSITION_TOLERANCE}")
        });
    }
}

fn calendar(file: &[(NaiveDate, bool)], notes: &mut Findings) {
    let (Some(first), Some(last)) = (
        file.iter().map(|s| s.0).min(),
        file.iter().map(|s| s.0).max(),
    ) else {
        return;
    };
    let calendar = Calendar::nyse();
    let listed: BTreeMap<NaiveDate, bool> = file.iter().copied().collect();
    let builtin = calendar
        .sessions()
        .iter()
        .filter(|d| (first..=last).contains(d));
    for day in builtin.filter(|d| !listed.contains_key(d)) {
        notes.note(Severity::Warning, "session_differs", "calendar", Some(*day), || {
            format!("{day}: found no session in the file, allowed: a session; the built-in calendar wins")
        });
    }
    for (day, early) in listed {
        if !calendar.is_session(day) || calendar.is_early_close(day) != early {
            notes.note(Severity::Warning, "session_differs", "calendar", Some(day), || {
                let builtin = (calendar.is_session(day), calendar.is_early_close(day));
                format!("{day}: found a session with early close {early}, allowed (session, early close): {builtin:?}; the built-in calendar wins")
            });
        }
    }
}
