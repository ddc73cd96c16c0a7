//! From publishers' files to a checked dataset, and from a dataset to market observations.
//!
//! One direction: [`import()`] reads files as publishers write them (`publishers`, one file per layout), merges them on the
//! sessions of the New York Stock Exchange, writes a folder and says what it found; [`load()`] reads the folder. The only
//! crate that knows Parquet: others use [`table`].
//!
//! Invariants. Nothing is dropped silently: a file is taken or refused with its reason, a row is used or counted in a
//! [`Finding`]. A folder is written as a whole or not at all. The same input gives the same bytes.

mod check;
mod companions;
mod compare;
mod dates;
mod decode;
mod error;
mod gathered;
mod hash;
mod import;
mod known;
mod lines;
mod load;
mod merge;
mod newyork;
mod numbers;
mod parquet_writer;
mod plausible;
mod publishers;
mod report;
mod sheet;
mod tables;
mod trust;
mod unpack;
mod write;

pub mod chains;
pub mod coverage;
pub mod frames;
pub mod manifest;
pub mod marks;
pub mod schema;
pub mod table;
pub mod trade_logs;

pub use check::{Finding, Severity, limits_table};
pub use error::DataError;
pub use hash::{sha256_bytes, sha256_file};
pub use import::{import, import_until, plan};
pub use known::{Releases, Rule};
pub use load::{Dataset, check, load, load_without_doubted};
pub use manifest::{Kind, Manifest};
pub use report::{ImportPlan, ImportReport, Progress, Refused, Taken};
pub use tables::VxRow;
pub use write::{DatasetInfo, DatasetPlace, Source, write_dataset, write_dataset_with_chains};
