//! Levels of whole series: what is usual, how they stand to each other, and the order of maturities.

use chrono::NaiveDate;
use market::math::{exp, ln};

use super::shape::{USUAL, median, moves};
use super::{Findings, Severity};
use crate::tables::Tables;

/// Values that say something about an order.
const ENOUGH: usize = 120;
/// Values that say something about a level.
const SOME: usize = 10;

/// Maturities from short to long: neighbours are nearer to each other than to the one beyond.
const YIELDS: [&str; 7] = ["dff", "dgs1mo", "dgs3mo", "dgs6mo", "dgs1", "dgs2", "dgs10"];
/// Volatilities from short to long: the shorter moves more.
const VOLATILITIES: [&str; 4] = ["vix9d", "vix", "vix3m", "vix6m"];
/// What is paid out of something is less than it, whole, on every day: the lesser, the greater.
const PARTS: [(&str, &str); 1] = [("spx_dividend", "spx_earnings")];
/// Series in parts of the S&P 500: where the middle ratio lies, from the beginning of both to 2026.
const RATIOS: &[(&str, f64, f64)] = &[
    ("put", 0.22, 1.3),
    ("bxm", 0.22, 1.3),
    ("cndr", 0.07, 0.6),
    ("put_month_end", 0.22, 1.3),
    ("cndr_month_end", 0.07, 0.6),
    ("pput_month_end", 0.16, 0.6),
    ("pput", 0.16, 0.6),
    ("spx_dividend", 0.009, 0.05),
    ("spx_earnings", 0.008, 0.12),
    ("spy", 0.05, 0.105),
    ("rsp", 0.012, 0.06),
    ("iwm", 0.02, 0.08),
    ("spy_unadjusted", 0.09, 0.11),
    ("spx_open", 0.97, 1.03),
    ("spx_high", 0.97, 1.10),
    ("spx_low", 0.90, 1.03),
];

/// Every series that is there.
pub(super) fn all(tables: &Tables, findings: &mut Findings) {
    usual(tables, findings);
    index(tables, findings);
    parts_of_the_index(tables, findings);
    yields(tables, findings);
    volatilities(tables, findings);
    parts(tables, findings);
}

pub(super) fn values(tables: &Tables, name: &str) -> Option<Vec<f64>> {
    let daily = tables.daily.get(name);
    let daily = daily.map(|s| s.values.iter().flatten().copied().collect());
    daily.or_else(|| {
        let slow = tables.slow.get(name)?;
        Some(slow.iter().map(|r| r.value).collect())
    })
}

fn usual(tables: &Tables, findings: &mut Findings) {
    for (name, low, high) in USUAL {
        let Some(middle) = values(tables, name).and_then(median) else {
            continue;
        };
        if !(*low..=*high).contains(&middle) {
            findings.note(Severity::Warning, "unusual_level", name, None, || {
                format!("found a middle value of {middle}, expected: {low} to {high}; the file may be on another scale, or another series; kept")
            });
        }
    }
}

/// The S&P 500 stood at about 330 in 1990 and grew by about 8 % a year; from 1990 to 2026 it was never more than 2.1 times
/// above that path, nor less than 0.4 times.
fn index(tables: &Tables, findings: &mut Findings) {
    let Some(series) = tables.daily.get("spx_close") else {
        return;
    };
    let path = |day: &NaiveDate| {
        let years = (*day - NaiveDate::default()).num_days() as f64 / 365.25 - 20.0;
        330.0 * exp(0.077 * years)
    };
    let known = tables.sessions.iter().zip(&series.values);
    let ratios: Vec<f64> = known.filter_map(|(d, v)| Some((*v)? / path(d))).collect();
    let Some(middle) = median(ratios).filter(|m| !(0.3..=2.6).contains(m)) else {
        return;
    };
    findings.note(Severity::Warning, "unusual_level", "spx_close", tables.sessions.first().copied(), || {
        format!("found a middle of {middle:.2} times the index's long path of 8% a year, expected: 0.3 to 2.6; the file may be on another scale; kept")
    });
}

fn parts_of_the_index(tables: &Tables, findings: &mut Findings) {
    let Some(index) = tables.daily.get("spx_close").map(|s| &s.values) else {
        return;
    };
    for (name, low, high) in RATIOS {
        // The last session up to a day; the first where the day lies before all.
        let at = |day| {
            let next = tables.sessions.partition_point(|d| *d <= day);
            next.saturating_sub(1)
        };
        let ratios: Vec<f64> = match (tables.daily.get(*name), tables.slow.get(*name)) {
            (Some(daily), _) => {
                let both = daily.values.iter().zip(index);
                both.filter_map(|(v, i)| Some((*v)? / (*i)?)).collect()
            }
            (None, Some(slow)) => slow
                .iter()
                .filter_map(|r: &market::observations::Release| Some(r.value / index[at(r.known)]?))
                .collect(),
            (None, None) => continue,
        };
        let n = ratios.len();
        let Some(middle) =
            median(ratios).filter(|m: &f64| n >= SOME && !(*low..=*high).contains(m))
        else {
            continue;
        };
        findings.note(Severity::Warning, "unusual_ratio", name, None, || {
            format!("found a middle of {middle:.3} times the S&P 500, expected: {low} to {high}; the file may be on another scale, or another series; kept")
        });
    }
}

/// The middle distance of two yields on common sessions.
fn apart(tables: &Tables, a: &str, b: &str) -> Option<f64> {
    let a = tables.daily.get(a)?;
    let b = tables.daily.get(b)?;
    let both = a.values.iter().zip(&b.values);
    let all: Vec<f64> = both
        .filter_map(|(x, y)| Some(((*x)? - (*y)?).abs()))
        .collect();
    (all.len() >= ENOUGH).then(|| median(all)).flatten()
}

fn yields(tables: &Tables, findings: &mut Findings) {
    let there: Vec<&str> = YIELDS
        .into_iter()
        .filter(|n| tables.daily.contains_key(*n))
        .collect();
    for three in there.windows(3) {
        let [short, middle, long] = three else {
            continue;
        };
        let (Some(whole), Some(first), Some(second)) = (
            apart(tables, short, long),
            apart(tables, short, middle),
            apart(tables, middle, long),
        ) else {
            continue;
        };
        if whole + 0.004 < first.max(second) {
            findings.note(Severity::Warning, "maturities_out_of_order", middle, None, || {
                format!(
                    "found {short} and {long} usually {whole:.2} points apart, and {middle} {first:.2} and {second:.2} from \
                     them, expected: nearer to both; columns or files may be exchanged; kept"
                )
            });
        }
    }
}

fn volatilities(tables: &Tables, findings: &mut Findings) {
    let usual_move = |name: &str| {
        let all: Vec<f64> = moves(tables, name)?.into_iter().flatten().collect();
        let sizes: Vec<f64> = all.iter().map(|m| m.abs()).collect();
        (sizes.len() >= ENOUGH).then(|| median(sizes)).flatten()
    };
    let there: Vec<(&str, f64)> = VOLATILITIES
        .into_iter()
        .filter_map(|n| Some((n, usual_move(n)?)))
        .collect();
    for pair in there.windows(2) {
        let [(short, a), (long, b)] = pair else {
            continue;
        };
        if b > a {
            findings.note(Severity::Warning, "maturities_out_of_order", long, None, || {
                format!(
                    "found that {long} usually moves by {:.1}% a session and {short} by {:.1}%, expected: the shorter by more; \
                     columns or files may be exchanged; kept",
                    100.0 * b,
                    100.0 * a
                )
            });
        }
    }
}

fn parts(tables: &Tables, findings: &mut Findings) {
    for (less, more) in PARTS {
        let (Some(a), Some(b)) = (tables.slow.get(less), tables.slow.get(more)) else {
            continue;
        };
        let pairs = a.iter().filter_map(|x| {
            let y = b.iter().find(|y| y.period == x.period)?;
            Some((x.period, x.value, y.value))
        });
        let ratios: Vec<f64> = pairs.clone().map(|(_, x, y)| ln(x / y.max(1e-9))).collect();
        let Some(middle) = median(ratios).filter(|m| *m > 0.0) else {
            continue;
        };
        let first = pairs.clone().find(|(_, x, y)| x > y);
        findings.note(Severity::Warning, "part_above_whole", less, first.map(|f| f.0), || {
            let (day, x, y) = first.unwrap_or_default();
            format!(
                "{}: found {x} of {less} beside {y} of {more}, and the first usually {:.1} times the second, expected: less; \
                 columns may be exchanged; kept",
                tables.origins.place(less, day),
                exp(middle)
            )
        });
    }
}
