//! A CSV file whose cells are read by column name, with errors that name file, line, column and what is allowed.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use csv::StringRecord;

use crate::column::Column;
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
    /// Words that were read from each column: names stand in many rows.
    words: RefCell<Vec<Words>>,
}

/// The latest different words of a column.
#[derive(Clone, Default)]
struct Words {
    held: Vec<Word>,
    /// Place of the one that is forgotten next.
    oldest: usize,
}

impl Words {
    /// Words of a column that are held: the layers of an arm take turns.
    const MOST: usize = 12;

    fn word(&mut self, text: &str) -> Word {
        if let Some(held) = self.held.iter().find(|word| ***word == *text) {
            return held.clone();
        }
        let word = Word::shared(text);
        match self.held.get_mut(self.oldest) {
            Some(held) => *held = word.clone(),
            None => self.held.push(word.clone()),
        }
        self.oldest = (self.oldest + 1) % Words::MOST;
        word
    }
}

/// One row of a [`CsvTable`].
#[derive(Clone, Copy)]
pub struct CsvRow<'a> {
    table: &'a CsvTable,
    record: &'a StringRecord,
}

/// One cell of a row, whose column was found before.
#[derive(Clone, Copy)]
pub struct CsvCell<'a> {
    row: CsvRow<'a>,
    column: &'a str,
    place: Option<usize>,
}

impl<'a> CsvCell<'a> {
    /// The cell as it stands; empty where the table has no such column.
    pub fn text(self) -> &'a str {
        self.place
            .and_then(|at| self.row.record.get(at))
            .unwrap_or("")
    }

    /// The cell as a word, held once for the rows nearby that have it.
    pub(crate) fn word(self) -> Word {
        let Some(at) = self.place else {
            return Word::default();
        };
        self.row.table.words.borrow_mut()[at].word(self.text())
    }

    /// Whether the table has its column.
    pub(crate) fn is_there(self) -> bool {
        self.place.is_some()
    }

    /// What is wrong with it.
    pub(crate) fn wrong(self, allowed: &str) -> ReadError {
        ReadError::Cell {
            file: self.row.table.file.to_owned(),
            line: self.row.record.position().map_or(0, csv::Position::line),
            column: self.column.to_owned(),
            found: shortened(self.text()),
            allowed: allowed.to_owned(),
        }
    }
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
            words: RefCell::new(vec![Words::default(); header.len()]),
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

    /// Where the columns of a row type stand, in its order.
    pub(crate) fn places(&self, columns: &[Column]) -> Vec<Option<usize>> {
        let names = columns.iter().map(|column| column.name.as_ref());
        names.map(|name| self.place(name)).collect()
    }

    /// Place of a column, tried first beside the last one.
    pub(crate) fn place(&self, column: &str) -> Option<usize> {
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

    /// The cell of a column.
    pub fn cell(self, column: &'a str) -> CsvCell<'a> {
        self.cell_at(self.table.place(column), column)
    }

    /// The cell of a column that was found before.
    pub(crate) fn cell_at(self, place: Option<usize>, column: &'a str) -> CsvCell<'a> {
        CsvCell {
            row: self,
            column,
            place,
        }
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
            let allowed = format!("one of {}", text::one_line(&names.join(", ")));
            self.cell_at(self.table.place(column), column)
                .wrong(&allowed)
        })
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
