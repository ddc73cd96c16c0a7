//! The section `[claims]` of a run: what is asked, and what would count as yes.

use std::collections::BTreeMap;

use policy::hedge::Hedge;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use signals::key_error::{KeyError, check_range, suggestion};
use toml::{Table, Value};

use crate::claims::claimed::Claimed;
use crate::claims::measure::Measure;
use crate::door::check_count;
use crate::keys::{PathError, descend, explain, put};

/// The claims table every run is asked unless it has its own.
const SHIPPED: &str = include_str!("../../configs/claims.toml");

/// Most rows, and most variants.
const MOST_ASKED: usize = 1_000;
/// Most levels of a variant, each of which is a replay.
const MOST_LEVELS: usize = 200;

/// What a run is asked.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Claims {
    /// Starts of a window, and rolls of a layer, that are compared.
    pub phases: usize,
    /// How much later a start is than the one before (sessions).
    pub phase_step_sessions: usize,
    /// Families of arms that no comparison shows, by name.
    #[serde(default)]
    pub variants: BTreeMap<String, Variant>,
    /// The questions, by a name of their own.
    #[serde(default)]
    pub rows: BTreeMap<String, Row>,
}

/// An arm of the run with one key at each of several levels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Variant {
    /// The arm.
    pub of: String,
    /// Dotted key of its policy file.
    pub key: String,
    /// Values of the key; one arm each.
    #[schemars(with = "Vec<serde_json::Value>")]
    pub levels: Vec<Value>,
}

/// One question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Row of the claims table (`O1`); several questions may share it.
    pub id: String,
    /// The claim in words.
    pub claim: String,
    /// What is measured.
    pub measure: Measure,
    /// Windows, played one after the other; empty is all.
    pub windows: Vec<String>,
    /// The values that are claimed.
    pub claimed: Claimed,
    /// With fewer observations than this there is no decision.
    pub minimum_n: usize,
}

/// Puts the shipped claims table into a run that leaves out the section, or keys of it.
pub fn insert_shipped(table: &mut Table) {
    let mut shipped: Table = toml::from_str(SHIPPED).expect("configs/claims.toml is TOML");
    let Some(Value::Table(shipped)) = shipped.remove("claims") else {
        return;
    };
    let own = table
        .entry("claims")
        .or_insert_with(|| Value::Table(Table::new()));
    if let Value::Table(own) = own {
        for (key, value) in shipped {
            own.entry(key).or_insert(value);
        }
    }
}

impl Claims {
    /// Whether nothing was said, not even that nothing is asked.
    pub fn is_none(&self) -> bool {
        *self == Claims::default()
    }

    /// The rows in the order of the claims table: by letter, then number, then name.
    pub fn in_order(&self) -> Vec<&Row> {
        let mut all: Vec<(&String, &Row)> = self.rows.iter().collect();
        // Outcomes come first, as in the claims table.
        let place = |id: &str| {
            let (letter, number) =
                id.split_at(id.find(|c: char| c.is_ascii_digit()).unwrap_or(id.len()));
            let group = "OTLZIPRNM"
                .find(letter)
                .filter(|_| letter.len() == 1)
                .unwrap_or(usize::MAX);
            (
                group,
                letter.to_string(),
                number.parse::<u32>().unwrap_or(u32::MAX),
            )
        };
        all.sort_by_cached_key(|(name, row)| {
            (
                place(&row.id),
                row.measure.n_counts() != "sessions",
                (*name).clone(),
            )
        });
        all.into_iter().map(|(_, row)| row).collect()
    }

    /// Checks the section; arms it names may be absent from the run, what is wrong in itself may not.
    pub(crate) fn check(&self, policies: &BTreeMap<String, Hedge>) -> Result<(), KeyError> {
        if self.is_none() {
            return Ok(());
        }
        check_range("claims.phases", self.phases as f64, 2.0, 250.0)?;
        check_range(
            "claims.phase_step_sessions",
            self.phase_step_sessions as f64,
            1.0,
            63.0,
        )?;
        check_count("claims.variants", self.variants.len(), MOST_ASKED)?;
        check_count("claims.rows", self.rows.len(), MOST_ASKED)?;
        for (name, variant) in &self.variants {
            variant.check(&format!("claims.variants.{name}"), name, policies)?;
        }
        self.rows.iter().try_for_each(|(name, row)| {
            self.check_row(&format!("claims.rows.{name}"), row, policies)
        })
    }

    fn check_row(
        &self,
        at: &str,
        row: &Row,
        policies: &BTreeMap<String, Hedge>,
    ) -> Result<(), KeyError> {
        let text = [("id", &row.id), ("claim", &row.claim)];
        if let Some((key, _)) = text.iter().find(|(_, text)| text.trim().is_empty()) {
            return Err(KeyError::Between(format!("{at}.{key} is empty")));
        }
        row.claimed.check(&format!("{at}.claimed"))?;
        check_range(format!("{at}.minimum_n"), row.minimum_n as f64, 1.0, 1e6)?;
        if let Some(family) = row
            .measure
            .family()
            .filter(|family| !self.variants.contains_key(*family))
        {
            let known: Vec<String> = self.variants.keys().cloned().collect();
            return Err(KeyError::at(
                format!("{at}.measure"),
                format!("no variant {family:?}{}", suggestion(family, &known)),
            ));
        }
        if let Some((key, sessions)) = row.measure.span() {
            check_range(format!("{at}.measure.{key}"), sessions as f64, 1.0, 252.0)?;
        }
        let own = row
            .measure
            .trigger()
            .map(|(arm, trigger)| ("trigger", arm, trigger));
        for (key, arm, trigger) in own.into_iter().chain(row.measure.event()) {
            let at = format!("{at}.measure.{key}");
            trigger.check(&at)?;
            policies.get(arm).map_or(Ok(()), |hedge| {
                hedge.definitions().check_trigger(&at, trigger)
            })?;
        }
        if let Some((arm, signal)) = row.measure.signal() {
            let at = format!("{at}.measure.of.signal");
            policies.get(arm).map_or(Ok(()), |hedge| {
                hedge.definitions().check_source(&at, signal)
            })?;
        }
        Ok(())
    }
}

/// Why a policy cannot have a key at a level.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoMember {
    /// The key leads nowhere.
    #[error(transparent)]
    Path(#[from] PathError),
    /// The policy cannot be read with it.
    #[error("{0}")]
    Unreadable(String),
    /// The policy is refused with it.
    #[error(transparent)]
    Refused(#[from] KeyError),
}

impl Variant {
    /// The policy with the key at one of the levels.
    ///
    /// # Errors
    /// Where the key leads nowhere or the policy is none then.
    pub fn member(&self, base: &Hedge, level: &Value) -> Result<Hedge, NoMember> {
        let mut value = Value::try_from(base).expect("a policy is plain data");
        let mut keys: Vec<&str> = self.key.split('.').collect();
        let last = keys.pop().unwrap_or_default();
        put(descend(&mut value, &keys)?, last, level.clone())?;
        let hedge: Hedge = value
            .try_into()
            .map_err(|e: toml::de::Error| NoMember::Unreadable(explain(&e.to_string())))?;
        hedge.check()?;
        Ok(hedge)
    }

    fn check(
        &self,
        at: &str,
        name: &str,
        policies: &BTreeMap<String, Hedge>,
    ) -> Result<(), KeyError> {
        if policies.contains_key(name) {
            return Err(KeyError::at(at, "an arm of the run has the same name"));
        }
        check_count(&format!("{at}.levels"), self.levels.len(), MOST_LEVELS)?;
        if self.levels.is_empty() {
            return Err(KeyError::empty(format!("{at}.levels")));
        }
        let Some(base) = policies.get(&self.of) else {
            return Ok(());
        };
        self.levels
            .iter()
            .enumerate()
            .find_map(|(index, level)| {
                let error = self.member(base, level).err()?;
                let place = format!("{at}.levels[{index}] ({})", self.key);
                Some(KeyError::at(place, error.to_string()))
            })
            .map_or(Ok(()), Err)
    }
}
