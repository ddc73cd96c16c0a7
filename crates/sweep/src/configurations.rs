//! What somebody could have chosen: the cells that differ only by chance or by error, taken together.
//!
//! Nobody chooses the day a run happens to start on, so a configuration's P&L is the mean over its phases. Nobody
//! chooses the model's error or the fills either: a configuration is judged at the run's own, the others are its band.

mod listed;

use std::sync::Arc;

use crate::store::{Key, Store, StoreError};
use chrono::NaiveDate;
use files::FirstError;
use market::memo::MemoMap;

use crate::cell::{CellResult, Reference};
use crate::random_timing_baseline::{Bought, RandomTimingBaseline};
use crate::spec::SweepConfig;
use crate::work::Ledger;

pub use listed::{Configuration, Configurations};

/// The daily P&L of a configuration over all windows, one after the other (USD).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Series {
    /// Of the condors alone.
    pub unhedged: Vec<f64>,
    /// Of condors and hedge.
    pub hedged: Vec<f64>,
    /// Of condors and what the hedge bought, bought at random dates instead: the mean of the random-timing control.
    pub random: Vec<f64>,
}

impl Series {
    /// What the hedge added each session (USD).
    pub fn gains(&self) -> Vec<f64> {
        self.hedged
            .iter()
            .zip(&self.unhedged)
            .map(|(hedged, unhedged)| hedged - unhedged)
            .collect()
    }
}

/// Reads what the store has of a sweep.
pub struct Shelf<'a> {
    /// The sweep.
    pub config: &'a SweepConfig,
    store: &'a Store,
    ledger: &'a Ledger,
    /// The first record that could not be read: it is not one that does not exist.
    unread: FirstError<StoreError>,
    /// Keys of cells that lie beside each other, by the number of their block.
    keys: MemoMap<usize, Vec<Option<Key>>>,
    references: MemoMap<Key, Reference>,
    baselines: MemoMap<Key, RandomTimingBaseline>,
}

/// Records of a kind kept in memory at a time.
const RECORDS: usize = 256;
/// Keys that are read at a time, and how often that is kept: of threads each reads its own.
const BLOCK: usize = 256;
const BLOCKS: usize = 64;

impl<'a> Shelf<'a> {
    /// Over the cells of a ledger, by their places in it.
    pub fn new(config: &'a SweepConfig, store: &'a Store, ledger: &'a Ledger) -> Shelf<'a> {
        Shelf {
            config,
            store,
            ledger,
            unread: FirstError::default(),
            keys: MemoMap::new(BLOCKS),
            references: MemoMap::new(RECORDS),
            baselines: MemoMap::new(RECORDS),
        }
    }

    /// The daily P&L of a configuration; `None` where the store does not have it, or not over the same sessions.
    pub fn series(&self, configuration: &Configuration) -> Option<Series> {
        let mut sum: Option<Series> = None;
        for &cell in &configuration.cells {
            let own = self.series_of_cell(cell, configuration.arm)?;
            match &mut sum {
                None => sum = Some(own),
                Some(sum) => {
                    if sum.hedged.len() != own.hedged.len() {
                        return None;
                    }
                    add(&mut sum.hedged, &own.hedged);
                    add(&mut sum.unhedged, &own.unhedged);
                    add(&mut sum.random, &own.random);
                }
            }
        }
        let mut sum = sum?;
        let share = 1.0 / configuration.cells.len() as f64;
        sum.hedged
            .iter_mut()
            .chain(&mut sum.unhedged)
            .chain(&mut sum.random)
            .for_each(|day| *day *= share);
        Some(sum)
    }

    /// What [`Shelf::series`] says of condors and hedge, without the rest.
    pub fn hedged(&self, configuration: &Configuration) -> Option<Vec<f64>> {
        let mut sum = self.hedged_of_cell(configuration.cells[0], configuration.arm)?;
        for &cell in &configuration.cells[1..] {
            let own = self.hedged_of_cell(cell, configuration.arm)?;
            if own.len() != sum.len() {
                return None;
            }
            add(&mut sum, &own);
        }
        let share = 1.0 / configuration.cells.len() as f64;
        sum.iter_mut().for_each(|day| *day *= share);
        Some(sum)
    }

    fn hedged_of_cell(&self, cell: usize, arm: usize) -> Option<Vec<f64>> {
        let bytes = self.bytes(cell)?;
        let arms = self.config.base.arms.len() - 1;
        let (reference, gains) = CellResult::gains(&bytes, arm, arms)?;
        let reference = self.reference(&reference)?;
        let sessions = reference.windows.iter().map(Vec::len).sum();
        let mut hedged = Vec::with_capacity(sessions);
        for (window, days) in reference.windows.iter().enumerate() {
            let gains = gains.get(window)?.iter();
            hedged.extend(
                days.iter()
                    .zip(gains)
                    .map(|((_, cents), gain)| (cents + gain) as f64 / 100.0),
            );
        }
        Some(hedged)
    }

    /// The same of a single cell.
    pub fn series_of_cell(&self, cell: usize, arm: usize) -> Option<Series> {
        let result = self.result(cell)?;
        let reference = self.reference(&result.reference)?;
        let arms = self.config.base.arms.len() - 1;
        let mut series = Series::default();
        for (window, days) in reference.windows.iter().enumerate() {
            let outcome = result.outcomes.get(window * arms + arm)?;
            let gains = &outcome.gains;
            if gains.len() != days.len() {
                return None;
            }
            // Cents in integers up to here: a sum of dollars would round.
            let random = series.random.len();
            series
                .random
                .extend(days.iter().map(|(_, cents)| *cents as f64 / 100.0));
            for Bought { baseline, amount } in &outcome.bought {
                let baseline = self.baseline(baseline)?;
                let daily = &baseline.daily;
                // A later start leaves sessions before it on which nothing happens.
                let from = random + days.len().checked_sub(daily.len())?;
                series.random[from..]
                    .iter_mut()
                    .zip(daily)
                    .for_each(|(day, one)| *day += amount * one);
            }
            series
                .unhedged
                .extend(days.iter().map(|(_, cents)| *cents as f64 / 100.0));
            series.hedged.extend(
                days.iter()
                    .zip(gains)
                    .map(|((_, cents), gain)| (cents + gain) as f64 / 100.0),
            );
        }
        Some(series)
    }

    /// Sessions of each window and their dates, by the first cell that has a result.
    pub fn sessions(&self) -> Option<Vec<Vec<NaiveDate>>> {
        let has_result = |key: Result<Option<Key>, StoreError>| self.read(key).flatten().is_some();
        let cell = self.ledger.keys().position(has_result)?;
        let reference = self.reference(&self.result(cell)?.reference)?;
        Some(
            reference
                .windows
                .iter()
                .map(|days| days.iter().map(|(date, _)| *date).collect())
                .collect(),
        )
    }

    fn result(&self, cell: usize) -> Option<CellResult> {
        CellResult::decode(&self.bytes(cell)?)
    }

    /// The result of a cell, as it is stored.
    fn bytes(&self, cell: usize) -> Option<Vec<u8>> {
        let block = cell / BLOCK;
        let keys = self.keys.try_get(&block, || {
            let end = (BLOCK * (block + 1)).min(self.ledger.len());
            let keys = self.ledger.keys_at(BLOCK * block..end);
            self.read(keys).ok_or(())
        });
        let key = keys.ok()?.get(cell % BLOCK).copied().flatten()?;
        self.read(self.store.get(&key)).flatten()
    }

    /// What was read; an error is noted, and is the answer of [`Shelf::check`].
    pub(crate) fn read<T>(&self, found: Result<T, StoreError>) -> Option<T> {
        self.unread.note(found)
    }

    /// Whether everything that is there could be read.
    ///
    /// # Errors
    /// The first that could not.
    pub fn check(&self) -> Result<(), StoreError> {
        self.unread.check()
    }

    fn reference(&self, key: &Key) -> Option<Arc<Reference>> {
        self.kept(&self.references, key, Reference::decode)
    }

    fn baseline(&self, key: &Key) -> Option<Arc<RandomTimingBaseline>> {
        self.kept(&self.baselines, key, RandomTimingBaseline::decode)
    }

    /// A record that many cells rest on.
    fn kept<T>(
        &self,
        all: &MemoMap<Key, T>,
        key: &Key,
        decode: impl Fn(&[u8]) -> Option<T>,
    ) -> Option<Arc<T>> {
        all.try_get(key, || {
            let bytes = self.read(self.store.get(key)).flatten().ok_or(())?;
            decode(&bytes).ok_or(())
        })
        .ok()
    }
}

fn add(sum: &mut [f64], more: &[f64]) {
    sum.iter_mut()
        .zip(more)
        .for_each(|(sum, more)| *sum += more);
}
