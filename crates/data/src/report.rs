//! What an import says of itself.

use chrono::NaiveDate;

use crate::manifest::Manifest;

/// What an import took, refused and wrote.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportReport {
    /// The dataset written.
    pub manifest: Manifest,
    /// Files that were used, in order of their names.
    pub taken: Vec<Taken>,
    /// Files that were not, each with the reason.
    pub refused: Vec<Refused>,
}

/// A file that was used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// Path relative to the imported folder, with `/`.
    pub file: String,
    /// Publisher.
    pub publisher: String,
    /// What files of this layout hold.
    pub holds: String,
    /// Series it brings; empty for comparisons and calendars.
    pub series: Vec<String>,
    /// Values in it.
    pub values: usize,
    /// First day with a value.
    pub first: Option<NaiveDate>,
    /// Last day with a value.
    pub last: Option<NaiveDate>,
}

/// A file that was not used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Path relative to the imported folder, with `/`.
    pub file: String,
    /// Why.
    pub reason: String,
}

/// How far an import is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress<'a> {
    /// Files done.
    pub done: usize,
    /// Files in the folder.
    pub total: usize,
    /// The file being read.
    pub file: &'a str,
}
