//! Monthly and quarterly series: periods that are missing, ends, values off their own history.

use chrono::{Days, NaiveDate};
use market::observations::Release;

use super::jumps::{LEAST_OF_SLOW, Line, jumps};
use super::shape::{Scale, Shape, median};
use super::{Doubt, Findings, Severity};
use crate::tables::Tables;

/// Periods that say how far apart a series comes.
const LEAST: usize = 6;
/// Days from the end of one period to the end of the next at the latest, in parts of the usual distance.
const LATE: f64 = 1.5;
/// Days that any publisher takes beside its own delay.
const PATIENCE: Days = Days::new(6);
/// Days that a series of several values a week may pause.
const SEVERAL_DAYS: f64 = 15.0;
/// Equal values in a row that are doubted.
const REPEATS: usize = 4;

/// Doubts about single values; positions are those in the order of release.
pub(super) fn all(tables: &Tables, findings: &mut Findings) -> Vec<Doubt> {
    let mut doubts = Vec::new();
    for (name, releases) in &tables.slow {
        let mut order: Vec<usize> = (0..releases.len()).collect();
        order.sort_by_key(|i| releases[*i].period);
        holes(name, tables, releases, &order, findings);
        repeats(name, tables, releases, &order, findings);
        let days: Vec<NaiveDate> = order.iter().map(|i| releases[*i].period).collect();
        let values: Vec<Option<f64>> = order.iter().map(|i| Some(releases[*i].value)).collect();
        let line = Line {
            name,
            days: &days,
            values: &values,
            shape: shape(name),
            least: LEAST_OF_SLOW,
            place: &|i| place(tables, name, &releases[order[i]]),
        };
        doubts.extend(
            jumps(&line, findings)
                .into_iter()
                .map(|d| Doubt::of(name, order[d.at])),
        );
    }
    doubts
}

/// The least change from period to period that is doubted: earnings halve in a bad quarter, prices do not.
pub(super) fn shape(name: &str) -> Shape {
    let log = |spike, step| Shape {
        scale: Scale::Log,
        spike,
        step,
    };
    match name {
        "cpiaucsl" => log(0.012, 0.03),
        "ppiaco" | "ppifis" => log(0.06, 0.12),
        "gdp" | "gdpc1" => log(0.12, 0.14),
        "rbusbis" => log(0.05, 0.10),
        "cape" | "forward_pe" => log(0.15, 0.30),
        "spx_dividend" => log(0.05, 0.15),
        "spx_earnings" => Shape {
            scale: Scale::Difference,
            spike: 25.0,
            step: 60.0,
        },
        _ => log(0.20, 0.40),
    }
}

/// Where a release stands: month-ends are dated on the day they were known.
fn place(tables: &Tables, name: &str, release: &Release) -> String {
    let row = tables.origins.row(name, release.period);
    let row = row.or_else(|| tables.origins.row(name, release.known));
    let period = release.period;
    row.map_or(period.to_string(), |row| format!("{row}, {period}"))
}

/// Equal values in a row: a publisher that stopped, or a cell filled down.
fn repeats(
    name: &str,
    tables: &Tables,
    releases: &[Release],
    order: &[usize],
    findings: &mut Findings,
) {
    let mut run = 1;
    for pair in order.windows(2) {
        let before = &releases[pair[0]];
        let now = &releases[pair[1]];
        run = if before.value == now.value {
            run + 1
        } else {
            1
        };
        if run == REPEATS {
            let day = Some(now.period);
            findings.note(Severity::Warning, "stale_repeat", name, day, || {
                format!(
                    "{}: found {} for the {run}th period in a row, expected: fewer than {run}; kept",
                    place(tables, name, now),
                    now.value
                )
            });
        }
    }
}

fn holes(
    name: &str,
    tables: &Tables,
    releases: &[Release],
    order: &[usize],
    findings: &mut Findings,
) {
    if order.len() < LEAST {
        return;
    }
    let period = |i: usize| releases[order[i]].period;
    let apart: Vec<f64> = (1..order.len())
        .map(|i| (period(i) - period(i - 1)).num_days() as f64)
        .collect();
    let Some(usual) = median(apart.clone()) else {
        return;
    };
    let release = &releases[order[0]];
    if let Some(begin) = tables.sessions.first().filter(|d| **d < release.known) {
        findings.note(Severity::Info, "starts_late", name, Some(*begin), || {
            let row = place(tables, name, release);
            format!(
                "{row}: found the first period here, known on {}, expected: one known on {begin}",
                release.known
            )
        });
    }
    let late = (LATE * usual).max(SEVERAL_DAYS);
    for (i, days) in apart.iter().enumerate().filter(|(_, days)| **days > late) {
        let before = period(i);
        let after = period(i + 1);
        findings.note(Severity::Warning, "period_gap", name, Some(after), || {
            let missing = ((days / usual).round() - 1.0).max(1.0);
            let row = place(tables, name, &releases[order[i + 1]]);
            format!("{row}: found {missing} periods missing after {before}, expected one every {usual} days; left missing, the value before stays in use")
        });
    }
    let (last, Some(end)) = (period(order.len() - 1), tables.sessions.last().copied()) else {
        return;
    };
    let release = &releases[order[order.len() - 1]];
    let delay = release.known - last;
    let patience = if usual > 20.0 {
        PATIENCE
    } else {
        Days::new(10)
    };
    let expected = last + delay + Days::new(usual as u64) + patience;
    if expected < end {
        findings.note(Severity::Warning, "ends_early", name, Some(last), || {
            let row = place(tables, name, release);
            format!("{row}: found the last period here, expected: a later one known before {end}; the last value stays in use")
        });
    }
}
