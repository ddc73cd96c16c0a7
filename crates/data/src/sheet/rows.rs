//! The rows of a sheet as days: footers off, in order, each once.

use self::day::Day;
use chrono::NaiveDate;

use super::{DateStyle, Row, Sheet, day, quoted};
use crate::check::{Findings, Severity};
use crate::dates::{DateFault, Order};
use crate::error::Refusal;
use crate::numbers::{Decimal, is_missing_word};
use crate::{DataError, dates};

impl Sheet {
    /// Rows in order of their dates, which stand in the first column. Equal rows count once, and are a finding; two
    /// different rows with one date are an error. Words after the last row of values are a finding.
    pub fn days(&self, style: DateStyle, notes: &mut Findings) -> Result<Vec<Day<'_>>, Refusal> {
        let rows = self.without_footer(notes);
        for (i, row) in rows.iter().enumerate() {
            if row.cells.len() != self.header.len() && !self.lacks_only_volume(rows, i) {
                let found = format!("{} cells", row.cells.len());
                let allowed = format!("{}, as in the header", self.header.len());
                return Err(self.wrong(row, "(all)", found, allowed).into());
            }
        }
        if rows.is_empty() {
            let row = Row {
                line: 2,
                cells: Vec::new(),
            };
            let allowed = "at least one row of values".into();
            return Err(self
                .wrong(&row, "(all)", "the end of the file".into(), allowed)
                .into());
        }
        let dates = self.dates(rows, style)?;
        let mut days: Vec<Day> = rows
            .iter()
            .zip(dates)
            .map(|(row, date)| Day {
                date,
                row,
                sheet: self,
            })
            .collect();
        self.count_words(&days, notes);
        self.sort(&mut days, notes);
        Ok(self.drop_repeats(days, notes)?)
    }

    pub(super) fn dates(&self, rows: &[Row], style: DateStyle) -> Result<Vec<NaiveDate>, Refusal> {
        let months: Vec<String>;
        let mut cells: Vec<&str> = rows.iter().map(|r| r.cells[0].as_str()).collect();
        if style == DateStyle::Month && cells.iter().all(|c| c.len() == 7) {
            months = cells.iter().map(|c| format!("{c}-01")).collect();
            cells = months.iter().map(String::as_str).collect();
        }
        dates::read(&cells, style.order()).map_err(|fault| match fault {
            DateFault::Row(i) => {
                let row = &rows[i];
                let allowed = style.words().into();
                self.wrong(row, &self.header[0], quoted(&row.cells[0]), allowed).into()
            }
            DateFault::Undecided(readings) => Refusal(format!(
                "column {}: found dates such as `{}`, which may be {readings}; say date_format in alvh.columns.toml",
                self.header[0], rows[0].cells[0]
            )),
        })
    }

    /// Rows up to the last one that begins with a date or holds a number.
    fn without_footer(&self, notes: &mut Findings) -> &[Row] {
        let is_words = |row: &Row| {
            let begins = row.cells[0].bytes().any(|b| b.is_ascii_digit())
                && [
                    Order::YearMonthDay,
                    Order::MonthDayYear,
                    Order::DayMonthYear,
                ]
                .iter()
                .any(|order| dates::written(&row.cells[0], *order).is_some());
            let others = row.cells.iter().skip(1).filter(|c| !c.is_empty());
            let numbers = others.filter(|c| {
                Decimal::Point
                    .parse(c)
                    .or(Decimal::Comma.parse(c))
                    .is_some()
            });
            let words = row.cells[0].chars().filter(|c| c.is_alphabetic()).count();
            !begins
                && numbers.count() == 0
                && words >= 3
                && row.cells.len() < self.header.len().max(2)
        };
        let end = self
            .rows
            .iter()
            .rposition(|row| !is_words(row))
            .map_or(0, |i| i + 1);
        for row in &self.rows[end..] {
            notes.note(Severity::Info, "footer_row", &self.file, None, || {
                let words: String = row.cells.join(",").chars().take(60).collect();
                format!("{} row {}: found `{words}` after the last values, allowed: rows of values; left out", self.file, row.line)
            });
        }
        &self.rows[..end]
    }

    /// Stooq leaves the volume out of its latest row. A row that was cut elsewhere would look the same, so its close must lie
    /// within its high and low.
    fn lacks_only_volume(&self, rows: &[Row], i: usize) -> bool {
        let row = &rows[i];
        let is_last = i == 0 || i + 1 == rows.len();
        let volume = self
            .header
            .last()
            .is_some_and(|h| h.to_lowercase().starts_with("vol"));
        if !is_last || !volume || row.cells.len() + 1 != self.header.len() {
            return false;
        }
        let price = |name| {
            self.column(name)
                .and_then(|c| Decimal::Point.parse(row.cells.get(c)?))
        };
        match (price("High"), price("Low"), price("Close")) {
            (Some(high), Some(low), Some(close)) => (low..=high).contains(&close),
            _ => false,
        }
    }

    /// Counts the words that stand for missing values.
    fn count_words(&self, days: &[Day<'_>], notes: &mut Findings) {
        for day in days {
            for (column, cell) in day.row.cells.iter().enumerate().skip(1) {
                if !cell.is_empty() && is_missing_word(cell) {
                    notes.note(
                        Severity::Info,
                        "missing_word",
                        &self.file,
                        Some(day.date),
                        || {
                            format!(
                                "{}, column {}: found `{cell}`, read as no value",
                                day.place(),
                                self.header[column]
                            )
                        },
                    );
                }
            }
        }
    }

    fn sort(&self, days: &mut [Day<'_>], notes: &mut Findings) {
        // Some publishers put the newest row first; that is an order too.
        if days.len() > 1 && days.windows(2).all(|w| w[0].date >= w[1].date) {
            days.reverse();
        }
        for pair in days.windows(2).filter(|w| w[0].date > w[1].date) {
            notes.note(Severity::Warning, "unsorted_row", &self.file, Some(pair[1].date), || {
                let line = pair[1].row.line;
                let found = pair[1].date;
                let before = pair[0].date;
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
}
