//! Prices of one day beside each other: opens between closes, lows and highs around both, paid prices above adjusted ones.

use market::math::ln;

use super::shape::median;
use super::{Findings, Severity};
use crate::schema;
use crate::tables::Tables;

/// Days that say something about two columns.
const ENOUGH: usize = 40;

/// Every index with four prices, every fund with two.
pub(super) fn all(tables: &Tables, findings: &mut Findings) {
    for [open, high, low, close] in [
        ["spx_open", "spx_high", "spx_low", "spx_close"],
        ["vix_open", "vix_high", "vix_low", "vix"],
    ] {
        opens(tables, open, close, findings);
        within(tables, [open, high, low, close], findings);
    }
    for series in schema::DAILY_SERIES {
        adjusted(tables, series.name, findings);
    }
}

/// How a usual move from the close to the next open stands to one within the day, where more than 1.25 is doubted; both
/// moves, as logarithms.
pub(crate) fn night_and_day(opens: &[Option<f64>], closes: &[Option<f64>]) -> Option<(f64, f64)> {
    let night = (1..opens.len()).filter_map(|i| Some(ln(opens[i]? / closes[i - 1]?).abs()));
    let day = (1..opens.len()).filter_map(|i| Some(ln(closes[i]? / opens[i]?).abs()));
    let night: Vec<f64> = night.filter(|v| v.is_finite()).collect();
    let day: Vec<f64> = day.filter(|v| v.is_finite()).collect();
    if night.len() < ENOUGH {
        return None;
    }
    let moves = (median(night)?, median(day)?);
    (moves.0 > 1.25 * moves.1 && moves.1 > 0.0).then_some(moves)
}

/// The words of the finding about two such moves.
pub(crate) fn like_closes((night, day): (f64, f64)) -> String {
    format!(
        "found a usual move of {:.2}% from the close to the next open and {:.2}% within the day, expected: the second the \
         greater; opens and closes may be swapped, or a row off; kept",
        100.0 * night,
        100.0 * day
    )
}

/// Opens follow the close before; where they stand nearer to the close of the day, the two columns may be swapped.
fn opens(tables: &Tables, open: &str, close: &str, findings: &mut Findings) {
    let series = |name: &str| tables.daily.get(name).map(|s| &s.values);
    let (Some(opens), Some(closes)) = (series(open), series(close)) else {
        return;
    };
    if let Some(moves) = night_and_day(opens, closes) {
        findings.note(Severity::Warning, "open_like_close", open, None, || {
            like_closes(moves)
        });
    }
}

/// Lows and highs enclose opens and closes, whichever of them there are.
fn within(tables: &Tables, names: [&str; 4], findings: &mut Findings) {
    let [opens, highs, lows, closes] = names.map(|n| tables.daily.get(n).map(|s| &s.values));
    let (Some(highs), Some(lows), Some(closes)) = (highs, lows, closes) else {
        return;
    };
    for (i, day) in tables.sessions.iter().enumerate() {
        let (Some(h), Some(l), Some(c)) = (highs[i], lows[i], closes[i]) else {
            continue;
        };
        let slack = 2e-3 * c;
        let o = opens.and_then(|o| o[i]).unwrap_or(c);
        if h + slack < o.max(c) || l - slack > o.min(c) {
            findings.note(Severity::Warning, "outside_day", names[3], Some(*day), || {
                let place = tables.origins.place(names[3], *day);
                format!("{place}: found open {o} and close {c} beside low {l} and high {h}, expected: within them; kept")
            });
        }
    }
}

/// Dividends taken out of the past make an adjusted price the lower of the two.
fn adjusted(tables: &Tables, name: &str, findings: &mut Findings) {
    let series = |name: &str| tables.daily.get(name).map(|s| &s.values);
    let (Some(adjusted), Some(paid)) = (series(name), series(&format!("{name}_unadjusted"))) else {
        return;
    };
    for (i, day) in tables.sessions.iter().enumerate() {
        let (Some(a), Some(p)) = (adjusted[i], paid[i]) else {
            continue;
        };
        if a > p * 1.0005 {
            findings.note(Severity::Warning, "adjusted_above_paid", name, Some(*day), || {
                let place = tables.origins.place(name, *day);
                format!("{place}: found an adjusted close of {a} above the paid one of {p}, expected: up to it; kept")
            });
        }
    }
}
