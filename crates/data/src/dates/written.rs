//! A day as a cell writes it: in numbers, in words, with a clock behind it.

use chrono::{Datelike, NaiveDate};

use super::{Clock, Order};
use crate::newyork;
use crate::newyork::Written;

/// The session day that a cell means under one reading.
pub(super) fn day(cell: &str, order: Order, clock: Clock) -> Option<NaiveDate> {
    let written = written(cell, order)?;
    let date = match clock {
        Clock::Label => written.date,
        Clock::Instant => written.in_new_york()?.date(),
    };
    (1900..2100).contains(&date.year()).then_some(date)
}

/// What a cell says under one order of its numbers.
pub(crate) fn written(cell: &str, order: Order) -> Option<Written> {
    if let Some(instant) = newyork::unix(cell) {
        return (order == Order::YearMonthDay).then_some(instant);
    }
    let (date, time) = match cell.find(':') {
        None => (cell, None),
        Some(colon) => {
            let digits = cell[..colon]
                .bytes()
                .rev()
                .take_while(u8::is_ascii_digit)
                .count();
            let (date, clock) = cell.split_at(colon - digits);
            (
                date.trim_end_matches(['T', 't', ' ', ',']),
                Some(newyork::time(clock)?),
            )
        }
    };
    Some(Written {
        date: date_of(date.trim(), order)?,
        time: time.map(|t| t.0),
        offset: time.and_then(|t| t.1),
    })
}

fn date_of(text: &str, order: Order) -> Option<NaiveDate> {
    if text.bytes().any(|b| b.is_ascii_alphabetic()) {
        return (order == Order::YearMonthDay)
            .then(|| in_words(text))
            .flatten();
    }
    if text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) {
        let digits = |from: usize, to: usize| text[from..to].parse::<u32>().ok();
        let date = NaiveDate::from_ymd_opt(digits(0, 4)? as i32, digits(4, 6)?, digits(6, 8)?);
        return date.filter(|_| order == Order::YearMonthDay);
    }
    let mark = text
        .chars()
        .find(|c| !c.is_ascii_digit())
        .filter(|c| "-/.".contains(*c))?;
    let parts: Vec<&str> = text.split(mark).collect();
    let [a, b, c] = parts[..] else { return None };
    let is_number =
        |p: &&str| matches!(p.len(), 1 | 2 | 4) && p.bytes().all(|b| b.is_ascii_digit());
    if ![a, b, c].iter().all(is_number) || b.len() == 4 || (a.len() == 4 && c.len() == 4) {
        return None;
    }
    // Points between the numbers are written where the day comes first.
    let (year, month, day) = match order {
        Order::YearMonthDay if c.len() != 4 && (a.len() == 4 || mark != '.') => (a, b, c),
        Order::MonthDayYear if a.len() != 4 && mark != '.' => (c, a, b),
        Order::DayMonthYear if a.len() != 4 => (c, b, a),
        _ => return None,
    };
    NaiveDate::from_ymd_opt(full_year(year)?, month.parse().ok()?, day.parse().ok()?)
}

/// A year of four digits, or of two: 70 to 99 are of the last century.
fn full_year(text: &str) -> Option<i32> {
    let year: i32 = text.parse().ok()?;
    match text.len() {
        4 => Some(year),
        2 if year >= 70 => Some(1900 + year),
        2 => Some(2000 + year),
        _ => None,
    }
}

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

const LONG_MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// `Jan 31, 2022`, `31-Jan-22`, `31 January 2022`, `Mon Jan 31 2022`.
fn in_words(text: &str) -> Option<NaiveDate> {
    let lower = text.to_ascii_lowercase();
    let mut month = None;
    let mut numbers = Vec::new();
    for word in lower
        .split([' ', ',', '-', '/', '.'])
        .filter(|w| !w.is_empty())
    {
        let named = |names: &[&str]| names.iter().position(|n| *n == word);
        if let Some(m) = named(&MONTHS).or(named(&LONG_MONTHS)) {
            month = Some((m as u32 + 1, numbers.len())).filter(|_| month.is_none());
            month?;
        } else if word.bytes().all(|b| b.is_ascii_digit()) {
            numbers.push(word);
        } else if !word.get(..3).is_some_and(|w| WEEKDAYS.contains(&w)) {
            return None;
        }
    }
    let ([a, b], (month, at)) = (&numbers[..], month?) else {
        return None;
    };
    let (year, day) = if a.len() == 4 { (a, b) } else { (b, a) };
    // A year of two digits stands last, after the day.
    if at == 2 || day.len() > 2 || (year.len() != 4 && year.len() != 2) {
        return None;
    }
    NaiveDate::from_ymd_opt(full_year(year)?, month, day.parse().ok()?)
}
