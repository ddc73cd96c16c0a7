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
    fn undefined_without_variation_or_length() {
        assert_eq!(politis_white(&[1.0; 100]), None);
        assert_eq!(politis_white(&[1.0, 2.0, 3.0]), None);
    }
}
