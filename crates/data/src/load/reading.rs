//! The tables of a dataset folder, column by column.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use market::observations::{DailySeries, MacroEvent, Release};

use crate::manifest::Manifest;
use crate::table::{Column, Values, content_sha256, read_parquet, read_parquet_columns};
use crate::tables::{EVENT_NAMES, Origins, Tables, VxRow};
use crate::{DataError, schema};

/// Reads the columns of a table: those named, or all.
pub(super) trait Reader {
    /// # Errors
    /// Where the file cannot be read, or lacks a column.
    fn columns(&mut self, path: &Path, names: Option<&[&str]>) -> Result<Vec<Column>, DataError>;
}

/// Reads what it is asked for.
struct Plain;

impl Reader for Plain {
    fn columns(&mut self, path: &Path, names: Option<&[&str]>) -> Result<Vec<Column>, DataError> {
        match names {
            Some(names) => read_parquet_columns(path, names),
            None => read_parquet(path),
        }
    }
}

/// Reads each table as a whole, once, and keeps the hash of what it says.
#[derive(Default)]
pub(super) struct Hashing {
    /// By file.
    pub contents: BTreeMap<PathBuf, String>,
}

impl Reader for Hashing {
    fn columns(&mut self, path: &Path, names: Option<&[&str]>) -> Result<Vec<Column>, DataError> {
        let mut all = read_parquet(path)?;
        self.contents
            .insert(path.to_path_buf(), content_sha256(&all));
        let Some(names) = names else { return Ok(all) };
        let mut found = Vec::with_capacity(names.len());
        for name in names {
            match all.iter().position(|column| column.name == *name) {
                Some(place) => found.push(all.swap_remove(place)),
                // Who reads the columns alone says what is missing.
                None => return read_parquet_columns(path, names),
            }
        }
        Ok(found)
    }
}

/// Reads the tables as they are written, nothing carried forward; of the futures only what the engine uses.
pub(crate) fn tables(dir: &Path, manifest: &Manifest) -> Result<Tables, DataError> {
    tables_by(&mut Plain, dir, manifest)
}

/// The same by a reader.
pub(super) fn tables_by(
    reader: &mut impl Reader,
    dir: &Path,
    manifest: &Manifest,
) -> Result<Tables, DataError> {
    let lags: BTreeMap<&str, usize> = manifest
        .series
        .iter()
        .map(|s| (s.name.as_str(), s.lag_sessions))
        .collect();
    let path = dir.join(schema::DAILY);
    let mut columns = reader.columns(&path, None)?.into_iter();
    let sessions = columns
        .next()
        .and_then(dates)
        .ok_or_else(|| DataError::table(&path, "the first column is not a date"))?;
    let mut daily = BTreeMap::new();
    for Column { name, values } in columns {
        let Values::F64(values) = values else {
            return Err(DataError::table(
                &path,
                format!("column {name}: found another type, allowed: numbers"),
            ));
        };
        let lag_sessions = lags.get(name.as_str()).copied();
        let lag_sessions = lag_sessions.ok_or_else(|| {
            DataError::table(&path, format!("column {name}: the manifest lacks it"))
        })?;
        daily.insert(
            name,
            DailySeries {
                lag_sessions,
                values,
            },
        );
    }
    Ok(Tables {
        sessions,
        daily,
        vx: vx(reader, dir)?,
        slow: slow(reader, dir)?,
        events: events(reader, dir)?,
        published_by: BTreeMap::new(),
        origins: Origins::default(),
    })
}

fn vx(reader: &mut impl Reader, dir: &Path) -> Result<Vec<VxRow>, DataError> {
    let path = dir.join(schema::VX);
    let names = ["trade_date", "expiry", "settle", "high"];
    let mut columns = reader.columns(&path, Some(&names))?.into_iter();
    let columns = (
        columns.next().and_then(dates),
        columns.next().and_then(dates),
        columns.next().and_then(numbers),
        columns.next().and_then(numbers_or_none),
    );
    let (Some(trade), Some(expiry), Some(settle), Some(high)) = columns else {
        return Err(DataError::table(
            &path,
            "found missing values or other types, allowed: two dates, a number and a high that may be missing",
        ));
    };
    let rows = trade.into_iter().zip(expiry).zip(settle).zip(high);
    Ok(rows
        .map(|(((trade_date, expiry), settle), high)| VxRow {
            trade_date,
            expiry,
            settle,
            high,
            ..VxRow::default()
        })
        .collect())
}

/// The futures with the prices and volumes of their days, for the checks that compare them.
pub(super) fn whole_vx(dir: &Path) -> Result<Vec<VxRow>, DataError> {
    let mut rows = vx(&mut Plain, dir)?;
    let path = dir.join(schema::VX);
    let names = ["open", "high", "low", "close", "volume"];
    let columns = read_parquet_columns(&path, &names)?;
    for Column { name, values } in columns {
        for (i, row) in rows.iter_mut().enumerate() {
            match (&values, name.as_str()) {
                (Values::F64(v), "open") => row.open = v[i],
                (Values::F64(v), "high") => row.high = v[i],
                (Values::F64(v), "low") => row.low = v[i],
                (Values::F64(v), "close") => row.close = v[i],
                (Values::I64(v), "volume") => row.volume = v[i],
                _ => {
                    let message = format!("column {name}: found another type, allowed: numbers");
                    return Err(DataError::table(&path, message));
                }
            }
        }
    }
    Ok(rows)
}

fn slow(reader: &mut impl Reader, dir: &Path) -> Result<BTreeMap<String, Vec<Release>>, DataError> {
    let path = dir.join(schema::SLOW);
    let names = ["series", "period", "known", "value"];
    let mut columns = reader.columns(&path, Some(&names))?.into_iter();
    let mut next = || columns.next();
    let columns = (
        next().and_then(texts),
        next().and_then(dates),
        next().and_then(dates),
        next().and_then(numbers),
    );
    let (Some(series), Some(period), Some(known), Some(value)) = columns else {
        return Err(DataError::table(
            &path,
            "found missing values or other types, allowed: a text, two dates and a number",
        ));
    };
    let mut slow: BTreeMap<String, Vec<Release>> = BTreeMap::new();
    for (((series, period), known), value) in series.into_iter().zip(period).zip(known).zip(value) {
        slow.entry(series).or_default().push(Release {
            period,
            known,
            value,
        });
    }
    Ok(slow)
}

fn events(reader: &mut impl Reader, dir: &Path) -> Result<Vec<MacroEvent>, DataError> {
    let path = dir.join(schema::EVENTS);
    let names = ["date", "minute", "kind"];
    let mut columns = reader.columns(&path, Some(&names))?.into_iter();
    let columns = (
        columns.next().and_then(dates),
        columns.next().and_then(integers),
        columns.next().and_then(texts),
    );
    let (Some(date), Some(minute), Some(kind)) = columns else {
        return Err(DataError::table(
            &path,
            "found missing values or other types, allowed: a date, a whole number and a text",
        ));
    };
    let rows = date.into_iter().zip(minute).zip(kind);
    rows.map(|((date, minute), kind)| {
        let known = EVENT_NAMES.iter().find(|(_, name)| *name == kind);
        match (known, u16::try_from(minute)) {
            (Some((kind, _)), Ok(minute)) => Ok(MacroEvent {
                date,
                minute,
                kind: *kind,
            }),
            _ => Err(DataError::table(
                &path,
                format!(
                    "{date}: found {kind} at minute {minute}, allowed: {}",
                    event_names()
                ),
            )),
        }
    })
    .collect()
}

fn event_names() -> String {
    EVENT_NAMES.map(|(_, name)| name).join(", ")
}

fn dates(column: Column) -> Option<Vec<NaiveDate>> {
    if let Values::Date(v) = column.values {
        v.into_iter().collect()
    } else {
        None
    }
}

fn numbers(column: Column) -> Option<Vec<f64>> {
    if let Values::F64(v) = column.values {
        v.into_iter().collect()
    } else {
        None
    }
}

fn numbers_or_none(column: Column) -> Option<Vec<Option<f64>>> {
    if let Values::F64(v) = column.values {
        Some(v)
    } else {
        None
    }
}

fn integers(column: Column) -> Option<Vec<i64>> {
    if let Values::I64(v) = column.values {
        v.into_iter().collect()
    } else {
        None
    }
}

fn texts(column: Column) -> Option<Vec<String>> {
    if let Values::Str(v) = column.values {
        v.into_iter().collect()
    } else {
        None
    }
}
