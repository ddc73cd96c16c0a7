//! What the model would have had to say to meet the quotes of a session: a level and a skew, and how they behave.
//!
//! A put and a call of one moment give two numbers: the shift of level and of skew ([`PricingError`]) at which the model's
//! slice meets both. Their means by session are a series, whose mean is a bias, whose autocorrelation says how long an error
//! lasts, and whose standard error says how well the bias is known.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use market::calendar::Calendar;
use market::history::PricingError;
use market::math::ln;

use crate::marks::MarkPair;

/// The mean error of one session.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SessionError {
    /// Session.
    pub date: NaiveDate,
    /// Its number on the exchange's calendar.
    pub session: usize,
    /// VIX at its close [vol points].
    pub vix: f64,
    /// What meets the quotes: to be added to the model.
    pub level: f64,
    /// The same of the skew.
    pub skew: f64,
}

/// The level and skew at which the slice of a pair meets both quotes; `None` where no smile of the family does.
pub fn meets(pair: &MarkPair) -> Option<PricingError> {
    let gaps = |error: &PricingError| {
        let slice = error.spx_slice(&pair.slice);
        let gap = |side: &crate::marks::SideQuote| ln(slice.vol(side.strike) / side.vol);
        (gap(&pair.put), gap(&pair.call))
    };
    let mut at = PricingError::default();
    for _ in 0..20 {
        let (put, call) = gaps(&at);
        if put.abs().max(call.abs()) < 1e-9 {
            return Some(at);
        }
        let step = 1e-5;
        let higher = gaps(&PricingError {
            spx_level: at.spx_level + step,
            ..at
        });
        let flatter = gaps(&PricingError {
            spx_skew: at.spx_skew + step,
            ..at
        });
        let a = (higher.0 - put) / step;
        let c = (higher.1 - call) / step;
        let b = (flatter.0 - put) / step;
        let d = (flatter.1 - call) / step;
        let determinant = a * d - b * c;
        at.spx_level -= (d * put - b * call) / determinant;
        at.spx_skew -= (a * call - c * put) / determinant;
        if !(at.spx_level.abs() < 1.0 && at.spx_skew.abs() < 2.0) {
            return None;
        }
    }
    None
}

/// The mean of all pairs of each session, in order.
pub fn session_errors<'a>(pairs: impl Iterator<Item = &'a MarkPair>) -> Vec<SessionError> {
    let mut days: BTreeMap<NaiveDate, (f64, f64, f64, f64)> = BTreeMap::new();
    for pair in pairs {
        if let Some(error) = meets(pair) {
            let day = days.entry(pair.date).or_insert((0.0, 0.0, 0.0, pair.vix));
            day.0 += error.spx_level;
            day.1 += error.spx_skew;
            day.2 += 1.0;
        }
    }
    let calendar = Calendar::nyse();
    days.into_iter()
        .filter_map(|(date, (level, skew, n, vix))| {
            Some(SessionError {
                date,
                session: calendar.index_of(date)?,
                vix,
                level: level / n,
                skew: skew / n,
            })
        })
        .collect()
}

/// How a series of errors behaves.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Behaviour {
    /// Sessions.
    pub n: usize,
    /// Mean.
    pub bias: f64,
    /// Standard deviation about it.
    pub deviation: f64,
    /// Autocorrelation after 1, 5 and 10 sessions; 0 with fewer than thirty pairs of sessions.
    pub memory: [f64; 3],
    /// Standard error of the bias, with `memory` after one session that of an AR(1) process: the deviation over the root of
    /// as many sessions as would know as much if they were independent.
    pub standard_error: f64,
}

/// Measures a series of `(session, error)`, in order. `memory_of_all` stands in for that of a group too small to say.
pub fn behaviour(series: &[(usize, f64)], memory_of_all: Option<f64>) -> Behaviour {
    let n = series.len();
    if n == 0 {
        return Behaviour::default();
    }
    let bias = series.iter().map(|(_, x)| x).sum::<f64>() / n as f64;
    let variance = series
        .iter()
        .map(|(_, x)| (x - bias) * (x - bias))
        .sum::<f64>()
        / n as f64;
    let at: BTreeMap<usize, f64> = series.iter().map(|(t, x)| (*t, x - bias)).collect();
    let memory = [1, 5, 10].map(|lag| {
        let products: Vec<f64> = at
            .iter()
            .filter_map(|(t, x)| Some(x * at.get(&(t + lag))?))
            .collect();
        if products.len() < 30 || variance <= 0.0 {
            return 0.0;
        }
        products.iter().sum::<f64>() / products.len() as f64 / variance
    });
    let kept = memory_of_all.unwrap_or(memory[0]).clamp(0.0, 0.95);
    let independent = (n as f64 * (1.0 - kept) / (1.0 + kept)).max(1.0);
    Behaviour {
        n,
        bias,
        deviation: variance.sqrt(),
        memory,
        standard_error: (variance / independent).sqrt(),
    }
}
