//! Sections of a run file that decide what is compared and judged, not what is traded.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use signals::key_error::{KeyError, check_range};
use toml::{Table, Value};

/// The honest controls (docs/model.md#hedge-comparison). Fewer condors instead of a hedge needs no setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Controls {
    /// Draws of the random-timing control of each hedged arm; 0 leaves it out.
    pub random_timing_draws: usize,
    /// Seed of those draws.
    pub seed: u64,
}

impl Default for Controls {
    fn default() -> Controls {
        Controls {
            random_timing_draws: 500,
            seed: 20_220_104,
        }
    }
}

impl Controls {
    pub(crate) fn check(&self) -> Result<(), KeyError> {
        check_range(
            "controls.random_timing_draws",
            self.random_timing_draws as f64,
            0.0,
            1e5,
        )
    }
}

/// What the run takes of its dataset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DataUse {
    /// Single values that their own history or their companions contradict (docs/formats.md#what-is-checked).
    pub doubted: Doubted,
}

/// What is done with doubted values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Doubted {
    /// They are used as the publisher wrote them.
    #[default]
    Kept,
    /// They are missing, as if the publisher had not written them.
    LeftOut,
}

impl DataUse {
    pub(crate) fn is_default(&self) -> bool {
        *self == DataUse::default()
    }
}

/// Worlds in which the price model is off, drawn from its measured error (docs/accuracy.md#the-error-model).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PriceErrors {
    /// How many; 0 leaves them out.
    pub worlds: usize,
    /// Seed of their errors.
    pub seed: u64,
}

impl Default for PriceErrors {
    fn default() -> PriceErrors {
        PriceErrors {
            worlds: 0,
            seed: 20_220_105,
        }
    }
}

impl PriceErrors {
    /// Whether the run draws no world.
    pub fn is_none(&self) -> bool {
        self.worlds == 0
    }

    pub(crate) fn check(&self) -> Result<(), KeyError> {
        check_range("price_errors.worlds", self.worlds as f64, 0.0, 1e5)
    }
}

/// Puts the sections a run file left out into its table, so that they are stored with the run and `--set` finds them.
pub(crate) fn insert_defaults(table: &mut Table) {
    let controls = Value::try_from(Controls::default()).expect("numbers");
    table.entry("controls").or_insert(controls);
    let data = Value::try_from(DataUse::default()).expect("a word");
    table.entry("data").or_insert(data);
    let price_errors = Value::try_from(PriceErrors::default()).expect("numbers");
    table.entry("price_errors").or_insert(price_errors);
    if let Some(Value::Table(model)) = table.get_mut("model") {
        model.entry("rho_shift").or_insert(Value::Float(0.0));
        model
            .entry("index_implied_level")
            .or_insert(Value::Boolean(false));
        let none = Value::Table(Table::new());
        model.entry("dated_events").or_insert(none);
    }
    // Empty, so that `--set stand_ins.skew=135` finds its place; what stays empty is not stored.
    let stand_ins = table
        .entry("stand_ins")
        .or_insert_with(|| Value::Table(Table::new()));
    if let Value::Table(stand_ins) = stand_ins {
        let ages = stand_ins.entry("max_age_sessions");
        ages.or_insert_with(|| Value::Table(Table::new()));
    }
    crate::claims::insert_shipped(table);
}
