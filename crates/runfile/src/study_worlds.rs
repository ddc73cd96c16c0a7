//! The windows of a study: those its file names, or worlds made from the dataset.

use std::fmt;

use schemars::JsonSchema;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use signals::key_error::{KeyError, check_range};
use worlds::stress::Stress;

use crate::config::Window;

/// `[[windows]]`, or `windows = { worlds = 1000, years = 3, seed = 1 }`.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum StudyWindows {
    /// Windows of the dataset.
    Named(Vec<Window>),
    /// Alternative histories.
    Worlds(WorldsSpec),
}

/// Alternative histories made from the dataset: its days in matched blocks, on the sessions of its last years.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WorldsSpec {
    /// How many.
    pub worlds: usize,
    /// Their length: the last whole calendar years of the dataset lend their sessions.
    pub years: usize,
    /// Seed of all of them.
    pub seed: u64,
    /// Mean length of a block `[sessions]`.
    #[serde(default = "month")]
    pub mean_block_sessions: f64,
    /// Days among which the start of a block is drawn; the square root of the days of the dataset where it is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub neighbours: Option<usize>,
    /// Share of the worlds that are forced to hold a stress.
    #[serde(default)]
    pub stress: f64,
    /// Which, in turn: `2008`, `1987`, `february_2018`, `march_2020`, `august_2024`; every one the dataset allows where
    /// none is named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stresses: Vec<String>,
    /// The first of the worlds in which the control is made: the hedge at its fair price, and over condors of another world.
    #[serde(default)]
    pub control_worlds: usize,
    /// Whether these are replayed once more with every VIX option and future at the mean of what it settles at in them,
    /// given where the market stands.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub fair_prices: bool,
}

fn month() -> f64 {
    21.0
}

impl Default for StudyWindows {
    fn default() -> StudyWindows {
        StudyWindows::Named(Vec::new())
    }
}

impl StudyWindows {
    /// Windows of the dataset.
    pub fn named(&self) -> &[Window] {
        match self {
            StudyWindows::Named(windows) => windows,
            StudyWindows::Worlds(_) => &[],
        }
    }

    /// Alternative histories.
    pub fn worlds(&self) -> Option<&WorldsSpec> {
        match self {
            StudyWindows::Named(_) => None,
            StudyWindows::Worlds(spec) => Some(spec),
        }
    }

    pub(crate) fn is_none(&self) -> bool {
        *self == StudyWindows::default()
    }
}

impl<'de> Deserialize<'de> for StudyWindows {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<StudyWindows, D::Error> {
        from.deserialize_any(Either)
    }
}

/// Tells a list from a table, so that what is wrong inside is said as of that alone.
struct Either;

impl<'de> Visitor<'de> for Either {
    type Value = StudyWindows;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[[windows]] with name, first and last, or { worlds, years, seed }")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, all: A) -> Result<StudyWindows, A::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(all)).map(StudyWindows::Named)
    }

    fn visit_map<A: MapAccess<'de>>(self, all: A) -> Result<StudyWindows, A::Error> {
        WorldsSpec::deserialize(MapAccessDeserializer::new(all)).map(StudyWindows::Worlds)
    }
}

impl WorldsSpec {
    pub(crate) fn check(&self) -> Result<(), KeyError> {
        check_range("windows.worlds", self.worlds as f64, 1.0, 1e5)?;
        check_range("windows.years", self.years as f64, 1.0, 30.0)?;
        check_range(
            "windows.mean_block_sessions",
            self.mean_block_sessions,
            1.0,
            1000.0,
        )?;
        check_range("windows.stress", self.stress, 0.0, 1.0)?;
        if let Some(neighbours) = self.neighbours {
            check_range("windows.neighbours", neighbours as f64, 1.0, 1e5)?;
        }
        check_range(
            "windows.control_worlds",
            self.control_worlds as f64,
            0.0,
            5e3,
        )?;
        if self.fair_prices && self.control_worlds == 0 {
            return Err(KeyError::at(
                "windows.fair_prices",
                "true without control_worlds: there is no world to be priced",
            ));
        }
        for (place, name) in self.stresses.iter().enumerate() {
            if Stress::named(name).is_none() {
                let known: Vec<&str> = Stress::ALL.into_iter().map(Stress::name).collect();
                let allowed = known.join(", ");
                return Err(KeyError::at(
                    "windows.stresses",
                    format!("{name:?}, allowed is {allowed}"),
                ));
            }
            if self.stresses[..place].contains(name) {
                return Err(KeyError::at(
                    "windows.stresses",
                    format!("{name:?} is named twice"),
                ));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize, Serialize)]
    struct File {
        windows: StudyWindows,
    }

    fn read(text: &str) -> Result<File, toml::de::Error> {
        toml::from_str(text)
    }

    #[test]
    fn a_list_is_named_and_a_table_is_worlds() {
        let named = "[[windows]]\nname = \"a\"\nfirst = \"2022-01-03\"\nlast = \"2022-12-30\"\n";
        let file = read(named).expect("a list");
        assert_eq!(file.windows.named().len(), 1);
        assert_eq!(
            read(&toml::to_string(&file).unwrap()).unwrap().windows,
            file.windows
        );
        let file = read("windows = { worlds = 10, years = 3, seed = 1 }").expect("a table");
        let spec = file.windows.worlds().expect("worlds").clone();
        assert_eq!(
            (spec.worlds, spec.mean_block_sessions, spec.stress),
            (10, 21.0, 0.0)
        );
        assert_eq!(
            read(&toml::to_string(&file).unwrap()).unwrap().windows,
            file.windows
        );
    }

    #[test]
    fn what_is_wrong_is_said_of_the_key() {
        let wrong = |text: &str| read(text).err().expect("refused").to_string();
        let found = wrong("windows = { worlds = 10, years = 3, seed = 1, wolds = 2 }");
        assert!(
            found.contains("wolds") && found.contains("stresses"),
            "{found}"
        );
        let found = wrong("windows = 3");
        assert!(found.contains("[[windows]]"), "{found}");
        let spec = read("windows = { worlds = 10, years = 3, seed = 1, stresses = [\"1929\"] }");
        let spec = spec.expect("a table").windows;
        let refused = spec
            .worlds()
            .expect("worlds")
            .check()
            .expect_err("1929")
            .to_string();
        assert!(
            refused.contains("1929") && refused.contains("march_2020"),
            "{refused}"
        );
    }
}
