//! Reading the reference tables in `tests/data`.

use std::path::{Path, PathBuf};

use chrono::NaiveDate;

/// A date from `2022-02-04`.
pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap_or_else(|e| panic!("'{text}': {e}"))
}

/// The rows of a table, each as its fields, without the header.
pub fn rows(name: &str) -> Vec<csv::StringRecord> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name);
    let mut reader = csv::Reader::from_path(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
    assert!(!rows.is_empty(), "{} is empty", path.display());
    rows
}

/// The folder of real data, or `None` (said loudly) where this machine has none.
pub fn real_data(test: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("ALVH_REAL_DATA").map(PathBuf::from);
    if folder.is_none() {
        eprintln!("SKIPPED {test}: ALVH_REAL_DATA is not set, nothing was compared with real data");
    }
    folder
}
