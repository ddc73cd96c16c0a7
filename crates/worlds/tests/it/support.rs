use chrono::NaiveDate;
use market::observations::Observations;
use worlds::plan::Plan;
use worlds::stress::Stress;

pub fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

/// The bundled reconstruction: 2020-11-30 to 2024-12-31.
pub fn reconstruction() -> Observations {
    reconstruction::reconstruct(reconstruction::SEED)
}

pub fn plan(seed: u64) -> Plan {
    Plan {
        seed,
        mean_block_sessions: 21.0,
        neighbours: None,
        stress: 0.5,
        stresses: vec![Stress::Crisis2008, Stress::Crash1987, Stress::August2024],
    }
}

pub fn two_years() -> (NaiveDate, NaiveDate) {
    (day("2023-01-03"), day("2024-12-31"))
}
