//! `signals.csv`: what the arms that name signals saw.

use chrono::NaiveDate;

use crate::quantity::Quantity;
use crate::row::row;

row! {
    /// A signal or trigger at one close. A trigger is 1 or 0; an undefined value is a missing one.
    SignalRow = "signals.csv" {
        /// Window.
        window: String [""],
        /// Arm.
        arm: String [""],
        /// Session.
        date: NaiveDate [""],
        /// Name of the signal or trigger.
        name: String [""],
        /// `signal` or `trigger`.
        kind: String [""],
        /// Its value.
        value: Option<Quantity> ["see unit"],
        /// Unit of the value.
        unit: String [""],
        /// What the reader should know about the value.
        flags: String [""],
    }
}
