//! Alternative histories of a study: worlds made from the dataset, in which every option is priced and every policy decides
//! again (docs/worlds.md).
//!
//! A world is numbered and drawn from one seed, simulated by one thread, and kept in the store: the same bytes for any
//! number of threads and parts. Beside the worlds the spans of the dataset that are as long are told the same way.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

use engine::run::{Keep, Run, run};
use market::chain::RawChains;
use market::history::MarketHistory;
use market::observations::Observations;
use runfile::config::Window;
use runfile::study_worlds::WorldsSpec;
use stats::paired::Outcome;
use study::batch;
use study::markets::market;
use study::phase::Phase;
use sweep::cell::daily_cents;
use sweep::random_dates::Told;
use sweep::store::{Key, NO_TRIAL, key};
use worlds::check::check;
use worlds::classes::Classes;
use worlds::fair::{self, Fair};
use worlds::plan::Plan;
use worlds::realism;
use worlds::source::Source;
use worlds::stress::Stress;
use worlds::world::Worlds;

use crate::cell::usd;
use crate::of_worlds::OfWorlds;
use crate::spec::{StudyWindow, decisive};
use crate::work::{StudyError, Workshop, places};
use crate::world_cell::{MONTH, WorldArm, WorldCell, WorldPlace};

/// Worlds between two times the store is made safe.
const BATCH: usize = 64;
/// What a world and its market cost, in replays of an arm.
const MARKET: u64 = 6;

/// What all worlds of a study share.
struct Ground<'a> {
    worlds: Worlds<'a>,
    spans: Vec<StudyWindow>,
    /// Hash of what decides every world besides its number.
    root: Key,
    /// The first of them keep their days, for the control.
    control_worlds: u64,
    /// Where their market stands on each.
    classes: Classes,
    /// Whether these are replayed at fair prices too.
    has_fair_prices: bool,
}

impl Ground<'_> {
    /// What a world is found by in the store. A fair price depends on all worlds of the control.
    fn key(&self, number: u64) -> Key {
        let is_control = number < self.control_worlds;
        let number = number.to_le_bytes();
        let priced_in = self.control_worlds.to_le_bytes();
        let mut pieces: Vec<&[u8]> = vec![&self.root, &number];
        pieces.push(if is_control { &[1] } else { &[0] });
        if is_control && self.has_fair_prices {
            pieces.push(&priced_in);
        }
        key(&pieces)
    }
}

impl Workshop<'_> {
    /// All worlds; none where the study draws none.
    ///
    /// # Errors
    /// Where no worlds can be made of the dataset, the store cannot be used, or it was stopped.
    pub(crate) fn worlds(&self) -> Result<Option<OfWorlds>, StudyError> {
        let Some(spec) = self.config.file.windows.worlds() else {
            return Ok(None);
        };
        let ground = self.ground(spec)?;
        let (cells, known) = self.all_of(&ground, 0..spec.worlds)?;
        let source = &ground.worlds.source;
        let sessions = &self.observations.sessions;
        let drawn = (sessions[source.span.start], sessions[source.span.end - 1]);
        let all = Window {
            name: "worlds".to_string(),
            first: drawn.0,
            last: drawn.1,
        };
        let inputs = self.inputs(&[all])?;
        let own = &ground.spans[ground.spans.len() - 1];
        Ok(Some(OfWorlds {
            spec: spec.clone(),
            stresses: ground.worlds.plan.stresses.clone(),
            span: (own.first, own.last, ground.worlds.window().len()),
            drawn_from: (drawn.0, drawn.1, source.span.len()),
            real: self.real(&ground)?,
            cells,
            inputs,
            known,
        }))
    }

    /// Puts some worlds in the store.
    ///
    /// # Errors
    /// As [`Workshop::worlds`].
    pub(crate) fn some_worlds(&self, wanted: Range<usize>) -> Result<(), StudyError> {
        match self.config.file.windows.worlds() {
            Some(spec) if !wanted.is_empty() => {
                let ground = self.ground(spec)?;
                self.all_of(&ground, wanted).map(drop)
            }
            _ => Ok(()),
        }
    }

    fn ground(&self, spec: &WorldsSpec) -> Result<Ground<'_>, StudyError> {
        let spans = self.config.real_spans(&self.observations.sessions);
        let Some(own) = spans.last() else {
            return Err(StudyError::TooFewYears { wanted: spec.years });
        };
        let source = Source::new(self.observations)?;
        let stresses = match spec.stresses.as_slice() {
            [] => Stress::ALL
                .into_iter()
                .filter(|stress| stress.steps(&source).is_ok())
                .collect(),
            named => named
                .iter()
                .filter_map(|name| Stress::named(name))
                .collect(),
        };
        let plan = Plan {
            seed: spec.seed,
            mean_block_sessions: spec.mean_block_sessions,
            neighbours: spec.neighbours,
            stress: spec.stress,
            stresses,
        };
        Ok(Ground {
            root: self.root(spec, &plan),
            control_worlds: spec.control_worlds as u64,
            has_fair_prices: spec.fair_prices,
            classes: Classes::of(&source),
            worlds: Worlds::new(self.observations, (own.first, own.last), plan)?,
            spans,
        })
    }

    /// Hash of what decides every world besides its number: nothing that says how many there are.
    fn root(&self, spec: &WorldsSpec, plan: &Plan) -> Key {
        let config = self.config;
        let mut pieces = Vec::new();
        for (book, weekday) in places(config) {
            let condor = config.books[book].on(weekday);
            pieces.extend(decisive(&config.base, &condor, &config.hedges));
        }
        // The first words are the layout of the record.
        let rest = format!(
            "study world 3 {plan:?} {} {} {} {}",
            spec.years,
            config.file.starting_capital_usd,
            self.dataset_hash,
            engine::RESULTS_VERSION
        );
        pieces.push(rest.into_bytes());
        key(&pieces.iter().map(Vec::as_slice).collect::<Vec<_>>())
    }

    /// Worlds in order, and how many of them the store knew.
    fn all_of(
        &self,
        ground: &Ground<'_>,
        wanted: Range<usize>,
    ) -> Result<(Vec<WorldCell>, usize), StudyError> {
        let numbers: Vec<u64> = wanted.map(|number| number as u64).collect();
        let known = AtomicUsize::new(0);
        let mut cells = Vec::with_capacity(numbers.len());
        let fair = self.fair(ground, &numbers)?;
        let work = numbers.iter().map(|number| self.cost(ground, *number));
        let items = (numbers.len(), work.sum());
        let phase = Phase::begin("worlds", items, self.progress);
        for batch in numbers.chunks(BATCH) {
            let of_batch = batch::map_until(batch, self.stop, |number| {
                self.alternative((ground, fair.as_ref()), *number, (&known, &phase))
            });
            self.store.sync()?;
            for cell in of_batch.map_err(|_| StudyError::Stopped)? {
                cells.push(cell?);
            }
        }
        Ok((cells, known.into_inner()))
    }

    fn alternative(
        &self,
        (ground, fair): (&Ground<'_>, Option<&Fair>),
        number: u64,
        (known, phase): (&AtomicUsize, &Phase<'_>),
    ) -> Result<WorldCell, StudyError> {
        let is_control = number < ground.control_worlds;
        let key = ground.key(number);
        let stored = self.store.get(&key)?;
        if let Some(cell) = stored.and_then(|bytes| WorldCell::decode(&bytes)) {
            known.fetch_add(1, Ordering::Relaxed);
            phase.item(0);
            return Ok(cell);
        }
        let world = ground.worlds.world(number);
        check(&world.observations).map_err(|defect| StudyError::Defect {
            number,
            seed: ground.worlds.plan.seed,
            defect,
        })?;
        let history = self.market_of(&world.observations, &ground.spans[ground.spans.len() - 1])?;
        let window = ground.worlds.window();
        let classes = match is_control {
            true => ground.classes.before(&world.observations, window),
            false => Vec::new(),
        };
        let cell = WorldCell {
            classes,
            forced: world.forced(),
            mended: world.mended as u64,
            market: realism::measures(&world.observations, ground.worlds.window()),
            places: self.places_of(&history, is_control, Some(phase)),
            fair: match fair.filter(|_| is_control) {
                Some(fair) => self.fair_places(history, (ground, fair), number, phase),
                None => Vec::new(),
            },
        };
        self.store.append(&key, &NO_TRIAL, &cell.encode())?;
        phase.item(MARKET);
        Ok(cell)
    }

    /// What a world costs, in replays of an arm; nothing where the store knows it.
    fn cost(&self, ground: &Ground<'_>, number: u64) -> u64 {
        if self.store.has(&ground.key(number)) {
            return 0;
        }
        let has_both = ground.has_fair_prices && number < ground.control_worlds;
        let replays = places(self.config).len() * (1 + self.config.shown());
        MARKET + replays as u64 * if has_both { 2 } else { 1 }
    }

    /// What VIX settles at in the worlds of the control; nothing where no wanted world needs to be replayed at it.
    fn fair(&self, ground: &Ground<'_>, wanted: &[u64]) -> Result<Option<Fair>, StudyError> {
        let is_missing =
            |number: &u64| *number < ground.control_worlds && !self.store.has(&ground.key(*number));
        if !ground.has_fair_prices || !wanted.iter().any(is_missing) {
            return Ok(None);
        }
        let numbers: Vec<u64> = (0..ground.control_worlds).collect();
        let horizons: Vec<usize> = (1..=fair::LONGEST).collect();
        let items = numbers.len() + horizons.len();
        let phase = Phase::begin("fair prices", (items, items as u64), self.progress);
        let paths = batch::map_until(&numbers, self.stop, |number| {
            let path = ground.worlds.path(*number);
            phase.item(1);
            path
        });
        let paths = paths.map_err(|_| StudyError::Stopped)?;
        let laws = batch::map_until(&horizons, self.stop, |ahead| {
            let laws = fair::laws(&paths, *ahead);
            phase.item(1);
            laws
        });
        Ok(Some(Fair::new(laws.map_err(|_| StudyError::Stopped)?)))
    }

    /// Every book on every weekday under every arm of a world, at fair prices of what pays by VIX.
    fn fair_places(
        &self,
        history: MarketHistory,
        (ground, fair): (&Ground<'_>, &Fair),
        number: u64,
        phase: &Phase<'_>,
    ) -> Vec<WorldPlace> {
        let path = ground.worlds.path(number);
        let dates: Vec<_> = (0..history.len())
            .map(|t| history.view(t).today().date)
            .collect();
        let history =
            history.with_expected_vix(|t, expiry| fair.expected(&path, t, dates[t], expiry));
        self.places_of(&history, true, Some(phase))
    }

    /// The spans of the dataset that are as long as a world, told the same way.
    fn real(&self, ground: &Ground<'_>) -> Result<Vec<(StudyWindow, WorldCell)>, StudyError> {
        let told = |span: &StudyWindow| -> Result<(StudyWindow, WorldCell), StudyError> {
            let history = self.market_of(self.observations, span)?;
            let sessions = &self.observations.sessions;
            let first = sessions.partition_point(|date| *date < span.first);
            let cell = WorldCell {
                market: realism::measures(self.observations, first..first + history.len()),
                places: self.places_of(&history, false, None),
                ..WorldCell::default()
            };
            Ok((span.clone(), cell))
        };
        let all = batch::map_until(&ground.spans, self.stop, told);
        all.map_err(|_| StudyError::Stopped)?.into_iter().collect()
    }

    fn market_of(
        &self,
        observations: &Observations,
        span: &StudyWindow,
    ) -> Result<MarketHistory, StudyError> {
        let base = &self.config.base;
        let priced_by = (&base.model_params(), self.config.horizon_days());
        let none = RawChains::new();
        let span = (span.first, span.last);
        Ok(market(base, observations, &none, span, priced_by)?)
    }

    /// Every book on every weekday under every arm.
    fn places_of(
        &self,
        history: &MarketHistory,
        keeps_days: bool,
        phase: Option<&Phase<'_>>,
    ) -> Vec<WorldPlace> {
        let config = self.config;
        let capital = config.capital();
        let execution = &config.base.execution;
        let mut found = Vec::new();
        for (book, weekday) in places(config) {
            let arms = config.arms(book, weekday);
            let mut place = WorldPlace::default();
            let mut unhedged = Vec::new();
            for arm in arms.iter().take(1 + config.shown()) {
                let range = 0..history.len();
                let run = run(history, range, arm, execution, capital, Keep::Curve);
                let mut daily = daily_cents(&run.curve, capital, 0);
                place.arms.push(told(&run, &daily));
                if place.arms.len() == 1 {
                    place.months = daily
                        .chunks(MONTH)
                        .map(|month| month.iter().sum())
                        .collect();
                    unhedged.clone_from(&daily);
                } else {
                    daily
                        .iter_mut()
                        .zip(&unhedged)
                        .for_each(|(day, base)| *day -= base);
                }
                if keeps_days {
                    place.daily.push(daily);
                }
            }
            if let Some(phase) = phase {
                phase.work(place.arms.len() as u64);
            }
            found.push(place);
        }
        found
    }
}

fn told(run: &Run, daily: &[i64]) -> WorldArm {
    let outcome = Outcome::of(&usd(daily));
    WorldArm {
        told: Told::of(&outcome),
        tail: market::price::Money::from_usd(outcome.cvar95_usd).0,
        premium: study::twin::gross_premium(run).0,
    }
}
