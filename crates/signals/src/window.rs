//! Trailing windows: the value at t is a function of the values up to t and of nothing else.

use crate::signal::Timeframe;
use chrono::NaiveDate;
use market::calendar::Calendar;

pub(crate) type Values = Vec<Option<f64>>;

/// `f` of the last `n` values, today's being the last, where all of them exist.
pub(crate) fn trailing(
    values: &[Option<f64>],
    n: usize,
    f: impl Fn(&[f64]) -> Option<f64>,
) -> Values {
    let n = n.max(1);
    by_run(values, |run| {
        let mut out = vec![None; run.len()];
        for t in n - 1..run.len() {
            out[t] = f(&run[t + 1 - n..=t]);
        }
        out
    })
}

/// `f` of two columns where both have a value.
pub(crate) fn both(a: &[Option<f64>], b: &[Option<f64>], f: impl Fn(f64, f64) -> f64) -> Values {
    a.iter()
        .zip(b)
        .map(|(a, b)| Some(f((*a)?, (*b)?)))
        .collect()
}

/// `f` of today's value and that of `back` sessions ago.
pub(crate) fn against_before(
    values: &[Option<f64>],
    back: usize,
    f: impl Fn(f64, f64) -> f64,
) -> Values {
    let before = |t: usize| t.checked_sub(back).and_then(|i| values[i]);
    (0..values.len())
        .map(|t| Some(f(values[t]?, before(t)?)))
        .collect()
}

/// Applies `f` to each unbroken run of values; after a hole everything warms up anew.
pub(crate) fn by_run(values: &[Option<f64>], f: impl Fn(&[f64]) -> Values) -> Values {
    let mut out = Vec::with_capacity(values.len());
    let mut run = Vec::new();
    for value in values.iter().copied().chain([None]) {
        match value {
            Some(v) => run.push(v),
            None => {
                out.extend(f(&run));
                run.clear();
                out.push(None);
            }
        }
    }
    out.pop();
    out
}

/// The values of completed weeks, each with the position of the week's last session.
pub(crate) fn weekly(values: &[Option<f64>], sessions: &[NaiveDate]) -> (Vec<usize>, Values) {
    let ends: Vec<usize> = (0..values.len().min(sessions.len()))
        .filter(|t| Calendar::nyse().is_last_session_of_week(sessions[*t]))
        .collect();
    let closes = ends.iter().map(|t| values[*t]).collect();
    (ends, closes)
}

/// `f` on the values of a timeframe. A weekly value stands from the close of the last session of its week until the
/// next week is complete.
pub(crate) fn on_timeframe(
    values: &[Option<f64>],
    sessions: &[NaiveDate],
    timeframe: Timeframe,
    f: impl Fn(&[Option<f64>]) -> Values,
) -> Values {
    if timeframe == Timeframe::Daily {
        return f(values);
    }
    let (ends, closes) = weekly(values, sessions);
    spread(&f(&closes), &ends, values.len())
}

/// Values of completed weeks, each standing from the position of its week's end to the next one.
pub(crate) fn spread(of_week: &[Option<f64>], ends: &[usize], len: usize) -> Values {
    let mut out = vec![None; len];
    for (week, start) in ends.iter().enumerate() {
        let end = ends.get(week + 1).copied().unwrap_or(len);
        out[*start..end].fill(of_week[week]);
    }
    out
}

pub(crate) fn mean(x: &[f64]) -> Option<f64> {
    (!x.is_empty()).then(|| x.iter().sum::<f64>() / x.len() as f64)
}

/// Standard deviation with n - 1; nothing where it is zero, so that nobody divides by it.
pub(crate) fn sd(x: &[f64]) -> Option<f64> {
    let m = mean(x)?;
    let sum: f64 = x.iter().map(|v| (v - m) * (v - m)).sum();
    let sd = (sum / (x.len() as f64 - 1.0)).sqrt();
    // Equal values leave rounding noise, not dispersion.
    (x.len() > 1 && sd > 1e-12 * m.abs()).then_some(sd)
}

/// Slope and intercept of y on x by least squares.
pub(crate) fn line(x: &[f64], y: &[f64]) -> Option<(f64, f64)> {
    let mx = mean(x)?;
    let my = mean(y)?;
    let var: f64 = x.iter().map(|v| (v - mx) * (v - mx)).sum();
    let cov: f64 = x.iter().zip(y).map(|(a, b)| (a - mx) * (b - my)).sum();
    (var > 0.0).then(|| (cov / var, my - cov / var * mx))
}

pub(crate) fn max(x: &[f64]) -> f64 {
    x.iter().copied().fold(f64::NEG_INFINITY, f64::max)
}

pub(crate) fn min(x: &[f64]) -> f64 {
    x.iter().copied().fold(f64::INFINITY, f64::min)
}

/// Percent of `before` that lies below `value`; ties count half.
pub(crate) fn percentile(before: &[f64], value: f64) -> Option<f64> {
    let below = before.iter().filter(|v| **v < value).count() as f64;
    let ties = before.iter().filter(|v| **v == value).count() as f64;
    (!before.is_empty()).then(|| 100.0 * (below + 0.5 * ties) / before.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The mean of equal values is not always one of them, to the last bit.
    #[test]
    fn values_that_are_equal_do_not_deviate() {
        for value in (1..100).map(|tenths| f64::from(tenths) / 10.0) {
            for count in 1..30 {
                assert_eq!(sd(&vec![value; count]), None, "{count} times {value}");
            }
        }
        assert_eq!(sd(&[1.0, 3.0]), Some(2.0_f64.sqrt()));
    }

    #[test]
    fn a_line_needs_two_places() {
        assert_eq!(line(&[2.0, 2.0], &[1.0, 3.0]), None);
        assert_eq!(line(&[1.0, 2.0], &[1.0, 3.0]), Some((2.0, -1.0)));
    }
}
