//! What a number says, known at each close.
//!
//! A policy file names [`Signal`]s (a number per session) and [`Trigger`]s (yes, no or missing per session) in the
//! tables `[signals.NAME]` and `[triggers.NAME]`; together they are a [`SignalDefinitions`]. [`SignalDefinitions::columns`] computes
//! them over a history, once per history and definition, shared by every scenario.
//!
//! Invariants: a value at session t uses only what was published by the close of t: truncating every series at t
//! changes nothing up to t (a test holds this for every kind). Columns are read through a
//! [`MarketView`](market::history::MarketView), which ends today. Nothing is padded: where a window is not yet full or
//! an input is missing, there is no value, and a rule that needs it holds back.

pub mod definitions;
pub mod key_error;
pub mod parameter;
pub mod signal;
pub mod trigger;

pub mod column;
pub mod columns;
pub mod truth;

mod breadth;
mod compute;
mod expansion;
mod indicator;
mod releases;
mod source;
mod surface;
mod valuation;
mod window;

pub use column::{Column, Flags};
pub use columns::SignalColumns;
pub use definitions::SignalDefinitions;
pub use key_error::KeyError;
pub use signal::Signal;
pub use trigger::Trigger;
pub use truth::{Condition, TriggerColumn, Truth, number};
