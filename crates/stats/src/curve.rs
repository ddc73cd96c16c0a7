//! Equity curves and their drawdowns.
//!
//! A curve is `E_0, E_1, … E_n` (USD): the starting capital, then the equity at each session's close. `E_0` counts as a
//! peak: a strategy that only loses is in drawdown from its first day. Drawdowns are zero or negative.

use crate::defined;

/// The curve that starts at `start_capital` (USD) and adds the daily P&L (USD per session); one longer than `pnl`.
pub fn equity(start_capital: f64, pnl: &[f64]) -> Vec<f64> {
    let mut curve = Vec::with_capacity(pnl.len() + 1);
    let mut level = start_capital;
    curve.push(level);
    curve.extend(pnl.iter().map(|day| {
        level += day;
        level
    }));
    curve
}

/// Simple returns `E_t / E_{t-1} - 1` (fraction per session).
///
/// Undefined if any level but the last is zero or negative: a return on no capital has no meaning.
pub fn returns(equity: &[f64]) -> Option<Vec<f64>> {
    let before = equity.split_last().map_or(&[][..], |(_, before)| before);
    let after = equity.get(1..).unwrap_or_default();
    // All are worked out before any is looked at: a division waits for no question then.
    let found: Vec<f64> = before
        .iter()
        .zip(after)
        .map(|(before, after)| after / before - 1.0)
        .collect();
    let is_level = before.iter().fold(true, |all, level| all & (*level > 0.0));
    let is_finite = found
        .iter()
        .fold(true, |all, found| all & found.is_finite());
    (is_level && is_finite).then_some(found)
}

/// Distance of each level below the highest level so far (USD), zero or negative.
pub fn drawdowns_usd(equity: &[f64]) -> Vec<f64> {
    with_peaks(equity)
        .map(|(level, peak)| level - peak)
        .collect()
}

/// Distance of each level below the highest level so far (fraction of that peak), zero or negative.
///
/// Undefined if the curve does not start above zero, for then a peak may be no capital at all.
pub fn drawdowns(equity: &[f64]) -> Option<Vec<f64>> {
    let starts_above_zero = equity.first().is_some_and(|start| *start > 0.0);
    if !starts_above_zero || !all_finite(equity) {
        return None;
    }
    Some(
        with_peaks(equity)
            .map(|(level, peak)| level / peak - 1.0)
            .collect(),
    )
}

/// Maximum drawdown `min_t (E_t - max_{s<=t} E_s)` (USD), zero or negative. Undefined for an empty or damaged curve.
pub fn max_drawdown_usd(equity: &[f64]) -> Option<f64> {
    if equity.is_empty() || !all_finite(equity) {
        return None;
    }
    defined(
        with_peaks(equity)
            .map(|(level, peak)| level - peak)
            .fold(0.0, f64::min),
    )
}

/// Maximum drawdown `min_t E_t / max_{s<=t} E_s - 1` (fraction of the peak), zero or negative.
pub fn max_drawdown(equity: &[f64]) -> Option<f64> {
    deepest(&drawdowns(equity)?)
}

/// The deepest of some [`drawdowns`] (fraction of the peak).
pub fn deepest(drawdowns: &[f64]) -> Option<f64> {
    defined(drawdowns.iter().copied().fold(0.0, f64::min))
}

/// Ulcer index `sqrt(sum_t dd_t² / n)` over the n sessions after the start (fraction).
///
/// Martin & McCann, *The Investor's Guide to Fidelity Funds* (1989), here with drawdown from the running maximum.
pub fn ulcer(equity: &[f64]) -> Option<f64> {
    ulcer_of(&drawdowns(equity)?)
}

/// The ulcer index of a curve with these [`drawdowns`], that of the start among them.
pub fn ulcer_of(depths: &[f64]) -> Option<f64> {
    let sessions = depths.len().checked_sub(1)?;
    if sessions == 0 {
        return None;
    }
    defined((depths.iter().map(|depth| depth * depth).sum::<f64>() / sessions as f64).sqrt())
}

/// One excursion below a peak. Indices point into the curve; 0 is the start.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DrawdownEpisode {
    /// The last level before the fall: the latest session at the running maximum.
    pub peak: usize,
    /// The first session at the lowest level of the excursion.
    pub trough: usize,
    /// The first session back at the peak's level or above; none if the curve ends below it.
    pub recovery: Option<usize>,
    /// Lowest level over peak, less one (fraction), negative; none if the peak is not above zero.
    pub depth: Option<f64>,
    /// Lowest level less peak (USD), negative.
    pub depth_usd: f64,
}

impl DrawdownEpisode {
    /// Sessions spent below the peak; `last` is the curve's last index, where an unrecovered excursion is cut.
    pub fn underwater_sessions(&self, last: usize) -> usize {
        match self.recovery {
            Some(recovery) => recovery - self.peak - 1,
            None => last - self.peak,
        }
    }
}

/// All excursions below a running maximum, in order of time.
pub fn episodes(equity: &[f64]) -> Vec<DrawdownEpisode> {
    let mut episodes = Vec::new();
    let mut peak = 0;
    while peak < equity.len() {
        let recovery = (peak + 1..equity.len()).find(|&t| equity[t] >= equity[peak]);
        let below = peak + 1..recovery.unwrap_or(equity.len());
        if !below.is_empty() {
            episodes.push(episode(equity, peak, below, recovery));
        }
        peak = recovery.unwrap_or(equity.len());
    }
    episodes
}

/// The longest time below a running maximum (sessions); zero if the curve never falls.
pub fn longest_underwater_sessions(equity: &[f64]) -> usize {
    let last = equity.len().saturating_sub(1);
    episodes(equity)
        .iter()
        .map(|episode| episode.underwater_sessions(last))
        .max()
        .unwrap_or(0)
}

fn episode(
    equity: &[f64],
    peak: usize,
    below: std::ops::Range<usize>,
    recovery: Option<usize>,
) -> DrawdownEpisode {
    let trough = below.clone().fold(below.start, |trough, t| {
        if equity[t] < equity[trough] {
            t
        } else {
            trough
        }
    });
    let depth = if equity[peak] > 0.0 {
        defined(equity[trough] / equity[peak] - 1.0)
    } else {
        None
    };
    DrawdownEpisode {
        peak,
        trough,
        recovery,
        depth,
        depth_usd: equity[trough] - equity[peak],
    }
}

/// Each level with the highest level up to and including it.
fn with_peaks(equity: &[f64]) -> impl Iterator<Item = (f64, f64)> {
    let mut peak = f64::NEG_INFINITY;
    // Mapped, not scanned: a map knows its length, so a column is collected into room of that size.
    equity.iter().map(move |&level| {
        peak = peak.max(level);
        (level, peak)
    })
}

fn all_finite(values: &[f64]) -> bool {
    values.iter().all(|value| value.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two excursions by hand: 110 -> 99 -> back, then 120 -> 90 unrecovered.
    const CURVE: [f64; 8] = [100.0, 110.0, 99.0, 105.0, 110.0, 120.0, 90.0, 96.0];

    #[test]
    fn hand_computed_drawdowns() {
        assert_eq!(
            drawdowns_usd(&CURVE),
            [0.0, 0.0, -11.0, -5.0, 0.0, 0.0, -30.0, -24.0]
        );
        assert_eq!(max_drawdown_usd(&CURVE), Some(-30.0));
        assert_eq!(max_drawdown(&CURVE), Some(-0.25));
    }

    #[test]
    fn dollars_and_fractions_may_point_at_different_excursions() {
        // Half of a small curve is deeper in percent, a tenth of a large one in dollars.
        let curve = [100.0, 50.0, 1000.0, 900.0];
        assert_eq!(max_drawdown_usd(&curve), Some(-100.0));
        assert_eq!(max_drawdown(&curve), Some(-0.5));
    }

    #[test]
    fn hand_computed_episodes() {
        let found = episodes(&CURVE);
        assert_eq!(found.len(), 2);
        let first = (
            found[0].peak,
            found[0].trough,
            found[0].recovery,
            found[0].depth_usd,
        );
        assert_eq!(first, (1, 2, Some(4), -11.0));
        let second = (
            found[1].peak,
            found[1].trough,
            found[1].recovery,
            found[1].depth,
        );
        assert_eq!(second, (5, 6, None, Some(-0.25)));
        let last = CURVE.len() - 1;
        assert_eq!(found[0].underwater_sessions(last), 2);
        assert_eq!(found[1].underwater_sessions(last), 2);
        assert_eq!(longest_underwater_sessions(&CURVE), 2);
    }

    #[test]
    fn the_start_is_a_peak() {
        let curve = equity(100.0, &[-10.0, -5.0]);
        assert_eq!(curve, [100.0, 90.0, 85.0]);
        assert_eq!(max_drawdown_usd(&curve), Some(-15.0));
        assert_eq!(episodes(&curve)[0].peak, 0);
    }

    #[test]
    fn a_plateau_is_not_an_excursion_and_the_latest_peak_counts() {
        let found = episodes(&[100.0, 100.0, 99.0]);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].peak, 1);
    }

    #[test]
    fn hand_computed_ulcer() {
        // Drawdowns 0, -10%, -20% over two sessions: sqrt((0.01 + 0.04) / 2).
        let found = ulcer(&[100.0, 90.0, 80.0]).unwrap();
        assert!((found - 0.025_f64.sqrt()).abs() < 1e-15);
    }

    #[test]
    fn damaged_curves_have_no_answer() {
        assert_eq!(max_drawdown_usd(&[]), None);
        assert_eq!(max_drawdown_usd(&[1.0, f64::NAN]), None);
        assert_eq!(max_drawdown(&[0.0, 1.0]), None);
        assert_eq!(ulcer(&[100.0]), None);
        assert_eq!(returns(&[100.0, -5.0, 10.0]), None);
        assert!(episodes(&[]).is_empty());
    }
}
