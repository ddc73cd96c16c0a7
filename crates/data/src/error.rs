//! What can be wrong with data, said so that the reader can mend it.

use std::path::{Path, PathBuf};

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
    /// The user wanted to stop.
    #[error("stopped before the end")]
    Stopped,
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
    /// Several files are damaged; the first fault of each.
    #[error("{} files are damaged, nothing was written:\n  {}", .0.len(), .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n  "))]
    Damaged(Vec<DataError>),
    /// No file of the folder has a known layout.
    #[error("{from}: none of {files} files has a layout this version knows; allowed: {allowed}")]
    NothingRecognised {
        /// The folder.
        from: PathBuf,
        /// Files looked at.
        files: usize,
        /// The known layouts.
        allowed: String,
    },
    /// A series without which nothing can be replayed.
    #[error("no values for the series {name}; allowed: {allowed}")]
    MissingSeries {
        /// Canonical name.
        name: String,
        /// Which files would bring it.
        allowed: String,
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

impl DataError {
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
