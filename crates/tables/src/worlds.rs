//! `worlds.csv`: the headline in worlds drawn from the measured error of the price model.

use market::price::Money;

use crate::row::row;

row! {
    /// One arm over one window in all worlds: the middle of them at the run's level.
    WorldsRow = "worlds.csv" {
        /// Window.
        window: String [""],
        /// Arm.
        arm: String [""],
        /// Worlds drawn.
        worlds: usize [""],
        /// Trading P&L of the arm: lower end.
        pnl_lo_usd: Option<Money> ["USD"],
        /// Its median.
        pnl_median_usd: Option<Money> ["USD"],
        /// Its upper end.
        pnl_hi_usd: Option<Money> ["USD"],
        /// Trading P&L of the arm less that of the unhedged one: lower end.
        hedge_effect_lo_usd: Option<Money> ["USD"],
        /// Its median.
        hedge_effect_median_usd: Option<Money> ["USD"],
        /// Its upper end.
        hedge_effect_hi_usd: Option<Money> ["USD"],
        /// Share of the worlds in which the hedge effect is above zero.
        hedge_effect_positive: f64 [""],
        /// 1 − hedged drawdown / unhedged drawdown: lower end. Empty unless every world has one.
        drawdown_reduction_lo: Option<f64> [""],
        /// Its median.
        drawdown_reduction_median: Option<f64> [""],
        /// Its upper end.
        drawdown_reduction_hi: Option<f64> [""],
    }
}
