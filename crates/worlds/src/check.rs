//! What no market could have been.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use market::calendar::{Calendar, vix_settlement};
use market::math::ln;
use market::observations::{Observations, VxSettlement, names};

use crate::columns::{AROUND_SPX, AROUND_VIX, TERM_DAYS};
use crate::rule::TERM;

/// A future's last settlement before it settles lies this near to VIX, and its final value to the open of VIX, in
/// logarithms. Twice what the files of 2018 to 2024 show on one session before, and on the day.
const MOST_APART: f64 = 0.35;

/// Why a world is none.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Defect {
    /// A level that cannot be one.
    #[error("{series} is {value} on {date}; a level is a positive number")]
    Level {
        /// Which series.
        series: String,
        /// When.
        date: NaiveDate,
        /// What it is.
        value: f64,
    },
    /// A day whose open and close lie outside its own high and low.
    #[error("{series} on {date} lies inside the day's open and close")]
    Range {
        /// High or low.
        series: &'static str,
        /// When.
        date: NaiveDate,
    },
    /// More variance to an earlier day than to a later one: an arbitrage between expiries.
    #[error("the variance of {near} is above that of {far} on {date}")]
    Variance {
        /// The shorter index.
        near: &'static str,
        /// The longer one.
        far: &'static str,
        /// When.
        date: NaiveDate,
    },
    /// A future without a positive settlement, or a high below it.
    #[error("the future {expiry} settles at {settle} on {date}, high {high:?}")]
    Future {
        /// Its settlement day.
        expiry: NaiveDate,
        /// When.
        date: NaiveDate,
        /// Its settlement.
        settle: f64,
        /// Its high.
        high: Option<f64>,
    },
    /// A future that had a settlement the session before and none on its last day, or a value far from VIX.
    #[error("the future {expiry} misses its settlement: {why}")]
    Settlement {
        /// Its settlement day.
        expiry: NaiveDate,
        /// What is wrong.
        why: String,
    },
}

/// Whether VIX futures and options settle on a day.
pub fn settles_vix(date: NaiveDate) -> bool {
    vix_settlement(date.year(), date.month()) == Some(date)
}

/// Whether a market could have been so.
///
/// # Errors
/// The first thing that no market could have been.
pub fn check(observations: &Observations) -> Result<(), Defect> {
    levels(observations)?;
    ranges(observations, names::SPX_CLOSE, AROUND_SPX)?;
    ranges(observations, names::VIX, AROUND_VIX)?;
    variances(observations)?;
    futures(observations)
}

fn value(observations: &Observations, name: &str, t: usize) -> Option<f64> {
    observations
        .daily
        .get(name)?
        .values
        .get(t)
        .copied()
        .flatten()
}

fn levels(observations: &Observations) -> Result<(), Defect> {
    let prices = AROUND_SPX.into_iter().chain(AROUND_VIX).chain(TERM);
    let prices = prices.chain([names::SPX_CLOSE, names::SPX_SET, names::VVIX, names::SKEW]);
    let required = [names::SPX_CLOSE, names::VIX];
    for name in prices {
        for (t, date) in observations.sessions.iter().enumerate() {
            let found = value(observations, name, t);
            let is_wrong = match found {
                Some(value) => !(value.is_finite() && value > 0.0),
                None => required.contains(&name),
            };
            if is_wrong {
                return Err(Defect::Level {
                    series: name.to_string(),
                    date: *date,
                    value: found.unwrap_or(f64::NAN),
                });
            }
        }
    }
    Ok(())
}

fn ranges(
    observations: &Observations,
    close: &str,
    [open, high, low]: [&'static str; 3],
) -> Result<(), Defect> {
    // Rounding of a product may put a day that closed at its high above it by its last bit.
    const ROUNDING: f64 = 1e-9;
    for (t, date) in observations.sessions.iter().enumerate() {
        let at = |name| value(observations, name, t);
        let ends = [at(open), at(close)];
        let ends = || ends.iter().flatten();
        let is_wrong = [
            (
                high,
                at(high).is_some_and(|h| ends().any(|end| *end > h * (1.0 + ROUNDING))),
            ),
            (
                low,
                at(low).is_some_and(|l| ends().any(|end| *end < l * (1.0 - ROUNDING))),
            ),
        ];
        if let Some((series, _)) = is_wrong.into_iter().find(|(_, is_wrong)| *is_wrong) {
            return Err(Defect::Range {
                series,
                date: *date,
            });
        }
    }
    Ok(())
}

fn variances(observations: &Observations) -> Result<(), Defect> {
    let mut by_days: Vec<(f64, &'static str)> = TERM_DAYS.into_iter().zip(TERM).collect();
    by_days.sort_by(|a, b| a.0.total_cmp(&b.0));
    for (t, date) in observations.sessions.iter().enumerate() {
        let known = by_days.iter().filter_map(|(days, name)| {
            let level = value(observations, name, t)?;
            Some((*name, level * level * days))
        });
        let known: Vec<_> = known.collect();
        for pair in known.windows(2) {
            if pair[0].1 > pair[1].1 {
                return Err(Defect::Variance {
                    near: pair[0].0,
                    far: pair[1].0,
                    date: *date,
                });
            }
        }
    }
    Ok(())
}

fn futures(observations: &Observations) -> Result<(), Defect> {
    let mut last: BTreeMap<NaiveDate, &VxSettlement> = BTreeMap::new();
    for row in &observations.vx {
        let is_price = row.settle.is_finite() && row.settle > 0.0;
        if !is_price || row.high.is_some_and(|high| !(high > 0.0)) {
            return Err(Defect::Future {
                expiry: row.expiry,
                date: row.trade_date,
                settle: row.settle,
                high: row.high,
            });
        }
        if row.expiry == row.trade_date {
            settles(observations, row, last.get(&row.expiry).copied())?;
        }
        last.insert(row.expiry, row);
    }
    let end = observations.sessions.last();
    let missing = last.values().find(|row| {
        let is_over = end.is_some_and(|end| row.expiry <= *end);
        is_over && settles_vix(row.expiry) && row.trade_date != row.expiry
    });
    match missing {
        Some(row) => Err(Defect::Settlement {
            expiry: row.expiry,
            why: format!("its last row is of {}", row.trade_date),
        }),
        None => Ok(()),
    }
}

/// A final settlement against the last mark and the open of VIX.
fn settles(
    observations: &Observations,
    row: &VxSettlement,
    mark: Option<&VxSettlement>,
) -> Result<(), Defect> {
    let wrong = |why: String| Defect::Settlement {
        expiry: row.expiry,
        why,
    };
    let place = |date: NaiveDate| observations.sessions.binary_search(&date).ok();
    let of_day = |name: &str, date: NaiveDate| value(observations, name, place(date)?);
    if let Some(open) = of_day(names::VIX_OPEN, row.expiry)
        && !(ln(row.settle / open).abs() <= MOST_APART)
    {
        return Err(wrong(format!(
            "{} against an open of VIX of {open}",
            row.settle
        )));
    }
    let eve = Calendar::nyse().previous(row.expiry);
    let Some(mark) = mark.filter(|mark| Some(mark.trade_date) == eve) else {
        return Ok(());
    };
    match of_day(names::VIX, mark.trade_date) {
        Some(vix) if !(ln(mark.settle / vix).abs() <= MOST_APART) => Err(wrong(format!(
            "{} the session before, with VIX at {vix}",
            mark.settle
        ))),
        _ => Ok(()),
    }
}
