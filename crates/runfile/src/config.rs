//! A run, as its file says it, with every policy it names: resolved, checked, and printable again.
//!
//! Nothing here opens a file. The program reads texts, [`Assembly`] puts them together, applies `--set`, and returns a
//! [`RunConfig`] in which nothing needs checking any more. Its TOML form is what a run folder stores as `config.toml`.

mod assembly;
mod check;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use engine::execution::Execution;
use market::chain::Quotes;
use market::inputs::InputRules;
use market::surface::{EventWeights, ModelParams};
use policy::condor::Condor;
use policy::hedge::Hedge;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::benchmark::Benchmark;
use crate::claims::Claims;
use crate::dated_event::DatedEvent;
use crate::settings::{Controls, DataUse, PriceErrors};
use crate::stand_ins::StandIns;

pub use assembly::Assembly;

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

/// The policy that a table is; compiled once, as [`RunConfig::from_value`] is.
///
/// # Errors
/// Where a key is unknown, missing, or of another type.
pub fn hedge_from_value(value: toml::Value) -> Result<Hedge, toml::de::Error> {
    value.try_into()
}

/// Likewise of a condor.
///
/// # Errors
/// As [`hedge_from_value`].
pub fn condor_from_value(value: toml::Value) -> Result<Condor, toml::de::Error> {
    value.try_into()
}

/// The arm whose scaled copies are the equal-spend twins.
pub const TWIN_BASE: &str = "always_on";

impl RunConfig {
    /// The text a run folder stores, and whose hash names it.
    pub fn to_toml(&self) -> String {
        toml::to_string(self).expect("a configuration is plain data")
    }

    /// The same as a table.
    pub fn to_value(&self) -> toml::Value {
        toml::Value::try_from(self).expect("a configuration is plain data")
    }

    /// The configuration that a table is. It is compiled once, here: each crate that asked for it by itself would compile the
    /// reading of all its types again.
    ///
    /// # Errors
    /// Where a key is unknown, missing, or of another type.
    pub fn from_value(value: toml::Value) -> Result<RunConfig, toml::de::Error> {
        value.try_into()
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
}
