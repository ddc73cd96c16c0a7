//! `decisions.csv`: what was decided, also where nothing was done.

use chrono::NaiveDate;

use crate::row::row;

row! {
    /// What was decided for one layer of one arm at one close.
    DecisionRow = "decisions.csv" {
        /// Window.
        window: String [""],
        /// Arm.
        arm: String [""],
        /// Condor tier or hedge layer.
        layer: String [""],
        /// The session whose close was decided on.
        date: NaiveDate [""],
        /// The regime the policy saw.
        regime: String [""],
        /// What was done.
        action: String [""],
        /// Why.
        reason_code: String [""],
        /// Fills, settlements and the numbers of the decision.
        detail: String [""],
    } later {
        /// What the signals said about it.
        signals: String [""],
    }
}
