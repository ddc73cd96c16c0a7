//! Numbers and days in decimal digits, as files and people read them.
//!
//! A run prints a million of them. What is here prints the letters that the library prints, in a fraction of its time:
//! nearly every number is a whole number of units of its last decimal, and its digits need no search.

use std::fmt;

use chrono::{Datelike, NaiveDate};

/// Room for the digits of a whole number of 64 bits: at most twenty, a point within and a sign before them.
pub const ROOM: usize = 22;

/// Most decimals a number of units may have.
const MOST_DECIMALS: u8 = 9;

/// `00` to `99`: two digits are found in the time of one.
const PAIRS: [[u8; 2]; 100] = {
    let mut pairs = [[0; 2]; 100];
    let mut n = 0;
    while n < pairs.len() {
        pairs[n] = [b'0' + (n / 10) as u8, b'0' + (n % 10) as u8];
        n += 1;
    }
    pairs
};

/// Digits that are put from the right to the left.
struct Leftwards<'r> {
    room: &'r mut [u8; ROOM],
    first: usize,
    /// What is not put yet.
    rest: u64,
}

impl Leftwards<'_> {
    fn put(&mut self, byte: u8) {
        self.first -= 1;
        self.room[self.first] = byte;
    }

    fn put_digit(&mut self) {
        self.put(b'0' + (self.rest % 10) as u8);
        self.rest /= 10;
    }

    fn put_two(&mut self) {
        let [ten, one] = PAIRS[(self.rest % 100) as usize];
        self.put(one);
        self.put(ten);
        self.rest /= 100;
    }
}

/// The digits of a number of units of the last of so many decimals.
///
/// # Panics
/// Where these are more than nine: a fault of the caller.
pub fn digits(units: i64, decimals: u8, room: &mut [u8; ROOM]) -> &str {
    assert!(decimals <= MOST_DECIMALS, "{decimals} decimals");
    let mut out = Leftwards {
        first: room.len(),
        room,
        rest: units.unsigned_abs(),
    };
    for _ in 0..decimals / 2 {
        out.put_two();
    }
    if decimals % 2 == 1 {
        out.put_digit();
    }
    if decimals > 0 {
        out.put(b'.');
    }
    while out.rest >= 100 {
        out.put_two();
    }
    match out.rest {
        0..10 => out.put_digit(),
        _ => out.put_two(),
    }
    if units < 0 {
        out.put(b'-');
    }
    let Leftwards { room, first, .. } = out;
    std::str::from_utf8(&room[first..]).expect("digits")
}

/// `value` in units of its last decimal, and how many of these are one, where multiplying leaves no doubt about them: not near
/// a half, not near zero, and so small that every unit is a number of its own.
pub fn units(value: f64, decimals: u8) -> Option<(i64, u64)> {
    const LARGEST: f64 = 4e15;
    let scale = 10_u64.checked_pow(decimals.into())?;
    let scaled = value * scale as f64;
    let whole = scaled.round();
    // A product is off by half a unit in its last place at most, far less than a thousandth here.
    let is_sure = scaled.abs() < LARGEST && (scaled - whole).abs() < 0.499;
    (decimals <= MOST_DECIMALS && is_sure && whole != 0.0).then_some((whole as i64, scale))
}

/// A whole number of units of the last of so many decimals, at most nine.
#[derive(Clone, Copy, Debug)]
pub struct Units(pub i64, pub u8);

impl fmt::Display for Units {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(digits(self.0, self.1, &mut [0; ROOM]))
    }
}

/// A number with so many decimals: `Fixed(value, 2)` is `{value:.2}`.
#[derive(Clone, Copy, Debug)]
pub struct Fixed(pub f64, pub u8);

impl fmt::Display for Fixed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Fixed(value, decimals) = *self;
        match units(value, decimals) {
            Some((units, _)) => Units(units, decimals).fmt(f),
            None => f.pad(&format!("{value:.*}", usize::from(decimals))),
        }
    }
}

/// A day as its type prints it: `2022-06-13`.
#[derive(Clone, Copy, Debug)]
pub struct Day(pub NaiveDate);

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match day(self.0, &mut [0; 10]) {
            Some(text) => f.pad(text),
            None => f.pad(&self.0.to_string()),
        }
    }
}

/// The digits of a day of four-digit years.
pub fn day(day: NaiveDate, room: &mut [u8; 10]) -> Option<&str> {
    let two = |number: u32| PAIRS[(number % 100) as usize];
    let year = u32::try_from(day.year())
        .ok()
        .filter(|year| *year < 10_000)?;
    *room = *b"0000-00-00";
    room[..2].copy_from_slice(&two(year / 100));
    room[2..4].copy_from_slice(&two(year));
    room[5..7].copy_from_slice(&two(day.month()));
    room[8..].copy_from_slice(&two(day.day()));
    std::str::from_utf8(room).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::price::{Money, Price};

    #[test]
    fn a_number_is_printed_as_the_library_prints_it() {
        let mut bits = 0x9e37_79b9_7f4a_7c15_u64;
        let mut next = || {
            bits = bits.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            f64::from_bits(bits >> 12 | 0x3ff0_0000_0000_0000) - 1.5
        };
        let mut values: Vec<f64> = vec![0.0, -0.0, 0.5, 1.5, -2.5, 0.125, -1e-9, 1e15, -9e15];
        values.extend([f64::MAX, f64::MIN_POSITIVE, f64::NAN, f64::INFINITY, 2.675]);
        for exponent in -12..17 {
            values.extend((0..400).map(|_| next() * 10_f64.powi(exponent)));
        }
        // Halves of every decimal, and their neighbours.
        for n in 0..2_000 {
            let half = (f64::from(n) + 0.5) / 10_f64.powi(n % 7);
            values.extend([half, half.next_up(), half.next_down(), -half]);
        }
        for value in values {
            for decimals in [0, 1, 2, 3, 4, 6, 9, 12] {
                let wanted = format!("{value:.*}", usize::from(decimals));
                assert_eq!(Fixed(value, decimals).to_string(), wanted, "{value:e}");
            }
        }
    }

    #[test]
    fn days_are_printed_as_the_library_prints_them() {
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
            assert_eq!(Day(day).to_string(), day.to_string());
        }
    }

    #[test]
    fn money_and_prices_have_their_digits_and_stand_as_wide_as_asked() {
        // As the library would print whole and part.
        let money = |cents: i64| {
            let sign = if cents < 0 { "-" } else { "" };
            let cents = cents.unsigned_abs();
            format!("{sign}{}.{:02}", cents / 100, cents % 100)
        };
        for cents in (-20_250..20_250).chain([i64::MIN, i64::MIN + 1, i64::MAX]) {
            assert_eq!(Money(cents).to_string(), money(cents));
        }
        let texts = [Price(45_250_000), Price(-50), Price(142_480), Price(7)];
        assert_eq!(
            texts.map(|p| p.to_string()),
            ["4525.00", "-0.0050", "14.2480", "0.0007"]
        );
        assert_eq!(
            format!("{:>9}|{:<8}|", Money(-1250), Price(12_500)),
            "   -12.50|1.25    |"
        );
    }
}
