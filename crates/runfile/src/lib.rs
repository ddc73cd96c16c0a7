//! What a run, policy or sweep file says, checked.
//!
//! Texts become a [`config::RunConfig`] or a [`sweep_file::SweepFile`] in which nothing needs checking any more; keys are
//! edited by their dotted names ([`keys`]); [`door`] is what every text passes; [`axis`], [`constraint`] and [`space`] say which points a sweep has.
//!
//! Invariants: no file is opened and nothing is simulated. What is read can be printed again and means the same.

pub mod config;
pub mod door;
pub mod settings;
pub mod stand_ins;

pub mod benchmark;
pub mod claims;
pub mod dated_event;
pub mod published_index;

pub mod sweep_file;

pub mod book_rule;
pub mod logs;
pub mod study_claim;
pub mod study_file;
pub mod study_worlds;

pub mod axis;
pub mod constraint;
pub mod space;

pub mod extends;
pub mod keys;

/// A key that is refused, with what was found and what is allowed.
pub use signals::KeyError;

mod config_error;
mod spec_error;

pub use config_error::{ConfigError, ConfigFault};
pub use spec_error::{AxisFault, ConstraintFault, SpecError};
