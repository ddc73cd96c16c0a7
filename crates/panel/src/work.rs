//! Replays the cells that are not in the store yet, many at a time.

mod replayed;

use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use chrono::{Days, Weekday};
use market::chain::RawChains;
use market::history::{HistoryError, MarketHistory};
use market::inputs::{MissingInputs, Needs};
use market::observations::Observations;
use runfile::config::Window;
use study::batch;
use study::inputs::{WindowInputs, audit_windows};
use study::markets::market;
use sweep::store::{Key, NO_TRIAL, Store, StoreError, key};
use worlds::check::Defect;
use worlds::source::WorldsError;

use crate::cell::Cell;
use crate::of_worlds::OfWorlds;
use crate::price_band::Bands;
use crate::random_dates::Stocks;
use crate::spec::{StudyConfig, StudyWindow, Windows, decisive};

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
    /// Hears a phase, how many of how many items of it are done, and what part of its work that is, of 1.
    pub progress: &'a (dyn Fn(&'static str, usize, usize, f64) + Sync),
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

/// What the cells of a window share.
struct InWindow<'a> {
    history: &'a MarketHistory,
    range: &'a Range<usize>,
    window: &'a StudyWindow,
    stocks: Stocks,
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
        let done = AtomicUsize::new(0);
        // A cell of four years takes as long as four of one.
        let sessions = AtomicUsize::new(0);
        let work = places.len() * ranges.iter().map(Range::len).sum::<usize>();
        let known = AtomicUsize::new(0);
        let mut cells = Vec::with_capacity(all);
        for (window, range) in windows.all.iter().zip(&ranges) {
            let within = self.in_window(&history, window, range, &places)?;
            let of_window = batch::map_until(&places, self.stop, |(book, weekday)| {
                let cell = self.cell(*book, *weekday, window, within.as_ref(), &known);
                let done = done.fetch_add(1, Ordering::Relaxed) + 1;
                let sessions = sessions.fetch_add(range.len(), Ordering::Relaxed) + range.len();
                (self.progress)("cells", done, all, sessions as f64 / work as f64);
                cell
            });
            self.store.sync()?;
            for cell in of_window.map_err(|_| StudyError::Stopped)? {
                cells.push(cell?);
            }
        }
        let known = known.into_inner();
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
        let (part, done) = (at(index)..at(index + 1), AtomicUsize::new(0));
        for (number, window) in windows.all.iter().enumerate() {
            let begin = number * places.len();
            let clamp = |cell: usize| cell.clamp(begin, begin + places.len()) - begin;
            let wanted = &places[clamp(part.start)..clamp(part.end)];
            if wanted.is_empty() {
                continue;
            }
            let range = history.window(window.first, window.last);
            let within = self.in_window(&history, window, &range, wanted)?;
            let known = AtomicUsize::new(0);
            let cells = batch::map_until(wanted, self.stop, |(book, weekday)| {
                let cell = self.cell(*book, *weekday, window, within.as_ref(), &known);
                let done = done.fetch_add(1, Ordering::Relaxed) + 1;
                let share = done as f64 / part.len() as f64;
                (self.progress)("cells", done, part.len(), share);
                cell.map(drop)
            });
            for cell in cells.map_err(|_| StudyError::Stopped)? {
                cell?;
            }
        }
        let of_worlds = |cell: usize| cell.saturating_sub(of_windows);
        self.some_worlds(of_worlds(part.start)..of_worlds(part.end))?;
        self.store.sync()?;
        Ok(part.len())
    }

    /// What some cells of a window share; nothing where the store knows all of them.
    fn in_window<'a>(
        &self,
        history: &'a MarketHistory,
        window: &'a StudyWindow,
        range: &'a Range<usize>,
        places: &[(usize, Weekday)],
    ) -> Result<Option<InWindow<'a>>, StudyError> {
        let is_known =
            |(book, weekday): &(usize, Weekday)| self.store.has(&self.key(*book, *weekday, window));
        if places.iter().all(is_known) {
            return Ok(None);
        }
        if self.stop.load(Ordering::Relaxed) {
            return Err(StudyError::Stopped);
        }
        let arms = self.config.arms(0, places[0].1);
        let shown = match self.config.file.random_dates.draws {
            0 => &[][..],
            _ => &arms[1..1 + self.config.shown()],
        };
        Ok(Some(InWindow {
            history,
            range,
            window,
            stocks: Stocks::new(history, range, shown, &self.config.base.execution),
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
        book: usize,
        weekday: Weekday,
        window: &StudyWindow,
        within: Option<&InWindow<'_>>,
        known: &AtomicUsize,
    ) -> Result<Cell, StoreError> {
        let key = self.key(book, weekday, window);
        let stored = self.store.get(&key)?.and_then(|bytes| Cell::decode(&bytes));
        if let Some(cell) = stored {
            known.fetch_add(1, Ordering::Relaxed);
            return Ok(cell);
        }
        let within = within.expect("a window with an unknown cell is prepared");
        let cell = self.replay(book, weekday, within);
        self.store.append(&key, &NO_TRIAL, &cell.encode())?;
        Ok(cell)
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
