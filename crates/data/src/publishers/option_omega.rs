//! Trade logs of Option Omega, after its published column list and logs that people share.
//!
//! * Columns by name, among others: `Date Opened` (`yyyy-mm-dd`), `Time Opened` (New York, `15:45:00` or `3:45 PM`),
//!   `Opening Price` (the index at that minute), `Legs`.
//! * `Legs` holds every leg at its opening price: contracts, month, day, strike, `C` or `P`, `STO` or `BTO`, price in points;
//!   legs are parted by ` | `. The year is not said: the expiry is the first such day that is not before the opening.
//! * The class is not said either, so the root is `SPX*`. Logs of other underlyings than SPX have another index level; they are
//!   refused where it is not that of the S&P 500 (a strike far off the level is left out, see `marks.rs`).
//! * Prices are the log's: the middle where it was made without slippage.
//!
//! Example of a cell (made up): `1 Feb 25 4725 P STO 11.50 | 1 Feb 25 4675 P BTO 8.20`

use chrono::{Datelike, NaiveDate, NaiveTime};

use super::{Part, SheetLayout};
use crate::DataError;
use crate::check::Findings;
use crate::error::Refusal;
use crate::marks::{OptionMark, ROOT_UNSAID};
use crate::sheet::{Row, Sheet};

const COLUMNS: [&str; 4] = ["Date Opened", "Time Opened", "Opening Price", "Legs"];

pub(super) const LAYOUT: SheetLayout = SheetLayout {
    publisher: "Option Omega",
    holds: "trade log: opening prices of legs (Date Opened,Time Opened,Opening Price,Legs,...)",
    fits: |sheet| COLUMNS.iter().all(|c| sheet.column(c).is_some()),
    read,
};

fn read(sheet: &Sheet, _: &mut Findings) -> Result<Vec<Part>, Refusal> {
    let mut places = [0; 4];
    for (place, name) in places.iter_mut().zip(COLUMNS) {
        let Some(found) = sheet.column(name) else {
            return Err(Refusal(format!("no column {name:?}")));
        };
        *place = found;
    }
    let mut marks = Vec::new();
    for row in &sheet.rows {
        legs(sheet, row, places, &mut marks)?;
    }
    Ok(vec![Part::Marks(marks)])
}

/// The legs of one trade.
fn legs(
    sheet: &Sheet,
    row: &Row,
    [date, time, level, legs]: [usize; 4],
    marks: &mut Vec<OptionMark>,
) -> Result<(), DataError> {
    let cell = |column: usize| row.cells.get(column).map_or("", String::as_str);
    let wrong = |column: usize, allowed: &str| {
        let found = format!("`{}`", cell(column));
        sheet.wrong(row, &sheet.header[column], found, allowed.into())
    };
    let opened = NaiveDate::parse_from_str(cell(date), "%Y-%m-%d")
        .map_err(|_| wrong(date, "a date like 2022-01-31"))?;
    let at = minute(cell(time)).ok_or_else(|| wrong(time, "a time like 15:45:00 or 3:45 PM"))?;
    let underlying = points(cell(level)).ok_or_else(|| wrong(level, "a number above 0"))?;
    for text in cell(legs).split('|').map(str::trim) {
        let (_, leg) = leg(text, opened).ok_or_else(|| {
            let found = format!("`{text}`");
            let allowed = "legs like `1 Feb 25 4725 P STO 11.50`, parted by |".into();
            sheet.wrong(row, &sheet.header[legs], found, allowed)
        })?;
        marks.push(OptionMark {
            quote_date: opened,
            quote_time: at,
            root: ROOT_UNSAID.into(),
            underlying,
            ..leg
        });
    }
    Ok(())
}

fn minute(text: &str) -> Option<NaiveTime> {
    ["%H:%M:%S", "%H:%M", "%I:%M %p", "%I:%M:%S %p"]
        .iter()
        .find_map(|form| NaiveTime::parse_from_str(text, form).ok())
}

fn points(text: &str) -> Option<f64> {
    let value = text.parse::<f64>().ok()?;
    (value.is_finite() && value > 0.0).then_some(value)
}

/// One leg with its signed count; moment and index level are filled in by the caller.
pub(crate) fn leg(text: &str, opened: NaiveDate) -> Option<(i32, OptionMark)> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let [contracts, month, day, strike, right, action, price] = words.as_slice() else {
        return None;
    };
    let count = contracts.parse::<i32>().ok().filter(|n| *n > 0)?;
    let sign = match *action {
        "BTO" | "BTC" => 1,
        "STO" | "STC" => -1,
        _ => return None,
    };
    let mark = OptionMark {
        quote_date: opened,
        quote_time: NaiveTime::MIN,
        root: String::new(),
        expiry: expiry(month, day, opened)?,
        is_call: match *right {
            "C" => true,
            "P" => false,
            _ => return None,
        },
        strike: points(strike)?,
        mid: points(price)?,
        underlying: 0.0,
    };
    Some((sign * count, mark))
}

/// The first day of this name that is not before the opening.
fn expiry(month: &str, day: &str, opened: NaiveDate) -> Option<NaiveDate> {
    (opened.year()..=opened.year() + 4).find_map(|year| {
        NaiveDate::parse_from_str(&format!("{year} {month} {day}"), "%Y %b %d")
            .ok()
            .filter(|d| *d >= opened)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_year_of_a_leg_is_that_of_the_next_such_day() {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a date");
        for (opened, month, name, expiry_day) in [
            ("2022-12-20", "Jan", "4", "2023-01-04"),
            ("2022-12-20", "Dec", "20", "2022-12-20"),
            ("2022-12-21", "Dec", "20", "2023-12-20"),
            ("2023-03-01", "Feb", "29", "2024-02-29"),
        ] {
            assert_eq!(expiry(month, name, day(opened)), Some(day(expiry_day)));
        }
        assert_eq!(expiry("Feb", "30", day("2023-03-01")), None);
    }

    #[test]
    fn a_leg_that_cannot_be_read_is_none() {
        let opened = "2022-01-03".parse().expect("a date");
        assert!(leg("1 Feb 25 4725 P STO 11.50", opened).is_some());
        for text in [
            "",
            "1 Feb 25 4725 P STO",
            "0 Feb 25 4725 P STO 1.0",
            "1 Feb 25 4725 X STO 1.0",
            "1 Feb 25 4725 P SELL 1.0",
            "1 Feb 25 4725 P STO nan",
            "1 Foo 25 4725 P STO 1.0",
        ] {
            assert_eq!(leg(text, opened), None, "{text}");
        }
    }
}
