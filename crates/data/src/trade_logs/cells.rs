//! Cells of a log: names of columns once, numbers with signs of money, dates in any ordinary form.

use chrono::{Datelike, NaiveDate, NaiveDateTime};

use super::fault::RowFault;
use crate::newyork::Written;
use crate::sheet::{Row, Sheet};

/// A row with the header that names its cells.
#[derive(Clone, Copy)]
pub struct Cells<'a> {
    sheet: &'a Sheet,
    row: &'a Row,
}

impl<'a> Cells<'a> {
    /// The rows of a sheet.
    pub fn all(sheet: &'a Sheet) -> impl Iterator<Item = Cells<'a>> {
        sheet.rows.iter().map(move |row| Cells { sheet, row })
    }

    /// Text of a column; empty where there is no such column or cell.
    pub fn text(self, column: &str) -> &'a str {
        let at = self.sheet.column(column);
        at.and_then(|at| self.row.cells.get(at))
            .map_or("", String::as_str)
    }

    /// What to call the row where the log has no name for it.
    pub fn name(self) -> String {
        format!("row {}", self.row.line)
    }

    /// A number, if the cell holds one; what is wrong otherwise.
    pub fn number(self, column: &str) -> Result<f64, RowFault> {
        let text = self.text(column);
        number(text).ok_or_else(|| RowFault::cell(column, text, "a number"))
    }

    /// A number, or nothing where the cell is empty.
    pub fn maybe(self, column: &str) -> Result<Option<f64>, RowFault> {
        match self.text(column) {
            "" | "-" | "--" => Ok(None),
            _ => self.number(column).map(Some),
        }
    }

    /// A day.
    pub fn date(self, column: &str) -> Result<NaiveDate, RowFault> {
        let text = self.text(column);
        day(text)
            .ok_or_else(|| RowFault::cell(column, text, "a date like 2022-01-31 or 01/31/2022"))
    }
}

/// A number as brokers write it: `1,690.00`, `$12.5`, `(3.10)`.
pub fn number(text: &str) -> Option<f64> {
    let text = text.trim();
    let (text, negative) = match text.strip_prefix('(').and_then(|t| t.strip_suffix(')')) {
        Some(inner) => (inner, true),
        None => (text, false),
    };
    let plain: String = text
        .chars()
        .filter(|c| !matches!(c, '$' | ',' | ' '))
        .collect();
    let value: f64 = plain.parse().ok()?;
    value
        .is_finite()
        .then_some(if negative { -value } else { value })
}

/// A day as logs write it.
pub fn day(text: &str) -> Option<NaiveDate> {
    let first = text.split([' ', 'T', ';']).next()?;
    let forms = ["%Y-%m-%d", "%Y%m%d", "%m/%d/%Y", "%m/%d/%y"];
    let read = |form: &&str| NaiveDate::parse_from_str(first, form).ok();
    // A year of four digits is tried first: `%Y` would read 22 as the year 22.
    forms.iter().filter_map(read).find(|d| is_modern(*d))
}

fn is_modern(date: NaiveDate) -> bool {
    (1970..=2100).contains(&date.year())
}

/// A moment by New York's clock: `2024-01-10T15:45:12-0600`, `2024-01-10 15:45:12`, `20240110;154512`. Without a zone it is
/// New York's already.
pub fn moment(text: &str) -> Option<NaiveDateTime> {
    let date = day(text)?;
    let rest = text
        .split_once([' ', 'T', ';'])
        .map_or("", |(_, rest)| rest.trim());
    if rest.is_empty() {
        return date.and_hms_opt(0, 0, 0);
    }
    let digits = rest.len() >= 6 && rest.as_bytes()[..6].iter().all(u8::is_ascii_digit);
    let spaced = if digits {
        format!(
            "{}:{}:{}{}",
            &rest[..2],
            &rest[2..4],
            &rest[4..6],
            &rest[6..]
        )
    } else {
        rest.to_string()
    };
    let (time, offset) = crate::newyork::time(&spaced)?;
    let written = Written {
        date,
        time: Some(time),
        offset,
    };
    written.in_new_york()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_dates_and_moments_are_read_as_brokers_write_them() {
        assert_eq!(number("$1,690.00"), Some(1690.0));
        assert_eq!(number("(3.10)"), Some(-3.1));
        assert_eq!(number("n/a"), None);
        let jan = NaiveDate::from_ymd_opt(2024, 1, 19);
        for text in ["2024-01-19", "20240119", "01/19/2024", "1/19/24"] {
            assert_eq!(day(text), jan, "{text}");
        }
        let late = moment("2024-01-19T23:30:00-0600").expect("a moment");
        assert_eq!(late.to_string(), "2024-01-20 00:30:00");
        let flex = moment("20240119;154512").expect("a moment");
        assert_eq!(flex.to_string(), "2024-01-19 15:45:12");
    }
}
