//! Shards of one sweep, joined.

use std::collections::BTreeMap;
use std::path::Path;

use runfile::sweep_file::SweepFile;
use serde_json::Value;
use sweep::cell::Cell;
use sweep::cell_error::CellError;
use sweep::spec::SweepConfig;
use sweep::store::Store;
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
    /// Cells without a result, shard by shard.
    pub(super) faults: Vec<Faults>,
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
            faults: joined.manifests.iter().map(faults_of).collect(),
        })
    }

    /// Where every cell of the whole sweep is.
    pub fn ledger(&self, config: &SweepConfig, store: &Store) -> Result<Ledger, Failure> {
        let mut ledger = Ledger::default();
        let all = config.points.len();
        for start in (0..all).step_by(CELLS) {
            let numbers: Vec<usize> = (start..(start + CELLS).min(all)).collect();
            // A faulty cell has no result to look for.
            let keys = study::batch::map(&numbers, |number| match self.fault(*number) {
                Some(_) => Ok(None),
                None => {
                    let trial = config.cell_and_trial(*number)?.1;
                    Ok::<_, CellError>(Some(Cell::key(&trial, &self.source.hash)))
                }
            });
            for (number, key) in numbers.into_iter().zip(keys) {
                let key = key.map_err(|error| Failure::data(error.to_string()))?;
                if key.is_some_and(|key| !store.has(&key)) {
                    return Err(Failure::data(format!(
                        "no shard has cell {number} of 0..{all}"
                    )));
                }
                if let Some((status, reason)) = self.fault(number) {
                    let status = if status == "invalid" {
                        "invalid"
                    } else {
                        "failed"
                    };
                    ledger.faults.insert(number, (status, reason.clone()));
                }
                ledger.known += usize::from(key.is_some());
                ledger.keys.push(key);
            }
        }
        Ok(ledger)
    }

    /// Status and reason of a cell without a result.
    fn fault(&self, number: usize) -> Option<&(String, String)> {
        self.faults.iter().find_map(|faults| faults.get(&number))
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
