//! Computes the cells that are not in the store yet, many at a time.
//!
//! Memory does not grow with the number of cells: they are worked on in parts of `PART`, a result goes to the store
//! the moment it is there, at most `HISTORIES` histories are kept, and one that has quoted more than a few hundred
//! templates is put back to its bare state, because quotes and mark paths stay with their history.

mod groups;
mod ledger;
mod shared;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use engine::run::{Keep, Run, run};
use market::chain::RawChains;
use market::history::{HistoryError, MarketHistory};
use market::observations::Observations;
use market::price::Money;
use policy::arm::Arm;
use runfile::config::RunConfig;
use study::markets::market;
use study::summary;
use tables::texts_of;

use crate::cell::{Cell, CellResult, Condors, Drawn, Outcome, daily_cents};
use crate::cell_error::CellError;
use crate::random_timing_baseline::AtRandom;
use crate::selection::Selection;
use crate::spec::SweepConfig;
use crate::store::{Key, Store, StoreError};
use groups::{MarketKey, Piece, Ready, Traded, by_market, pieces};
pub use ledger::{Counts, Ledger};
use shared::{NotShared, SharedWork};

/// Cells prepared at a time.
const PART: usize = 1024;
/// Histories kept at a time; cells that differ in the price model need one each.
const HISTORIES: usize = 4;

/// What a sweep works with.
pub struct Workshop<'a> {
    /// What is swept.
    pub config: &'a SweepConfig,
    /// Observations of the dataset.
    pub observations: &'a Observations,
    /// Its option quotes; empty where no cell reads any.
    pub chains: &'a RawChains,
    /// Its hash.
    pub dataset_hash: &'a str,
    /// Where results are kept.
    pub store: &'a Store,
    /// Raised by an interrupt: the cells in work are finished, no other is begun.
    pub stop: &'a AtomicBool,
    /// Hears how many cells of how many are done.
    pub progress: &'a (dyn Fn(usize, usize) + Sync),
}

struct Market {
    key: MarketKey,
    bare: MarketHistory,
    used: MarketHistory,
    templates: Vec<Traded>,
}

/// Cells that are worked on together.
struct Prepared {
    /// Those that must be computed.
    ready: Vec<Ready>,
    /// Places of cells that are the same configuration as one of these, whose place comes second.
    doubles: Vec<(usize, usize)>,
}

impl Workshop<'_> {
    /// Computes the cells that are not in the store yet; the ledger has them in the same order.
    ///
    /// # Errors
    /// Where the store cannot be read or written. A cell that cannot be computed is no error but a fault.
    pub fn compute(&self, cells: &Selection) -> Result<Ledger, StoreError> {
        let mut ledger = Ledger::new(cells.len(), self.store.folder())?;
        let mut markets: Vec<Market> = Vec::new();
        (self.progress)(0, cells.len());
        let done = AtomicUsize::new(0);
        for start in (0..cells.len()).step_by(PART) {
            let part = start..(start + PART).min(cells.len());
            let Prepared { ready, doubles } = self.prepare(cells, part.clone(), &mut ledger)?;
            done.fetch_add(part.len() - ready.len(), Ordering::Relaxed);
            (self.progress)(done.load(Ordering::Relaxed), cells.len());
            for (key, group) in by_market(ready) {
                let config = group[0].cell.config();
                let market = match self.market(&key, config, &mut markets) {
                    Ok(market) => market,
                    Err(error) => {
                        for ready in &group {
                            ledger.failed(ready.place, "failed", error.to_string())?;
                        }
                        done.fetch_add(group.len(), Ordering::Relaxed);
                        continue;
                    }
                };
                for piece in pieces(&group, &mut market.templates) {
                    if let Piece::Reset = piece {
                        market.used = market.bare.clone();
                        continue;
                    }
                    let Piece::Cells(cells) = piece else { continue };
                    self.run_cells(&group[cells], &market.used, &done, &mut ledger)?;
                }
            }
            for (place, first) in doubles {
                if ledger.is_another(place, first)? {
                    ledger.known -= 1;
                }
            }
            self.store.sync()?;
            if self.stop.load(Ordering::Relaxed) {
                ledger.stopped = true;
                break;
            }
        }
        Ok(ledger)
    }

    /// Cells at some places that must be computed; the others are entered at once.
    fn prepare(
        &self,
        cells: &Selection,
        part: Range<usize>,
        ledger: &mut Ledger,
    ) -> Result<Prepared, StoreError> {
        let places: Vec<usize> = part.collect();
        let cells = study::batch::map(&places, |&place| {
            let (cell, trial) = self.config.cell_and_trial(cells.number(place))?;
            Ok::<Ready, CellError>(Ready {
                place,
                key: Cell::key(&trial, self.dataset_hash),
                arms: cell.arms(self.config.common()),
                cell,
                trial,
            })
        });
        let mut wanted: BTreeMap<Key, usize> = BTreeMap::new();
        let mut ready = Vec::new();
        let mut doubles = Vec::new();
        for (place, cell) in places.into_iter().zip(cells) {
            let cell = match cell {
                Ok(cell) => cell,
                Err(error) => {
                    ledger.failed(place, "invalid", error.to_string())?;
                    continue;
                }
            };
            ledger.found(place, cell.key)?;
            if self.store.has(&cell.key) {
                ledger.known += 1;
            } else if let Some(first) = wanted.get(&cell.key) {
                // Two points may be one configuration: it is run once.
                ledger.known += 1;
                doubles.push((place, *first));
            } else {
                wanted.insert(cell.key, place);
                ready.push(cell);
            }
        }
        Ok(Prepared { ready, doubles })
    }

    fn run_cells(
        &self,
        cells: &[Ready],
        history: &MarketHistory,
        done: &AtomicUsize,
        ledger: &mut Ledger,
    ) -> Result<(), StoreError> {
        let common = SharedWork::default();
        let all = ledger.len();
        let results = study::batch::map(cells, |ready| {
            if self.stop.load(Ordering::Relaxed) {
                return Ok(None);
            }
            let work = std::panic::AssertUnwindSafe(|| self.run_cell(ready, history, &common));
            let result = std::panic::catch_unwind(work);
            let finished = done.fetch_add(1, Ordering::Relaxed) + 1;
            (self.progress)(finished, all);
            result.unwrap_or_else(|_| {
                Ok(Some(
                    "the engine stopped at an assertion, see the message above".into(),
                ))
            })
        });
        for (ready, result) in cells.iter().zip(results) {
            match result? {
                Some(reason) => {
                    ledger.failed(ready.place, "failed", reason)?;
                }
                None if self.stop.load(Ordering::Relaxed) && !self.store.has(&ready.key) => {}
                None => ledger.computed += 1,
            }
        }
        Ok(())
    }

    /// Runs one cell and stores it; a text says why it cannot be.
    fn run_cell(
        &self,
        ready: &Ready,
        history: &MarketHistory,
        common: &SharedWork,
    ) -> Result<Option<String>, StoreError> {
        let cell = &ready.cell;
        let shared = match self.shared(cell, history, &common.unhedged) {
            Ok(shared) => shared,
            Err(NotShared::Store(error)) => return Err(error),
            Err(of_cell) => return Ok(Some(of_cell.to_string())),
        };
        let config = cell.config();
        let capital = Money::from_usd(config.starting_capital_usd);
        let arms = &ready.arms[1..];
        let mut outcomes = Vec::with_capacity(shared.runs.len() * arms.len());
        // The configuration numbers its own draws of random dates: the same on every machine.
        let (seed, _) = ready.trial.split_first_chunk().expect("a hash is long");
        let seed = u64::from_le_bytes(*seed);
        for (window, unhedged) in config.windows.iter().zip(&shared.runs) {
            for arm in arms {
                let arm: &Arm = arm;
                let hedged = run(
                    history,
                    unhedged.range.clone(),
                    arm,
                    &config.execution,
                    capital,
                    Keep::Curve,
                );
                let row = row(&window.name, arm, &unhedged.run, &hedged, capital);
                let mut gains = daily_cents(&hedged.curve, capital, cell.start_sessions);
                gains
                    .iter_mut()
                    .zip(&unhedged.daily)
                    .for_each(|(hedged, unhedged)| *hedged -= unhedged);
                let execution = &config.execution;
                let AtRandom { bought, told } = common.baselines.at_random(
                    history,
                    &unhedged.range,
                    (arm, &hedged, execution),
                    (&unhedged.usd, (seed, outcomes.len() as u64)),
                    self.store,
                )?;
                outcomes.push(Outcome {
                    row,
                    gains,
                    bought,
                    at_random: Drawn {
                        pnl: told.pnl,
                        reduction: told.reduction(unhedged.told),
                    },
                    condors: Condors::of(&unhedged.run, &ready.arms[0]),
                });
            }
        }
        let result = CellResult {
            reference: shared.key,
            outcomes,
        };
        self.store
            .append(&ready.key, &ready.trial, &result.encode())?;
        Ok(None)
    }

    fn market<'m>(
        &self,
        key: &MarketKey,
        config: &RunConfig,
        markets: &'m mut Vec<Market>,
    ) -> Result<&'m mut Market, HistoryError> {
        if let Some(place) = markets.iter().position(|market| market.key == *key) {
            // The one used last stands last; the first goes when there are too many.
            let market = markets.remove(place);
            markets.push(market);
        } else {
            let priced_by = (&key.params, key.horizon_days);
            let built = market(config, self.observations, self.chains, key.span, priced_by);
            let bare = built?;
            if markets.len() >= HISTORIES {
                markets.remove(0);
            }
            markets.push(Market {
                key: key.clone(),
                used: bare.clone(),
                bare,
                templates: Vec::new(),
            });
        }
        Ok(markets.last_mut().expect("one was put there"))
    }
}

/// The row of an arm in the columns of `summary.csv`, without the window's intervals.
fn row(window: &str, arm: &Arm, unhedged: &Run, hedged: &Run, capital: Money) -> Vec<String> {
    let own = summary::own_numbers(hedged, arm, true, capital);
    let found = summary::compared(own, unhedged, hedged, capital);
    let hedge = arm.first_hedge();
    // Cash flows, fees and slippage of every tier agree: the same condors at the same prices.
    let identical =
        unhedged.portfolio.ledgers.before(hedge) == hedged.portfolio.ledgers.before(hedge);
    texts_of(summary::row(window, &arm.name, &found, None, identical))
}
