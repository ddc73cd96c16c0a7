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
pub mod study_claim;
pub mod study_file;

pub mod axis;
pub mod constraint;
pub mod space;

pub mod extends;
pub mod keys;

/// A key that is refused, with what was found and what is allowed.
pub use signals::KeyError;

/// What is wrong with a configuration. The text names the file or key, what was found and what is allowed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(pub String);

impl ConfigError {
    /// What is wrong with a file.
    pub fn of(file: &str, fault: impl std::fmt::Display) -> ConfigError {
        ConfigError(format!("{file}: {fault}"))
    }
}

/// What is wrong with the axes of a sweep. The text names the axis or constraint, what was found and what is allowed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SpecError(pub String);
