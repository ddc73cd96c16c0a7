//! Sweeps for a host: the file in full, for whoever computes its parts elsewhere, and the days of one cell.

use std::path::{Path, PathBuf};

use clap::Parser;
use runfile::config::Assembly;
use runfile::sweep_file::SweepFile;
use serde_json::Value as Json;
use sweep::cell::{Cell, CellResult, Reference};
use sweep::spec::SweepConfig;
use sweep::store::{Key, Store};
use tables::{Cell as TableCell, Column, Kind, Money, Table};
use toml::Value;

use super::{Error, guarded};
use crate::args::{Args, Common};
use crate::commands::study;
use crate::commands::sweep::{DEFAULT_SWEEP, load};
use crate::configs::load_dataset;
use crate::error::Failure;
use crate::{defaults, study_folder, sweep_folder};

/// A sweep file with its run inside, the hash of the two with the dataset, and the dataset's folder.
///
/// # Errors
/// Where the file, a setting or the dataset is wrong.
pub fn resolved_sweep(
    sweep: Option<&Path>,
    dataset: Option<PathBuf>,
    sets: Vec<String>,
) -> Result<(String, String, PathBuf), Error> {
    guarded(|| {
        let common = asked(dataset, sets)?;
        let (config, path) = load(sweep.unwrap_or(Path::new(DEFAULT_SWEEP)), &common)?;
        let data = load_dataset(&path)?.manifest.dataset_hash;
        let hash = sweep_folder::hash(&config, &data);
        Ok((config.to_toml().to_string(), hash, path))
    })
}

/// The same of a study file; the hash is the one its parts are collected under.
///
/// # Errors
/// As [`resolved_sweep`].
pub fn resolved_study(
    study: Option<&Path>,
    dataset: Option<PathBuf>,
    sets: Vec<String>,
) -> Result<(String, String, PathBuf), Error> {
    guarded(|| {
        let common = asked(dataset, sets)?;
        let file = study.unwrap_or(Path::new(study::DEFAULT_STUDY));
        let (config, path) = study::load(file, &common)?;
        let data = load_dataset(&path)?.manifest.dataset_hash;
        let hash = study_folder::hash(&config, &data);
        Ok((config.to_toml(), hash, path))
    })
}

/// The options of a command that names this dataset and these settings.
fn asked(dataset: Option<PathBuf>, sets: Vec<String>) -> Result<Common, Failure> {
    let mut common = Args::try_parse_from(["alvh"])
        .map_err(|e| Failure::fault(e.to_string()))?
        .common;
    common.dataset = dataset.or(common.dataset.take());
    common.sets = sets;
    defaults::fill(&mut common)?;
    Ok(common)
}

/// The daily P&L of a cell and its arm in each window `[USD]`: of the condors alone and of condors and hedge.
///
/// `folder` is the sweep's, `stores` are the files that may hold the cell: a store below `--out`, or those of parts.
///
/// # Errors
/// Where the folder is no sweep, has no such cell or arm, or no store holds the cell.
pub fn daily(folder: &Path, stores: &[PathBuf], cell: usize, arm: &str) -> Result<Table, Error> {
    guarded(|| {
        let (config, dataset_hash) = sweep_of(folder)?;
        let arms = &config.base.arms[1..];
        let place = arms.iter().position(|name| name == arm).ok_or_else(|| {
            Failure::config(format!("no arm {arm:?}; there are: {}", arms.join(", ")))
        })?;
        if cell >= config.points.len() {
            return Err(Failure::config(format!(
                "no cell {cell}: the sweep has the cells 0..{}",
                config.points.len()
            )));
        }
        let (_, trial) = config
            .cell_and_trial(cell)
            .map_err(|error| Failure::data(format!("cell {cell} is no cell: {error}")))?;
        let (result, reference) = stored(stores, &Cell::key(&trial, &dataset_hash), cell)?;
        let mut table = Table::new("daily.csv", columns());
        let windows = config.base.windows.iter().zip(&reference.windows);
        for (number, (window, days)) in windows.enumerate() {
            let gains = &result.outcomes[number * arms.len() + place].gains;
            for ((date, unhedged), gain) in days.iter().zip(gains) {
                let row = [
                    TableCell::Text(window.name.clone().into()),
                    TableCell::Date(*date),
                    TableCell::Money(Money(*unhedged)),
                    TableCell::Money(Money(unhedged + gain)),
                ];
                let series = table.series.iter_mut();
                series.zip(row).for_each(|(series, cell)| series.push(cell));
            }
        }
        Ok(table)
    })
}

fn columns() -> Vec<Column> {
    let column = |name: &str, kind, unit, doc: &str| {
        Column::named(name.to_string(), kind, unit, doc.to_string())
    };
    vec![
        column("window", Kind::Text, "", "The window."),
        column("date", Kind::Date, "", "The session."),
        column(
            "unhedged_usd",
            Kind::Money,
            "USD",
            "P&L of the condors alone.",
        ),
        column(
            "hedged_usd",
            Kind::Money,
            "USD",
            "P&L of condors and hedge.",
        ),
    ]
}

/// The sweep a folder is of, and the hash of its dataset.
fn sweep_of(folder: &Path) -> Result<(SweepConfig, String), Failure> {
    let read = |name: &str| {
        let path = folder.join(name);
        crate::places::folder_text(&path).map_err(Failure::io("read", &path))
    };
    let file = SweepFile::parse("sweep.toml", &read("sweep.toml")?)?;
    let Value::Table(run) = &file.run else {
        return Err(Failure::data(
            "sweep.toml holds no run; it was changed by hand",
        ));
    };
    let (assembly, _) = Assembly::new("sweep.toml", &run.to_string())?;
    let run = assembly.finish("sweep.toml")?;
    let manifest: Json = serde_json::from_str(&read("manifest.json")?)
        .map_err(|e| Failure::data(format!("manifest.json: {e}")))?;
    let hash = manifest["dataset_hash"].as_str().unwrap_or_default();
    Ok((SweepConfig::new(file, run, "sweep.toml")?, hash.to_string()))
}

/// The result of a cell and the days it rests on, from the first store that has it.
fn stored(stores: &[PathBuf], key: &Key, cell: usize) -> Result<(CellResult, Reference), Failure> {
    for path in stores.iter().filter(|path| path.is_file()) {
        let store = Store::open(path)?;
        let Some(result) = store.get(key)?.and_then(|bytes| CellResult::decode(&bytes)) else {
            continue;
        };
        let reference = store.get(&result.reference)?;
        if let Some(reference) = reference.and_then(|bytes| Reference::decode(&bytes)) {
            return Ok((result, reference));
        }
    }
    Err(Failure::data(format!(
        "no store has cell {cell}: it has no result, or the stores and parts of the sweep were removed"
    )))
}
