//! What can be wrong with data, said so that the reader can mend it.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

/// An error at the data door. Nothing has been written when one is returned.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// The operating system refused.
    #[error("{path}: {source}")]
    Io {
        /// File or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A folder cannot be written.
    #[error(transparent)]
    File(#[from] files::FileError),
    /// The user wanted to stop.
    #[error("stopped before the end")]
    Stopped,
    /// A trade log cannot be used.
    #[error("{path}: no trade log: {reason}")]
    TradeLog {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// One cell of a publisher's file cannot be used.
    #[error("{file}: row {row}, column {column}: found {found}, allowed: {allowed}")]
    Cell {
        /// File, relative to the folder that was imported.
        file: String,
        /// Line in the file, the header being line 1.
        row: u64,
        /// Column as the header spells it.
        column: String,
        /// What stands there.
        found: String,
        /// What may stand there.
        allowed: String,
    },
    /// A column map cannot be used.
    #[error("{file}: key {key}: found {found}, allowed: {allowed}")]
    Map {
        /// The map, relative to the folder that was imported.
        file: String,
        /// Key, with the number of its table: `files[2].columns.bid`.
        key: String,
        /// What stands there.
        found: String,
        /// What may stand there, with the nearest spelling where there is one.
        allowed: String,
    },
    /// No file of the folder has a known layout.
    #[error("{from}: none of {files} files has a layout this version knows; allowed: {allowed}{}", reasons(.refused))]
    NothingRecognised {
        /// The folder.
        from: PathBuf,
        /// Files looked at.
        files: usize,
        /// The known layouts.
        allowed: String,
        /// The files and why each was refused.
        refused: Vec<Refused>,
    },
    /// A series without which nothing can be replayed.
    #[error("no values for the series {name}; allowed: {allowed}{}", reasons(.refused))]
    MissingSeries {
        /// Canonical name.
        name: String,
        /// Which files would bring it.
        allowed: String,
        /// The files that were refused and why: one of them may have been meant to bring it.
        refused: Vec<Refused>,
    },
    /// Another import into the same dataset is under way.
    #[error(
        "{path}: another import or fetch into this dataset is under way; wait until it has ended, or name another dataset"
    )]
    Locked {
        /// The dataset folder.
        path: PathBuf,
    },
    /// The folder to write into holds something else.
    #[error(
        "{path}: found a folder that is not a dataset (no manifest.json), allowed: a new folder, an empty one, or an older dataset"
    )]
    NotADataset {
        /// The folder.
        path: PathBuf,
    },
    /// The manifest cannot be read.
    #[error("{path}: {message}")]
    Manifest {
        /// The manifest.
        path: PathBuf,
        /// What is wrong.
        message: String,
    },
    /// A Parquet file cannot be read or written.
    #[error("{path}: {message}")]
    Table {
        /// The table.
        path: PathBuf,
        /// What is wrong.
        message: String,
    },
    /// A table is not the one the manifest describes.
    #[error(
        "{path}: found sha256 {found}, allowed: {allowed} (as manifest.json says); import the dataset again"
    )]
    Changed {
        /// The table.
        path: PathBuf,
        /// Hash of the file.
        found: String,
        /// Hash in the manifest.
        allowed: String,
    },
    /// A value that no market can have, or a row out of order.
    #[error("{file}: row {row}, column {column}: found {found}, allowed: {allowed}")]
    Impossible {
        /// Table, with its folder where it was read.
        file: String,
        /// Row of values, the first being 1.
        row: usize,
        /// Column.
        column: String,
        /// What stands there, and of which day.
        found: String,
        /// What may stand there.
        allowed: String,
    },
    /// Observations handed over for writing break their own rules.
    #[error("observations: {what}: found {found}, allowed: {allowed}")]
    Observations {
        /// Which part.
        what: String,
        /// What it holds.
        found: String,
        /// What it may hold.
        allowed: String,
    },
}

/// A file that was not used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Path relative to the imported folder, with `/`.
    pub file: String,
    /// Why.
    pub reason: String,
    /// The file that has all of it, where that is why.
    pub duplicate_of: Option<String>,
}

impl Refused {
    /// A file that cannot be used.
    pub(crate) fn new(file: &str, reason: impl Into<String>) -> Refused {
        Refused {
            file: file.into(),
            reason: reason.into(),
            duplicate_of: None,
        }
    }
}

/// The most refused files that an error lists.
const REASONS: usize = 20;

fn reasons(refused: &[Refused]) -> String {
    let mut text = String::new();
    if !refused.is_empty() {
        text.push_str("; refused:");
    }
    for r in refused.iter().take(REASONS) {
        text.push_str(&format!("\n  {}: {}", r.file, r.reason));
    }
    if refused.len() > REASONS {
        text.push_str(&format!("\n  and {} more", refused.len() - REASONS));
    }
    text
}

impl DataError {
    /// The files that were refused before this error, and why.
    pub fn refused(&self) -> &[Refused] {
        match self {
            DataError::MissingSeries { refused, .. }
            | DataError::NothingRecognised { refused, .. } => refused,
            _ => &[],
        }
    }

    /// The error without the name of the file it is about.
    pub(crate) fn reason(&self) -> String {
        match self {
            DataError::Cell {
                row,
                column,
                found,
                allowed,
                ..
            } => {
                format!("row {row}, column {column}: found {found}, allowed: {allowed}")
            }
            DataError::Table { message, .. } => message.clone(),
            DataError::Io { source, .. } => format!("cannot be read: {source}"),
            other => other.to_string(),
        }
    }

    /// An operating-system error with its path.
    pub(crate) fn io(path: &Path) -> impl FnOnce(std::io::Error) -> DataError + '_ {
        move |source| DataError::Io {
            path: path.to_path_buf(),
            source,
        }
    }

    /// A table error with its path.
    pub(crate) fn table(path: &Path, message: impl ToString) -> DataError {
        DataError::Table {
            path: path.to_path_buf(),
            message: message.to_string(),
        }
    }
}

/// Why a file brings nothing. The other files are imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal(pub String);

impl From<DataError> for Refusal {
    fn from(error: DataError) -> Refusal {
        Refusal(error.reason())
    }
}

impl From<&str> for Refusal {
    fn from(reason: &str) -> Refusal {
        Refusal(reason.into())
    }
}

impl From<String> for Refusal {
    fn from(reason: String) -> Refusal {
        Refusal(reason)
    }
}

/// Fails where the user wants to stop.
pub(crate) fn go_on(stop: &AtomicBool) -> Result<(), DataError> {
    match stop.load(Ordering::Relaxed) {
        true => Err(DataError::Stopped),
        false => Ok(()),
    }
}
