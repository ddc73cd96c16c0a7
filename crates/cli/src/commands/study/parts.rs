//! `alvh study --part I/N --into FOLDER` and `alvh study merge`: a study on many machines.
//!
//! A part is a range of the study's cells. Judging needs the market once more, so `merge` is told the dataset.

use std::path::{Path, PathBuf};

use data::Dataset;
use files::Draft;
use panel::logged::admitted;
use panel::spec::StudyConfig;
use panel::work::{StudyError, Workshop};
use serde_json::json;
use sweep::store::{NO_TRIAL, Store};

use crate::args::Common;
use crate::commands::parts::say;
use crate::commands::study::{DEFAULT_STUDY, compute, failure, finish, load};
use crate::commands::sweep::part::WORK;
use crate::configs::{load_dataset_for, same_dataset};
use crate::error::Failure;
use crate::folder::write_build;
use crate::manifest::{self, with, write_file};
use crate::parts::{Part, manifest_of, shards};
use crate::places::folder_text;
use crate::progress::Progress;
use crate::stop::{Stop, StoppableJob};
use crate::study_folder::{begun, hash};
use crate::sweep_folder::Source;

/// The results of a part.
const STORE: &str = "cells.store";

/// Computes one part, and puts its folder in its place; one that is there already is done.
pub fn part(
    path: Option<&Path>,
    part: Part,
    into: &Path,
    common: &Common,
    stop: &Stop,
) -> Result<(), Failure> {
    let job = stop.job("nothing was written; the same command starts again");
    let (config, dataset_path) = load(path.unwrap_or(Path::new(DEFAULT_STUDY)), common)?;
    let dataset = load_dataset_for(&dataset_path, &config.base)?;
    let source = Source::of(&dataset.manifest);
    let folder = part.folder(into, &hash(&config, &source.hash));
    if folder.join("manifest.json").is_file() {
        return say(&folder, part, true, &[("cells", None)], common);
    }
    let draft = Draft::new(&folder)?;
    let studied = Studied {
        config: &config,
        dataset: &dataset,
    };
    let cells = studied.write_part(part, draft.path(), common, &job)?;
    job.check()?;
    draft.commit_where_absent()?;
    say(&folder, part, false, &[("cells", Some(cells))], common)
}

/// Computes a stored part of a study again and writes its files into `folder`; the dataset must be the one it was made from.
pub fn again(
    stored: &Path,
    part: Part,
    folder: &Path,
    made_from: &str,
    common: &Common,
    job: &StoppableJob<'_>,
) -> Result<(), Failure> {
    let (config, path) = load(stored, common)?;
    let dataset = load_dataset_for(&path, &config.base)?;
    same_dataset(&dataset, made_from)?;
    let studied = Studied {
        config: &config,
        dataset: &dataset,
    };
    studied.write_part(part, folder, common, job)?;
    Ok(())
}

/// A study with its data.
struct Studied<'a> {
    config: &'a StudyConfig,
    dataset: &'a Dataset,
}

impl Studied<'_> {
    /// Computes the cells of a part and writes its files; how many cells.
    fn write_part(
        &self,
        part: Part,
        folder: &Path,
        common: &Common,
        job: &StoppableJob<'_>,
    ) -> Result<usize, Failure> {
        let source = Source::of(&self.dataset.manifest);
        let work = folder.join(WORK);
        let store = Store::open(&work)?;
        let progress = Progress::of(common).of_part(part);
        let failed = |error: StudyError| failure(error, job);
        let admitted = admitted(self.config, &self.dataset.observations).map_err(failed)?;
        let workshop = Workshop {
            config: &admitted.config,
            observations: &self.dataset.observations,
            dataset_hash: &source.hash,
            store: &store,
            stop: job.flag(),
            progress: &|phase, done, all| progress.tell(phase, done, all),
        };
        let computed = workshop.compute_part(part.index, part.of);
        progress.finish();
        let cells = computed.map_err(failed)?;
        // In the order of the keys: the same bytes whichever thread was first.
        let own = Store::open(&folder.join(STORE))?;
        for (key, _, payload) in store.records()? {
            own.append(&key, &NO_TRIAL, &payload)?;
        }
        own.sync()?;
        drop((own, store));
        std::fs::remove_file(&work).map_err(Failure::io("remove", &work))?;
        write_file(folder, "study.toml", self.config.to_toml())?;
        let begun = with(begun(self.config, &source), part.keys());
        let files = json!({ "files": { STORE: data::sha256_file(&folder.join(STORE))? } });
        manifest::write(folder, &with(begun, files))?;
        Ok(cells)
    }
}

/// Joins the parts of one study into the folder one machine would have written.
pub fn merge(
    folders: &[PathBuf],
    into: &Path,
    common: &Common,
    stop: &Stop,
) -> Result<(), Failure> {
    let job = stop.job("nothing was written; the same command starts again");
    let folders = shards(folders)?;
    let first = &folders[0];
    let (study, dataset_hash) = identity(first)?;
    let (config, dataset_path) = load(&first.join("study.toml"), common)?;
    let dataset = load_dataset_for(&dataset_path, &config.base)?;
    same_dataset(&dataset, &dataset_hash)?;
    let draft = Draft::new(into)?;
    let pool = draft.path().join(STORE);
    let store = Store::open(&pool)?;
    for folder in &folders {
        if identity(folder)? != (study.clone(), dataset_hash.clone()) {
            return Err(Failure::data(format!(
                "{}: a part of another study or dataset than {}",
                folder.display(),
                first.display()
            )));
        }
        let path = folder.join(STORE);
        if !path.is_file() {
            return Err(Failure::data(format!(
                "{}: {STORE} is missing",
                folder.display()
            )));
        }
        for (key, _, payload) in Store::open(&path)?.records()? {
            store.append(&key, &NO_TRIAL, &payload)?;
        }
        job.check()?;
    }
    let (computed, known) = compute(&config, &dataset, &store, draft.path(), common, &job)?;
    drop(store);
    std::fs::remove_file(&pool).map_err(Failure::io("remove", &pool))?;
    write_build(draft.path(), Some(&dataset_path), json!({}))?;
    if !common.quiet {
        eprintln!("{computed} cells computed, {known} known");
    }
    finish(draft, common, &job)
}

/// What decides the numbers of a part: its study and its dataset.
fn identity(folder: &Path) -> Result<(String, String), Failure> {
    let manifest = manifest_of(folder)?;
    let path = folder.join("study.toml");
    let study = folder_text(&path).map_err(Failure::io("read", &path))?;
    let hash = manifest["dataset_hash"].as_str().unwrap_or_default();
    Ok((study, hash.to_string()))
}
