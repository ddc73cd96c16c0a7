//! Files against each other: whether two files for one series hold the same thing, and a series moves with its companions.
//!
//! A file whose name alone says what it is loses against one that says so itself. Where only names speak and the values differ,
//! nobody can tell which one is wrong: both are refused.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::check::{Findings, Severity};
use crate::gathered::{Gathered, Points};

/// Days that two files must share before one can be judged by the other.
const DAYS: usize = 3;
/// Changes that a correlation needs.
const CHANGES: usize = 60;
/// Values that are equal on this share of days are one series.
const EQUAL: f64 = 0.9;

/// Files that cannot be what their names say, with the reason; what they brought is taken out again.
pub(crate) fn judge(gathered: &mut Gathered, notes: &mut Findings) -> BTreeMap<String, String> {
    let mut refused = BTreeMap::new();
    for (name, points) in &gathered.daily {
        if let Some(most) = typical_difference(name) {
            same_series(name, points, most, &mut refused);
        }
    }
    prices_of_one_index(gathered, &mut refused);
    volatilities(gathered, &mut refused);
    for points in gathered.daily.values_mut() {
        points.retain(|p| !refused.contains_key(&p.file));
    }
    gathered.daily.retain(|_, points| !points.is_empty());
    moves(gathered, notes);
    refused
}

/// The share by which the middle day of two files of one series may differ; `None` where levels mean nothing (adjusted funds).
fn typical_difference(series: &str) -> Option<f64> {
    match series {
        "spx_close" => Some(0.001),
        "vix" | "vix9d" | "vix3m" | "vix6m" | "vvix" | "skew" => Some(0.01),
        _ => None,
    }
}

fn same_series(name: &str, points: &[Points], most: f64, refused: &mut BTreeMap<String, String>) {
    for (i, a) in points.iter().enumerate() {
        for b in &points[i + 1..] {
            let Some((share, day, x, y)) = middle_difference(a, b).filter(|m| m.0 > most) else {
                continue;
            };
            let words = |loser: &Points, winner: &Points, own: f64, other: f64| {
                format!(
                    "its values are not {name}: on {day} it has {own} and {} has {other}, and half of the days differ by {:.1} % or more, allowed: {:.1} %",
                    winner.file, share * 100.0, most * 100.0
                )
                .replace(&loser.file, "it")
            };
            let vote = |p: &Points| votes(p, points, most);
            let stronger = (a.named, vote(a)).cmp(&(b.named, vote(b)));
            if stronger.is_ge() && !b.named {
                refused
                    .entry(b.file.clone())
                    .or_insert_with(|| words(b, a, y, x));
            }
            if stronger.is_le() && !a.named {
                refused
                    .entry(a.file.clone())
                    .or_insert_with(|| words(a, b, x, y));
            }
        }
    }
}

/// How many other files of the series agree with this one, and whether its name is the publisher's own.
fn votes(p: &Points, all: &[Points], most: f64) -> (usize, bool) {
    let agrees =
        |o: &&Points| o.file != p.file && middle_difference(p, o).is_some_and(|m| m.0 <= most);
    (
        all.iter().filter(agrees).count(),
        p.file.to_lowercase().contains("_history."),
    )
}

/// The middle of the relative differences on common days, and the first day with about that difference.
fn middle_difference(a: &Points, b: &Points) -> Option<(f64, NaiveDate, f64, f64)> {
    let mut all: Vec<(f64, NaiveDate, f64, f64)> = common(&a.values, &b.values)
        .map(|(day, x, y)| ((x / y - 1.0).abs(), day, x, y))
        .collect();
    if all.len() < DAYS {
        return None;
    }
    let first = *all.iter().min_by_key(|m| m.1)?;
    all.sort_by(|m, n| m.0.total_cmp(&n.0));
    let middle = all[all.len() / 2];
    Some((middle.0, first.1, first.2, first.3))
}

fn common<'a>(
    a: &'a BTreeMap<NaiveDate, f64>,
    b: &'a BTreeMap<NaiveDate, f64>,
) -> impl Iterator<Item = (NaiveDate, f64, f64)> + 'a {
    a.iter()
        .filter_map(|(day, x)| Some((*day, *x, *b.get(day)?)))
}

/// Open, high and low of the index against its closes, whoever brings them.
fn prices_of_one_index(gathered: &Gathered, refused: &mut BTreeMap<String, String>) {
    for (close, others) in [
        ("spx_close", ["spx_open", "spx_high", "spx_low"]),
        ("vix", ["vix_open", "vix_high", "vix_low"]),
    ] {
        // Intraday extremes of VIX are far from its close on single days, never on half of them.
        let most = if close == "vix" { 0.3 } else { 0.05 };
        let Some(best) = gathered.daily.get(close).and_then(|p| best_of(p, refused)) else {
            continue;
        };
        for name in others {
            // Of one file its own columns are compared row by row when it is read.
            let others = gathered.daily.get(name).into_iter().flatten();
            for p in others.filter(|p| p.file != best.file) {
                if let Some((share, day, x, y)) = middle_difference(p, best).filter(|m| m.0 > most)
                {
                    refused.entry(p.file.clone()).or_insert_with(|| {
                        format!(
                            "its {name} does not belong to {close}: on {day} it is {x} beside {y} of {}, \
                             and half of the days are {:.0} % off or more, allowed: {:.0} %",
                            best.file, share * 100.0, most * 100.0
                        )
                    });
                }
            }
        }
    }
}

/// The file of a series that would win.
fn best_of<'a>(points: &'a [Points], refused: &BTreeMap<String, String>) -> Option<&'a Points> {
    let used = points.iter().filter(|p| !refused.contains_key(&p.file));
    used.min_by_key(|p| (p.rank, &p.file))
}

/// VIX, VIX9D, VIX3M and VIX6M are never the same for days on end: then one file is not what its name says.
fn volatilities(gathered: &Gathered, refused: &mut BTreeMap<String, String>) {
    let family = ["vix", "vix9d", "vix3m", "vix6m"];
    for (i, first) in family.iter().enumerate() {
        for second in &family[i + 1..] {
            let of = |name: &str| gathered.daily.get(name).and_then(|p| best_of(p, refused));
            let (Some(a), Some(b)) = (of(first), of(second)) else {
                continue;
            };
            let all: Vec<_> = common(&a.values, &b.values).collect();
            let equal = all.iter().filter(|(_, x, y)| (x - y).abs() < 1e-9).count();
            let differs = all
                .iter()
                .map(|m| m.1.to_bits())
                .collect::<BTreeSet<_>>()
                .len()
                > 1;
            if all.len() < 5 || !differs || (equal as f64) < EQUAL * all.len() as f64 {
                continue;
            }
            let words = |own: &str, other: &str, file: &str| {
                format!(
                    "its values cannot be {own}: {equal} of {} days are those of {other} in {file}",
                    all.len()
                )
            };
            let reasons = [
                (a, words(first, second, &b.file)),
                (b, words(second, first, &a.file)),
            ];
            for (p, reason) in reasons {
                let other_is_named = if p.file == a.file { b.named } else { a.named };
                if !p.named || !other_is_named {
                    let loses = !p.named && (other_is_named || p.file != a.file || first != &"vix");
                    if loses {
                        refused.insert(p.file.clone(), reason);
                    }
                }
            }
        }
    }
}

/// Companions that must move together, or against each other.
fn moves(gathered: &Gathered, notes: &mut Findings) {
    for (name, other, low, high) in [
        ("vix", "spx_close", -1.0, 0.0),
        ("spy", "spx_close", 0.5, 1.0),
        ("rsp", "spx_close", 0.5, 1.0),
        ("iwm", "spx_close", 0.3, 1.0),
        ("vix3m", "vix", 0.3, 1.0),
        ("vix9d", "vix", 0.3, 1.0),
        ("vix6m", "vix", 0.3, 1.0),
    ] {
        let of = |series: &str| {
            gathered
                .daily
                .get(series)
                .and_then(|p| best_of(p, &BTreeMap::new()))
        };
        let (Some(a), Some(b)) = (of(name), of(other)) else {
            continue;
        };
        let Some((found, n)) = correlation(a, b).filter(|c| !(low..=high).contains(&c.0)) else {
            continue;
        };
        notes.note(Severity::Warning, "companion_disagrees", name, None, || {
            format!(
                "{}: found a correlation of {found:.2} between {n} daily changes of {name} and {other} ({}), expected: {low} to {high}; kept",
                a.file, b.file
            )
        });
    }
}

/// Of the relative changes between neighbouring common days.
fn correlation(a: &Points, b: &Points) -> Option<(f64, usize)> {
    let all: Vec<_> = common(&a.values, &b.values).collect();
    let changes: Vec<(f64, f64)> = all
        .windows(2)
        .map(|w| (w[1].1 / w[0].1 - 1.0, w[1].2 / w[0].2 - 1.0))
        .collect();
    let n = changes.len();
    let mean = |of: fn(&(f64, f64)) -> f64| changes.iter().map(of).sum::<f64>() / n as f64;
    let means = (mean(|c| c.0), mean(|c| c.1));
    let mut xy = 0.0;
    let mut xx = 0.0;
    let mut yy = 0.0;
    for (x, y) in &changes {
        let x = x - means.0;
        let y = y - means.1;
        xy += x * y;
        xx += x * x;
        yy += y * y;
    }
    let scale = (xx * yy).sqrt();
    (n >= CHANGES && scale > 0.0).then(|| (xy / scale, n))
}
