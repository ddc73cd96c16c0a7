//! Why a configuration is refused: the file or setting, and what is wrong there.

use signals::KeyError;

use crate::door::MOST_BYTES;
use crate::keys::PathError;
use crate::spec_error::SpecError;

/// What is wrong with a configuration.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ConfigError {
    /// A file, or a setting beside it, is wrong.
    #[error("{place}: {fault}")]
    At {
        /// The file as messages call it, or `--set key=value`.
        place: String,
        /// What is wrong there.
        fault: Box<ConfigFault>,
    },
    /// A setting gives a key a value it may not have.
    #[error("--set {0}")]
    Setting(KeyError),
}

impl ConfigError {
    /// What is wrong with a file.
    pub fn of(file: &str, fault: impl Into<ConfigFault>) -> ConfigError {
        ConfigError::At {
            place: file.to_string(),
            fault: Box::new(fault.into()),
        }
    }
}

/// What can be wrong with a file of a run, policy, sweep or study.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ConfigFault {
    /// The text is longer than any file may be.
    #[error("{0} bytes, at most {MOST_BYTES}")]
    TooLong(usize),
    /// The text is not TOML, or not what it is to be.
    #[error(transparent)]
    Toml(#[from] toml::de::Error),
    /// The reader of a file refuses a key: its words, with the nearest key it knows (`keys::explain`).
    #[error("{0}")]
    Unreadable(String),
    /// What was put together cannot be written again.
    #[error(transparent)]
    Unwritable(#[from] toml::ser::Error),
    /// A key is refused.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// Dotted keys lead nowhere.
    #[error(transparent)]
    Path(#[from] PathError),
    /// An axis, a constraint or the sample of a sweep is refused.
    #[error(transparent)]
    Spec(#[from] SpecError),
    /// The dataset is no path.
    #[error("dataset must be a path in quotes, found {found}")]
    Dataset {
        /// What stands there.
        found: toml::Value,
    },
    /// The file that is extended is no path.
    #[error(
        "extends is {found}, allowed is the name of a shipped file or the path of one, in quotes"
    )]
    Extends {
        /// What stands there.
        found: toml::Value,
    },
    /// A policy has another name than its file.
    #[error("name is {found:?}, a file must carry its own name: {file:?}")]
    Name {
        /// The name in the file.
        found: String,
        /// The name of the file.
        file: String,
    },
    /// A setting is no assignment.
    #[error("expected dotted.key=value")]
    NoAssignment,
    /// An axis varies a key that does not decide a cell.
    #[error("axis {axis:?}: {key:?} does not decide a cell and cannot be varied")]
    Undecided {
        /// Its name.
        axis: String,
        /// First part of the key.
        key: String,
    },
    /// An axis varies a key with which no run can be read.
    #[error("axis {axis:?}, key {key:?}: {why}")]
    NoCell {
        /// Its name.
        axis: String,
        /// The key.
        key: String,
        /// Why the run with its first level is none: the words of the sweep's error, which is above this crate.
        why: String,
    },
}
