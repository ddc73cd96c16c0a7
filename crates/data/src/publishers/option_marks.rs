//! Prices of single options, one row each, as people extract them from the logs of backtesters.
//!
//! * Columns: `quote_date,quote_time,root,expiration,strike,type,mid,index_level`, and further ones, which are not read.
//! * Dates `yyyy-mm-dd`; `quote_time` New York, `HH:MM`; `type` is `C` or `P`; points.
//! * `root` is `SPX`, `SPXW`, `XSP` or `VIX`; `SPX*` where the source does not say which SPX class it is.
//!
//! Example (made up): `2022-05-09,15:45,SPX*,2022-05-24,3800.0,P,42.5,3991.24,34.75`

use chrono::{NaiveDate, NaiveTime};

use super::{Part, SheetLayout};
use crate::DataError;
use crate::check::Findings;
use crate::error::Refusal;
use crate::marks::{OptionMark, ROOT_UNSAID};
use crate::sheet::{Row, Sheet};

pub(super) const LAYOUT: SheetLayout = SheetLayout {
    publisher: "log of a backtester",
    holds: "prices of single options (quote_date,quote_time,root,expiration,strike,type,mid,...)",
    fits: |sheet| {
        let columns = HEADER.split(',');
        columns.zip(&sheet.header).filter(|(a, b)| a == b).count() == WIDTH
    },
    read,
};

const HEADER: &str = "quote_date,quote_time,root,expiration,strike,type,mid,index_level";
const WIDTH: usize = 8;
const ROOTS: [&str; 5] = ["SPX", "SPXW", ROOT_UNSAID, "XSP", "VIX"];

fn read(sheet: &Sheet, _: &mut Findings) -> Result<Vec<Part>, Refusal> {
    let marks = sheet.rows.iter().map(|row| mark(sheet, row));
    Ok(vec![Part::Marks(marks.collect::<Result<_, DataError>>()?)])
}

fn mark(sheet: &Sheet, row: &Row) -> Result<OptionMark, DataError> {
    if row.cells.len() != sheet.header.len() {
        let found = format!("{} cells", row.cells.len());
        let allowed = format!("{}, as in the header", sheet.header.len());
        return Err(sheet.wrong(row, "(all)", found, allowed));
    }
    let wrong = |column: usize, allowed: &str| {
        let found = format!("`{}`", row.cells[column]);
        sheet.wrong(row, &sheet.header[column], found, allowed.into())
    };
    let date = |column: usize| {
        NaiveDate::parse_from_str(&row.cells[column], "%Y-%m-%d")
            .map_err(|_| wrong(column, "a date like 2022-01-31"))
    };
    let number = |column: usize| {
        let value = row.cells[column].parse::<f64>().ok();
        value
            .filter(|v| v.is_finite() && *v > 0.0)
            .ok_or_else(|| wrong(column, "a number above 0"))
    };
    let root = row.cells[2].as_str();
    if !ROOTS.contains(&root) {
        return Err(wrong(2, &ROOTS.join(", ")));
    }
    let is_call = match row.cells[5].as_str() {
        "C" => true,
        "P" => false,
        _ => return Err(wrong(5, "C or P")),
    };
    Ok(OptionMark {
        quote_date: date(0)?,
        quote_time: NaiveTime::parse_from_str(&row.cells[1], "%H:%M")
            .map_err(|_| wrong(1, "a time like 15:45"))?,
        root: root.into(),
        expiry: date(3)?,
        is_call,
        strike: number(4)?,
        mid: number(6)?,
        underlying: number(7)?,
    })
}
