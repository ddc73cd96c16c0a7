//! `alvh sweep`: the cells of a sweep, computed once, judged together; and the joining of shards.

pub mod parts;
pub mod plan;

use std::ops::Range;
use std::path::{Path, PathBuf};

use files::Draft;
use market::chain::RawChains;
use report::SweepFolder;
use runfile::keys::named_series;
use runfile::sweep_file::SweepFile;
use sweep::inputs::{audited, chains_read};
use sweep::selection::Selection;
use sweep::spec::SweepConfig;
use sweep::store::Store;
use sweep::work::{Counts, Ledger, Workshop};
use toml::Value;

use crate::args::Common;
use crate::commands::parts::Parted;
use crate::commands::replay::load_chains;
use crate::commands::report::{tell_sweep, write_sweep_pages};
use crate::configs::{check_series, load_dataset_for, run_of, say_file, stored_run};
use crate::error::Failure;
use crate::manifest::Target;
use crate::missing_keys::told_of_text;
use crate::out::outln;
use crate::parts::{STORE, join, shards};
use crate::places::{Kind, find};
use crate::progress::Progress;
use crate::schemas::JSON_SCHEMA;
use crate::settings::flatten;
use crate::stop::{Stop, StoppableJob};
use crate::sweep_folder::{Shards, Source, Whole, write_whole};

/// Said when a sweep is asked to stop.
const FINISHING: &str = "finishing the cells in work; again to end at once";
/// Said when a sweep has been ended.
const GOES_ON: &str = "finished cells are in the store, the same command goes on from there";

/// The sweep of `alvh sweep` without a file.
pub const DEFAULT_SWEEP: &str = "configs/sweeps/small.toml";

/// Computes the cells of a sweep file (all, or `cells` of them) that are not in the store, and writes their folder.
pub fn sweep(
    path: Option<&Path>,
    cells: Option<Range<usize>>,
    common: &Common,
    stop: &Stop,
) -> Result<(), Failure> {
    let job = stop.slow_job(FINISHING, GOES_ON);
    let opened = Opened::new(path, common)?;
    let config = &opened.config;
    let source = &opened.source;
    let all = 0..config.points.len();
    let range = cells.unwrap_or(all.clone());
    if range.start >= range.end || range.end > all.end {
        return Err(Failure::config(format!(
            "--cells {}..{}: the sweep has the cells 0..{}, the second number is excluded",
            range.start, range.end, all.end
        )));
    }
    let store = open_store(source, common)?;
    let progress = Progress::of(common);
    let selection = Selection::range(range.clone());
    let ledger = opened.compute(&selection, &store, &progress, &job)?;
    if ledger.stopped {
        return Err(Failure::interrupted(format!(
            "interrupted; {} cells are in the store, the same command goes on from there",
            ledger.known + ledger.computed
        )));
    }
    let name = format!("{}-{}", config.file.name, &opened.hash()[..12]);
    if range == all {
        let name = name + &beside(&ledger, &store)?;
        let draft = Draft::new(&common.out().join(name))?;
        let whole = Whole {
            config,
            store: &store,
            ledger: &ledger,
            source,
            tried: store.tried()?,
            parts: None,
        };
        write_whole(Target::new(draft.path()), &whole, &progress, &job)?;
        drop(store);
        let counts = ledger.counts()?;
        drop(ledger);
        return finish(draft, &counts, common, &job);
    }
    let name = format!("{name}-cells-{}-{}", range.start, range.end);
    let draft = Draft::new(&common.out().join(name))?;
    let target = Target::new(draft.path());
    opened.write_shard(target, (&store, &ledger), (selection, None), &job)?;
    let counts = ledger.counts()?;
    drop(ledger);
    say_shard(&draft.commit()?, range, &counts, common)?;
    check_any(&counts)
}

/// What the name of a whole sweep's folder says of other sweeps on the same store: their configurations were tried too and
/// make the best less remarkable, so `inference.csv` differs, and one name would have two contents.
fn beside(ledger: &Ledger, store: &Store) -> Result<String, Failure> {
    Ok(match store.tried()?.saturating_sub(ledger.different()?) {
        0 => String::new(),
        others => format!("-beside-{others}"),
    })
}

/// A sweep with its data, ready to be computed.
pub(crate) struct Opened {
    /// What is swept.
    pub config: SweepConfig,
    /// Where the dataset says it comes from.
    pub source: Source,
    /// The dataset.
    pub dataset: data::Dataset,
    chains: RawChains,
}

impl Opened {
    /// Reads a sweep file, its run and its dataset, and asks whether the data are there for every cell.
    pub fn new(path: Option<&Path>, common: &Common) -> Result<Opened, Failure> {
        let (config, dataset_path) = load(path.unwrap_or(Path::new(DEFAULT_SWEEP)), common)?;
        let dataset = load_dataset_for(&dataset_path, &config.base)?;
        let axes = Value::try_from(&config.file.axes).map_err(|e| Failure::fault(e.to_string()))?;
        check_series(&dataset, &named_series("axes", &axes))?;
        let variations = config.variations();
        let read = chains_read(&variations);
        let (chains, _) = load_chains(&dataset_path, read.clone())?;
        let inputs = audited(&variations, &dataset.observations, &chains).map_err(|missing| {
            Failure::data(format!("dataset {:?}: {missing}", dataset.manifest.name))
        })?;
        let source = Source::of(&dataset.manifest)
            .with_inputs(read.is_some(), &inputs)
            .at(&dataset_path);
        Ok(Opened {
            config,
            source,
            dataset,
            chains,
        })
    }

    /// Computes those of some cells that the store does not know.
    pub fn compute(
        &self,
        cells: &Selection,
        store: &Store,
        progress: &Progress,
        job: &StoppableJob<'_>,
    ) -> Result<Ledger, Failure> {
        let workshop = Workshop {
            config: &self.config,
            observations: &self.dataset.observations,
            chains: &self.chains,
            dataset_hash: &self.source.hash,
            store,
            stop: job.flag(),
            progress: &|done, all| progress.tell("cells", done, all),
        };
        let ledger = workshop.compute(cells);
        progress.finish();
        Ok(ledger?)
    }
}

/// Says what a shard holds.
fn say_shard(
    folder: &Path,
    range: Range<usize>,
    counts: &Counts,
    common: &Common,
) -> Result<(), Failure> {
    say_work(counts, common);
    if common.json {
        return outln!(
            "{}",
            serde_json::json!({
                "schema": JSON_SCHEMA,
                "folder": folder,
                "first": range.start,
                "end": range.end,
                "cells_without_result": counts.faults,
            })
        );
    }
    outln!("shard    {}", folder.display())
}

/// The store of a dataset's cells, below `--out`.
fn open_store(source: &Source, common: &Common) -> Result<Store, Failure> {
    let file = format!("{}.cells", &source.hash[..12]);
    let store = Store::open(&common.out().join("store").join(file))?;
    if store.torn > 0 && !common.quiet {
        eprintln!(
            "{} bytes of a record that was never finished were cut off the store",
            store.torn
        );
    }
    Ok(store)
}

/// Joins the shards of one sweep into the folder one machine would have written.
pub fn merge(
    folders: &[PathBuf],
    into: &Path,
    common: &Common,
    stop: &Stop,
) -> Result<(), Failure> {
    let job = stop.job("nothing was written; the same command starts again");
    let folders = shards(folders)?;
    let draft = Draft::new(into)?;
    let pool = draft.path().join(STORE);
    let (joined, store) = join(&folders, Opened::FILE, &pool, &job)?;
    let shards = Shards::new(folders, joined)?;
    let run = match &shards.file.run {
        Value::Table(run) => stored_run(run, "sweep.toml", &[])?,
        _ => {
            return Err(Failure::data(
                "sweep.toml of a shard holds no run; it was changed by hand".to_string(),
            ));
        }
    };
    let config = SweepConfig::new(shards.file.clone(), run, "sweep.toml")?;
    let ledger = shards.ledger(&config, &store)?;
    let progress = Progress::of(common);
    let whole = Whole {
        config: &config,
        store: &store,
        ledger: &ledger,
        source: &shards.source,
        tried: store.tried()?,
        parts: shards.parts,
    };
    write_whole(Target::new(draft.path()), &whole, &progress, &job)?;
    drop(store);
    std::fs::remove_file(&pool).map_err(Failure::io("remove", &pool))?;
    let counts = ledger.counts()?;
    // Its file stands in the folder that is now put in its place.
    drop(ledger);
    finish(draft, &counts, common, &job)
}

/// Renders the pages, puts the folder in its place and says what it holds.
fn finish(
    draft: Draft,
    counts: &Counts,
    common: &Common,
    job: &StoppableJob<'_>,
) -> Result<(), Failure> {
    let sweep = SweepFolder::read(draft.path())?;
    write_sweep_pages(draft.path(), &sweep)?;
    job.check()?;
    let folder = draft.commit()?;
    say_work(counts, common);
    if common.json {
        let rows = sweep.cells.len();
        outln!(
            "{}",
            serde_json::json!({
                "schema": JSON_SCHEMA,
                "folder": folder,
                "cells": counts.cells,
                "rows": rows,
                "cells_without_result": counts.faults,
            })
        )?;
        return check_any(counts);
    }
    tell_sweep(&sweep, &folder, common)?;
    check_any(counts)
}

/// Fails where not one cell has a result: a script must not go on with an empty table.
fn check_any(counts: &Counts) -> Result<(), Failure> {
    match &counts.first_reason {
        Some(reason) if counts.computed + counts.known == 0 => Err(Failure::data(format!(
            "none of {} cells has a result; the first: {reason}",
            counts.faults
        ))),
        _ => Ok(()),
    }
}

fn say_work(counts: &Counts, common: &Common) {
    if !common.quiet {
        eprintln!(
            "{} cells computed, {} known, {} without a result",
            counts.computed, counts.known, counts.faults
        );
    }
}

/// Reads a sweep file and the run it names; `--set` changes the run before anything is varied.
pub fn load(path: &Path, common: &Common) -> Result<(SweepConfig, PathBuf), Failure> {
    let found = find(path, Kind::Sweep)?;
    say_file(common, "sweep", &found);
    let name = found.name;
    let file = SweepFile::parse(&name, &found.text)
        .map_err(|error| told_of_text(error, &name, Kind::Sweep, &found.text))?;
    let mut common = common.clone();
    let mut sets = Vec::new();
    flatten("", &Value::Table(file.set.clone()), &mut sets);
    sets.append(&mut common.sets);
    common.sets = sets;
    let (run, dataset) = run_of(&file.run, &name, &found.relative_to, &common)?;
    Ok((SweepConfig::new(file, run, &name)?, dataset))
}
