//! Wilder's relative strength index and the moving-average convergence/divergence (docs/model.md#indicators; TA-Lib).

use crate::signal::{MacdOutput, MacdSessions};
use crate::window::{Values, by_run, sd, trailing};

/// Wilder RSI: the first averages are the simple means of the first `n` gains and losses. No loss gives 100, no change
/// at all 50.
pub(crate) fn rsi(values: &[Option<f64>], n: usize) -> Values {
    by_run(values, |x| {
        let mut out = vec![None; x.len()];
        let mut gain = 0.0;
        let mut loss = 0.0;
        for t in 1..x.len() {
            let change = x[t] - x[t - 1];
            let up = change.max(0.0);
            let down = (-change).max(0.0);
            if t <= n {
                gain += up / n as f64;
                loss += down / n as f64;
            } else {
                gain = ((n - 1) as f64 * gain + up) / n as f64;
                loss = ((n - 1) as f64 * loss + down) / n as f64;
            }
            if t >= n {
                out[t] = Some(if gain + loss == 0.0 {
                    50.0
                } else {
                    100.0 * gain / (gain + loss)
                });
            }
        }
        out
    })
}

/// Exponential mean with alpha = 2/(n+1), seeded by the simple mean of the `n` values that end at `seed`.
fn ema(x: &[f64], n: usize, seed: usize) -> Values {
    let mut out = vec![None; x.len()];
    if seed >= x.len() {
        return out;
    }
    let mut level = x[seed + 1 - n..=seed].iter().sum::<f64>() / n as f64;
    out[seed] = Some(level);
    let alpha = 2.0 / (n as f64 + 1.0);
    for t in seed + 1..x.len() {
        level += alpha * (x[t] - level);
        out[t] = Some(level);
    }
    out
}

/// MACD line, signal and histogram of one unbroken run, from the session on which all three exist. Both means are
/// seeded at the first session the slow one has, as TA-Lib does.
fn lines(x: &[f64], p: MacdSessions) -> Vec<Option<(f64, f64)>> {
    let seed = p.slow - 1;
    let fast = ema(x, p.fast, seed);
    let slow = ema(x, p.slow, seed);
    let macd: Vec<f64> = fast
        .iter()
        .zip(&slow)
        .filter_map(|(f, s)| Some((*f)? - (*s)?))
        .collect();
    let signal = ema(&macd, p.signal, p.signal - 1);
    let mut out = vec![None; x.len().min(seed)];
    out.extend(macd.iter().zip(signal).map(|(m, s)| s.map(|s| (*m, s))));
    out
}

/// What `output` asks for.
pub(crate) fn macd(values: &[Option<f64>], p: MacdSessions, output: MacdOutput) -> Values {
    let pick = |pick: fn(f64, f64) -> f64| {
        by_run(values, |x| {
            lines(x, p)
                .into_iter()
                .map(|v| v.map(|(m, s)| pick(m, s)))
                .collect()
        })
    };
    match output {
        MacdOutput::Line => pick(|m, _| m),
        MacdOutput::Signal => pick(|_, s| s),
        MacdOutput::Histogram => pick(|m, s| m - s),
        MacdOutput::Strength => strength(&pick(|m, s| m - s)),
    }
}

/// Sessions of the standard deviation a histogram is measured by.
const STRENGTH_SESSIONS: usize = 60;

/// Histogram over the standard deviation of its last sixty values.
fn strength(histogram: &[Option<f64>]) -> Values {
    trailing(histogram, STRENGTH_SESSIONS, |h| Some(h.last()? / sd(h)?))
}

/// -1 where the price makes a high of `n` sessions with a lower histogram than at the high before, +1 for lows with a
/// higher one, else 0. A high is the greatest of the last `n` prices, today's included.
pub(crate) fn divergence(prices: &[Option<f64>], p: MacdSessions, n: usize) -> Values {
    by_run(prices, |x| {
        let histogram: Values = lines(x, p)
            .into_iter()
            .map(|v| v.map(|(m, s)| m - s))
            .collect();
        let mut at_high = None;
        let mut at_low = None;
        let mut out = vec![None; x.len()];
        for t in n - 1..x.len() {
            let Some(h) = histogram[t] else { continue };
            let window = &x[t + 1 - n..t];
            let is_high = window.iter().all(|v| *v < x[t]);
            let is_low = window.iter().all(|v| *v > x[t]);
            let bearish = is_high && at_high.is_some_and(|before| h < before);
            let bullish = is_low && at_low.is_some_and(|before| h > before);
            if is_high {
                at_high = Some(h);
            }
            if is_low {
                at_low = Some(h);
            }
            out[t] = Some(f64::from(u8::from(bullish)) - f64::from(u8::from(bearish)));
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::signal::TEXTBOOK_MACD;

    type Rows = Vec<Vec<Option<f64>>>;

    /// Series name to its rows: x, RSI, MACD line, signal, histogram of TA-Lib.
    fn published() -> BTreeMap<String, Rows> {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/indicators.csv");
        let mut series: BTreeMap<String, Rows> = BTreeMap::new();
        for row in csv::Reader::from_path(path).unwrap().records() {
            let row = row.unwrap();
            let cells = [2, 3, 5, 6, 7].map(|i| row[i].parse::<f64>().ok());
            series
                .entry(row[0].to_string())
                .or_default()
                .push(cells.to_vec());
        }
        series
    }

    fn same(name: &str, what: &str, found: &[Option<f64>], wanted: &[Option<f64>]) -> usize {
        let mut values = 0;
        for (t, (found, wanted)) in found.iter().zip(wanted).enumerate() {
            match (found, wanted) {
                (Some(f), Some(w)) => {
                    assert!(
                        (f - w).abs() <= 1e-8 * w.abs().max(1.0),
                        "{name} {what} at {t}: {f}, published {w}"
                    );
                    values += 1;
                }
                (None, None) => {}
                _ => panic!("{name} {what} at {t}: {found:?}, published {wanted:?}"),
            }
        }
        values
    }

    #[test]
    fn rsi_and_macd_equal_those_of_ta_lib_with_the_same_warm_up() {
        let mut compared = 0;
        for (name, rows) in published() {
            let column = |i: usize| rows.iter().map(|r| r[i]).collect::<Vec<_>>();
            let x = column(0);
            // Without any change so far TA-Lib says 0, docs/model.md#indicators says 50: the one deliberate difference.
            let moved = |t: usize| x[..=t].iter().any(|v| *v != x[0]);
            let wanted: Vec<_> = column(1)
                .iter()
                .enumerate()
                .map(|(t, v)| v.map(|v| if moved(t) { v } else { 50.0 }))
                .collect();
            compared += same(&name, "rsi", &rsi(&x, 14), &wanted);
            for (i, output) in [
                (2, MacdOutput::Line),
                (3, MacdOutput::Signal),
                (4, MacdOutput::Histogram),
            ] {
                compared += same(&name, "macd", &macd(&x, TEXTBOOK_MACD, output), &column(i));
            }
        }
        assert!(compared > 2000, "{compared} values compared");
    }

    #[test]
    fn only_rises_are_100_and_no_change_is_50() {
        let rising: Vec<Option<f64>> = (0..20).map(|i| Some(f64::from(i))).collect();
        assert_eq!(rsi(&rising, 14)[14], Some(100.0));
        assert_eq!(rsi(&[Some(7.0); 20], 14)[19], Some(50.0));
        assert_eq!(rsi(&rising, 14)[13], None, "the warm-up is not padded");
    }

    #[test]
    fn a_new_high_on_a_lower_histogram_is_a_divergence() {
        // A steep rise, a rest, and a slow rise to a new high: the histogram fades while the price does not.
        let steep = (0..60).map(|i| 100.0 + 0.05 * f64::from(i * i));
        let rest = (0..25).map(|i| 272.0 - 2.0 * f64::from(i));
        let slow = (0..60).map(|i| 224.0 + f64::from(i));
        let x: Vec<Option<f64>> = steep.chain(rest).chain(slow).map(Some).collect();
        let found = divergence(&x, TEXTBOOK_MACD, 20);
        assert!(found.contains(&Some(-1.0)), "{found:?}");
        let mirrored: Vec<Option<f64>> = x.iter().map(|v| v.map(|v| 1000.0 - v)).collect();
        let mirrored = divergence(&mirrored, TEXTBOOK_MACD, 20);
        let flipped: Vec<Option<f64>> = found
            .iter()
            .map(|v| v.map(|v| if v == 0.0 { 0.0 } else { -v }))
            .collect();
        assert_eq!(mirrored, flipped);
    }
}
