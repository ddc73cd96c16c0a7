//! Reading the reference tables in `tests/data`.

use std::path::{Path, PathBuf};

use chrono::NaiveDate;

/// A date from `2022-02-04`.
pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap_or_else(|e| panic!("'{text}': {e}"))
}

/// The rows of a table, each as its fields, without the header.
pub fn rows(name: &str) -> Vec<csv::StringRecord> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data")
        .join(name);
    let mut reader =
        csv::Reader::from_path(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
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

/// A row whose fields are asked for by column name.
pub struct Row {
    columns: csv::StringRecord,
    fields: csv::StringRecord,
}

/// The rows of a table with their column names.
pub fn named_rows(name: &str) -> Vec<Row> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data")
        .join(name);
    let mut reader =
        csv::Reader::from_path(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let columns = reader.headers().unwrap().clone();
    let rows: Vec<Row> = reader
        .records()
        .map(|r| Row {
            columns: columns.clone(),
            fields: r.unwrap(),
        })
        .collect();
    assert!(!rows.is_empty(), "{} is empty", path.display());
    rows
}

impl Row {
    /// Whether the table has such a column.
    pub fn has(&self, column: &str) -> bool {
        self.columns.iter().any(|c| c == column)
    }

    /// The field of a column.
    pub fn text(&self, column: &str) -> &str {
        let at = self
            .columns
            .iter()
            .position(|c| c == column)
            .unwrap_or_else(|| panic!("no column {column}"));
        &self.fields[at]
    }

    /// The field of a column as a number.
    pub fn number(&self, column: &str) -> f64 {
        self.text(column)
            .parse()
            .unwrap_or_else(|e| panic!("{column} is {:?}: {e}", self.text(column)))
    }

    /// The field of a column as a date.
    pub fn date(&self, column: &str) -> NaiveDate {
        day(self.text(column))
    }
}
