//! `layers.csv`: the money of each hedge layer.

use market::price::Money;

use crate::row::row;

row! {
    /// What one hedge layer cost and brought.
    LayerRow = "layers.csv" {
        /// Window.
        window: String [""],
        /// Arm.
        arm: String [""],
        /// The layer.
        layer: String [""],
        /// Orders filled.
        orders: usize [""],
        /// Units bought.
        contracts: Option<i64> [""],
        /// Gross premium.
        premium_usd: Option<Money> ["USD"],
        /// P&L of the layer.
        salvage_usd: Option<Money> ["USD"],
        /// Fees; never positive.
        fees_usd: Option<Money> ["USD"],
        /// Slippage; never positive.
        slippage_usd: Option<Money> ["USD"],
        /// P&L net of costs.
        pnl_usd: Option<Money> ["USD"],
        /// Credited to the purse.
        purse_credited_usd: Option<Money> ["USD"],
        /// Credited and then forgone, because a policy took it back.
        purse_forgone_usd: Option<Money> ["USD"],
        /// Credited and lapsed.
        purse_lapsed_usd: Option<Money> ["USD"],
        /// Credited and not spent at the end.
        purse_unspent_usd: Option<Money> ["USD"],
    }
}
