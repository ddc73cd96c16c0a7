//! Sections of a run file that decide what is compared and judged, not what is traded.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use toml::{Table, Value};

use crate::keys::check_range;

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
    pub(crate) fn check(&self) -> Result<(), String> {
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

/// Puts the sections a run file left out into its table, so that they are stored with the run and `--set` finds them.
pub(crate) fn insert_defaults(table: &mut Table) {
    let controls = Value::try_from(Controls::default()).expect("numbers");
    table.entry("controls").or_insert(controls);
    let data = Value::try_from(DataUse::default()).expect("a word");
    table.entry("data").or_insert(data);
    if let Some(Value::Table(model)) = table.get_mut("model") {
        model.entry("rho_shift").or_insert(Value::Float(0.0));
        model
            .entry("index_implied_level")
            .or_insert(Value::Boolean(false));
        let none = Value::Table(Table::new());
        model.entry("dated_events").or_insert(none);
    }
    crate::claims::insert_shipped(table);
}
