//! The bundled dataset from outside: what it promises, on the seed that ships.

mod between_the_anchors;
mod every_session_has_its_values;
mod the_futures_curve;
mod the_look;
mod the_real_history;
mod the_same_bits;

use std::sync::OnceLock;

use chrono::NaiveDate;
use market::observations::Observations;

/// The dataset that ships.
fn bundled() -> &'static Observations {
    static DATA: OnceLock<Observations> = OnceLock::new();
    DATA.get_or_init(|| reconstruction::reconstruct(reconstruction::SEED))
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

fn session(date: NaiveDate) -> usize {
    bundled()
        .sessions
        .binary_search(&date)
        .unwrap_or_else(|_| panic!("{date} is no session"))
}

/// A series without gaps.
fn full(name: &str) -> Vec<f64> {
    bundled().daily[name]
        .values
        .iter()
        .map(|v| v.unwrap_or_else(|| panic!("{name} has a gap")))
        .collect()
}
