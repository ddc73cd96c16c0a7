//! The market a simulation walks through: one snapshot per session, and a view that ends today.
//!
//! Built once per dataset and pricing model and then shared by every scenario. Nothing in it depends on a policy.

mod quoted;

use std::any::Any;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use chrono::{Datelike, NaiveDate};

use crate::calendar::Calendar;
use crate::chain::{ChainDay, Quotes};
use crate::contract::{Contract, Root, Settlement};
use crate::curve::BillCurve;
use crate::fund::{self, Fund, FundQuote};
use crate::futures_curve;
use crate::listing;
use crate::mark_path::{MarkPath, MarkPaths};
use crate::memo::SharedValues;
use crate::observations::{DailySeries, MacroEvent, Observations, names};
use crate::price::Price;
use crate::released_series::{self, Known, NewYorkTime, SlowSeries};
use crate::surface::{
    IndexLevels, ModelParams, Repair, Slice, TermStructure, enforce_calendar_order,
};
use crate::vix::VixTerm;

pub use quoted::Pricing;

/// Everything that can be traded at the close of one session, and the values at which contracts settled that day.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    /// Session.
    pub date: NaiveDate,
    /// S&P 500 close [index points].
    pub spot: f64,
    /// VIX close [vol points].
    pub vix: f64,
    /// Overnight rate as known at this close [per year, ACT/360].
    pub overnight_rate: f64,
    /// One-month bill rate as known at this close [per year, continuous].
    pub bill_rate: f64,
    /// SPX options settled at the close, by expiry.
    pub spxw: Vec<Slice>,
    /// SPX options settled at the opening, by expiry.
    pub spx: Vec<Slice>,
    /// VIX options, by expiry, each on the future of the same expiry.
    pub vix_options: Vec<Slice>,
    /// VIX futures, by expiry.
    pub futures: Vec<FutureQuote>,
    /// Closes of the funds the dataset has, in the order of [`Fund::ALL`].
    pub funds: Vec<FundQuote>,
    /// Values at which contracts of this session settle.
    pub settlements: Settlements,
    /// Which prices may be read.
    pub quotes: Quotes,
    /// What was quoted at this close, where quotes are read and there are any. The slices of its expiries are then
    /// those fitted to it.
    pub chain: Option<Arc<ChainDay>>,
}

/// A VIX future's daily settlement.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FutureQuote {
    /// Settlement day.
    pub expiry: NaiveDate,
    /// Daily settlement price.
    pub settle: Price,
    /// Not published; the model's value.
    pub modelled: bool,
}

/// Settlement values of one session. The flag of a value tells a stand-in from the official one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settlements {
    /// S&P 500 close: settles SPXW.
    pub spx_close: Price,
    /// Special opening quotation of the S&P 500, where published: settles SPX.
    pub spx_set: Option<Price>,
    /// S&P 500 open, the stand-in where it is not.
    pub spx_open: Option<Price>,
    /// VIX special opening quotation; `true` if the VIX open stands in for it. Only on settlement days.
    pub vro: Option<(Price, bool)>,
}

/// What is wrong with the observations for the sessions that are to be simulated.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum HistoryError {
    /// A series the engine cannot do without is absent.
    #[error("series {name:?} is missing from the dataset; it has {found}")]
    MissingSeries {
        /// Which one.
        name: &'static str,
        /// What there is.
        found: String,
    },
    /// A value the engine cannot do without is absent.
    #[error(
        "series {name:?} has no value for the session {date}; every session from {first} to {last} needs one"
    )]
    MissingValue {
        /// Which series.
        name: &'static str,
        /// Which session.
        date: NaiveDate,
        /// First session wanted.
        first: NaiveDate,
        /// Last session wanted.
        last: NaiveDate,
    },
    /// A value that cannot be one.
    #[error("series {name:?} is {value} on {date}; it must be a positive number")]
    BadValue {
        /// Which series.
        name: &'static str,
        /// Which session.
        date: NaiveDate,
        /// What was found.
        value: f64,
    },
    /// The wanted sessions are not in the dataset.
    #[error("the dataset has sessions from {first} to {last}; {wanted} is outside, or no session")]
    OutsideDataset {
        /// First session there is.
        first: NaiveDate,
        /// Last session there is.
        last: NaiveDate,
        /// What was wanted.
        wanted: NaiveDate,
    },
    /// The sessions of the dataset differ from the exchange's.
    #[error("{date} is a session of the exchange calendar but not of the dataset")]
    MissingSession {
        /// First such session.
        date: NaiveDate,
    },
    /// No sessions at all.
    #[error("the dataset has no sessions")]
    Empty,
}

/// All snapshots of the simulated sessions, with the named series as they were known at each.
#[derive(Clone, Debug)]
pub struct MarketHistory {
    snapshots: Vec<Snapshot>,
    /// Position of the first snapshot in the series.
    offset: usize,
    series: BTreeMap<String, Vec<Option<f64>>>,
    slow: BTreeMap<String, SlowSeries>,
    /// Sessions of the dataset up to the last simulated one.
    sessions: Vec<NaiveDate>,
    events: Vec<MacroEvent>,
    repairs: Repairs,
    days: Vec<Day>,
    betas: Vec<crate::beta::Betas>,
    tapes: MarkPaths,
    derived: SharedValues,
    quotes: Quotes,
    mornings: Option<Arc<MarketHistory>>,
}

/// The slices of a history that were mended to keep the calendar order.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Repairs {
    /// How many.
    pub count: usize,
    /// First and last session of one.
    pub span: Option<(NaiveDate, NaiveDate)>,
    /// The largest by what it added to an implied volatility: session, expiry, place and size.
    pub largest: Option<(NaiveDate, NaiveDate, Repair)>,
    /// The most that any added at the money [decimal volatility].
    pub most_atm_lift: f64,
}

impl Repairs {
    fn add(&mut self, date: NaiveDate, expiry: NaiveDate, repair: Repair) {
        self.count += 1;
        self.span = Some((self.span.map_or(date, |span| span.0), date));
        self.most_atm_lift = self.most_atm_lift.max(repair.atm_lift);
        if self
            .largest
            .is_none_or(|(_, _, largest)| repair.lift > largest.lift)
        {
            self.largest = Some((date, expiry, repair));
        }
    }
}

/// What the calendar says about one session.
#[derive(Clone, Copy, Debug)]
struct Day {
    /// Days since 0001-01-01.
    number: i32,
    next_session: Option<NaiveDate>,
}

impl Day {
    fn new(date: NaiveDate) -> Day {
        Day {
            number: date.num_days_from_ce(),
            next_session: Calendar::nyse().next(date),
        }
    }
}

/// The market up to and including one session. Later sessions cannot be reached through it:
///
/// ```compile_fail
/// fn peek(view: market::history::MarketView<'_>) -> f64 {
///     view.history.snapshots[view.end + 1].spot // private: a view ends today
/// }
/// ```
///
/// ```
/// fn look(view: market::history::MarketView<'_>) -> f64 {
///     view.today().spot
/// }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct MarketView<'a> {
    history: &'a MarketHistory,
    /// Index of today's snapshot.
    end: usize,
}

impl MarketHistory {
    /// Prices every session from `first` to `last`, expiries up to `horizon_days` ahead.
    ///
    /// # Errors
    /// A [`HistoryError`] where the observations lack what the engine cannot do without: sessions, the SPX close and
    /// the VIX close. Everything else has a stated stand-in.
    pub fn build(
        observations: &Observations,
        first: NaiveDate,
        last: NaiveDate,
        params: &ModelParams,
        horizon_days: i64,
    ) -> Result<MarketHistory, HistoryError> {
        MarketHistory::build_with(observations, first, last, &|_| *params, horizon_days)
    }

    fn build_with(
        observations: &Observations,
        first: NaiveDate,
        last: NaiveDate,
        params: &(dyn Fn(NaiveDate) -> ModelParams + Sync),
        horizon_days: i64,
    ) -> Result<MarketHistory, HistoryError> {
        let range = session_range(observations, first, last)?;
        let columns = Columns::new(observations, &range)?;
        let mut repairs = Repairs::default();
        let snapshots = range
            .clone()
            .map(|t| {
                let params = params(observations.sessions[t]);
                snapshot(
                    observations,
                    &columns,
                    t,
                    &params,
                    horizon_days,
                    &mut repairs,
                )
            })
            .collect::<Result<Vec<_>, _>>()?;
        let published = |s: &DailySeries| fresh(known(s), s, &observations.sessions);
        let mut series: BTreeMap<_, _> = observations
            .daily
            .iter()
            .map(|(name, s)| (name.clone(), published(s)))
            .collect();
        for (name, values) in futures_curve::columns(observations) {
            series.entry(name.to_string()).or_insert(values);
        }
        let sessions = observations.sessions[..range.end].to_vec();
        let events = observations.events.clone();
        let days = observations.sessions[range.clone()]
            .iter()
            .map(|date| Day::new(*date))
            .collect();
        let (tapes, derived) = (MarkPaths::default(), SharedValues::default());
        let slow = released_series::series(observations);
        let offset = range.start;
        let betas = crate::beta::columns(observations, &range);
        let quotes = Quotes::Model;
        Ok(MarketHistory {
            snapshots,
            offset,
            series,
            slow,
            sessions,
            events,
            repairs,
            days,
            betas,
            tapes,
            derived,
            quotes,
            mornings: None,
        })
    }

    /// This market with another of the same sessions, as it stood in their late mornings: what fills before the close.
    ///
    /// # Panics
    /// If the two have different sessions.
    pub fn with_mornings(self, mornings: MarketHistory) -> MarketHistory {
        let dates =
            |history: &MarketHistory| history.snapshots.iter().map(|s| s.date).collect::<Vec<_>>();
        assert_eq!(
            dates(&self),
            dates(&mornings),
            "two markets of the same sessions"
        );
        MarketHistory {
            mornings: Some(Arc::new(mornings)),
            ..self
        }
    }

    /// The late mornings of these sessions, where the market was given any.
    pub fn mornings(&self) -> Option<&MarketHistory> {
        self.mornings.as_deref()
    }

    /// Number of sessions.
    pub fn len(&self) -> usize {
        self.snapshots.len()
    }

    /// Whether there is no session.
    pub fn is_empty(&self) -> bool {
        self.snapshots.is_empty()
    }

    /// The sessions from `first` to `last`, both included, as positions in this history.
    pub fn window(&self, first: NaiveDate, last: NaiveDate) -> Range<usize> {
        let start = self.snapshots.partition_point(|s| s.date < first);
        let end = self.snapshots.partition_point(|s| s.date <= last);
        start..end.max(start)
    }

    /// The market as seen at the close of session `t`.
    #[inline]
    pub fn view(&self, t: usize) -> MarketView<'_> {
        assert!(
            t < self.snapshots.len(),
            "session {t} of {}",
            self.snapshots.len()
        );
        MarketView {
            history: self,
            end: t,
        }
    }

    /// Sessions of the dataset up to the last simulated one, those before the first included: the axis of every
    /// column that is computed from this history.
    pub fn sessions(&self) -> &[NaiveDate] {
        &self.sessions
    }

    /// Position of the first simulated session on [`MarketHistory::sessions`].
    pub fn first_position(&self) -> usize {
        self.offset
    }

    /// The release calendar, which is announced in advance: all of it may be known at any session.
    pub fn events(&self) -> &[MacroEvent] {
        &self.events
    }

    /// A slow series as published by the close of any session of [`MarketHistory::sessions`], simulated or not.
    pub fn slow_at(&self, name: &str, date: NaiveDate) -> Option<Known<'_>> {
        self.slow
            .get(name)
            .map(|series| series.known(NewYorkTime::close(date)))
    }

    /// What was mended to keep the calendar order of the model's slices (docs/model.md#the-smile).
    pub fn repairs(&self) -> &Repairs {
        &self.repairs
    }

    /// What a user of this market derived from it and wants to share between scenarios; one value per type, made when
    /// it is first asked for. A copy of a history starts without any.
    pub fn derived<T: Any + Default + Send + Sync>(&self) -> Arc<T> {
        self.derived.get()
    }
}

impl<'a> MarketView<'a> {
    /// Today's snapshot.
    #[inline]
    pub fn today(self) -> &'a Snapshot {
        &self.history.snapshots[self.end]
    }

    /// Position of today in its history.
    #[inline]
    pub fn session(self) -> usize {
        self.end
    }

    /// Position of today among the sessions of the dataset, see [`MarketHistory::sessions`].
    #[inline]
    pub fn position(self) -> usize {
        self.history.offset + self.end
    }

    /// Today as a number of days, for differences between dates that are taken often: `num_days_from_ce`.
    #[inline]
    pub fn day_number(self) -> i32 {
        self.history.days[self.end].number
    }

    /// The session after today, as the calendar has it.
    #[inline]
    pub fn next_session(self) -> Option<NaiveDate> {
        self.history.days[self.end].next_session
    }

    /// The worth of a package (contracts and signed quantities of one unit), to be asked about session by session.
    pub fn tape(self, unit: &[(Contract, i64)]) -> Arc<MarkPath> {
        self.history.tapes.unit(self.history, unit)
    }

    /// Beta to the index of the future `month` places behind the front, over 120 sessions of published settlements
    /// ending today; `None` until there are as many.
    pub fn future_beta(self, month: usize) -> Option<f64> {
        self.history.betas[self.end].get(month).copied().flatten()
    }

    /// The snapshot `sessions` before today, if it is simulated.
    pub fn back(self, sessions: usize) -> Option<&'a Snapshot> {
        self.end
            .checked_sub(sessions)
            .map(|t| &self.history.snapshots[t])
    }

    /// A named series as known at each session's close, from the start of the dataset to today; `None` if the dataset
    /// has no such series. The value at today may describe an earlier date, as the series' publication rule says.
    pub fn series(self, name: &str) -> Option<&'a [Option<f64>]> {
        self.history
            .series
            .get(name)
            .map(|values| &values[..=self.history.offset + self.end])
    }

    /// A slow series as published by today's close: monthly, quarterly and irregular values with the period they
    /// describe and the moment they were released. `None` if the dataset has no such series.
    pub fn slow(self, name: &str) -> Option<Known<'a>> {
        let close = NewYorkTime::close(self.today().date);
        self.history
            .slow
            .get(name)
            .map(|series| series.known(close))
    }
}

impl Snapshot {
    /// Listed option slices of a root, by expiry; futures have none.
    pub fn slices(&self, root: Root) -> &[Slice] {
        match root {
            Root::Spxw => &self.spxw,
            Root::Spx => &self.spx,
            Root::Vix => &self.vix_options,
            Root::Vx | Root::Fund(_) => &[],
        }
    }

    /// The slice of one expiry.
    pub fn slice(&self, root: Root, expiry: NaiveDate) -> Option<&Slice> {
        let slices = self.slices(root);
        slices
            .binary_search_by_key(&expiry, |s| s.expiry)
            .ok()
            .map(|i| &slices[i])
    }

    /// The future of one expiry.
    pub fn future(&self, expiry: NaiveDate) -> Option<&FutureQuote> {
        self.futures
            .binary_search_by_key(&expiry, |f| f.expiry)
            .ok()
            .map(|i| &self.futures[i])
    }

    /// The close of a fund.
    pub fn fund(&self, fund: Fund) -> Option<&FundQuote> {
        self.funds.iter().find(|quote| quote.fund == fund)
    }

    /// Mid price of a contract by its slice; `None` where the snapshot cannot price it. Rounded once, to the price unit.
    pub fn mid(&self, contract: &Contract) -> Option<Price> {
        match contract.option {
            None => match contract.root {
                Root::Fund(fund) => self.fund(fund).map(|quote| quote.close),
                _ => self.future(contract.expiry).map(|f| f.settle),
            },
            Some((right, strike)) => {
                let price = self
                    .slice(contract.root, contract.expiry)?
                    .price(right, strike.points());
                price.is_finite().then(|| Price::from_points(price))
            }
        }
    }

    /// Futures interpolated linearly in days to a constant maturity; `None` unless two contracts bracket it.
    pub fn constant_maturity_future(&self, days: f64) -> Option<f64> {
        let after = self
            .futures
            .iter()
            .position(|f| (f.expiry - self.date).num_days() as f64 >= days)?;
        let far = &self.futures[after];
        let far_days = (far.expiry - self.date).num_days() as f64;
        let Some(near) = after.checked_sub(1).map(|i| &self.futures[i]) else {
            return (far_days == days).then(|| far.settle.points());
        };
        let near_days = (near.expiry - self.date).num_days() as f64;
        let share = (days - near_days) / (far_days - near_days);
        Some(near.settle.points() + share * (far.settle.points() - near.settle.points()))
    }
}

impl Settlements {
    /// The value at which contracts of `root` settle on this session, and whether it is a stand-in.
    pub fn of(&self, root: Root) -> Option<(Price, bool)> {
        match root {
            Root::Spxw => Some((self.spx_close, false)),
            Root::Spx => self
                .spx_set
                .map(|set| (set, false))
                .or(self.spx_open.map(|open| (open, true))),
            Root::Vix | Root::Vx => self.vro,
            Root::Fund(_) => None,
        }
    }
}

fn session_range(
    obs: &Observations,
    first: NaiveDate,
    last: NaiveDate,
) -> Result<Range<usize>, HistoryError> {
    let (Some(begin), Some(end)) = (obs.sessions.first(), obs.sessions.last()) else {
        return Err(HistoryError::Empty);
    };
    let find = |wanted| {
        let outside = HistoryError::OutsideDataset {
            first: *begin,
            last: *end,
            wanted,
        };
        obs.sessions.binary_search(&wanted).map_err(|_| outside)
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
struct Columns {
    close: Vec<Option<f64>>,
    vix: Vec<Option<f64>>,
    open: Vec<Option<f64>>,
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
    fn new(obs: &Observations, range: &Range<usize>) -> Result<Columns, HistoryError> {
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
fn known(series: &DailySeries) -> Vec<Option<f64>> {
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
fn fresh(
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

fn snapshot(
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
        let published = rows
            .iter()
            .find(|row| row.expiry == expiry)
            .map(|row| row.settle)
            .filter(|s| *s > 0.0);
        let settle = published.unwrap_or_else(|| term.future((expiry - date).num_days() as f64));
        let settle = if settle.is_finite() { settle } else { vix };
        FutureQuote {
            expiry,
            settle: Price::from_points(settle),
            modelled: published.is_none(),
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
