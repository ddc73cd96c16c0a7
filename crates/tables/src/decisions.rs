//! `decisions.csv`: what was decided, also where nothing was done.

use chrono::NaiveDate;

use crate::row::row;
use crate::word::Word;

row! {
    /// What was decided for one layer of one arm at one close.
    DecisionRow = "decisions.csv" {
        /// Window.
        window: Word [""],
        /// Arm.
        arm: Word [""],
        /// Condor tier or hedge layer.
        layer: Word [""],
        /// The session whose close was decided on.
        date: NaiveDate [""],
        /// The regime the policy saw.
        regime: Word [""],
        /// What was done.
        action: Word [""],
        /// Why.
        reason_code: Word [""],
        /// Fills, settlements and the numbers of the decision.
        detail: String [""],
    } later {
        /// What the signals said about it.
        signals: String [""],
    }
}
