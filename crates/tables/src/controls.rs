//! `controls.csv`: the honest controls.

use crate::quantity::Quantity;
use crate::row::row;

row! {
    /// One measure of one honest control of an arm: the same premium at random dates, or fewer condors.
    ControlRow = "controls.csv" {
        /// Window.
        window: String [""],
        /// The hedged arm.
        arm: String [""],
        /// `deleveraged` or `random_timing`.
        control: String [""],
        /// What was measured; `_usd` at its end where it is money.
        measure: String [""],
        /// Draws in which it was defined.
        n: Option<usize> [""],
        /// Of the sample for `deleveraged`, the median of the draws for `random_timing`.
        value: Option<Quantity> ["see measure"],
        /// Lower end of the interval.
        lo: Option<Quantity> ["see measure"],
        /// Upper end of the interval.
        hi: Option<Quantity> ["see measure"],
        /// Share of the draws in which the control did at least as well as the arm.
        p: Option<f64> [""],
        /// A remark.
        note: String [""],
    }
}
