//! What a comparison with a published index found.

use super::compare::Comparison;

/// One comparison of one window: all daily returns, month-ends, or the days with and without a roll.
#[derive(Clone, Debug, PartialEq)]
pub struct BenchmarkRow {
    /// Window of the run.
    pub window: String,
    /// Its arm.
    pub arm: String,
    /// The published series.
    pub series: String,
    /// `daily`, `monthly`, `roll_days` or `other_days`.
    pub returns: &'static str,
    /// Returns compared.
    pub n: usize,
    /// Correlation of the returns.
    pub correlation: Option<f64>,
    /// Drawdowns, returns and tracking error; of days with or without a roll there are none.
    pub whole: Option<Comparison>,
    /// Part of the squared differences of all daily returns that falls on these days.
    pub residual_share: Option<f64>,
    /// The largest difference, or why there is nothing to compare.
    pub note: String,
}
