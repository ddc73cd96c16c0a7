//! Signals worked out a second time: one value at a time, from the definitions of docs/model.md, in plain loops.
#![expect(
    clippy::disallowed_methods,
    reason = "a second way to the same numbers, compared with a tolerance"
)]

use chrono::{Datelike, NaiveDate};
use market::observations::Release;

type Seen<'a> = &'a [Option<f64>];

/// The last `n` values, today's among them, where there is no hole.
pub fn last(x: Seen<'_>, t: usize, n: usize) -> Option<Vec<f64>> {
    if t + 1 < n {
        return None;
    }
    (0..n).map(|i| x[t + 1 - n + i]).collect()
}

pub fn ago(x: Seen<'_>, t: usize, n: usize) -> Option<f64> {
    if t < n { None } else { x[t - n] }
}

pub fn mean(x: &[f64]) -> f64 {
    x.iter().sum::<f64>() / x.len() as f64
}

pub fn sd(x: &[f64]) -> Option<f64> {
    if x.len() < 2 || x.iter().all(|v| *v == x[0]) {
        return None;
    }
    let squares: f64 = x.iter().map(|v| (v - mean(x)).powi(2)).sum();
    Some((squares / (x.len() - 1) as f64).sqrt())
}

pub fn greatest(x: &[f64]) -> f64 {
    x.iter().copied().reduce(f64::max).expect("a value")
}

pub fn least(x: &[f64]) -> f64 {
    x.iter().copied().reduce(f64::min).expect("a value")
}

/// The first session of the unbroken values that end today.
fn since(x: Seen<'_>, t: usize) -> usize {
    (0..=t)
        .rev()
        .find(|i| x[*i].is_none())
        .map_or(0, |hole| hole + 1)
}

fn run(x: Seen<'_>, t: usize) -> Option<Vec<f64>> {
    x[t]?;
    (since(x, t)..=t).map(|i| x[i]).collect()
}

pub fn slope(y: &[f64]) -> f64 {
    let n = y.len() as f64;
    let by_place: f64 = y
        .iter()
        .enumerate()
        .map(|(i, v)| (i as f64 - (n - 1.0) / 2.0) * v)
        .sum();
    12.0 * by_place / (n * (n * n - 1.0))
}

pub fn z_trailing(x: Seen<'_>, t: usize, n: usize) -> Option<f64> {
    let w = last(x, t, n)?;
    Some((w[n - 1] - mean(&w)) / sd(&w)?)
}

pub fn z_prior(x: Seen<'_>, t: usize, n: usize) -> Option<f64> {
    let w = last(x, t, n + 1)?;
    Some((w[n] - mean(&w[..n])) / sd(&w[..n])?)
}

pub fn rank(before: &[f64], value: f64) -> f64 {
    let points = before.iter().map(|v| match v.total_cmp(&value) {
        std::cmp::Ordering::Less => 1.0,
        std::cmp::Ordering::Equal => 0.5,
        std::cmp::Ordering::Greater => 0.0,
    });
    100.0 * points.sum::<f64>() / before.len() as f64
}

pub fn percentile(x: Seen<'_>, t: usize, most: usize, fewest: usize) -> Option<f64> {
    let values = run(x, t)?;
    let (today, before) = values.split_last()?;
    let from = before.len().saturating_sub(most);
    let before = &before[from..];
    if before.len() < fewest {
        None
    } else {
        Some(rank(before, *today))
    }
}

pub fn realised(x: Seen<'_>, t: usize, n: usize) -> Option<f64> {
    let w = last(x, t, n + 1)?;
    let squares: f64 = (1..=n).map(|i| (w[i] / w[i - 1]).ln().powi(2)).sum();
    Some(100.0 * (252.0 * squares / n as f64).sqrt())
}

pub fn half_life(x: Seen<'_>, t: usize, n: usize) -> Option<f64> {
    let w = last(x, t, n)?;
    let (before, after) = (&w[..n - 1], &w[1..]);
    let (mb, ma) = (mean(before), mean(after));
    let shared: f64 = before
        .iter()
        .zip(after)
        .map(|(b, a)| (b - mb) * (a - ma))
        .sum();
    let own: f64 = before.iter().map(|b| (b - mb).powi(2)).sum();
    let b = shared / own;
    if own > 0.0 && b > 0.0 && b < 1.0 {
        Some(-(2f64.ln()) / b.ln())
    } else {
        None
    }
}

/// Wilder's relative strength.
pub fn rsi(x: Seen<'_>, t: usize, n: usize) -> Option<f64> {
    let values = run(x, t)?;
    if values.len() < n + 1 {
        return None;
    }
    let steps: Vec<f64> = values.windows(2).map(|w| w[1] - w[0]).collect();
    let smooth = |part: fn(f64) -> f64| {
        let start = steps[..n].iter().map(|s| part(*s)).sum::<f64>() / n as f64;
        steps[n..].iter().fold(start, |level, s| {
            (level * (n as f64 - 1.0) + part(*s)) / n as f64
        })
    };
    let (up, down) = (smooth(|s| s.max(0.0)), smooth(|s| (-s).max(0.0)));
    Some(if up == 0.0 && down == 0.0 {
        50.0
    } else {
        100.0 * up / (up + down)
    })
}

/// MACD line and signal on each session: both means begin with the plain means that end where the slow one begins.
pub fn macd(x: Seen<'_>, (fast, slow, signal): (usize, usize, usize)) -> Vec<Option<(f64, f64)>> {
    let share = |n: usize| 2.0 / (n as f64 + 1.0);
    let (mut values, mut lines, mut quick, mut lazy, mut smooth) =
        (Vec::new(), Vec::new(), 0.0, 0.0, 0.0);
    let mut out = Vec::new();
    for value in x {
        let Some(value) = *value else {
            values.clear();
            lines.clear();
            out.push(None);
            continue;
        };
        values.push(value);
        let n = values.len();
        if n < slow {
            out.push(None);
            continue;
        }
        if n == slow {
            (quick, lazy) = (mean(&values[slow - fast..]), mean(&values));
        } else {
            quick = share(fast) * value + (1.0 - share(fast)) * quick;
            lazy = share(slow) * value + (1.0 - share(slow)) * lazy;
        }
        let line: f64 = quick - lazy;
        lines.push(line);
        if lines.len() <= signal {
            smooth = mean(&lines);
        } else {
            smooth = share(signal) * line + (1.0 - share(signal)) * smooth;
        }
        out.push((lines.len() >= signal).then_some((line, smooth)));
    }
    out
}

/// The histogram where it has a value.
pub fn histogram(x: Seen<'_>, sessions: (usize, usize, usize)) -> Vec<Option<f64>> {
    let of = macd(x, sessions).into_iter();
    of.map(|found| found.map(|(line, signal)| line - signal))
        .collect()
}

pub fn strength(x: Seen<'_>, t: usize, sessions: (usize, usize, usize)) -> Option<f64> {
    let of = last(&histogram(&x[..=t], sessions), t, 60)?;
    Some(of[59] / sd(&of)?)
}

/// 1 where a low is deeper than those before and the histogram is not, -1 where a high is, 0 elsewhere.
pub fn divergence(x: Seen<'_>, t: usize, sessions: (usize, usize, usize), n: usize) -> Option<f64> {
    let of = histogram(&x[..=t], sessions);
    of[t]?;
    let start = since(x, t);
    let (mut high, mut low, mut found) = (None, None, None);
    for (back, h) in of[start..=t].iter().enumerate() {
        let (Some(h), Some(w)) = (*h, last(&x[start..], back, n)) else {
            continue;
        };
        let (today, before) = w.split_last()?;
        let is_high = before.iter().all(|v| v < today);
        let is_low = before.iter().all(|v| v > today);
        let bear = is_high && matches!(high, Some(earlier) if h < earlier);
        let bull = is_low && matches!(low, Some(earlier) if h > earlier);
        high = if is_high { Some(h) } else { high };
        low = if is_low { Some(h) } else { low };
        found = (start + back == t).then_some(f64::from(bull) - f64::from(bear));
    }
    found
}

/// The last session of each week among these, by the calendar week of the next one.
pub fn week_ends(sessions: &[NaiveDate]) -> Vec<usize> {
    (0..sessions.len())
        .filter(|t| {
            let calendar = market::calendar::Calendar::nyse();
            calendar
                .next(sessions[*t])
                .is_none_or(|next| next.iso_week() != sessions[*t].iso_week())
        })
        .collect()
}

pub fn month_ends(sessions: &[NaiveDate]) -> Vec<usize> {
    let calendar = market::calendar::Calendar::nyse();
    (0..sessions.len())
        .filter(|t| {
            calendar
                .next(sessions[*t])
                .is_none_or(|next| next.month() != sessions[*t].month())
        })
        .collect()
}

/// A signal of completed weeks: that of the last week that ended today or before.
pub fn weekly(
    x: Seen<'_>,
    sessions: &[NaiveDate],
    t: usize,
    of: impl Fn(Seen<'_>, usize) -> Option<f64>,
) -> Option<f64> {
    let ends: Vec<usize> = week_ends(sessions)
        .into_iter()
        .filter(|end| *end <= t)
        .collect();
    let closes: Vec<Option<f64>> = ends.iter().map(|end| x[*end]).collect();
    of(&closes, ends.len().checked_sub(1)?)
}

pub fn beta(y: Seen<'_>, x: Seen<'_>, free: Seen<'_>, t: usize, n: usize) -> Option<f64> {
    if t < n {
        return None;
    }
    let excess = |of: Seen<'_>, i: usize| Some(of[i]? / of[i - 1]? - 1.0 - free[i]? / 25_200.0);
    let pairs: Option<Vec<(f64, f64)>> = (t + 1 - n..=t)
        .map(|i| Some((excess(y, i)?, excess(x, i)?)))
        .collect();
    let (y, x): (Vec<f64>, Vec<f64>) = pairs?.into_iter().unzip();
    let shared: f64 = y
        .iter()
        .zip(&x)
        .map(|(a, b)| (a - mean(&y)) * (b - mean(&x)))
        .sum();
    Some(shared / x.iter().map(|b| (b - mean(&x)).powi(2)).sum::<f64>())
}

/// A slow series as it was known at the close of a day: the first value and the present one of each period, by period.
pub struct Known {
    pub first: Vec<f64>,
    pub now: Vec<f64>,
    pub periods: Vec<NaiveDate>,
    pub is_fresh: bool,
    /// What each period after the first had changed by, in the vintage of its own first release.
    pub first_changes: Vec<f64>,
}

pub fn known(all: &[Release], on: NaiveDate) -> Known {
    let seen: Vec<&Release> = all.iter().filter(|release| release.known <= on).collect();
    let mut periods: Vec<NaiveDate> = seen.iter().map(|release| release.period).collect();
    periods.sort_unstable();
    periods.dedup();
    let of = |period: NaiveDate| seen.iter().filter(move |release| release.period == period);
    let first_of = |period| {
        of(period)
            .min_by_key(|release| release.known)
            .expect("a release")
    };
    let now_of = |period| {
        of(period)
            .max_by_key(|release| release.known)
            .expect("a release")
    };
    let then = |period, at| {
        let until = of(period).filter(|release| release.known <= at);
        until.max_by_key(|release| release.known)
    };
    let first_changes = periods.windows(2).filter_map(|pair| {
        let new = first_of(pair[1]);
        Some(new.value / then(pair[0], new.known)?.value - 1.0)
    });
    let latest = periods.last().map(|period| now_of(*period));
    Known {
        first_changes: first_changes.collect(),
        first: periods
            .iter()
            .map(|period| first_of(*period).value)
            .collect(),
        now: periods.iter().map(|period| now_of(*period).value).collect(),
        // Of monthly series: 75 days.
        is_fresh: latest.is_some_and(|release| (on - release.known).num_days() <= 75),
        periods,
    }
}
