//! `benchmarks.csv`: accounts beside published indices.

use crate::row::row;

row! {
    /// An account beside a published index: all daily returns, month-ends, or the days with and without a roll.
    BenchmarkRow = "benchmarks.csv" {
        /// Window.
        window: String [""],
        /// Arm.
        arm: String [""],
        /// The published series.
        series: String [""],
        /// `daily`, `monthly`, `roll_days` or `other_days`.
        returns: String [""],
        /// Returns compared.
        n: usize [""],
        /// Correlation of the returns.
        correlation: Option<f64> [""],
        /// Deviation of their difference.
        tracking_error: Option<f64> ["1/year"],
        /// Deepest fall of the account; never positive.
        account_drawdown: Option<f64> [""],
        /// Deepest fall of the index; never positive.
        published_drawdown: Option<f64> [""],
        /// Return of the account.
        account_return: Option<f64> [""],
        /// Return of the index.
        published_return: Option<f64> [""],
        /// Part of the squared differences of all days.
        residual_share: Option<f64> [""],
        /// The largest difference, or why there is none.
        note: String [""],
    }
}
