//! A table in memory: its columns, and its text and JSON.

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
        const TAKES_ALL: &str = "rows of one length, written to memory";
        let mut writer = csv::WriterBuilder::new().from_writer(Vec::with_capacity(self.room()));
        for column in &self.columns {
            let name = harmless(&column.name);
            writer.write_field(name.as_ref()).expect(TAKES_ALL);
        }
        writer.write_record(None::<&[u8]>).expect(TAKES_ALL);
        let texts = self.series.iter().filter_map(|series| match series {
            Series::Text(values) => Some(values.as_slice()),
            _ => None,
        });
        let mut cell = String::new();
        for row in order(self.rows(), texts, form) {
            for (series, column) in self.series.iter().zip(&self.columns) {
                let text = match series {
                    Series::Text(values) => text_at(values, row),
                    numbers => {
                        cell.clear();
                        numbers.print(row, column.decimals, form, &mut cell);
                        &cell
                    }
                };
                writer.write_field(text).expect(TAKES_ALL);
            }
            writer.write_record(None::<&[u8]>).expect(TAKES_ALL);
        }
        let bytes = writer.into_inner().expect(TAKES_ALL);
        String::from_utf8(bytes).expect("cells are text")
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
