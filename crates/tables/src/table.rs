//! A table in memory: its columns, and its text and JSON.

use std::io::{self, Write};

use serde_json::{Map, Value};

use crate::column::Column;
use crate::csv_form::{CsvForm, order};
use crate::series::Series;
use crate::text::harmless;
use crate::word::text_at;

/// A table: its columns, and their values beside them. The first column has a value or a gap for each row; others may end
/// earlier, with gaps in the rest.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// The file that holds it as CSV.
    pub file: &'static str,
    /// What the columns are.
    pub columns: Vec<Column>,
    /// Their values, in the same order.
    pub series: Vec<Series>,
}

impl Table {
    /// A table without rows.
    pub fn new(file: &'static str, columns: Vec<Column>) -> Table {
        let series = columns.iter().map(|c| Series::new(c.kind)).collect();
        Table {
            file,
            columns,
            series,
        }
    }

    /// Makes room for so many more rows: growing a table by doubling copies it as often as it has rows.
    pub fn reserve(&mut self, rows: usize) {
        self.series.iter_mut().for_each(|one| one.reserve(rows));
    }

    /// Ends every column with the last row.
    pub fn fill(&mut self) {
        let rows = self.rows();
        self.series.iter_mut().for_each(|one| one.fill_to(rows));
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.series.first().map_or(0, Series::len)
    }

    /// The table as its first version had it: without the columns that came later.
    pub fn first_version(self) -> Table {
        let both = self.columns.into_iter().zip(self.series);
        let (columns, series) = both.filter(|(column, _)| column.required).unzip();
        Table {
            file: self.file,
            columns,
            series,
        }
    }

    /// The name of the file with the same table as Parquet: `equity.parquet` beside `equity.csv`.
    pub fn parquet_file(&self) -> String {
        parquet_file(self.file)
    }

    /// The table as CSV with `\n` line ends. Money has two decimals, dates are ISO, empty is undefined.
    pub fn csv(&self) -> String {
        self.csv_as(CsvForm::Guessable)
    }

    /// The table as CSV in a form, perhaps that of an older folder.
    pub fn csv_as(&self, form: CsvForm) -> String {
        const TAKES_ALL: &str = "memory takes every write";
        let mut bytes = Vec::with_capacity(self.room());
        self.write_csv(form, &mut bytes).expect(TAKES_ALL);
        String::from_utf8(bytes).expect("cells are text")
    }

    /// Writes the same row by row: the text of a large table never stands in memory.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn write_csv(&self, form: CsvForm, out: impl Write) -> io::Result<()> {
        let mut writer = csv::Writer::from_writer(out);
        for column in &self.columns {
            writer.write_field(harmless(&column.name).as_ref())?;
        }
        writer.write_record(None::<&[u8]>)?;
        let mut cell = String::new();
        for row in self.order(form) {
            for (series, column) in self.series.iter().zip(&self.columns) {
                let text = match series {
                    Series::Text(values) => text_at(values, row),
                    numbers => {
                        cell.clear();
                        numbers.print(row, column.decimals, form, &mut cell);
                        &cell
                    }
                };
                writer.write_field(text)?;
            }
            writer.write_record(None::<&[u8]>)?;
        }
        writer.flush()
    }

    /// The places of the rows in the order in which its CSV file has them.
    pub fn order(&self, form: CsvForm) -> Vec<usize> {
        let texts = self.series.iter().filter_map(|series| match series {
            Series::Text(values) => Some(values.as_slice()),
            _ => None,
        });
        order(self.rows(), texts, form)
    }

    /// The values of a column.
    pub fn of(&self, column: &str) -> Option<&Series> {
        let place = self.columns.iter().position(|own| own.name == column)?;
        self.series.get(place)
    }

    /// Takes the values of a column out of the table.
    pub fn take(&mut self, column: &str) -> Option<Series> {
        let place = self.columns.iter().position(|own| own.name == column)?;
        let own = self.series.get_mut(place)?;
        Some(std::mem::replace(
            own,
            Series::new(self.columns[place].kind),
        ))
    }

    /// Makes the values of some columns undefined.
    pub fn empty(&mut self, columns: &[&str]) {
        for (column, series) in self.columns.iter().zip(&mut self.series) {
            if columns.contains(&column.name.as_ref()) {
                *series = Series::new(column.kind);
            }
        }
    }

    /// About how many bytes the table has as CSV: the texts as they are, other cells as the longest of them mostly are.
    fn room(&self) -> usize {
        const NUMBER: usize = 12;
        let of_column = |series: &Series| match series {
            Series::Text(values) => {
                let texts = values.iter().flatten();
                texts.map(|text| text.len() + 1).sum::<usize>()
            }
            numbers => numbers.len() * NUMBER,
        };
        self.series.iter().map(of_column).sum()
    }

    /// The rows as JSON objects.
    pub fn json(&self) -> Vec<Value> {
        (0..self.rows())
            .map(|row: usize| -> Value {
                let cells = self.series.iter().zip(&self.columns);
                let cells = cells.map(|(series, column)| {
                    (column.name.to_string(), series.json(row, column.decimals))
                });
                Value::Object(cells.collect::<Map<_, _>>())
            })
            .collect()
    }
}

/// The Parquet file beside a CSV file.
pub fn parquet_file(csv: &str) -> String {
    format!("{}.parquet", csv.trim_end_matches(".csv"))
}
