//! What a dataset may hold at all: values that a market can have, in the order that a reader relies on.
//!
//! The same rules hold when a dataset is written and when it is opened, so none is written that cannot be opened.

use std::collections::BTreeMap;
use std::fmt::Display;

use market::calendar::Calendar;
use market::observations::Release;

use crate::tables::{Tables, VxRow};
use crate::{DataError, schema};

/// Settlements of a VIX future \[index points\]; none was ever above 90.
const VX: (f64, f64) = (0.01, 250.0);

/// The first value of the tables that no market can have, or the first row out of order.
pub(crate) fn believable(tables: &Tables) -> Result<(), DataError> {
    sessions(tables)?;
    daily(tables)?;
    futures(&tables.vx)?;
    slow(&tables.slow)
}

/// Row 1 is the first row of values.
fn wrong(
    file: &str,
    row: usize,
    column: &str,
    found: impl Display,
    allowed: impl Display,
) -> DataError {
    DataError::Impossible {
        file: file.into(),
        row: row + 1,
        column: column.into(),
        found: found.to_string(),
        allowed: allowed.to_string(),
    }
}

fn sessions(tables: &Tables) -> Result<(), DataError> {
    let calendar = Calendar::nyse();
    for (i, day) in tables.sessions.iter().enumerate() {
        if !calendar.is_session(*day) {
            return Err(wrong(
                schema::DAILY,
                i,
                "date",
                day,
                "sessions of the New York Stock Exchange",
            ));
        }
        let Some(before) = i.checked_sub(1).map(|b| tables.sessions[b]) else {
            continue;
        };
        if calendar.next(before) != Some(*day) {
            let allowed = calendar
                .next(before)
                .map_or(String::new(), |d| d.to_string());
            let allowed = format!("{allowed}, the session after {before}");
            return Err(wrong(schema::DAILY, i, "date", day, allowed));
        }
    }
    Ok(())
}

fn daily(tables: &Tables) -> Result<(), DataError> {
    for (name, series) in &tables.daily {
        let known = schema::daily(name);
        let (low, high) = known.map_or((f64::MIN, f64::MAX), |k| k.range);
        for (i, value) in series.values.iter().enumerate() {
            let Some(value) = value.filter(|v| !(low..=high).contains(v)) else {
                continue;
            };
            let day = tables
                .sessions
                .get(i)
                .map_or(String::new(), |d| format!(" on {d}"));
            let allowed = known.map_or("a finite number".to_string(), |k| {
                format!("{low} to {high} {}", k.unit)
            });
            return Err(wrong(
                schema::DAILY,
                i,
                name,
                format!("{value}{day}"),
                allowed,
            ));
        }
    }
    Ok(())
}

fn futures(rows: &[VxRow]) -> Result<(), DataError> {
    for (i, row) in rows.iter().enumerate() {
        let day = row.trade_date;
        let expiry = row.expiry;
        if !(VX.0..=VX.1).contains(&row.settle) {
            let found = format!("{} of {expiry} on {day}", row.settle);
            let allowed = format!("{} to {} index points", VX.0, VX.1);
            return Err(wrong(schema::VX, i, "settle", found, allowed));
        }
        if day > expiry {
            let allowed = format!("a day up to the settlement day {expiry}");
            return Err(wrong(schema::VX, i, "trade_date", day, allowed));
        }
        let Some(before) = i.checked_sub(1).map(|b| &rows[b]) else {
            continue;
        };
        if (before.trade_date, before.expiry) >= (day, expiry) {
            let found = format!(
                "{day} {expiry} after {} {}",
                before.trade_date, before.expiry
            );
            let allowed = "rows in order of trade date and expiry, each pair once";
            return Err(wrong(schema::VX, i, "trade_date", found, allowed));
        }
    }
    Ok(())
}

/// Rows stand in the table by series, and within one by the day they were known.
fn slow(slow: &BTreeMap<String, Vec<Release>>) -> Result<(), DataError> {
    let mut row = 0;
    for (name, releases) in slow {
        let known = schema::slow_series(name);
        let (low, high) = known.map_or((f64::MIN, f64::MAX), |k| k.range);
        for (i, release) in releases.iter().enumerate() {
            if !(low..=high).contains(&release.value) {
                let found = format!("{} for {} of {name}", release.value, release.period);
                let allowed = known.map_or("a finite number".to_string(), |k| {
                    format!("{low} to {high} {}", k.unit)
                });
                return Err(wrong(schema::SLOW, row + i, "value", found, allowed));
            }
            let before = i.checked_sub(1).map(|b| &releases[b]);
            let Some(before) =
                before.filter(|b| (b.known, b.period) >= (release.known, release.period))
            else {
                continue;
            };
            let found = format!(
                "{} for {} of {name} after {} for {}",
                release.known, release.period, before.known, before.period
            );
            let allowed = "rows of a series in order of the day they were known, each once";
            return Err(wrong(schema::SLOW, row + i, "known", found, allowed));
        }
        row += releases.len();
    }
    Ok(())
}
