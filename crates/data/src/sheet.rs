//! A publisher's text file as rows of cells, with the place of each kept for messages.

mod day;
mod decimals;
mod rows;
mod shape;

use std::cell::OnceCell;

use chrono::NaiveDate;

pub(crate) use self::day::{Day, on_sessions};
use self::shape::{delimiter_of, rows_above};
use crate::dates::Order;
use crate::error::Refusal;
use crate::lines::Lines;
use crate::numbers::{Decimal, Evidence};
use crate::{DataError, decode};

use decimals::quoted;

/// A file of cells between delimiters.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sheet {
    /// Path relative to the imported folder, with `/`.
    pub file: String,
    /// Cells of the header, trimmed.
    pub header: Vec<String>,
    /// The other rows.
    pub rows: Vec<Row>,
    /// Symbols that stand above the columns or in a column of their own, each once.
    pub symbols: Vec<String>,
    /// The decimal mark, where a column map states it.
    pub decimal: Option<Decimal>,
    /// What stands between two cells.
    pub delimiter: u8,
    evidence: OnceCell<Vec<Evidence>>,
    /// The decimal mark, where the values of one column have shown it.
    shown: OnceCell<Decimal>,
    /// The decimal mark that the publisher writes, for columns whose numbers leave it open.
    usual: OnceCell<Decimal>,
}

/// A row and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// Line in the file as an editor counts, from 1.
    pub line: u64,
    /// Cells, trimmed.
    pub cells: Vec<String>,
}

/// How a publisher usually writes dates. The rows of a file decide where they can.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DateStyle {
    /// `2022-01-31`.
    Iso,
    /// `01/31/2022`.
    Us,
    /// As the reader's country does: `01/31/2022`, `31/01/2022`, `Jan 31, 2022`.
    Local,
    /// `2022-01`, or the first day of the month.
    Month,
}

impl DateStyle {
    fn order(self) -> Option<Order> {
        match self {
            DateStyle::Us => Some(Order::MonthDayYear),
            DateStyle::Iso | DateStyle::Month => Some(Order::YearMonthDay),
            DateStyle::Local => None,
        }
    }

    fn words(self) -> &'static str {
        match self {
            DateStyle::Iso => "a date like 2022-01-31",
            DateStyle::Us | DateStyle::Local => "a date like 01/31/2022",
            DateStyle::Month => "a month like 2022-01",
        }
    }
}

impl Sheet {
    /// Splits the bytes of a file into cells. The error is the reason for refusing the file.
    pub fn parse(file: &str, bytes: &[u8]) -> Result<Sheet, Refusal> {
        Sheet::of_text(file, &decode::text(bytes)?, None)
    }

    /// The same of the beginning of a file, which may end inside a letter.
    pub fn parse_beginning(file: &str, bytes: &[u8]) -> Result<Sheet, Refusal> {
        Sheet::of_text(file, &decode::beginning(bytes)?, None)
    }

    /// Splits bytes into cells at this delimiter.
    pub fn parse_delimited(file: &str, bytes: &[u8], delimiter: u8) -> Result<Sheet, Refusal> {
        Sheet::of_text(file, &decode::text(bytes)?, Some(delimiter))
    }

    fn of_text(file: &str, text: &str, delimiter: Option<u8>) -> Result<Sheet, Refusal> {
        let delimiter = delimiter.unwrap_or_else(|| delimiter_of(text));
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        let mut lines = Lines::new(text.as_bytes());
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|e| Refusal(e.to_string()))?;
            let start = record.position().map_or(0, csv::Position::byte) as usize;
            let cells: Vec<String> = record
                .iter()
                .map(|c| c.trim_matches(['\u{feff}', '\u{a0}']).to_string())
                .collect();
            if cells.iter().any(|c| !c.is_empty()) {
                rows.push(Row {
                    line: lines.at(start),
                    cells,
                });
            }
        }
        if rows.is_empty() {
            return Err("the file is empty".into());
        }
        let above = rows_above(&rows);
        let header = rows
            .drain(..=above)
            .next_back()
            .map(|r| r.cells)
            .unwrap_or_default();
        for row in &mut rows {
            // Cboe's option quotes end rows with a comma too many.
            while row.cells.len() > header.len() && row.cells.last().is_some_and(String::is_empty) {
                row.cells.pop();
            }
        }
        let sheet = Sheet {
            file: file.into(),
            header,
            rows,
            delimiter,
            ..Sheet::default()
        };
        Ok(sheet.with_one_header())
    }

    /// A download of yfinance has three rows above its values: names, tickers, `Date`. The tickers become [`Sheet::symbols`].
    fn with_one_header(mut self) -> Sheet {
        let first = |row: Option<&Row>| row.map(|r| r.cells[0].to_lowercase());
        let title = self.header[0].to_lowercase();
        let second = first(self.rows.first());
        let (names, tickers) = match (title.as_str(), second.as_deref()) {
            ("price", Some("ticker")) => (self.header.clone(), self.rows[0].cells.clone()),
            ("ticker", Some("price")) => (self.rows[0].cells.clone(), self.header.clone()),
            _ => return self,
        };
        if first(self.rows.get(1)).as_deref() != Some("date") {
            return self;
        }
        self.rows.drain(..2);
        self.header = names;
        self.header[0] = "Date".into();
        for ticker in tickers.into_iter().skip(1).filter(|t| !t.is_empty()) {
            if !self.symbols.contains(&ticker) {
                self.symbols.push(ticker);
            }
        }
        self
    }

    /// Whether the header has all of these columns, in whatever order and case, and each once.
    pub fn has_columns(&self, header: &str) -> bool {
        header.split(',').all(|name| {
            self.header
                .iter()
                .filter(|h| h.eq_ignore_ascii_case(name))
                .count()
                == 1
        })
    }

    /// Whether the header is exactly this one.
    pub fn has_header(&self, header: &str) -> bool {
        self.header.iter().map(String::as_str).eq(header.split(','))
    }

    /// The same sheet with these columns first, in this order. Columns that the header lacks are an error of the caller;
    /// rows too short for them stay short, and are refused later.
    pub fn arranged(&self, header: &str) -> Sheet {
        let wanted: Vec<usize> = header
            .split(',')
            .filter_map(|name| self.column(name))
            .collect();
        let others = (0..self.header.len()).filter(|i| !wanted.contains(i));
        let order: Vec<usize> = wanted.iter().copied().chain(others).collect();
        self.in_order(&order)
    }

    /// The same sheet with one column moved to the front.
    pub fn with_date_first(&self, column: usize) -> Sheet {
        let others = (0..self.header.len()).filter(|i| *i != column);
        self.in_order(&std::iter::once(column).chain(others).collect::<Vec<_>>())
    }

    fn in_order(&self, order: &[usize]) -> Sheet {
        let moved = |cells: &Vec<String>| -> Vec<String> {
            if cells.len() != self.header.len() {
                return cells.clone();
            }
            order.iter().map(|i| cells[*i].clone()).collect()
        };
        let rows = self.rows.iter();
        Sheet {
            header: moved(&self.header),
            rows: rows
                .map(|row| Row {
                    line: row.line,
                    cells: moved(&row.cells),
                })
                .collect(),
            evidence: OnceCell::new(),
            ..self.clone()
        }
    }

    /// The same header over other rows.
    pub fn with_rows(&self, rows: Vec<Row>) -> Sheet {
        Sheet {
            rows,
            header: self.header.clone(),
            file: self.file.clone(),
            symbols: self.symbols.clone(),
            evidence: OnceCell::new(),
            shown: self.shown.clone(),
            usual: self.usual.clone(),
            ..*self
        }
    }

    /// Another table made of this one.
    pub fn remade(&self, header: Vec<String>, rows: Vec<Row>) -> Sheet {
        Sheet {
            header,
            ..self.with_rows(rows)
        }
    }

    /// Place of a column; its case does not matter.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.header
            .iter()
            .position(|h| h.eq_ignore_ascii_case(name))
    }

    /// Words of the file name without its ending, in lower case.
    pub fn name_words(&self) -> Vec<String> {
        let name = self.file.rsplit('/').next().unwrap_or_default();
        let stem = name.split('.').next().unwrap_or_default().to_lowercase();
        stem.split(|c: char| !c.is_ascii_alphanumeric())
            .filter(|w| !w.is_empty())
            .map(str::to_string)
            .collect()
    }

    /// The number in a cell of a row; `None` where there is no value.
    pub fn number(
        &self,
        row: &Row,
        column: usize,
        range: (f64, f64),
    ) -> Result<Option<f64>, Refusal> {
        let date = NaiveDate::default();
        let sheet = self;
        Day { date, row, sheet }.number(column, range)
    }

    /// An error about one cell.
    pub fn wrong(&self, row: &Row, column: &str, found: String, allowed: String) -> DataError {
        DataError::Cell {
            file: self.file.clone(),
            row: row.line,
            column: column.into(),
            found,
            allowed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(text: &str) -> Result<(Vec<NaiveDate>, Vec<crate::Finding>), String> {
        let sheet = Sheet::parse("dir/x.csv", text.as_bytes()).map_err(|e| e.0)?;
        let mut notes = crate::check::Findings::default();
        let days = sheet.days(DateStyle::Iso, &mut notes).map_err(|e| e.0)?;
        Ok((days.iter().map(|d| d.date).collect(), notes.into_vec()))
    }

    #[test]
    fn newest_first_is_an_order_and_a_lone_row_out_of_place_is_a_finding() {
        let (dates, notes) = days("d,v\n2022-01-05,3\n2022-01-04,2\n2022-01-03,1\n").unwrap();
        assert!(dates.is_sorted() && notes.is_empty());
        let (dates, notes) = days("d,v\n2022-01-03,1\n2022-01-05,3\n2022-01-04,2\n").unwrap();
        assert!(dates.is_sorted());
        assert_eq!(
            notes[0].message,
            "dir/x.csv row 4: found 2022-01-04 after 2022-01-05, allowed: ascending dates; sorted"
        );
    }

    #[test]
    fn equal_rows_count_once_and_different_ones_are_refused() {
        let (dates, notes) = days("d,v\n2022-01-03,1\n2022-01-03,1\n").unwrap();
        assert_eq!((dates.len(), notes[0].code.as_str()), (1, "duplicate_row"));
        let error = days("d,v\n2022-01-03,1\n2022-01-03,2\n").unwrap_err();
        assert_eq!(
            error,
            "row 3, column d: found 2022-01-03 again, with values other than in row 2, allowed: one row per date"
        );
    }

    #[test]
    fn quotes_a_byte_order_mark_and_blank_lines_are_nothing_special() {
        let text = "\u{feff}\n\"d\",\"v\"\n\n\"2022-01-03\",\"1,234.5\"\n";
        let sheet = Sheet::parse("x.csv", text.as_bytes()).unwrap();
        assert!(sheet.has_header("d,v"));
        let mut notes = crate::check::Findings::default();
        let days = sheet.days(DateStyle::Iso, &mut notes).unwrap();
        assert_eq!(days[0].number(1, (0.0, 1e9)).unwrap(), Some(1234.5));
        assert_eq!(days[0].place(), "x.csv row 4");
    }

    #[test]
    fn rows_are_numbered_as_an_editor_shows_them() {
        for text in [
            "d,v\r\n\r\n2022-01-03,1\r\nx,2\r\n",
            "d,v\n\n2022-01-03,1\nx,2\n",
            "d,v\r\r2022-01-03,1\rx,2\r",
        ] {
            assert!(
                days(text)
                    .unwrap_err()
                    .starts_with("row 4, column d: found `x`"),
                "{text:?}"
            );
        }
        let quoted = "d,v,\"two\nlines\"\n2022-01-03,1,\"a\r\nb\"\nx,2,\n";
        assert!(
            days(quoted)
                .unwrap_err()
                .starts_with("row 5, column d: found `x`")
        );
    }

    #[test]
    fn the_delimiter_is_the_one_that_cuts_all_lines_alike() {
        for (text, delimiter) in [
            ("d;v\n2022-01-03;24,0\n2022-01-04;23,9\n", b';'),
            ("d\tv\n2022-01-03\t24,0\n", b'\t'),
            ("d,v\n2022-01-03,\"a;b\"\n2022-01-04,c\n", b','),
            ("d|v\n2022-01-03|1\n", b'|'),
        ] {
            assert_eq!(delimiter_of(text), delimiter, "{text}");
        }
    }

    #[test]
    fn words_above_and_below_the_table_are_no_rows() {
        let text = "A title, of two parts\n\nd,v,w\n2022-01-03,1,2\n2022-01-04,1,3\nDownloaded on 2022-04-01\n";
        let (dates, notes) = days(text).unwrap();
        assert_eq!(dates.len(), 2);
        assert_eq!(
            notes[0].message,
            "dir/x.csv row 6: found `Downloaded on 2022-04-01` after the last values, allowed: rows of values; left out"
        );
        assert!(days("d,v\n2022-01-03,1\nsoon,2\n").is_err());
    }

    #[test]
    fn bytes_that_are_no_text_are_refused() {
        assert_eq!(
            Sheet::parse("x", b"\n\n").unwrap_err().0,
            "the file is empty"
        );
    }
}
