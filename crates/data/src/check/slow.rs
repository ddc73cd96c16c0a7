//! Monthly and quarterly series: periods that are missing, ends, values off their own history.

use chrono::{Days, NaiveDate};
use market::observations::Release;

use super::jumps::{Line, jumps};
use super::shape::{Scale, Shape, median};
use super::{Doubt, Findings, Severity};
use crate::tables::Tables;

/// Periods that say how far apart a series comes.
const LEAST: usize = 6;
/// Days from the end of one period to the end of the next at the latest, in parts of the usual distance.
const LATE: f64 = 1.5;
/// Days that any publisher takes beside its own delay.
const PATIENCE: Days = Days::new(45);

/// Doubts about single values; positions are those in the order of release.
pub(super) fn all(tables: &Tables, findings: &mut Findings) -> Vec<Doubt> {
    let mut doubts = Vec::new();
    for (name, releases) in &tables.slow {
        let mut order: Vec<usize> = (0..releases.len()).collect();
        order.sort_by_key(|i| releases[*i].period);
        holes(
            name,
            releases,
            &order,
            tables.sessions.last().copied(),
            findings,
        );
        let days: Vec<NaiveDate> = order.iter().map(|i| releases[*i].period).collect();
        let values: Vec<Option<f64>> = order.iter().map(|i| Some(releases[*i].value)).collect();
        let line = Line {
            name,
            days: &days,
            values: &values,
            shape: shape(name),
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
fn shape(name: &str) -> Shape {
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

fn holes(
    name: &str,
    releases: &[Release],
    order: &[usize],
    last_session: Option<NaiveDate>,
    findings: &mut Findings,
) {
    if order.len() < LEAST {
        return;
    }
    let period = |i: usize| releases[order[i]].period;
    let apart: Vec<f64> = (1..order.len())
        .map(|i| (period(i) - period(i - 1)).num_days() as f64)
        .collect();
    let Some(usual) = median(apart.clone()).filter(|days| *days > 20.0) else {
        return;
    };
    for (i, days) in apart
        .iter()
        .enumerate()
        .filter(|(_, days)| **days > LATE * usual)
    {
        let (before, after) = (period(i), period(i + 1));
        findings.note(Severity::Warning, "period_gap", name, Some(after), || {
            let missing = (days / usual).round() - 1.0;
            format!("{after}: found {missing} periods missing after {before}, expected one every {usual} days; left missing, the value before stays in use")
        });
    }
    let (last, Some(end)) = (period(order.len() - 1), last_session) else {
        return;
    };
    let delay = releases[order[order.len() - 1]].known - last;
    let expected = last + delay + Days::new(usual as u64) + PATIENCE;
    if expected < end {
        findings.note(Severity::Warning, "ends_early", name, Some(last), || {
            format!("{last}: found the last period here, expected: a later one known before {end}; the last value stays in use")
        });
    }
}
