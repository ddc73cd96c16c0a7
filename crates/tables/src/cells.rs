//! `cells.csv`: one row per cell of a sweep, window and hedged arm.
//!
//! The number of the cell and its parameters come first, then the columns of `summary.csv`, then how it went.

use std::io::Write;

use market::price::Money;

use crate::cell::Cell;
use crate::column::{Column, Kind};
use crate::csv_form::CsvForm;
use crate::csv_table::{CsvRow, CsvTable};
use crate::error::ReadError;
use crate::row::{Row, row};
use crate::summary::SummaryRow;
use crate::table::Table;
use crate::text::harmless;

/// The table's file.
pub const FILE: &str = "cells.csv";
/// The number of a cell; older folders had other names for it.
const NUMBERS: [&str; 3] = ["cell", "id", "index"];
/// The column that begins the numbers of a cell.
const FIRST: &str = "window";

row! {
    /// How a cell went.
    CellStatus = "cells.csv" {
        /// `ok`, or why there are no numbers: `failed`, `invalid`.
        status: String [""],
    } later {
        /// The reason in words.
        error: String [""],
        /// Condors that the unhedged arm ordered in the window, those refused at the fill among them.
        condors_ordered: Option<usize> [""],
        /// Condors that it opened.
        condors_traded: Option<usize> [""],
        /// P&L of the condors with the same purchases at dates drawn at random, once for each cell.
        random_dates_pnl_usd: Option<Money> ["USD"],
        /// Its drawdown reduction.
        random_dates_reduction: Option<f64> ["fraction"],
    }
}

/// An axis of a sweep as a column: its name and the kind of its levels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Name of the axis.
    pub name: String,
    /// Kind of its levels.
    pub kind: Kind,
}

impl Parameter {
    /// An axis with the levels it may take: whole numbers, numbers, flags, or else text.
    pub fn of<'a>(name: &str, levels: impl Iterator<Item = &'a str> + Clone) -> Parameter {
        let kinds = [Kind::Integer, Kind::Float, Kind::Flag];
        Parameter {
            name: name.to_owned(),
            kind: kinds
                .into_iter()
                .find(|kind: &Kind| {
                    let is_word =
                        |text: &str| *kind == Kind::Flag && !matches!(text, "true" | "false");
                    levels
                        .clone()
                        .all(|text| !is_word(text) && Cell::parse(*kind, text).is_some())
                })
                .unwrap_or(Kind::Text),
        }
    }
}

/// Writes `cells.csv` row by row, so that memory does not grow with their number, and hands the same rows on as typed
/// tables of bounded length.
pub struct CellsTable<W: Write> {
    writer: csv::Writer<W>,
    columns: Vec<Column>,
    form: CsvForm,
}

impl<W: Write> CellsTable<W> {
    /// Begins the file.
    ///
    /// # Errors
    /// Where `out` cannot be written.
    pub fn new(
        out: W,
        parameters: &[Parameter],
        form: CsvForm,
    ) -> Result<CellsTable<W>, csv::Error> {
        let columns = columns(parameters);
        let mut writer = csv::Writer::from_writer(out);
        let header = columns
            .iter()
            .map(|column| harmless(&column.name).into_owned());
        writer.write_record(header)?;
        Ok(CellsTable {
            writer,
            columns,
            form,
        })
    }

    /// An empty table with the columns of the file.
    pub fn table(&self) -> Table {
        Table::new(FILE, self.columns.clone())
    }

    /// Number of the columns of `summary.csv` in a row.
    pub fn summary_columns() -> usize {
        SummaryRow::COLUMNS.len()
    }

    /// Writes a row: the cell's number and parameters, the cells of its summary, and how it went. All are texts as the
    /// file has them.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn row<'a>(
        &mut self,
        cells: impl Iterator<Item = &'a str>,
        typed: &mut Table,
    ) -> Result<(), csv::Error> {
        let both = self.columns.iter().zip(&mut typed.series);
        for (cell, (column, series)) in cells.zip(both) {
            let value = Cell::parse(column.kind, cell).unwrap_or(Cell::Null);
            let text = match value {
                Cell::Text(_) | Cell::Null => harmless(cell),
                // What was read as a number is no formula.
                _ => cell.into(),
            };
            self.writer
                .write_field(self.form.fraction(column.kind, text).as_ref())?;
            series.push(value);
        }
        self.writer.write_record(None::<&[u8]>)
    }

    /// Ends the file.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn finish(mut self) -> Result<(), csv::Error> {
        Ok(self.writer.flush()?)
    }
}

fn columns(parameters: &[Parameter]) -> Vec<Column> {
    let number = Column::named(
        NUMBERS[0].to_owned(),
        Kind::Integer,
        "",
        "Number of the cell, from 0.".to_owned(),
    );
    let summary = SummaryRow::COLUMNS.iter().cloned();
    let parameters = parameters.iter().map(|of: &Parameter| {
        let doc = format!("Parameter {} of the cell.", of.name);
        Column::named(of.name.clone(), of.kind, "", doc)
    });
    let status = CellStatus::COLUMNS.iter().cloned();
    [number]
        .into_iter()
        .chain(parameters)
        .chain(summary)
        .chain(status)
        .collect()
}

/// Whether the file has a column of that name, in letters of any case, before any parameter is added.
pub fn has_column(name: &str) -> bool {
    columns(&[])
        .iter()
        .any(|column| column.name.eq_ignore_ascii_case(name))
}

/// The columns that a report of a sweep needs.
pub fn required() -> Vec<&'static str> {
    let needed = [
        FIRST,
        "arm",
        "pnl_usd",
        "max_drawdown_usd",
        "drawdown_reduction",
        "profit_retained",
        "hedge_pnl_usd",
    ];
    let status = CellStatus::COLUMNS.iter().filter(|column| column.required);
    needed
        .into_iter()
        .chain(status.map(|column| column.name.as_ref()))
        .collect()
}

/// The columns before `window` that do not number the cell: the axes.
pub fn parameters(table: &CsvTable) -> Vec<String> {
    let before = table.header().into_iter().take_while(|name| name != FIRST);
    before
        .filter(|name| !NUMBERS.contains(&name.as_str()))
        .collect()
}

/// A row read back.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CellNumbers {
    /// Number of the cell, as the file has it; empty where it has none.
    pub number: String,
    /// Its parameters, in the order of [`parameters`].
    pub parameters: Vec<String>,
    /// Its headline numbers; a cell that failed has none.
    pub summary: SummaryRow,
    /// How it went.
    pub status: CellStatus,
}

impl CellNumbers {
    /// A row of the table whose axes are `names`.
    ///
    /// # Errors
    /// Where a cell is not what its column allows.
    pub fn read(row: CsvRow<'_>, names: &[String]) -> Result<CellNumbers, ReadError> {
        let number = NUMBERS.iter().find(|name| row.has(name));
        Ok(CellNumbers {
            number: number.map_or(String::new(), |name| row.text(name).to_owned()),
            parameters: names.iter().map(|name| row.text(name).to_owned()).collect(),
            summary: SummaryRow::read(row)?,
            status: CellStatus::read(row)?,
        })
    }
}
