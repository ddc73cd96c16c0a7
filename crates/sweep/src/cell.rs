//! One cell: its configuration, the key its result is found by, and what is kept of it.

mod bytes;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use engine::run::Run;
use market::price::Money;
use policy::arm::Arm;
use policy::hedge::Hedge;
use runfile::config::RunConfig;
use study::arms::arm;

use crate::random_timing_baseline::Bought;
use crate::store::{Key, KeyOf, key};

/// What decides a cell's result, besides the data and the engine.
#[derive(Clone, Debug)]
pub struct Cell {
    /// The run with the cell's settings, but for the policies that are `varied`: the first arm is the unhedged one.
    config: Arc<RunConfig>,
    /// Policies that take the place of those of `config`.
    varied: BTreeMap<String, Hedge>,
    /// Sessions it starts later than its windows.
    pub start_sessions: usize,
}

/// What most cells of a sweep have in common: a configuration, the hashes of its parts, and its arms.
#[derive(Clone, Debug)]
pub struct Common {
    config: Arc<RunConfig>,
    rest: Key,
    policies: BTreeMap<String, Key>,
    arms: Vec<Arc<Arm>>,
}

impl Common {
    /// The parts of a configuration.
    pub fn new(config: RunConfig) -> Common {
        let policies = config
            .policies
            .iter()
            .map(|(name, hedge)| (name.clone(), policy_key(hedge)))
            .collect();
        let names = config.arms.iter();
        // A configuration that fails its checks is no cell's, and may name arms that it lacks.
        let known = names.filter(|name| config.policies.contains_key(*name));
        let arms = known.map(|name| Arc::new(arm(&config, name))).collect();
        Common {
            rest: rest_key(&config),
            policies,
            arms,
            config: Arc::new(config),
        }
    }

    /// The configuration they are of.
    pub fn config(&self) -> &RunConfig {
        &self.config
    }
}

/// Hash of a configuration without its policies.
fn rest_key(config: &RunConfig) -> Key {
    let bare = RunConfig {
        policies: BTreeMap::new(),
        ..config.clone()
    };
    // Plain data with keys in a fixed order; a number that is not finite never passes the checks.
    key(&[&serde_json::to_vec(&bare).expect("a configuration is plain data")])
}

fn policy_key(hedge: &Hedge) -> Key {
    key(&[&policy_bytes(hedge)])
}

/// What a policy is found by.
pub(crate) fn policy_bytes(hedge: &Hedge) -> Vec<u8> {
    serde_json::to_vec(hedge).expect("a policy is plain data")
}

/// What is kept of a cell.
#[derive(Clone, Debug, PartialEq)]
pub struct CellResult {
    /// Key of the [`Reference`] its gains are against.
    pub reference: Key,
    /// Per window and hedged arm.
    pub outcomes: Vec<Outcome>,
}

/// What is kept of a hedged arm over a window.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Its row, in the columns of `summary.csv`.
    pub row: Vec<String>,
    /// Hedged less unhedged trading P&L of each session of the window (cents).
    pub gains: Vec<i64>,
    /// What its layers bought, for the control at random dates.
    pub bought: Vec<Bought>,
    /// The condors with the same purchases at dates that were drawn.
    pub at_random: Drawn,
    /// What the unhedged arm traded in the window.
    pub condors: Condors,
}

/// How many condors an unhedged arm ordered and opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Condors {
    /// Ordered, those refused at the fill among them.
    pub ordered: u64,
    /// Opened.
    pub traded: u64,
}

impl Condors {
    /// Of a run of an arm.
    pub fn of(run: &Run, arm: &Arm) -> Condors {
        let opened = run.portfolio.ledgers.before(arm.first_hedge()).iter();
        Condors {
            ordered: run.tally.condors_ordered as u64,
            traded: opened.map(|tier| u64::from(tier.openings)).sum(),
        }
    }
}

/// A draw of the same purchases at random dates.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Drawn {
    /// P&L (cents).
    pub pnl: i64,
    /// Drawdown reduction (fraction); none where the condors alone never fall.
    pub reduction: Option<f64>,
}

/// What a record says of a hedged arm over a window.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredRow<'a> {
    /// Its row, in the columns of `summary.csv`.
    pub summary: Vec<&'a str>,
    /// The condors with the same purchases at dates that were drawn.
    pub at_random: Drawn,
    /// What the unhedged arm traded in the window.
    pub condors: Condors,
}

/// The unhedged arm of a cell, shared by all cells that differ in their hedges only.
#[derive(Clone, Debug, PartialEq)]
pub struct Reference {
    /// Per window: its sessions and their trading P&L (cents); nothing before a later start.
    pub windows: Vec<Vec<(NaiveDate, i64)>>,
}

impl Cell {
    /// A cell of a whole configuration.
    pub fn new(config: RunConfig, start_sessions: usize) -> Cell {
        Cell {
            config: Arc::new(config),
            varied: BTreeMap::new(),
            start_sessions,
        }
    }

    /// A cell with other policies than a common configuration.
    pub(crate) fn beside(
        common: &Common,
        varied: BTreeMap<String, Hedge>,
        start_sessions: usize,
    ) -> Cell {
        Cell {
            config: Arc::clone(&common.config),
            varied,
            start_sessions,
        }
    }

    /// Its settings; of the policies ask [`Cell::hedge`].
    pub fn config(&self) -> &RunConfig {
        &self.config
    }

    /// The policy of this name, `None` where it has none.
    pub fn hedge(&self, name: &str) -> Option<&Hedge> {
        self.varied
            .get(name)
            .or_else(|| self.config.policies.get(name))
    }

    /// The run it is, with its policies.
    pub fn whole(&self) -> RunConfig {
        let mut config = RunConfig::clone(&self.config);
        let varied = self.varied.iter();
        config
            .policies
            .extend(varied.map(|(name, hedge)| (name.clone(), hedge.clone())));
        config
    }

    /// Its arms, the unhedged one first; those of a common configuration where it is of that.
    pub(crate) fn arms(&self, common: &Common) -> Vec<Arc<Arm>> {
        if !Arc::ptr_eq(&self.config, &common.config) {
            let config = self.whole();
            let names = config.arms.iter();
            return names.map(|name| Arc::new(arm(&config, name))).collect();
        }
        let arms = common
            .arms
            .iter()
            .map(|arm| match self.varied.get(&arm.name) {
                None => Arc::clone(arm),
                Some(hedge) => Arc::new(Arm::new(&arm.condors, hedge)),
            });
        arms.collect()
    }

    /// Whether its settings but for policies stand where those of another cell do: they are equal then. Not every pair of equal
    /// ones is found.
    pub(crate) fn has_settings_of(&self, other: &Cell) -> bool {
        Arc::ptr_eq(&self.config, &other.config)
    }

    /// Whether it has the unhedged arm of another cell, told without looking at either: not every such pair is found.
    pub(crate) fn is_unhedged_alike(&self, other: &Cell) -> bool {
        let is_varied = |cell: &Cell| cell.varied.contains_key(&cell.config.arms[0]);
        self.has_settings_of(other)
            && self.start_sessions == other.start_sessions
            && !is_varied(self)
            && !is_varied(other)
    }

    /// Hash of the configuration alone: what counts as one configuration tried.
    pub fn trial(&self) -> Key {
        let hedges = self.config.policies.keys().filter_map(|name| {
            let hedge = self.hedge(name)?;
            Some((name.as_str(), policy_key(hedge)))
        });
        self.trial_of(&rest_key(&self.config), hedges)
    }

    /// The same for a cell that differs from a common configuration in its varied policies alone; `keys` are hashes of these.
    pub(crate) fn trial_beside(&self, common: &Common, keys: &BTreeMap<&str, Key>) -> Key {
        let policies = common.policies.iter().map(|(name, known)| {
            let name = name.as_str();
            (name, keys.get(name).copied().unwrap_or(*known))
        });
        self.trial_of(&common.rest, policies)
    }

    /// Hashes of its varied policies.
    pub(crate) fn varied_keys(&self) -> BTreeMap<&str, Key> {
        let varied = self.varied.iter();
        varied
            .map(|(name, hedge)| (name.as_str(), policy_key(hedge)))
            .collect()
    }

    fn trial_of<'a>(&self, rest: &Key, policies: impl Iterator<Item = (&'a str, Key)>) -> Key {
        let start = (self.start_sessions as u64).to_le_bytes();
        let mut hash = KeyOf::default();
        hash.piece(&start);
        hash.piece(rest);
        for (name, key) in policies {
            hash.piece(name.as_bytes());
            hash.piece(&key);
        }
        hash.finish()
    }

    /// Key of its result: configuration, data and engine.
    pub fn key(trial: &Key, dataset_hash: &str) -> Key {
        // The number is that of the record's layout.
        key(&[
            b"cell 4",
            trial,
            dataset_hash.as_bytes(),
            &engine::RESULTS_VERSION.to_le_bytes(),
        ])
    }

    /// The same without its hedges.
    pub fn reference(&self) -> Cell {
        let mut config = self.whole();
        config.arms.truncate(1);
        let arms = &config.arms;
        config.policies.retain(|name, _| arms.contains(name));
        Cell::new(config, self.start_sessions)
    }
}

/// Whether `reference` is what [`Cell::reference`] of `cell` is, without making it.
pub fn is_reference(reference: &Cell, cell: &Cell) -> bool {
    // Every field by name: a new one asks here whether it decides the condors.
    let RunConfig {
        name,
        starting_capital_usd,
        condor_tiers,
        other_condors,
        arms,
        equal_spend_twins,
        windows,
        execution,
        quotes,
        data,
        model,
        bands,
        inference,
        controls,
        stand_ins,
        price_errors,
        claims,
        benchmarks,
        condors,
        policies,
    } = reference.config();
    let own = cell.config();
    reference.start_sessions == cell.start_sessions
        && *starting_capital_usd == own.starting_capital_usd
        && *execution == own.execution
        && *model == own.model
        && *quotes == own.quotes
        && *data == own.data
        && *equal_spend_twins == own.equal_spend_twins
        && arms[..] == own.arms[..1]
        && policies.len() == 1
        && policies.get(&own.arms[0]) == cell.hedge(&own.arms[0])
        && *name == own.name
        && *condor_tiers == own.condor_tiers
        && *other_condors == own.other_condors
        && *windows == own.windows
        && *bands == own.bands
        && *inference == own.inference
        && *controls == own.controls
        && *stand_ins == own.stand_ins
        && *price_errors == own.price_errors
        && *claims == own.claims
        && *benchmarks == own.benchmarks
        && *condors == own.condors
}

/// Daily P&L (cents) over a whole window of a curve that starts `before` sessions into it.
pub fn daily_cents(curve: &[Money], start: Money, before: usize) -> Vec<i64> {
    let mut last = start;
    let pnl = curve.iter().map(|equity| {
        let change = *equity - last;
        last = *equity;
        change.0
    });
    std::iter::repeat_n(0, before).chain(pnl).collect()
}
