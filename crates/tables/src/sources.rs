//! `sources.csv`: where prices came from.

use crate::row::row;

/// [`SourceRow::what`] of a published series that prices rest on; its root is the series, its count sessions.
pub const INPUT: &str = "input";
/// [`SourceRow::source`] of an input whose earlier value was used.
pub const CARRIED: &str = "carried";
/// [`SourceRow::source`] of an input that something else stood in for.
pub const STAND_IN: &str = "stand_in";

row! {
    /// How many prices of a kind came from one source.
    SourceRow = "sources.csv" {
        /// Window.
        window: String [""],
        /// Arm; empty for an input, which all share.
        arm: String [""],
        /// What was priced: `fill` or `mark`; or `input`, a series that prices rest on.
        what: String [""],
        /// Option root or future; of an input its series.
        root: String [""],
        /// Where the price came from: quoted, interpolated, modelled, carried; of an input `carried` or `stand_in`.
        source: String [""],
        /// How many; of an input on how many sessions.
        count: usize [""],
    }
}
