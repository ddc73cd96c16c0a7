//! A publisher's text file as rows of cells, with the place of each kept for messages.

use chrono::{Datelike, NaiveDate};
use market::calendar::Calendar;

use crate::DataError;
use crate::check::{Findings, Severity};

/// A comma-separated file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sheet {
    /// Path relative to the imported folder, with `/`.
    pub file: String,
    /// Cells of the header, trimmed.
    pub header: Vec<String>,
    /// The other rows.
    pub rows: Vec<Row>,
}

/// A row and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// Line in the file, from 1.
    pub line: u64,
    /// Cells, trimmed.
    pub cells: Vec<String>,
}

/// A row with its date.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Day<'a> {
    pub date: NaiveDate,
    row: &'a Row,
    sheet: &'a Sheet,
}

/// How a publisher writes dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DateStyle {
    /// `2022-01-31`.
    Iso,
    /// `01/31/2022`.
    Us,
    /// `Jan 31, 2022`.
    Words,
    /// `20220131`.
    Compact,
    /// `2022-01`.
    Month,
}

impl DateStyle {
    fn parse(self, text: &str) -> Option<NaiveDate> {
        let day = match self {
            DateStyle::Iso => NaiveDate::parse_from_str(text, "%Y-%m-%d"),
            DateStyle::Us => NaiveDate::parse_from_str(text, "%m/%d/%Y"),
            DateStyle::Words => NaiveDate::parse_from_str(text, "%b %d, %Y"),
            DateStyle::Compact => NaiveDate::parse_from_str(text, "%Y%m%d"),
            DateStyle::Month => NaiveDate::parse_from_str(&format!("{text}-01"), "%Y-%m-%d"),
        };
        day.ok().filter(|d| (1900..2100).contains(&d.year()))
    }

    fn words(self) -> &'static str {
        match self {
            DateStyle::Iso => "a date like 2022-01-31",
            DateStyle::Us => "a date like 01/31/2022",
            DateStyle::Words => "a date like Jan 31, 2022",
            DateStyle::Compact => "a date like 20220131",
            DateStyle::Month => "a month like 2022-01",
        }
    }
}

impl Sheet {
    /// Splits a text into cells at commas. The error is the reason for refusing the file.
    pub fn parse(file: &str, bytes: &[u8]) -> Result<Sheet, String> {
        Sheet::parse_delimited(file, bytes, b',')
    }

    /// Splits a text into cells. The error is the reason for refusing the file.
    pub fn parse_delimited(file: &str, bytes: &[u8], delimiter: u8) -> Result<Sheet, String> {
        let text = std::str::from_utf8(bytes)
            .map_err(|e| format!("byte {} is not UTF-8 text", e.valid_up_to()))?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|e| e.to_string())?;
            let line = record.position().map_or(0, csv::Position::line);
            let mut cells: Vec<String> = record.iter().map(str::to_string).collect();
            // Cboe's option quotes end rows with a comma too many.
            while cells.len() > 1
                && rows
                    .first()
                    .is_some_and(|h: &Row| cells.len() > h.cells.len())
                && cells.last().is_some_and(String::is_empty)
            {
                cells.pop();
            }
            if cells.iter().any(|c| !c.is_empty()) && !is_notice(&cells) {
                rows.push(Row { line, cells });
            }
        }
        if rows.is_empty() {
            return Err("the file is empty".into());
        }
        let header = rows.remove(0).cells;
        Ok(Sheet {
            file: file.into(),
            header,
            rows,
        })
    }

    /// Whether the header is exactly this one.
    pub fn has_header(&self, header: &str) -> bool {
        self.header.iter().map(String::as_str).eq(header.split(','))
    }

    /// Place of a column.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|h| h == name)
    }

    /// The same sheet with one column moved to the front; rows too short for it stay as they are, and are refused later.
    pub fn with_date_first(&self, column: usize) -> Sheet {
        let moved = |cells: &Vec<String>| {
            let mut cells = cells.clone();
            if column < cells.len() {
                cells[..=column].rotate_right(1);
            }
            cells
        };
        let rows = self
            .rows
            .iter()
            .map(|row| Row {
                line: row.line,
                cells: moved(&row.cells),
            })
            .collect();
        Sheet {
            file: self.file.clone(),
            header: moved(&self.header),
            rows,
        }
    }

    /// Whether the first row begins with a date in this style; a sheet without rows fits every style.
    pub fn dates_are(&self, style: DateStyle) -> bool {
        self.rows
            .first()
            .is_none_or(|r| r.cells.first().is_some_and(|c| style.parse(c).is_some()))
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

    /// Rows in order of their dates, which stand in the first column. Equal rows count once, and are a finding; two
    /// different rows with one date are an error.
    pub fn days(&self, style: DateStyle, notes: &mut Findings) -> Result<Vec<Day<'_>>, DataError> {
        let mut days = Vec::with_capacity(self.rows.len());
        for row in &self.rows {
            if row.cells.len() != self.header.len() {
                let (found, allowed) = (
                    format!("{} cells", row.cells.len()),
                    format!("{}, as in the header", self.header.len()),
                );
                return Err(self.wrong(row, "(all)", found, allowed));
            }
            let date = style.parse(&row.cells[0]).ok_or_else(|| {
                self.wrong(
                    row,
                    &self.header[0],
                    quoted(&row.cells[0]),
                    style.words().into(),
                )
            })?;
            days.push(Day {
                date,
                row,
                sheet: self,
            });
        }
        if days.is_empty() {
            let row = Row {
                line: 2,
                cells: Vec::new(),
            };
            return Err(self.wrong(
                &row,
                "(all)",
                "the end of the file".into(),
                "at least one row of values".into(),
            ));
        }
        self.sort(&mut days, notes);
        self.drop_repeats(days, notes)
    }

    fn sort(&self, days: &mut [Day<'_>], notes: &mut Findings) {
        // Some publishers put the newest row first; that is an order too.
        if days.len() > 1 && days.windows(2).all(|w| w[0].date >= w[1].date) {
            days.reverse();
        }
        for pair in days.windows(2).filter(|w| w[0].date > w[1].date) {
            notes.note(Severity::Warning, "unsorted_row", &self.file, Some(pair[1].date), || {
                let (line, found, before) = (pair[1].row.line, pair[1].date, pair[0].date);
                format!("{} row {line}: found {found} after {before}, allowed: ascending dates; sorted", self.file)
            });
        }
        days.sort_by_key(|d| (d.date, d.row.line));
    }

    fn drop_repeats<'a>(
        &'a self,
        days: Vec<Day<'a>>,
        notes: &mut Findings,
    ) -> Result<Vec<Day<'a>>, DataError> {
        let mut kept: Vec<Day> = Vec::with_capacity(days.len());
        for day in days {
            let Some(before) = kept.last().filter(|d| d.date == day.date) else {
                kept.push(day);
                continue;
            };
            if before.row.cells != day.row.cells {
                let found = format!(
                    "{} again, with values other than in row {}",
                    day.date, before.row.line
                );
                return Err(self.wrong(day.row, &self.header[0], found, "one row per date".into()));
            }
            notes.note(
                Severity::Warning,
                "duplicate_row",
                &self.file,
                Some(day.date),
                || {
                    format!(
                        "{} row {}: found {} again, allowed: one row per date; dropped",
                        self.file, day.row.line, day.date
                    )
                },
            );
        }
        Ok(kept)
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

/// CFE puts a paragraph above the header of older contract files.
fn is_notice(cells: &[String]) -> bool {
    cells[0].starts_with("CFE data is compiled")
}

fn quoted(text: &str) -> String {
    if text.is_empty() {
        "nothing".into()
    } else {
        format!("`{text}`")
    }
}

impl<'a> Day<'a> {
    /// The text of a cell.
    pub fn text(&self, column: usize) -> &'a str {
        &self.row.cells[column]
    }

    /// The number in a cell; `None` where the publisher has no value (blank, `.` or `null`).
    pub fn number(&self, column: usize, range: (f64, f64)) -> Result<Option<f64>, DataError> {
        let text = self.text(column);
        if text.is_empty() || text == "." || text == "null" {
            return Ok(None);
        }
        match text.replace(',', "").parse::<f64>() {
            Ok(value) if (range.0..=range.1).contains(&value) => Ok(Some(value)),
            _ => Err(self.wrong(column, format!("a number from {} to {}", range.0, range.1))),
        }
    }

    /// An error about one cell of this row.
    pub fn wrong(&self, column: usize, allowed: String) -> DataError {
        self.sheet.wrong(
            self.row,
            &self.sheet.header[column],
            quoted(self.text(column)),
            allowed,
        )
    }

    /// Where this row stands, for findings.
    pub fn place(&self) -> String {
        format!("{} row {}", self.sheet.file, self.row.line)
    }
}

/// Keeps the rows dated on sessions; the others are counted as findings of `series`.
pub(crate) fn on_sessions<'a>(
    days: Vec<Day<'a>>,
    series: &str,
    notes: &mut Findings,
) -> Vec<Day<'a>> {
    let calendar = Calendar::nyse();
    let mut kept = Vec::with_capacity(days.len());
    for day in days {
        let empty = day.row.cells[1..].iter().all(|c| c.is_empty() || c == ".");
        if calendar.is_session(day.date) {
            kept.push(day);
        } else if !empty {
            let code = kind_of_closed_day(calendar, day.date);
            let message = || {
                format!(
                    "{}: found a value for {}, allowed: NYSE sessions; left out",
                    day.place(),
                    day.date
                )
            };
            notes.note(Severity::Info, code, series, Some(day.date), message);
        }
    }
    kept
}

fn kind_of_closed_day(calendar: &Calendar, date: NaiveDate) -> &'static str {
    if !calendar.covers(date) {
        "outside_calendar"
    } else if date.weekday().num_days_from_monday() > 4 {
        "weekend_row"
    } else {
        "holiday_row"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(text: &str) -> Result<(Vec<NaiveDate>, Vec<crate::Finding>), String> {
        let sheet = Sheet::parse("dir/x.csv", text.as_bytes())?;
        let mut notes = Findings::default();
        let days = sheet
            .days(DateStyle::Iso, &mut notes)
            .map_err(|e| e.to_string())?;
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
            "dir/x.csv: row 3, column d: found 2022-01-03 again, with values other than in row 2, allowed: one row per date"
        );
    }

    #[test]
    fn quotes_a_byte_order_mark_and_blank_lines_are_nothing_special() {
        let sheet = Sheet::parse(
            "x.csv",
            "\u{feff}\n\"d\",\"v\"\n\n\"2022-01-03\",\"1,234.5\"\n".as_bytes(),
        )
        .unwrap();
        assert!(sheet.has_header("d,v"));
        let mut notes = Findings::default();
        let days = sheet.days(DateStyle::Iso, &mut notes).unwrap();
        assert_eq!(days[0].number(1, (0.0, 1e9)).unwrap(), Some(1234.5));
    }

    #[test]
    fn bytes_that_are_no_text_are_refused() {
        assert_eq!(
            Sheet::parse("x", &[0x41, 0xff]).unwrap_err(),
            "byte 1 is not UTF-8 text"
        );
        assert_eq!(Sheet::parse("x", b"\n\n").unwrap_err(), "the file is empty");
    }
}
