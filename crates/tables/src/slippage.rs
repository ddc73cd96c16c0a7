//! `slippage.csv`: the headline at other fills.

use market::price::Money;

use crate::column::Decimals;
use crate::row::row;

row! {
    /// The headline at another slippage.
    SlippageRow = "slippage.csv" {
        /// Window.
        window: String [""],
        /// Arm.
        arm: String [""],
        /// Share of the half spread paid on every leg.
        half_spread_fraction: f64 ["", Decimals::Shortest],
        /// Trading P&L.
        pnl_usd: Option<Money> ["USD"],
        /// Maximum drawdown; never positive.
        max_drawdown_usd: Option<Money> ["USD"],
        /// 1 − hedged drawdown / unhedged drawdown.
        drawdown_reduction: Option<f64> [""],
    }
}
