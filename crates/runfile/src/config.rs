//! A run, as its file says it, with every policy it names: resolved, checked, and printable again.
//!
//! Nothing here opens a file. The program reads texts, [`Assembly`] puts them together, applies `--set`, and returns a
//! [`RunConfig`] in which nothing needs checking any more. Its TOML form is what a run folder stores as `config.toml`.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate, Weekday};
use engine::execution::{Execution, FillAt};
use market::calendar::Calendar;
use market::chain::Quotes;
use market::inputs::InputRules;
use market::surface::{EventWeights, ModelParams};
use policy::condor::Condor;
use policy::hedge::{Hedge, is_name};
use policy::rule::Underlying;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use toml::{Table, Value};

use crate::ConfigError;
use crate::benchmark::Benchmark;
use crate::claims::Claims;
use crate::dated_event::DatedEvent;
use crate::door::{self, check_count};
use crate::keys::{check_range, descend, explain, put, suggestion};
use crate::settings::{Controls, DataUse, PriceErrors};
use crate::stand_ins::StandIns;

/// Everything that decides the numbers of a run, except the data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RunConfig {
    /// Name of the run and prefix of its folder.
    pub name: String,
    /// Capital at the start of each window (USD).
    pub starting_capital_usd: f64,
    /// Condor policies, in order; each is a layer of every arm. None where the arms are books of their own.
    pub condor_tiers: Vec<String>,
    /// Condor policies to look at beside them: each alone under every arm, on capital of its own, in a table of its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub other_condors: Vec<String>,
    /// Hedge policies, in order; the first must be the unhedged one.
    pub arms: Vec<String>,
    /// Whether each hedged arm gets a twin: `always_on` scaled to its realised gross premium.
    pub equal_spend_twins: bool,
    /// Spans of sessions, each replayed from flat.
    pub windows: Vec<Window>,
    /// How orders become fills.
    pub execution: Execution,
    /// Which prices may be read: the dataset's option quotes, the model, or quotes first.
    pub quotes: Quotes,
    /// What is taken of the dataset; stored only where it is not the default.
    #[serde(default, skip_serializing_if = "DataUse::is_default")]
    pub data: DataUse,
    /// Pricing model of the headline.
    pub model: Model,
    /// Replays beside the headline.
    pub bands: Bands,
    /// Intervals.
    pub inference: Inference,
    /// The honest controls.
    #[serde(default)]
    pub controls: Controls,
    /// Worlds in which the price model is off; none where a file says nothing of them.
    #[serde(default, skip_serializing_if = "PriceErrors::is_none")]
    pub price_errors: PriceErrors,
    /// What the run is asked about the published claims, and what would count as yes.
    #[serde(default, skip_serializing_if = "Claims::is_none")]
    pub claims: Claims,
    /// What may stand in for a series that prices rest on; without an entry it is required.
    #[serde(default, skip_serializing_if = "StandIns::is_none")]
    pub stand_ins: StandIns,
    /// Published indices the account of an arm is compared with.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub benchmarks: Vec<Benchmark>,
    /// The condor policies by name.
    pub condors: BTreeMap<String, Condor>,
    /// The hedge policies by name.
    pub policies: BTreeMap<String, Hedge>,
}

/// A named span of sessions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// Name in every table.
    pub name: String,
    /// First session.
    pub first: NaiveDate,
    /// Last session.
    pub last: NaiveDate,
}

impl Window {
    /// Whether both edges are sessions, as far as the calendar knows; else the nearest one inside the window is named.
    fn check_edges(&self) -> Result<(), String> {
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
            return Err(format!(
                "windows.{}.{key}: {date} is {day}, no session of the exchange{hint}",
                self.name
            ));
        }
        Ok(())
    }
}

/// Knobs of the index-only price model (docs/model.md#forward-and-discounting).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// Added to the constant of the at-the-money ratio.
    pub atm_shift: f64,
    /// Multiplies psi.
    pub psi_factor: f64,
    /// Added to the argument of the tangent that gives rho: above zero is a flatter smile.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub rho_shift: f64,
    /// Variance of a closed calendar day, in sessions.
    pub omega: f64,
    /// Trailing dividend yield [per year].
    pub dividend_yield: f64,
    /// Whether constant and psi follow the dataset's chains.
    pub calibrate: Calibrate,
    /// Extra variance of release days, in sessions.
    pub event_weights: Weights,
    /// Whether the at-the-money constant follows what published indices said of the months before each month.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub index_implied_level: bool,
    /// Extra variance of other days known in advance, by a name of the user's.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub dated_events: BTreeMap<String, DatedEvent>,
}

fn is_zero(x: &f64) -> bool {
    *x == 0.0
}

/// Whether the model follows the dataset's chains.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Calibrate {
    /// It does not.
    None,
    /// The at-the-money constant and psi are shifted by what the latest chain of an earlier session says; half of the
    /// shift is left after 30 days.
    PreviousChains,
}

/// Extra variance of release days (sessions).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Weights {
    /// Consumer prices.
    pub cpi: f64,
    /// Rate decisions.
    pub fomc: f64,
    /// Employment.
    pub payrolls: f64,
}

/// What the headline is replayed with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Bands {
    /// Shifts of the at-the-money constant.
    pub atm_shift: Vec<f64>,
    /// Factors of psi.
    pub psi_factor: Vec<f64>,
    /// Half-spread fractions.
    pub half_spread_fraction: Vec<f64>,
}

/// How intervals are made (docs/model.md#inference).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Inference {
    /// Coverage of every interval.
    pub level: f64,
    /// Bootstrap draws.
    pub draws: usize,
    /// Mean length of a block (sessions).
    pub mean_block_sessions: f64,
    /// Seed of the draws.
    pub seed: u64,
}

/// Texts of a run and its policies on their way to a [`RunConfig`].
#[derive(Clone, Debug)]
pub struct Assembly {
    table: Table,
}

impl Assembly {
    /// Starts from the text of a run file called `file` in messages. Returns the dataset path it names, if any.
    ///
    /// # Errors
    /// Where the text is not TOML.
    pub fn new(file: &str, text: &str) -> Result<(Assembly, Option<String>), ConfigError> {
        let mut table = door::table(file, text)?;
        let dataset = match table.remove("dataset") {
            None => None,
            Some(Value::String(path)) => Some(path),
            Some(other) => {
                return Err(ConfigError(format!(
                    "{file}: dataset must be a path in quotes, found {other}"
                )));
            }
        };
        for key in ["condors", "policies"] {
            table
                .entry(key)
                .or_insert_with(|| Value::Table(Table::new()));
        }
        crate::settings::insert_defaults(&mut table);
        Ok((Assembly { table }, dataset))
    }

    /// Names of the policies the run asks for that are not in it yet: `(section, name)` with the section `condors` or
    /// `policies`.
    pub fn missing(&self) -> Vec<(&'static str, String)> {
        let wanted = |list: &str, section: &'static str| -> Vec<(&'static str, String)> {
            let names = self
                .table
                .get(list)
                .and_then(Value::as_array)
                .cloned()
                .unwrap_or_default();
            let here = self.table.get(section).and_then(Value::as_table);
            let absent = |name: &&str| here.is_none_or(|table| !table.contains_key(*name));
            names
                .iter()
                .filter_map(Value::as_str)
                .filter(absent)
                .map(|n| (section, n.to_string()))
                .collect()
        };
        let mut all = wanted("condor_tiers", "condors");
        for other in wanted("other_condors", "condors") {
            if !all.contains(&other) {
                all.push(other);
            }
        }
        all.extend(wanted("arms", "policies"));
        let twins = self
            .table
            .get("equal_spend_twins")
            .and_then(Value::as_bool)
            .unwrap_or(false);
        let base = self
            .table
            .get("policies")
            .and_then(Value::as_table)
            .is_some_and(|t| t.contains_key(TWIN_BASE));
        if twins && !base && !all.iter().any(|(_, name)| name == TWIN_BASE) {
            all.push(("policies", TWIN_BASE.to_string()));
        }
        all
    }

    /// Adds the text of a policy file. Checked at once, so that messages can point at a line of the file.
    ///
    /// # Errors
    /// Where the text is not a policy of the section, or carries another name than its file.
    pub fn add(
        &mut self,
        section: &'static str,
        name: &str,
        file: &str,
        text: &str,
    ) -> Result<(), ConfigError> {
        let complaint = |message: String| ConfigError(format!("{file}: {message}"));
        let (found, checked) = if section == "condors" {
            let condor: Condor = door::read(file, text)?;
            (condor.name.clone(), condor.check())
        } else {
            let hedge: Hedge = door::read(file, text)?;
            (hedge.name.clone(), hedge.check())
        };
        checked.map_err(complaint)?;
        if found != name {
            return Err(complaint(format!(
                "name is {found:?}, a file must carry its own name: {name:?}"
            )));
        }
        let table = door::table(file, text)?;
        if let Some(Value::Table(policies)) = self.table.get_mut(section) {
            policies.insert(name.to_string(), Value::Table(table));
        }
        Ok(())
    }

    /// Applies `dotted.key=value`. The value is read as TOML, and as plain text where it is not TOML.
    ///
    /// # Errors
    /// Where the setting has no `=`, or leads through something that is not a table or an index of a list.
    pub fn set(&mut self, setting: &str) -> Result<(), ConfigError> {
        let complaint = |message: String| ConfigError(format!("--set {setting}: {message}"));
        let (path, text) = setting
            .split_once('=')
            .ok_or_else(|| complaint("expected dotted.key=value".into()))?;
        let value = toml::from_str::<Table>(&format!("v = {text}"))
            .ok()
            .and_then(|mut t| t.remove("v"))
            .unwrap_or_else(|| Value::String(text.to_string()));
        door::check_numbers(path, &value)
            .map_err(|message| ConfigError(format!("--set {message}")))?;
        let mut keys: Vec<&str> = path.split('.').collect();
        let last = keys.pop().unwrap_or_default();
        let mut table = Value::Table(std::mem::take(&mut self.table));
        let outcome = descend(&mut table, &keys).and_then(|place| put(place, last, value));
        if let Value::Table(table) = table {
            self.table = table;
        }
        outcome.map_err(complaint)
    }

    /// What has been put together so far, for messages about what is missing.
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// The checked configuration.
    ///
    /// # Errors
    /// The first thing that is wrong, with the key, what was found and what is allowed.
    pub fn finish(self, file: &str) -> Result<RunConfig, ConfigError> {
        let complaint = |message: String| ConfigError(format!("{file}: {message}"));
        door::check_table(&self.table).map_err(complaint)?;
        let config: RunConfig = Value::Table(self.table)
            .try_into()
            .map_err(|e: toml::de::Error| complaint(explain(&e.to_string())))?;
        config.check().map_err(complaint)?;
        Ok(config)
    }
}

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

/// The arm whose scaled copies are the equal-spend twins.
pub const TWIN_BASE: &str = "always_on";

impl RunConfig {
    /// The text a run folder stores, and whose hash names it.
    pub fn to_toml(&self) -> String {
        toml::to_string(self).expect("a configuration is plain data")
    }

    /// The same as a table.
    pub fn to_value(&self) -> Value {
        Value::try_from(self).expect("a configuration is plain data")
    }

    /// The pricing model of the headline.
    pub fn model_params(&self) -> ModelParams {
        let w = self.model.event_weights;
        ModelParams {
            omega: self.model.omega,
            atm_shift: self.model.atm_shift,
            psi_factor: self.model.psi_factor,
            rho_shift: self.model.rho_shift,
            dividend_yield: self.model.dividend_yield,
            event_weights: EventWeights {
                cpi: w.cpi,
                fomc: w.fomc,
                payrolls: w.payrolls,
            },
            dated_events: self
                .model
                .dated_events
                .values()
                .map(DatedEvent::priced)
                .collect(),
        }
    }

    /// How old the values of published series may be, and what stands in for them. Where quotes alone are traded no price
    /// rests on the model's inputs: they are counted and not required.
    pub fn input_rules(&self) -> InputRules {
        let mut rules = self.stand_ins.rules();
        if self.quotes == Quotes::Chain && self.model.calibrate == Calibrate::None {
            rules.allow_unpriced();
        }
        rules
    }

    /// Whether the run reads the dataset's option chains.
    pub fn reads_chains(&self) -> bool {
        self.quotes != Quotes::Model || self.model.calibrate != Calibrate::None
    }

    /// Whether the parts fit together.
    ///
    /// # Errors
    /// The first thing that is wrong, with its key.
    pub fn check(&self) -> Result<(), String> {
        if !self
            .name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
            || self.name.is_empty()
        {
            return Err(format!(
                "name {:?} may hold only letters, digits, - and _",
                self.name
            ));
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
            return Err(
                "condor_tiers is empty and no arm has a layer; at least one condor policy or layer is needed".into()
            );
        }
        check_names("condor_tiers", &self.condor_tiers, self.condors.keys())?;
        check_names("other_condors", &self.other_condors, self.condors.keys())?;
        check_names("arms", &self.arms, self.policies.keys())?;
        self.condors.values().try_for_each(Condor::check)?;
        self.policies.values().try_for_each(Hedge::check)?;
        self.check_arms()?;
        self.check_fills()?;
        self.benchmarks
            .iter()
            .try_for_each(|benchmark| benchmark.check(&self.arms))?;
        self.claims.check(&self.policies)
    }

    fn check_counts(&self) -> Result<(), String> {
        check_count("arms", self.arms.len(), MOST_ARMS)?;
        check_count("condor_tiers", self.condor_tiers.len(), MOST_ARMS)?;
        check_count("benchmarks", self.benchmarks.len(), MOST_BENCHMARKS)?;
        let Bands {
            atm_shift,
            psi_factor,
            half_spread_fraction,
        } = &self.bands;
        check_count("bands.atm_shift", atm_shift.len(), MOST_BANDS)?;
        check_count("bands.psi_factor", psi_factor.len(), MOST_BANDS)?;
        let fractions = half_spread_fraction.len();
        check_count("bands.half_spread_fraction", fractions, MOST_BANDS)?;
        check_count("other_condors", self.other_condors.len(), MOST_ARMS)?;
        let books = 1 + self.other_condors.len();
        let replays = books * self.arms.len() * self.windows.len();
        match replays > MOST_REPLAYS {
            true => Err(format!(
                "{} arms over {} windows with {books} condor books are {replays} replays, at most {MOST_REPLAYS}",
                self.arms.len(),
                self.windows.len()
            )),
            false => Ok(()),
        }
    }

    fn check_windows(&self) -> Result<(), String> {
        if self.windows.is_empty() {
            return Err("windows is empty; at least one is needed".into());
        }
        check_count("windows", self.windows.len(), MOST_WINDOWS)?;
        let mut names = std::collections::BTreeSet::new();
        for window in &self.windows {
            let name_ok = window
                .name
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
            if !name_ok || window.name.is_empty() {
                return Err(format!(
                    "windows: name {:?} may hold only letters, digits, - and _",
                    window.name
                ));
            }
            if !names.insert(&window.name) {
                return Err(format!("windows: two windows are called {:?}", window.name));
            }
            if window.first >= window.last {
                return Err(format!(
                    "windows.{}: first {} must be before last {}",
                    window.name, window.first, window.last
                ));
            }
            window.check_edges()?;
        }
        Ok(())
    }

    fn check_model(&self) -> Result<(), String> {
        check_range("model.atm_shift", self.model.atm_shift, -0.5, 0.5)?;
        check_range("model.psi_factor", self.model.psi_factor, 0.1, 3.0)?;
        check_range("model.rho_shift", self.model.rho_shift, -1.0, 1.0)?;
        DatedEvent::check_all(&self.model.dated_events)?;
        check_range("model.omega", self.model.omega, 0.0, 1.0)?;
        check_range("model.dividend_yield", self.model.dividend_yield, -0.1, 0.2)?;
        let w = self.model.event_weights;
        for (key, value) in [("cpi", w.cpi), ("fomc", w.fomc), ("payrolls", w.payrolls)] {
            check_range(&format!("model.event_weights.{key}"), value, 0.0, 10.0)?;
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
    fn check_fills(&self) -> Result<(), String> {
        if self.execution.fill_at == FillAt::NextSession {
            return Ok(());
        }
        let late = "execution.fill_at is \"late_morning\"";
        if self.quotes != Quotes::Model {
            return Err(format!(
                "{late}: quotes must be \"model\", option quotes are those of closes"
            ));
        }
        let layers = self
            .policies
            .values()
            .flat_map(|hedge| hedge.layers.iter().map(move |layer| (hedge, layer)));
        for (hedge, layer) in layers {
            if !matches!(layer.underlying, Underlying::Spx | Underlying::Spxw) {
                let found = layer.underlying.root().name();
                return Err(format!(
                    "{late}: policies.{}.layers.{} trades {found}, whose price at that hour daily data do not know; \
                     allowed are spx and spxw",
                    hedge.name, layer.name
                ));
            }
        }
        Ok(())
    }

    /// Why a sweep cannot run this, which fills at closes.
    ///
    /// # Errors
    /// With the key, what was found and what is allowed.
    pub fn check_sweep(&self) -> Result<(), String> {
        if self.model.index_implied_level {
            return Err("a sweep has one model: model.index_implied_level must be false".into());
        }
        if self.execution.fill_at != FillAt::NextSession {
            return Err(
                "a sweep fills at closes: execution.fill_at must be \"next_session\"".into(),
            );
        }
        Ok(())
    }

    fn check_arms(&self) -> Result<(), String> {
        let first = self.arms.first().and_then(|name| self.policies.get(name));
        if first.is_none_or(|hedge| !hedge.layers.is_empty()) {
            return Err("arms: the first arm must be one without layers, which the others are compared with".into());
        }
        for hedge in self.policies.values() {
            if let Some(layer) = hedge.has_uncovered_short() {
                return Err(format!(
                    "policies.{}.layers.{layer}: sells more options of a right than it buys; margin here covers \
                     defined-risk packages only",
                    hedge.name
                ));
            }
            for layer in &hedge.layers {
                if !is_name(&layer.name)
                    || self.condors.contains_key(&layer.name)
                    || layer.name == "condor"
                {
                    return Err(format!(
                        "policies.{}: a layer may not be called {:?}, which is a condor's name",
                        hedge.name, layer.name
                    ));
                }
            }
        }
        Ok(())
    }
}

fn check_names<'a>(
    key: &str,
    names: &[String],
    known: impl Iterator<Item = &'a String> + Clone,
) -> Result<(), String> {
    let mut seen = std::collections::BTreeSet::new();
    for name in names {
        if !is_name(name) {
            return Err(format!("{key}: name {name:?} may hold only a-z, 0-9 and _"));
        }
        if !seen.insert(name) {
            return Err(format!("{key}: {name:?} is named twice"));
        }
        if !known.clone().any(|k| k == name) {
            let known: Vec<String> = known.clone().cloned().collect();
            return Err(format!(
                "{key}: no policy {name:?}{}",
                suggestion(name, &known)
            ));
        }
    }
    Ok(())
}
