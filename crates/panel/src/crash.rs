//! Named falls of the S&P 500: from peak to trough and to recovery, what each layer of each arm did, and what the
//! year before had cost.
//!
//! A span of the file holds one fall: the deepest one between two closes of the span. Every book on every weekday is
//! replayed from flat, a year before the peak or from the first session of the dataset, to the recovery, or to the end of the
//! dataset. A layer is what the arm with this layer alone gains over the condors alone.

use std::ops::Range;

use chrono::{Days, NaiveDate, Weekday};
use engine::run::{Keep, run};
use market::history::MarketHistory;
use market::price::Money;
use policy::arm::Arm;
use runfile::config::Window;
use study::batch;
use study::inputs::WindowInputs;
use study::phase::Phase;
use sweep::codec::{Reader, Writer};
use sweep::store::{Key, NO_TRIAL, StoreError, key};
use tables::CrashRow;

use crate::numbers::Spread;
use crate::spec::{covers, decisive};
use crate::work::{Computed, StudyError, Workshop, YEAR_BEFORE_DAYS, places};

/// The phases of a fall, in order.
const PHASES: [&str; 3] = ["year_before", "fall", "recovery"];

/// A fall, as sessions of a history.
#[derive(Clone, Debug, PartialEq)]
pub struct Fall {
    /// Name in the tables.
    pub name: String,
    /// First session that is replayed.
    pub start: usize,
    /// Highest close before the fall.
    pub peak: usize,
    /// Lowest close.
    pub trough: usize,
    /// First close at the peak's level or above.
    pub recovery: Option<usize>,
    /// From peak to trough (fraction, negative).
    pub depth: f64,
}

impl Fall {
    /// The deepest fall between two closes of a span; `None` where the closes only rise.
    pub fn of(
        name: &str,
        spot: &dyn Fn(usize) -> f64,
        span: Range<usize>,
        all: usize,
    ) -> Option<Fall> {
        let mut peak = span.start;
        let mut found = None;
        let mut deepest = 0.0;
        for t in span {
            if spot(t) >= spot(peak) {
                peak = t;
            }
            let depth = spot(t) / spot(peak) - 1.0;
            if depth < deepest {
                (deepest, found) = (depth, Some((peak, t)));
            }
        }
        let (peak, trough) = found?;
        Some(Fall {
            name: name.to_string(),
            start: 0,
            peak,
            trough,
            recovery: (trough..all).find(|t| spot(*t) >= spot(peak)),
            depth: deepest,
        })
    }

    /// The last session that is replayed; `all` is the number of sessions.
    fn last(&self, all: usize) -> usize {
        self.recovery.unwrap_or(all - 1)
    }

    /// The sessions that are replayed; `all` is the number of sessions.
    fn range(&self, all: usize) -> Range<usize> {
        self.start..self.last(all) + 1
    }

    /// Sessions of a phase whose P&L counts, from the first replayed one.
    fn phase(&self, phase: usize, all: usize) -> Range<usize> {
        let cuts = [
            self.start,
            self.peak + 1,
            self.trough + 1,
            self.last(all) + 1,
        ];
        cuts[phase] - self.start..cuts[phase + 1] - self.start
    }
}

/// P&L (cents) by phase: of the condors alone, then arm by arm of the whole hedge and of each of its layers alone.
type Sums = Vec<[i64; 3]>;

/// What a study says of named falls.
#[derive(Clone, Debug, Default)]
pub struct Falls {
    /// `crashes.csv`.
    pub rows: Vec<CrashRow>,
    /// Falls that were left out, and why.
    pub left_out: Vec<String>,
    /// Falls in which a series that prices rest on was not always its own published value.
    pub inputs: Vec<WindowInputs>,
}

/// The named falls of a study.
///
/// # Errors
/// Where prices of a fall would rest on series that are missing, the store cannot be used, or it was stopped.
pub fn falls(workshop: &Workshop<'_>, computed: &Computed) -> Result<Falls, StudyError> {
    let history = &computed.history;
    let places = places(workshop.config);
    let mut rows = Vec::new();
    let mut left_out = Vec::new();
    let falls: Vec<Fall> = found(workshop, history, &mut left_out);
    let date = |t: usize| history.view(t).today().date;
    let spans = falls.iter().map(|fall| Window {
        name: fall.name.clone(),
        first: date(fall.start),
        last: date(fall.last(history.len())),
    });
    let inputs = workshop.inputs(&spans.collect::<Vec<_>>())?;
    let todo: Vec<Todo<'_>> = falls
        .iter()
        .map(|fall| Todo::of(workshop, history, fall, &places))
        .collect();
    let work = todo
        .iter()
        .map(|todo| todo.missing * todo.range.len() as u64)
        .sum();
    let all = falls.len() * places.len();
    let phase = Phase::begin("falls", (all, work), workshop.progress);
    for Todo { fall, cells, .. } in &todo {
        let cells = batch::map_until(cells, workshop.stop, |one| {
            cell(workshop, (history, *fall), one, &phase)
        });
        workshop.store.sync()?;
        let cells = cells.map_err(|_| StudyError::Stopped)?;
        let cells = cells
            .into_iter()
            .collect::<Result<Vec<Sums>, StoreError>>()?;
        rows.extend(of_fall(workshop, history, fall, &cells));
    }
    Ok(Falls {
        rows,
        left_out,
        inputs,
    })
}

fn found(
    workshop: &Workshop<'_>,
    history: &MarketHistory,
    left_out: &mut Vec<String>,
) -> Vec<Fall> {
    let date = |t: usize| history.view(t).today().date;
    let dates: Vec<NaiveDate> = (0..history.len()).map(date).collect();
    let spot = |t: usize| history.view(t).today().spot;
    let mut falls = Vec::new();
    for span in &workshop.config.file.crashes {
        if !covers(&dates, span.first, span.last) {
            left_out.push(format!("{}: not inside the dataset", span.name));
            continue;
        }
        let within = history.window(span.first, span.last);
        match Fall::of(&span.name, &spot, within, history.len()) {
            Some(fall) => {
                let before = dates[fall.peak] - Days::new(YEAR_BEFORE_DAYS);
                let start = dates.partition_point(|date| *date < before);
                falls.push(Fall { start, ..fall });
            }
            None => left_out.push(format!("{}: the S&P 500 does not fall", span.name)),
        }
    }
    falls
}

/// The runs of a cell: the unhedged arm, then arm by arm the whole hedge and, where it has several, each layer alone.
fn runs(workshop: &Workshop<'_>, book: usize, weekday: Weekday) -> Vec<(Arm, String)> {
    let config = workshop.config;
    let arms = config.arms(book, weekday);
    let mut all = vec![(arms[0].clone(), String::new())];
    for arm in &arms[1..=config.shown()] {
        all.push((arm.clone(), String::new()));
        if arm.hedge.layers.len() < 2 {
            continue;
        }
        for layer in &arm.hedge.layers {
            let mut hedge = arm.hedge.clone();
            hedge.layers.retain(|own| own.name == layer.name);
            // What a layer brings goes to another one in the arm; alone there is none.
            let sales = hedge.layers.iter_mut().flat_map(|own| &mut own.sell);
            sales.for_each(|sale| sale.into = None);
            all.push((Arm::new(&arm.condors, &hedge), layer.name.clone()));
        }
    }
    all
}

/// A book on a weekday, and what its fall is found by in the store.
type Place = ((usize, Weekday), Key);

/// The cells of a fall.
struct Todo<'a> {
    fall: &'a Fall,
    range: Range<usize>,
    cells: Vec<Place>,
    /// Those of them the store does not know.
    missing: u64,
}

impl<'a> Todo<'a> {
    fn of(
        workshop: &Workshop<'_>,
        history: &MarketHistory,
        fall: &'a Fall,
        places: &[(usize, Weekday)],
    ) -> Todo<'a> {
        let cells: Vec<Place> = places
            .iter()
            .map(|place| (*place, key_of(workshop, history, fall, *place)))
            .collect();
        let missing = cells.iter().filter(|(_, key)| !workshop.store.has(key));
        Todo {
            missing: missing.count() as u64,
            range: fall.range(history.len()),
            cells,
            fall,
        }
    }
}

/// Hash of what decides a cell of a fall.
fn key_of(
    workshop: &Workshop<'_>,
    history: &MarketHistory,
    fall: &Fall,
    (book, weekday): (usize, Weekday),
) -> Key {
    let config = workshop.config;
    let range = fall.range(history.len());
    let condor = config.books[book].on(weekday);
    let mut pieces = decisive(&config.base, &condor, &config.hedges);
    let date = |t: usize| history.view(t).today().date;
    let rest = format!(
        "study fall 2 {} {} {} {} {} {} {} {}",
        date(range.start),
        date(fall.peak),
        date(fall.trough),
        date(range.end - 1),
        config.file.starting_capital_usd,
        config.shown(),
        workshop.dataset_hash,
        engine::RESULTS_VERSION
    );
    pieces.push(rest.into_bytes());
    key(&pieces.iter().map(Vec::as_slice).collect::<Vec<_>>())
}

fn cell(
    workshop: &Workshop<'_>,
    (history, fall): (&MarketHistory, &Fall),
    ((book, weekday), key): &Place,
    phase: &Phase<'_>,
) -> Result<Sums, StoreError> {
    let config = workshop.config;
    let range = fall.range(history.len());
    if let Some(sums) = workshop.store.get(key)?.and_then(|bytes| decode(&bytes)) {
        phase.item(0);
        return Ok(sums);
    }
    let capital = config.capital();
    let mut base: Vec<i64> = Vec::new();
    let mut sums = Sums::new();
    for (arm, _) in runs(workshop, *book, *weekday) {
        let execution = &config.base.execution;
        let run = run(
            history,
            range.clone(),
            &arm,
            execution,
            capital,
            Keep::Curve,
        );
        let daily = sweep::cell::daily_cents(&run.curve, capital, 0);
        let of = |phase: usize| -> i64 {
            let own = fall.phase(phase, history.len());
            let condors = base.get(own.clone()).unwrap_or_default();
            daily[own].iter().sum::<i64>() - condors.iter().sum::<i64>()
        };
        sums.push(std::array::from_fn(of));
        if base.is_empty() {
            base = daily;
        }
    }
    workshop.store.append(key, &NO_TRIAL, &encode(&sums))?;
    phase.item(range.len() as u64);
    Ok(sums)
}

fn encode(sums: &Sums) -> Vec<u8> {
    let mut out = Writer::default();
    out.column(
        sums.iter()
            .flatten()
            .copied()
            .collect::<Vec<_>>()
            .into_iter(),
    );
    out.finish()
}

fn decode(bytes: &[u8]) -> Option<Sums> {
    Some(Reader::new(bytes).column()?.as_chunks::<3>().0.to_vec())
}

fn of_fall(
    workshop: &Workshop<'_>,
    history: &MarketHistory,
    fall: &Fall,
    cells: &[Sums],
) -> Vec<CrashRow> {
    let config = workshop.config;
    let date = |t: usize| history.view(t).today().date;
    let indicative = config.file.indicative_before;
    let capital = config.file.starting_capital_usd;
    let mut rows = Vec::new();
    let all = runs(workshop, 0, config.weekdays()[0]);
    for (at, (arm, layer)) in all.iter().enumerate() {
        for (phase, name) in PHASES.iter().enumerate() {
            let sessions = fall.phase(phase, history.len()).len();
            let spread = Spread::of(
                cells
                    .iter()
                    .map(|cell| (sessions > 0).then(|| Money(cell[at][phase]).usd() / capital)),
            );
            let five = |place: usize| spread.five.map(|five| five[place]);
            rows.push(CrashRow {
                crash: fall.name.clone(),
                indicative: indicative.is_some_and(|day| date(fall.peak) < day),
                peak: date(fall.peak),
                trough: date(fall.trough),
                recovery: fall.recovery.map(date),
                fall: fall.depth,
                arm: arm.name.clone(),
                layer: layer.clone(),
                phase: name.to_string(),
                sessions,
                n: spread.n,
                median: five(2),
                lowest: five(0),
                highest: five(4),
                positive: spread.positive,
            });
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_deepest_fall_of_a_span_by_hand() {
        let closes = [10.0, 12.0, 11.0, 12.0, 9.0, 10.0, 11.0, 12.5, 6.0];
        let spot = |t: usize| closes[t];
        let fall = Fall::of("f", &spot, 0..6, closes.len()).unwrap();
        assert_eq!((fall.peak, fall.trough, fall.recovery), (3, 4, Some(7)));
        assert_eq!(fall.depth, -0.25);
        let phases: Vec<Range<usize>> = (0..3).map(|at| fall.phase(at, closes.len())).collect();
        assert_eq!(phases, [0..4, 4..5, 5..8]);
        assert_eq!(Fall::of("f", &spot, 0..2, closes.len()), None);
        let last = Fall::of("f", &spot, 5..9, closes.len()).unwrap();
        assert_eq!((last.peak, last.trough, last.recovery), (7, 8, None));
        assert_eq!(last.phase(2, closes.len()).len(), 0);
    }
}
