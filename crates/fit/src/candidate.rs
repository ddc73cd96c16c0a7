//! Would another parameter help? Only what survives with the judged date left out counts.
//!
//! Each candidate is one number looked for on a grid. For every date the number is chosen on all other dates and judged
//! on that one; a change that wins in sample and loses here is over-fitted.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use market::observations::Observations;
use market::surface::{EventWeights, ModelParams};

use crate::error::{Row, errors};
use crate::pool::{ALL_DAYS, Pooled, at_close, by_measure, pool};
use crate::target::{Measure, Target};

/// One change of the model.
#[derive(Clone, Copy, Debug)]
pub struct Candidate {
    /// What is changed.
    pub name: &'static str,
    /// Values tried; one value is a change without a parameter.
    pub grid: &'static [f64],
    /// Sets it.
    pub apply: fn(ModelParams, f64) -> ModelParams,
}

/// The candidates looked at.
pub const CANDIDATES: [Candidate; 10] = [
    Candidate {
        name: "none",
        grid: &[0.0],
        apply: |p, _| p,
    },
    Candidate {
        name: "atm_shift",
        grid: &SHIFTS,
        apply: atm_shifted,
    },
    Candidate {
        name: "psi_factor",
        grid: &FACTORS,
        apply: psi_scaled,
    },
    Candidate {
        name: "rho_shift",
        grid: &RHOS,
        apply: rho_shifted,
    },
    Candidate {
        name: "omega",
        grid: &OMEGAS,
        apply: |p, x| ModelParams { omega: x, ..p },
    },
    Candidate {
        name: "events cpi = fomc",
        grid: &EVENTS,
        apply: weighted,
    },
    Candidate {
        name: "events 0.5 fixed",
        grid: &[0.5],
        apply: weighted,
    },
    Candidate {
        name: "events 0.5 + psi",
        grid: &FACTORS,
        apply: |p, x| weighted(psi_scaled(p, x), 0.5),
    },
    Candidate {
        name: "events 0.5 + rho",
        grid: &RHOS,
        apply: |p, x| weighted(rho_shifted(p, x), 0.5),
    },
    Candidate {
        name: "kept, not fitted",
        grid: &[0.2],
        apply: |p, x| weighted(rho_shifted(p, x), 0.5),
    },
];

/// The at-the-money constant moved by this much.
pub(crate) fn atm_shifted(params: ModelParams, x: f64) -> ModelParams {
    ModelParams {
        atm_shift: params.atm_shift + x,
        ..params
    }
}

/// Psi times this factor.
pub(crate) fn psi_scaled(params: ModelParams, x: f64) -> ModelParams {
    ModelParams {
        psi_factor: params.psi_factor * x,
        ..params
    }
}

/// The argument of rho's tangent moved by this much.
pub(crate) fn rho_shifted(params: ModelParams, x: f64) -> ModelParams {
    ModelParams {
        rho_shift: params.rho_shift + x,
        ..params
    }
}

/// CPI and FOMC days with this extra variance (sessions), employment without.
pub(crate) fn weighted(params: ModelParams, x: f64) -> ModelParams {
    ModelParams {
        event_weights: EventWeights {
            cpi: x,
            fomc: x,
            payrolls: 0.0,
        },
        ..params
    }
}

const SHIFTS: [f64; 13] = [
    -0.06, -0.05, -0.04, -0.03, -0.02, -0.01, 0.0, 0.01, 0.02, 0.03, 0.04, 0.05, 0.06,
];
const FACTORS: [f64; 15] = [
    0.60, 0.65, 0.70, 0.75, 0.80, 0.85, 0.90, 0.95, 1.0, 1.05, 1.10, 1.15, 1.20, 1.25, 1.30,
];
const RHOS: [f64; 13] = [
    -0.20, -0.10, -0.05, 0.0, 0.05, 0.10, 0.15, 0.20, 0.30, 0.40, 0.50, 0.60, 0.80,
];
const OMEGAS: [f64; 7] = [0.0, 0.05, 0.10, 0.15, 0.20, 0.30, 0.40];
const EVENTS: [f64; 6] = [0.0, 0.25, 0.5, 0.75, 1.0, 1.5];

/// What must not get worse while the credit gets better.
const SMILE: [Measure; 4] = [
    Measure::Put(16),
    Measure::Put(5),
    Measure::Call(16),
    Measure::Call(5),
];

/// How a candidate did with every date left out once.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// The candidate.
    pub name: &'static str,
    /// The value chosen on all dates.
    pub value: f64,
    /// Lowest and highest value chosen with one date left out.
    pub range: (f64, f64),
    /// At-the-money errors of the left-out dates (vol points).
    pub atm: Pooled,
    /// Condor credit errors of the left-out dates (percent).
    pub credit: Pooled,
    /// Errors of the left-out dates at 16 and 5 delta, puts and calls together (vol points).
    pub smile: Pooled,
    /// Mean over dates of the score that was minimised, out of sample: 1 is the aim of both.
    pub score: f64,
    /// Dates on which it scored better than no change.
    pub better: usize,
    /// Dates.
    pub dates: usize,
}

/// Judges every candidate on the closing chains, expiries of 7 to 45 days.
pub fn judge(targets: &[Target], observations: &Observations, base: &ModelParams) -> Vec<Judged> {
    let mut unchanged: Vec<f64> = Vec::new();
    CANDIDATES
        .iter()
        .map(|candidate| {
            let tried: Vec<Vec<Row<'_>>> = candidate
                .grid
                .iter()
                .map(|x| {
                    kept(errors(targets, observations, &|_| {
                        (candidate.apply)(base.clone(), *x)
                    }))
                })
                .collect();
            let (judged, scores) = leave_one_out(candidate, &tried, &unchanged);
            if unchanged.is_empty() {
                unchanged = scores;
            }
            judged
        })
        .collect()
}

fn kept(rows: Vec<Row<'_>>) -> Vec<Row<'_>> {
    rows.into_iter()
        .filter(|row| {
            at_close(row)
                && (ALL_DAYS.0..=ALL_DAYS.1).contains(&row.target.days)
                && (SMILE.contains(&row.measure)
                    || matches!(row.measure, Measure::Atm | Measure::Condor))
        })
        .collect()
}

/// Mean square error of both aims in their own units: 0.5 vol points at the money, 7 % of the credit.
fn score(rows: &[Row<'_>], date: NaiveDate) -> f64 {
    let on_date = by_measure(rows, ALL_DAYS, |row| row.target.date == date);
    let part = |measure, aim: f64| {
        on_date
            .get(&measure)
            .map_or(0.0, |p| (p.rmse / aim) * (p.rmse / aim))
    };
    0.5 * (part(Measure::Atm, 0.5) + part(Measure::Condor, 7.0))
}

fn leave_one_out(
    candidate: &Candidate,
    tried: &[Vec<Row<'_>>],
    unchanged: &[f64],
) -> (Judged, Vec<f64>) {
    let mut dates: Vec<NaiveDate> = tried[0].iter().map(|row| row.target.date).collect();
    dates.dedup();
    let scores: Vec<Vec<f64>> = tried
        .iter()
        .map(|rows| dates.iter().map(|date| score(rows, *date)).collect())
        .collect();
    let best_without = |left_out: Option<usize>| {
        let total = |i: usize| -> f64 {
            scores[i]
                .iter()
                .enumerate()
                .filter(|(d, _)| Some(*d) != left_out)
                .map(|(_, s)| s)
                .sum()
        };
        (0..tried.len())
            .min_by(|a, b| total(*a).total_cmp(&total(*b)))
            .unwrap_or(0)
    };
    let chosen: Vec<usize> = (0..dates.len()).map(|d| best_without(Some(d))).collect();
    let at: BTreeMap<NaiveDate, usize> =
        dates.iter().copied().zip(chosen.iter().copied()).collect();
    let held_out = |measures: &[Measure]| {
        pool(at.iter().flat_map(|(date, i)| {
            let rows = tried[*i]
                .iter()
                .filter(|r| r.target.date == *date && measures.contains(&r.measure));
            rows.map(|r| r.error).collect::<Vec<_>>()
        }))
    };
    let out: Vec<f64> = chosen
        .iter()
        .enumerate()
        .map(|(d, i)| scores[*i][d])
        .collect();
    let values = || chosen.iter().map(|i| candidate.grid[*i]);
    let judged = Judged {
        name: candidate.name,
        value: candidate.grid[best_without(None)],
        range: (
            values().fold(f64::INFINITY, f64::min),
            values().fold(f64::NEG_INFINITY, f64::max),
        ),
        atm: held_out(&[Measure::Atm]),
        credit: held_out(&[Measure::Condor]),
        smile: held_out(&SMILE),
        score: out.iter().sum::<f64>() / out.len().max(1) as f64,
        better: out
            .iter()
            .zip(unchanged)
            .filter(|(new, old)| new < old)
            .count(),
        dates: dates.len(),
    };
    (judged, out)
}
