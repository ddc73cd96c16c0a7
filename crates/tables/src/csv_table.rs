//! A CSV file whose cells are read by column name, with errors that name file, line, column and what is allowed.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use csv::StringRecord;

use crate::error::ReadError;
use crate::text;
use crate::word::Word;

/// A CSV table in memory. Columns are found by name; those nobody asks for are ignored.
pub struct CsvTable {
    file: &'static str,
    header: StringRecord,
    columns: BTreeMap<String, usize>,
    /// Place after the column that was asked for last: rows are mostly read from left to right.
    next: Cell<usize>,
    records: Vec<StringRecord>,
    /// The word that was read last from each column: names stand in many rows, one after the other.
    words: RefCell<Vec<Word>>,
}

/// One row of a [`CsvTable`].
#[derive(Clone, Copy)]
pub struct CsvRow<'a> {
    table: &'a CsvTable,
    record: &'a StringRecord,
}

impl CsvTable {
    /// Reads a whole table and checks that the `required` columns are there.
    pub fn parse(
        file: &'static str,
        bytes: &[u8],
        required: &[&str],
    ) -> Result<CsvTable, ReadError> {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(true)
            .from_reader(bytes);
        let header = reader
            .headers()
            .map_err(|error| broken(file, &error))?
            .clone();
        let records = reader
            .records()
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| broken(file, &error))?;
        let table = CsvTable {
            records,
            ..CsvTable::begun(file, header)
        };
        table.require(required)?;
        Ok(table)
    }

    /// Reads a table row by row and keeps none: its memory does not grow with the rows. Gives back what a table without
    /// rows knows.
    pub(crate) fn stream(
        file: &'static str,
        input: impl std::io::Read,
        required: &[&str],
        each: &mut dyn FnMut(CsvRow<'_>) -> Result<(), ReadError>,
    ) -> Result<CsvTable, ReadError> {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(true)
            .from_reader(input);
        let header = reader.headers().map_err(|error| broken(file, &error))?;
        let table = CsvTable::begun(file, header.clone());
        table.require(required)?;
        let mut record = StringRecord::new();
        while reader
            .read_record(&mut record)
            .map_err(|error| broken(file, &error))?
        {
            each(CsvRow {
                table: &table,
                record: &record,
            })?;
        }
        Ok(table)
    }

    fn begun(file: &'static str, header: StringRecord) -> CsvTable {
        let columns = header
            .iter()
            .enumerate()
            .map(|(at, name)| (name.to_owned(), at))
            .collect();
        CsvTable {
            file,
            words: RefCell::new(vec![Word::default(); header.len()]),
            header,
            columns,
            next: Cell::new(0),
            records: Vec::new(),
        }
    }

    /// Turns every row into something else.
    pub fn rows<T>(
        &self,
        read: impl Fn(CsvRow<'_>) -> Result<T, ReadError>,
    ) -> Result<Vec<T>, ReadError> {
        self.records
            .iter()
            .map(|record| {
                read(CsvRow {
                    table: self,
                    record,
                })
            })
            .collect()
    }

    /// The names of the columns, in the file's order.
    pub fn header(&self) -> Vec<String> {
        self.header.iter().map(str::to_owned).collect()
    }

    /// Whether the table has a column.
    pub fn has(&self, column: &str) -> bool {
        self.columns.contains_key(column)
    }

    /// Place of a column, tried first beside the last one.
    fn place(&self, column: &str) -> Option<usize> {
        let next = self.next.get();
        let beside =
            (next..(next + 3).min(self.header.len())).find(|at| &self.header[*at] == column);
        let found = beside.or_else(|| self.columns.get(column).copied())?;
        self.next.set(found + 1);
        Some(found)
    }

    fn require(&self, required: &[&str]) -> Result<(), ReadError> {
        let missing: Vec<&str> = required
            .iter()
            .copied()
            .filter(|name| !self.columns.contains_key(*name))
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        let present: Vec<&str> = self.header.iter().collect();
        let present = text::one_line(&present.join(", "));
        Err(ReadError::Column {
            file: self.file.to_owned(),
            missing: missing.join("`, `"),
            present,
        })
    }
}

impl<'a> CsvRow<'a> {
    /// The table it is of; one that is read row by row has no other rows.
    pub fn table(self) -> &'a CsvTable {
        self.table
    }

    /// The cell as it stands; empty where the table has no such column.
    pub fn text(self, column: &str) -> &'a str {
        self.table
            .place(column)
            .and_then(|at| self.record.get(at))
            .unwrap_or("")
    }

    /// The cell as a word, held once for all rows in a row that have it.
    pub(crate) fn word(self, column: &str) -> Word {
        let Some(at) = self.table.place(column) else {
            return Word::default();
        };
        let text = self.record.get(at).unwrap_or("");
        let mut words = self.table.words.borrow_mut();
        if words[at] != *text {
            words[at] = Word::shared(text);
        }
        words[at].clone()
    }

    /// Whether the table has a column.
    pub fn has(self, column: &str) -> bool {
        self.table.has(column)
    }

    /// The place of a name in a list of names.
    pub fn one_of(self, column: &str, names: &[&str]) -> Result<usize, ReadError> {
        let found = self.text(column);
        names.iter().position(|name| *name == found).ok_or_else(|| {
            let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
            self.wrong(
                column,
                &format!("one of {}", text::one_line(&names.join(", "))),
            )
        })
    }

    /// What is wrong with a cell.
    pub(crate) fn wrong(self, column: &str, allowed: &str) -> ReadError {
        ReadError::Cell {
            file: self.table.file.to_owned(),
            line: self.record.position().map_or(0, csv::Position::line),
            column: column.to_owned(),
            found: shortened(self.text(column)),
            allowed: allowed.to_owned(),
        }
    }
}

fn broken(file: &str, error: &csv::Error) -> ReadError {
    let line = error.position().map_or(1, csv::Position::line);
    let message = match error.kind() {
        csv::ErrorKind::UnequalLengths {
            expected_len, len, ..
        } => {
            format!("found {len} cells, allowed are {expected_len}, as in the header")
        }
        csv::ErrorKind::Utf8 { .. } => "found bytes that are not UTF-8".to_owned(),
        _ => text::one_line(&error.to_string()),
    };
    ReadError::Row {
        file: file.to_owned(),
        line,
        message,
    }
}

fn shortened(found: &str) -> String {
    let found = text::one_line(found);
    if found.chars().count() <= 60 {
        found
    } else {
        found.chars().take(57).chain("...".chars()).collect()
    }
}
