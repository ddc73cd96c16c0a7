//! A sweep as its file says it: a run, axes, constraints, how the cells are judged.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use signals::key_error::{KeyError, check_range};
use toml::{Table, Value};

use crate::ConfigError;
use crate::axis::AxisSpec;
use crate::door;
use crate::space::Sample;

/// A sweep file. In a sweep folder the run stands in the file itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SweepFile {
    /// Name of the sweep and prefix of its folder.
    pub name: String,
    /// Comparisons over the names of axes that a cell must satisfy: `low < mid < high`.
    #[serde(default)]
    pub constraints: Vec<String>,
    /// Settings of the run before anything is varied, by dotted key.
    #[serde(default, skip_serializing_if = "Table::is_empty")]
    #[schemars(with = "std::collections::BTreeMap<String, AnyValue>")]
    pub set: Table,
    /// Which points of the axes are tried.
    pub sample: Sample,
    /// How the cells are judged.
    pub statistics: Statistics,
    /// What is varied; the last axis fastest.
    pub axes: Vec<AxisSpec>,
    /// Path of a run file, from this file's folder; or the resolved run itself.
    #[schemars(with = "AnyValue")]
    pub run: Value,
}

/// Stands for any value in a schema.
struct AnyValue;

impl JsonSchema for AnyValue {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "AnyValue".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        true.into()
    }
}

/// How the cells are judged together.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Statistics {
    /// Coverage of every interval.
    pub level: f64,
    /// Draws of the bootstrap and of the tests against luck.
    pub draws: usize,
    /// Mean length of a block (sessions).
    pub mean_block_sessions: f64,
    /// Seed of all draws.
    pub seed: u64,
    /// Blocks of sessions for the probability of overfitting; even.
    pub cscv_blocks: usize,
    /// Walk-forward: sessions a choice looks back on.
    pub train_sessions: usize,
    /// Walk-forward: sessions a choice is held for.
    pub test_sessions: usize,
    /// Walk-forward: sessions between the two, which belong to neither.
    pub purge_sessions: usize,
}

impl SweepFile {
    /// Reads a sweep file called `file` in messages.
    ///
    /// # Errors
    /// Where it is not TOML or has a wrong key.
    pub fn parse(file: &str, text: &str) -> Result<SweepFile, ConfigError> {
        door::read(file, text)
    }
}

impl Statistics {
    /// Whether every number lies where it may.
    ///
    /// # Errors
    /// The first that does not, with its key.
    pub fn check(&self) -> Result<(), KeyError> {
        check_range("statistics.level", self.level, 0.5, 0.999)?;
        check_range("statistics.draws", self.draws as f64, 100.0, 1e6)?;
        check_range(
            "statistics.mean_block_sessions",
            self.mean_block_sessions,
            1.0,
            1000.0,
        )?;
        if !self.cscv_blocks.is_multiple_of(2) || !(4..=20).contains(&self.cscv_blocks) {
            return Err(KeyError::NotAllowed {
                key: "statistics.cscv_blocks".to_string(),
                found: self.cscv_blocks.to_string(),
                allowed: "an even number of 4 to 20".to_string(),
            });
        }
        check_range(
            "statistics.train_sessions",
            self.train_sessions as f64,
            20.0,
            10_000.0,
        )?;
        check_range(
            "statistics.test_sessions",
            self.test_sessions as f64,
            5.0,
            10_000.0,
        )?;
        check_range(
            "statistics.purge_sessions",
            self.purge_sessions as f64,
            0.0,
            1_000.0,
        )
    }
}
