//! `bands.csv`: the headline with the price model wrong by its own stated error.

use market::price::Money;

use crate::row::row;

row! {
    /// The headline under a shifted price model.
    BandRow = "bands.csv" {
        /// Window.
        window: String [""],
        /// Arm.
        arm: String [""],
        /// `base`, or what was shifted: `atm_shift=-0.03`.
        variant: String [""],
        /// Trading P&L of the unhedged arm under this model.
        condor_pnl_usd: Option<Money> ["USD"],
        /// Trading P&L of the arm less that of the unhedged one.
        hedge_effect_usd: Option<Money> ["USD"],
        /// 1 − hedged drawdown / unhedged drawdown.
        drawdown_reduction: Option<f64> [""],
    }
}
