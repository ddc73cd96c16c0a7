//! `other_condors.csv`: the arms of the run over other condors, each on capital of its own.

use market::price::Money;

use crate::row::row;

row! {
    /// One arm over one window with another condor than the headline's.
    OtherCondorRow = "other_condors.csv" {
        /// The condor, alone in the book.
        condor: String [""],
        /// Window.
        window: String [""],
        /// Arm.
        arm: String [""],
        /// Trading P&L.
        pnl_usd: Option<Money> ["USD"],
        /// Maximum drawdown; never positive.
        max_drawdown_usd: Option<Money> ["USD"],
        /// 1 − hedged drawdown / unhedged drawdown.
        drawdown_reduction: Option<f64> [""],
        /// Its interval.
        drawdown_reduction_lo: Option<f64> [""],
        /// Its interval.
        drawdown_reduction_hi: Option<f64> [""],
        /// P&L over unhedged P&L; undefined where the unhedged arm does not earn.
        profit_retained: Option<f64> [""],
        /// P&L of the hedge layers after their own costs.
        hedge_pnl_usd: Option<Money> ["USD"],
        /// Closed packages.
        trades: usize [""],
    }
}
