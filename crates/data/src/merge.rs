//! From what the files say to one dataset: sessions, one value per series and session, release days, comparisons.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate};
use market::calendar::Calendar;
use market::observations::{DailySeries, EventKind, MacroEvent, Release};

use crate::check::{Findings, Severity};
use crate::known::{Releases, Rule};
use crate::vendor::Part;
use crate::write::{Source, Tables, VxRow};
use crate::{DataError, compare, schema};

/// Values of one series from one file.
#[derive(Clone, Debug)]
pub(crate) struct Points {
    /// Of several files the one with the lowest rank wins.
    pub rank: u8,
    pub file: String,
    pub publisher: String,
    pub values: BTreeMap<NaiveDate, f64>,
}

/// Everything the files say.
#[derive(Default)]
pub(crate) struct Gathered {
    pub daily: BTreeMap<&'static str, Vec<Points>>,
    pub slow: BTreeMap<&'static str, Vec<Points>>,
    pub vx: BTreeMap<(NaiveDate, NaiveDate), VxRow>,
    pub vx_files: Vec<String>,
    pub positions: Vec<(NaiveDate, Vec<Option<f64>>)>,
    pub sessions: Vec<(NaiveDate, bool)>,
    pub events: Vec<(MacroEvent, Option<NaiveDate>)>,
}

impl Gathered {
    /// Adds what one file says.
    pub fn add(&mut self, file: &str, publisher: &str, parts: Vec<Part>, notes: &mut Findings) {
        let points = |rank, values: Vec<_>| Points {
            rank,
            file: file.into(),
            publisher: publisher.into(),
            values: values.into_iter().collect(),
        };
        for part in parts {
            match part {
                Part::Daily {
                    series,
                    rank,
                    points: p,
                } => self.daily.entry(series).or_default().push(points(rank, p)),
                Part::Slow {
                    series,
                    rank,
                    points: p,
                } => self.slow.entry(series).or_default().push(points(rank, p)),
                Part::Vx(rows) => self.add_contract(file, rows, notes),
                Part::Positions(rows) => self.positions.extend(rows),
                Part::Sessions(rows) => self.sessions.extend(rows),
                Part::Event(event, period) => self.events.push((event, period)),
            }
        }
    }

    fn add_contract(&mut self, file: &str, rows: Vec<VxRow>, notes: &mut Findings) {
        self.vx_files.push(file.into());
        for row in rows {
            let known = self.vx.entry((row.trade_date, row.expiry)).or_insert(row);
            if known.settle != row.settle {
                let (kept, found, day) = (known.settle, row.settle, row.trade_date);
                notes.note(Severity::Warning, "contract_twice", "vx", Some(day), || {
                    format!(
                        "{file}: found {found} for {} on {day}, allowed: {kept} as in an earlier file, which wins",
                        row.expiry
                    )
                });
            }
        }
    }

    /// One dataset of all files, with the source of each series.
    pub fn merge(
        mut self,
        notes: &mut Findings,
    ) -> Result<(Tables, BTreeMap<String, Source>), DataError> {
        for points in self.daily.values_mut().chain(self.slow.values_mut()) {
            points.sort_by(|a, b| (a.rank, &a.file).cmp(&(b.rank, &b.file)));
        }
        let sessions = span(&self.daily)?;
        if !self.daily.contains_key(schema::OPEN) {
            notes.note(Severity::Warning, "no_opens", schema::OPEN, None, || {
                "no opens of the S&P 500; SPX options settled at the opening settle at the close of the day before"
                    .into()
            });
        }
        compare::all(&self, &sessions, notes);
        let sources = self.sources();
        let releases = releases(&self.events);
        let tables = Tables {
            daily: self
                .daily
                .iter()
                .map(|(name, points)| (name.to_string(), daily(name, points, &sessions, notes)))
                .collect(),
            vx: self
                .vx
                .into_values()
                .filter(|r| (sessions[0]..=sessions[sessions.len() - 1]).contains(&r.trade_date))
                .collect(),
            slow: self
                .slow
                .iter()
                .map(|(name, points)| (name.to_string(), slow(name, points, &releases, notes)))
                .collect(),
            events: events(&self.events, &sessions, notes),
            sessions,
        };
        Ok((tables, sources))
    }

    fn sources(&self) -> BTreeMap<String, Source> {
        let named = |(name, points): (&&str, &Vec<Points>)| {
            let files = points.iter().map(|p| p.file.clone()).collect();
            (
                name.to_string(),
                Source {
                    publisher: points[0].publisher.clone(),
                    files,
                },
            )
        };
        let mut sources: BTreeMap<_, _> = self.daily.iter().chain(&self.slow).map(named).collect();
        if !self.vx_files.is_empty() {
            sources.insert(
                "vx".into(),
                Source {
                    publisher: "CFE".into(),
                    files: self.vx_files.clone(),
                },
            );
        }
        sources
    }
}

/// The sessions on which all core series exist, from the first to the last; opens too, where there are any.
fn span(daily: &BTreeMap<&'static str, Vec<Points>>) -> Result<Vec<NaiveDate>, DataError> {
    let (mut first, mut last) = (NaiveDate::MIN, NaiveDate::MAX);
    let opens = daily.contains_key(schema::OPEN).then_some(schema::OPEN);
    for name in schema::CORE.into_iter().chain(opens) {
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
            return Err(DataError::MissingSeries {
                name: name.into(),
                allowed,
            });
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
        let allowed = format!("overlapping sessions of {}", schema::CORE.join(", "));
        return Err(DataError::MissingSeries {
            name: schema::CORE.join(", "),
            allowed,
        });
    }
    Ok(sessions)
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
            let message = || {
                format!(
                    "{day}: found no value in {}, taken: {value} of {}",
                    points[0].file, p.file
                )
            };
            notes.note(Severity::Info, code, name, Some(*day), message);
        }
        values.push(found.map(|f| f.2));
    }
    DailySeries {
        lag_sessions: schema::daily(name).map_or(0, |s| s.lag_sessions),
        values,
    }
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
fn releases(events: &[(MacroEvent, Option<NaiveDate>)]) -> Releases {
    let builtin = market::events::releases().iter();
    let mut releases: Releases = builtin
        .filter_map(|r| Some(((r.event.kind, first_day(r.period)?), r.event.date)))
        .collect();
    releases.extend(
        events
            .iter()
            .filter_map(|(e, period)| Some(((e.kind, (*period)?), e.date))),
    );
    releases
}

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
        let (first, last) = (first.date, last.date);
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
