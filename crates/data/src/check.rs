//! Findings: what is unusual about the data, counted, with the first place where it was seen.
//!
//! Series are checked against the calendar, their own history ([`jumps`]), those that move with them ([`companions`]), and
//! futures and slow series by rules of their own. Nothing is changed: a doubted value is kept, and said. A run may leave single
//! ones out ([`crate::load_without_doubted`]).
//!
//! A finding never stops an import; what cannot be used at all is a [`DataError`].

mod companions;
mod contracts;
mod curve;
mod day;
mod exchanged;
mod issues;
mod jumps;
mod lags;
mod levels;
mod limits;
mod orders;
mod shape;
mod slow;

pub use limits::limits_table;

pub(crate) use day::{like_closes, night_and_day};

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::schema;
use crate::tables::Tables;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; nothing is lost.
    Info,
    /// A reader of results should look at it.
    Warning,
    /// The dataset should not be used.
    Error,
}

impl Severity {
    /// The name in files and on the screen.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// One kind of oddity in one series.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// How much it matters.
    pub severity: Severity,
    /// What it is, one word in snake case.
    pub code: String,
    /// Series, or file where no series is concerned.
    pub series: String,
    /// How often it was seen.
    pub count: usize,
    /// First day concerned.
    pub first: Option<NaiveDate>,
    /// Last day concerned.
    pub last: Option<NaiveDate>,
    /// The first case: file and row, what was found, what is allowed, what was done.
    pub message: String,
    /// The next cases of a warning or an error, up to `FURTHER`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub further: Vec<String>,
}

/// Cases of a finding that are told beside the first.
pub const FURTHER: usize = 20;

/// What is done with a single value that is doubted.
const DONE: &str = "kept; a run leaves it out with data.doubted = \"left_out\"";

/// Collects findings: the same code in the same series counts up and keeps the message of its first day.
#[derive(Clone, Debug, Default)]
pub(crate) struct Findings(BTreeMap<(String, String), Finding>);

impl Findings {
    pub(crate) fn note(
        &mut self,
        severity: Severity,
        code: &str,
        series: &str,
        day: Option<NaiveDate>,
        message: impl Fn() -> String,
    ) {
        self.note_once(severity, (code, series), day, &message);
    }

    /// As [`note`](Self::note). Compiled once, not for each of the messages.
    fn note_once(
        &mut self,
        severity: Severity,
        (code, series): (&str, &str),
        day: Option<NaiveDate>,
        message: &dyn Fn() -> String,
    ) {
        let key = (series.to_string(), code.to_string());
        let Some(known) = self.0.get_mut(&key) else {
            let code = code.to_string();
            let series = series.to_string();
            let message = message();
            self.0.insert(
                key,
                Finding {
                    severity,
                    code,
                    series,
                    count: 1,
                    first: day,
                    last: day,
                    message,
                    further: Vec::new(),
                },
            );
            return;
        };
        known.count += 1;
        if day < known.first {
            known.first = day;
            let later = std::mem::replace(&mut known.message, message());
            known.further.insert(0, later);
        } else if known.severity > Severity::Info && known.further.len() < FURTHER {
            known.further.push(message());
        }
        known.further.truncate(FURTHER);
        known.last = known.last.max(day);
    }

    /// Gravest first, then by series and code.
    pub(crate) fn into_vec(self) -> Vec<Finding> {
        let mut findings: Vec<_> = self.0.into_values().collect();
        findings.sort_by_key(|f| std::cmp::Reverse(f.severity));
        findings
    }
}

/// One value that its own history or its companions contradict.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Doubt {
    /// Daily or slow series, or `vx`.
    pub series: String,
    /// Session of a daily series, row of `vx`, release of a slow one.
    pub at: usize,
}

impl Doubt {
    fn of(series: &str, at: usize) -> Doubt {
        Doubt {
            series: series.into(),
            at,
        }
    }
}

/// Findings about values that contradict their own history or their companions, and the single values among them.
pub(crate) fn doubts(tables: &Tables, findings: &mut Findings) -> Vec<Doubt> {
    let mut doubts = Vec::new();
    for (name, series) in &tables.daily {
        // Series that only this dataset knows have no shape.
        if schema::daily(name).is_some() {
            let place = |i: usize| tables.origins.place(name, tables.sessions[i]);
            let line = jumps::Line {
                name,
                days: &tables.sessions,
                values: &series.values,
                shape: shape::of(name),
                least: jumps::LEAST,
                place: &place,
            };
            doubts.extend(jumps::jumps(&line, findings));
        }
    }
    doubts.extend(companions::all(tables, findings));
    lags::all(tables, findings);
    levels::all(tables, findings);
    orders::all(tables, findings);
    doubts.extend(exchanged::all(tables, findings));
    issues::all(tables, findings);
    day::all(tables, findings);
    doubts.extend(contracts::all(tables, findings));
    doubts.extend(curve::all(tables, findings));
    doubts.extend(slow::all(tables, findings));
    doubts.sort();
    doubts.dedup();
    doubts
}

/// What the tables themselves show: gaps, values carried forward, suspicious repeats, unbelievable values.
pub(crate) fn tables_findings(tables: &Tables) -> Findings {
    let mut findings = Findings::default();
    for (name, series) in &tables.daily {
        let known = schema::daily(name);
        let carry = known.map_or(0, |s| s.carry_sessions);
        gaps(name, tables, &series.values, carry, &mut findings);
        if let Some(known) = known {
            repeats(known, tables, &series.values, &mut findings);
            unbelievable(known, tables, &series.values, &mut findings);
        }
    }
    futures(tables, &mut findings);
    doubts(tables, &mut findings);
    findings
}

fn gaps(
    name: &str,
    tables: &Tables,
    values: &[Option<f64>],
    carry: usize,
    findings: &mut Findings,
) {
    let sessions = &tables.sessions;
    let first = values
        .iter()
        .position(Option::is_some)
        .unwrap_or(values.len());
    if first > 0 {
        let day = |i: usize| {
            sessions
                .get(i)
                .map_or("never".to_string(), ToString::to_string)
        };
        findings.note(
            Severity::Info,
            "starts_late",
            name,
            sessions.first().copied(),
            || format!("first value: found {}, expected: {}", day(first), day(0)),
        );
    }
    let end = values
        .iter()
        .rposition(Option::is_some)
        .map_or(first, |last| last + 1);
    let mut missing = 0;
    let mut last = first;
    for i in first..values.len() {
        missing = if values[i].is_some() { 0 } else { missing + 1 };
        if missing == 0 {
            last = i;
        }
        let (code, severity, done) = match missing {
            0 => continue,
            n if n <= carry => (
                "carried_forward",
                Severity::Info,
                "carried forward when loaded",
            ),
            _ if i >= end => ("ends_early", Severity::Warning, "left missing"),
            _ => ("gap", Severity::Warning, "left missing"),
        };
        findings.note(severity, code, name, Some(sessions[i]), || {
            let row = tables.origins.row(name, sessions[last]);
            let after = row.map_or(String::new(), |r| format!(" after {r}"));
            let day = sessions[i];
            format!("{day}: found no value{after}, expected one per session; {done}")
        });
    }
}

fn repeats(
    series: &schema::Daily,
    tables: &Tables,
    values: &[Option<f64>],
    findings: &mut Findings,
) {
    let sessions = &tables.sessions;
    let mut run = 1;
    for i in 1..values.len() {
        run = if values[i].is_some() && values[i] == values[i - 1] {
            run + 1
        } else {
            1
        };
        if series.repeats > 0 && run == series.repeats {
            findings.note(Severity::Warning, "stale_repeat", series.name, Some(sessions[i]), || {
                let value = values[i].unwrap_or_default();
                let place = tables.origins.place(series.name, sessions[i]);
                format!("{place}: found {value} for the {run}th session in a row, expected: fewer than {run}; kept")
            });
        }
    }
}

fn unbelievable(
    series: &schema::Daily,
    tables: &Tables,
    values: &[Option<f64>],
    findings: &mut Findings,
) {
    let (low, high) = series.range;
    for (day, value) in tables.sessions.iter().zip(values) {
        if let Some(value) = value.filter(|v| !(low..=high).contains(v)) {
            findings.note(
                Severity::Error,
                "out_of_range",
                series.name,
                Some(*day),
                || {
                    format!(
                        "{day}: found {value}, allowed: {low} to {high} {}",
                        series.unit
                    )
                },
            );
        }
    }
}

/// Sessions on which fewer than two monthly contracts have a settlement, and expired contracts without a final one.
fn futures(tables: &Tables, findings: &mut Findings) {
    if tables.vx.is_empty() {
        return;
    }
    let mut marks: BTreeMap<NaiveDate, usize> = tables.sessions.iter().map(|d| (*d, 0)).collect();
    let mut finals: BTreeMap<NaiveDate, bool> = BTreeMap::new();
    for row in &tables.vx {
        *finals.entry(row.expiry).or_default() |= row.trade_date == row.expiry;
        if row.trade_date < row.expiry
            && let Some(count) = marks.get_mut(&row.trade_date)
        {
            *count += 1;
        }
    }
    for (day, _) in marks.iter().filter(|(_, count)| **count < 2) {
        findings.note(
            Severity::Warning,
            "few_contracts",
            "vx",
            Some(*day),
            || {
            format!(
                "{day}: found fewer than two VX settlements, expected: at least two monthly contracts"
            )
        },
        );
    }
    let first = tables.sessions.first().copied();
    let last = tables.sessions.last().copied();
    for (expiry, _) in finals
        .iter()
        .filter(|(e, found)| !**found && Some(**e) >= first && Some(**e) <= last)
    {
        findings.note(
            Severity::Warning,
            "no_final_settlement",
            "vx",
            Some(*expiry),
            || {
            format!(
                "{expiry}: found no row dated the settlement day, expected the final settlement value"
            )
        },
        );
    }
}
