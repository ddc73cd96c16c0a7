//! The values of a column, typed.

use std::borrow::Cow;

use chrono::NaiveDate;
use market::price::{Money, Price};
use serde_json::{Number, Value};

use crate::cell::Cell;
use crate::column::{Decimals, Kind};
use crate::csv_form::CsvForm;
use crate::quantity::Quantity;
use crate::text::harmless;
use crate::word::{Word, text_at};

/// The values of a column; `None` is undefined. A column may end before its table does: what follows is undefined too.
#[derive(Clone, Debug, PartialEq)]
pub enum Series {
    /// Text, harmless in a spreadsheet.
    Text(Vec<Option<Word>>),
    /// Whole numbers.
    Integer(Vec<Option<i64>>),
    /// Finite numbers.
    Float(Vec<Option<f64>>),
    /// Money, in exact cents.
    Money(Vec<Option<Money>>),
    /// Prices, in exact 1/10,000 points.
    Price(Vec<Option<Price>>),
    /// Ratios and money.
    Quantity(Vec<Option<Quantity>>),
    /// Days.
    Date(Vec<Option<NaiveDate>>),
    /// True or false.
    Flag(Vec<Option<bool>>),
}

impl Series {
    /// No values of a kind.
    pub fn new(kind: Kind) -> Series {
        match kind {
            Kind::Text => Series::Text(Vec::new()),
            Kind::Integer => Series::Integer(Vec::new()),
            Kind::Float => Series::Float(Vec::new()),
            Kind::Money => Series::Money(Vec::new()),
            Kind::Price => Series::Price(Vec::new()),
            Kind::Quantity => Series::Quantity(Vec::new()),
            Kind::Date => Series::Date(Vec::new()),
            Kind::Flag => Series::Flag(Vec::new()),
        }
    }

    /// Appends a value. A cell of another kind becomes undefined; rows declared by `row!` have none.
    pub fn push(&mut self, cell: Cell) {
        // First, because most cells of a journal are undefined.
        if cell == Cell::Null {
            return self.push_null();
        }
        match (self, cell) {
            (Series::Text(values), Cell::Text(text)) => push_text(values, text),
            (Series::Integer(values), Cell::Integer(value)) => values.push(Some(value)),
            (Series::Float(values), Cell::Float(value)) => values.push(Some(value)),
            (Series::Money(values), Cell::Money(value)) => values.push(Some(value)),
            (Series::Price(values), Cell::Price(value)) => values.push(Some(value)),
            (Series::Quantity(values), Cell::Quantity(value)) => values.push(Some(value)),
            (Series::Date(values), Cell::Date(value)) => values.push(Some(value)),
            (Series::Flag(values), Cell::Flag(value)) => values.push(Some(value)),
            (series, _) => series.push_null(),
        }
    }

    /// Appends an undefined value.
    pub(crate) fn push_null(&mut self) {
        match self {
            Series::Text(values) => values.push(None),
            Series::Integer(values) => values.push(None),
            Series::Float(values) => values.push(None),
            Series::Money(values) => values.push(None),
            Series::Price(values) => values.push(None),
            Series::Quantity(values) => values.push(None),
            Series::Date(values) => values.push(None),
            Series::Flag(values) => values.push(None),
        }
    }

    /// Makes a column end before a row, if it ended earlier: what was missing is undefined.
    pub(crate) fn fill_to(&mut self, row: usize) {
        match self {
            Series::Text(values) => fill(values, row),
            Series::Integer(values) => fill(values, row),
            Series::Float(values) => fill(values, row),
            Series::Money(values) => fill(values, row),
            Series::Price(values) => fill(values, row),
            Series::Quantity(values) => fill(values, row),
            Series::Date(values) => fill(values, row),
            Series::Flag(values) => fill(values, row),
        }
    }

    /// Number of rows up to its end.
    pub fn len(&self) -> usize {
        match self {
            Series::Text(values) => values.len(),
            Series::Integer(values) => values.len(),
            Series::Float(values) => values.len(),
            Series::Money(values) => values.len(),
            Series::Price(values) => values.len(),
            Series::Quantity(values) => values.len(),
            Series::Date(values) => values.len(),
            Series::Flag(values) => values.len(),
        }
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Appends a value as a CSV file prints it: a file has a million cells, and a text for each would cost more than its
    /// digits.
    pub(crate) fn print(&self, row: usize, decimals: Decimals, form: CsvForm, out: &mut String) {
        match self {
            Series::Text(values) => out.push_str(text_at(values, row)),
            numbers => numbers.value(row).print(decimals, form, out),
        }
    }

    /// A value that is no text.
    fn value(&self, row: usize) -> Cell {
        match self {
            Series::Text(_) => Cell::Null,
            Series::Integer(values) => cell(at(values, row), Cell::Integer),
            Series::Float(values) => cell(at(values, row), Cell::Float),
            Series::Money(values) => cell(at(values, row), Cell::Money),
            Series::Price(values) => cell(at(values, row), Cell::Price),
            Series::Quantity(values) => cell(at(values, row), Cell::Quantity),
            Series::Date(values) => cell(at(values, row), Cell::Date),
            Series::Flag(values) => cell(at(values, row), Cell::Flag),
        }
    }

    /// A text; empty where it is undefined, or in a column of another kind.
    pub fn text_of(&self, row: usize) -> &str {
        match self {
            Series::Text(values) => text_at(values, row),
            _ => "",
        }
    }

    /// Takes a value out of its row, as a reader of the CSV file finds it there: numbers have the decimals of their column.
    pub(crate) fn take(&mut self, row: usize, decimals: Decimals) -> Cell {
        match self {
            Series::Text(values) => {
                let text = values.get_mut(row).and_then(Option::take);
                let text = text.filter(|text| !text.is_empty());
                text.map_or(Cell::Null, Cell::Text)
            }
            Series::Float(values) => cell(at(values, row), |value| {
                Cell::Float(decimals.rounded(value))
            }),
            Series::Quantity(values) => cell(at(values, row), |quantity| {
                Cell::Quantity(quantity.as_printed())
            }),
            exact => exact.value(row),
        }
    }

    /// Whether no row has a value.
    pub fn is_undefined(&self) -> bool {
        match self {
            Series::Text(values) => values.iter().all(Option::is_none),
            Series::Integer(values) => values.iter().all(Option::is_none),
            Series::Float(values) => values.iter().all(Option::is_none),
            Series::Money(values) => values.iter().all(Option::is_none),
            Series::Price(values) => values.iter().all(Option::is_none),
            Series::Quantity(values) => values.iter().all(Option::is_none),
            Series::Date(values) => values.iter().all(Option::is_none),
            Series::Flag(values) => values.iter().all(Option::is_none),
        }
    }

    /// Makes room for so many more values.
    pub(crate) fn reserve(&mut self, rows: usize) {
        match self {
            Series::Text(values) => values.reserve_exact(rows),
            Series::Integer(values) => values.reserve_exact(rows),
            Series::Float(values) => values.reserve_exact(rows),
            Series::Money(values) => values.reserve_exact(rows),
            Series::Price(values) => values.reserve_exact(rows),
            Series::Quantity(values) => values.reserve_exact(rows),
            Series::Date(values) => values.reserve_exact(rows),
            Series::Flag(values) => values.reserve_exact(rows),
        }
    }

    /// A value as JSON: numbers, booleans and null are what they are, a day is its text.
    pub(crate) fn json(&self, row: usize, decimals: Decimals) -> Value {
        let found = match self {
            Series::Text(values) => {
                let text = values.get(row).and_then(Option::as_deref);
                text.map(|text| Value::String(text.to_owned()))
            }
            Series::Integer(values) => at(values, row).map(Value::from),
            Series::Date(values) => at(values, row).map(|day| Value::String(day.to_string())),
            Series::Flag(values) => at(values, row).map(Value::Bool),
            numbers => numbers
                .number(row, decimals)
                .map(|value: f64| Number::from_f64(value).map_or(Value::Null, Value::Number)),
        };
        found.unwrap_or(Value::Null)
    }

    /// A number as the CSV file has it: money in USD, prices in points, ratios with the decimals of their column.
    pub fn number(&self, row: usize, decimals: Decimals) -> Option<f64> {
        match self {
            Series::Float(values) => at(values, row).map(|value| decimals.rounded(value)),
            Series::Money(values) => at(values, row).map(Money::usd),
            Series::Price(values) => at(values, row).map(Price::points),
            Series::Quantity(values) => {
                at(values, row).map(|quantity| quantity.as_printed().into())
            }
            Series::Integer(values) => at(values, row).map(|value| value as f64),
            Series::Text(_) | Series::Date(_) | Series::Flag(_) => None,
        }
    }
}

/// Makes a column end before a row, if it ended earlier.
#[inline]
pub(crate) fn fill<T>(values: &mut Vec<Option<T>>, row: usize) {
    if values.len() < row {
        values.resize_with(row, || None);
    }
}

/// Appends a text to a column of texts, as one that is harmless in a spreadsheet.
#[inline]
pub(crate) fn push_text(values: &mut Vec<Option<Word>>, text: Word) {
    // Most texts stand where the one above stands, which was looked at.
    let above = values.last().and_then(Option::as_deref);
    let is_known = above.is_some_and(|above| std::ptr::eq(above, &*text));
    let text = match is_known {
        true => text,
        false => safe(text),
    };
    values.push(Some(text));
}

fn safe(text: Word) -> Word {
    match harmless(&text) {
        Cow::Owned(safe) => Word::Own(safe),
        Cow::Borrowed(_) => text,
    }
}

/// A value of a column; undefined after its end.
fn at<T: Copy>(values: &[Option<T>], row: usize) -> Option<T> {
    values.get(row).copied().flatten()
}

/// A cell of a value.
fn cell<T>(value: Option<T>, of: impl FnOnce(T) -> Cell) -> Cell {
    value.map_or(Cell::Null, of)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_rows_share_is_as_harmless_as_one_of_each_row() {
        let texts = [
            "=HYPERLINK(1)",
            "calm",
            "calm",
            "a\u{1b}b",
            "",
            "-1",
            "calm",
        ];
        let mut rows = Vec::new();
        for text in texts {
            let shared = Word::shared(text);
            rows.extend([shared.clone(), shared.clone(), shared]);
        }
        let (mut shared, mut own) = (Series::new(Kind::Text), Series::new(Kind::Text));
        for row in rows {
            own.push(Cell::Text(Word::Own(row.to_string())));
            shared.push(Cell::Text(row));
        }
        assert_eq!(shared, own);
        let Series::Text(values) = shared else {
            panic!("texts");
        };
        let found = [0, 2, 3, 11].map(|row| values[row].as_deref().unwrap_or_default());
        assert_eq!(
            found,
            ["'=HYPERLINK(1)", "'=HYPERLINK(1)", "calm", "a\u{fffd}b"]
        );
    }
}
