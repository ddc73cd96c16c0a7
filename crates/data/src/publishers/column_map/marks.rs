//! What a file says by a map of option marks: prices of single options.

use chrono::{NaiveDate, NaiveTime, Timelike};

use super::keys::shown_text;
use crate::DataError;
use crate::check::Findings;
use crate::error::Refusal;
use crate::marks::{OptionMark, ROOT_UNSAID};
use crate::newyork::{by_format, time};
use crate::numbers::{Decimal, is_missing_word};
use crate::publishers::Part;
use crate::sheet::{Row, Sheet};

/// Roots of single prices: `SPX*` where the source does not say which class of SPX it is.
pub(super) const MARK_ROOTS: [&str; 5] = ["SPX", "SPXW", ROOT_UNSAID, "XSP", "VIX"];

/// Prices of single options by their columns.
#[derive(Clone)]
pub(crate) struct MarksMap {
    pub publisher: String,
    /// chrono's format of dates, and an example of it.
    pub dates: (String, String),
    pub delimiter: u8,
    pub decimal: Option<Decimal>,
    /// Names of the columns `date`, `expiry`, `strike`, `right`, `price`, `underlying`.
    pub columns: [String; 6],
    /// Column of the New York time; else the date has it, or `stated_time` says it.
    pub time: Option<String>,
    /// New York time of every row whose date has none.
    pub stated_time: Option<NaiveTime>,
    /// Column of the root, or the root of every row.
    pub root: RootOfMark,
    /// From the file's unit to points: of prices, of strikes.
    pub factors: (f64, f64),
}

/// Where the root of a mark is said.
#[derive(Clone)]
pub(crate) enum RootOfMark {
    Column(String),
    Stated(String),
}

/// The largest number that a mark may have, in the file's unit.
const MOST: f64 = 1e9;

/// Places of the columns in a sheet.
struct Places {
    named: [usize; 6],
    time: Option<usize>,
    root: Option<usize>,
}

impl MarksMap {
    /// What a file says by this map.
    pub fn read(&self, file: &str, bytes: &[u8], _: &mut Findings) -> Result<Vec<Part>, Refusal> {
        let mut sheet = Sheet::parse_delimited(file, bytes, self.delimiter)?;
        sheet.decimal = self.decimal.or_else(|| sheet.decimal_comma());
        let place = |name: &String| {
            sheet.column(name).ok_or_else(|| DataError::Cell {
                file: file.into(),
                row: 1,
                column: name.clone(),
                found: format!("the columns {}", sheet.header.join(", ")),
                allowed: "a header that has it".into(),
            })
        };
        let mut places = Places {
            named: [0; 6],
            time: self.time.as_ref().map(place).transpose()?,
            root: match &self.root {
                RootOfMark::Column(name) => Some(place(name)?),
                RootOfMark::Stated(_) => None,
            },
        };
        for (at, name) in places.named.iter_mut().zip(&self.columns) {
            *at = place(name)?;
        }
        let mut marks = Vec::with_capacity(sheet.rows.len());
        for row in &sheet.rows {
            marks.extend(self.mark(&sheet, row, &places)?);
        }
        Ok(vec![Part::Marks(marks)])
    }

    /// The mark of a row; `None` where its price is a word for missing or empty.
    fn mark(
        &self,
        sheet: &Sheet,
        row: &Row,
        places: &Places,
    ) -> Result<Option<OptionMark>, Refusal> {
        if row.cells.len() != sheet.header.len() {
            let found = format!("{} cells", row.cells.len());
            let allowed = format!("{}, as in the header", sheet.header.len());
            return Err(sheet.wrong(row, "(all)", found, allowed).into());
        }
        let [date, expiry, strike, right, price, underlying] = places.named;
        let wrong = |column: usize, allowed: String| -> Refusal {
            let found = shown_text(&row.cells[column]);
            sheet
                .wrong(row, &sheet.header[column], found, allowed)
                .into()
        };
        let number = |column: usize| {
            let value = sheet.number(row, column, (0.0, MOST))?;
            let value = value.filter(|value| *value > 0.0);
            value.ok_or_else(|| wrong(column, format!("a number above 0, up to {MOST}")))
        };
        let cell = row.cells[price].as_str();
        if cell.is_empty() || is_missing_word(cell) {
            return Ok(None);
        }
        let (quote_date, in_date) = self
            .moment(&row.cells[date])
            .ok_or_else(|| wrong(date, format!("a date as {} writes it", self.dates.1)))?;
        let quote_time = match places.time {
            Some(column) => time(&row.cells[column])
                .map(|(time, _)| time)
                .ok_or_else(|| wrong(column, "a New York time like 15:45".into()))?,
            None => in_date.or(self.stated_time).ok_or_else(|| {
                let allowed = "a time beside the date, a column columns.time, or the key time";
                wrong(date, allowed.into())
            })?,
        };
        let (expires, _) = self
            .moment(&row.cells[expiry])
            .ok_or_else(|| wrong(expiry, format!("a date as {} writes it", self.dates.1)))?;
        Ok(Some(OptionMark {
            quote_date,
            quote_time: quote_time.with_second(0).unwrap_or(quote_time),
            root: self.root_of(row, places.root, &wrong)?,
            expiry: expires,
            is_call: match row.cells[right].to_ascii_lowercase().as_str() {
                "c" | "call" => true,
                "p" | "put" => false,
                _ => return Err(wrong(right, "C, P, call or put".into())),
            },
            strike: number(strike)? * self.factors.1,
            mid: number(price)? * self.factors.0,
            underlying: number(underlying)?,
        }))
    }

    fn root_of(
        &self,
        row: &Row,
        column: Option<usize>,
        wrong: &dyn Fn(usize, String) -> Refusal,
    ) -> Result<String, Refusal> {
        match (&self.root, column) {
            (RootOfMark::Stated(root), _) => Ok(root.clone()),
            (RootOfMark::Column(_), column) => {
                let column = column.unwrap_or_default();
                let cell = row.cells[column].as_str();
                match MARK_ROOTS.contains(&cell) {
                    true => Ok(cell.to_string()),
                    false => Err(wrong(column, MARK_ROOTS.join(", "))),
                }
            }
        }
    }

    /// A cell by the user's format, as New York's clock had it.
    fn moment(&self, cell: &str) -> Option<(NaiveDate, Option<NaiveTime>)> {
        let written = by_format(cell, &self.dates.0)?;
        let Some(_) = written.offset else {
            // A date without a time is read as midnight.
            let time = written.time.filter(|time| *time != NaiveTime::MIN);
            return Some((written.date, time));
        };
        let local = written.in_new_york()?;
        Some((local.date(), Some(local.time())))
    }
}
