//! The cells of windows: from the store those it knows, replayed the others.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::atomic::Ordering;

use chrono::Weekday;
use market::history::MarketHistory;
use study::batch;
use sweep::store::{Key, NO_TRIAL, StoreError, key};

use super::cost::Cost;
use super::{StudyError, Workshop};
use study::phase::Phase;

use crate::cell::Cell;
use crate::random_dates::Stocks;
use crate::spec::{StudyWindow, Windows, decisive};

/// A book on a weekday.
type Place = (usize, Weekday);

/// Cells of one window that are asked for.
pub(super) struct Todo<'a> {
    window: &'a StudyWindow,
    range: &'a Range<usize>,
    /// Each with what it is found by.
    cells: Vec<(Place, Key)>,
    /// Those of them the store does not know. A cell that stands in two places is computed once.
    pub missing: usize,
    cost: Cost,
}

/// What the cells of a window share.
pub(super) struct InWindow<'a> {
    pub history: &'a MarketHistory,
    pub range: &'a Range<usize>,
    pub window: &'a StudyWindow,
    pub stocks: Stocks,
    pub cost: &'a Cost,
}

impl Workshop<'_> {
    /// Some of the cells, which are numbered window by window, in each in the order of its places.
    pub(super) fn todo<'a>(
        &self,
        (windows, ranges): (&'a Windows, &'a [Range<usize>]),
        places: &'a [Place],
        part: Range<usize>,
    ) -> Vec<Todo<'a>> {
        let windows = windows.all.iter().zip(ranges).enumerate();
        let mut wanted = BTreeSet::new();
        let of_window =
            |(number, (window, range)): (usize, (&'a StudyWindow, &'a Range<usize>))| {
                let begin = number * places.len();
                let clamp = |cell: usize| cell.clamp(begin, begin + places.len()) - begin;
                let places = &places[clamp(part.start)..clamp(part.end)];
                let (book, weekday) = *places.first()?;
                let arms = self.config.arms(book, weekday);
                let cells: Vec<(Place, Key)> = places
                    .iter()
                    .map(|(book, weekday)| ((*book, *weekday), self.key(*book, *weekday, window)))
                    .collect();
                let is_missing =
                    |(_, key): &&(Place, Key)| !self.store.has(key) && wanted.insert(*key);
                Some(Todo {
                    missing: cells.iter().filter(is_missing).count(),
                    cost: Cost::of(self.config, window, range, &arms),
                    window,
                    range,
                    cells,
                })
            };
        windows.filter_map(of_window).collect()
    }

    /// All of them, in order, each as what is kept of it.
    pub(super) fn cells<T: Send>(
        &self,
        history: &MarketHistory,
        todo: &[Todo<'_>],
        keep: impl Fn(Cell) -> T + Sync,
    ) -> Result<Vec<T>, StudyError> {
        let all = todo.iter().map(|todo| todo.cells.len()).sum();
        let work = todo
            .iter()
            .map(|todo| todo.missing as u64 * todo.cost.whole())
            .sum();
        let phase = Phase::begin("cells", (all, work), self.progress);
        let mut cells = Vec::with_capacity(all);
        for todo in todo {
            let within = self.in_window(history, todo)?;
            let of_window = batch::map_until(&todo.cells, self.stop, |cell| {
                self.cell(cell, within.as_ref(), &phase).map(&keep)
            });
            self.store.sync()?;
            for cell in of_window.map_err(|_| StudyError::Stopped)? {
                cells.push(cell?);
            }
        }
        Ok(cells)
    }

    /// What the cells of a window share; nothing where the store knows all of them.
    fn in_window<'a>(
        &self,
        history: &'a MarketHistory,
        todo: &'a Todo<'_>,
    ) -> Result<Option<InWindow<'a>>, StudyError> {
        if todo.missing == 0 {
            return Ok(None);
        }
        if self.stop.load(Ordering::Relaxed) {
            return Err(StudyError::Stopped);
        }
        let arms = self.config.arms(0, self.config.weekdays()[0]);
        let shown = match self.config.file.random_dates.draws {
            0 => &[][..],
            _ => &arms[1..1 + self.config.shown()],
        };
        let execution = &self.config.base.execution;
        Ok(Some(InWindow {
            history,
            range: todo.range,
            window: todo.window,
            stocks: Stocks::new(history, todo.range, shown, execution),
            cost: &todo.cost,
        }))
    }

    /// Hash of what decides a cell.
    fn key(&self, book: usize, weekday: Weekday, window: &StudyWindow) -> Key {
        let config = self.config;
        let condor = config.books[book].on(weekday);
        let mut pieces = decisive(&config.base, &condor, &config.hedges);
        let file = &config.file;
        // Every field that decides a cell stands here; the first piece is the layout of the record.
        let rest = format!(
            "study cell 3 {} {} {} {} {:?} {:?} {:?} {} {:?} {} {}",
            window.first,
            window.last,
            window.year.is_some(),
            file.starting_capital_usd,
            file.inference,
            file.random_dates,
            file.frontier,
            config.shown(),
            config.told_of_purchases(),
            self.dataset_hash,
            engine::RESULTS_VERSION
        );
        pieces.push(rest.into_bytes());
        key(&pieces.iter().map(Vec::as_slice).collect::<Vec<_>>())
    }

    fn cell(
        &self,
        ((book, weekday), key): &(Place, Key),
        within: Option<&InWindow<'_>>,
        phase: &Phase<'_>,
    ) -> Result<Cell, StoreError> {
        let stored = self.store.get(key)?.and_then(|bytes| Cell::decode(&bytes));
        if let Some(cell) = stored {
            phase.item(0);
            return Ok(cell);
        }
        let within = within.expect("a window with an unknown cell is prepared");
        let cell = self.replay(*book, *weekday, within, phase);
        self.store.append(key, &NO_TRIAL, &cell.encode())?;
        phase.item(within.cost.intervals);
        Ok(cell)
    }
}
