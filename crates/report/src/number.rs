//! How numbers are read from the files and printed: one place, so that the page and the tables agree.

use std::ops::{Add, AddAssign, Neg, Sub};

/// Money [US cents], exact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Usd(pub i64);

impl Usd {
    /// No money.
    pub const ZERO: Usd = Usd(0);

    /// Reads `-1234.50`: at most two decimals, no separators, nothing else.
    pub fn parse(text: &str) -> Option<Usd> {
        let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
        let (whole, cents) = digits.split_once('.').unwrap_or((digits, "00"));
        let plain = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !plain(whole) || !plain(cents) || cents.len() > 2 || whole.len() > 15 {
            return None;
        }
        let scale = if cents.len() == 1 { 10 } else { 1 };
        Some(Usd(sign
            * (whole.parse::<i64>().ok()? * 100
                + cents.parse::<i64>().ok()? * scale)))
    }

    /// The amount [US dollars], for drawing and for ratios; never for sums.
    pub fn dollars(self) -> f64 {
        self.0 as f64 / 100.0
    }

    /// The nearest cent of an amount [US dollars] that a file has as a plain number; `None` where it is not finite.
    pub fn from_dollars(dollars: f64) -> Option<Usd> {
        let cents = (dollars * 100.0).round();
        // Beyond 2^53 a cent is no longer a cent.
        (cents.abs() < 9e15).then_some(Usd(cents as i64))
    }

    /// The amount without its sign.
    pub fn abs(self) -> Usd {
        Usd(self.0.abs())
    }

    /// Whole dollars, halves away from zero, `−1,234`.
    pub fn whole(self) -> String {
        let dollars = (self.0.abs() + 50) / 100;
        format!(
            "{}{}",
            if self.0 < 0 && dollars > 0 { "−" } else { "" },
            grouped(&dollars.to_string())
        )
    }

    /// Whole dollars with the sign written out, `+1,234`.
    pub fn signed(self) -> String {
        plus(self.whole())
    }
}

impl Add for Usd {
    type Output = Usd;
    fn add(self, other: Usd) -> Usd {
        Usd(self.0 + other.0)
    }
}

impl AddAssign for Usd {
    fn add_assign(&mut self, other: Usd) {
        self.0 += other.0;
    }
}

impl Sub for Usd {
    type Output = Usd;
    fn sub(self, other: Usd) -> Usd {
        Usd(self.0 - other.0)
    }
}

impl Neg for Usd {
    type Output = Usd;
    fn neg(self) -> Usd {
        Usd(-self.0)
    }
}

impl std::iter::Sum for Usd {
    fn sum<I: Iterator<Item = Usd>>(items: I) -> Usd {
        items.fold(Usd::ZERO, Add::add)
    }
}

/// Reads a finite decimal number. `NaN` and infinities are not numbers in a run's files.
pub fn parse(text: &str) -> Option<f64> {
    let shape = text
        .bytes()
        .all(|b| b.is_ascii_digit() || matches!(b, b'-' | b'+' | b'.' | b'e' | b'E'));
    if shape {
        text.parse::<f64>().ok().filter(|value| value.is_finite())
    } else {
        None
    }
}

/// A number with so many decimals, thousands separated: `−1,234.5`. Not finite prints as a dash.
pub fn fixed(value: f64, decimals: usize) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    let digits = format!("{:.*}", decimals, value.abs());
    let (whole, fraction) = digits
        .split_once('.')
        .map_or((digits.as_str(), None), |(w, f)| (w, Some(f)));
    let negative = value < 0.0 && digits.bytes().any(|b| (b'1'..=b'9').contains(&b));
    let tail = fraction.map(|f| format!(".{f}")).unwrap_or_default();
    format!(
        "{}{}{tail}",
        if negative { "−" } else { "" },
        grouped(whole)
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

fn plus(text: String) -> String {
    let zero = !text.bytes().any(|b| (b'1'..=b'9').contains(&b));
    if text.starts_with('−') || zero {
        text
    } else {
        format!("+{text}")
    }
}

fn grouped(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
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
    fn money_is_read_to_the_cent_or_not_at_all() {
        assert_eq!(Usd::parse("-1234.50"), Some(Usd(-123_450)));
        assert_eq!(Usd::parse("7"), Some(Usd(700)));
        assert_eq!(Usd::parse("0.5"), Some(Usd(50)));
        for wrong in [
            "", "-", "1,000.00", "1.005", "NaN", "inf", "1e3", "$5", " 5", "5.", ".5", "--5",
        ] {
            assert_eq!(Usd::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn money_is_printed_with_sign_and_separators() {
        assert_eq!(Usd(-123_456_789).whole(), "−1,234,568");
        assert_eq!(Usd(99_949).signed(), "+999");
        assert_eq!(Usd(-49).whole(), "0", "a negative nothing has no sign");
        assert_eq!(Usd(0).signed(), "0");
    }

    #[test]
    fn only_finite_numbers_are_numbers() {
        assert_eq!(parse("-0.25"), Some(-0.25));
        for wrong in [
            "", "NaN", "nan", "inf", "-inf", "infinity", "1e999", "0x10", "1_000",
        ] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
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
