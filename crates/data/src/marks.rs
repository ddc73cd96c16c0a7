//! Prices of single options at a minute of the day, as they stand in the logs of backtesters: evidence to judge the price
//! model with. No run trades on them.
//!
//! `marks.parquet`: `quote_date`, `quote_time` (New York, `HH:MM`), `root` (`SPX*` where the source does not say whether the
//! option settles in the morning), `expiry`, `right` (`C` or `P`), `strike` \[index points\], `mid` \[index points\],
//! `underlying` (the index at that minute \[index points\]). Rows are in this order.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::{NaiveDate, NaiveTime};
use market::black::implied_vol;
use market::calendar::Calendar;
use market::contract::Right;

use crate::chains::checks::Levels;
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

    /// Leaves out, and counts, what does not go with the closes of its session; a file most of whose prices do not is refused
    /// with the reason.
    pub fn judge(&mut self, levels: &Levels, notes: &mut Findings) -> Vec<(String, String)> {
        let mut of_file: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
        let mut bad = Vec::new();
        for (key, (mark, file)) in &self.0 {
            match beside_closes(mark, levels) {
                Ok(Some(ratio)) => of_file.entry(file).or_default().push(ratio),
                Ok(None) => {}
                Err((code, why)) => {
                    let day = Some(mark.quote_date);
                    notes.note(Severity::Warning, code, "marks", day, || {
                        format!("{file}: {why}; left out")
                    });
                    bad.push(key.clone());
                }
            }
        }
        let mut refused = Vec::new();
        for (file, mut ratios) in of_file {
            ratios.sort_by(f64::total_cmp);
            let middle = ratios[ratios.len() / 2];
            if ratios.len() >= ENOUGH && !(MIDDLE.0..=MIDDLE.1).contains(&middle) {
                let reason = format!(
                    "found prices whose implied volatility is in the middle {middle:.2} times VIX, allowed: {} to {} times \
                     (price_factor of a column map scales prices)",
                    MIDDLE.0, MIDDLE.1
                );
                refused.push((file.to_string(), reason));
            }
        }
        for key in bad {
            self.0.remove(&key);
        }
        let is_refused = |file: &str| refused.iter().any(|(own, _)| own == file);
        self.0.retain(|_, (_, file)| !is_refused(file));
        refused
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

/// How far the index at the minute of a mark may be from its close: no session moved more since 1987.
const LEVEL: (f64, f64) = (0.85, 1.18);
/// Implied volatility of a mark over VIX: single prices of SPX options on 663 sessions lie from 0.33 to 1.59.
const VOLATILITY: (f64, f64) = (0.2, 3.0);
/// The same of the middle price of a file: theirs is 0.83.
const MIDDLE: (f64, f64) = (0.5, 1.8);
/// Fewer prices have no middle worth the name.
const ENOUGH: usize = 20;
/// Beyond so many days VIX says little of a volatility.
const DAYS: i64 = 90;

/// The implied volatility of a mark over VIX, where both are known; or why it cannot be a price beside these closes.
fn beside_closes(
    mark: &OptionMark,
    levels: &Levels,
) -> Result<Option<f64>, (&'static str, String)> {
    let (index, vix) = levels.get(&mark.quote_date).copied().unwrap_or_default();
    let Some(index) = index.filter(|_| mark.root.starts_with("SPX")) else {
        return Ok(None);
    };
    if !(LEVEL.0..=LEVEL.1).contains(&(mark.underlying / index)) {
        let message = format!(
            "found an index of {} beside {}, whose session closed at {index}, allowed: 0.85 to 1.18 times that",
            mark.underlying,
            words(mark)
        );
        return Err(("mark_off_close", message));
    }
    let days = (mark.expiry - mark.quote_date).num_days();
    let Some(vix) = vix.filter(|vix| *vix > 0.0 && days <= DAYS) else {
        return Ok(None);
    };
    let right = if mark.is_call {
        Right::Call
    } else {
        Right::Put
    };
    let years = (days as f64 + 0.5) / 365.0;
    let implied = implied_vol(right, mark.underlying, mark.strike, years, 1.0, mark.mid);
    let ratio = implied.ok().map(|vol| 100.0 * vol / vix);
    match ratio {
        Some(ratio) if (VOLATILITY.0..=VOLATILITY.1).contains(&ratio) => Ok(Some(ratio)),
        _ if is_deep(mark) => Ok(None),
        _ => {
            let found = ratio.map_or("no implied volatility".to_string(), |ratio| {
                format!("an implied volatility of {ratio:.2} times VIX")
            });
            let message = format!(
                "found a price of {} for {} at an index of {}: {found}, allowed: {} to {} times",
                mark.mid,
                words(mark),
                mark.underlying,
                VOLATILITY.0,
                VOLATILITY.1
            );
            Err(("mark_off_volatility", message))
        }
    }
}

/// Whether an option is far in the money and its price is near what it pays at once: rates decide then, not volatility.
fn is_deep(mark: &OptionMark) -> bool {
    let sign = if mark.is_call { 1.0 } else { -1.0 };
    let inside = sign * (mark.underlying - mark.strike);
    let slack = 0.02 * mark.underlying;
    inside > slack && (mark.mid - inside).abs() < slack
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
