//! `sources.csv`: where prices came from.

use crate::row::row;

/// [`SourceRow::what`] of a published series that prices rest on; its root is the series, its count sessions.
pub const INPUT: &str = "input";
/// [`SourceRow::what`] of a published series that prices rest on, by publisher; its root is the series, its source the
/// publisher, its count sessions.
pub const PUBLISHER: &str = "publisher";
/// [`SourceRow::what`] of a signal or trigger that an arm names; its root is the name, its count sessions.
pub const SIGNAL: &str = "signal";
/// [`SourceRow::what`] of the option quotes of a moment; its root is the moment (`close`, `intraday 10:11`), its count sessions.
pub const QUOTES: &str = "quotes";
/// [`SourceRow::source`] of quotes of another moment than a close, which a run does not trade at.
pub const UNUSED: &str = "unused";
/// [`SourceRow::source`] of a signal without a value.
pub const MISSING: &str = "missing";
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
        /// What was priced: `fill` or `mark`; `input` or `publisher`, a series that prices rest on; `quotes`; `signal`.
        what: String [""],
        /// Option root or future; of an input its series, of quotes their moment, of a signal its name.
        root: String [""],
        /// Where the price came from: quoted, interpolated, modelled, carried; of an input `carried` or `stand_in`, of quotes
        /// `used` or `unused`, of a signal `missing` or its flags, of a publisher its name.
        source: String [""],
        /// How many; of an input, quotes or a signal on how many sessions.
        count: usize [""],
    }
}
