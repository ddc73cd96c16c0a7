//! How the cells of a file are read and printed.

use chrono::NaiveDate;
use market::price::{Money, Price};

/// Reads a finite decimal number. `NaN` and infinities are not numbers in a run's files.
pub fn parse(text: &str) -> Option<f64> {
    let is_part = |b: u8| b.is_ascii_digit() || matches!(b, b'-' | b'+' | b'.' | b'e' | b'E');
    if !text.bytes().all(is_part) {
        return None;
    }
    text.parse::<f64>().ok().filter(|value| value.is_finite())
}

/// Reads `-1234.50`: at most two decimals, no separators, nothing else.
pub fn money(text: &str) -> Option<Money> {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (whole, cents) = digits.split_once('.').unwrap_or((digits, "00"));
    let plain = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !plain(whole) || !plain(cents) || cents.len() > 2 || whole.len() > 15 {
        return None;
    }
    let scale = if cents.len() == 1 { 10 } else { 1 };
    let units = whole.parse::<i64>().ok()? * 100 + cents.parse::<i64>().ok()? * scale;
    Some(Money(sign * units))
}

/// Reads a price `[points]`; more than four decimals are rounded half to even.
pub fn price(text: &str) -> Option<Price> {
    // Beyond 2^53 a unit is no longer a unit.
    let points = parse(text).filter(|points| (points * Price::PER_POINT as f64).abs() < 9e15)?;
    Some(Price::from_points(points))
}

/// Reads `2022-06-13`; nothing else is a day here.
pub fn date(text: &str) -> Option<NaiveDate> {
    let is_plain = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    if !is_plain {
        return None;
    }
    NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()
}

/// Reads `true` or `false`.
pub fn flag(text: &str) -> Option<bool> {
    match text {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

/// A number with so many decimals. Minus zero is no finding.
pub fn fixed(value: f64, decimals: u8) -> String {
    let decimals = usize::from(decimals);
    let text = format!("{value:.decimals$}");
    let digits = text.trim_start_matches('-');
    match digits.bytes().all(|b| b == b'0' || b == b'.') {
        true => digits.to_owned(),
        false => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_read_to_the_cent_or_not_at_all() {
        assert_eq!(money("-1234.50"), Some(Money(-123_450)));
        assert_eq!(money("7"), Some(Money(700)));
        assert_eq!(money("0.5"), Some(Money(50)));
        for wrong in [
            "", "-", "1,000.00", "1.005", "NaN", "inf", "1e3", "$5", " 5", "5.", ".5", "--5",
        ] {
            assert_eq!(money(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn only_finite_decimals_are_numbers() {
        assert_eq!(parse("1e-3"), Some(0.001));
        assert_eq!(parse("-0.25"), Some(-0.25));
        for wrong in [
            "", "NaN", "nan", "inf", "-inf", "infinity", "1e999", "0x10", "1_000",
        ] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn only_real_days_are_days() {
        let day = NaiveDate::from_ymd_opt(2024, 2, 29);
        assert_eq!(date("2024-02-29"), day);
        for wrong in [
            "2023-02-29",
            "2022-13-01",
            "2022-00-10",
            "2022-1-05",
            "20220105",
            "2022-04-31",
            "",
            "2022-06-1x",
            "+022-06-11",
        ] {
            assert_eq!(date(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_price_is_read_as_it_was_printed() {
        for units in [142_480, 0, 107_000, -435_000, 9] {
            assert_eq!(price(&Price(units).to_string()), Some(Price(units)));
        }
    }

    #[test]
    fn nothing_negative_is_printed_as_zero() {
        assert_eq!(fixed(-0.000_000_1, 6), "0.000000");
        assert_eq!(fixed(-0.000_001, 6), "-0.000001");
    }
}
