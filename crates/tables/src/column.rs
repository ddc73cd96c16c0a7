//! What a column of a table is.

use std::borrow::Cow;

use crate::number;

/// A column: its name in every file, its type, its unit and what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: Cow<'static, str>,
    /// The type of its values.
    pub kind: Kind,
    /// How a CSV file prints its numbers.
    pub decimals: Decimals,
    /// Unit, as `USD` or `1/year`; empty where there is none.
    pub unit: &'static str,
    /// What it says, in a sentence.
    pub doc: Cow<'static, str>,
    /// Whether every folder has it; columns that were added later are absent from older folders.
    pub required: bool,
}

/// The type of a column's values. Every value may be undefined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// A whole number.
    Integer,
    /// A finite number.
    Float,
    /// Money `[USD]`, exact to the cent.
    Money,
    /// A price `[points]`, exact to 1/10,000.
    Price,
    /// A ratio, or money where the row's measure is money.
    Quantity,
    /// A day.
    Date,
    /// True or false.
    Flag,
}

/// How a CSV file prints the numbers of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decimals {
    /// As many as the type has.
    Own,
    /// Exactly so many.
    Fixed(u8),
    /// The fewest that tell the number from its neighbours.
    Shortest,
}

impl Column {
    /// A column that is no field of a row, such as the P&L of a layer.
    pub fn named(name: String, kind: Kind, unit: &'static str, doc: String) -> Column {
        Column {
            name: Cow::Owned(name),
            kind,
            decimals: kind.decimals(),
            unit,
            doc: Cow::Owned(doc),
            required: true,
        }
    }
}

impl Decimals {
    /// The number that a reader of the printed one finds.
    pub(crate) fn rounded(self, value: f64) -> f64 {
        match self {
            Decimals::Fixed(decimals) => number::rounded(value, decimals),
            Decimals::Own | Decimals::Shortest => value,
        }
    }
}

impl Kind {
    /// How numbers of this kind are printed where a column says nothing else.
    pub const fn decimals(self) -> Decimals {
        match self {
            Kind::Float => Decimals::Fixed(6),
            _ => Decimals::Own,
        }
    }
}
