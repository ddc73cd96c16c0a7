//! What an import says of itself.

use chrono::NaiveDate;

use crate::DataError;
use crate::check::Finding;
pub use crate::error::Refused;
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

/// What an import would do, with nothing written.
#[derive(Debug)]
pub struct ImportPlan {
    /// Files that would be used, in order of their names. Of option quotes only the layout was looked at.
    pub taken: Vec<Taken>,
    /// Files that would not, each with the reason.
    pub refused: Vec<Refused>,
    /// First and last session of the dataset, or the core series that is missing.
    pub span: Result<(NaiveDate, NaiveDate), DataError>,
    /// What was found about the files.
    pub findings: Vec<Finding>,
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

/// How far an import is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress<'a> {
    /// What is done: `import` reads the files and looks what they hold, `quotes` reads and writes option quotes.
    pub phase: &'static str,
    /// Files done.
    pub done: usize,
    /// Files in the folder.
    pub total: usize,
    /// The file being read.
    pub file: &'a str,
    /// Part of the work of the phase that is done, of 1: files differ in size.
    pub part: f64,
}
