//! The market a simulation walks through: one snapshot per session, and a view that ends today.
//!
//! Built once per dataset and pricing model and then shared by every scenario. Nothing in it depends on a policy.

mod build;
mod expected;
mod pricing_error;
mod quoted;
mod snapshot;
mod view;

use std::any::Any;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use chrono::{Datelike, NaiveDate};

use crate::calendar::Calendar;
use crate::chain::Quotes;
use crate::futures_curve;
use crate::inputs::InputRules;
use crate::memo::SharedValues;
use crate::observations::{DailySeries, MacroEvent, Observations};
use crate::released_series::{self, Known, NewYorkTime, SlowSeries};
use crate::surface::{ModelParams, Repair};

pub use pricing_error::{PricingError, VIX_NEAR_DAYS};
pub use quoted::Pricing;
pub use snapshot::{Extremes, FutureQuote, Settlements, Snapshot};

pub use view::MarketView;

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
    #[error("the dataset has sessions from {first} to {last}; {wanted} is outside")]
    OutsideDataset {
        /// First session there is.
        first: NaiveDate,
        /// Last session there is.
        last: NaiveDate,
        /// What was wanted.
        wanted: NaiveDate,
    },
    /// A day without a session, where one is to be simulated.
    #[error("{wanted} is no session; the nearest are {before} and {after}")]
    NoSession {
        /// What was wanted.
        wanted: NaiveDate,
        /// The session before it.
        before: NaiveDate,
        /// The session after it.
        after: NaiveDate,
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
    /// Shared by the copies of a history, which nothing changes.
    snapshots: Arc<[Snapshot]>,
    /// Position of the first snapshot in the series.
    offset: usize,
    /// What was published is shared by all worlds of one market: see [`MarketHistory::with_errors`].
    series: Arc<BTreeMap<String, Vec<Option<f64>>>>,
    slow: Arc<BTreeMap<String, SlowSeries>>,
    /// Sessions of the dataset up to the last simulated one.
    sessions: Arc<[NaiveDate]>,
    events: Arc<[MacroEvent]>,
    repairs: Repairs,
    days: Arc<[Day]>,
    betas: Arc<[crate::beta::Betas]>,
    derived: SharedValues,
    /// What follows from what was published alone: one for all worlds of one market.
    published: Arc<SharedValues>,
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

impl MarketHistory {
    /// Prices every session from `first` to `last`, expiries up to `horizon_days` ahead.
    ///
    /// # Errors
    /// A [`HistoryError`] where the observations lack what the engine cannot do without: sessions, the SPX close and
    /// the VIX close. Everything else has a stated stand-in ([`InputRules::lenient`]), which is counted.
    pub fn build(
        observations: &Observations,
        first: NaiveDate,
        last: NaiveDate,
        params: &ModelParams,
        horizon_days: i64,
    ) -> Result<MarketHistory, HistoryError> {
        let rules = InputRules::lenient();
        let params = |_| params.clone();
        MarketHistory::build_with(observations, (first, last), &params, &rules, horizon_days)
    }

    fn build_with(
        observations: &Observations,
        (first, last): (NaiveDate, NaiveDate),
        params: &(dyn Fn(NaiveDate) -> ModelParams + Sync),
        rules: &InputRules,
        horizon_days: i64,
    ) -> Result<MarketHistory, HistoryError> {
        let range = build::session_range(observations, first, last)?;
        let columns = build::Columns::new(observations, &range, rules)?;
        let mut repairs = Repairs::default();
        let snapshots = range
            .clone()
            .map(|t| {
                let params = params(observations.sessions[t]);
                build::snapshot(
                    observations,
                    &columns,
                    t,
                    &params,
                    horizon_days,
                    &mut repairs,
                )
            })
            .collect::<Result<Vec<_>, _>>()?;
        let published = |s: &DailySeries| build::fresh(s, &observations.sessions);
        let mut series: BTreeMap<_, _> = observations
            .daily
            .iter()
            .map(|(name, s)| (name.clone(), published(s)))
            .collect();
        for (name, values) in futures_curve::columns(observations) {
            series.entry(name.to_string()).or_insert(values);
        }
        let sessions = observations.sessions[..range.end].into();
        let events = observations.events.as_slice().into();
        let days = observations.sessions[range.clone()]
            .iter()
            .map(|date| Day::new(*date))
            .collect();
        let derived = SharedValues::default();
        let slow = Arc::new(released_series::series(observations));
        let offset = range.start;
        let betas = crate::beta::columns(observations, &range).into();
        let quotes = Quotes::Model;
        Ok(MarketHistory {
            snapshots: snapshots.into(),
            offset,
            series: Arc::new(series),
            slow,
            sessions,
            events,
            repairs,
            days,
            betas,
            derived,
            published: Arc::default(),
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

    /// The same market without what its users derived from prices: they are done with it, and it is the larger part.
    pub fn without_derived(self) -> MarketHistory {
        MarketHistory {
            derived: SharedValues::default(),
            ..self
        }
    }

    /// As [`MarketHistory::derived`], of what was published alone: all worlds of this market ([`MarketHistory::with_errors`])
    /// and its copies share it. A value must not depend on the price of an option.
    pub fn published<T: Any + Default + Send + Sync>(&self) -> Arc<T> {
        self.published.get()
    }
}
