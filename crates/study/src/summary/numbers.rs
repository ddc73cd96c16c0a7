//! The numbers of one arm over one window.

use market::price::Money;

/// One row. `None` is undefined: a ratio over zero, or a comparison of the unhedged arm with itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Summary {
    /// Sessions.
    pub sessions: usize,
    /// Trading P&L net of costs.
    pub pnl: Money,
    /// P&L over starting capital.
    pub return_on_capital: Option<f64>,
    /// P&L over the average buying power in use, annualised with 252 sessions.
    pub return_on_margin: Option<f64>,
    /// Compound annual growth of trading equity, 252 sessions.
    pub cagr: Option<f64>,
    /// Deepest fall from a peak, the start included (never positive).
    pub max_drawdown: Money,
    /// The same relative to the peak (never positive).
    pub max_drawdown_pct: Option<f64>,
    /// `1 - |drawdown| / |drawdown of the unhedged arm|`, in dollars.
    pub drawdown_reduction: Option<f64>,
    /// Lower end of its interval.
    pub drawdown_reduction_lo: Option<f64>,
    /// Upper end of its interval.
    pub drawdown_reduction_hi: Option<f64>,
    /// P&L over that of the unhedged arm, where that is positive.
    pub profit_retained: Option<f64>,
    /// P&L of the hedge layers after their own costs: salvage less premium less fees.
    pub hedge_pnl: Option<Money>,
    /// Gross premium paid by the hedge layers; futures count their carry charge.
    pub hedge_premium: Option<Money>,
    /// Sales and settlements.
    pub hedge_salvage: Option<Money>,
    /// Credited to purses and never spent.
    pub hedge_unspent: Option<Money>,
    /// Interest on cash.
    pub interest: Money,
    /// Ratios of daily returns, 252 sessions.
    pub sharpe: Option<f64>,
    /// As Sharpe, over the deviation of losses.
    pub sortino: Option<f64>,
    /// CAGR over the maximum drawdown.
    pub calmar: Option<f64>,
    /// Mean of the worst five percent of daily returns.
    pub cvar95: Option<f64>,
    /// Root mean square drawdown.
    pub ulcer: Option<f64>,
    /// Closed packages.
    pub trades: usize,
    /// Fees (never positive).
    pub fees: Money,
    /// Slippage (never positive).
    pub slippage: Money,
    /// P&L without the closing of everything at the window's end.
    pub pnl_before_window_end: Money,
    /// P&L of the condors after their own costs.
    pub condor_pnl: Money,
    /// Share of bootstrap draws in which the reduction is positive.
    pub p_reduction_positive: Option<f64>,
    /// Draws in which the reduction was defined.
    pub draws: usize,
    /// Factor that gives the unhedged arm this arm's drawdown.
    pub deleveraged_x: Option<f64>,
    /// P&L of the unhedged arm scaled by it: fewer condors instead of a hedge.
    pub deleveraged_pnl: Option<Money>,
    /// Interval of the retained profit.
    pub profit_retained_lo: Option<f64>,
    /// Interval of the retained profit.
    pub profit_retained_hi: Option<f64>,
    /// Interval of the P&L difference to the unhedged arm (USD).
    pub pnl_difference_lo: Option<f64>,
    /// Interval of the P&L difference to the unhedged arm (USD).
    pub pnl_difference_hi: Option<f64>,
    /// Packages closed by the window's end.
    pub closed_by_window_end: usize,
}
