//! What a file says by a map of daily series.

use chrono::NaiveDate;

use super::SeriesMap;
use super::keys::shown_text;
use crate::DataError;
use crate::check::Findings;
use crate::error::Refusal;
use crate::newyork::by_format;
use crate::plausible;
use crate::publishers::{Part, daily, lines, points};
use crate::schema;
use crate::sheet::{DateStyle, Sheet, on_sessions};

impl SeriesMap {
    /// What a file says by this map.
    pub fn read(
        &self,
        file: &str,
        bytes: &[u8],
        notes: &mut Findings,
    ) -> Result<Vec<Part>, Refusal> {
        let mut sheet = Sheet::parse_delimited(file, bytes, self.delimiter)?;
        sheet.decimal = self.decimal;
        let column = |name: &str| {
            let found = format!("the columns {}", sheet.header.join(", "));
            let row = 1;
            let allowed = "a header that has it".into();
            sheet.column(name).ok_or_else(|| DataError::Cell {
                file: file.into(),
                row,
                column: name.into(),
                found,
                allowed,
            })
        };
        let date = column(&self.date.0)?;
        let columns = self
            .series
            .iter()
            .map(|(_, name)| column(name))
            .collect::<Result<Vec<_>, _>>()?;
        let sheet = self.with_iso_dates(&sheet, date)?;
        let days = on_sessions(sheet.days(DateStyle::Iso, notes)?, file, notes);
        let mut parts = Vec::new();
        for ((series, _), column) in self.series.iter().zip(columns) {
            let (low, high) = daily(series).range;
            // The date has moved to the front; the range of the series is in its own unit.
            let column = if column < date { column + 1 } else { column };
            if let Some((low, high)) = schema::typical(series) {
                sheet.settle_decimal(column, (low / self.factor, high / self.factor));
            }
            let mut points = points(&days, column, (low / self.factor, high / self.factor))?;
            points
                .iter_mut()
                .for_each(|(_, value)| *value *= self.factor);
            plausible::values(series, &points)?;
            parts.push(Part::Daily {
                series,
                rank: 0,
                points,
                lines: lines(&days),
                named: true,
            });
        }
        Ok(parts)
    }

    /// The sheet with its date column in front, written `yyyy-mm-dd`; instants with their zone, for the whole file to decide
    /// which session they belong to.
    fn with_iso_dates(&self, sheet: &Sheet, column: usize) -> Result<Sheet, DataError> {
        let mut moved = sheet.with_date_first(column);
        let last = moved.rows.len();
        for (i, row) in moved
            .rows
            .iter_mut()
            .enumerate()
            .filter(|(_, row)| row.cells.len() == sheet.header.len())
        {
            match instant(&row.cells[0], &self.date.1) {
                Some(text) => row.cells[0] = text,
                // Words after the values are looked at by those who read the rows.
                None if i + 1 == last && !row.cells[0].bytes().any(|b| b.is_ascii_digit()) => {}
                None => {
                    let found = shown_text(&row.cells[0]);
                    let allowed = format!("a date as {} writes it", self.date.1);
                    return Err(sheet.wrong(row, &sheet.header[column], found, allowed));
                }
            }
        }
        Ok(moved)
    }
}

/// A cell read by the user's format and written so that every program reads it the same way.
fn instant(cell: &str, format: &str) -> Option<String> {
    let written = by_format(cell, format)?;
    let Some(seconds) = written.offset else {
        return Some(written.date.to_string());
    };
    let sign = if seconds < 0 { '-' } else { '+' };
    let minutes = seconds.abs() / 60;
    let time = written.time.unwrap_or_default().format("%H:%M:%S");
    Some(format!(
        "{} {time}{sign}{:02}:{:02}",
        written.date,
        minutes / 60,
        minutes % 60
    ))
}

/// Whether dates of a format are read at all: the last day of January 2022 written and read back, and as an example.
pub(super) fn example(format: &str) -> Option<String> {
    use chrono::format::{Item, StrftimeItems};
    if ["%s", "%s%.f"].contains(&format) {
        return Some("1643662800".into());
    }
    let items: Vec<Item> = StrftimeItems::new(format).collect();
    if items.iter().any(|item| matches!(item, Item::Error)) {
        return None;
    }
    let day = NaiveDate::from_ymd_opt(2022, 1, 31)?;
    // Writing a zone needs a moment that has one; a format of something else ends here instead of a panic.
    let moment = day.and_hms_opt(16, 0, 0)?.and_utc().fixed_offset();
    let mut text = String::new();
    std::fmt::Write::write_fmt(
        &mut text,
        format_args!("{}", moment.format_with_items(items.iter())),
    )
    .ok()?;
    let read = instant(&text, format)?;
    (read[..10] == day.to_string()).then_some(text)
}
