//! What a dataset covers: series by series, and the spans in which a run finds everything it cannot do without.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use market::observations::names;

use crate::{Dataset, schema};

/// How much of a dataset one series covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Covered {
    /// Canonical name.
    pub name: String,
    /// Values as the publishers had them, none carried forward.
    pub values: usize,
    /// First and last day with a value; of slow series the first days of their periods.
    pub span: Option<(NaiveDate, NaiveDate)>,
    /// Sessions of the dataset without a value of their own; 0 for what has no value per session.
    pub missing: usize,
}

/// A table whose rows belong to contracts or to sessions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rows {
    /// Rows.
    pub rows: usize,
    /// Contracts or sessions with at least one.
    pub groups: usize,
    /// First and last day with a row.
    pub span: (NaiveDate, NaiveDate),
}

/// What a dataset covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    /// Daily series by name.
    pub daily: Vec<Covered>,
    /// Monthly, quarterly and irregular series by name.
    pub slow: Vec<Covered>,
    /// Settlements of VIX futures, by contract.
    pub futures: Option<Rows>,
    /// Option quotes, by session.
    pub chains: Option<Rows>,
    /// Prices of single options.
    pub marks: Option<usize>,
    /// Sessions in a row that each have a close of the S&P 500 and of VIX: first, last and how many. The longest is first.
    pub spans: Vec<Span>,
}

/// Sessions in a row, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// First session.
    pub first: NaiveDate,
    /// Last session.
    pub last: NaiveDate,
    /// How many sessions.
    pub sessions: usize,
}

impl Coverage {
    /// What a loaded dataset covers.
    pub fn of(dataset: &Dataset) -> Coverage {
        let entries = dataset.manifest.series.iter();
        let daily = entries.clone().filter(|s| s.table == schema::DAILY);
        let slow = entries.filter(|s| s.table == schema::SLOW);
        Coverage {
            daily: daily
                .map(|s| Covered {
                    name: s.name.clone(),
                    values: s.rows,
                    span: daily_span(dataset, &s.name),
                    missing: s.missing,
                })
                .collect(),
            slow: slow
                .map(|s| Covered {
                    name: s.name.clone(),
                    values: s.rows,
                    span: slow_span(dataset, &s.name),
                    missing: 0,
                })
                .collect(),
            futures: futures(dataset),
            chains: chains(dataset),
            marks: dataset.manifest.files.get(schema::MARKS).map(|f| f.rows),
            spans: spans(dataset),
        }
    }

    /// Whether all sessions from `first` to `last` have what a run cannot do without.
    pub fn covers(&self, first: NaiveDate, last: NaiveDate) -> bool {
        first <= last
            && self
                .spans
                .iter()
                .any(|span: &Span| span.first <= first && last <= span.last)
    }
}

fn daily_span(dataset: &Dataset, name: &str) -> Option<(NaiveDate, NaiveDate)> {
    let sessions = &dataset.observations.sessions;
    let carried = dataset.observations.carried.get(name);
    let is_own = |day: &NaiveDate| carried.is_none_or(|days: &Vec<NaiveDate>| !days.contains(day));
    let values = &dataset.observations.daily.get(name)?.values;
    let of = |i: usize| values[i].is_some() && is_own(&sessions[i]);
    let first = (0..values.len()).find(|i| of(*i))?;
    let last = (0..values.len()).rfind(|i| of(*i))?;
    Some((sessions[first], sessions[last]))
}

fn slow_span(dataset: &Dataset, name: &str) -> Option<(NaiveDate, NaiveDate)> {
    let releases = dataset.observations.slow.get(name)?;
    let periods = || releases.iter().map(|r| r.period);
    Some((periods().min()?, periods().max()?))
}

fn futures(dataset: &Dataset) -> Option<Rows> {
    let rows = &dataset.observations.vx;
    let days = || rows.iter().map(|r| r.trade_date);
    let contracts: BTreeSet<NaiveDate> = rows.iter().map(|r| r.expiry).collect();
    Some(Rows {
        rows: rows.len(),
        groups: contracts.len(),
        span: (days().min()?, days().max()?),
    })
}

fn chains(dataset: &Dataset) -> Option<Rows> {
    let of_session = dataset.manifest.files.iter().filter_map(|(file, entry)| {
        let stem = file.strip_prefix(schema::CHAINS)?.strip_prefix('/')?;
        let day: NaiveDate = stem.strip_suffix(".parquet")?.parse().ok()?;
        Some((day, entry.rows))
    });
    let days: Vec<(NaiveDate, usize)> = of_session.collect();
    Some(Rows {
        rows: days.iter().map(|d| d.1).sum(),
        groups: days.len(),
        span: (days.first()?.0, days.last()?.0),
    })
}

fn spans(dataset: &Dataset) -> Vec<Span> {
    let observations = &dataset.observations;
    let series = |name: &str| observations.daily.get(name).map(|s| s.values.as_slice());
    let (Some(close), Some(vix)) = (series(names::SPX_CLOSE), series(names::VIX)) else {
        return Vec::new();
    };
    let mut spans: Vec<Span> = Vec::new();
    let mut is_open = false;
    for (i, day) in observations.sessions.iter().enumerate() {
        let has_both = close[i].is_some() && vix[i].is_some();
        match spans.last_mut().filter(|_| is_open && has_both) {
            Some(span) => (span.last, span.sessions) = (*day, span.sessions + 1),
            None if has_both => spans.push(Span {
                first: *day,
                last: *day,
                sessions: 1,
            }),
            None => {}
        }
        is_open = has_both;
    }
    // A stable sort: of two equally long ones the earlier stands first.
    spans.sort_by_key(|span| std::cmp::Reverse(span.sessions));
    spans
}
