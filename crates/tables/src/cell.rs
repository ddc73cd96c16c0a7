//! One cell of a table.

use chrono::NaiveDate;
use market::price::{Money, Price};

use crate::column::Kind;
use crate::number;
use crate::quantity::Quantity;
use crate::word::Word;

/// One cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Undefined.
    Null,
    /// Text.
    Text(Word),
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

impl Cell {
    /// A cell of a CSV file; `None` where the text is no value of that kind.
    pub fn parse(kind: Kind, text: &str) -> Option<Cell> {
        if text.is_empty() {
            return Some(Cell::Null);
        }
        match kind {
            Kind::Text => Some(Cell::Text(Word::Own(text.to_owned()))),
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
