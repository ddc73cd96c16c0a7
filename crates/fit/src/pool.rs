//! Errors put together: mean, root mean square and the worst, by date, by days to expiry, by what is compared.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use market::contract::Root;

use crate::error::Row;
use crate::target::Measure;

/// A pooled error; its unit is that of [`Row::error`].
#[derive(Clone, Copy, Debug, Default, PartialEq, serde::Serialize)]
pub struct Pooled {
    /// Comparisons.
    pub n: usize,
    /// Mean error: positive is a model too high.
    pub bias: f64,
    /// Root mean square error.
    pub rmse: f64,
    /// The error furthest from zero.
    pub worst: f64,
}

/// Days to expiry that are pooled (first, last).
pub type Days = (i64, i64);

/// The span the aims are stated for.
pub const ALL_DAYS: Days = (7, 45);
/// Its parts.
pub const BUCKETS: [Days; 3] = [(7, 14), (15, 30), (31, 45)];

/// Pools errors.
pub fn pool(errors: impl Iterator<Item = f64>) -> Pooled {
    let mut pooled = Pooled::default();
    let mut squares = 0.0;
    for error in errors.filter(|e| e.is_finite()) {
        pooled.n += 1;
        pooled.bias += error;
        squares += error * error;
        if error.abs() > pooled.worst.abs() {
            pooled.worst = error;
        }
    }
    if pooled.n > 0 {
        pooled.bias /= pooled.n as f64;
        pooled.rmse = (squares / pooled.n as f64).sqrt();
    }
    pooled
}

/// Whether a comparison is one of SPX options taken at a close.
pub fn at_close(row: &Row<'_>) -> bool {
    row.target.kind == "eod" && row.target.root != Root::Vix
}

/// Pools what `keep` keeps, by measure, over a span of days.
pub fn by_measure(
    rows: &[Row<'_>],
    days: Days,
    keep: impl Fn(&Row<'_>) -> bool,
) -> BTreeMap<Measure, Pooled> {
    let mut errors: BTreeMap<Measure, Vec<f64>> = BTreeMap::new();
    for row in rows
        .iter()
        .filter(|row| (days.0..=days.1).contains(&row.target.days) && keep(row))
    {
        errors.entry(row.measure).or_default().push(row.error);
    }
    errors
        .into_iter()
        .map(|(measure, errors)| (measure, pool(errors.into_iter())))
        .collect()
}

/// Moments of the comparisons in order: date, time, kind.
pub fn moments<'t>(rows: &[Row<'t>]) -> Vec<(NaiveDate, &'t str, &'t str)> {
    let mut all: Vec<_> = rows
        .iter()
        .map(|r| {
            (
                r.target.date,
                r.target.time.as_str(),
                r.target.kind.as_str(),
            )
        })
        .collect();
    all.sort();
    all.dedup();
    all
}
