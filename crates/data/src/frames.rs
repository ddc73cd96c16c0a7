//! The tables of a run or sweep folder as Parquet, for polars, pandas, DuckDB and the like.
//!
//! A frame has the numbers of the CSV file beside it, with types: money in USD and prices in points as numbers, days as
//! days, flags as booleans, undefined as null. The same table always gives the same bytes.

use std::path::{Path, PathBuf};

use files::HashedFile;
use tables::{Cell, Kind, Money, Price, Quantity, Row, Series, Table};

use crate::DataError;
use crate::parquet_writer::ParquetWriter;
use crate::table::{Column, Values, read_parquet, write_parquet};

/// Writes a table and gives back the SHA-256 of its file.
///
/// # Errors
/// Where the file cannot be written, or a number is not finite.
pub fn write_frame(path: &Path, table: &Table) -> Result<String, DataError> {
    let mut writer = FrameWriter::new(path, table)?;
    writer.write(table)?;
    writer.finish()
}

/// Writes a table as folders of the first layout have it: one row group, by the library that wrote those.
///
/// # Errors
/// As [`write_frame`].
pub fn write_first_layout(path: &Path, table: &Table) -> Result<(), DataError> {
    write_parquet(path, &columns(table))
}

/// Reads the rows of a table that was written as a frame. Columns that the file lacks are undefined.
///
/// # Errors
/// Where the file cannot be read, or a value is not what its column allows.
pub fn read_rows<R: Row>(path: &Path) -> Result<Vec<R>, DataError> {
    let found = read_parquet(path)?;
    let wanted: Vec<(Kind, Option<&Values>)> = R::COLUMNS
        .iter()
        .map(|column| {
            let same = found.iter().find(|of| of.name == column.name);
            (column.kind, same.map(|of| &of.values))
        })
        .collect();
    let row = |at: usize| {
        let mut cell = |place: usize| {
            let (kind, values) = wanted[place];
            values.map_or(Cell::Null, |values| cell_of(kind, values, at))
        };
        R::from_cells(&mut cell).map_err(|column| {
            DataError::table(
                path,
                format!("column {column}, row {at}: not what the column allows"),
            )
        })
    };
    let rows = found.first().map_or(0, |column| column.values.len());
    (0..rows).map(row).collect()
}

fn cell_of(kind: Kind, values: &Values, row: usize) -> Cell {
    let cell = match values {
        Values::Str(values) => values[row].clone().map(|text| Cell::Text(text.into())),
        Values::I64(values) => values[row].map(Cell::Integer),
        Values::Date(values) => values[row].map(Cell::Date),
        Values::Bool(values) => values[row].map(Cell::Flag),
        Values::F64(values) => values[row].map(|value| match kind {
            Kind::Money => Cell::Money(Money::from_usd(value)),
            Kind::Price => Cell::Price(Price::from_points(value)),
            Kind::Quantity => Cell::Quantity(Quantity::Ratio(value)),
            _ => Cell::Float(value),
        }),
    };
    cell.unwrap_or(Cell::Null)
}

/// A frame that is written block by block: tables with the same columns, one row group each.
pub struct FrameWriter {
    path: PathBuf,
    blocks: ParquetWriter<HashedFile>,
}

impl FrameWriter {
    /// Begins a file with the columns of `table`.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn new(path: &Path, table: &Table) -> Result<FrameWriter, DataError> {
        let file = HashedFile::create(path).map_err(DataError::io(path))?;
        Ok(FrameWriter {
            path: path.to_path_buf(),
            blocks: ParquetWriter::new(file, table).map_err(DataError::io(path))?,
        })
    }

    /// Appends the rows of a table.
    ///
    /// # Errors
    /// Where the file cannot be written, or a number is not finite.
    pub fn write(&mut self, table: &Table) -> Result<(), DataError> {
        check_finite(&self.path, table)?;
        self.blocks.write(table).map_err(DataError::io(&self.path))
    }

    /// Ends the file and gives back its SHA-256.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn finish(self) -> Result<String, DataError> {
        let finished = self.blocks.finish().and_then(HashedFile::finish);
        finished.map_err(DataError::io(&self.path))
    }
}

fn check_finite(path: &Path, table: &Table) -> Result<(), DataError> {
    for (column, series) in table.columns.iter().zip(&table.series) {
        let wrong = match series {
            Series::Float(values) => {
                let mut numbers = values.iter().flatten();
                numbers.find(|value| !value.is_finite()).copied()
            }
            Series::Quantity(values) => values.iter().find_map(|value| match value {
                Some(Quantity::Ratio(value)) if !value.is_finite() => Some(*value),
                _ => None,
            }),
            _ => None,
        };
        if let Some(found) = wrong {
            let name = &column.name;
            return Err(DataError::table(
                path,
                format!("column {name}: found {found}, allowed: finite numbers"),
            ));
        }
    }
    Ok(())
}

/// The columns of a table as a frame has them.
pub fn columns(table: &Table) -> Vec<Column> {
    let rows = table.rows();
    let both = table.columns.iter().zip(&table.series);
    both.map(|(column, series)| Column {
        name: column.name.to_string(),
        values: match series {
            Series::Text(values) => {
                let texts = values.iter().map(|text| text.as_deref().map(str::to_owned));
                Values::Str(filled(texts, rows))
            }
            Series::Integer(values) => Values::I64(filled(values.iter().copied(), rows)),
            Series::Date(values) => Values::Date(filled(values.iter().copied(), rows)),
            Series::Flag(values) => Values::Bool(filled(values.iter().copied(), rows)),
            numbers => Values::F64(
                (0..rows)
                    .map(|row| numbers.number(row, column.decimals))
                    .collect(),
            ),
        },
    })
    .collect()
}

/// The values of a column that may end before its last row.
fn filled<T>(values: impl Iterator<Item = Option<T>>, rows: usize) -> Vec<Option<T>> {
    let rest = std::iter::repeat_with(|| None);
    values.chain(rest).take(rows).collect()
}
