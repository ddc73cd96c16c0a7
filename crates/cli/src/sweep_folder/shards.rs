//! Shards of one sweep, joined.

use std::collections::BTreeMap;
use std::path::Path;

use runfile::sweep_file::SweepFile;
use serde_json::Value;
use sweep::cell::Cell;
use sweep::selection::parts;
use sweep::spec::SweepConfig;
use sweep::store::{Key, Store};
use sweep::work::Ledger;
use tables::manifest::Input;

use super::Source;
use crate::error::Failure;
use crate::parts::{Joined, Part};

/// A text of a manifest; empty where there is none.
fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_string()
}

/// The texts of a list of a manifest.
fn texts(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().map(text).collect()
}

/// Cells of a shard without a result: status and reason by number.
type Faults = BTreeMap<usize, (String, String)>;

/// Cells whose keys are worked out at a time.
const CELLS: usize = 4_096;

/// Shards of one sweep, joined.
pub struct Shards {
    /// Their sweep, with its run inside.
    pub file: SweepFile,
    /// Their dataset.
    pub source: Source,
    /// How many parts they are, where all are parts of that many.
    pub parts: Option<usize>,
    /// Cells without a result.
    faults: Faults,
}

fn faults_of(manifest: &Value) -> Faults {
    let mut faults = Faults::new();
    for (number, fault) in manifest["faults"].as_object().into_iter().flatten() {
        if let Ok(number) = number.parse() {
            faults.insert(number, (text(&fault[0]), text(&fault[1])));
        }
    }
    faults
}

/// How many parts shards are; `None` where they are not the parts of one number.
fn parts_of(manifests: &[Value]) -> Option<usize> {
    let of = Part::told(manifests.first()?)?.of;
    let is_of = |manifest: &Value| Part::told(manifest).is_some_and(|part| part.of == of);
    manifests.iter().all(is_of).then_some(of)
}

impl Shards {
    /// What shards say of themselves; messages name the first of them.
    ///
    /// # Errors
    /// Where the file or the manifest of the first was changed by hand.
    pub fn new(first: &Path, joined: Joined) -> Result<Shards, Failure> {
        let manifest = &joined.manifests[0];
        let path = first.join("sweep.toml");
        Ok(Shards {
            file: SweepFile::parse(&path.display().to_string(), &joined.text)?,
            source: Source {
                hash: joined.dataset_hash,
                about: manifest["dataset"].clone(),
                notes: texts(&manifest["notes"]),
                inputs: inputs_of(first, manifest)?,
                path: None,
            },
            parts: parts_of(&joined.manifests),
            faults: joined.manifests.iter().flat_map(faults_of).collect(),
        })
    }

    /// Where every cell of the whole sweep is: what the parts kept of it, else worked out cell by cell.
    pub fn ledger(&self, config: &SweepConfig, store: &Store) -> Result<Ledger, Failure> {
        let mut ledger = Ledger {
            keys: match self.kept_keys(config, store)? {
                Some(keys) => keys,
                None => self.keys(config, store)?,
            },
            ..Ledger::default()
        };
        for (number, (status, reason)) in self.faults.range(..config.points.len()) {
            let status = if status == "invalid" {
                "invalid"
            } else {
                "failed"
            };
            ledger.faults.insert(*number, (status, reason.clone()));
        }
        ledger.known = ledger.keys.iter().flatten().count();
        Ok(ledger)
    }

    /// The keys that the parts kept of their cells. Nothing where they kept none, or where these are not the keys of the cells that
    /// must have a result: a look at each, and at the configuration of one in each part.
    fn kept_keys(
        &self,
        config: &SweepConfig,
        store: &Store,
    ) -> Result<Option<Vec<Option<Key>>>, Failure> {
        let Some(of) = self.parts else {
            return Ok(None);
        };
        let mut all = vec![None; config.points.len()];
        for (index, cells) in parts(config, of).enumerate() {
            let Some(keys) = Ledger::kept_keys(store, (index, of), cells.len()) else {
                return Ok(None);
            };
            let mut looked_at = false;
            for (place, key) in keys.into_iter().enumerate() {
                let number = cells.number(place);
                let is_fault = self.faults.contains_key(&number);
                let is_other = match key {
                    Some(key) if !looked_at => {
                        looked_at = true;
                        key != self.key(config, number)?
                    }
                    _ => false,
                };
                if is_other || key.is_some_and(|key| !store.has(&key)) || is_fault != key.is_none()
                {
                    return Ok(None);
                }
                all[number] = key;
            }
        }
        Ok(Some(all))
    }

    /// The keys of all cells, worked out from their configurations.
    fn keys(&self, config: &SweepConfig, store: &Store) -> Result<Vec<Option<Key>>, Failure> {
        let all = config.points.len();
        let mut keys = Vec::with_capacity(all);
        for start in (0..all).step_by(CELLS) {
            let numbers: Vec<usize> = (start..(start + CELLS).min(all)).collect();
            // A faulty cell has no result to look for.
            let found = study::batch::map(&numbers, |number| {
                let is_fault = self.faults.contains_key(number);
                (!is_fault).then(|| self.key(config, *number)).transpose()
            });
            for (number, key) in numbers.into_iter().zip(found) {
                let key = key?;
                if key.is_some_and(|key| !store.has(&key)) {
                    return Err(Failure::data(format!(
                        "no shard has cell {number} of 0..{all}"
                    )));
                }
                keys.push(key);
            }
        }
        Ok(keys)
    }

    /// The key of a cell's result.
    fn key(&self, config: &SweepConfig, number: usize) -> Result<Key, Failure> {
        let (_, trial) = config
            .cell_and_trial(number)
            .map_err(|error| Failure::data(error.to_string()))?;
        Ok(Cell::key(&trial, &self.source.hash))
    }
}

/// Series that the prices of a shard rest on and that were not always published.
fn inputs_of(folder: &Path, manifest: &Value) -> Result<Vec<Input>, Failure> {
    match manifest.get("inputs") {
        None => Ok(Vec::new()),
        Some(inputs) => serde_json::from_value(inputs.clone()).map_err(|error| {
            Failure::data(format!(
                "{}: manifest.json, key `inputs`: {error}",
                folder.display()
            ))
        }),
    }
}
