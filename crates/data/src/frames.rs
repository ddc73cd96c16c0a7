//! The tables of a run or sweep folder as Parquet, for polars, pandas, DuckDB and the like.
//!
//! A frame has the numbers of the CSV file beside it, with types: money in USD and prices in points as numbers, days as
//! days, flags as booleans, undefined as null. The same table always gives the same bytes.

use std::path::Path;

use tables::{Series, Table};

use crate::DataError;
use crate::table::{BlockWriter, Column, Values, write_parquet};

/// Writes a table.
///
/// # Errors
/// Where the file cannot be written.
pub fn write_frame(path: &Path, table: &Table) -> Result<(), DataError> {
    write_parquet(path, &columns(table))
}

/// A frame that is written block by block: tables with the same columns, one row group each.
pub struct FrameWriter {
    blocks: BlockWriter,
}

impl FrameWriter {
    /// Begins a file with the columns of `table`.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn new(path: &Path, table: &Table) -> Result<FrameWriter, DataError> {
        Ok(FrameWriter {
            blocks: BlockWriter::new(path, &columns(table))?,
        })
    }

    /// Appends the rows of a table.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn write(&mut self, table: &Table) -> Result<(), DataError> {
        self.blocks.write(&columns(table))
    }

    /// Ends the file.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn finish(self) -> Result<(), DataError> {
        self.blocks.finish()
    }
}

fn columns(table: &Table) -> Vec<Column> {
    let both = table.columns.iter().zip(&table.series);
    both.map(|(column, series)| Column {
        name: column.name.to_string(),
        values: match series {
            Series::Text(values) => Values::Str(values.clone()),
            Series::Integer(values) => Values::I64(values.clone()),
            Series::Date(values) => Values::Date(values.clone()),
            Series::Flag(values) => Values::Bool(values.clone()),
            numbers => {
                let number = |row| numbers.number(row, column.decimals);
                Values::F64((0..numbers.len()).map(number).collect())
            }
        },
    })
    .collect()
}
