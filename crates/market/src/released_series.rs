//! Slow series (monthly, quarterly, irregular) as they were published: a value exists from the moment of its release.
//!
//! | a value whose release | may be used |
//! |---|---|
//! | is in the release calendar on its known day (CPI, PPI, GDP at 08:30) | from that minute of that day |
//! | is not | from the close of its known day |
//!
//! A value is *fresh* for 75 days after its release (docs/model.md#what-is-known-when), longer where the series itself is slower: 44 days beyond
//! the distance of its last two reference periods, which is 75 for a monthly series and 136 for a quarterly one. Monthly
//! values that are published a quarter at a time come as seldom as quarterly ones: what counts is then the time that the
//! latest batch covers. After that the series is missing, and a rule that needs it holds back.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::calendar::Calendar;
use crate::observations::{EventKind, MacroEvent, Observations, Release};

/// A moment in New York.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NewYorkTime {
    /// Date.
    pub date: NaiveDate,
    /// Minutes after midnight.
    pub minute: u16,
}

/// One value of a slow series with the moment from which it could be known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Published {
    /// First day of the period it describes.
    pub period: NaiveDate,
    /// When it was released.
    pub since: NewYorkTime,
    /// The value in the publisher's unit.
    pub value: f64,
}

/// A whole slow series. It reaches into the future; who decides is handed a [`Known`] part of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SlowSeries {
    /// Sorted by release, then by period.
    releases: Vec<Published>,
}

/// The part of a slow series that was published by a moment. Later releases cannot be reached through it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Known<'a> {
    releases: &'a [Published],
    at: NewYorkTime,
}

/// Minute of the day at which regular sessions close.
const CLOSE: u16 = 16 * 60;
/// Minute of the day at which half-days close.
const EARLY_CLOSE: u16 = 13 * 60;
/// Days a value stays fresh at least (docs/model.md#what-is-known-when).
const FRESH_DAYS: i64 = 75;
/// Days a value stays fresh beyond the distance of the last two periods.
const LATE_DAYS: i64 = 44;

impl NewYorkTime {
    /// The close of a session, 13:00 on half-days; 16:00 on days without one.
    pub fn close(date: NaiveDate) -> NewYorkTime {
        let minute = if Calendar::nyse().is_early_close(date) {
            EARLY_CLOSE
        } else {
            CLOSE
        };
        NewYorkTime { date, minute }
    }
}

impl SlowSeries {
    /// The releases of the series `name`, each from the minute the release calendar gives for its day.
    pub fn new(name: &str, releases: &[Release], events: &[MacroEvent]) -> SlowSeries {
        let kind = released_with(name);
        let since = |known: NaiveDate| {
            let release = events
                .iter()
                .find(|e| e.date == known && Some(e.kind) == kind);
            release.map_or(NewYorkTime::close(known), |e| NewYorkTime {
                date: known,
                minute: e.minute,
            })
        };
        let mut releases: Vec<Published> = releases
            .iter()
            .filter(|r| r.value.is_finite())
            .map(|r| Published {
                period: r.period,
                since: since(r.known),
                value: r.value,
            })
            .collect();
        releases.sort_by_key(|p| (p.since, p.period));
        SlowSeries { releases }
    }

    /// What was published by `at`.
    pub fn known(&self, at: NewYorkTime) -> Known<'_> {
        let end = self.releases.partition_point(|p| p.since <= at);
        Known {
            releases: &self.releases[..end],
            at,
        }
    }
}

impl<'a> Known<'a> {
    /// The value of the latest period published so far, in its latest vintage, however old it is.
    pub fn latest(self) -> Option<&'a Published> {
        self.releases.iter().max_by_key(|p| (p.period, p.since))
    }

    /// The latest value if it is fresh; a series not updated for longer is missing.
    pub fn fresh(self) -> Option<&'a Published> {
        self.latest()
            .filter(|p| self.age_days(p) <= self.fresh_days())
    }

    /// The value of one period in its latest vintage so far.
    pub fn of_period(self, period: NaiveDate) -> Option<&'a Published> {
        self.releases
            .iter()
            .filter(|p| p.period == period)
            .max_by_key(|p| p.since)
    }

    /// The first release of each period published so far, by period: what somebody saw who never looked back.
    pub fn first_releases(self) -> Vec<&'a Published> {
        let mut first: BTreeMap<NaiveDate, &Published> = BTreeMap::new();
        for release in self.releases {
            first.entry(release.period).or_insert(release);
        }
        first.into_values().collect()
    }

    /// Every release so far, in order of release.
    pub fn releases(self) -> &'a [Published] {
        self.releases
    }

    /// Days since a value was released.
    pub fn age_days(self, published: &Published) -> i64 {
        (self.at.date - published.since.date).num_days()
    }

    /// Days a value of this series stays fresh, as far as the periods and batches published so far show.
    pub fn fresh_days(self) -> i64 {
        let mut periods: Vec<NaiveDate> = self.releases.iter().map(|p| p.period).collect();
        periods.sort_unstable();
        periods.dedup();
        let distance = match periods.as_slice() {
            [.., before, last] => (*last - *before).num_days(),
            _ => 0,
        };
        FRESH_DAYS.max(distance.max(self.batch_days()) + LATE_DAYS)
    }

    /// Days of periods that the latest day of release added, and not more than lie between it and the one before: a
    /// history that arrives as a whole on one day says nothing about the next release. 0 without two such days.
    fn batch_days(self) -> i64 {
        let Some(latest) = self.latest() else {
            return 0;
        };
        let earlier = self
            .releases
            .iter()
            .filter(|p| p.since.date < latest.since.date);
        let (Some(period), Some(day)) = (
            earlier.clone().map(|p| p.period).max(),
            earlier.map(|p| p.since.date).max(),
        ) else {
            return 0;
        };
        let covers = (latest.period - period).num_days();
        covers.min((latest.since.date - day).num_days()).max(0)
    }
}

/// The slow series of a dataset, ready to be looked at.
pub(crate) fn series(observations: &Observations) -> BTreeMap<String, SlowSeries> {
    observations
        .slow
        .iter()
        .map(|(name, releases)| {
            (
                name.clone(),
                SlowSeries::new(name, releases, &observations.events),
            )
        })
        .collect()
}

/// The calendar release that publishes a series, where there is one.
pub fn released_with(name: &str) -> Option<EventKind> {
    match name {
        "cpiaucsl" => Some(EventKind::Cpi),
        "ppiaco" | "ppifis" => Some(EventKind::Ppi),
        "gdp" | "gdpc1" => Some(EventKind::GdpAdvance),
        "payems" | "unrate" => Some(EventKind::Payrolls),
        _ => None,
    }
}
