//! From observations to snapshots: what was known at each close, priced.

use std::collections::BTreeMap;
use std::ops::Range;

use chrono::{Datelike, NaiveDate};

use super::{Extremes, FutureQuote, HistoryError, Repairs, Settlements, Snapshot};
use crate::calendar::Calendar;
use crate::chain::Quotes;
use crate::contract::Settlement;
use crate::curve::BillCurve;
use crate::fund;
use crate::inputs::{Column, Input, InputRules, column};
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
pub(super) struct Columns<'a> {
    close: Vec<Option<f64>>,
    vix: Vec<Option<f64>>,
    open: Vec<Option<f64>>,
    low: Vec<Option<f64>>,
    vix_high: Vec<Option<f64>>,
    set: Vec<Option<f64>>,
    vix_open: Vec<Option<f64>>,
    inputs: BTreeMap<Input, Column>,
    funds: fund::Closes<'a>,
}

impl<'a> Columns<'a> {
    pub(super) fn new(
        obs: &'a Observations,
        range: &Range<usize>,
        rules: &InputRules,
    ) -> Result<Columns<'a>, HistoryError> {
        let required = |name: &'static str| {
            let found = obs.daily.keys().cloned().collect::<Vec<_>>().join(", ");
            let series = obs.daily.get(name);
            let values = &series
                .ok_or(HistoryError::MissingSeries { name, found })?
                .values;
            check_complete(name, values, obs, range)?;
            Ok(values.clone())
        };
        let plain = |name: &'static str| {
            let series = obs.daily.get(name).map(|s| s.values.clone());
            series.unwrap_or_else(|| vec![None; obs.sessions.len()])
        };
        let close = required(names::SPX_CLOSE)?;
        let vix = required(names::VIX)?;
        let inputs = Input::ALL.into_iter().filter(|input| input.has_age());
        Ok(Columns {
            close,
            vix,
            open: plain(names::SPX_OPEN),
            low: plain(names::SPX_LOW),
            vix_high: plain(names::VIX_HIGH),
            set: plain(names::SPX_SET),
            vix_open: plain(names::VIX_OPEN),
            inputs: inputs.map(|i| (i, column(obs, i, rules))).collect(),
            funds: fund::Closes::of(obs),
        })
    }

    fn at(&self, input: Input, t: usize) -> Option<f64> {
        self.inputs[&input].values[t]
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
                let first = obs.sessions[range.start];
                let last = obs.sessions[range.end - 1];
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

/// A series not updated for longer than this is missing (docs/model.md#what-is-known-when) [calendar days].
const FRESH_DAYS: i64 = 75;

/// A series as known at each session's close: shifted by its publication lag, the last value carried forward for as long as a
/// series may go without an update.
pub(super) fn fresh(series: &DailySeries, sessions: &[NaiveDate]) -> Vec<Option<f64>> {
    let mut last: Option<(NaiveDate, f64)> = None;
    let is_fresh = |(since, _): &(NaiveDate, f64), date: NaiveDate| {
        *since == date || (date - *since).num_days() <= FRESH_DAYS
    };
    (0..series.values.len())
        .map(|t| {
            let published = t
                .checked_sub(series.lag_sessions)
                .and_then(|i| series.values[i]);
            let own = published.filter(|v| v.is_finite());
            last = own.map(|value| (sessions[t], value)).or(last);
            last.filter(|last| is_fresh(last, sessions[t]))
                .map(|(_, value)| value)
        })
        .collect()
}

pub(super) fn snapshot(
    obs: &Observations,
    columns: &Columns<'_>,
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
        vix9d: columns.at(Input::Vix9d, t),
        vix,
        vix3m: columns.at(Input::Vix3m, t).unwrap_or(vix),
        vix6m: columns.at(Input::Vix6m, t),
        skew: columns.at(Input::Skew, t),
    };
    let yields: Vec<(f64, f64)> = Input::BILLS
        .iter()
        .zip(names::BILLS)
        .filter_map(|(input, (_, years))| Some((years, columns.at(*input, t)?)))
        .collect();
    let bills = BillCurve::new(&yields);
    let term = TermStructure::new(Calendar::nyse(), date, &levels, &bills, params, &obs.events);
    let mut price = |expiries: Vec<NaiveDate>, settlement| {
        let mut slices = term.slices(&expiries, settlement);
        for repair in enforce_calendar_order(&mut slices) {
            repairs.add(date, slices[repair.index].expiry, repair);
        }
        slices
    };
    let vix_term = VixTerm::new(date, &levels, columns.at(Input::Vvix, t));
    let futures = future_quotes(obs, date, &vix_term, vix);
    let vix_options = vix_slices(date, &vix_term, &futures, &bills);
    Ok(Snapshot {
        date,
        spot,
        vix,
        overnight_rate: columns.at(Input::Overnight, t).unwrap_or(0.0) / 100.0,
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
        funds: columns.funds.at(t),
        quotes: Quotes::Model,
        chain: None,
        vix_expected: None,
    })
}

/// Listed futures: published settlements, the model where one is missing.
fn future_quotes(
    obs: &Observations,
    date: NaiveDate,
    term: &VixTerm,
    vix: f64,
) -> Vec<FutureQuote> {
    let rows = obs.vx_rows(date);
    let quote = |expiry: NaiveDate| {
        let row = rows.iter().find(|row| row.expiry == expiry);
        let published = row.map(|row| row.settle).filter(|settle| *settle > 0.0);
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
    futures
        .iter()
        .filter_map(|future| {
            let days = (future.expiry - date).num_days();
            let discount = bills.discount(days as f64 / 365.0);
            term.option_slice(future.expiry, days as i32, future.settle.points(), discount)
        })
        .collect()
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
    let published = obs.settlement(date, date);
    match published {
        Some(settle) => Some((Price::from_points(settle), false)),
        None => vix_open.map(|open| (Price::from_points(open), true)),
    }
}
