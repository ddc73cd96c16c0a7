//! Cells that several sections share. Printing is `number`'s; here is only which print goes where.

use crate::document::Cell;
use crate::folder::RunFolder;
use crate::number::{self, Dollars, Money};

/// The arm's name with its look.
pub fn arm(run: &RunFolder, arm: usize) -> Cell {
    Cell::text(run.label(arm)).styled(run.style(arm))
}

/// The same in a window, with the number of trades beside the name where they are few.
pub fn arm_in(run: &RunFolder, window: usize, at: usize) -> Cell {
    let few = run.few_trades(window, at);
    let name = run.label(at);
    let text = few.map_or(name.clone(), |few| format!("{name} ({few})"));
    Cell::text(text).styled(run.style(at))
}

/// Money without a written plus.
pub fn usd(value: Option<Money>) -> Cell {
    Cell::maybe(value.map(Money::whole))
}

/// Money whose sign matters.
pub fn signed_usd(value: Option<Money>) -> Cell {
    Cell::maybe(value.map(Money::signed))
}

/// A fall, printed below zero whatever sign the file gives it.
pub fn fall(value: Option<Money>) -> Cell {
    usd(value.map(|usd| -usd.abs()))
}

/// A fraction in percent.
pub fn percent(value: Option<f64>) -> Cell {
    Cell::maybe(value.map(number::percent))
}

/// A fraction in percent whose sign matters.
pub fn signed_percent(value: Option<f64>) -> Cell {
    Cell::maybe(value.map(number::signed_percent))
}

/// A ratio with so many decimals.
pub fn ratio(value: Option<f64>, decimals: usize) -> Cell {
    Cell::maybe(value.map(|value| number::fixed(value, decimals)))
}

/// A count.
pub fn count(value: usize) -> Cell {
    Cell::text(number::count(value))
}

/// Units traded.
pub fn units(value: Option<i64>) -> Cell {
    Cell::maybe(value.map(|units| number::fixed(units as f64, 0)))
}

/// A value as a file prints it; nothing where it is undefined.
pub fn plain<T: ToString>(value: Option<T>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// An interval of money: `−1,200 to +345`.
pub fn usd_span(span: Option<(Money, Money)>) -> Option<String> {
    span.map(|(lo, hi)| format!("{} to {}", lo.signed(), hi.signed()))
}

/// An interval of fractions in percent: `12.0 to 45.3`.
pub fn percent_span(span: Option<(f64, f64)>) -> Option<String> {
    span.map(|(lo, hi)| format!("{} to {}", number::percent(lo), number::percent(hi)))
}
