//! The types a cell may have, and how each is read.

use chrono::NaiveDate;
use market::price::{Money, Price};

use crate::cell::Cell;
use crate::column::Kind;
use crate::csv_table::{CsvCell, CsvRow};
use crate::error::ReadError;
use crate::number;
use crate::quantity::Quantity;
use crate::series::{Series, fill, push_text};
use crate::word::Word;

/// A type that a column may have.
pub trait Field: Sized {
    /// The kind of the column.
    const KIND: Kind;

    /// The value as a cell.
    fn cell(self) -> Cell;

    /// Appends the value to a column of its kind; one of another kind gets an undefined value.
    #[inline]
    fn put(self, series: &mut Series) {
        series.push(self.cell());
    }

    /// Puts the value into a row of a column that may end before it; an undefined one need not be put anywhere.
    fn put_at(self, row: usize, series: &mut Series) {
        series.fill_to(row);
        self.put(series);
    }

    /// The value of a cell; `None` where it is of another kind, or undefined and may not be.
    fn from_cell(cell: Cell) -> Option<Self>;

    /// Reads a cell.
    ///
    /// # Errors
    /// Where the cell holds something else.
    fn read_cell(cell: CsvCell<'_>) -> Result<Self, ReadError>;

    /// Reads the named cell of a row.
    ///
    /// # Errors
    /// As [`Field::read_cell`].
    fn read<'a>(row: CsvRow<'a>, column: &'a str) -> Result<Self, ReadError> {
        Self::read_cell(row.cell(column))
    }
}

/// Text; an empty cell is the empty text.
impl Field for String {
    const KIND: Kind = Kind::Text;

    fn cell(self) -> Cell {
        match self.is_empty() {
            true => Cell::Null,
            false => Cell::Text(Word::Own(self)),
        }
    }

    #[inline]
    fn put(self, series: &mut Series) {
        Word::Own(self).put(series);
    }

    fn from_cell(cell: Cell) -> Option<String> {
        match cell {
            Cell::Null => Some(String::new()),
            Cell::Text(text) => Some(text.into_string()),
            _ => None,
        }
    }

    fn read_cell(cell: CsvCell<'_>) -> Result<String, ReadError> {
        Ok(cell.text().to_owned())
    }
}

/// Text that may be there and empty; only the journal tells the two apart.
impl Field for Option<String> {
    const KIND: Kind = Kind::Text;

    fn cell(self) -> Cell {
        self.map_or(Cell::Null, |text| Cell::Text(Word::Own(text)))
    }

    fn from_cell(cell: Cell) -> Option<Option<String>> {
        match cell {
            Cell::Null => Some(None),
            Cell::Text(text) => Some(Some(text.into_string())),
            _ => None,
        }
    }

    fn read_cell(cell: CsvCell<'_>) -> Result<Option<String>, ReadError> {
        Ok(Some(cell.text().to_owned()).filter(|text| !text.is_empty()))
    }
}

/// Text that many rows share; an empty one is undefined.
impl Field for Word {
    const KIND: Kind = Kind::Text;

    fn cell(self) -> Cell {
        match self.is_empty() {
            true => Cell::Null,
            false => Cell::Text(self),
        }
    }

    #[inline]
    fn put(self, series: &mut Series) {
        match (series, self.is_empty()) {
            (Series::Text(values), false) => push_text(values, self),
            (series, _) => series.push_null(),
        }
    }

    #[inline]
    fn put_at(self, row: usize, series: &mut Series) {
        if !self.is_empty() {
            Some(self).put_at(row, series);
        }
    }

    fn from_cell(cell: Cell) -> Option<Word> {
        match cell {
            Cell::Null => Some(Word::default()),
            Cell::Text(text) => Some(text),
            _ => None,
        }
    }

    fn read_cell(cell: CsvCell<'_>) -> Result<Word, ReadError> {
        Ok(cell.word())
    }
}

/// The same that may be there and empty, as the journal has it.
impl Field for Option<Word> {
    const KIND: Kind = Kind::Text;

    fn cell(self) -> Cell {
        self.map_or(Cell::Null, Cell::Text)
    }

    #[inline]
    fn put(self, series: &mut Series) {
        match (series, self) {
            (Series::Text(values), Some(text)) => push_text(values, text),
            (series, _) => series.push_null(),
        }
    }

    #[inline]
    fn put_at(self, row: usize, series: &mut Series) {
        match (series, self) {
            (Series::Text(values), Some(text)) => {
                fill(values, row);
                push_text(values, text);
            }
            (_, None) => {}
            (series, _) => series.fill_to(row + 1),
        }
    }

    fn from_cell(cell: Cell) -> Option<Option<Word>> {
        match cell {
            Cell::Null => Some(None),
            Cell::Text(text) => Some(Some(text)),
            _ => None,
        }
    }

    fn read_cell(cell: CsvCell<'_>) -> Result<Option<Word>, ReadError> {
        Ok(Some(cell.word()).filter(|text| !text.is_empty()))
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

            #[inline]
            fn put(self, series: &mut Series) {
                match (series, self.cell()) {
                    (Series::$kind(values), Cell::$kind(value)) => values.push(Some(value)),
                    (series, _) => series.push_null(),
                }
            }

            #[inline]
            fn put_at(self, row: usize, series: &mut Series) {
                match (series, self.cell()) {
                    (Series::$kind(values), Cell::$kind(value)) => {
                        fill(values, row);
                        values.push(Some(value));
                    }
                    (series, _) => series.fill_to(row + 1),
                }
            }

            fn from_cell(cell: Cell) -> Option<$type> {
                match cell {
                    Cell::$kind(value) => value.try_into().ok(),
                    _ => None,
                }
            }

            fn read_cell(cell: CsvCell<'_>) -> Result<$type, ReadError> {
                $parse(cell.text()).ok_or_else(|| cell.wrong($allowed))
            }
        }

        impl Field for Option<$type> {
            const KIND: Kind = Kind::$kind;

            fn cell(self) -> Cell {
                self.map_or(Cell::Null, Field::cell)
            }

            #[inline]
            fn put(self, series: &mut Series) {
                match (series, self) {
                    (Series::$kind(values), None) => values.push(None),
                    (series, Some(value)) => value.put(series),
                    (series, None) => series.push_null(),
                }
            }

            #[inline]
            fn put_at(self, row: usize, series: &mut Series) {
                if let Some(value) = self {
                    value.put_at(row, series);
                }
            }

            fn from_cell(cell: Cell) -> Option<Option<$type>> {
                match cell {
                    Cell::Null => Some(None),
                    cell => <$type>::from_cell(cell).map(Some),
                }
            }

            fn read_cell(cell: CsvCell<'_>) -> Result<Option<$type>, ReadError> {
                match cell.text() {
                    "" => Ok(None),
                    text => $parse(text).map(Some).ok_or_else(|| {
                        cell.wrong(concat!($allowed, ", or empty where it is undefined"))
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
