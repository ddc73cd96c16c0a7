//! What slow series and the release calendar say at each session (docs/model.md#slow-series).

use chrono::{Datelike, NaiveDate};
use market::calendar::Calendar;
use market::history::MarketHistory;
use market::observations::EventKind;
use market::released_series::{Known, Published};

use crate::column::Flags;
use crate::signal::{EventName, Measure, Window};
use crate::source;
use crate::window::{Values, mean, percentile, sd};

/// A value with the mark that goes with it.
pub(crate) type Marked = (f64, Flags);

/// What the first `count` releases of a series say, and for how long after the latest of them.
#[derive(Clone, Copy)]
struct Made {
    count: usize,
    value: Option<Marked>,
    since: NaiveDate,
    fresh_days: i64,
}

/// `f` of the prints of a series as known at each session, where the series is fresh. `f` runs once per release.
pub(crate) fn by_print(
    history: &MarketHistory,
    name: &str,
    f: impl Fn(Known<'_>) -> Option<Marked>,
) -> (Values, Vec<Flags>) {
    let name = source::in_dataset(name);
    let mut made: Option<Made> = None;
    let value = |date: &NaiveDate| {
        let known = history.slow_at(name, *date)?;
        let count = known.releases().len();
        if made.is_none_or(|m| m.count != count) {
            let latest = known.latest()?;
            made = Some(Made {
                count,
                value: f(known),
                since: latest.since.date,
                fresh_days: known.fresh_days(),
            });
        }
        let made = made?;
        made.value
            .filter(|_| (*date - made.since).num_days() <= made.fresh_days)
    };
    let all: Vec<Option<Marked>> = history.sessions().iter().map(value).collect();
    let marks = all
        .iter()
        .map(|v| v.map_or(Flags::default(), |v| v.1))
        .collect();
    (all.into_iter().map(|v| v.map(|v| v.0)).collect(), marks)
}

fn plain(value: Option<f64>) -> Option<Marked> {
    value.map(|v| (v, Flags::default()))
}

fn prints(known: Known<'_>) -> Vec<f64> {
    known
        .first_releases()
        .into_iter()
        .map(|p| p.value)
        .collect()
}

/// The latest print against the last `n` in standard deviations.
pub(crate) fn z_score(known: Known<'_>, n: usize, window: Window, log: bool) -> Option<Marked> {
    let all: Vec<f64> = prints(known)
        .into_iter()
        .map(|v| if log { market::math::ln(v) } else { v })
        .collect();
    let (last, before) = all.split_last()?;
    let of = match window {
        Window::Prior => before,
        Window::Trailing => all.as_slice(),
    };
    let of = &of[of.len().checked_sub(n)?..];
    plain(Some((last - mean(of)?) / sd(of)?))
}

/// Percent of the prints before that lie below the latest.
pub(crate) fn rank(known: Known<'_>, most: usize, least: usize) -> Option<Marked> {
    let all = prints(known);
    let (last, before) = all.split_last()?;
    let of = &before[before.len().saturating_sub(most)..];
    if of.len() < least {
        return None;
    }
    let short = Flags {
        short_history: of.len() < most,
        ..Flags::default()
    };
    percentile(of, *last).map(|p| (p, short))
}

/// The latest print against an earlier one, both in the vintage known now.
pub(crate) fn change(known: Known<'_>, n: usize, measure: Measure) -> Option<Marked> {
    let all = vintage(known);
    let last = all.len().checked_sub(1)?;
    plain(Some(measure.of(all[last], all[last.checked_sub(n)?])))
}

/// Each period's value in the vintage known now, by period.
fn vintage(known: Known<'_>) -> Vec<f64> {
    let periods = known.first_releases();
    periods
        .into_iter()
        .filter_map(|p| known.of_period(p.period))
        .map(|p| p.value)
        .collect()
}

/// How many prints in a row the relative change over `n` prints has fallen.
pub(crate) fn falling(known: Known<'_>, n: usize) -> Option<Marked> {
    let all = vintage(known);
    let changes: Vec<f64> = (n..all.len()).map(|i| all[i] / all[i - n] - 1.0).collect();
    if changes.len() < 2 {
        return None;
    }
    plain(Some(
        changes.windows(2).rev().take_while(|w| w[1] < w[0]).count() as f64,
    ))
}

/// Stratum of growth: sign and acceleration of the last two changes.
pub(crate) fn gdp_stratum(known: Known<'_>) -> Option<Marked> {
    let all = vintage(known);
    let [.., a, b, c] = all.as_slice() else {
        return None;
    };
    let before = b / a - 1.0;
    let now = c / b - 1.0;
    plain(Some(match (now > 0.0, now > before) {
        (true, true) => 1.0,
        (true, false) => 2.0,
        (false, true) => 3.0,
        (false, false) => 4.0,
    }))
}

/// Relative change of each first release against the period before, in the vintage known at its release.
fn first_changes(known: Known<'_>) -> Vec<f64> {
    let first = known.first_releases();
    let before = |old: &Published, new: &Published| {
        let then = known
            .releases()
            .iter()
            .filter(|p| p.period == old.period && p.since <= new.since);
        then.max_by_key(|p| p.since).map(|p| p.value)
    };
    first
        .windows(2)
        .filter_map(|pair| Some(pair[1].value / before(pair[0], pair[1])? - 1.0))
        .collect()
}

/// The latest change less the mean of the `forecast` changes before, over the standard deviation of the `n` surprises
/// before it.
pub(crate) fn surprise(known: Known<'_>, forecast: usize, n: usize) -> Option<Marked> {
    let changes = first_changes(known);
    let surprises: Vec<f64> = changes
        .windows(forecast + 1)
        .filter_map(|w| Some(w[forecast] - mean(&w[..forecast])?))
        .collect();
    let (last, before) = surprises.split_last()?;
    let of = &before[before.len().checked_sub(n)?..];
    Some((
        last / sd(of)?,
        Flags {
            proxy: true,
            ..Flags::default()
        },
    ))
}

/// Trailing dividends and their growth a year over ten years, or over what is known if that is three years at least.
pub(crate) fn dividend_growth(known: Known<'_>, low: f64, high: f64) -> Option<(f64, f64, bool)> {
    // Some publishers write 0 for what is not known yet.
    let latest = known.latest().filter(|p| p.value > 0.0)?;
    let years = |p: &Published| (latest.period - p.period).num_days() as f64 / 365.25;
    let mut periods = known.first_releases().into_iter().filter(|p| p.value > 0.0);
    // Ten years back, or the first one there is; days of leap years make ten years a little less than ten.
    let first = periods
        .clone()
        .rfind(|p| years(p) >= 9.99)
        .or_else(|| periods.next())?;
    let span = years(first);
    if span < 2.99 {
        return None;
    }
    let growth = market::math::powf(latest.value / first.value, 1.0 / span) - 1.0;
    Some((latest.value, growth.clamp(low, high), span < 9.99))
}

fn kind(event: EventName) -> EventKind {
    match event {
        EventName::Fomc => EventKind::Fomc,
        EventName::Cpi => EventKind::Cpi,
        EventName::Ppi => EventKind::Ppi,
        EventName::Payrolls => EventKind::Payrolls,
        EventName::Gdp => EventKind::GdpAdvance,
    }
}

/// Sessions on which events of a kind can be acted upon: their day, or the next session where it is closed.
fn event_sessions(history: &MarketHistory, event: EventName) -> Vec<NaiveDate> {
    let of_kind = history.events().iter().filter(|e| e.kind == kind(event));
    of_kind
        .filter_map(|e| Calendar::nyse().on_or_after(e.date))
        .collect()
}

/// Sessions to the next event; the calendar of releases is announced in advance.
pub(crate) fn sessions_to(history: &MarketHistory, event: EventName) -> Values {
    let days = event_sessions(history, event);
    let next = |date: &NaiveDate| days.get(days.partition_point(|d| d < date)).copied();
    history
        .sessions()
        .iter()
        .map(|date| {
            Some(f64::from(
                Calendar::nyse().sessions_between(*date, next(date)?),
            ))
        })
        .collect()
}

/// Sessions since the last event.
pub(crate) fn sessions_since(history: &MarketHistory, event: EventName) -> Values {
    let days = event_sessions(history, event);
    let last = |date: &NaiveDate| {
        days.partition_point(|d| d <= date)
            .checked_sub(1)
            .map(|i| days[i])
    };
    history
        .sessions()
        .iter()
        .map(|date| {
            Some(f64::from(
                Calendar::nyse().sessions_between(last(date)?, *date),
            ))
        })
        .collect()
}

/// Positions of the last session of each month, or of each quarter.
pub(crate) fn month_ends(sessions: &[NaiveDate], quarters: bool) -> Vec<usize> {
    (0..sessions.len())
        .filter(|t| {
            let date = sessions[*t];
            Calendar::nyse().is_last_session_of_month(date)
                && (!quarters || date.month().is_multiple_of(3))
        })
        .collect()
}
