//! One cell: its configuration, the key its result is found by, and the bytes of the result.

use chrono::NaiveDate;
use market::price::Money;
use sweep::codec::{Reader, Writer};
use sweep::store::{Key, key};

use crate::config::RunConfig;

/// What decides a cell's result, besides the data and the engine.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// The run with the cell's settings: the first arm is the unhedged one.
    pub config: RunConfig,
    /// Sessions it starts later than its windows.
    pub start_sessions: usize,
}

/// Separates the cells of a summary row in a record: no number and no name holds it.
const BETWEEN: &str = "\u{1f}";

/// What is kept of a cell.
#[derive(Clone, Debug, PartialEq)]
pub struct CellResult {
    /// Key of the [`Reference`] its gains are against.
    pub reference: Key,
    /// Per window and hedged arm.
    pub outcomes: Vec<Outcome>,
}

/// What is kept of a hedged arm over a window.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Its row, in the columns of `summary.csv`.
    pub row: Vec<String>,
    /// Hedged less unhedged trading P&L of each session of the window (cents).
    pub gains: Vec<i64>,
}

/// The unhedged arm of a cell, shared by all cells that differ in their hedges only.
#[derive(Clone, Debug, PartialEq)]
pub struct Reference {
    /// Per window: its sessions and their trading P&L (cents); nothing before a later start.
    pub windows: Vec<Vec<(NaiveDate, i64)>>,
}

impl Cell {
    /// Hash of the configuration alone: what counts as one configuration tried.
    pub fn trial(&self) -> Key {
        // Plain data with keys in a fixed order; a number that is not finite never passes the checks.
        let config = serde_json::to_vec(&self.config).expect("a configuration is plain data");
        key(&[&config, &(self.start_sessions as u64).to_le_bytes()])
    }

    /// Key of its result: configuration, data and engine.
    pub fn key(trial: &Key, dataset_hash: &str) -> Key {
        key(&[b"cell", trial, dataset_hash.as_bytes(), &engine::RESULTS_VERSION.to_le_bytes()])
    }

    /// The same without its hedges.
    pub fn reference(&self) -> Cell {
        let mut config = self.config.clone();
        config.arms.truncate(1);
        let arms = &config.arms;
        config.policies.retain(|name, _| arms.contains(name));
        Cell { config, start_sessions: self.start_sessions }
    }
}

/// Daily P&L (cents) over a whole window of a curve that starts `before` sessions into it.
pub fn daily_cents(curve: &[Money], start: Money, before: usize) -> Vec<i64> {
    let mut last = start;
    let pnl = curve.iter().map(|equity| {
        let change = *equity - last;
        last = *equity;
        change.0
    });
    std::iter::repeat_n(0, before).chain(pnl).collect()
}

impl CellResult {
    /// Its bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Writer::default();
        out.bytes(&self.reference);
        out.number(self.outcomes.len() as u64);
        for outcome in &self.outcomes {
            out.bytes(outcome.row.join(BETWEEN).as_bytes());
            out.column(outcome.gains.iter().copied());
        }
        out.finish()
    }

    /// From its bytes; `None` where they are not of a cell.
    pub fn decode(bytes: &[u8]) -> Option<CellResult> {
        let mut input = Reader::new(bytes);
        let reference = input.bytes()?.try_into().ok()?;
        let count = input.number()?;
        let outcome = |input: &mut Reader<'_>| -> Option<Outcome> {
            let row = input.text()?.split(BETWEEN).map(str::to_string).collect();
            Some(Outcome { row, gains: input.column()? })
        };
        let outcomes = (0..count).map(|_| outcome(&mut input)).collect::<Option<_>>()?;
        Some(CellResult { reference, outcomes })
    }
}

impl Reference {
    /// Its bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Writer::default();
        out.number(self.windows.len() as u64);
        for window in &self.windows {
            let mut before = NaiveDate::default();
            let days = window.iter().map(|(date, _)| {
                let days = (*date - before).num_days();
                before = *date;
                days
            });
            out.column(days);
            out.column(window.iter().map(|(_, cents)| *cents));
        }
        out.finish()
    }

    /// From its bytes; `None` where they are not of a reference.
    pub fn decode(bytes: &[u8]) -> Option<Reference> {
        let mut input = Reader::new(bytes);
        let count = input.number()?;
        let window = |input: &mut Reader<'_>| -> Option<Vec<(NaiveDate, i64)>> {
            let mut date = NaiveDate::default();
            let days = input.column()?;
            let dates = days.into_iter().map(|days| {
                date = date.checked_add_signed(chrono::TimeDelta::try_days(days)?)?;
                Some(date)
            });
            let dates = dates.collect::<Option<Vec<_>>>()?;
            Some(dates.into_iter().zip(input.column()?).collect())
        };
        let windows = (0..count).map(|_| window(&mut input)).collect::<Option<_>>()?;
        Some(Reference { windows })
    }
}
