//! How the cells of a file are read and printed.

use chrono::NaiveDate;
use market::decimal::{self, units};
use market::price::{Money, Price};

/// Reads a finite decimal number. `NaN` and infinities are not numbers in a run's files.
pub fn parse(text: &str) -> Option<f64> {
    if !text
        .bytes()
        .all(|b: u8| b.is_ascii_digit() || matches!(b, b'-' | b'+' | b'.' | b'e' | b'E'))
    {
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
    let is_dash = |at: usize| at == 4 || at == 7;
    let mut bytes = text.bytes().enumerate();
    if text.len() != 10
        || !bytes.all(|(at, b)| (b == b'-') == is_dash(at) && (is_dash(at) || b.is_ascii_digit()))
    {
        return None;
    }
    NaiveDate::from_ymd_opt(
        text[..4].parse().ok()?,
        text[5..7].parse().ok()?,
        text[8..].parse().ok()?,
    )
}

/// Reads `true` or `false`.
pub fn flag(text: &str) -> Option<bool> {
    match text {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

/// The number that [`fixed`] prints: what a reader of the text gets.
pub fn rounded(value: f64, decimals: u8) -> f64 {
    match units(value, decimals) {
        // Both are exact, so the quotient is the number nearest to the decimal, as reading the text gives.
        Some((units, scale)) => units as f64 / scale as f64,
        None => parse(&fixed(value, decimals)).unwrap_or(value),
    }
}

/// A number with so many decimals. Minus zero is no finding.
pub fn fixed(value: f64, decimals: u8) -> String {
    let mut text = String::new();
    print_fixed(value, decimals, &mut text);
    text
}

/// Appends what [`fixed`] gives.
pub fn print_fixed(value: f64, decimals: u8, out: &mut String) {
    match units(value, decimals) {
        Some((units, _)) => print_units(units, decimals, out),
        None => out.push_str(&printed(value, decimals)),
    }
}

fn print_units(units: i64, decimals: u8, out: &mut String) {
    out.push_str(decimal::digits(units, decimals, &mut [0; decimal::ROOM]));
}

/// Appends a whole number as its type prints it.
pub fn print_integer(value: i64, out: &mut String) {
    print_units(value, 0, out);
}

/// Appends money as its type prints it.
pub(crate) fn print_money(money: Money, out: &mut String) {
    print_units(money.0, 2, out);
}

/// Appends a price as its type prints it: with two decimals where these are all, else with four.
pub(crate) fn print_price(price: Price, out: &mut String) {
    match price.0 % 100 {
        0 => print_units(price.0 / 100, 2, out),
        _ => print_units(price.0, 4, out),
    }
}

/// Appends a day as its type prints it.
pub(crate) fn print_date(day: NaiveDate, out: &mut String) {
    match decimal::day(day, &mut [0; 10]) {
        Some(text) => out.push_str(text),
        None => out.push_str(&day.to_string()),
    }
}

/// The same by the library, which decides every half exactly.
fn printed(value: f64, decimals: u8) -> String {
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
    fn the_short_way_prints_and_rounds_what_the_library_prints_and_reads() {
        let mut bits = 0x9e37_79b9_7f4a_7c15_u64;
        let mut next = || {
            bits = bits.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            f64::from_bits(bits >> 12 | 0x3ff0_0000_0000_0000) - 1.5
        };
        let mut values: Vec<f64> = vec![0.0, -0.0, 0.5, 1.5, -2.5, 0.125, 1e15, 4e15, -9e15, 1e22];
        values.extend([
            f64::MAX,
            f64::MIN_POSITIVE,
            f64::NAN,
            f64::INFINITY,
            2.675,
            1.005,
        ]);
        for exponent in -12..17 {
            values.extend((0..400).map(|_| next() * 10_f64.powi(exponent)));
        }
        // Halves of every decimal, and their neighbours.
        for n in 0..2_000 {
            let half = (f64::from(n) + 0.5) / 10_f64.powi(n % 7);
            values.extend([half, half.next_up(), half.next_down(), -half]);
        }
        for value in values {
            for decimals in [0, 1, 2, 4, 6, 9, 12] {
                let wanted = printed(value, decimals);
                assert_eq!(fixed(value, decimals), wanted, "{value:e}");
                let read = parse(&wanted).unwrap_or(value);
                assert_eq!(
                    rounded(value, decimals).to_bits(),
                    read.to_bits(),
                    "{value:e}"
                );
            }
        }
    }

    #[test]
    fn cells_are_printed_as_their_types_print_them() {
        fn printed<T>(value: T, print: fn(T, &mut String)) -> String {
            let mut text = String::from("before ");
            print(value, &mut text);
            text.split_off("before ".len())
        }
        let small = -20_250..20_250;
        let large = [i64::MIN, i64::MIN + 1, -1_234_567_890_123, i64::MAX];
        for units in small.chain(large) {
            assert_eq!(printed(units, print_integer), units.to_string());
            assert_eq!(printed(Money(units), print_money), Money(units).to_string());
            assert_eq!(printed(Price(units), print_price), Price(units).to_string());
        }
        let first = NaiveDate::from_ymd_opt(1899, 12, 25).expect("a day");
        let far = [
            (0, 1, 1),
            (999, 2, 3),
            (9_999, 12, 31),
            (10_000, 1, 1),
            (-1, 5, 6),
        ];
        let far = far.map(|(y, m, d)| NaiveDate::from_ymd_opt(y, m, d).expect("a day"));
        for day in first.iter_days().take(60_000).chain(far) {
            assert_eq!(printed(day, print_date), day.to_string());
        }
    }

    #[test]
    fn nothing_negative_is_printed_as_zero() {
        assert_eq!(fixed(-0.000_000_1, 6), "0.000000");
        assert_eq!(fixed(-0.000_001, 6), "-0.000001");
    }
}
