//! One cell of a table.

use chrono::NaiveDate;
use market::price::{Money, Price};

use crate::column::{Decimals, Kind};
use crate::csv_form::CsvForm;
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

    /// Appends the value as a CSV file in a form prints it; nothing where it is undefined.
    pub(crate) fn print(&self, decimals: Decimals, form: CsvForm, out: &mut String) {
        match *self {
            Cell::Null => {}
            Cell::Text(ref text) => out.push_str(text),
            Cell::Integer(value) => number::print_integer(value, out),
            Cell::Float(value) => match decimals {
                Decimals::Fixed(decimals) => number::print_fixed(value, decimals, out),
                Decimals::Own | Decimals::Shortest => form.print_fraction(value, out),
            },
            Cell::Money(money) | Cell::Quantity(Quantity::Usd(money)) => {
                number::print_money(money, out);
            }
            Cell::Price(price) => number::print_price(price, out),
            Cell::Quantity(Quantity::Ratio(value)) => {
                number::print_fixed(value, Quantity::RATIO_DECIMALS, out);
            }
            Cell::Quantity(Quantity::Whole(n)) => form.print_fraction(n as f64, out),
            Cell::Date(day) => number::print_date(day, out),
            Cell::Flag(flag) => out.push_str(if flag { "true" } else { "false" }),
        }
    }
}
