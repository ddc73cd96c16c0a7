//! Automatic mean block length for the stationary bootstrap.
//!
//! Politis & White, "Automatic Block-Length Selection for the Dependent Bootstrap", *Econometric Reviews* 23 (2004),
//! with the constant corrected by Patton, Politis & White, same journal 28 (2009):
//!
//! `b = (2 G² / D)^(1/3) n^(1/3)`, `G = Σ λ(k/M) |k| R(k)`, `D = 2 (Σ λ(k/M) R(k))²`, sums over `|k| <= M`.

use crate::defined;
use crate::moments::{mean, nonzero_deviation};

/// Fewest sessions for which the rule is meaningful: it looks at five lags in a row beyond the bandwidth.
const FEWEST_SESSIONS: usize = 20;

/// The block length (sessions) that is best for estimating the variance of the mean of `values`.
///
/// Between 1 and `ceil(min(3 √n, n / 3))`. Undefined for constant values or fewer than 20. A drawdown is not a mean:
/// take this as a second opinion beside the fixed lengths, and use the longest over the compared series.
pub fn politis_white(values: &[f64]) -> Option<f64> {
    let n = values.len();
    if n < FEWEST_SESSIONS {
        return None;
    }
    nonzero_deviation(values)?;
    let center = mean(values)?;
    let centered: Vec<f64> = values.iter().map(|value| value - center).collect();
    let covariances: Vec<f64> = (0..=largest_lag(n))
        .map(|lag| autocovariance(&centered, lag))
        .collect();
    let bandwidth = bandwidth(&covariances, n);
    let mut g = 0.0;
    let mut spectrum = covariances[0];
    for (lag, covariance) in covariances.iter().enumerate().take(bandwidth + 1).skip(1) {
        let term = 2.0 * flat_top(lag as f64 / bandwidth as f64) * covariance;
        g += term * lag as f64;
        spectrum += term;
    }
    let best = libm::cbrt(2.0 * g * g / (2.0 * spectrum * spectrum)) * libm::cbrt(n as f64);
    defined(best.clamp(1.0, longest_block(n)))
}

/// Lags in a row that must be insignificant: `K = max(5, √log10 n)`.
fn lags_in_a_row(n: usize) -> usize {
    5.max(libm::log10(n as f64).sqrt().ceil() as usize)
}

fn largest_lag(n: usize) -> usize {
    (n as f64).sqrt().ceil() as usize + lags_in_a_row(n)
}

fn longest_block(n: usize) -> f64 {
    (3.0 * (n as f64).sqrt()).min(n as f64 / 3.0).ceil()
}

fn autocovariance(centered: &[f64], lag: usize) -> f64 {
    let products = centered[lag..]
        .iter()
        .zip(centered)
        .map(|(later, earlier)| later * earlier);
    products.sum::<f64>() / centered.len() as f64
}

/// `M = 2 m`, m the smallest lag after which K autocorrelations in a row stay within `2 √(log10 n / n)`.
///
/// If none does, m is the largest significant lag, as in Patton's reference code.
fn bandwidth(covariances: &[f64], n: usize) -> usize {
    let threshold = 2.0 * (libm::log10(n as f64) / n as f64).sqrt() * covariances[0];
    let significant = |lag: &usize| covariances[*lag].abs() >= threshold;
    let last = covariances.len() - 1;
    let row = lags_in_a_row(n);
    let quiet = (1..=last - row).find(|m| !(m + 1..=m + row).any(|lag| significant(&lag)));
    let m = quiet.or_else(|| (1..=last).rfind(significant)).unwrap_or(1);
    (2 * m).min(last)
}

/// Politis & Romano's trapezoid: 1 up to one half, then falling to 0 at 1.
fn flat_top(x: f64) -> f64 {
    (2.0 * (1.0 - x)).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flat_top_by_hand() {
        assert_eq!([0.0, 0.5, 0.75, 1.0].map(flat_top), [1.0, 1.0, 0.5, 0.0]);
    }

    #[test]
    fn a_pure_alternation_by_hand() {
        // +1, -1, …: R(k) = (-1)^k (n - k) / n, significant at every lag, so M = min(2 · 15, 15) = 15 for n = 100.
        let values: Vec<f64> = (0..100)
            .map(|t| if t % 2 == 0 { 1.0 } else { -1.0 })
            .collect();
        let covariance =
            |k: usize| if k.is_multiple_of(2) { 1.0 } else { -1.0 } * (100 - k) as f64 / 100.0;
        let weight = |k: usize| 2.0 * (2.0 * (1.0 - k as f64 / 15.0)).min(1.0) * covariance(k);
        let g: f64 = (1..=15).map(|k| weight(k) * k as f64).sum();
        let spectrum: f64 = 1.0 + (1..=15).map(weight).sum::<f64>();
        let by_hand = libm::cbrt(100.0 * g * g / (spectrum * spectrum)).clamp(1.0, 30.0);
        assert!((politis_white(&values).unwrap() - by_hand).abs() < 1e-9);
    }

    #[test]
    fn fewer_than_twenty_sessions_have_no_block_length() {
        let values: Vec<f64> = (0..20).map(|t| f64::from(t * t % 7)).collect();
        assert_eq!(politis_white(&values[..19]), None);
        assert!(politis_white(&values).is_some());
    }

    #[test]
    fn lengths_and_lags_have_their_bounds() {
        // ceil(min(3 √n, n / 3)): n / 3 below 81 sessions, 3 √n above.
        let longest = [20, 50, 81, 90, 100].map(longest_block);
        assert_eq!(longest, [7.0, 17.0, 27.0, 29.0, 30.0]);
        // ceil(√n) and five more.
        assert_eq!([20, 81, 90, 100].map(largest_lag), [10, 14, 15, 15]);
        assert_eq!([20, 1_000_000].map(lags_in_a_row), [5, 5]);
    }

    /// The estimate with this bandwidth, from covariances of its own.
    fn by_hand(values: &[f64], bandwidth: usize) -> f64 {
        let n = values.len() as f64;
        let center = values.iter().sum::<f64>() / n;
        let covariance = |lag: usize| -> f64 {
            let pairs =
                (lag..values.len()).map(|t| (values[t] - center) * (values[t - lag] - center));
            pairs.sum::<f64>() / n
        };
        let taper = |lag: usize| (2.0 - 2.0 * lag as f64 / bandwidth as f64).min(1.0);
        let (mut g, mut spectrum) = (0.0, covariance(0));
        for lag in 1..=bandwidth {
            g += 2.0 * taper(lag) * lag as f64 * covariance(lag);
            spectrum += 2.0 * taper(lag) * covariance(lag);
        }
        let longest = (3.0 * n.sqrt()).min(n / 3.0).ceil();
        libm::cbrt(n * (g / spectrum).powi(2)).clamp(1.0, longest)
    }

    /// Numbers between -0.5 and 0.5 that look like none.
    fn shocks(n: usize, seed: u64) -> Vec<f64> {
        let mut state = seed;
        let next = |_| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 40) as f64 / f64::from(1 << 24) - 0.5
        };
        (0..n).map(next).collect()
    }

    #[test]
    fn without_correlation_the_bandwidth_is_two_and_the_shortest_block_a_session() {
        let found: Vec<f64> = (1..40)
            .map(|seed| {
                let values = shocks(400, seed);
                let estimate = politis_white(&values).unwrap();
                // A chance correlation may widen the band; most series have none.
                (estimate, (estimate - by_hand(&values, 2)).abs() < 1e-9)
            })
            .filter_map(|(estimate, narrow)| narrow.then_some(estimate))
            .collect();
        assert!(found.len() > 25, "{}", found.len());
        assert!(found.contains(&1.0) && found.iter().any(|length| *length > 1.0));
    }

    #[test]
    fn a_correlation_two_sessions_apart_is_seen_whatever_the_unit_and_the_level() {
        let shocks = shocks(402, 7);
        let values: Vec<f64> = (2..402).map(|t| shocks[t] + 0.9 * shocks[t - 2]).collect();
        let estimate = politis_white(&values).unwrap();
        assert!((estimate - by_hand(&values, 4)).abs() < 1e-9, "{estimate}");
        assert!(estimate > 1.5, "{estimate}");
        for (unit, level) in [(1e4, 0.0), (1e-4, 0.0), (1.0, 10.0)] {
            let other: Vec<f64> = values.iter().map(|x| unit * x + level).collect();
            assert!((politis_white(&other).unwrap() - estimate).abs() < 1e-6);
        }
    }

    #[test]
    fn undefined_without_variation_or_length() {
        assert_eq!(politis_white(&[1.0; 100]), None);
        assert_eq!(politis_white(&[1.0, 2.0, 3.0]), None);
    }
}
