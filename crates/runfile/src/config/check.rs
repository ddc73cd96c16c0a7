//! Whether the parts of a run fit together.

use chrono::{Datelike, Weekday};
use engine::execution::FillAt;
use market::calendar::Calendar;
use market::chain::Quotes;
use policy::condor::Condor;
use policy::hedge::{Hedge, is_name};
use policy::rule::Underlying;
use signals::key_error::{KeyError, check_range, suggestion};

use super::{RunConfig, Window};
use crate::dated_event::DatedEvent;
use crate::door::check_count;

/// Most windows of a run.
const MOST_WINDOWS: usize = 500;
/// Most arms, and most condor tiers.
const MOST_ARMS: usize = 500;
/// Most arms times windows: each is a replay with a record of every day.
const MOST_REPLAYS: usize = 5_000;
/// Most levels of a band, each of which is a replay of everything.
const MOST_BANDS: usize = 50;
/// Most published indices.
const MOST_BENCHMARKS: usize = 100;

impl RunConfig {
    /// Whether the parts fit together.
    ///
    /// # Errors
    /// The first thing that is wrong, with its key.
    pub fn check(&self) -> Result<(), KeyError> {
        if !self
            .name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
            || self.name.is_empty()
        {
            return Err(KeyError::Between(format!(
                "name {:?} may hold only letters, digits, - and _",
                self.name
            )));
        }
        check_range(
            "starting_capital_usd",
            self.starting_capital_usd,
            1_000.0,
            1e12,
        )?;
        self.check_windows()?;
        self.check_counts()?;
        self.execution.check()?;
        self.check_model()?;
        let i = &self.inference;
        check_range("inference.level", i.level, 0.5, 0.999)?;
        check_range("inference.draws", i.draws as f64, 100.0, 1e6)?;
        check_range(
            "inference.mean_block_sessions",
            i.mean_block_sessions,
            1.0,
            1000.0,
        )?;
        self.controls.check()?;
        self.stand_ins.check()?;
        self.price_errors.check()?;
        if self.condor_tiers.is_empty()
            && self.policies.values().all(|hedge| hedge.layers.is_empty())
        {
            return Err(KeyError::Between("condor_tiers is empty and no arm has a layer; at least one condor policy or layer is needed".into()));
        }
        check_names("condor_tiers", &self.condor_tiers, self.condors.keys())?;
        check_names("other_condors", &self.other_condors, self.condors.keys())?;
        check_names("arms", &self.arms, self.policies.keys())?;
        check_own_names(
            "condors",
            self.condors.iter().map(|(key, condor)| (key, &condor.name)),
        )?;
        check_own_names(
            "policies",
            self.policies.iter().map(|(key, hedge)| (key, &hedge.name)),
        )?;
        self.condors.values().try_for_each(Condor::check)?;
        self.policies.values().try_for_each(Hedge::check)?;
        self.check_arms()?;
        self.check_fills()?;
        self.benchmarks
            .iter()
            .try_for_each(|benchmark| benchmark.check(&self.arms))?;
        self.claims.check(&self.policies)
    }

    fn check_counts(&self) -> Result<(), KeyError> {
        check_count("arms", self.arms.len(), MOST_ARMS)?;
        check_count("condor_tiers", self.condor_tiers.len(), MOST_ARMS)?;
        check_count("other_condors", self.other_condors.len(), MOST_ARMS)?;
        check_count("benchmarks", self.benchmarks.len(), MOST_BENCHMARKS)?;
        for (key, levels) in [
            ("bands.atm_shift", &self.bands.atm_shift),
            ("bands.psi_factor", &self.bands.psi_factor),
            (
                "bands.half_spread_fraction",
                &self.bands.half_spread_fraction,
            ),
        ] {
            check_count(key, levels.len(), MOST_BANDS)?;
        }
        let books = 1 + self.other_condors.len();
        let arms = self.arms.len();
        let windows = self.windows.len();
        let replays = books * arms * windows;
        match replays > MOST_REPLAYS {
            true => Err(KeyError::Between(format!(
                "{arms} arms over {windows} windows with {books} condor books are {replays} replays, at most {MOST_REPLAYS}"
            ))),
            false => Ok(()),
        }
    }

    fn check_windows(&self) -> Result<(), KeyError> {
        if self.windows.is_empty() {
            return Err(KeyError::empty("windows"));
        }
        check_count("windows", self.windows.len(), MOST_WINDOWS)?;
        let mut names = std::collections::BTreeSet::new();
        for window in &self.windows {
            let name_ok = window
                .name
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
            if !name_ok || window.name.is_empty() {
                return Err(KeyError::at(
                    "windows",
                    format!(
                        "name {:?} may hold only letters, digits, - and _",
                        window.name
                    ),
                ));
            }
            if !names.insert(&window.name) {
                return Err(KeyError::at(
                    "windows",
                    format!("two windows are called {:?}", window.name),
                ));
            }
            if window.first >= window.last {
                return Err(KeyError::at(
                    format!("windows.{}", window.name),
                    format!("first {} must be before last {}", window.first, window.last),
                ));
            }
            window.check_edges()?;
        }
        Ok(())
    }

    fn check_model(&self) -> Result<(), KeyError> {
        check_range("model.atm_shift", self.model.atm_shift, -0.5, 0.5)?;
        check_range("model.psi_factor", self.model.psi_factor, 0.1, 3.0)?;
        check_range("model.rho_shift", self.model.rho_shift, -1.0, 1.0)?;
        DatedEvent::check_all(&self.model.dated_events)?;
        check_range("model.omega", self.model.omega, 0.0, 1.0)?;
        check_range("model.dividend_yield", self.model.dividend_yield, -0.1, 0.2)?;
        let w = self.model.event_weights;
        for (key, value) in [("cpi", w.cpi), ("fomc", w.fomc), ("payrolls", w.payrolls)] {
            check_range(format!("model.event_weights.{key}"), value, 0.0, 10.0)?;
        }
        for shift in &self.bands.atm_shift {
            check_range("bands.atm_shift", *shift, -0.5, 0.5)?;
        }
        for factor in &self.bands.psi_factor {
            check_range("bands.psi_factor", *factor, 0.1, 3.0)?;
        }
        self.bands
            .half_spread_fraction
            .iter()
            .try_for_each(|f| check_range("bands.half_spread_fraction", *f, 0.0, 10.0))
    }

    /// Of a late morning only the index and its volatility are known, by their open and close.
    fn check_fills(&self) -> Result<(), KeyError> {
        if self.execution.fill_at == FillAt::NextSession {
            return Ok(());
        }
        let late = "execution.fill_at is \"late_morning\"";
        if self.quotes != Quotes::Model {
            return Err(KeyError::at(
                late,
                "quotes must be \"model\", option quotes are those of closes",
            ));
        }
        let layers = self
            .policies
            .values()
            .flat_map(|hedge| hedge.layers.iter().map(move |layer| (hedge, layer)));
        for (hedge, layer) in layers {
            if !matches!(layer.underlying, Underlying::Spx | Underlying::Spxw) {
                let found = layer.underlying.root().name();
                return Err(KeyError::at(
                    late,
                    format!(
                        "policies.{}.layers.{} trades {found}, whose price at that hour daily data do not know; \
                     allowed are spx and spxw",
                        hedge.name, layer.name
                    ),
                ));
            }
        }
        Ok(())
    }

    /// Why `whole`, "a sweep" or "a study", cannot run this: it has one model and fills at closes.
    ///
    /// # Errors
    /// With the key, what was found and what is allowed.
    pub fn check_part_of(&self, whole: &str) -> Result<(), KeyError> {
        if self.model.index_implied_level {
            let place = format!("{whole} has one model");
            return Err(KeyError::at(
                place,
                "model.index_implied_level must be false",
            ));
        }
        if self.execution.fill_at != FillAt::NextSession {
            let place = format!("{whole} fills at closes");
            return Err(KeyError::at(
                place,
                "execution.fill_at must be \"next_session\"",
            ));
        }
        Ok(())
    }

    fn check_arms(&self) -> Result<(), KeyError> {
        let first = self.arms.first().and_then(|name| self.policies.get(name));
        if first.is_none_or(|hedge| !hedge.layers.is_empty()) {
            return Err(KeyError::at(
                "arms",
                "the first arm must be one without layers, which the others are compared with",
            ));
        }
        for hedge in self.policies.values() {
            if let Some(layer) = hedge.has_uncovered_short() {
                return Err(KeyError::at(
                    format!("policies.{}.layers.{layer}", hedge.name),
                    "sells more options of a right than it buys; margin here covers \
                     defined-risk packages only",
                ));
            }
            for layer in &hedge.layers {
                if !is_name(&layer.name)
                    || self.condors.contains_key(&layer.name)
                    || layer.name == "condor"
                {
                    return Err(KeyError::at(
                        format!("policies.{}", hedge.name),
                        format!(
                            "a layer may not be called {:?}, which is a condor's name",
                            layer.name
                        ),
                    ));
                }
            }
        }
        Ok(())
    }
}

impl Window {
    /// Whether both edges are sessions, as far as the calendar knows; else the nearest one inside the window is named.
    fn check_edges(&self) -> Result<(), KeyError> {
        let calendar = Calendar::nyse();
        let edges = [
            ("first", self.first, calendar.on_or_after(self.first)),
            ("last", self.last, calendar.on_or_before(self.last)),
        ];
        for (key, date, nearest) in edges {
            if calendar.is_session(date) || !calendar.covers(date) {
                continue;
            }
            let day = match date.weekday() {
                Weekday::Sat | Weekday::Sun => date.format("a %A").to_string(),
                _ => "a holiday".to_string(),
            };
            let inside = nearest.filter(|d| (self.first..=self.last).contains(d));
            let hint = inside.map_or(String::new(), |d| format!("; the nearest inside is {d}"));
            return Err(KeyError::at(
                format!("windows.{}.{key}", self.name),
                format!("{date} is {day}, no session of the exchange{hint}"),
            ));
        }
        Ok(())
    }
}

/// Whether every policy is called what it is found by: a run finds it by its key, and the tables call it by its name.
fn check_own_names<'a>(
    section: &str,
    mut all: impl Iterator<Item = (&'a String, &'a String)>,
) -> Result<(), KeyError> {
    match all.find(|(key, name)| key != name) {
        Some((key, name)) => Err(KeyError::at(
            format!("{section}.{key}.name"),
            format!("found {name:?}, it must be {key:?}, the name of its table"),
        )),
        None => Ok(()),
    }
}

fn check_names<'a>(
    key: &str,
    names: &[String],
    known: impl Iterator<Item = &'a String> + Clone,
) -> Result<(), KeyError> {
    let mut seen = std::collections::BTreeSet::new();
    for name in names {
        if !is_name(name) {
            return Err(KeyError::at(
                key,
                format!("name {name:?} may hold only a-z, 0-9 and _"),
            ));
        }
        if !seen.insert(name) {
            return Err(KeyError::at(key, format!("{name:?} is named twice")));
        }
        if !known.clone().any(|k| k == name) {
            let known: Vec<String> = known.clone().cloned().collect();
            return Err(KeyError::at(
                key,
                format!("no policy {name:?}{}", suggestion(name, &known)),
            ));
        }
    }
    Ok(())
}
