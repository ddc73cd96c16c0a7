//! From observations to snapshots: what was known at each close, priced.

use std::ops::Range;

use chrono::{Datelike, NaiveDate};

use super::{Extremes, FutureQuote, HistoryError, Repairs, Settlements, Snapshot};
use crate::calendar::Calendar;
use crate::chain::Quotes;
use crate::contract::Settlement;
use crate::curve::BillCurve;
use crate::fund;
use crate::listing;
use crate::observations::{DailySeries, Observations, names};
use crate::price::Price;
use crate::surface::{IndexLevels, ModelParams, Slice, TermStructure, enforce_calendar_order};
use crate::vix::VixTerm;

pub(super) fn session_range(
    obs: &Observations,
    first: NaiveDate,
    last: NaiveDate,
) -> Result<Range<usize>, HistoryError> {
    let (Some(begin), Some(end)) = (obs.sessions.first(), obs.sessions.last()) else {
        return Err(HistoryError::Empty);
    };
    let find = |wanted| {
        let sessions = &obs.sessions;
        sessions.binary_search(&wanted).map_err(|after| {
            match after
                .checked_sub(1)
                .and_then(|i| sessions.get(i))
                .zip(sessions.get(after))
            {
                Some((before, after)) => HistoryError::NoSession {
                    wanted,
                    before: *before,
                    after: *after,
                },
                None => HistoryError::OutsideDataset {
                    first: *begin,
                    last: *end,
                    wanted,
                },
            }
        })
    };
    let range = find(first)?..find(last)? + 1;
    let calendar = Calendar::nyse();
    let mut expected = Some(first);
    for date in &obs.sessions[range.clone()] {
        if let Some(missing) = expected.filter(|e| e < date) {
            return Err(HistoryError::MissingSession { date: missing });
        }
        expected = calendar.next(*date);
    }
    Ok(range)
}

/// The series the pricing model reads, resolved once.
pub(super) struct Columns {
    close: Vec<Option<f64>>,
    vix: Vec<Option<f64>>,
    open: Vec<Option<f64>>,
    low: Vec<Option<f64>>,
    vix_high: Vec<Option<f64>>,
    set: Vec<Option<f64>>,
    vix_open: Vec<Option<f64>>,
    vix9d: Vec<Option<f64>>,
    vix3m: Vec<Option<f64>>,
    vix6m: Vec<Option<f64>>,
    vvix: Vec<Option<f64>>,
    skew: Vec<Option<f64>>,
    overnight: Vec<Option<f64>>,
    bills: Vec<(f64, Vec<Option<f64>>)>,
}

impl Columns {
    pub(super) fn new(obs: &Observations, range: &Range<usize>) -> Result<Columns, HistoryError> {
        let raw = |name: &'static str| obs.daily.get(name).map(|s| s.values.clone());
        let required = |name: &'static str| {
            let found = obs.daily.keys().cloned().collect::<Vec<_>>().join(", ");
            let values = raw(name).ok_or(HistoryError::MissingSeries { name, found })?;
            check_complete(name, &values, obs, range)?;
            Ok(values)
        };
        let absent = || vec![None; obs.sessions.len()];
        let plain = |name: &'static str| raw(name).unwrap_or_else(absent);
        let carried = |name: &str| obs.daily.get(name).map_or_else(absent, known);
        Ok(Columns {
            close: required(names::SPX_CLOSE)?,
            vix: required(names::VIX)?,
            open: plain(names::SPX_OPEN),
            low: plain(names::SPX_LOW),
            vix_high: plain(names::VIX_HIGH),
            set: plain(names::SPX_SET),
            vix_open: plain(names::VIX_OPEN),
            vix9d: plain(names::VIX9D),
            vix3m: plain(names::VIX3M),
            vix6m: plain(names::VIX6M),
            vvix: carried(names::VVIX),
            skew: carried(names::SKEW),
            overnight: carried(names::OVERNIGHT),
            bills: names::BILLS
                .iter()
                .map(|(name, years)| (*years, carried(name)))
                .collect(),
        })
    }
}

fn check_complete(
    name: &'static str,
    values: &[Option<f64>],
    obs: &Observations,
    range: &Range<usize>,
) -> Result<(), HistoryError> {
    for t in range.clone() {
        let date = obs.sessions[t];
        match values.get(t).copied().flatten() {
            None => {
                let (first, last) = (obs.sessions[range.start], obs.sessions[range.end - 1]);
                return Err(HistoryError::MissingValue {
                    name,
                    date,
                    first,
                    last,
                });
            }
            Some(value) if !(value.is_finite() && value > 0.0) => {
                return Err(HistoryError::BadValue { name, date, value });
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// A series as known at each session's close: shifted by its publication lag, the last value carried forward.
pub(super) fn known(series: &DailySeries) -> Vec<Option<f64>> {
    let mut last = None;
    (0..series.values.len())
        .map(|t| {
            let published = t
                .checked_sub(series.lag_sessions)
                .and_then(|i| series.values[i]);
            last = published.filter(|v| v.is_finite()).or(last);
            last
        })
        .collect()
}

/// A series not updated for longer than this is missing (docs/model.md#what-is-known-when) [calendar days].
const FRESH_DAYS: i64 = 75;

/// Known values, without those that were carried for longer than a series may go without an update.
pub(super) fn fresh(
    mut known: Vec<Option<f64>>,
    series: &DailySeries,
    sessions: &[NaiveDate],
) -> Vec<Option<f64>> {
    let mut updated = None;
    for (t, value) in known.iter_mut().enumerate() {
        let published = t
            .checked_sub(series.lag_sessions)
            .and_then(|i| series.values[i]);
        updated = published
            .filter(|v| v.is_finite())
            .map(|_| sessions[t])
            .or(updated);
        if updated.is_none_or(|since| (sessions[t] - since).num_days() > FRESH_DAYS) {
            *value = None;
        }
    }
    known
}

pub(super) fn snapshot(
    obs: &Observations,
    columns: &Columns,
    t: usize,
    params: &ModelParams,
    horizon_days: i64,
    repairs: &mut Repairs,
) -> Result<Snapshot, HistoryError> {
    let date = obs.sessions[t];
    let positive = |values: &[Option<f64>]| values[t].filter(|v| v.is_finite() && *v > 0.0);
    let spot = positive(&columns.close).unwrap_or_default();
    let vix = positive(&columns.vix).unwrap_or_default();
    let levels = IndexLevels {
        spot,
        vix9d: positive(&columns.vix9d),
        vix,
        vix3m: positive(&columns.vix3m).unwrap_or(vix),
        vix6m: positive(&columns.vix6m),
        skew: positive(&columns.skew),
    };
    let yields: Vec<(f64, f64)> = columns
        .bills
        .iter()
        .filter_map(|(years, v)| v[t].filter(|y| y.is_finite()).map(|y| (*years, y)))
        .collect();
    let bills = BillCurve::new(&yields);
    let term = TermStructure::new(Calendar::nyse(), date, &levels, &bills, params, &obs.events);
    let mut price = |expiries: Vec<NaiveDate>, settlement| {
        let mut slices: Vec<Slice> = expiries
            .into_iter()
            .map(|e| term.slice(e, settlement))
            .collect();
        for repair in enforce_calendar_order(&mut slices) {
            repairs.add(date, slices[repair.index].expiry, repair);
        }
        slices
    };
    let vix_term = VixTerm::new(date, &levels, positive(&columns.vvix));
    let futures = future_quotes(obs, date, &vix_term, vix);
    let vix_options = vix_slices(date, &vix_term, &futures, &bills);
    Ok(Snapshot {
        date,
        spot,
        vix,
        overnight_rate: columns.overnight[t].unwrap_or(0.0) / 100.0,
        bill_rate: bills.rate(1.0 / 12.0),
        spxw: price(listing::spxw_expiries(date, horizon_days), Settlement::Pm),
        spx: price(listing::spx_am_expiries(date, horizon_days), Settlement::Am),
        vix_options,
        settlements: Settlements {
            spx_close: Price::from_points(spot),
            spx_set: positive(&columns.set).map(Price::from_points),
            spx_open: positive(&columns.open).map(Price::from_points),
            vro: final_settlement(obs, date, positive(&columns.vix_open)),
        },
        extremes: Extremes {
            spx_low: positive(&columns.low),
            vix_high: positive(&columns.vix_high),
        },
        futures,
        funds: fund::quotes(obs, t),
        quotes: Quotes::Model,
        chain: None,
    })
}

/// Rows of one trade date, by expiry.
fn rows_of(obs: &Observations, date: NaiveDate) -> &[crate::observations::VxSettlement] {
    let start = obs.vx.partition_point(|row| row.trade_date < date);
    let end = start + obs.vx[start..].partition_point(|row| row.trade_date <= date);
    &obs.vx[start..end]
}

/// Listed futures: published settlements, the model where one is missing.
fn future_quotes(
    obs: &Observations,
    date: NaiveDate,
    term: &VixTerm,
    vix: f64,
) -> Vec<FutureQuote> {
    let rows = rows_of(obs, date);
    let quote = |expiry: NaiveDate| {
        let row = rows.iter().find(|row| row.expiry == expiry);
        let published = row.map(|row| row.settle).filter(|s| *s > 0.0);
        let high = row
            .and_then(|row| row.high)
            .filter(|h| h.is_finite() && *h > 0.0);
        let settle = published.unwrap_or_else(|| term.future((expiry - date).num_days() as f64));
        let settle = if settle.is_finite() { settle } else { vix };
        FutureQuote {
            expiry,
            settle: Price::from_points(settle),
            modelled: published.is_none(),
            high: high.map(Price::from_points),
        }
    };
    listing::vix_expiries(date, VIX_HORIZON_DAYS)
        .into_iter()
        .map(quote)
        .collect()
}

/// Monthly VIX contracts this far ahead are quoted: eight or nine of them.
const VIX_HORIZON_DAYS: i64 = 270;

fn vix_slices(
    date: NaiveDate,
    term: &VixTerm,
    futures: &[FutureQuote],
    bills: &BillCurve,
) -> Vec<Slice> {
    let slice = |future: &FutureQuote| {
        let days = (future.expiry - date).num_days();
        let discount = bills.discount(days as f64 / 365.0);
        term.option_slice(future.expiry, days as i32, future.settle.points(), discount)
    };
    futures.iter().filter_map(slice).collect()
}

/// The published final settlement value of a contract that settles on `date`, or the VIX open in its place.
fn final_settlement(
    obs: &Observations,
    date: NaiveDate,
    vix_open: Option<f64>,
) -> Option<(Price, bool)> {
    if crate::calendar::vix_settlement(date.year(), date.month()) != Some(date) {
        return None;
    }
    let published = rows_of(obs, date)
        .iter()
        .find(|row| row.expiry == date && row.settle > 0.0);
    match published {
        Some(row) => Some((Price::from_points(row.settle), false)),
        None => vix_open.map(|open| (Price::from_points(open), true)),
    }
}
