//! A row with its date.

use chrono::{Datelike, NaiveDate};
use market::calendar::Calendar;

use super::{Row, Sheet, quoted};
use crate::DataError;
use crate::check::{Findings, Severity};
use crate::error::Refusal;
use crate::numbers::{Decimal, is_missing_word};

/// A row with its date.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Day<'a> {
    pub date: NaiveDate,
    pub(super) row: &'a Row,
    pub(super) sheet: &'a Sheet,
}

impl<'a> Day<'a> {
    /// The text of a cell.
    pub fn text(&self, column: usize) -> &'a str {
        self.row.cells.get(column).map_or("", String::as_str)
    }

    /// The number in a cell; `None` where the publisher has no value (blank, or a word for it).
    pub fn number(&self, column: usize, range: (f64, f64)) -> Result<Option<f64>, Refusal> {
        let text = self.text(column);
        if text.is_empty() || is_missing_word(text) {
            return Ok(None);
        }
        let decimal = self.sheet.decimal_of(column, range)?;
        match decimal.parse(text) {
            Some(value) if (range.0..=range.1).contains(&value) => Ok(Some(value)),
            _ => {
                let comma = if text.contains(',') && decimal == Decimal::Point {
                    ", its decimals after a point as in the other rows"
                } else {
                    ""
                };
                Err(self
                    .wrong(
                        column,
                        format!("a number from {} to {}{comma}", range.0, range.1),
                    )
                    .into())
            }
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

    /// The sheet that the row stands in.
    pub fn sheet(&self) -> &'a Sheet {
        self.sheet
    }

    /// The number of this row, as an editor shows it.
    pub fn line(&self) -> usize {
        self.row.line as usize
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
            notes.note(Severity::Info, code, series, Some(day.date), || {
                format!(
                    "{}: found a value for {}, allowed: NYSE sessions; left out",
                    day.place(),
                    day.date
                )
            });
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
