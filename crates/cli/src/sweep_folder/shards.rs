//! Shards of one sweep, joined.

use std::path::{Path, PathBuf};

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
use crate::parts::{Joined, manifest_of};

/// A text of a manifest; empty where there is none.
fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_string()
}

/// The texts of a list of a manifest.
fn texts(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().map(text).collect()
}

/// Cells whose keys are worked out at a time.
const CELLS: usize = 4_096;

/// Shards of one sweep, joined.
pub struct Shards {
    folders: Vec<PathBuf>,
    /// Their sweep, with its run inside.
    pub file: SweepFile,
    /// Their dataset.
    pub source: Source,
    /// How many parts they are, where all are parts of that many.
    pub parts: Option<usize>,
}

impl Shards {
    /// What shards say of themselves; messages name the first of them.
    ///
    /// # Errors
    /// Where the file or the manifest of the first was changed by hand.
    pub fn new(folders: Vec<PathBuf>, joined: Joined) -> Result<Shards, Failure> {
        let first = &folders[0];
        let manifest = &joined.manifest;
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
            parts: joined.parts,
            folders,
        })
    }

    /// Where every cell of the whole sweep is: what the parts kept of it, else worked out cell by cell.
    pub fn ledger(&self, config: &SweepConfig, store: &Store) -> Result<Ledger, Failure> {
        let mut ledger = Ledger::new(config.points.len(), store.folder())?;
        // Faults first: they say which cells need no result.
        for folder in &self.folders {
            let manifest = manifest_of(folder)?;
            for (number, fault) in manifest["faults"].as_object().into_iter().flatten() {
                let Some(number) = number.parse().ok().filter(|n| *n < ledger.len()) else {
                    continue;
                };
                let status = match fault[0].as_str() {
                    Some("invalid") => "invalid",
                    _ => "failed",
                };
                ledger.failed(number, status, text(&fault[1]))?;
            }
        }
        if !self.take_kept_keys(config, store, &mut ledger)? {
            self.take_keys(config, store, &mut ledger)?;
        }
        ledger.known = ledger.len() - ledger.faults();
        Ok(ledger)
    }

    /// Takes the keys that the parts kept of their cells. Says whether they kept all, and these are the keys of the cells that
    /// must have a result: a look at each, and at the configuration of one in each part.
    fn take_kept_keys(
        &self,
        config: &SweepConfig,
        store: &Store,
        ledger: &mut Ledger,
    ) -> Result<bool, Failure> {
        let Some(of) = self.parts else {
            return Ok(false);
        };
        for (index, cells) in parts(config, of).enumerate() {
            let mut looked_at = false;
            // Most lie beside each other: they are entered together.
            let mut run: (usize, Vec<Key>) = (0, Vec::with_capacity(CELLS));
            let is_right = |place, key: Option<Key>| -> Result<bool, Failure> {
                let number = cells.number(place);
                let is_fault = ledger.fault(number)?.is_some();
                let Some(key) = key else {
                    return Ok(is_fault);
                };
                if is_fault || !store.knows(&key)? {
                    return Ok(false);
                }
                if !looked_at && key != self.key(config, number)? {
                    return Ok(false);
                }
                looked_at = true;
                if run.0 + run.1.len() != number || run.1.len() == CELLS {
                    ledger.found_all(run.0, &run.1)?;
                    run = (number, Vec::with_capacity(CELLS));
                }
                run.1.push(key);
                Ok(true)
            };
            if !Ledger::kept_keys(store, (index, of), cells.len(), is_right)? {
                return Ok(false);
            }
            ledger.found_all(run.0, &run.1)?;
        }
        Ok(true)
    }

    /// Takes the keys of all cells, worked out from their configurations.
    fn take_keys(
        &self,
        config: &SweepConfig,
        store: &Store,
        ledger: &mut Ledger,
    ) -> Result<(), Failure> {
        let all = config.points.len();
        for start in (0..all).step_by(CELLS) {
            let mut numbers = Vec::with_capacity(CELLS);
            for number in start..(start + CELLS).min(all) {
                // A faulty cell has no result to look for.
                if ledger.fault(number)?.is_none() {
                    numbers.push(number);
                }
            }
            let found = study::batch::map(&numbers, |number| self.key(config, *number));
            for (number, key) in numbers.into_iter().zip(found) {
                let key = key?;
                if !store.knows(&key)? {
                    return Err(Failure::data(format!(
                        "no shard has cell {number} of 0..{all}"
                    )));
                }
                ledger.found(number, key)?;
            }
        }
        Ok(())
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
