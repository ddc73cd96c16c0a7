//! What somebody could have chosen: the cells that differ only by chance or by error, taken together.
//!
//! Nobody chooses the day a run happens to start on, so a configuration's P&L is the mean over its phases. Nobody
//! chooses the model's error or the fills either: a configuration is judged at the run's own, the others are its band.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use crate::store::{Key, Store};
use chrono::NaiveDate;
use market::memo::MemoMap;
use runfile::axis::Role;

use crate::cell::{CellResult, Reference};
use crate::random_timing_baseline::{Bought, RandomTimingBaseline};
use crate::selection::Selection;
use crate::spec::SweepConfig;
use crate::work::Ledger;

/// One configuration over all windows.
#[derive(Clone, Debug, PartialEq)]
pub struct Configuration {
    /// Its first cell, which names it.
    pub cell: usize,
    /// Place of its hedged arm among those of the run.
    pub arm: usize,
    /// Its cells: one for each phase.
    pub cells: Vec<usize>,
}

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
    keys: &'a [Option<Key>],
    references: MemoMap<Key, Reference>,
    baselines: MemoMap<Key, RandomTimingBaseline>,
}

/// Records of a kind kept in memory at a time.
const RECORDS: usize = 256;

/// The configurations of a sweep, worked out from their numbers: four bytes a cell, and four for each arm of one with
/// several phases.
#[derive(Clone, Debug, Default)]
pub struct Configurations {
    /// Cells of one configuration after the other, by the number of the cell.
    cells: Vec<u32>,
    /// Where those of each begin, and the end; empty where each has one cell.
    starts: Vec<u32>,
    arms: usize,
    /// Configurations that lack a cell.
    pub left_out: usize,
}

impl Configurations {
    /// Those among some cells at the error levels `errors` (one per error axis), in the order of their first cells; one with
    /// a cell that has no result is left out and counted. Their cells are places in the ledger: the numbers of the cells where all
    /// are asked about.
    pub fn of(
        config: &SweepConfig,
        cells: &Selection,
        ledger: &Ledger,
        errors: &[u16],
    ) -> Configurations {
        let error_axes = config.of_role(Role::Error);
        let parameters = config.of_role(Role::Parameter);
        let is_asked = |point: &[u16]| {
            let mut levels = error_axes.iter().zip(errors);
            levels.all(|(&axis, &level)| point[axis] == level)
        };
        let arms = config.base.arms.len() - 1;
        let mut found = Configurations {
            arms,
            ..Configurations::default()
        };
        if parameters.len() == config.axes.len() && config.points.is_grid() {
            // Nothing but parameters, each point once: a cell is a configuration.
            let has = |cell: &u32| ledger.keys[*cell as usize].is_some();
            found.cells = (0..cells.len() as u32).filter(has).collect();
            found.left_out = (cells.len() - found.cells.len()) * arms;
            return found;
        }
        let mut groups: BTreeMap<Vec<u16>, Vec<u32>> = BTreeMap::new();
        for place in 0..cells.len() {
            let point = config.points.get(cells.number(place));
            if is_asked(&point) {
                let chosen = parameters.iter().map(|&axis| point[axis]).collect();
                groups.entry(chosen).or_default().push(place as u32);
            }
        }
        let mut lists: Vec<Vec<u32>> = groups.into_values().collect();
        lists.sort_unstable();
        let all = lists.len();
        lists.retain(|cells| {
            cells
                .iter()
                .all(|&cell| ledger.keys[cell as usize].is_some())
        });
        found.left_out = (all - lists.len()) * arms;
        for cells in lists {
            found.starts.push(found.cells.len() as u32);
            found.cells.extend(cells);
        }
        found.starts.push(found.cells.len() as u32);
        found
    }

    /// Number of configurations.
    pub fn len(&self) -> usize {
        let lists = match self.starts.len() {
            0 => self.cells.len(),
            ends => ends - 1,
        };
        lists * self.arms
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The one with a number below [`Configurations::len`].
    ///
    /// # Panics
    /// Beyond the last one.
    pub fn get(&self, number: usize) -> Configuration {
        let list = number / self.arms;
        let arm = number % self.arms;
        let range = match self.starts.is_empty() {
            true => list..list + 1,
            false => self.starts[list] as usize..self.starts[list + 1] as usize,
        };
        let cells: Vec<usize> = self.cells[range]
            .iter()
            .map(|cell| *cell as usize)
            .collect();
        Configuration {
            cell: cells[0],
            arm,
            cells,
        }
    }
}

impl<'a> Shelf<'a> {
    /// Over the cells of a ledger, by their places in it.
    pub fn new(config: &'a SweepConfig, store: &'a Store, ledger: &'a Ledger) -> Shelf<'a> {
        Shelf {
            config,
            store,
            keys: &ledger.keys,
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
        let bytes = self.store.get(self.keys.get(cell)?.as_ref()?).ok()??;
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
        let cell = self.keys.iter().position(Option::is_some)?;
        let reference = self.reference(&self.result(cell)?.reference)?;
        Some(
            reference
                .windows
                .iter()
                .map(|days| days.iter().map(|(date, _)| *date).collect())
                .collect(),
        )
    }

    /// Where each window lies in a [`Series`].
    pub fn ranges(&self) -> Option<Vec<Range<usize>>> {
        let mut end = 0;
        Some(
            self.sessions()?
                .iter()
                .map(|dates| {
                    end += dates.len();
                    end - dates.len()..end
                })
                .collect(),
        )
    }

    fn result(&self, cell: usize) -> Option<CellResult> {
        let bytes = self.store.get(self.keys.get(cell)?.as_ref()?).ok()??;
        CellResult::decode(&bytes)
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
            let bytes = self.store.get(key).ok().flatten().ok_or(())?;
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
