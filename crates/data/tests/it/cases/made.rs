//! True series, and what a dataset must say of them.

use chrono::{Datelike, NaiveDate, Weekday};
use data::Dataset;

use crate::Inbox;

/// Sessions from 2022-01-03 on: weekdays but for the two holidays of the span.
pub fn sessions(count: usize) -> Vec<NaiveDate> {
    let first: NaiveDate = "2022-01-03".parse().unwrap();
    let closed =
        ["2022-01-17", "2022-02-21", "2022-04-15"].map(|d| d.parse::<NaiveDate>().unwrap());
    first
        .iter_days()
        .filter(|d| !matches!(d.weekday(), Weekday::Sat | Weekday::Sun) && !closed.contains(d))
        .take(count)
        .collect()
}

pub fn spx_at(i: usize) -> f64 {
    4600.25 + 7.5 * (i % 9) as f64 - 2.0 * i as f64
}

pub fn vix_at(i: usize) -> f64 {
    18.5 - 0.15 * (i % 9) as f64 + 0.05 * i as f64
}

/// Rows of text under a header, one per session.
pub fn rows(header: &str, count: usize, row: impl Fn(usize, NaiveDate) -> String) -> String {
    let lines: Vec<String> = sessions(count)
        .into_iter()
        .enumerate()
        .map(|(i, d)| row(i, d))
        .collect();
    format!("{header}\n{}\n", lines.join("\n"))
}

pub fn us(d: NaiveDate) -> String {
    d.format("%m/%d/%Y").to_string()
}

pub fn fred_spx(count: usize) -> String {
    rows("observation_date,SP500", count, |i, d| {
        format!("{d},{:.2}", spx_at(i))
    })
}

pub fn cboe(count: usize, value: impl Fn(usize) -> f64) -> String {
    rows("DATE,OPEN,HIGH,LOW,CLOSE", count, |i, d| {
        let v = value(i);
        format!(
            "{},{:.6},{:.6},{:.6},{v:.6}",
            us(d),
            v - 0.3,
            v + 0.8,
            v - 0.9
        )
    })
}

/// A folder with closes of the index from FRED and VIX from Cboe.
pub fn inbox(name: &str) -> Inbox {
    Inbox::empty(name)
        .file("SP500.csv", &fred_spx(40))
        .file("VIX_History.csv", &cboe(40, vix_at))
}

pub fn values(dataset: &Dataset, series: &str) -> Vec<Option<f64>> {
    dataset
        .observations
        .daily
        .get(series)
        .map_or(Vec::new(), |s| s.values.clone())
}

/// That a series holds these values, one per session, to half a unit of the last digit written.
#[track_caller]
pub fn holds(inbox: &Inbox, series: &str, value: impl Fn(usize) -> f64) {
    let found = values(&inbox.load(), series);
    assert!(!found.is_empty(), "{series} is absent");
    for (i, found) in found.iter().enumerate() {
        let expected = value(i);
        assert!(
            found.is_some_and(|v| (v - expected).abs() < 0.0051),
            "{series} {i}: {found:?}, {expected}"
        );
    }
}
