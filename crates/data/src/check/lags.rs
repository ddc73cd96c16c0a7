//! Series beside those that move with them: dated a session, a month or a quarter off.

use std::collections::BTreeMap;
use std::ops::Range;

use chrono::{Datelike, NaiveDate};
use market::math::ln;

use super::shape::{PAIRS, Pair, moves};
use super::{Findings, Severity};
use crate::tables::Tables;

/// Sessions of which one correlation is taken.
const BLOCK: usize = 60;
/// Pairs of moves that a block needs.
const ENOUGH: usize = 40;
/// Correlation with the neighbouring session from which on a date is doubted, if the session itself has so much less.
const OF_A_NEIGHBOUR: f64 = 0.55;
const LESS: f64 = 0.30;
/// Pairs of moves from which on a weaker correlation says as much, and that correlation.
const MANY: usize = 240;
const OF_MANY: f64 = 0.28;
const LESS_OF_MANY: f64 = 0.12;
/// The same of monthly and quarterly values.
const FEW: usize = 9;
const OF_FEW: f64 = 0.6;
const LESS_OF_FEW: f64 = 0.25;

/// Slow series that move together, or with the monthly mean of a daily one, and the least correlation of their changes.
const SLOW: [(&str, &str, f64); 7] = [
    ("gdp", "gdpc1", 0.5),
    ("ppiaco", "ppifis", 0.3),
    ("cape", "spx_close", 0.5),
    ("rbusbis", "dtwexbgs", 0.3),
    ("put_month_end", "spx_close", 0.3),
    ("pput_month_end", "spx_close", 0.5),
    ("forward_pe", "spx_close", 0.3),
];
/// Pairs of changes from which on too little correlation says something.
const SEVERAL: usize = 20;

/// Every pair of which both series exist.
pub(super) fn all(tables: &Tables, findings: &mut Findings) {
    for pair in PAIRS {
        shifted(tables, pair, findings);
    }
    for (series, other, least) in SLOW {
        let together = match series {
            "forward_pe" => on_days(tables, series, other),
            _ => by_period(tables, series, other),
        };
        if let Some((a, b)) = together {
            slow([series, other], &a, &b, least, findings);
        }
    }
}

fn shifted(tables: &Tables, pair: &Pair, findings: &mut Findings) {
    let (Some(a), Some(b)) = (moves(tables, pair.series), moves(tables, pair.other)) else {
        return;
    };
    let whole = Doubted {
        needs: MANY,
        best: OF_MANY,
        less: LESS_OF_MANY,
    };
    if whole.note(tables, pair, &a, &b, 0..a.len(), findings) {
        return;
    }
    let block = Doubted {
        needs: ENOUGH,
        best: OF_A_NEIGHBOUR,
        less: LESS,
    };
    let mut start = 0;
    while start < a.len() {
        let end = (start + BLOCK).min(a.len());
        block.note(tables, pair, &a, &b, start..end, findings);
        start += BLOCK;
    }
}

/// When two series are held to be a session apart.
struct Doubted {
    needs: usize,
    best: f64,
    less: f64,
}

impl Doubted {
    fn note(
        &self,
        tables: &Tables,
        pair: &Pair,
        a: &[Option<f64>],
        b: &[Option<f64>],
        range: Range<usize>,
        findings: &mut Findings,
    ) -> bool {
        let lag = |by: isize| {
            correlation(a, b, range.clone(), by, self.needs)
                .unwrap_or(0.0)
                .abs()
        };
        let same = lag(0);
        let late = lag(-1);
        let early = lag(1);
        let best = late.max(early);
        let is_doubted = best > self.best && same + self.less < best;
        if is_doubted {
            let day = tables.sessions[range.start];
            let way = if late > early { "later" } else { "earlier" };
            findings.note(Severity::Warning, "shifted_session", pair.series, Some(day), || {
                format!(
                    "{day} and {} sessions on: found moves that go with those of {} one session {way} (correlation {best:.2}) \
                     rather than on the day ({same:.2}); one of the two is a row off; kept",
                    range.len(),
                    pair.other
                )
            });
        }
        is_doubted
    }
}

/// Correlation of `a` with `b` moved by some places; `None` of too few pairs or of a series that stands still.
fn correlation(
    a: &[Option<f64>],
    b: &[Option<f64>],
    range: Range<usize>,
    by: isize,
    needs: usize,
) -> Option<f64> {
    let pairs: Vec<(f64, f64)> = range
        .filter_map(|i: usize| Some((a[i]?, (*b.get(i.checked_add_signed(by)?)?)?)))
        .collect();
    if pairs.len() < needs {
        return None;
    }
    let n = pairs.len() as f64;
    let mean_a = pairs.iter().map(|p| p.0).sum::<f64>() / n;
    let mean_b = pairs.iter().map(|p| p.1).sum::<f64>() / n;
    let sum = |f: fn(f64, f64) -> f64| {
        let terms = pairs.iter().map(|p| f(p.0 - mean_a, p.1 - mean_b));
        terms.sum::<f64>()
    };
    let spread = sum(|a, _| a * a) * sum(|_, b| b * b);
    (spread > 0.0).then(|| sum(|a, b| a * b) / spread.sqrt())
}

/// Months counted from the year 0.
fn month(day: NaiveDate) -> i32 {
    day.year() * 12 + day.month0() as i32
}

/// Values by month: a slow series by its periods, the last of a month of a daily one, or its mean.
fn by_month(tables: &Tables, name: &str, is_mean: bool) -> Option<BTreeMap<i32, f64>> {
    if let Some(releases) = tables.slow.get(name) {
        return Some(
            releases
                .iter()
                .map(|r| (month(r.period), r.value))
                .collect(),
        );
    }
    let values = &tables.daily.get(name)?.values;
    let mut months: BTreeMap<i32, (f64, f64)> = BTreeMap::new();
    for (day, value) in tables.sessions.iter().zip(values) {
        let Some(value) = value else { continue };
        let of = months.entry(month(*day)).or_default();
        *of = if is_mean {
            (of.0 + value, of.1 + 1.0)
        } else {
            (*value, 1.0)
        };
    }
    Some(
        months
            .into_iter()
            .map(|(m, (sum, n))| (m, sum / n))
            .collect(),
    )
}

/// Changes of two series from period to period of the slower of the two.
type Changes = (Vec<Option<f64>>, Vec<Option<f64>>);

/// Changes of a slow series and of another by its periods; of a daily one, by the mean of a month or its last value.
pub(super) fn by_period(tables: &Tables, series: &str, other: &str) -> Option<Changes> {
    let is_mean = !series.ends_with("_month_end");
    let a = by_month(tables, series, is_mean)?;
    let b = by_month(tables, other, is_mean)?;
    let gaps = a.keys().zip(a.keys().skip(1)).map(|(m, n)| n - m);
    let every = gaps.min().unwrap_or(1).max(1);
    let first = *a.keys().next()?;
    let last = *a.keys().next_back()?;
    let change = |of: &BTreeMap<i32, f64>, m: i32| {
        let before = of.get(&(m - every))?;
        let now = of.get(&m)?;
        (*before > 0.0 && *now > 0.0).then(|| ln(now / before))
    };
    let all: Vec<i32> = (first..=last).step_by(every as usize).collect();
    let changes = |of| all.iter().map(|m| change(of, *m)).collect::<Vec<_>>();
    Some((changes(&a), changes(&b)))
}

/// Changes of a series of several values a week from one of its days to the next, and those of a daily one over the same days.
fn on_days(tables: &Tables, series: &str, other: &str) -> Option<Changes> {
    let slow = tables.slow.get(series)?;
    let daily = tables.daily.get(other)?;
    let both = slow.iter().filter_map(|r| {
        let at = tables.sessions.binary_search(&r.period).ok()?;
        Some((r.value, daily.values[at]?))
    });
    let both: Vec<(f64, f64)> = both.filter(|(a, b)| *a > 0.0 && *b > 0.0).collect();
    Some(
        both.windows(2)
            .map(|w: &[(f64, f64)]| (Some(ln(w[1].0 / w[0].0)), Some(ln(w[1].1 / w[0].1))))
            .unzip(),
    )
}

fn slow(
    [series, other]: [&str; 2],
    a: &[Option<f64>],
    b: &[Option<f64>],
    least: f64,
    findings: &mut Findings,
) {
    let of = |by, needs| correlation(a, b, 0..a.len(), by, needs);
    let lag = |by| of(by, FEW).unwrap_or(0.0).abs();
    let same = lag(0);
    let late = lag(-1);
    let early = lag(1);
    let best = late.max(early);
    if best > OF_FEW && same + LESS_OF_FEW < best {
        let way = if late > early { "later" } else { "earlier" };
        findings.note(Severity::Warning, "shifted_period", series, None, || {
            format!(
                "found changes that go with those of {other} one period {way} (correlation {best:.2}) rather than of the same \
                 ({same:.2}); one of the two is a row off; kept"
            )
        });
    } else if let Some(found) = of(0, SEVERAL).filter(|c| *c < least) {
        findings.note(Severity::Warning, "companion_disagrees", series, None, || {
            format!(
                "found a correlation of {found:.2} between changes of {series} and {other}, expected: {least} or more; one of \
                 the two may be another series, or a row off; kept"
            )
        });
    }
}
