//! A number that is money, a ratio or a count, as its row says.

use market::price::Money;

use crate::number;

/// A number whose row says what it is: money where the name of its measure ends with `_usd`, whole where it is a
/// trigger, else a ratio.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Quantity {
    /// A plain number.
    Ratio(f64),
    /// Money.
    Usd(Money),
    /// A whole number: a trigger is 1 or 0.
    Whole(i64),
}

impl Quantity {
    /// Decimals with which a ratio is printed.
    pub(crate) const RATIO_DECIMALS: u8 = 6;

    /// The quantity that a reader of its text finds.
    pub(crate) fn as_printed(self) -> Quantity {
        match self {
            Quantity::Ratio(value) => {
                Quantity::Ratio(number::rounded(value, Quantity::RATIO_DECIMALS))
            }
            exact => exact,
        }
    }

    /// The quantity of a measure: money where its name ends with `_usd`. Undefined where it is not finite.
    pub fn of(measure: &str, value: Option<f64>) -> Option<Quantity> {
        let value = value.filter(|value| value.is_finite())?;
        Some(match measure.ends_with("_usd") {
            true => Quantity::Usd(Money::from_usd(value)),
            false => Quantity::Ratio(value),
        })
    }

    /// Reads what a column of quantities prints: money has two decimals, a ratio six, a whole number `.0`, in older files
    /// nothing.
    pub fn read(text: &str) -> Option<Quantity> {
        let has_cents = text
            .rsplit_once('.')
            .is_some_and(|(_, part)| part.len() == 2);
        if let Ok(whole) = text.strip_suffix(".0").unwrap_or(text).parse() {
            return Some(Quantity::Whole(whole));
        }
        match number::money(text).filter(|_| has_cents) {
            Some(money) => Some(Quantity::Usd(money)),
            None => number::parse(text).map(Quantity::Ratio),
        }
    }
}

impl From<Quantity> for f64 {
    fn from(quantity: Quantity) -> f64 {
        match quantity {
            Quantity::Ratio(value) => value,
            Quantity::Usd(money) => money.usd(),
            Quantity::Whole(n) => n as f64,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_as_money_is_money() {
        assert_eq!(Quantity::read("-12.50"), Some(Quantity::Usd(Money(-1250))));
        assert_eq!(Quantity::read("12.500000"), Some(Quantity::Ratio(12.5)));
        assert_eq!(Quantity::read("1"), Some(Quantity::Whole(1)));
        assert_eq!(Quantity::read("-1.0"), Some(Quantity::Whole(-1)));
    }
}
