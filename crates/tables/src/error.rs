//! What can be wrong with a folder, said so that its reader can mend it.

use std::io;

/// A folder, or a file of it, that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// A file that every run folder has cannot be read.
    #[error("{path}: cannot be read ({source}); a run folder holds {needed}")]
    Read {
        /// The file, as the caller named the folder.
        path: String,
        /// What the system said.
        source: io::Error,
        /// The files that must be there.
        needed: &'static str,
    },
    /// `manifest.json` is not what a manifest is.
    #[error("{file}: {message}")]
    Manifest {
        /// The file.
        file: String,
        /// What is wrong, with line and column where known.
        message: String,
    },
    /// A table lacks columns.
    #[error("{file}, line 1: column `{missing}` is missing; the file has: {present}")]
    Column {
        /// The file.
        file: String,
        /// The missing columns.
        missing: String,
        /// The columns it has.
        present: String,
    },
    /// A line is not a row of the table: wrong number of cells, broken quotes, not UTF-8.
    #[error("{file}, line {line}: {message}")]
    Row {
        /// The file.
        file: String,
        /// The line, 1 being the header.
        line: u64,
        /// What is wrong and what is allowed.
        message: String,
    },
    /// A cell holds something else than its column allows.
    #[error("{file}, line {line}, column `{column}`: found `{found}`, allowed is {allowed}")]
    Cell {
        /// The file.
        file: String,
        /// The line, 1 being the header.
        line: u64,
        /// The column's name.
        column: String,
        /// What the cell holds, shortened.
        found: String,
        /// What it may hold.
        allowed: String,
    },
    /// What is too much for memory could not be put into a file, or read again.
    #[error("cannot keep what of {file} is too much for memory in a file: {source}")]
    Beyond {
        /// The table.
        file: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// The rows are legal one by one but not together.
    #[error("{file}: {message}")]
    Whole {
        /// The file.
        file: String,
        /// What is wrong and what is allowed.
        message: String,
    },
}
