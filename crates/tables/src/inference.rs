//! `inference.csv`: how much of the best cell of a sweep is luck.

use crate::row::row;

row! {
    /// One statistic about all cells or one of them.
    InferenceRow = "inference.csv" {
        /// Which: `pbo`, `dsr`, `spa`, `pbo_logit`, `walk_forward`, …
        statistic: String [""],
        /// What it is about: a cell, a window, a session, a fold.
        subject: String [""],
        /// Its value.
        value: Option<f64> ["see note"],
        /// Lower end of its interval.
        lo: Option<f64> ["see note"],
        /// Upper end of its interval.
        hi: Option<f64> ["see note"],
        /// Its p-value.
        p: Option<f64> [""],
        /// Observations behind it.
        n: Option<usize> [""],
        /// What the value is, and what it rests on.
        note: String [""],
    }
}
