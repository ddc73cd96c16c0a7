//! What a result is worth after many tries.
//!
//! Probability of backtest overfitting by combinatorially symmetric cross-validation: Bailey, Borwein, López de Prado &
//! Zhu, "The Probability of Backtest Overfitting", *Journal of Computational Finance* 20 (2017). Probabilistic Sharpe
//! ratio: Bailey & López de Prado, "The Sharpe Ratio Efficient Frontier", *Journal of Risk* 15 (2012). Deflated Sharpe
//! ratio: the same, "The Deflated Sharpe Ratio", *Journal of Portfolio Management* 40 (2014).

mod splits;

use crate::moments::{kurtosis, skewness};
use crate::{defined, normal, ratios};
pub use splits::{BlockSums, Leader, Leaders, Ranks, halves};

/// Result of combinatorially symmetric cross-validation.
#[derive(Clone, Debug, PartialEq)]
pub struct Overfitting {
    /// Share of splits in which the best configuration in sample ranks in the lower half out of sample (fraction).
    pub pbo: f64,
    /// Share of splits in which it has a negative Sharpe ratio out of sample (fraction).
    pub loss_share: f64,
    /// `ln(w / (1 - w))` of each split, `w = rank / (N + 1)` out of sample of the best in sample, rank 1 the worst.
    pub logits: Vec<f64>,
    /// Sessions used: whole blocks only, the oldest remainder is dropped.
    pub sessions: usize,
}

impl Overfitting {
    /// Mean of the logits; below zero the selection does harm on average.
    pub fn mean_logit(&self) -> f64 {
        self.logits.iter().sum::<f64>() / self.logits.len() as f64
    }
}

/// Probability of backtest overfitting of picking the configuration with the best Sharpe ratio.
///
/// `configurations` are the returns of *all* tried configurations over the same sessions, one slice each; `blocks` is S
/// (16 in the paper). All `C(S, S/2)` choices of half of the blocks serve as sample once. Configurations that tie share
/// the middle of their ranks, and one without variation has a Sharpe ratio of zero. None if S is odd, below 2 or above
/// 24, if there are fewer than two configurations, or if a block would have fewer than two sessions.
///
/// # Panics
/// If the series differ in length.
pub fn cscv(configurations: &[&[f64]], blocks: usize) -> Option<Overfitting> {
    let sessions = configurations.first()?.len();
    assert!(
        configurations.iter().all(|series| series.len() == sessions),
        "all series must cover the same sessions"
    );
    let legal_blocks = blocks.is_multiple_of(2) && (2..=24).contains(&blocks);
    if configurations.len() < 2 || !legal_blocks || sessions / blocks < 2 {
        return None;
    }
    let sums: Vec<BlockSums> = configurations
        .iter()
        .map(|series| BlockSums::of(series, blocks))
        .collect();
    let mut leaders = Leaders::none(blocks);
    leaders.consider(0, &sums);
    let mut ranks = Ranks::none(blocks);
    ranks.count(&leaders, &sums);
    Overfitting::of(&leaders, &ranks, sessions / blocks * blocks)
}

impl Overfitting {
    /// What all splits say together: the best of every half, and its rank outside. `sessions` is the number of sessions
    /// in whole blocks. None for fewer than two configurations, or where the two are not of the same ones.
    pub fn of(leaders: &Leaders, ranks: &Ranks, sessions: usize) -> Option<Overfitting> {
        let count = leaders.configurations();
        if count < 2 || ranks.configurations() != count {
            return None;
        }
        let logit = |rank: f64| {
            let w = rank / (count + 1) as f64;
            libm::log(w / (1.0 - w))
        };
        let logits: Vec<f64> = ranks.ranks().map(logit).collect();
        let share = |count: usize| count as f64 / logits.len() as f64;
        let losers = leaders.halves().iter().filter(|half| half.outside < 0.0);
        Some(Overfitting {
            pbo: share(logits.iter().filter(|logit| **logit <= 0.0).count()),
            loss_share: share(losers.count()),
            logits,
            sessions,
        })
    }
}

/// Probabilistic Sharpe ratio: the probability that the true Sharpe ratio exceeds `benchmark` (per session).
///
/// `Φ((SR - SR*) √(n - 1) / √(1 - skew SR + (kurt - 1)/4 SR²))` with population skewness and kurtosis. Undefined for a
/// constant series, or where the sample is so skewed that the variance estimate is not above zero.
pub fn probabilistic_sharpe(excess: &[f64], benchmark: f64) -> Option<f64> {
    let sharpe = ratios::session_sharpe(excess)?;
    let variance =
        1.0 - skewness(excess)? * sharpe + (kurtosis(excess)? - 1.0) / 4.0 * sharpe * sharpe;
    if variance <= 0.0 {
        return None;
    }
    let root = ((excess.len() - 1) as f64).sqrt();
    defined(normal::cdf((sharpe - benchmark) * root / variance.sqrt()))
}

/// Expected best Sharpe ratio (per session) among `trials` strategies without skill.
///
/// `√V ((1 - γ) Φ⁻¹(1 - 1/N) + γ Φ⁻¹(1 - 1/(N e)))`, γ = 0.5772…, V the `variance` of the trials' Sharpe ratios per
/// session. Zero for a single trial, where nothing was selected; undefined for none or a negative variance.
pub fn expected_best_sharpe(trials: usize, variance: f64) -> Option<f64> {
    const EULER_GAMMA: f64 = 0.577_215_664_901_532_9;
    if trials == 0 || variance < 0.0 {
        return None;
    }
    if trials == 1 {
        return Some(0.0);
    }
    // 1 - p and the quantile's symmetry: -Φ⁻¹(p) keeps the digits for many trials.
    let n = trials as f64;
    let typical = -normal::quantile(1.0 / n)?;
    let extreme = -normal::quantile(1.0 / (n * std::f64::consts::E))?;
    defined(variance.sqrt() * ((1.0 - EULER_GAMMA) * typical + EULER_GAMMA * extreme))
}

/// Deflated Sharpe ratio: [`probabilistic_sharpe`] against [`expected_best_sharpe`].
///
/// `trials` counts every configuration ever run, also abandoned ones.
pub fn deflated_sharpe(excess: &[f64], trials: usize, variance: f64) -> Option<f64> {
    probabilistic_sharpe(excess, expected_best_sharpe(trials, variance)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_configuration_that_is_always_best_is_not_overfit() {
        let good: Vec<f64> = (0..40).map(|t| 0.02 + 0.01 * f64::from(t % 2)).collect();
        let bad: Vec<f64> = (0..40).map(|t| 0.01 * f64::from(t % 2) - 0.02).collect();
        let found = cscv(&[&bad, &good, &bad], 4).unwrap();
        assert_eq!(
            (found.pbo, found.loss_share, found.logits.len()),
            (0.0, 0.0, 6)
        );
        // Rank 3 of 3: w = 3/4.
        assert!((found.mean_logit() - libm::log(3.0)).abs() < 1e-15);
    }

    #[test]
    fn a_best_that_ranks_in_the_middle_counts_as_overfit() {
        // The best of each half is the second of three in the other: the paper counts logits of zero.
        let series = |early: f64, late: f64| -> Vec<f64> {
            let level = |t: i32| if t < 10 { early } else { late };
            (0..20)
                .map(|t| level(t) + 0.01 * f64::from(t % 2))
                .collect()
        };
        let (first, second) = (series(0.03, 0.02), series(0.02, 0.03));
        let third = series(0.01, 0.01);
        let found = cscv(&[&first, &second, &third], 2).unwrap();
        assert_eq!(found.logits, [0.0, 0.0]);
        assert_eq!((found.pbo, found.loss_share), (1.0, 0.0));
    }

    #[test]
    fn configurations_that_only_shine_in_one_half_are_overfit() {
        // Each shines in its own block: whatever wins in sample loses outside, in both splits of two blocks.
        let early: Vec<f64> = (0..20)
            .map(|t| if t < 10 { 0.02 } else { -0.02 } + 0.01 * f64::from(t % 2))
            .collect();
        let late: Vec<f64> = early.iter().rev().copied().collect();
        let found = cscv(&[&early, &late], 2).unwrap();
        assert_eq!((found.pbo, found.loss_share), (1.0, 1.0));
    }

    #[test]
    fn the_oldest_remainder_is_dropped() {
        let series: Vec<f64> = (0..23).map(|t| f64::from(t * t % 7)).collect();
        let other: Vec<f64> = (0..23).map(|t| f64::from(t * t % 5)).collect();
        let whole = cscv(&[&series, &other], 4).unwrap();
        assert_eq!(whole.sessions, 20);
        assert_eq!(whole, cscv(&[&series[3..], &other[3..]], 4).unwrap());
    }

    #[test]
    fn illegal_splits_have_no_answer() {
        let series = [0.1, 0.2, 0.3, 0.4];
        assert_eq!(cscv(&[&series, &series], 3), None);
        assert_eq!(
            cscv(&[&series, &series], 4),
            None,
            "blocks of one session have no deviation"
        );
        assert_eq!(cscv(&[&series], 2), None);
        assert_eq!(cscv(&[], 2), None);
    }

    #[test]
    fn expected_best_of_few_trials() {
        assert_eq!(expected_best_sharpe(1, 0.01), Some(0.0));
        assert_eq!(expected_best_sharpe(0, 0.01), None);
        // Two trials: Φ⁻¹(1/2) = 0 and Φ⁻¹(1 - 1/(2e)) = 0.900...
        let expected =
            0.1 * 0.577_215_664_901_532_9 * -normal::quantile(0.5 / std::f64::consts::E).unwrap();
        assert!((expected_best_sharpe(2, 0.01).unwrap() - expected).abs() < 1e-15);
    }
}
