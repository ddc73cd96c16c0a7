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
        let mut out = String::with_capacity(self.room());
        for (at, column) in self.columns.iter().enumerate() {
            begin(at, &mut out);
            print_text(&harmless(&column.name), &mut out);
        }
        end(self.columns.len(), &mut out);
        let texts = self.series.iter().filter_map(|series| match series {
            Series::Text(values) => Some(values.as_slice()),
            _ => None,
        });
        for row in order(self.rows(), texts, form) {
            for (at, (series, column)) in self.series.iter().zip(&self.columns).enumerate() {
                begin(at, &mut out);
                match series {
                    Series::Text(values) => {
                        print_text(text_at(values, row), &mut out);
                    }
                    // A number, a day or a flag has nothing to quote.
                    numbers => numbers.print(row, column.decimals, form, &mut out),
                }
            }
            end(self.columns.len(), &mut out);
        }
        out
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

/// Separates a cell from the one before it.
fn begin(at: usize, out: &mut String) {
    if at > 0 {
        out.push(',');
    }
}

/// Ends a row of so many cells. One empty cell alone is quoted, else its row would be an empty line, which readers skip.
fn end(cells: usize, out: &mut String) {
    if cells <= 1 && (out.is_empty() || out.ends_with('\n')) {
        out.push_str("\"\"");
    }
    out.push('\n');
}

/// Appends a cell of text: in quotes where a reader would end it too early, and its own quotes twice then (RFC 4180).
fn print_text(text: &str, out: &mut String) {
    // Every byte is looked at, many at once: stopping at the first other one would look at one after the other.
    let is_sign = |byte| matches!(byte, b',' | b'"' | b'\n' | b'\r');
    if !text.bytes().fold(false, |any, byte| any | is_sign(byte)) {
        return out.push_str(text);
    }
    out.push('"');
    for (at, part) in text.split('"').enumerate() {
        if at > 0 {
            out.push_str("\"\"");
        }
        out.push_str(part);
    }
    out.push('"');
}

/// The Parquet file beside a CSV file.
pub fn parquet_file(csv: &str) -> String {
    format!("{}.parquet", csv.trim_end_matches(".csv"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cell::Cell;
    use crate::column::Kind;
    use crate::word::Word;

    fn table(columns: &[&str], cells: &[&str]) -> Table {
        let named = |name: &&str| Column::named(name.to_string(), Kind::Text, "", String::new());
        let mut table = Table::new("texts.csv", columns.iter().map(named).collect());
        for row in cells.chunks(columns.len()) {
            let columns = table.series.iter_mut();
            columns
                .zip(row)
                .for_each(|(column, text)| column.push(Cell::Text(Word::shared(text))));
        }
        table
    }

    #[test]
    fn texts_are_quoted_as_the_library_quotes_them() {
        const CELLS: [&str; 12] = [
            "", "calm", "a,b", "a\"b", "\"", "\"\"", " ", "#", "é,ü", "'", "a;b\tc", "",
        ];
        for columns in [&["one"] as &[&str], &["one", "a,b"], &["", "b", "\"c\""]] {
            let table = table(columns, &CELLS);
            let mut library = csv::Writer::from_writer(Vec::new());
            library.write_record(columns).expect("in memory");
            for row in 0..table.rows() {
                let cells = table.series.iter();
                let cells = cells.map(|column| column.text(row, Kind::Text.decimals()));
                library.write_record(cells).expect("in memory");
            }
            let wanted = library.into_inner().expect("in memory");
            assert_eq!(table.csv_as(CsvForm::Plain).as_bytes(), wanted);
        }
    }

    #[test]
    fn breaks_of_lines_are_quoted() {
        let mut out = String::new();
        print_text("a\nb", &mut out);
        print_text("\r", &mut out);
        assert_eq!(out, "\"a\nb\"\"\r\"");
    }
}
