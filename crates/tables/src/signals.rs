//! `signals.csv`: what the arms that name signals saw.

use chrono::NaiveDate;

use crate::quantity::Quantity;
use crate::row::row;
use crate::word::Word;

row! {
    /// A signal or trigger at one close. A trigger is 1 or 0; an undefined value is a missing one.
    SignalRow = "signals.csv" {
        /// Window.
        window: Word [""],
        /// Arm.
        arm: Word [""],
        /// Session.
        date: NaiveDate [""],
        /// Name of the signal or trigger.
        name: Word [""],
        /// `signal` or `trigger`.
        kind: Word [""],
        /// Its value.
        value: Option<Quantity> ["see unit"],
        /// Unit of the value.
        unit: Word [""],
        /// What the reader should know about the value.
        flags: String [""],
    }
}
