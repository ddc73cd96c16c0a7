//! Writes and joins sweep folders: complete, or not at all.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use data::frames::{FrameWriter, write_frame};
use runfile::sweep_file::SweepFile;
use serde_json::{Value, json};
use study::inputs::WindowInputs;
use sweep::cell::{Cell, CellResult};
use sweep::cell_error::CellError;
use sweep::inference;
use sweep::selection::Selection;
use sweep::spec::SweepConfig;
use sweep::store::{NO_TRIAL, Store, key};
use sweep::table;
use sweep::work::Ledger;
use tables::manifest::Input;
use tables::table_of;

use crate::error::Failure;
use crate::manifest::{self, about, begun, with, write_file};
use crate::parts::Part;
use crate::progress::Progress;
use crate::stop::StoppableJob;

/// Version of the folder's layout.
const SCHEMA: u32 = 1;
/// Results of a shard's cells, for `alvh sweep merge`.
const SHARD_STORE: &str = "cells.store";

/// The dataset a sweep ran on, as the manifest tells it.
pub struct Source {
    /// Its hash.
    pub hash: String,
    /// Its name, kind, notice and span.
    pub about: Value,
    /// Where prices come from, in sentences.
    notes: Vec<String>,
    /// Series that prices rest on and that were not always published.
    inputs: Vec<Input>,
}

impl Source {
    /// From the dataset's own manifest.
    pub fn of(manifest: &data::Manifest) -> Source {
        Source {
            hash: manifest.dataset_hash.clone(),
            about: about(manifest),
            notes: Vec::new(),
            inputs: Vec::new(),
        }
    }

    /// The same with what the prices of a sweep rest on: whether any cell reads chains, and how the series stood.
    pub fn with_inputs(self, reads_chains: bool, inputs: &[WindowInputs]) -> Source {
        Source {
            notes: notes(reads_chains, inputs),
            inputs: study::inputs::stood(inputs),
            ..self
        }
    }
}

/// The remarks of a sweep.
fn notes(reads_chains: bool, inputs: &[WindowInputs]) -> Vec<String> {
    let prices = if reads_chains {
        "Cells read the option quotes of the dataset where their settings say so (quotes, model.calibrate), and price by \
         the model from index levels elsewhere."
    } else {
        "Every cell prices options by the model from index levels: this sweep reads no option quotes, also where the \
         dataset has some."
    };
    let intervals = "Intervals of single cells are not computed: inference.csv has those of the chosen configuration.";
    [prices, intervals]
        .map(str::to_string)
        .into_iter()
        .chain(study::inputs::notes(inputs))
        .collect()
}

/// Hash of what decides every number of a sweep: configuration, dataset and results version.
pub fn hash(config: &SweepConfig, dataset_hash: &str) -> String {
    data::sha256_bytes(
        format!(
            "{}\n{dataset_hash}\n{}\n",
            config.to_toml(),
            engine::RESULTS_VERSION
        )
        .as_bytes(),
    )
}

/// Writes the tables of a whole sweep.
pub fn write_whole(
    folder: &Path,
    config: &SweepConfig,
    store: &Store,
    ledger: &Ledger,
    source: &Source,
    progress: &Progress,
    job: &StoppableJob<'_>,
) -> Result<(), Failure> {
    let all = Selection::range(0..ledger.keys.len());
    write_cells(folder, config, store, ledger, &all)?;
    let tried = store.trials().len();
    let rows = inference::judge(
        config,
        store,
        ledger,
        tried,
        &|done, all| progress.tell("statistics", done, all),
        job.flag(),
    );
    progress.finish();
    let inference = table_of(rows.map_err(|_| job.interrupted())?);
    write_file(folder, inference.file, inference.csv())?;
    write_frame(&folder.join(inference.parquet_file()), &inference)?;
    let sources = table_of(study::inputs::rows(&source.inputs));
    write_file(folder, sources.file, sources.csv())?;
    write_frame(&folder.join(sources.parquet_file()), &sources)?;
    write_file(folder, "sweep.toml", config.to_toml())?;
    let manifest = manifest(
        folder,
        config,
        source,
        &[
            "cells.csv",
            "cells.parquet",
            "inference.csv",
            "inference.parquet",
            "sources.csv",
            "sources.parquet",
            "sweep.toml",
        ],
    )?;
    manifest::write(folder, &with(manifest, json!({ "tried": tried })))?;
    let build = json!({ "commit": env!("ALVH_COMMIT") });
    write_file(folder, "build.json", format!("{build:#}\n"))
}

/// Which cells a shard holds.
pub struct Shard {
    /// The cells.
    pub cells: Selection,
    /// The part they are, unless they were named one by one.
    pub part: Option<Part>,
}

/// Writes a shard: its rows, and a store of its own with the results of its cells and every trial of this machine.
pub fn write_shard(
    folder: &Path,
    config: &SweepConfig,
    store: &Store,
    ledger: &Ledger,
    shard: &Shard,
    source: &Source,
) -> Result<(), Failure> {
    write_cells(folder, config, store, ledger, &shard.cells)?;
    write_file(folder, "sweep.toml", config.to_toml())?;
    let own = Store::open(&folder.join(SHARD_STORE))?;
    for key in ledger.keys.iter().flatten() {
        copy(store, &own, key)?;
    }
    for trial in store.trials() {
        // A trial without a result: it counts among those tried when the shards are joined.
        own.append(&key(&[b"trial", &trial]), &trial, &[])?;
    }
    own.sync()?;
    drop(own);
    let manifest = manifest(
        folder,
        config,
        source,
        &["cells.csv", "cells.parquet", "sweep.toml", SHARD_STORE],
    )?;
    let faults: BTreeMap<String, (&str, &str)> = ledger
        .faults
        .iter()
        .map(|(at, (status, why))| {
            let number = shard.cells.number(*at);
            (number.to_string(), (*status, why.as_str()))
        })
        .collect();
    let ends = (shard.cells.ranges().first(), shard.cells.ranges().last());
    let manifest = match (shard.part, ends) {
        (Some(part), _) => with(manifest, part.keys()),
        (None, (Some(first), Some(last))) => with(
            manifest,
            json!({ "cells": { "first": first.start, "end": last.end } }),
        ),
        (None, _) => manifest,
    };
    manifest::write(folder, &with(manifest, json!({ "faults": faults })))?;
    Ok(())
}

/// Copies a cell's result and the records it rests on, those once.
fn copy(from: &Store, into: &Store, key: &sweep::store::Key) -> Result<(), Failure> {
    let Some(bytes) = from.get(key)? else {
        return Ok(());
    };
    for other in CellResult::rests_on(&bytes).unwrap_or_default() {
        if !into.has(&other)
            && let Some(found) = from.get(&other)?
        {
            into.append(&other, &NO_TRIAL, &found)?;
        }
    }
    Ok(into.append(key, &NO_TRIAL, &bytes)?)
}

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
    /// Cells without a result, shard by shard.
    faults: Vec<Faults>,
}

/// Reads shards, checks that they are of one sweep, and puts all their results into a new store at `pool`.
pub fn join(folders: &[PathBuf], pool: &Path) -> Result<Shards, Failure> {
    let into = Store::open(pool)?;
    let mut joined: Option<(String, Shards)> = None;
    for folder in folders {
        let manifest = crate::parts::manifest_of(folder)?;
        let path = folder.join("sweep.toml");
        let stored = crate::places::folder_text(&path).map_err(Failure::io("read", &path))?;
        let dataset_hash = text(&manifest["dataset_hash"]);
        let identity = format!("{stored}\n{dataset_hash}");
        if let Some((first, _)) = &joined
            && *first != identity
        {
            return Err(Failure::data(format!(
                "{}: a shard of another sweep or dataset than {}",
                folder.display(),
                folders[0].display()
            )));
        }
        let (_, shards) = match &mut joined {
            Some(joined) => joined,
            None => {
                let source = Source {
                    hash: dataset_hash,
                    about: manifest["dataset"].clone(),
                    notes: texts(&manifest["notes"]),
                    inputs: inputs_of(folder, &manifest)?,
                };
                let file = SweepFile::parse(&path.display().to_string(), &stored)?;
                joined.insert((
                    identity,
                    Shards {
                        file,
                        source,
                        faults: Vec::new(),
                    },
                ))
            }
        };
        shards.faults.push(faults_of(folder, &manifest)?);
        let own = Store::open(&folder.join(SHARD_STORE))?;
        for (key, trial, payload) in own.records()? {
            into.append(&key, &trial, &payload)?;
        }
    }
    let (_, shards) = joined.ok_or_else(|| Failure::config("name at least one shard folder"))?;
    Ok(shards)
}

fn faults_of(folder: &Path, manifest: &Value) -> Result<Faults, Failure> {
    if !manifest["cells"].is_object() && !manifest["part"].is_object() {
        return Err(Failure::data(format!(
            "{}: not a shard: manifest.json has neither cells nor part (shards are made with `alvh sweep --part I/N` or \
             `--cells A..B`)",
            folder.display()
        )));
    };
    let mut faults = Faults::new();
    for (number, fault) in manifest["faults"].as_object().into_iter().flatten() {
        if let Ok(number) = number.parse() {
            faults.insert(number, (text(&fault[0]), text(&fault[1])));
        }
    }
    Ok(faults)
}

impl Shards {
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

fn write_cells(
    folder: &Path,
    config: &SweepConfig,
    store: &Store,
    ledger: &Ledger,
    cells: &Selection,
) -> Result<(), Failure> {
    let path = folder.join("cells.csv");
    let file = BufWriter::new(File::create(&path).map_err(Failure::io("write", &path))?);
    let mut frame: Option<FrameWriter> = None;
    table::write(config, store, ledger, cells, file, |block| {
        let frame = match &mut frame {
            Some(frame) => frame,
            none => none.insert(FrameWriter::new(&folder.join("cells.parquet"), block)?),
        };
        frame.write(block).map_err(Failure::from)
    })?;
    frame.map_or(Ok(()), |frame| Ok(frame.finish()?))
}

fn manifest(
    folder: &Path,
    config: &SweepConfig,
    source: &Source,
    files: &[&str],
) -> Result<Value, Failure> {
    let mut hashes = BTreeMap::new();
    for name in files {
        hashes.insert(name.to_string(), data::sha256_file(&folder.join(name))?);
    }
    let windows = config.base.windows.iter();
    let begun = begun(
        SCHEMA,
        &config.file.name,
        (&source.hash, source.about.clone()),
    );
    let own = json!({
        "config_hash": data::sha256_bytes(config.to_toml().as_bytes()),
        "windows": windows.map(|w| json!({
            "name": w.name, "first": w.first.to_string(), "last": w.last.to_string(),
        })).collect::<Vec<_>>(),
        "arms": config.base.arms,
        "total_cells": config.points.len(),
        "command": format!("alvh sweep configs/sweeps/{}.toml", config.file.name),
        "notes": source.notes,
        "files": hashes,
    });
    let manifest = with(begun, own);
    Ok(match source.inputs.is_empty() {
        true => manifest,
        false => with(manifest, json!({ "inputs": source.inputs })),
    })
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
