//! `manifest.json`: what was run, on what, with which files.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::ReadError;
use crate::number::date;

const FILE: &str = "manifest.json";

/// The manifest of a run folder. Keys that are not named here are allowed and ignored.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Manifest {
    /// Version of the folder's layout; 1 is the only one.
    pub schema: u32,
    /// The run's name.
    pub name: String,
    /// What computed it.
    pub engine: Engine,
    /// Hash of the resolved configuration.
    pub config_hash: String,
    /// Hash of the dataset.
    pub dataset_hash: String,
    /// What was replayed.
    pub dataset: Dataset,
    /// Where option prices come from: `model`, `quotes` or a mixture.
    pub prices: String,
    /// Capital at the start of each window [US dollars].
    pub starting_capital_usd: f64,
    /// The windows, in the order of the run file.
    pub windows: Vec<ReplayedWindow>,
    /// The arms, in the order of the run file.
    pub arms: Vec<Arm>,
    /// The command that makes the folder again.
    pub command: String,
    /// How the intervals were computed.
    pub interval: Option<Interval>,
    /// Remarks of the run that its reader should see.
    #[serde(default)]
    pub notes: Vec<String>,
    /// Series that prices rest on and that were not always published, window by window.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inputs: Vec<Input>,
    /// Of which moments the option quotes of a run are, window by window; empty where it reads none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub quotes: Vec<QuotedAt>,
    /// sha256 of every file, in hex, by file name.
    #[serde(default)]
    pub files: BTreeMap<String, String>,
}

/// Sessions of a window with option quotes of one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct QuotedAt {
    /// The window.
    pub window: String,
    /// In words: `close`, `close 16:31`, `intraday 10:11`.
    pub moment: String,
    /// Sessions with such quotes.
    pub sessions: usize,
    /// Sessions of the window.
    pub of: usize,
    /// Whether the run trades at them: it does at closes alone.
    pub used: bool,
}

/// How a series that prices rest on stood in a window.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Input {
    /// The window.
    pub window: String,
    /// The series.
    pub series: String,
    /// Sessions whose prices can rest on it.
    pub sessions: usize,
    /// Sessions on which an earlier value was used.
    pub carried: usize,
    /// Age of the oldest of them, in sessions.
    pub oldest_sessions: u32,
    /// Sessions on which something else stood in.
    pub stand_in: usize,
    /// Sessions of the window by who published the value, of datasets that say so.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub publishers: BTreeMap<String, usize>,
}

/// What computed the run.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Engine {
    /// Version of the program.
    pub version: String,
    /// Raised whenever any number changes.
    pub results_version: u32,
}

/// The dataset that was replayed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Dataset {
    /// Its name.
    pub name: String,
    /// Market history, or not.
    pub kind: DatasetKind,
    /// What its makers want readers to know.
    #[serde(default)]
    pub notice: String,
    /// First session it covers.
    pub first: String,
    /// Last session it covers.
    pub last: String,
}

/// Whether a dataset is market history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DatasetKind {
    /// Real market data.
    History,
    /// A seeded path through public closes; not market history.
    Reconstruction,
}

/// A window as it was replayed: the edges are those of the run file, the sessions those that the dataset has between them.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct ReplayedWindow {
    /// Its name.
    pub name: String,
    /// Its first day.
    pub first: String,
    /// Its last day.
    pub last: String,
    /// Number of sessions.
    pub sessions: usize,
}

/// One complete trading policy of the comparison.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Arm {
    /// Its name in the tables.
    pub name: String,
    /// Its name for people; may be empty.
    #[serde(default)]
    pub title: String,
    /// What it is in the comparison.
    pub kind: ArmKind,
    /// The arm whose spending a twin copies.
    pub twin_of: Option<String>,
    /// What it does, in a sentence.
    #[serde(default)]
    pub summary: String,
    /// Its hedge layers.
    #[serde(default)]
    pub layers: Vec<String>,
}

/// What an arm is in the comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ArmKind {
    /// The condors alone.
    Unhedged,
    /// A policy under test.
    Policy,
    /// A diagnostic that spends as much as another arm did; it looks ahead by construction.
    EqualSpendTwin,
}

/// How the intervals were computed.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Interval {
    /// Coverage, as a fraction: 0.9.
    pub level: f64,
    /// The bootstrap.
    pub method: String,
    /// Number of draws.
    pub draws: u64,
    /// Mean block length, in sessions.
    pub mean_block_sessions: f64,
    /// Seed of the draws.
    pub seed: Option<serde_json::Value>,
}

impl Manifest {
    /// Reads and checks the text of `manifest.json`.
    pub fn parse(text: &str) -> Result<Manifest, ReadError> {
        crate::seal::check(text)?;
        let manifest: Manifest =
            serde_json::from_str(text).map_err(|error| wrong(error.to_string()))?;
        manifest.check()?;
        Ok(manifest)
    }

    fn check(&self) -> Result<(), ReadError> {
        if self.schema != 1 {
            return Err(wrong(format!(
                "key `schema`: found {}, allowed is 1",
                self.schema
            )));
        }
        if !(self.starting_capital_usd.is_finite() && self.starting_capital_usd > 0.0) {
            return Err(wrong(
                "key `starting_capital_usd`: allowed is a number above 0".to_owned(),
            ));
        }
        distinct(
            "windows",
            self.windows.iter().map(|window| window.name.as_str()),
        )?;
        distinct("arms", self.arms.iter().map(|arm| arm.name.as_str()))?;
        self.windows.iter().try_for_each(check_window)?;
        self.arms.iter().try_for_each(|arm| self.check_arm(arm))
    }

    fn check_arm(&self, arm: &Arm) -> Result<(), ReadError> {
        let bases = self
            .arms
            .iter()
            .filter(|arm| arm.kind == ArmKind::Unhedged)
            .count();
        if bases > 1 {
            return Err(wrong(format!(
                "key `arms`: at most one arm may be of kind `unhedged`, found {bases}"
            )));
        }
        match &arm.twin_of {
            Some(other) if !self.arms.iter().any(|arm| arm.name == *other) => Err(wrong(format!(
                "arm `{}`, key `twin_of`: found `{other}`, allowed is the name of an arm",
                arm.name
            ))),
            None if arm.kind == ArmKind::EqualSpendTwin => Err(wrong(format!(
                "arm `{}`: a twin must name its arm in `twin_of`",
                arm.name
            ))),
            _ => Ok(()),
        }
    }
}

fn check_window(window: &ReplayedWindow) -> Result<(), ReadError> {
    for (key, text) in [("first", &window.first), ("last", &window.last)] {
        if date(text).is_none() {
            let name = &window.name;
            return Err(wrong(format!(
                "window `{name}`, key `{key}`: found `{text}`, allowed is a day like 2022-01-03"
            )));
        }
    }
    Ok(())
}

fn distinct<'a>(key: &str, names: impl Iterator<Item = &'a str>) -> Result<(), ReadError> {
    let mut sorted: Vec<&str> = names.collect();
    if sorted.is_empty() {
        return Err(wrong(format!(
            "key `{key}` is empty; a run has at least one"
        )));
    }
    sorted.sort_unstable();
    match sorted.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(wrong(format!(
            "key `{key}`: the name `{}` occurs twice",
            pair[0]
        ))),
        None => Ok(()),
    }
}

fn wrong(message: String) -> ReadError {
    ReadError::Manifest {
        file: FILE.to_owned(),
        message: crate::text::one_line(&message),
    }
}
