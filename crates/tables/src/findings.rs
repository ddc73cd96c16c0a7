//! `findings.csv`: what the dataset's checks and the run itself found.

use chrono::NaiveDate;

use crate::row::row;

row! {
    /// A finding.
    FindingRow = "findings.csv" {
        /// `info`, `warning` or `error`.
        severity: String [""],
        /// Code of the check.
        code: String [""],
        /// Series it concerns.
        series: String [""],
        /// How many values.
        count: usize [""],
        /// First day, where the finding has days.
        first: Option<NaiveDate> [""],
        /// Last day, where the finding has days.
        last: Option<NaiveDate> [""],
        /// In words.
        message: String [""],
    }
}
