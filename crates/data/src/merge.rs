//! From what the files say to one dataset: sessions, one value per series and session, release days, comparisons.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Days, Months, NaiveDate};
use market::calendar::{Calendar, vix_settlement};
use market::observations::{DailySeries, EventKind, MacroEvent, PublishedBy, Release};

use crate::check::{Findings, Severity};
use crate::gathered::{Gathered, Points};
use crate::known::{Releases, Rule};
use crate::tables::Tables;
use crate::write::Source;
use crate::{DataError, compare, schema};

/// One dataset of all files, with the source of each series.
pub(crate) fn merge(
    mut gathered: Gathered,
    notes: &mut Findings,
) -> Result<(Tables, BTreeMap<String, Source>), DataError> {
    for points in gathered
        .daily
        .values_mut()
        .chain(gathered.slow.values_mut())
    {
        points.sort_by(|a, b| (a.rank, &a.file).cmp(&(b.rank, &b.file)));
    }
    let sessions = span(&gathered.daily)?;
    if !gathered.daily.contains_key(schema::OPEN) {
        notes.note(Severity::Warning, "no_opens", schema::OPEN, None, || {
            "no opens of the S&P 500; SPX options settled at the opening settle at the close of the day before"
                .into()
        });
    }
    missing_contracts(&gathered, &sessions, notes);
    compare::all(&gathered, &sessions, notes);
    let sources = gathered.sources();
    let origins = gathered.origins();
    let releases = releases(&gathered.events, notes);
    outside_the_span(&gathered.daily, &sessions, notes);
    let tables = Tables {
        daily: gathered
            .daily
            .iter()
            .map(|(name, points)| (name.to_string(), daily(name, points, &sessions, notes)))
            .collect(),
        vx: gathered
            .vx
            .into_values()
            .filter(|r| (sessions[0]..=sessions[sessions.len() - 1]).contains(&r.trade_date))
            .collect(),
        slow: gathered
            .slow
            .iter()
            .map(|(name, points)| (name.to_string(), slow(name, points, &releases, notes)))
            .collect(),
        events: events(&gathered.events, &sessions, notes),
        published_by: gathered
            .daily
            .iter()
            .map(|(name, points)| (name.to_string(), published_by(points, &sessions)))
            .collect(),
        sessions,
        origins,
    };
    Ok((tables, sources))
}

/// The sessions on which all core series exist, from the first to the last. No other series shortens them.
pub(crate) fn span(
    daily: &BTreeMap<&'static str, Vec<Points>>,
) -> Result<Vec<NaiveDate>, DataError> {
    let mut first = NaiveDate::MIN;
    let mut last = NaiveDate::MAX;
    let missing = |name: String, allowed: String| DataError::MissingSeries {
        name,
        allowed,
        refused: Vec::new(),
    };
    for name in schema::CORE {
        let days = || {
            daily
                .get(name)
                .into_iter()
                .flatten()
                .flat_map(|p| p.values.keys())
        };
        let (Some(a), Some(b)) = (days().min(), days().max()) else {
            let allowed =
                "a file of S&P 500 closes (Yahoo, Investing.com, FRED SP500, Cboe SPX), and VIX_History.csv of Cboe"
                    .into();
            return Err(missing(name.into(), allowed));
        };
        (first, last) = (first.max(*a), last.min(*b));
    }
    let sessions: Vec<_> = Calendar::nyse()
        .sessions()
        .iter()
        .copied()
        .filter(|d| (first..=last).contains(d))
        .collect();
    if sessions.is_empty() {
        let core = schema::CORE.join(", ");
        return Err(missing(
            core.clone(),
            format!("overlapping sessions of {core}"),
        ));
    }
    Ok(sessions)
}

/// Says which core series ends the dataset before another does, and which begins it after.
fn outside_the_span(
    daily: &BTreeMap<&'static str, Vec<Points>>,
    sessions: &[NaiveDate],
    notes: &mut Findings,
) {
    let first = sessions[0];
    let last = sessions[sessions.len() - 1];
    let days = |name: &str| {
        let all = daily.get(name).into_iter().flatten();
        all.flat_map(|p| p.values.keys().copied())
            .collect::<BTreeSet<_>>()
    };
    for name in schema::CORE {
        let own = days(name);
        for other in schema::CORE.into_iter().filter(|o| *o != name) {
            let others = days(other);
            let after = others.iter().filter(|d| **d > last).count();
            let before = others.iter().filter(|d| **d < first).count();
            if own.last() == Some(&last) && after > 0 {
                notes.note(Severity::Info, "span_end", name, Some(last), || {
                    format!("{last}: found the last value of {name} here and {after} of {other} after it; the dataset ends here")
                });
            }
            if own.first() == Some(&first) && before > 0 {
                notes.note(Severity::Info, "span_begin", name, Some(first), || {
                    format!("{first}: found the first value of {name} here and {before} of {other} before it; the dataset begins here")
                });
            }
        }
    }
}

/// Names the months of which no VX contract is there, though sessions need it as one of the two nearest.
fn missing_contracts(gathered: &Gathered, sessions: &[NaiveDate], notes: &mut Findings) {
    let expiries: BTreeSet<NaiveDate> = gathered.vx.keys().map(|k| k.1).collect();
    let traded: BTreeSet<NaiveDate> = gathered.vx.keys().map(|k| k.0).collect();
    let (Some(first), Some(last)) = (traded.first(), traded.last()) else {
        return;
    };
    let mut month = first.with_day(1);
    let mut needed = Vec::new();
    while let Some(day) = month.filter(|m| *m <= *last + Months::new(2)) {
        needed.extend(vix_settlement(day.year(), day.month()));
        month = day.checked_add_months(Months::new(1));
    }
    for (i, expiry) in needed
        .iter()
        .enumerate()
        .filter(|(_, e)| !expiries.contains(*e))
    {
        // One of the two nearest from the session after the settlement of the second contract before it.
        let from = i.checked_sub(2).map_or(*first, |two| needed[two]);
        let without = sessions
            .iter()
            .filter(|d| **d >= from && **d < *expiry && (first..=last).contains(d));
        let count = without.clone().count();
        let day = without.min().copied();
        if count == 0 {
            continue;
        }
        notes.note(Severity::Warning, "contract_missing", "vx", day, || {
            format!(
                "found no file with the VX contract of {} (settled {expiry}), expected: the two nearest months on every \
                 session; {count} sessions lack one of them",
                expiry.format("%B %Y")
            )
        });
    }
}

fn daily(
    name: &str,
    points: &[Points],
    sessions: &[NaiveDate],
    notes: &mut Findings,
) -> DailySeries {
    let mut values = Vec::with_capacity(sessions.len());
    for day in sessions {
        let found = points
            .iter()
            .enumerate()
            .find_map(|(i, p)| Some((i, p, *p.values.get(day)?)));
        if let Some((i, p, value)) = found.filter(|(i, ..)| *i > 0) {
            let code = if i == 1 {
                "second_source"
            } else {
                "third_source"
            };
            notes.note(Severity::Info, code, name, Some(*day), || {
                format!(
                    "{day}: found no value in {}, taken: {value} of {}",
                    points[0].file, p.file
                )
            });
        }
        values.push(found.map(|f| f.2));
    }
    DailySeries {
        lag_sessions: schema::daily(name).map_or(0, |s| s.lag_sessions),
        values,
    }
}

/// Who published the values that [`daily`] takes: sessions in a row of one publisher.
fn published_by(points: &[Points], sessions: &[NaiveDate]) -> Vec<PublishedBy> {
    let mut spans: Vec<PublishedBy> = Vec::new();
    for day in sessions {
        let Some(found) = points.iter().find(|p| p.values.contains_key(day)) else {
            continue;
        };
        match spans.last_mut() {
            Some(span) if span.publisher == found.publisher => span.last = *day,
            _ => spans.push(PublishedBy {
                publisher: found.publisher.clone(),
                first: *day,
                last: *day,
            }),
        }
    }
    spans
}

fn slow(name: &str, points: &[Points], releases: &Releases, notes: &mut Findings) -> Vec<Release> {
    let rule = schema::slow_series(name).map_or(Rule::NextDay, |s| s.rule);
    let mut values: BTreeMap<NaiveDate, f64> = BTreeMap::new();
    for p in points {
        for (day, value) in &p.values {
            values.entry(*day).or_insert(*value);
        }
    }
    let mut rows: Vec<Release> = Vec::with_capacity(values.len());
    for (day, value) in values {
        let (known, released) = rule.known(day, releases);
        if rule.event().is_some() && !released {
            let message =
                || format!("{day}: found no release day for this period, assumed: {known}");
            notes.note(
                Severity::Info,
                "release_day_assumed",
                name,
                Some(day),
                message,
            );
        }
        let period = if rule == Rule::MonthEndClose {
            day - Days::new(day.day0().into())
        } else {
            day
        };
        rows.push(Release {
            period,
            known,
            value,
        });
    }
    rows.sort_by_key(|r| (r.known, r.period));
    rows
}

/// Release days by kind and period: the built-in ones, and the files' where they have one.
fn releases(events: &[(MacroEvent, Option<NaiveDate>)], notes: &mut Findings) -> Releases {
    let builtin = market::events::releases().iter();
    let mut releases: Releases = builtin
        .filter_map(|r| Some(((r.event.kind, first_day(r.period)?), r.event.date)))
        .collect();
    for (event, period) in events {
        let Some(period) = *period else { continue };
        let known = releases.insert((event.kind, period), event.date);
        let differs = known.is_some_and(|day| day != event.date);
        let days = (event.date - period).num_days();
        if differs || !USUAL_RELEASE.contains(&days) {
            let series = format!("{:?}", event.kind).to_lowercase();
            notes.note(
                Severity::Warning,
                "release_day_differs",
                &series,
                Some(event.date),
                || {
                    let allowed = known
                        .map_or("about six weeks after the month began".into(), |d| {
                            format!("{d} as in the built-in calendar")
                        });
                    format!(
                        "{}: found this release day for {}, allowed: {allowed}; the file wins",
                        event.date,
                        period.format("%Y-%m")
                    )
                },
            );
        }
    }
    releases
}

/// Days from the first of a month to the release of its prices; a shutdown of the government took two weeks more.
const USUAL_RELEASE: std::ops::RangeInclusive<i64> = 36..=62;

/// First day of a month (`2024-03`) or quarter (`2024Q1`).
fn first_day(period: &str) -> Option<NaiveDate> {
    match period.split_once('Q') {
        Some((year, quarter)) => NaiveDate::from_ymd_opt(
            year.parse().ok()?,
            3 * quarter.parse::<u32>().ok()?.checked_sub(1)? + 1,
            1,
        ),
        None => NaiveDate::parse_from_str(&format!("{period}-01"), "%Y-%m-%d").ok(),
    }
}

/// The built-in calendar from the first session on; of a kind that files list, the files' days replace it over the span
/// they cover. Where the sessions end does not matter: the variance of half a year ahead is weighted by it, so a calendar
/// cut near the last session would change its prices once more sessions are added.
fn events(
    from_files: &[(MacroEvent, Option<NaiveDate>)],
    sessions: &[NaiveDate],
    notes: &mut Findings,
) -> Vec<MacroEvent> {
    let mut events: Vec<MacroEvent> = market::events::builtin().to_vec();
    for kind in [
        EventKind::Fomc,
        EventKind::Cpi,
        EventKind::Ppi,
        EventKind::Payrolls,
        EventKind::GdpAdvance,
    ] {
        let mut listed: Vec<MacroEvent> = from_files
            .iter()
            .map(|(e, _)| e)
            .filter(|e| e.kind == kind)
            .cloned()
            .collect();
        listed.sort();
        let (Some(first), Some(last)) = (listed.first(), listed.last()) else {
            continue;
        };
        let first = first.date;
        let last = last.date;
        let covered = |e: &MacroEvent| e.kind == kind && (first..=last).contains(&e.date);
        let builtin: Vec<_> = events.iter().filter(|e| covered(e)).cloned().collect();
        let spans = builtin
            .first()
            .map(|e| e.date)
            .zip(builtin.last().map(|e| e.date));
        for event in listed.iter().filter(|e| {
            !builtin.contains(e) && spans.is_some_and(|(a, b)| (a..=b).contains(&e.date))
        }) {
            differs(
                event,
                "in the file, not in the built-in calendar; the file wins",
                notes,
            );
        }
        for event in builtin.iter().filter(|e| !listed.contains(e)) {
            differs(
                event,
                "in the built-in calendar, not in the file; the file wins",
                notes,
            );
        }
        events.retain(|e| !covered(e));
        events.extend(listed);
    }
    events.retain(|e| e.date >= sessions[0]);
    events.sort();
    events.dedup();
    events
}

fn differs(event: &MacroEvent, how: &str, notes: &mut Findings) {
    let series = format!("{:?}", event.kind).to_lowercase();
    notes.note(
        Severity::Warning,
        "calendar_differs",
        &series,
        Some(event.date),
        || format!("{}: found {how}", event.date),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The variance of the 184-day node and of the longest listed expiry is weighted by what lies ahead of a session: it
    /// must be there whichever session is the last one.
    #[test]
    fn the_calendar_ahead_of_a_session_does_not_depend_on_the_last_session() {
        let first = NaiveDate::from_ymd_opt(2022, 1, 3).expect("a date");
        let all: Vec<NaiveDate> = Calendar::nyse()
            .sessions()
            .iter()
            .copied()
            .filter(|d| *d >= first && d.year() < 2025)
            .collect();
        let whole = events(&[], &all, &mut Findings::default());
        assert!(whole.iter().any(|e| e.date > all[all.len() - 1]));
        for n in 1..=all.len() {
            let cut = events(&[], &all[..n], &mut Findings::default());
            assert_eq!(cut, whole, "cut after {}", all[n - 1]);
        }
    }

    #[test]
    fn periods_begin_on_their_first_day() {
        assert_eq!(first_day("2024-03"), NaiveDate::from_ymd_opt(2024, 3, 1));
        assert_eq!(first_day("2024Q4"), NaiveDate::from_ymd_opt(2024, 10, 1));
        assert_eq!(first_day("2024Q0"), None);
        assert_eq!(first_day(""), None);
    }
}
