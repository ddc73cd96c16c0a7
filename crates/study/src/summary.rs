//! The numbers of one arm over one window: the row of `summary.csv`.
//!
//! Everything here is computed on trading equity: starting capital plus trading P&L net of costs, without interest
//! (docs/model.md#metrics). Interest is a column of its own.

pub(crate) mod numbers;

use std::sync::atomic::AtomicBool;

use engine::run::Run;
use market::price::Money;
use policy::arm::Arm;
use stats::bootstrap::Draws;

use crate::batch::Stopped;
use crate::curves::{max_drawdown, pnl, reduction};
use crate::interval::with_intervals;
use crate::results::{Replay, Study};
use tables::SummaryRow;

use runfile::config::Inference;

pub use numbers::Summary;

/// The summary of every arm over one window, the unhedged one first, and the draws behind their intervals.
///
/// # Errors
/// Where `stop` is raised before the end.
pub(crate) fn of_runs(
    inference: &Inference,
    runs: &[(&Arm, &Run)],
    capital: Money,
    stop: &AtomicBool,
) -> Result<(Vec<Summary>, Draws), Stopped> {
    let draws = crate::interval::of_runs(inference, runs, capital, stop)?;
    let summaries = runs
        .iter()
        .enumerate()
        .map(|(index, (arm, run))| {
            let own = own_numbers(run, arm, index > 0, capital);
            match index {
                0 => own,
                _ => {
                    let paired = compared(own, runs[0].1, run, capital);
                    with_intervals(paired, &draws, index, inference.level)
                }
            }
        })
        .collect();
    Ok((summaries, draws))
}

/// The numbers of a run by itself, with or without its record; the same either way.
pub fn own_numbers(run: &Run, arm: &Arm, is_hedged: bool, capital: Money) -> Summary {
    let curve: Vec<f64> = std::iter::once(capital)
        .chain(run.curve.iter().copied())
        .map(Money::usd)
        .collect();
    let returns = stats::curve::returns(&curve).unwrap_or_default();
    let drawdowns = stats::curve::drawdowns(&curve);
    let deepest = drawdowns.as_deref().and_then(stats::curve::deepest);
    let cagr = stats::ratios::cagr(&curve);
    let profit = pnl(run, capital);
    let ledgers = &run.portfolio.ledgers;
    let hedges = ledgers.from(arm.first_hedge());
    let some = |value: Money| is_hedged.then_some(value);
    let hedge_pnl: Money = hedges.iter().map(|l| l.pnl()).sum();
    let premium: Money = hedges.iter().map(|l| l.premium).sum();
    let hedge_fees: Money = hedges.iter().map(|l| l.fees).sum();
    Summary {
        sessions: run.curve.len(),
        pnl: profit,
        return_on_capital: Some(profit.usd() / capital.usd()),
        return_on_margin: return_on_margin(profit, run),
        cagr,
        max_drawdown: max_drawdown(&run.curve, capital),
        max_drawdown_pct: deepest,
        hedge_pnl: some(hedge_pnl),
        hedge_premium: some(premium),
        hedge_salvage: some(hedge_pnl + premium - hedge_fees),
        hedge_unspent: some(run.portfolio.purses.iter().map(|p| p.unspent()).sum()),
        interest: run.portfolio.interest,
        sharpe: stats::ratios::sharpe(&returns),
        sortino: stats::ratios::sortino(&returns),
        calmar: cagr
            .zip(deepest)
            .and_then(|(growth, deepest)| stats::ratios::calmar_of(growth, deepest)),
        cvar95: stats::ratios::cvar95(&returns),
        ulcer: drawdowns.as_deref().and_then(stats::curve::ulcer_of),
        trades: run.portfolio.opened as usize,
        fees: ledgers.iter().map(|l| l.fees).sum(),
        slippage: ledgers.iter().map(|l| l.slippage).sum(),
        pnl_before_window_end: run.tally.pnl_before_window_end,
        condor_pnl: ledgers
            .before(arm.first_hedge())
            .iter()
            .map(|l| l.pnl())
            .sum(),
        closed_by_window_end: run.tally.closed_by_window_end,
        ..Summary::default()
    }
}

/// P&L over the time-average of the buying power in use, per year of 252 sessions (docs/model.md#metrics).
fn return_on_margin(profit: Money, run: &Run) -> Option<f64> {
    let used = run.tally.buying_power;
    let sessions = run.curve.len() as f64;
    (used > Money::ZERO).then(|| profit.usd() / (used.usd() / sessions) * 252.0 / sessions)
}

/// The numbers of a hedged run with what the unhedged one makes of them.
pub fn compared(own: Summary, unhedged: &Run, hedged: &Run, capital: Money) -> Summary {
    let base = pnl(unhedged, capital);
    let deepest = max_drawdown(&unhedged.curve, capital);
    let scale = own.max_drawdown.usd() / deepest.usd();
    let fewer = deepest < Money::ZERO && scale <= 1.0;
    Summary {
        drawdown_reduction: reduction(unhedged, hedged, capital),
        profit_retained: (base > Money::ZERO).then(|| own.pnl.usd() / base.usd()),
        deleveraged_x: fewer.then_some(scale),
        deleveraged_pnl: fewer.then(|| Money::from_usd(base.usd() * scale)),
        ..own
    }
}

/// The pairing every comparison rests on: the same condors at the same prices on the same sessions.
pub(crate) fn same_condors(unhedged: &Replay, hedged: &Replay) -> bool {
    let condors = |of: &Replay| {
        let trades = of
            .statement
            .trades
            .iter()
            .filter(|t| hedged.arm.is_condor(t.package.layer));
        let cells = trades.map(|t| {
            (
                t.package.layer,
                t.package.opened,
                t.closed,
                t.package.contracts,
                t.package.legs.clone(),
                t.pnl,
            )
        });
        cells.collect::<Vec<_>>()
    };
    condors(unhedged) == condors(hedged)
}

/// The rows of `summary.csv`.
pub fn rows(study: &Study) -> Vec<SummaryRow> {
    study
        .arms()
        .map(|(window, arm)| {
            row(
                &window.window.name,
                &arm.replay.name,
                &arm.summary,
                arm.replay.twin.as_ref().map(|twin| twin.equal_spend_ratio),
                arm.condors_identical,
            )
        })
        .collect()
}

/// A row of `summary.csv`, or of `cells.csv` after its parameters.
pub fn row(
    window: &str,
    arm: &str,
    s: &Summary,
    equal_spend: Option<f64>,
    identical: bool,
) -> SummaryRow {
    let net_cost = s.hedge_pnl.map(|m| -m);
    let per_thousand = match (s.drawdown_reduction, net_cost) {
        (Some(reduction), Some(cost)) if cost > Money::ZERO => {
            Some(reduction / (cost.usd() / 1000.0))
        }
        _ => None,
    };
    SummaryRow {
        window: window.to_string(),
        arm: arm.to_string(),
        sessions: Some(s.sessions),
        pnl_usd: Some(s.pnl),
        return_on_capital: s.return_on_capital,
        return_on_margin: s.return_on_margin,
        cagr: s.cagr,
        max_drawdown_usd: Some(s.max_drawdown),
        max_drawdown_pct: s.max_drawdown_pct,
        drawdown_reduction: s.drawdown_reduction,
        drawdown_reduction_lo: s.drawdown_reduction_lo,
        drawdown_reduction_hi: s.drawdown_reduction_hi,
        profit_retained: s.profit_retained,
        hedge_pnl_usd: s.hedge_pnl,
        hedge_premium_usd: s.hedge_premium,
        hedge_salvage_usd: s.hedge_salvage,
        hedge_unspent_usd: s.hedge_unspent,
        interest_usd: Some(s.interest),
        sharpe: s.sharpe,
        sortino: s.sortino,
        calmar: s.calmar,
        cvar95: s.cvar95,
        ulcer: s.ulcer,
        trades: Some(s.trades),
        fees_usd: Some(s.fees),
        slippage_usd: Some(s.slippage),
        pnl_before_window_end_usd: Some(s.pnl_before_window_end),
        condor_pnl_usd: Some(s.condor_pnl),
        hedge_net_cost_usd: net_cost,
        drawdown_reduction_per_net_usd_1000: per_thousand,
        deleveraged_x: s.deleveraged_x,
        deleveraged_pnl_usd: s.deleveraged_pnl,
        equal_spend_ratio: equal_spend,
        condors_identical: Some(identical),
        p_reduction_positive: s.p_reduction_positive,
        bootstrap_draws: Some(s.draws),
        profit_retained_lo: s.profit_retained_lo,
        profit_retained_hi: s.profit_retained_hi,
        pnl_difference_lo_usd: s.pnl_difference_lo.map(Money::from_usd),
        pnl_difference_hi_usd: s.pnl_difference_hi.map(Money::from_usd),
        closed_by_window_end: Some(s.closed_by_window_end),
    }
}

#[cfg(test)]
mod tests {
    use book::journal::Journal;
    use book::portfolio::Portfolio;
    use engine::run::Tally;

    use super::*;

    const CAPITAL: Money = Money(100_000);

    /// A run of this curve (USD) that ends with its last point in cash.
    fn curve(usd: &[i64]) -> Run {
        let curve: Vec<Money> = usd.iter().map(|usd| Money(usd * 100)).collect();
        let mut portfolio = Portfolio::new(CAPITAL, 1);
        portfolio.cash = curve[curve.len() - 1];
        Run {
            journal: Journal::default(),
            portfolio,
            regimes: [].into(),
            tally: Tally {
                buying_power: Money(200_000),
                ..Tally::default()
            },
            curve,
        }
    }

    fn with(own: &[i64], unhedged: &[i64]) -> Summary {
        let (own, unhedged) = (&curve(own), &curve(unhedged));
        let summary = Summary {
            pnl: pnl(own, CAPITAL),
            max_drawdown: max_drawdown(&own.curve, CAPITAL),
            ..Summary::default()
        };
        compared(summary, unhedged, own, CAPITAL)
    }

    #[test]
    fn fewer_condors_have_the_drawdown_of_the_hedge_where_that_is_no_deeper() {
        // The unhedged book falls by 200 and ends 100 above its start.
        let unhedged = [1_000, 800, 1_100];
        for (own, scale, pnl) in [
            ([1_000, 900, 1_050], Some(0.5), Some(5_000)),
            ([1_000, 800, 1_050], Some(1.0), Some(10_000)),
            ([1_000, 799, 1_050], None, None),
            ([1_000, 600, 1_050], None, None),
        ] {
            let found = with(&own, &unhedged);
            assert_eq!(found.deleveraged_x, scale, "{own:?}");
            assert_eq!(found.deleveraged_pnl, pnl.map(Money), "{own:?}");
            assert_eq!(found.profit_retained, Some(0.5));
        }
        assert_eq!(
            with(&[1_000, 900, 1_050], &unhedged).drawdown_reduction,
            Some(0.5)
        );
        // Without a drawdown or a profit of the unhedged book there is nothing to compare with.
        let flat = with(&[1_000, 1_000, 990], &[1_000, 1_000, 1_000]);
        assert_eq!((flat.deleveraged_x, flat.drawdown_reduction), (None, None));
        assert_eq!(flat.profit_retained, None);
    }

    #[test]
    fn a_return_on_margin_is_the_profit_of_a_year_over_the_average_in_use() {
        // 2,000 dollars over two sessions are 1,000 a session; 10 dollars in two sessions are 1,260 a year.
        let run = curve(&[1_000, 1_010]);
        let found = return_on_margin(Money(1_000), &run).expect("margin was in use");
        assert!((found - 1.26).abs() < 1e-12, "{found}");
        let mut idle = run;
        idle.tally.buying_power = Money::ZERO;
        assert_eq!(return_on_margin(Money(1_000), &idle), None);
    }

    #[test]
    fn a_reduction_is_told_by_each_thousand_dollars_of_its_net_cost() {
        let told = |hedge_pnl: i64| {
            let summary = Summary {
                drawdown_reduction: Some(0.5),
                hedge_pnl: Some(Money(hedge_pnl * 100)),
                ..Summary::default()
            };
            let row = row("window", "arm", &summary, None, true);
            row.drawdown_reduction_per_net_usd_1000
        };
        assert_eq!([told(-2_000), told(-500)], [Some(0.25), Some(1.0)]);
        assert_eq!(
            [told(0), told(10)],
            [None, None],
            "a hedge that cost nothing"
        );
    }
}
