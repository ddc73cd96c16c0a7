//! Writes and joins sweep folders: complete, or not at all.

mod shards;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::{Path, PathBuf};

use data::frames::FrameWriter;
use files::HashedFile;
use serde_json::{Value, json};
use study::inputs::WindowInputs;
use study::phase::Phase;
use sweep::cell::CellResult;
use sweep::inference::{self, Unjudged};
use sweep::selection::Selection;
use sweep::spec::SweepConfig;
use sweep::store::{NO_TRIAL, Record, Store, StoreError, marker};
use sweep::table;
use sweep::work::Ledger;
use tables::manifest::Input;
use tables::table_of;

use crate::error::Failure;
use crate::manifest::{
    self, Hashed, Target, about, begun, with, write_build, write_csv, write_hashed, write_parquet,
};
use crate::parts::{Part, STORE};
use crate::progress::Progress;
use crate::stop::StoppableJob;

pub use shards::Shards;

/// Version of the folder's layout.
const SCHEMA: u32 = 1;

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
    /// Where it is on this machine, where that is known.
    path: Option<PathBuf>,
}

impl Source {
    /// From the dataset's own manifest.
    pub fn of(manifest: &data::Manifest) -> Source {
        Source {
            hash: manifest.dataset_hash.clone(),
            about: about(manifest),
            notes: Vec::new(),
            inputs: Vec::new(),
            path: None,
        }
    }

    /// The same with its place on this machine.
    pub fn at(self, path: &Path) -> Source {
        Source {
            path: Some(path.to_path_buf()),
            ..self
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

/// A whole sweep with what is needed to write it down.
pub struct Whole<'a> {
    /// What was swept.
    pub config: &'a SweepConfig,
    /// Where its results are.
    pub store: &'a Store,
    /// Where every cell is in the store.
    pub ledger: &'a Ledger,
    /// The dataset it ran on.
    pub source: &'a Source,
    /// Configurations ever tried on its store: the more, the less remarkable is the best.
    pub tried: usize,
    /// How many parts it was computed in, where these judged what they could.
    pub parts: Option<usize>,
}

/// Writes the tables of a whole sweep.
pub fn write_whole(
    target: Target<'_>,
    whole: &Whole<'_>,
    progress: &Progress,
    job: &StoppableJob<'_>,
) -> Result<(), Failure> {
    let Whole {
        config,
        store,
        ledger,
        source,
        tried,
        parts,
    } = *whole;
    let Target { folder, csv } = target;
    let all = Selection::range(0..ledger.len());
    let tell = |phase, done, all, part| progress.tell_work(phase, done, all, part);
    let phase = Phase::begin("rows", (all.len(), all.len() as u64), &tell);
    let mut hashes = write_cells(target, config, (store, ledger), &all, &|| phase.item(1))?;
    let rows = inference::judge(
        config,
        (store, parts),
        ledger,
        tried,
        &|done, all, part| progress.tell_work("statistics", done, all, part),
        job.flag(),
    );
    progress.finish();
    let inference = table_of(rows.map_err(|why| unjudged(why, job))?);
    let sources = table_of(study::inputs::rows(&source.inputs));
    for table in [&inference, &sources] {
        hashes.extend([write_csv(target, table)?, write_parquet(folder, table)?]);
    }
    hashes.extend([write_toml(folder, config)?]);
    let manifest = manifest(config, source, &hashes);
    let manifest = with(manifest, csv.keys());
    manifest::write(folder, &with(manifest, json!({ "tried": tried })))?;
    write_build(folder, source.path.as_deref(), json!({}))?;
    Ok(())
}

/// Some cells of a sweep with what is needed to write them down.
pub struct Shard<'a> {
    /// What is swept.
    pub config: &'a SweepConfig,
    /// Where their results are.
    pub store: &'a Store,
    /// Where each of them is in the store.
    pub ledger: &'a Ledger,
    /// The dataset it runs on.
    pub source: &'a Source,
    /// The cells.
    pub cells: Selection,
    /// The part they are, unless they were named one by one.
    pub part: Option<Part>,
}

/// Writes a shard: its rows, and a store of its own with the results of its cells and every trial of this machine. A part keeps
/// there which record is which cell, too, and judges its configurations as far as it can without the others.
pub fn write_shard(
    target: Target<'_>,
    shard: &Shard<'_>,
    job: &StoppableJob<'_>,
) -> Result<(), Failure> {
    let Shard {
        config,
        store,
        ledger,
        source,
        ..
    } = *shard;
    let folder = target.folder;
    let mut hashes = write_cells(target, config, (store, ledger), &shard.cells, &|| ())?;
    hashes.extend([write_toml(folder, config)?]);
    let own = Store::open(&folder.join(STORE))?;
    // A trial without a result: it counts among those tried when the shards are joined.
    let trials = store.trials()?.into_iter();
    let trials = trials.map(|trial| Ok((marker(&trial), trial, Vec::new())));
    own.append_all(copies(store, ledger).chain(trials))?;
    if let Some(part) = shard.part {
        let part = (part.index, part.of);
        ledger.keep_keys(&own, part)?;
        let cells = (&shard.cells, ledger);
        let judged = inference::judge_part(config, (store, &own), cells, part, job.flag());
        judged.map_err(|why| unjudged(why, job))?;
    }
    own.sync()?;
    drop(own);
    hashes.insert(STORE.to_string(), data::sha256_file(&folder.join(STORE))?);
    let manifest = manifest(config, source, &hashes);
    let faults: BTreeMap<String, (&str, &str)> = ledger
        .each_fault()
        .map(|fault| {
            let (place, status, why) = fault?;
            let number = shard.cells.number(place);
            Ok((number.to_string(), (status, why)))
        })
        .collect::<Result<_, StoreError>>()?;
    let ends = (shard.cells.ranges().first(), shard.cells.ranges().last());
    let manifest = match (shard.part, ends) {
        (Some(part), _) => with(manifest, part.keys()),
        (None, (Some(first), Some(last))) => with(
            manifest,
            json!({ "cells": { "first": first.start, "end": last.end } }),
        ),
        (None, _) => manifest,
    };
    let manifest = with(manifest, target.csv.keys());
    manifest::write(folder, &with(manifest, json!({ "faults": faults })))?;
    Ok(())
}

/// Why a sweep or a part of it was not judged, for the user.
pub fn unjudged(why: Unjudged, job: &StoppableJob<'_>) -> Failure {
    match why {
        Unjudged::Stopped(_) => job.interrupted(),
        Unjudged::Store(error) => error.into(),
    }
}

/// The results of cells and the records they rest on, each of those before the first cell that does.
fn copies<'a>(
    from: &'a Store,
    ledger: &'a Ledger,
) -> impl Iterator<Item = Result<Record, Failure>> + 'a {
    let mut copied = BTreeSet::new();
    ledger
        .keys()
        .filter_map(Result::transpose)
        .flat_map(move |key| {
            let mut records: Vec<Result<Record, Failure>> = Vec::new();
            let key = match key {
                Ok(key) => key,
                Err(error) => return vec![Err(error.into())],
            };
            match from.get(&key) {
                Err(error) => records.push(Err(error.into())),
                Ok(None) => {}
                Ok(Some(bytes)) => {
                    for other in CellResult::rests_on(&bytes).unwrap_or_default() {
                        if copied.insert(other) {
                            let found = from.get(&other).map_err(Failure::from).transpose();
                            records.extend(
                                found.map(|found| found.map(|bytes| (other, NO_TRIAL, bytes))),
                            );
                        }
                    }
                    records.push(Ok((key, NO_TRIAL, bytes)));
                }
            }
            records
        })
}

/// Writes the rows of cells as CSV and as Parquet.
fn write_cells(
    Target { folder, csv }: Target<'_>,
    config: &SweepConfig,
    (store, ledger): (&Store, &Ledger),
    cells: &Selection,
    written: &dyn Fn(),
) -> Result<BTreeMap<String, String>, Failure> {
    let path = folder.join("cells.csv");
    let mut file = HashedFile::create(&path).map_err(Failure::io("write", &path))?;
    let mut frame: Option<FrameWriter> = None;
    table::write(
        config,
        store,
        ledger,
        cells,
        (&mut file, csv),
        |block| {
            let frame = match &mut frame {
                Some(frame) => frame,
                none => none.insert(FrameWriter::new(&folder.join("cells.parquet"), block)?),
            };
            frame.write(block).map_err(Failure::from)
        },
        written,
    )?;
    let hash = file.finish().map_err(Failure::io("write", &path))?;
    let mut hashes = BTreeMap::from([("cells.csv".to_string(), hash)]);
    if let Some(frame) = frame {
        hashes.insert("cells.parquet".to_string(), frame.finish()?);
    }
    Ok(hashes)
}

/// Writes what was swept.
fn write_toml(folder: &Path, config: &SweepConfig) -> Result<Hashed, Failure> {
    let text = config.to_toml();
    write_hashed(folder, "sweep.toml", |file| file.write_all(text.as_bytes()))
}

fn manifest(config: &SweepConfig, source: &Source, hashes: &BTreeMap<String, String>) -> Value {
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
        "command": "alvh sweep FOLDER/sweep.toml --dataset DATASET",
        "notes": source.notes,
        "files": hashes,
    });
    let manifest = with(begun, own);
    match source.inputs.is_empty() {
        true => manifest,
        false => with(manifest, json!({ "inputs": source.inputs })),
    }
}
