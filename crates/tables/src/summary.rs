//! `summary.csv`: the headline numbers.

use crate::row::row;
use market::price::Money;

row! {
    /// One window × arm. Ratios are fractions unless said otherwise; money is trading P&L, without interest.
    SummaryRow = "summary.csv" {
        /// Window.
        window: String [""],
        /// Arm.
        arm: String [""],
        /// Sessions replayed.
        sessions: Option<usize> [""],
        /// Trading P&L net of costs, without interest.
        pnl_usd: Option<Money> ["USD"],
        /// P&L over starting capital.
        return_on_capital: Option<f64> [""],
        /// P&L over the average buying power in use, per year of 252 sessions.
        return_on_margin: Option<f64> ["1/year"],
        /// Compound growth of trading equity, per year of 252 sessions.
        cagr: Option<f64> ["1/year"],
        /// Deepest fall of trading equity from its peak, the start included; never positive.
        max_drawdown_usd: Option<Money> ["USD"],
        /// The deepest fall relative to its peak; never positive.
        max_drawdown_pct: Option<f64> [""],
        /// 1 − hedged drawdown / unhedged drawdown, in dollars on equal capital.
        drawdown_reduction: Option<f64> [""],
        /// Lower end of the interval of the drawdown reduction.
        drawdown_reduction_lo: Option<f64> [""],
        /// Upper end of the interval of the drawdown reduction.
        drawdown_reduction_hi: Option<f64> [""],
        /// P&L over that of the unhedged arm; undefined unless that is positive.
        profit_retained: Option<f64> [""],
        /// P&L of the hedge layers after their own costs: salvage less premium less fees.
        hedge_pnl_usd: Option<Money> ["USD"],
        /// Gross premium of the hedge layers; futures count their carry charge.
        hedge_premium_usd: Option<Money> ["USD"],
        /// Sales and settlements of the hedge layers.
        hedge_salvage_usd: Option<Money> ["USD"],
        /// Credited to the purses and never spent.
        hedge_unspent_usd: Option<Money> ["USD"],
        /// Interest on cash, outside every headline number.
        interest_usd: Option<Money> ["USD"],
        /// Sharpe ratio of daily returns, per year of 252 sessions.
        sharpe: Option<f64> [""],
        /// Sortino ratio: as Sharpe, over the deviation of losses.
        sortino: Option<f64> [""],
        /// CAGR over the maximum drawdown.
        calmar: Option<f64> [""],
        /// Mean of the worst five percent of daily returns.
        cvar95: Option<f64> [""],
        /// Root mean square drawdown.
        ulcer: Option<f64> [""],
        /// Closed packages.
        trades: Option<usize> [""],
        /// Fees; never positive.
        fees_usd: Option<Money> ["USD"],
        /// Slippage; never positive.
        slippage_usd: Option<Money> ["USD"],
    } later {
        /// P&L without the closing of everything at the window's end.
        pnl_before_window_end_usd: Option<Money> ["USD"],
        /// P&L of the condors after their own costs.
        condor_pnl_usd: Option<Money> ["USD"],
        /// Premium and costs of the hedges minus salvage; negative where they earned.
        hedge_net_cost_usd: Option<Money> ["USD"],
        /// Drawdown reduction per 1,000 USD of net cost; undefined where the hedges earned.
        drawdown_reduction_per_net_usd_1000: Option<f64> ["1/1000 USD"],
        /// The share of the condors that, unhedged, has this arm's drawdown.
        deleveraged_x: Option<f64> [""],
        /// What that share earned: fewer condors instead of a hedge.
        deleveraged_pnl_usd: Option<Money> ["USD"],
        /// A twin's premium over the premium it copies.
        equal_spend_ratio: Option<f64> [""],
        /// Whether the condors are those of the unhedged arm, fill by fill.
        condors_identical: Option<bool> [""],
        /// Share of bootstrap draws with a positive drawdown reduction.
        p_reduction_positive: Option<f64> [""],
        /// Draws in which the drawdown reduction was defined.
        bootstrap_draws: Option<usize> [""],
        /// Lower end of the interval of the retained profit.
        profit_retained_lo: Option<f64> [""],
        /// Upper end of the interval of the retained profit.
        profit_retained_hi: Option<f64> [""],
        /// Lower end of the interval of the P&L difference to the unhedged arm.
        pnl_difference_lo_usd: Option<Money> ["USD"],
        /// Upper end of the interval of the P&L difference to the unhedged arm.
        pnl_difference_hi_usd: Option<Money> ["USD"],
        /// Packages closed by the window's end.
        closed_by_window_end: Option<usize> [""],
    }
}
