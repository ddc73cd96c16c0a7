//! What a layer pays in the worst fall of a window, by the session on which it was last rolled.

use std::ops::Range;

use book::event::LayerId;
use engine::execution::Execution;
use engine::placebo_trades::PlaceboTrades;
use market::history::MarketHistory;
use market::price::Money;
use policy::arm::Arm;

/// The sessions over which the close fell most against the close before them.
pub fn worst_span(closes: &[f64], sessions: usize) -> Option<Range<usize>> {
    let fall = |start: usize| closes[start + sessions - 1] / closes[start - 1];
    let starts = 1..(closes.len() + 1).saturating_sub(sessions);
    let start = starts.min_by(|a, b| fall(*a).total_cmp(&fall(*b)))?;
    Some(start..start + sessions)
}

/// Per phase: what the layers gain over the crash for each dollar a roll spends (USD), the layers by their shares.
///
/// # Errors
/// The layer that buys futures, which have no premium.
pub fn payoffs(
    history: &MarketHistory,
    window: Range<usize>,
    (arm, execution): (&Arm, &Execution),
    crash: &Range<usize>,
    phases: usize,
) -> Result<Vec<f64>, LayerId> {
    let mut all = vec![0.0; phases];
    let shares: f64 = arm.hedge.layers.iter().map(|layer| layer.share).sum();
    for id in arm.hedge_ids() {
        let stock = PlaceboTrades::new(history, window.clone(), arm, id, execution);
        if stock.is_future() {
            return Err(id);
        }
        let share = arm.layer(id).map_or(0.0, |layer| layer.share) / shares;
        for (phase, payoff) in all.iter_mut().enumerate() {
            // Nobody can have decided before the first session.
            for at in (phase + 1..crash.end).step_by(phases) {
                *payoff += share * gain(&stock, at, crash).unwrap_or(0.0);
            }
        }
    }
    Ok(all)
}

/// What the unit bought on session `at` gains during the crash, for each dollar of its premium.
fn gain(stock: &PlaceboTrades<'_>, at: usize, crash: &Range<usize>) -> Option<f64> {
    let unit = stock.unit(at).filter(|unit| unit.premium > Money::ZERO)?;
    if at + unit.sessions() <= crash.start {
        return Some(0.0);
    }
    let mut daily = vec![Money::ZERO; unit.sessions()];
    unit.add(0, 1, &mut daily);
    let held = daily
        .iter()
        .enumerate()
        .filter(|(day, _)| crash.contains(&(at + day)));
    Some(held.map(|(_, pnl)| pnl.usd()).sum::<f64>() / unit.premium.usd())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_span_is_measured_from_the_close_before_it() {
        // 100, 90, 95, 80, 79: over two sessions 95 against 100, 80 against 90, 79 against 95.
        let closes = [100.0, 90.0, 95.0, 80.0, 79.0];
        assert_eq!(worst_span(&closes, 2), Some(3..5));
        assert_eq!(worst_span(&closes, 1), Some(3..4));
        assert_eq!(worst_span(&closes, 4), Some(1..5));
        assert_eq!(worst_span(&closes, 5), None);
    }
}
