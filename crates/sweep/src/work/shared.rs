//! The unhedged arm, run once for all cells that share it.

use std::ops::Range;
use std::sync::Arc;

use engine::run::{Keep, Run, run};
use market::history::MarketHistory;
use market::memo::Memo;
use market::price::Money;
use study::arms::arm;

use super::Workshop;
use crate::cell::{Cell, Reference, daily_cents, is_reference};
use crate::random_dates::Told;
use crate::random_timing_baseline::Baselines;
use crate::store::{Key, NO_TRIAL, StoreError};

/// What the cells on one history share.
pub struct SharedWork {
    pub unhedged: Memo<Shared>,
    pub baselines: Baselines,
}

impl Default for SharedWork {
    fn default() -> SharedWork {
        SharedWork {
            unhedged: Memo::new(REFERENCES),
            baselines: Baselines::default(),
        }
    }
}

/// Why a cell has no unhedged arm.
#[derive(Debug, thiserror::Error)]
pub enum NotShared {
    /// Nothing is left of a window for it: a fault of the cell.
    #[error(
        "window {window}: fewer than two sessions are left {start_sessions} sessions after its start"
    )]
    TooShort {
        window: String,
        start_sessions: usize,
    },
    /// The store takes no more: a fault of the sweep.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Unhedged runs kept at a time.
const REFERENCES: usize = 64;

/// The unhedged arm of cells that differ in their hedges only.
pub struct Shared {
    /// The first that asked for it.
    of: Cell,
    /// That without its hedges.
    cell: Cell,
    pub key: Key,
    pub runs: Vec<Unhedged>,
}

/// The unhedged arm over a window.
pub struct Unhedged {
    pub range: Range<usize>,
    pub run: Run,
    pub daily: Vec<i64>,
    /// Daily trading P&L of its own sessions (USD).
    pub usd: Vec<f64>,
    pub told: Told,
}

impl Workshop<'_> {
    /// The unhedged arm of a cell, run once for all cells that share it.
    pub(super) fn shared(
        &self,
        cell: &Cell,
        history: &MarketHistory,
        known: &Memo<Shared>,
    ) -> Result<Arc<Shared>, NotShared> {
        known.try_get(
            |shared| shared.of.is_unhedged_alike(cell) || is_reference(&shared.cell, cell),
            || self.unhedged(cell, history),
        )
    }

    /// Runs the unhedged arm over every window of a cell without hedges, and keeps its record.
    fn unhedged(&self, cell: &Cell, history: &MarketHistory) -> Result<Shared, NotShared> {
        let wanted = cell.reference();
        let config = wanted.config();
        let arm = arm(config, &config.arms[0]);
        let capital = Money::from_usd(config.starting_capital_usd);
        let mut runs = Vec::new();
        let mut windows = Vec::new();
        for window in &config.windows {
            let whole = history.window(window.first, window.last);
            let range = whole.start + wanted.start_sessions..whole.end;
            if range.len() < 2 {
                return Err(NotShared::TooShort {
                    window: window.name.clone(),
                    start_sessions: wanted.start_sessions,
                });
            }
            let run = run(
                history,
                range.clone(),
                &arm,
                &config.execution,
                capital,
                Keep::Curve,
            );
            let dates = whole.map(|t| history.view(t).today().date);
            let daily = daily_cents(&run.curve, capital, wanted.start_sessions);
            windows.push(dates.zip(daily.iter().copied()).collect());
            let own = daily[wanted.start_sessions..].iter();
            let usd: Vec<f64> = own.map(|cents| Money(*cents).usd()).collect();
            runs.push(Unhedged {
                range,
                run,
                daily,
                told: Told::of(&stats::paired::Outcome::without_tail(&usd)),
                usd,
            });
        }
        let key = Cell::key(&wanted.trial(), self.dataset_hash);
        let record = Reference { windows }.encode();
        self.store.append(&key, &NO_TRIAL, &record)?;
        Ok(Shared {
            of: cell.clone(),
            cell: wanted,
            key,
            runs,
        })
    }
}
