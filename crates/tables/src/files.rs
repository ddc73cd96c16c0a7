//! The files of a folder, read and compared with their hashes.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use files::hex;
pub use files::sha256;
use sha2::{Digest, Sha256};

use crate::csv_table::{CsvRow, CsvTable};
use crate::equity::{EachRow, Equity, EquityRow};
use crate::error::ReadError;
use crate::row::Row;

/// A folder's files with the sha256 its manifest gives for each.
#[derive(Clone)]
pub struct FolderFiles<'a> {
    dir: &'a Path,
    needed: &'static str,
    /// sha256 in hex by file name; files without one are not compared.
    pub hashes: BTreeMap<String, String>,
    /// Files that are not what the manifest says.
    pub changed: Vec<&'static str>,
}

/// Most bytes of one file of a folder: thirty-five years of two hundred arms have a quarter of it.
const MOST_BYTES: u64 = 2 << 30;

/// Most rows that have room before they are read: a file of empty lines has none.
const MOST_ROOM: usize = 1 << 16;

impl<'a> FolderFiles<'a> {
    /// The files of a folder on disk; `needed` names those it must have, for messages.
    pub fn on_disk(dir: &'a Path, needed: &'static str) -> FolderFiles<'a> {
        FolderFiles {
            dir,
            needed,
            hashes: BTreeMap::new(),
            changed: Vec::new(),
        }
    }

    fn bytes(&mut self, file: &'static str) -> Result<Vec<u8>, ReadError> {
        let path = self.dir.join(file);
        let bytes = files::read_own(&path, MOST_BYTES).map_err(|e| self.unread(&path, e))?;
        if self
            .hashes
            .get(file)
            .is_some_and(|noted| !noted.eq_ignore_ascii_case(&sha256(&bytes)))
        {
            self.changed.push(file);
        }
        Ok(bytes)
    }

    fn unread(&self, path: &Path, source: io::Error) -> ReadError {
        ReadError::Read {
            path: crate::text::one_line(&path.display().to_string()),
            source,
            needed: self.needed,
        }
    }

    /// Hands on every row of a table that has at least these columns, one after the other; none is kept. Gives back what
    /// the table says of its columns.
    ///
    /// # Errors
    /// Where the file cannot be read, is broken, or `each` refuses a row.
    pub fn each_row(
        &mut self,
        file: &'static str,
        columns: &[&str],
        each: &mut dyn FnMut(CsvRow<'_>) -> Result<(), ReadError>,
    ) -> Result<CsvTable, ReadError> {
        let path = self.dir.join(file);
        let open = || files::open_own(&path);
        // Once: a table may be read several times.
        if let Some(noted) = self.hashes.remove(file) {
            let mut hasher = Sha256::new();
            let mut input = open().map_err(|e| self.unread(&path, e))?;
            io::copy(&mut input, &mut hasher).map_err(|e| self.unread(&path, e))?;
            if !noted.eq_ignore_ascii_case(&hex(&hasher.finalize()))
                && !self.changed.contains(&file)
            {
                self.changed.push(file);
            }
        }
        let input = open().map_err(|e| self.unread(&path, e))?;
        let input = io::BufReader::new(input);
        CsvTable::stream(file, input, columns, each)
    }

    /// A file as text.
    pub fn text(&mut self, file: &'static str) -> Result<String, ReadError> {
        String::from_utf8(self.bytes(file)?).map_err(|error| ReadError::Whole {
            file: file.to_owned(),
            message: format!("byte {} is not UTF-8", error.utf8_error().valid_up_to()),
        })
    }

    /// A file as text, or nothing where the folder has none.
    pub fn maybe_text(&mut self, file: &'static str) -> Result<Option<String>, ReadError> {
        absent_is_none(self.text(file))
    }

    /// A table with at least these columns.
    pub fn table(&mut self, file: &'static str, columns: &[&str]) -> Result<CsvTable, ReadError> {
        CsvTable::parse(file, &self.bytes(file)?, columns)
    }

    /// Hands on the rows of `equity.csv`, one after the other, each with the amounts of these layers.
    ///
    /// # Errors
    /// Where the file cannot be read, is broken, or `each` refuses a row.
    pub fn equity(&mut self, layers: &[String], each: EachRow<'_>) -> Result<(), ReadError> {
        Equity::stream(&self.bytes(EquityRow::FILE)?, layers, each)
    }

    /// The rows of a table, each turned into what the caller needs.
    pub fn rows<R: Row, T>(
        &mut self,
        read: impl Fn(CsvRow<'_>, R) -> Result<T, ReadError>,
    ) -> Result<Vec<T>, ReadError> {
        self.rows_without(&[], read)
    }

    /// The same without some columns that older folders lack: the rows are as if this folder lacked them too.
    pub fn rows_without<R: Row, T>(
        &mut self,
        unread: &[&str],
        read: impl Fn(CsvRow<'_>, R) -> Result<T, ReadError>,
    ) -> Result<Vec<T>, ReadError> {
        let bytes = self.bytes(R::FILE)?;
        // A line for each row, the header and the breaks within cells: growing by doubling would take up to three times the rows.
        let mut rows = Vec::with_capacity(lines(&bytes).min(MOST_ROOM));
        let mut places = None;
        // Row by row: a table of texts would take as much memory as its rows again.
        CsvTable::stream(R::FILE, bytes.as_slice(), &R::required(), &mut |csv| {
            let places = places.get_or_insert_with(|| asked::<R>(csv.table(), unread));
            rows.push(read(csv, R::read_at(csv, places)?)?);
            Ok(())
        })?;
        Ok(rows)
    }

    /// The rows of a table that older folders lack.
    pub fn maybe<R: Row, T>(
        &mut self,
        read: impl Fn(CsvRow<'_>, R) -> Result<T, ReadError>,
    ) -> Result<Option<Vec<T>>, ReadError> {
        absent_is_none(self.rows(read))
    }
}

/// Where the columns of a row type stand, without those that nobody asks for.
fn asked<R: Row>(table: &CsvTable, unread: &[&str]) -> Vec<Option<usize>> {
    let both = R::COLUMNS.iter().zip(table.places(R::COLUMNS));
    both.map(|(column, place)| place.filter(|_| !unread.contains(&column.name.as_ref())))
        .collect()
}

/// Number of line ends.
fn lines(bytes: &[u8]) -> usize {
    // So many at once that a byte holds their number: counted in words, no more than a few stand beside each other.
    let parts = bytes.chunks(usize::from(u8::MAX));
    let ends = parts.map(|part| part.iter().map(|byte| u8::from(*byte == b'\n')).sum::<u8>());
    ends.map(usize::from).sum()
}

fn absent_is_none<T>(found: Result<T, ReadError>) -> Result<Option<T>, ReadError> {
    match found {
        Err(ReadError::Read { source, .. }) if source.kind() == io::ErrorKind::NotFound => Ok(None),
        found => found.map(Some),
    }
}
