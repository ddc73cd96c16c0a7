//! Replays the cells that are not in the store yet, many at a time.

mod cells;
mod cost;
mod replayed;

use std::ops::Range;
use std::sync::atomic::AtomicBool;

use chrono::{Days, Weekday};
use market::chain::RawChains;
use market::history::{HistoryError, MarketHistory};
use market::inputs::{MissingInputs, Needs};
use market::observations::Observations;
use runfile::config::Window;
use study::inputs::{WindowInputs, audit_windows};
use study::markets::market;
use study::phase::Hearer;
use sweep::store::{Store, StoreError};
use worlds::check::Defect;
use worlds::source::WorldsError;

use crate::cell::Cell;
use crate::of_worlds::OfWorlds;
use crate::price_band::Bands;
use crate::spec::{StudyConfig, StudyWindow, Windows};

/// Days before the peak of a fall that are replayed with it.
pub(crate) const YEAR_BEFORE_DAYS: u64 = 365;

/// Why a study came to no result.
#[derive(Debug, thiserror::Error)]
pub enum StudyError {
    /// It was asked to stop; what was computed is in the store.
    #[error("stopped before the end")]
    Stopped,
    /// The dataset cannot be priced.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// Prices would rest on series that are missing.
    #[error(transparent)]
    Inputs(#[from] MissingInputs),
    /// The store takes no more.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No worlds can be made of the dataset.
    #[error("windows: {0}")]
    Worlds(#[from] WorldsError),
    /// A world that no market could have been: a mistake of this program.
    #[error("world {number} of seed {seed}: {defect}; please report it")]
    Defect {
        /// Number of the world.
        number: u64,
        /// Seed of the worlds.
        seed: u64,
        /// What is wrong with it.
        defect: Defect,
    },
    /// The dataset has fewer whole years than a world.
    #[error(
        "windows.years is {wanted}; the dataset holds no {wanted} whole calendar years in a row"
    )]
    TooFewYears {
        /// Years of a world.
        wanted: usize,
    },
    /// The books are those of a log, and the market allows none of its trades.
    #[error(transparent)]
    NoTrade(#[from] study::logged::NoTrade),
    /// Nothing is left to replay.
    #[error("no window of the study lies inside the dataset: {0}")]
    NoWindow(String),
}

/// What a study works with.
pub struct Workshop<'a> {
    /// What is asked.
    pub config: &'a StudyConfig,
    /// Observations of the dataset.
    pub observations: &'a Observations,
    /// Its hash.
    pub dataset_hash: &'a str,
    /// Where cells are kept.
    pub store: &'a Store,
    /// Raised by an interrupt: the cells in work are finished, no other is begun.
    pub stop: &'a AtomicBool,
    /// Hears how far it is.
    pub progress: Hearer<'a>,
}

/// All cells of a study.
pub struct Computed {
    /// The market they were replayed on.
    pub history: MarketHistory,
    /// Windows in which a series that prices rest on was not always its own published value.
    pub inputs: Vec<WindowInputs>,
    /// The windows.
    pub windows: Windows,
    /// Their sessions in the history.
    pub ranges: Vec<Range<usize>>,
    /// Window by window, in each book by book, weekday by weekday.
    pub cells: Vec<Cell>,
    /// How far the error of the price model can move the years whose prices are indicative.
    pub bands: Bands,
    /// Alternative histories, where the study draws some.
    pub worlds: Option<OfWorlds>,
    /// Cells that were in the store.
    pub known: usize,
    /// Cells replayed now.
    pub computed: usize,
}

impl Computed {
    /// The cells of a window, book by book, weekday by weekday.
    pub fn of_window(&self, window: usize) -> &[Cell] {
        let each = self.cells.len() / self.ranges.len().max(1);
        &self.cells[window * each..(window + 1) * each]
    }

    /// Places of the windows that are calendar years: the sample.
    pub fn years(&self) -> Vec<usize> {
        let all = self.windows.all.iter().enumerate();
        all.filter(|(_, window)| window.year.is_some())
            .map(|(place, _)| place)
            .collect()
    }
}

/// Books and weekdays, in the order of the cells of a window.
pub fn places(config: &StudyConfig) -> Vec<(usize, Weekday)> {
    (0..config.books.len())
        .flat_map(|book| config.weekdays().iter().map(move |day| (book, *day)))
        .collect()
}

impl Workshop<'_> {
    /// How the series that prices rest on stood in each of these spans.
    pub(crate) fn inputs(&self, windows: &[Window]) -> Result<Vec<WindowInputs>, MissingInputs> {
        let weekday = self.config.weekdays()[0];
        let arms = (0..self.config.books.len()).flat_map(|book| self.config.arms(book, weekday));
        let needs = arms
            .map(|arm| arm.inputs())
            .fold(Needs::default(), Needs::or);
        let none = RawChains::new();
        audit_windows(&self.config.base, windows, &needs, self.observations, &none)
    }

    /// All cells: from the store those it knows, replayed the others.
    ///
    /// # Errors
    /// Where the dataset cannot be priced, the store cannot be used, nothing is left to replay, or it was stopped.
    pub fn compute(&self) -> Result<Computed, StudyError> {
        let windows = self.config.windows(&self.observations.sessions);
        let history = market_of_windows(self.config, self.observations, &windows)?;
        let inputs = self.inputs(&spans(&windows))?;
        let ranges: Vec<Range<usize>> = windows
            .all
            .iter()
            .map(|window| history.window(window.first, window.last))
            .collect();
        let places = places(self.config);
        let all = places.len() * ranges.len();
        let todo = self.todo((&windows, &ranges), &places, 0..all);
        let known = all - todo.iter().map(|todo| todo.missing).sum::<usize>();
        let cells = self.cells(&history, &todo, |cell| cell)?;
        let bands = self.bands(&history, &windows.all, &ranges)?;
        let worlds = self.worlds()?;
        let of_worlds = worlds.as_ref().map_or(0, |worlds| worlds.cells.len());
        let known = known + worlds.as_ref().map_or(0, |worlds| worlds.known);
        Ok(Computed {
            bands,
            worlds,
            history,
            inputs,
            windows,
            ranges,
            cells,
            known,
            computed: all + of_worlds - known,
        })
    }

    /// Replays those of the cells of part `index` of `of` that are not in the store; how many cells the part has. The
    /// cells of all windows are numbered window by window, worlds after them; parts differ by one cell at most.
    ///
    /// # Errors
    /// As [`Workshop::compute`].
    pub fn compute_part(&self, index: usize, of: usize) -> Result<usize, StudyError> {
        let windows = self.config.windows(&self.observations.sessions);
        let history = market_of_windows(self.config, self.observations, &windows)?;
        self.inputs(&spans(&windows))?;
        let places = places(self.config);
        let of_windows = places.len() * windows.all.len();
        let all = of_windows
            + self
                .config
                .file
                .windows
                .worlds()
                .map_or(0, |spec| spec.worlds);
        let at = |index: usize| (all as u128 * index as u128 / of as u128) as usize;
        let part = at(index)..at(index + 1);
        let range_of = |window: &StudyWindow| history.window(window.first, window.last);
        let ranges: Vec<Range<usize>> = windows.all.iter().map(range_of).collect();
        self.cells(
            &history,
            &self.todo((&windows, &ranges), &places, part.clone()),
            drop,
        )?;
        let of_worlds = |cell: usize| cell.saturating_sub(of_windows);
        self.some_worlds(of_worlds(part.start)..of_worlds(part.end))?;
        self.store.sync()?;
        Ok(part.len())
    }
}

/// The market all windows and falls of a study lie in, to the end of the dataset: falls recover late.
pub(crate) fn market_of_windows(
    config: &StudyConfig,
    observations: &Observations,
    windows: &Windows,
) -> Result<MarketHistory, StudyError> {
    let sessions = &observations.sessions;
    let crashes = config.file.crashes.iter();
    let first = windows
        .all
        .iter()
        .map(|window| window.first)
        .chain(crashes.map(|crash| crash.first - Days::new(YEAR_BEFORE_DAYS)))
        .min();
    let first = first.and_then(|day| sessions.iter().find(|session| **session >= day));
    let (Some(first), Some(last)) = (first, sessions.last()) else {
        return Err(StudyError::NoWindow(windows.left_out.join("; ")));
    };
    let base = &config.base;
    let priced_by = (&base.model_params(), config.horizon_days());
    let none = RawChains::new();
    let history = market(base, observations, &none, (*first, *last), priced_by)?;
    Ok(history)
}

/// The windows of a study as those of a run.
pub(crate) fn spans(windows: &Windows) -> Vec<Window> {
    let span = |window: &StudyWindow| Window {
        name: window.name.clone(),
        first: window.first,
        last: window.last,
    };
    windows.all.iter().map(span).collect()
}
