//! How numbers are printed: one place, so that the page and the tables agree.

pub use tables::Money;
pub use tables::number::{parse, print_fixed, print_integer};

/// How money is printed for people.
pub trait Dollars {
    /// Whole dollars, halves away from zero, `−1,234`.
    fn whole(self) -> String;
    /// Whole dollars with the sign written out, `+1,234`.
    fn signed(self) -> String;
}

impl Dollars for Money {
    fn whole(self) -> String {
        let dollars = (self.0.abs() + 50) / 100;
        with_sign(self.0 < 0 && dollars > 0, &dollars.to_string())
    }

    fn signed(self) -> String {
        plus(self.whole())
    }
}

/// The nearest cent of an amount `[USD]` that a file has as a plain number; `None` where it is not finite.
pub fn nearest_cent(usd: f64) -> Option<Money> {
    let cents = (usd * 100.0).round();
    // Beyond 2^53 a cent is no longer a cent.
    (cents.abs() < 9e15).then_some(Money(cents as i64))
}

/// A number with so many decimals, thousands separated: `−1,234.5`. Not finite prints as a dash.
pub fn fixed(value: f64, decimals: usize) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    let decimals = u8::try_from(decimals).unwrap_or(u8::MAX);
    let digits = tables::number::fixed(value.abs(), decimals);
    with_sign(
        value < 0.0 && digits.bytes().any(|b| (b'1'..=b'9').contains(&b)),
        &digits,
    )
}

/// As [`fixed`], with the sign written out.
pub fn signed(value: f64, decimals: usize) -> String {
    plus(fixed(value, decimals))
}

/// A fraction as percent without the sign `%`, one decimal: 0.3125 prints `31.2`.
pub fn percent(fraction: f64) -> String {
    fixed(fraction * 100.0, 1)
}

/// As [`percent`], with the sign written out.
pub fn signed_percent(fraction: f64) -> String {
    plus(percent(fraction))
}

/// A count with thousands separated.
pub fn count(value: usize) -> String {
    grouped(&value.to_string())
}

/// `1 session`, `2 sessions`.
pub fn counted(value: usize, noun: &str) -> String {
    format!(
        "{} {noun}{}",
        count(value),
        if value == 1 { "" } else { "s" }
    )
}

fn plus(mut text: String) -> String {
    let zero = !text.bytes().any(|b| (b'1'..=b'9').contains(&b));
    if !text.starts_with('−') && !zero {
        text.insert(0, '+');
    }
    text
}

fn grouped(digits: &str) -> String {
    with_sign(false, digits)
}

/// A number with its thousands separated and perhaps a sign in front.
fn with_sign(negative: bool, digits: &str) -> String {
    let whole = digits.find('.').unwrap_or(digits.len());
    // A sign has three bytes.
    let mut out = String::with_capacity(digits.len() + digits.len() / 3 + 3);
    if negative {
        out.push('−');
    }
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && at < whole && (whole - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_printed_with_sign_and_separators() {
        assert_eq!(Money(-123_456_789).whole(), "−1,234,568");
        assert_eq!(Money(99_949).signed(), "+999");
        assert_eq!(Money(-49).whole(), "0", "a negative nothing has no sign");
        assert_eq!(Money(0).signed(), "0");
    }

    #[test]
    fn ratios_are_printed_to_the_asked_digit() {
        assert_eq!(fixed(-1234.56, 1), "−1,234.6");
        assert_eq!(signed_percent(0.3125), "+31.2");
        assert_eq!(fixed(-0.04, 1), "0.0");
        assert_eq!(fixed(f64::NAN, 1), "–");
        assert_eq!(fixed(1_000_000.0, 0), "1,000,000");
    }
}
