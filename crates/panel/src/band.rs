//! How far the error of the price model can move the years whose prices are indicative: their cells once more in worlds drawn
//! from the error of their era ([`market::error_model`]).
//!
//! A world is numbered and drawn from one seed, simulated by one thread, and kept in the store.

use std::ops::Range;

use engine::run::{Keep, run};
use market::history::MarketHistory;
use stats::paired::Outcome;
use study::batch;
use study::phase::Phase;
use study::worlds::errors;
use sweep::cell::daily_cents;
use sweep::codec::{Reader, Writer};
use sweep::store::{Key, NO_TRIAL, key};

use crate::cell::usd;
use crate::numbers::{Number, median};
use crate::price_band::Bands;
use crate::spec::{StudyWindow, decisive};
use crate::work::{StudyError, Workshop, places};

/// A year of indicative prices: its place among the windows, and its sessions.
type Year<'a> = (usize, &'a StudyWindow, Range<usize>);

impl Workshop<'_> {
    /// The bands of all indicative years.
    ///
    /// # Errors
    /// Where the store cannot be used, or it was stopped.
    pub(crate) fn bands(
        &self,
        history: &MarketHistory,
        windows: &[StudyWindow],
        ranges: &[Range<usize>],
    ) -> Result<Bands, StudyError> {
        let years: Vec<Year<'_>> = windows
            .iter()
            .zip(ranges)
            .enumerate()
            .filter(|(_, (window, _))| window.indicative && window.year.is_some())
            .map(|(place, (window, range))| (place, window, range.clone()))
            .collect();
        let wanted = match years.is_empty() {
            true => 0,
            false => self.config.file.price_band.worlds as u64,
        };
        let numbers: Vec<u64> = (0..wanted).collect();
        let keys = numbers
            .iter()
            .map(|number| (*number, self.key_of_world(&years, *number)))
            .collect::<Vec<_>>();
        let missing = keys.iter().filter(|(_, key)| !self.store.has(key));
        let work = missing.count() * places(self.config).len() * sessions(&years);
        let items = (numbers.len(), work as u64);
        let phase = Phase::begin("worlds of the price error", items, self.progress);
        let worlds = batch::map_until(&keys, self.stop, |world| {
            self.world(history, &years, world, &phase)
        });
        self.store.sync()?;
        let worlds = worlds.map_err(|_| StudyError::Stopped)?;
        Ok(Bands {
            windows: years.iter().map(|year| year.0).collect(),
            worlds: worlds.into_iter().collect::<Result<_, _>>()?,
            arms: self.config.shown(),
            level: self.config.file.inference.level,
        })
    }

    /// One world, from the store if that knows it.
    fn world(
        &self,
        history: &MarketHistory,
        years: &[Year<'_>],
        (number, key): &(u64, Key),
        phase: &Phase<'_>,
    ) -> Result<Vec<Option<f64>>, StudyError> {
        let cells = years.len() * self.config.shown() * Number::ALL.len();
        let stored = self.store.get(key)?;
        if let Some(found) = stored.and_then(|bytes| decode(&bytes, cells)) {
            phase.item(0);
            return Ok(found);
        }
        let params = self.config.base.model_params();
        let seed = self.config.file.price_band.seed;
        let off = history.with_errors(&errors(history, &params, seed, *number));
        let values: Vec<Option<f64>> = years
            .iter()
            .flat_map(|(_, _, range)| self.medians(&off, range, phase))
            .collect();
        self.store.append(key, &NO_TRIAL, &encode(&values))?;
        phase.item(0);
        Ok(values)
    }

    /// Arm by arm and number by number, the median over books and weekdays in one window of one world.
    fn medians(
        &self,
        history: &MarketHistory,
        range: &Range<usize>,
        phase: &Phase<'_>,
    ) -> Vec<Option<f64>> {
        let (config, capital) = (self.config, self.config.capital());
        let told = |(book, weekday): &(usize, chrono::Weekday)| -> Vec<Outcome> {
            let arms = config.arms(*book, *weekday);
            let shown = arms.iter().take(1 + config.shown());
            let outcome = |arm| {
                let execution = &config.base.execution;
                let run = run(history, range.clone(), arm, execution, capital, Keep::Curve);
                Outcome::of(&usd(&daily_cents(&run.curve, capital, 0)))
            };
            let told = shown.map(outcome).collect();
            phase.work(range.len() as u64);
            told
        };
        let cells: Vec<Vec<Outcome>> = places(config).iter().map(told).collect();
        let usd_of_capital = config.file.starting_capital_usd;
        let of_arm = |arm: usize| {
            let cells = &cells;
            Number::ALL.into_iter().map(move |number| {
                median(
                    cells
                        .iter()
                        .map(|cell| number.of(&cell[0], &cell[arm + 1], usd_of_capital)),
                )
            })
        };
        (0..config.shown()).flat_map(of_arm).collect()
    }

    /// Hash of what decides a world.
    fn key_of_world(&self, years: &[Year<'_>], number: u64) -> Key {
        let config = self.config;
        let mut pieces: Vec<Vec<u8>> = Vec::new();
        for (book, weekday) in places(config) {
            let condor = config.books[book].on(weekday);
            pieces.extend(decisive(&config.base, &condor, &config.hedges));
        }
        let spans: Vec<String> = years
            .iter()
            .map(|(_, window, _)| format!("{} {}", window.first, window.last))
            .collect();
        let rest = format!(
            "study world 1 {spans:?} {} {} {} {number} {} {}",
            config.file.starting_capital_usd,
            config.file.price_band.seed,
            config.shown(),
            self.dataset_hash,
            engine::RESULTS_VERSION
        );
        pieces.push(rest.into_bytes());
        key(&pieces.iter().map(Vec::as_slice).collect::<Vec<_>>())
    }
}

/// Of all years together.
fn sessions(years: &[Year<'_>]) -> usize {
    years.iter().map(|(_, _, range)| range.len()).sum()
}

/// Values as bits; what is undefined is no number.
fn encode(values: &[Option<f64>]) -> Vec<u8> {
    let mut out = Writer::default();
    out.column(
        values
            .iter()
            .map(|value| value.unwrap_or(f64::NAN).to_bits() as i64),
    );
    out.finish()
}

/// The values of a record; `None` where the bytes are not of so many.
fn decode(bytes: &[u8], cells: usize) -> Option<Vec<Option<f64>>> {
    let column = Reader::new(bytes).column()?;
    let value = |bits: i64| Some(f64::from_bits(bits as u64)).filter(|value| !value.is_nan());
    (column.len() == cells).then(|| column.into_iter().map(value).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_band_is_the_middle_of_the_worlds_and_none_where_one_has_no_number() {
        let numbers = Number::ALL.len();
        let world = |first: Option<f64>| {
            let mut values = vec![Some(0.0); 2 * numbers];
            values[numbers] = first;
            values
        };
        let mut bands = Bands {
            windows: vec![3],
            worlds: (0..21).map(|n| world(Some(f64::from(n)))).collect(),
            arms: 2,
            level: 0.9,
        };
        let (lo, hi) = bands.of(3, 1, 0).expect("a number in every world");
        assert!(
            (lo - 1.0).abs() < 1e-9 && (hi - 19.0).abs() < 1e-9,
            "{lo} {hi}"
        );
        assert_eq!(bands.of(3, 0, 0), Some((0.0, 0.0)));
        assert_eq!(bands.of(2, 1, 0), None, "a year that is not indicative");
        bands.worlds[4] = world(None);
        assert_eq!(bands.of(3, 1, 0), None);
    }

    #[test]
    fn a_record_keeps_what_is_undefined_and_no_other_length() {
        let values = [Some(-0.25), None, Some(0.0)];
        let bytes = encode(&values);
        assert_eq!(decode(&bytes, 3), Some(values.to_vec()));
        assert_eq!(decode(&bytes, 2), None);
    }
}
