//! Prices of single options at a minute of the day, as they stand in the logs of backtesters: evidence to judge the price
//! model with. No run trades on them.
//!
//! `marks.parquet`: `quote_date`, `quote_time` (New York, `HH:MM`), `root` (`SPX*` where the source does not say whether the
//! option settles in the morning), `expiry`, `right` (`C` or `P`), `strike` \[index points\], `mid` \[index points\],
//! `underlying` (the index at that minute \[index points\]). Rows are in this order.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::{NaiveDate, NaiveTime};
use market::calendar::Calendar;

use crate::check::{Findings, Severity};
use crate::manifest::Manifest;
use crate::table::{Column, Extra, Values, read_parquet, write_table};
use crate::{DataError, schema};

/// The root of an SPX option whose class the source does not name.
pub const ROOT_UNSAID: &str = "SPX*";

/// The price of one option at one minute.
#[derive(Clone, Debug, PartialEq)]
pub struct OptionMark {
    /// Session.
    pub quote_date: NaiveDate,
    /// New York time, to the minute.
    pub quote_time: NaiveTime,
    /// `SPX`, `SPXW`, `XSP`, `VIX`, or [`ROOT_UNSAID`].
    pub root: String,
    /// Day of settlement.
    pub expiry: NaiveDate,
    /// Call or put.
    pub is_call: bool,
    /// Strike \[index points\].
    pub strike: f64,
    /// Middle of bid and ask, or the price the log says \[index points\].
    pub mid: f64,
    /// The index at that minute \[index points\].
    pub underlying: f64,
}

/// What tells one mark from another.
pub(crate) type Key = (NaiveDate, NaiveTime, String, NaiveDate, bool, u64);

impl OptionMark {
    pub(crate) fn key(&self) -> Key {
        (
            self.quote_date,
            self.quote_time,
            self.root.clone(),
            self.expiry,
            self.is_call,
            self.strike.to_bits(),
        )
    }
}

/// Marks of all files of an import.
#[derive(Default)]
pub(crate) struct Marks(BTreeMap<Key, Sourced>);

/// A mark and the file that brought it.
type Sourced = (OptionMark, String);

/// The options exchange's day: no price of an SPX option is from outside of it.
fn is_in_hours(time: NaiveTime) -> bool {
    let at = |hour, minute| NaiveTime::from_hms_opt(hour, minute, 0);
    at(9, 30).is_some_and(|open| open <= time) && at(16, 15).is_some_and(|close| time <= close)
}

impl Marks {
    /// Adds the marks of one file. What no market can have shown is left out and counted; of a mark met twice the first
    /// file counts.
    pub fn add(&mut self, file: &str, marks: Vec<OptionMark>, notes: &mut Findings) {
        for mark in marks {
            if let Some((code, why)) = fault(&mark) {
                notes.note(
                    Severity::Warning,
                    code,
                    "marks",
                    Some(mark.quote_date),
                    || format!("{file}: {why}; left out"),
                );
                continue;
            }
            let day = mark.quote_date;
            let known = self
                .0
                .entry(mark.key())
                .or_insert_with(|| (mark.clone(), file.to_string()));
            if known.0.mid != mark.mid {
                notes.note(Severity::Warning, "mark_twice", "marks", Some(day), || {
                    format!(
                        "{file}: found {} for {}, allowed: {} as in {}, which comes first",
                        mark.mid,
                        words(&mark),
                        known.0.mid,
                        known.1
                    )
                });
            }
        }
    }

    /// Writes the table, where there are marks.
    pub fn write(self, dir: &Path, extra: &mut Extra) -> Result<(), DataError> {
        if self.0.is_empty() {
            return Ok(());
        }
        let marks: Vec<OptionMark> = self.0.into_values().map(|(mark, _)| mark).collect();
        let entry = write_table(dir, schema::MARKS, &columns(&marks))?;
        extra.files.insert(schema::MARKS.into(), entry);
        Ok(())
    }
}

fn words(mark: &OptionMark) -> String {
    let right = if mark.is_call { 'C' } else { 'P' };
    format!(
        "{} {} {right} {} of {} {}",
        mark.root,
        mark.expiry,
        mark.strike,
        mark.quote_date,
        mark.quote_time.format("%H:%M")
    )
}

/// Why a mark can be none.
fn fault(mark: &OptionMark) -> Option<(&'static str, String)> {
    let calendar = Calendar::nyse();
    if !calendar.is_session(mark.quote_date) {
        return Some((
            "mark_off_session",
            format!("found {}, allowed: a session of the exchange", words(mark)),
        ));
    }
    if !is_in_hours(mark.quote_time) {
        let found = words(mark);
        let message = format!("found {found}, allowed: New York time from 09:30 to 16:15");
        return Some(("mark_off_hours", message));
    }
    if mark.expiry < mark.quote_date {
        let message = format!("found {}, allowed: an expiry that is not past", words(mark));
        return Some(("mark_expired", message));
    }
    // XSP is a tenth of the index; a strike further off is one in other units.
    let moneyness = mark.strike / mark.underlying;
    if !(0.05..=5.0).contains(&moneyness) {
        let message = format!(
            "found {} at an index of {}, allowed: a strike from a twentieth to five times of it",
            words(mark),
            mark.underlying
        );
        return Some(("mark_off_level", message));
    }
    // A call is worth no more than the index, a put no more than its strike.
    let most = if mark.is_call {
        mark.underlying
    } else {
        mark.strike
    };
    if !(mark.mid > 0.0 && mark.mid < most) {
        let message = format!(
            "found a price of {} for {}, allowed: above 0 and below {most}",
            mark.mid,
            words(mark)
        );
        return Some(("mark_no_price", message));
    }
    None
}

fn columns(marks: &[OptionMark]) -> Vec<Column> {
    let numbers = |name, value: fn(&OptionMark) -> f64| {
        Column::f64(name, marks.iter().map(|m| Some(value(m))).collect())
    };
    let texts = |name, value: fn(&OptionMark) -> String| {
        Column::str(name, marks.iter().map(|m| Some(value(m))).collect())
    };
    let dates = |name, value: fn(&OptionMark) -> NaiveDate| {
        Column::date(name, marks.iter().map(|m| Some(value(m))).collect())
    };
    vec![
        dates("quote_date", |m| m.quote_date),
        texts("quote_time", |m| m.quote_time.format("%H:%M").to_string()),
        texts("root", |m| m.root.clone()),
        dates("expiry", |m| m.expiry),
        texts("right", |m| if m.is_call { "C".into() } else { "P".into() }),
        numbers("strike", |m| m.strike),
        numbers("mid", |m| m.mid),
        numbers("underlying", |m| m.underlying),
    ]
}

/// The marks of a dataset, in order; none where it has no table of them.
///
/// # Errors
/// Where the table is not the one the manifest describes, or cannot be read.
pub fn load_marks(dir: &Path) -> Result<Vec<OptionMark>, DataError> {
    let manifest = Manifest::read(dir)?;
    let Some(entry) = manifest.files.get(schema::MARKS) else {
        return Ok(Vec::new());
    };
    let path = dir.join(schema::MARKS);
    let found = crate::sha256_file(&path)?;
    if found != entry.sha256 {
        let allowed = entry.sha256.clone();
        return Err(DataError::Changed {
            path,
            found,
            allowed,
        });
    }
    rows(&read_parquet(&path)?).ok_or_else(|| {
        DataError::table(
            &path,
            "found other columns than this version writes; import the dataset again",
        )
    })
}

fn rows(columns: &[Column]) -> Option<Vec<OptionMark>> {
    use Values::{Date, F64, Str};
    let values: Vec<&Values> = columns.iter().map(|c| &c.values).collect();
    let [
        Date(date),
        Str(time),
        Str(root),
        Date(expiry),
        Str(right),
        F64(strike),
        F64(mid),
        F64(underlying),
    ] = values.as_slice()
    else {
        return None;
    };
    let row = |i: usize| {
        Some(OptionMark {
            quote_date: date[i]?,
            quote_time: NaiveTime::parse_from_str(time[i].as_deref()?, "%H:%M").ok()?,
            root: root[i].clone()?,
            expiry: expiry[i]?,
            is_call: right[i].as_deref()? == "C",
            strike: strike[i]?,
            mid: mid[i]?,
            underlying: underlying[i]?,
        })
    };
    (0..date.len()).map(row).collect()
}
