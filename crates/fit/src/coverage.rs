//! Does the error model hold what happened? Worlds are drawn, the quotes of every session are priced in each, and the quoted
//! prices should lie between the 5th and the 95th hundredth of the worlds on nine sessions of ten.
//!
//! The scales were chosen before 2024, so that 2024 judges them.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use market::calendar::Calendar;
use market::contract::Right;
use market::error_model::errors_of_world;
use market::history::PricingError;
use rayon::prelude::*;
use stats::interval::quantile;

use crate::marks::{Condor, MarkPair};

/// Worlds drawn.
pub const WORLDS: u64 = 400;
/// Share of the sessions that an interval should hold.
pub const LEVEL: f64 = 0.90;
const SEED: u64 = 20_220_105;

/// How often the interval of a measure held what was quoted.
#[derive(Clone, Debug, PartialEq)]
pub struct Coverage {
    /// What was measured.
    pub measure: &'static str,
    /// Pairs of a put and a call.
    pub pairs: usize,
    /// How many of them the interval holds.
    pub pairs_inside: usize,
    /// Months, by the mean over their pairs: of errors that last.
    pub months: usize,
    /// How many of them the interval holds.
    pub months_inside: usize,
}

/// What is measured, in relation to the model's own value: volatilities, the strangle's price, the condor's credit.
const MEASURES: [&str; 4] = ["put_25d", "call_25d", "strangle_25", "condor_16_50pt"];

/// Coverage of the pairs, which are in order of their sessions.
pub fn coverage(pairs: &[MarkPair]) -> Vec<Coverage> {
    let (Some(first), Some(last)) = (pairs.first(), pairs.last()) else {
        return Vec::new();
    };
    let sessions = sessions(pairs, first.date, last.date);
    let at: BTreeMap<NaiveDate, usize> = sessions
        .iter()
        .enumerate()
        .map(|(t, (date, _))| (*date, t))
        .collect();
    let condors: Vec<Option<Condor>> = pairs
        .iter()
        .map(|pair| Condor::new(&pair.slice, &pair.put, &pair.call))
        .collect();
    let worlds: Vec<Vec<[f64; 4]>> = (0..WORLDS)
        .into_par_iter()
        .map(|number| {
            let errors = errors_of_world(&sessions, SEED, number);
            pairs
                .iter()
                .zip(&condors)
                .map(|(pair, condor)| relative(pair, condor.as_ref(), &errors[at[&pair.date]]))
                .collect()
        })
        .collect();
    (0..MEASURES.len())
        .map(|m| {
            let drawn: Vec<Vec<f64>> = worlds
                .iter()
                .map(|world| world.iter().map(|v| v[m]).collect())
                .collect();
            let quoted: Vec<f64> = pairs
                .iter()
                .zip(&condors)
                .map(|(pair, condor)| quoted(pair, condor.as_ref())[m])
                .collect();
            one(MEASURES[m], pairs, &drawn, &quoted)
        })
        .collect()
}

/// The sessions of the exchange from first to last, each with the latest VIX a pair knows.
fn sessions(pairs: &[MarkPair], first: NaiveDate, last: NaiveDate) -> Vec<(NaiveDate, f64)> {
    let vix: BTreeMap<NaiveDate, f64> = pairs.iter().map(|pair| (pair.date, pair.vix)).collect();
    let all = Calendar::nyse().sessions().iter();
    let inside = all.filter(|date| (first..=last).contains(*date));
    let known = |date: &NaiveDate| vix.range(..=*date).next_back().map_or(20.0, |(_, v)| *v);
    inside.map(|date| (*date, known(date))).collect()
}

/// A world's values over the model's, less one.
fn relative(pair: &MarkPair, condor: Option<&Condor>, error: &PricingError) -> [f64; 4] {
    let model = &pair.slice;
    let slice = error.spx_slice(&pair.slice);
    let strangle = |slice: &market::surface::Slice| {
        slice.price(Right::Put, pair.put.strike) + slice.price(Right::Call, pair.call.strike)
    };
    [
        slice.vol(pair.put.strike) / model.vol(pair.put.strike) - 1.0,
        slice.vol(pair.call.strike) / model.vol(pair.call.strike) - 1.0,
        strangle(&slice) / strangle(model) - 1.0,
        condor.map_or(f64::NAN, |c| c.credit_on(&slice) / c.credit_on(model) - 1.0),
    ]
}

/// The quoted values over the model's, less one.
fn quoted(pair: &MarkPair, condor: Option<&Condor>) -> [f64; 4] {
    let model = &pair.slice;
    let strangle =
        model.price(Right::Put, pair.put.strike) + model.price(Right::Call, pair.call.strike);
    [
        pair.put.vol / model.vol(pair.put.strike) - 1.0,
        pair.call.vol / model.vol(pair.call.strike) - 1.0,
        (pair.put.mid + pair.call.mid) / strangle - 1.0,
        condor.map_or(f64::NAN, |c| c.quoted / c.credit_on(model) - 1.0),
    ]
}

fn one(measure: &'static str, pairs: &[MarkPair], drawn: &[Vec<f64>], quoted: &[f64]) -> Coverage {
    let known: Vec<usize> = (0..pairs.len())
        .filter(|i| quoted[*i].is_finite())
        .collect();
    let holds = |of: &dyn Fn(&[f64]) -> f64| {
        let mut values: Vec<f64> = drawn.iter().map(|world| of(world)).collect();
        values.sort_by(f64::total_cmp);
        let tail = (1.0 - LEVEL) / 2.0;
        let found = of(quoted);
        quantile(&values, tail).is_some_and(|low| low <= found)
            && quantile(&values, 1.0 - tail).is_some_and(|high| found <= high)
    };
    let mut months: BTreeMap<(i32, u32), Vec<usize>> = BTreeMap::new();
    for i in &known {
        let date = pairs[*i].date;
        months
            .entry((date.year(), date.month()))
            .or_default()
            .push(*i);
    }
    let mean = |of: &[f64], at: &[usize]| at.iter().map(|i| of[*i]).sum::<f64>() / at.len() as f64;
    Coverage {
        measure,
        pairs: known.len(),
        pairs_inside: known.iter().filter(|i| holds(&|of| of[**i])).count(),
        months: months.len(),
        months_inside: months
            .values()
            .filter(|at| holds(&|of| mean(of, at)))
            .count(),
    }
}
