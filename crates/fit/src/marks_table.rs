//! The marks as texts: every comparison as CSV, the pooled tables and the candidates as Markdown.

use std::collections::BTreeMap;
use std::fmt::Write;

use chrono::{Datelike, NaiveTime, Timelike};
use market::observations::Observations;
use market::surface::ModelParams;
use rayon::prelude::*;

use crate::candidate::{Candidate, atm_shifted, psi_scaled, rho_shifted, weighted};
use crate::marks::{
    Mark, MarkErrors, MarkMeasure, MarkRow, VIX_REGIMES, autocorrelation, chooses, is_near_close,
    mark_errors,
};
use crate::pool::{ALL_DAYS, BUCKETS, Pooled, pool};

/// What was looked at: each value is chosen before 2024 and judged on 2024. `none` is first, the others are compared with it.
pub const MARK_CANDIDATES: [Candidate; 7] = [
    Candidate {
        name: "none",
        grid: &[0.0],
        apply: |p, _| p,
    },
    Candidate {
        name: "events",
        grid: &[0.0, 0.25, 0.5, 0.75, 1.0, 1.5],
        apply: weighted,
    },
    Candidate {
        name: "atm_shift",
        grid: &[-0.04, -0.03, -0.02, -0.01, 0.0, 0.01, 0.02, 0.03, 0.04],
        apply: atm_shifted,
    },
    Candidate {
        name: "psi_factor",
        grid: &[0.80, 0.85, 0.90, 0.95, 1.0, 1.05, 1.10, 1.15, 1.20],
        apply: psi_scaled,
    },
    Candidate {
        name: "rho_shift",
        grid: &RHOS,
        apply: rho_shifted,
    },
    Candidate {
        name: "events 0.5 + rho_shift",
        grid: &RHOS,
        apply: |p, x| weighted(rho_shifted(p, x), 0.5),
    },
    Candidate {
        name: "events 0.5 + psi_factor",
        grid: &[0.80, 0.85, 0.90, 0.95, 1.0, 1.05, 1.10, 1.15, 1.20],
        apply: |p, x| weighted(psi_scaled(p, x), 0.5),
    },
];

const RHOS: [f64; 8] = [-0.10, -0.05, 0.0, 0.05, 0.10, 0.15, 0.20, 0.30];

/// How a candidate did.
#[derive(Clone, Debug, PartialEq)]
pub struct MarkJudged {
    /// The candidate.
    pub name: &'static str,
    /// The value with the least root mean square error of the condor before 2024.
    pub value: f64,
    /// Whether it is the first or last of its grid: such a parameter measures another error than its own.
    pub at_edge: bool,
    /// By measure: the years it was chosen on, and 2024.
    pub pooled: BTreeMap<MarkMeasure, (Pooled, Pooled)>,
}

/// Tries every candidate on marks near the close, expiries of 7 to 45 days.
pub fn judge_marks(
    marks: &[Mark],
    observations: &Observations,
    base: &ModelParams,
) -> Vec<MarkJudged> {
    let near: Vec<Mark> = marks
        .iter()
        .filter(|m| is_near_close(m.time) && (ALL_DAYS.0..=ALL_DAYS.1).contains(&days(m)))
        .cloned()
        .collect();
    MARK_CANDIDATES
        .iter()
        .map(|candidate| judge_one(candidate, &near, observations, base))
        .collect()
}

fn days(mark: &Mark) -> i64 {
    (mark.expiry - mark.date).num_days()
}

fn judge_one(
    candidate: &Candidate,
    marks: &[Mark],
    observations: &Observations,
    base: &ModelParams,
) -> MarkJudged {
    let tried: Vec<MarkErrors> = candidate
        .grid
        .par_iter()
        .map(|x| mark_errors(marks, observations, &(candidate.apply)(base.clone(), *x)))
        .collect();
    let scores: Vec<f64> = tried
        .iter()
        .map(|errors| {
            pool(
                errors
                    .rows
                    .iter()
                    .filter(|r| r.measure == MarkMeasure::Condor && chooses(r.date))
                    .map(|r| r.error),
            )
            .rmse
        })
        .collect();
    let best = (0..scores.len())
        .min_by(|a, b| scores[*a].total_cmp(&scores[*b]))
        .unwrap_or(0);
    let of = |measure, before: bool| {
        let rows = tried[best].iter_of(measure);
        pool(rows.filter(|r| chooses(r.date) == before).map(|r| r.error))
    };
    MarkJudged {
        name: candidate.name,
        value: candidate.grid[best],
        at_edge: candidate.grid.len() > 1 && (best == 0 || best == candidate.grid.len() - 1),
        pooled: MarkMeasure::ALL
            .into_iter()
            .map(|m| (m, (of(m, true), of(m, false))))
            .collect(),
    }
}

impl MarkErrors {
    /// Comparisons of one measure.
    pub fn iter_of(&self, measure: MarkMeasure) -> impl Iterator<Item = &MarkRow> {
        self.rows.iter().filter(move |r| r.measure == measure)
    }
}

/// One line a comparison. Volatilities are decimals, prices index points; `error` is in vol points or percent.
pub fn marks_csv(errors: &MarkErrors) -> String {
    let mut text = String::from("date,time,expiry,days,vix,measure,quoted,model,error\n");
    for r in &errors.rows {
        let _ = writeln!(
            text,
            "{},{},{},{},{:.2},{},{:.6},{:.6},{:.4}",
            r.date,
            r.time.format("%H:%M"),
            r.expiry,
            r.days,
            r.vix,
            r.measure.name(),
            r.quoted,
            r.model,
            r.error
        );
    }
    text
}

/// The tables; none where there are no marks. `errors` are those of the plain model, `kept` of the parameters that are kept.
pub fn marks_markdown(errors: &MarkErrors, kept: &MarkErrors, judged: &[MarkJudged]) -> String {
    let mut text = String::new();
    if errors.rows.is_empty() && errors.left_out.is_empty() {
        return text;
    }
    let _ = writeln!(text, "\n## Prices of single options\n");
    let _ = writeln!(
        text,
        "Model less market, 7 to 45 days, 15:45 and later unless said: vol points for put and call near 25 delta, percent\n\
         for their strangle and for the 16-delta condor estimated from the two. bias / rmse.\n"
    );
    pooled_tables(&mut text, errors);
    table(
        &mut text,
        "time",
        errors,
        |r| in_span(r, ALL_DAYS),
        |r| Some((i64::from(hour(r.time)), time_words(r.time))),
    );
    memory(&mut text, errors);
    candidates(&mut text, judged);
    left_out(&mut text, errors);
    let _ = writeln!(
        text,
        "\n## Prices of single options, with the parameters that are kept\n"
    );
    pooled_tables(&mut text, kept);
    memory(&mut text, kept);
    text
}

/// By year, VIX and days to expiry.
fn pooled_tables(text: &mut String, errors: &MarkErrors) {
    let near = |r: &&MarkRow| is_near_close(r.time) && in_span(r, ALL_DAYS);
    table(text, "year", errors, near, |r| {
        Some((i64::from(r.date.year()), r.date.year().to_string()))
    });
    table(text, "VIX", errors, near, |r| {
        let at = VIX_REGIMES
            .iter()
            .position(|(from, to)| (*from..*to).contains(&r.vix))?;
        let (from, to) = VIX_REGIMES[at];
        let name = if to.is_finite() {
            format!("{from} to {to}")
        } else {
            format!("above {from}")
        };
        Some((at as i64, name))
    });
    table(
        text,
        "days",
        errors,
        |r| is_near_close(r.time),
        |r| {
            let at = BUCKETS.iter().position(|span| in_span(r, *span))?;
            Some((at as i64, format!("{} to {}", BUCKETS[at].0, BUCKETS[at].1)))
        },
    );
}

fn in_span(row: &MarkRow, (first, last): (i64, i64)) -> bool {
    (first..=last).contains(&row.days)
}

/// Full hours, with the last quarter before the close and after it apart.
fn hour(time: NaiveTime) -> u32 {
    if is_near_close(time) { 24 } else { time.hour() }
}

fn time_words(time: NaiveTime) -> String {
    if is_near_close(time) {
        "15:45 on".into()
    } else {
        format!("{:02}:00 to {:02}:59", time.hour(), time.hour())
    }
}

fn table<'a>(
    text: &mut String,
    by: &str,
    errors: &'a MarkErrors,
    keep: impl Fn(&&'a MarkRow) -> bool,
    group: impl Fn(&MarkRow) -> Option<(i64, String)>,
) {
    let mut groups: BTreeMap<(i64, String), BTreeMap<MarkMeasure, Vec<f64>>> = BTreeMap::new();
    for row in errors.rows.iter().filter(keep) {
        let Some(group) = group(row) else { continue };
        for key in [group, (i64::MAX, "all".into())] {
            let of_group = groups.entry(key).or_default();
            of_group.entry(row.measure).or_default().push(row.error);
        }
    }
    let _ = write!(text, "| {by:<14} |");
    for measure in MarkMeasure::ALL {
        let _ = write!(text, " {:>14} | {:>5} |", measure.name(), "n");
    }
    let _ = writeln!(text, "\n|---|---:|---:|---:|---:|---:|---:|---:|---:|");
    for ((_, name), by_measure) in groups {
        let _ = write!(text, "| {name:<14} |");
        for measure in MarkMeasure::ALL {
            let errors = by_measure.get(&measure).into_iter().flatten();
            let pooled = pool(errors.copied());
            let _ = write!(text, " {:>14} | {:>5} |", cell(&pooled), pooled.n);
        }
        let _ = writeln!(text);
    }
    let _ = writeln!(text);
}

fn cell(pooled: &Pooled) -> String {
    if pooled.n == 0 {
        return "-".into();
    }
    format!("{:+.2} / {:.2}", pooled.bias, pooled.rmse)
}

/// How long an error lasts.
fn memory(text: &mut String, errors: &MarkErrors) {
    let near: Vec<MarkRow> = errors
        .rows
        .iter()
        .filter(|r| is_near_close(r.time) && in_span(r, ALL_DAYS))
        .copied()
        .collect();
    let _ = writeln!(
        text,
        "Autocorrelation of a session's mean error after so many sessions:\n\n| {:<14} | {:>6} | {:>6} | {:>6} |\n|---|---:|---:|---:|",
        "", 1, 5, 10
    );
    for measure in MarkMeasure::ALL {
        let _ = write!(text, "| {:<14} |", measure.name());
        for sessions in [1, 5, 10] {
            let cell = autocorrelation(&near, measure, sessions)
                .map_or("-".to_string(), |r| format!("{r:+.2}"));
            let _ = write!(text, " {cell:>6} |");
        }
        let _ = writeln!(text);
    }
}

fn candidates(text: &mut String, judged: &[MarkJudged]) {
    let _ = writeln!(
        text,
        "\nChanges of the model, the value chosen before 2024 by the condor's rmse, and judged on 2024:\n\n\
         | {:<23} | {:>6} | {:>16} | {:>16} | {:>14} | {:>14} |\n|---|---:|---:|---:|---:|---:|",
        "change", "value", "condor before", "condor 2024", "put 2024", "call 2024"
    );
    for j in judged {
        let value = format!("{}{}", j.value, if j.at_edge { " edge" } else { "" });
        let of = |measure| j.pooled.get(&measure).copied().unwrap_or_default();
        let (before, after) = of(MarkMeasure::Condor);
        let _ = writeln!(
            text,
            "| {:<23} | {value:>6} | {:>16} | {:>16} | {:>14} | {:>14} |",
            j.name,
            cell(&before),
            cell(&after),
            cell(&of(MarkMeasure::Put).1),
            cell(&of(MarkMeasure::Call).1)
        );
    }
}

fn left_out(text: &mut String, errors: &MarkErrors) {
    for (why, count) in &errors.left_out {
        let _ = writeln!(text, "\nLeft out: {count} marks, {why}.");
    }
}
