//! `measures.csv`: further numbers.

use crate::quantity::Quantity;
use crate::row::row;

row! {
    /// A further number of an arm, of one of its layers, or of the market.
    MeasureRow = "measures.csv" {
        /// Window.
        window: String [""],
        /// The arm; empty for the market.
        arm: String [""],
        /// The layer; empty for the whole book.
        layer: String [""],
        /// A quarter such as `2022Q3`; empty for the whole window.
        period: String [""],
        /// What was measured; `_usd` at its end where it is money.
        measure: String [""],
        /// Observations behind it.
        n: Option<usize> [""],
        /// The value.
        value: Option<Quantity> ["see measure"],
        /// A remark.
        note: String [""],
    }
}
