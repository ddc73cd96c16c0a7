//! `sources.csv`: where prices came from.

use crate::row::row;

row! {
    /// How many prices of a kind came from one source.
    SourceRow = "sources.csv" {
        /// Window.
        window: String [""],
        /// Arm.
        arm: String [""],
        /// What was priced: `fill` or `mark`.
        what: String [""],
        /// Option root or future.
        root: String [""],
        /// Where the price came from: quoted, interpolated, modelled, carried.
        source: String [""],
        /// How many.
        count: usize [""],
    }
}
