//! What a curve of trading equity says by itself.

use engine::run::Run;
use market::price::Money;

/// Trading P&L of a run.
pub fn pnl(run: &Run, capital: Money) -> Money {
    run.portfolio.trading_equity() - capital
}

/// Deepest fall of a curve below its running peak, the start included (never positive).
pub fn max_drawdown(curve: &[Money], start: Money) -> Money {
    let mut peak = start;
    let mut worst = Money::ZERO;
    for equity in curve {
        peak = peak.max(*equity);
        worst = worst.min(*equity - peak);
    }
    worst
}

/// Drawdown reduction of a run against the unhedged one, in dollars; `None` if that one has no drawdown.
pub fn reduction(unhedged: &Run, hedged: &Run, start: Money) -> Option<f64> {
    let base = max_drawdown(&unhedged.curve, start);
    (base < Money::ZERO).then(|| 1.0 - max_drawdown(&hedged.curve, start).0 as f64 / base.0 as f64)
}

/// Daily trading P&L (USD).
pub fn daily_pnl(curve: &[Money], start: Money) -> Vec<f64> {
    let mut before = start;
    curve
        .iter()
        .map(|equity| {
            let change = (*equity - before).usd();
            before = *equity;
            change
        })
        .collect()
}

/// The same, exact.
pub(crate) fn daily(curve: &[Money], start: Money) -> Vec<Money> {
    let before = std::iter::once(&start).chain(curve);
    curve
        .iter()
        .zip(before)
        .map(|(after, before)| *after - *before)
        .collect()
}
