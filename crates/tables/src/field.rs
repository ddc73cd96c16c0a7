//! The types a cell may have, and how each is read.

use chrono::NaiveDate;
use market::price::{Money, Price};

use crate::column::Kind;
use crate::csv_table::CsvRow;
use crate::error::ReadError;
use crate::number;
use crate::quantity::Quantity;

/// One cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Undefined.
    Null,
    /// Text.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A finite number.
    Float(f64),
    /// Money.
    Money(Money),
    /// A price.
    Price(Price),
    /// A ratio or money.
    Quantity(Quantity),
    /// A day.
    Date(NaiveDate),
    /// True or false.
    Flag(bool),
}

/// A type that a column may have.
pub trait Field: Sized {
    /// The kind of the column.
    const KIND: Kind;

    /// The value as a cell.
    fn cell(self) -> Cell;

    /// The value of a cell; `None` where it is of another kind, or undefined and may not be.
    fn from_cell(cell: Cell) -> Option<Self>;

    /// Reads the named cell of a row.
    ///
    /// # Errors
    /// Where the cell holds something else.
    fn read(row: CsvRow<'_>, column: &str) -> Result<Self, ReadError>;
}

/// Text; an empty cell is the empty text.
impl Field for String {
    const KIND: Kind = Kind::Text;

    fn cell(self) -> Cell {
        match self.is_empty() {
            true => Cell::Null,
            false => Cell::Text(self),
        }
    }

    fn from_cell(cell: Cell) -> Option<String> {
        match cell {
            Cell::Null => Some(String::new()),
            Cell::Text(text) => Some(text),
            _ => None,
        }
    }

    fn read(row: CsvRow<'_>, column: &str) -> Result<String, ReadError> {
        Ok(row.text(column).to_owned())
    }
}

/// Text that may be there and empty; only the journal tells the two apart.
impl Field for Option<String> {
    const KIND: Kind = Kind::Text;

    fn cell(self) -> Cell {
        self.map_or(Cell::Null, Cell::Text)
    }

    fn from_cell(cell: Cell) -> Option<Option<String>> {
        match cell {
            Cell::Null => Some(None),
            Cell::Text(text) => Some(Some(text)),
            _ => None,
        }
    }

    fn read(row: CsvRow<'_>, column: &str) -> Result<Option<String>, ReadError> {
        Ok(Some(row.text(column).to_owned()).filter(|text| !text.is_empty()))
    }
}

/// A type with a value that is always defined, and the same where it may be undefined.
macro_rules! field {
    ($type:ty, $kind:ident, $cell:expr, $parse:expr, $allowed:literal) => {
        impl Field for $type {
            const KIND: Kind = Kind::$kind;

            fn cell(self) -> Cell {
                $cell(self)
            }

            fn from_cell(cell: Cell) -> Option<$type> {
                match cell {
                    Cell::$kind(value) => value.try_into().ok(),
                    _ => None,
                }
            }

            fn read(row: CsvRow<'_>, column: &str) -> Result<$type, ReadError> {
                $parse(row.text(column)).ok_or_else(|| row.wrong(column, $allowed))
            }
        }

        impl Field for Option<$type> {
            const KIND: Kind = Kind::$kind;

            fn cell(self) -> Cell {
                self.map_or(Cell::Null, Field::cell)
            }

            fn from_cell(cell: Cell) -> Option<Option<$type>> {
                match cell {
                    Cell::Null => Some(None),
                    cell => <$type>::from_cell(cell).map(Some),
                }
            }

            fn read(row: CsvRow<'_>, column: &str) -> Result<Option<$type>, ReadError> {
                match row.text(column) {
                    "" => Ok(None),
                    text => $parse(text).map(Some).ok_or_else(|| {
                        row.wrong(
                            column,
                            concat!($allowed, ", or empty where it is undefined"),
                        )
                    }),
                }
            }
        }
    };
}

field!(
    usize,
    Integer,
    |n: usize| i64::try_from(n).map_or(Cell::Null, Cell::Integer),
    |text: &str| text.parse().ok(),
    "a whole number, 0 or more"
);
field!(
    i64,
    Integer,
    Cell::Integer,
    |text: &str| text.parse().ok(),
    "a whole number"
);
field!(f64, Float, finite, number::parse, "a finite number");
field!(
    Money,
    Money,
    Cell::Money,
    number::money,
    "money with at most two decimals"
);
field!(Price, Price, Cell::Price, number::price, "a finite number");
field!(
    Quantity,
    Quantity,
    quantity,
    Quantity::read,
    "a finite number"
);
field!(
    NaiveDate,
    Date,
    Cell::Date,
    number::date,
    "a day like 2022-01-03"
);
field!(bool, Flag, Cell::Flag, number::flag, "`true` or `false`");

fn finite(value: f64) -> Cell {
    match value.is_finite() {
        true => Cell::Float(value),
        false => Cell::Null,
    }
}

fn quantity(quantity: Quantity) -> Cell {
    match quantity {
        Quantity::Ratio(value) if !value.is_finite() => Cell::Null,
        quantity => Cell::Quantity(quantity),
    }
}

impl Cell {
    /// A cell of a CSV file; `None` where the text is no value of that kind.
    pub fn parse(kind: Kind, text: &str) -> Option<Cell> {
        if text.is_empty() {
            return Some(Cell::Null);
        }
        match kind {
            Kind::Text => Some(Cell::Text(text.to_owned())),
            Kind::Integer => text.parse().ok().map(Cell::Integer),
            Kind::Float => number::parse(text).map(Cell::Float),
            Kind::Money => number::money(text).map(Cell::Money),
            Kind::Price => number::price(text).map(Cell::Price),
            Kind::Quantity => Quantity::read(text).map(Cell::Quantity),
            Kind::Date => number::date(text).map(Cell::Date),
            Kind::Flag => number::flag(text).map(Cell::Flag),
        }
    }
}
