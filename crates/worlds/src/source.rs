//! A dataset as days that can be drawn.

use std::ops::Range;

use chrono::{Datelike, NaiveDate};
use market::calendar::vix_settlement;
use market::inputs::Input;
use market::math::ln;
use market::observations::{DailySeries, Observations, VxSettlement, names};

use crate::curve::{AtNodes, Curve};
use crate::rule::{Rule, TERM, rule};

mod error;
mod states;
pub use error::WorldsError;
use states::{scale, states};

/// Sessions of the recent return that is part of a state: a month.
pub const RETURN_SESSIONS: usize = 21;
/// Fewest days to draw from: a year.
pub const FEWEST_DAYS: usize = 252;

/// Where a market stands: logarithm of VIX, of VIX over three-month VIX, and of the month's return.
pub type State = [f64; 3];

/// A series of levels, its gaps filled from before.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    pub name: String,
    pub lag: usize,
    pub rule: Rule,
    /// As published, the last value in gaps; before the first value that one.
    pub raw: Vec<f64>,
    /// What offsets are taken of: logarithms of `raw` or itself, by the rule.
    pub level: Vec<f64>,
    /// Whether a day has its own value.
    pub present: Vec<bool>,
    /// Least and greatest value.
    pub range: (f64, f64),
}

/// A price with what its days did besides closing.
#[derive(Clone, Debug)]
pub(crate) struct Intraday {
    pub close: Vec<f64>,
    /// Logarithm of the open over the close before.
    pub overnight: Vec<Option<f64>>,
    /// Logarithm of the high over the greater of open and close.
    pub above: Vec<Option<f64>>,
    /// Logarithm of the low over the smaller of open and close.
    pub below: Vec<Option<f64>>,
}

/// A dataset as days that can be drawn.
#[derive(Clone, Debug)]
pub struct Source<'a> {
    /// The dataset.
    pub observations: &'a Observations,
    /// Days that can be drawn, as places of its sessions.
    pub span: Range<usize>,
    pub(crate) spx: Intraday,
    pub(crate) vix: Intraday,
    /// VIX and the other volatility indices of [`TERM`] that the dataset has, VIX first.
    pub(crate) term: Vec<Column>,
    pub(crate) columns: Vec<Column>,
    pub(crate) curves: Vec<Option<Curve>>,
    pub(crate) nodes: Vec<AtNodes>,
    /// By day, the logarithm of the final settlement over the open of VIX.
    pub(crate) settled: Vec<Option<f64>>,
    /// By day, the logarithm of the special opening quotation over the open of the index.
    pub(crate) opened: Vec<Option<f64>>,
    /// By day; of no meaning before the day that precedes the first of `span`.
    pub states: Vec<State>,
    /// Standard deviation of each part of the states.
    pub scale: State,
    /// The day whose levels a world has on the session before its window.
    anchor: usize,
}

impl<'a> Source<'a> {
    /// The days of a dataset.
    ///
    /// # Errors
    /// Where the index or VIX is missing on some session, or too few days have everything that prices rest on.
    pub fn new(observations: &'a Observations) -> Result<Source<'a>, WorldsError> {
        let first = first_day(observations)?;
        let close = complete(observations, names::SPX_CLOSE, first)?;
        let vix_close = complete(observations, names::VIX, first)?;
        let columns = |wanted: &dyn Fn(&str) -> bool| -> Vec<Column> {
            let named = observations.daily.iter();
            let wanted = named.filter(|(name, _)| wanted(name));
            wanted
                .filter_map(|(name, series)| column(observations, name, series))
                .collect()
        };
        let mut term = columns(&|name| TERM.contains(&name));
        term.sort_by_key(|column| TERM.iter().position(|name| column.name == *name));
        let found = observations
            .sessions
            .len()
            .saturating_sub(first + RETURN_SESSIONS + 1);
        if found < FEWEST_DAYS {
            return Err(WorldsError::TooShort { found });
        }
        let curves: Vec<Option<Curve>> = (0..observations.sessions.len())
            .map(|t| {
                Curve::new(
                    observations.sessions[t],
                    vix_close[t],
                    rows(observations, t),
                )
            })
            .collect();
        let spx = intraday(
            observations,
            close,
            [names::SPX_OPEN, "spx_high", names::SPX_LOW],
        );
        let vix = intraday(
            observations,
            vix_close,
            [names::VIX_OPEN, names::VIX_HIGH, "vix_low"],
        );
        let states = states(&spx.close, &term);
        let span = first + RETURN_SESSIONS + 1..observations.sessions.len();
        Ok(Source {
            settled: settled(observations),
            opened: ratio(observations, names::SPX_SET, names::SPX_OPEN),
            scale: scale(&states[span.clone()]),
            states,
            nodes: filled_nodes(&curves),
            curves,
            columns: columns(&|name| !TERM.contains(&name)),
            term,
            spx,
            vix,
            anchor: first,
            span,
            observations,
        })
    }

    /// Lets worlds stand on the session before `first` where the dataset did: at its first complete day where it begins
    /// later, at its last where it ends before.
    pub(crate) fn anchor(&mut self, first: NaiveDate) {
        let before = self
            .observations
            .sessions
            .partition_point(|date| *date < first);
        self.anchor = before.saturating_sub(1).max(self.span.start - 1);
    }

    /// The day whose levels a world has on the session before its window.
    pub(crate) fn anchor_day(&self) -> usize {
        self.anchor
    }

    /// Close of the index on that day.
    pub(crate) fn anchor_close(&self) -> f64 {
        self.spx.close[self.anchor]
    }

    /// The place of a session, if it can be drawn.
    pub fn place(&self, date: NaiveDate) -> Option<usize> {
        let place = self.observations.sessions.binary_search(&date).ok()?;
        self.span.contains(&place).then_some(place)
    }

    /// The states in units of their deviations, squared distance.
    pub fn distance(&self, a: &State, b: &State) -> f64 {
        (0..a.len())
            .map(|part| {
                let off = (a[part] - b[part]) / self.scale[part];
                off * off
            })
            .sum()
    }

    /// Logarithm of the return of a day.
    pub(crate) fn ln_return(&self, day: usize) -> f64 {
        ln(self.spx.close[day] / self.spx.close[day - 1])
    }

    /// The column of a volatility index.
    pub(crate) fn term_of(&self, name: &str) -> Option<&Column> {
        self.term.iter().find(|column| column.name == name)
    }
}

fn is_value(value: Option<f64>) -> Option<f64> {
    value.filter(|value| value.is_finite())
}

fn positive(value: Option<f64>) -> Option<f64> {
    is_value(value).filter(|value| *value > 0.0)
}

/// The first day on which the index, VIX, their futures and every series that prices rest on and the dataset has, were
/// published.
fn first_day(observations: &Observations) -> Result<usize, WorldsError> {
    let first_of = |name: &str| {
        let series = observations.daily.get(name)?;
        Some(
            series
                .values
                .iter()
                .position(|value| is_value(*value).is_some()),
        )
    };
    let mut first = 0;
    for name in [names::SPX_CLOSE, names::VIX] {
        let known = first_of(name).flatten();
        first = first.max(known.ok_or(WorldsError::MissingSeries(name))?);
    }
    for input in Input::ALL.into_iter().filter(|input| input.has_age()) {
        first = first.max(first_of(input.name()).flatten().unwrap_or(0));
    }
    let future = observations
        .vx
        .iter()
        .find(|row| row.expiry > row.trade_date);
    let of_futures = future.map_or(0, |row| {
        observations
            .sessions
            .partition_point(|date| *date < row.trade_date)
    });
    Ok(first.max(of_futures))
}

/// Closes without a gap from `first` on; what lies before is of no use and stands as 1.
fn complete(
    observations: &Observations,
    series: &'static str,
    first: usize,
) -> Result<Vec<f64>, WorldsError> {
    let values = &observations.daily[series].values;
    let value = |(t, date): (usize, &NaiveDate)| match positive(values.get(t).copied().flatten()) {
        Some(value) => Ok(value),
        None if t < first => Ok(1.0),
        None => Err(WorldsError::MissingValue {
            series,
            date: *date,
        }),
    };
    observations
        .sessions
        .iter()
        .enumerate()
        .map(value)
        .collect()
}

fn column(observations: &Observations, name: &str, series: &DailySeries) -> Option<Column> {
    let rule = rule(name)?;
    let carried = observations
        .carried
        .get(name)
        .map_or(&[][..], Vec::as_slice);
    let needs_sign = matches!(rule, Rule::Ratio(_) | Rule::Chained);
    let own = |t: usize| {
        let value = series.values.get(t).copied().flatten();
        let date = observations.sessions[t];
        let value = value.filter(|_| carried.binary_search(&date).is_err());
        if needs_sign {
            positive(value)
        } else {
            is_value(value)
        }
    };
    let days = observations.sessions.len();
    let mut last = (0..days).find_map(own)?;
    let present = (0..days).map(|t| own(t).is_some()).collect();
    let raw: Vec<f64> = (0..days)
        .map(|t| {
            last = own(t).unwrap_or(last);
            last
        })
        .collect();
    let level = match needs_sign {
        true => raw.iter().map(|value| ln(*value)).collect(),
        false => raw.clone(),
    };
    let range = raw
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |range, value| {
            (range.0.min(*value), range.1.max(*value))
        });
    Some(Column {
        name: name.to_string(),
        lag: series.lag_sessions,
        rule,
        raw,
        level,
        present,
        range,
    })
}

fn intraday(
    observations: &Observations,
    close: Vec<f64>,
    [open, high, low]: [&str; 3],
) -> Intraday {
    let value = |name: &str, t: usize| {
        let series = observations.daily.get(name)?;
        positive(series.values.get(t).copied().flatten())
    };
    let ends = |t: usize| {
        let open = value(open, t).unwrap_or(close[t]);
        (open.min(close[t]), open.max(close[t]))
    };
    let days = 0..close.len();
    Intraday {
        overnight: days
            .clone()
            .map(|t| Some(ln(value(open, t)? / close[t.checked_sub(1)?])))
            .collect(),
        // A high below its own close is a mistake of a file: the day then went no higher.
        above: days
            .clone()
            .map(|t| Some(ln(value(high, t)? / ends(t).1).max(0.0)))
            .collect(),
        below: days
            .map(|t| Some(ln(value(low, t)? / ends(t).0).min(0.0)))
            .collect(),
        close,
    }
}

fn rows(observations: &Observations, t: usize) -> &[VxSettlement] {
    let date = observations.sessions[t];
    let vx = &observations.vx;
    let from = vx.partition_point(|row| row.trade_date < date);
    let to = from + vx[from..].partition_point(|row| row.trade_date <= date);
    &vx[from..to]
}

/// By day, the curve at its nodes; where a day has none, that of the day before.
fn filled_nodes(curves: &[Option<Curve>]) -> Vec<AtNodes> {
    let mut last = AtNodes::default();
    curves
        .iter()
        .map(|curve| {
            last = curve.as_ref().map_or(last, Curve::at_nodes);
            last
        })
        .collect()
}

fn settled(observations: &Observations) -> Vec<Option<f64>> {
    let opens = observations.daily.get(names::VIX_OPEN);
    let of_day = |(t, date): (usize, &NaiveDate)| {
        if vix_settlement(date.year(), date.month()) != Some(*date) {
            return None;
        }
        let open = positive(opens?.values.get(t).copied().flatten())?;
        Some(ln(observations.settlement(*date, *date)? / open))
    };
    observations
        .sessions
        .iter()
        .enumerate()
        .map(of_day)
        .collect()
}

fn ratio(observations: &Observations, above: &str, below: &str) -> Vec<Option<f64>> {
    let value = |name: &str, t: usize| {
        let series = observations.daily.get(name)?;
        positive(series.values.get(t).copied().flatten())
    };
    (0..observations.sessions.len())
        .map(|t| Some(ln(value(above, t)? / value(below, t)?)))
        .collect()
}
