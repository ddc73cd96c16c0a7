//! `alvh study`: many books on many weekdays in many windows under every arm, computed once, judged over the years.

pub mod parts;

use std::fmt::Display;
use std::path::{Path, PathBuf};

use data::Dataset;
use files::Draft;
use panel::judge::judge;
use panel::logged::admitted;
use panel::spec::StudyConfig;
use panel::work::{StudyError, Workshop};
use report::StudyFolder;
use runfile::keys::{descend, put};
use runfile::study_file::StudyFile;
use serde_json::json;
use sweep::store::Store;
use toml::{Table, Value};

use crate::args::Common;
use crate::commands::parts::Parted;
use crate::commands::report::{say_study, write_study_pages};
use crate::configs::{run_of, same_dataset, say_file};
use crate::error::Failure;
use crate::manifest::{Target, write_build};
use crate::missing_keys::told_of_text;
use crate::parts::{STORE, join, shards};
use crate::places::{Kind, find};
use crate::progress::Progress;
use crate::settings::flatten;
use crate::stop::{Stop, StoppableJob};
use crate::study_folder::{Finished, write};
use crate::sweep_folder::Source;

/// Said when a study is asked to stop.
const FINISHING: &str = "finishing the cells in work; again to end at once";
/// Said when a study has been ended.
const GOES_ON: &str = "finished cells are in the store, the same command goes on from there";

/// The study of `alvh study` without a file.
pub const DEFAULT_STUDY: &str = "configs/studies/alvh.toml";

/// The keys of a study file; where a run has the same key, `--set` means that of the study.
const OF_STUDY: [&str; 18] = [
    "name",
    "starting_capital_usd",
    "weekdays",
    "arms",
    "claim_arms",
    "years",
    "whole",
    "indicative_before",
    "price_band",
    "books",
    "frontier",
    "random_dates",
    "inference",
    "windows",
    "crashes",
    "variants",
    "claims",
    "set",
];

/// Computes the cells of a study file that are not in the store, judges them and writes their folder.
pub fn study(path: Option<&Path>, common: &Common, stop: &Stop) -> Result<(), Failure> {
    let job = stop.slow_job(FINISHING, GOES_ON);
    let opened = Opened::open(path, common)?;
    let file = format!("{}.study", &opened.source.hash[..12]);
    let store = Store::open(&common.out().join("store").join(file))?;
    let name = format!("{}-{}", opened.config.file.name, &opened.hash()[..12]);
    let draft = Draft::new(&common.out().join(name))?;
    let work = opened.write(&store, Target::new(draft.path()), common, &job)?;
    opened.finish(draft, work, common, &job)
}

/// Joins the parts of one study into the folder one machine would have written. Judging needs the market once more, so
/// the dataset is asked for.
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
    let opened = Opened::open(Some(&folders[0].join(Opened::FILE)), common)?;
    same_dataset(&opened.dataset, &joined.dataset_hash)?;
    let work = opened.write(&store, Target::new(draft.path()), common, &job)?;
    drop(store);
    std::fs::remove_file(&pool).map_err(Failure::io("remove", &pool))?;
    opened.finish(draft, work, common, &job)
}

/// A study with its data, ready to be computed.
pub(crate) struct Opened {
    /// What is asked.
    pub config: StudyConfig,
    /// Where the dataset is.
    pub path: PathBuf,
    /// The dataset.
    pub dataset: Dataset,
    source: Source,
}

/// Cells of a study that were computed, and those its store knew.
struct Work {
    computed: usize,
    known: usize,
}

impl Opened {
    /// Computes what the store lacks, judges, and writes the tables.
    fn write(
        &self,
        store: &Store,
        target: Target<'_>,
        common: &Common,
        job: &StoppableJob<'_>,
    ) -> Result<Work, Failure> {
        let progress = Progress::of(common);
        let failed = |error: StudyError| failure(error, job);
        let admitted = admitted(&self.config, &self.dataset.observations).map_err(failed)?;
        let config = admitted.config.as_ref();
        let workshop = Workshop {
            config,
            observations: &self.dataset.observations,
            dataset_hash: &self.source.hash,
            store,
            stop: job.flag(),
            progress: &|phase, done, all, part| progress.tell_work(phase, done, all, part),
        };
        let computed = workshop.compute().map_err(failed)?;
        let falls = panel::crash::falls(&workshop, &computed).map_err(failed)?;
        let judged = judge(
            config,
            &computed,
            &|phase, done, all| progress.tell(phase, done, all),
            job.flag(),
        );
        progress.finish();
        let judged = judged.map_err(|_| job.interrupted())?;
        let finished = Finished {
            config,
            source: &self.source,
            computed: &computed,
            judged: &judged,
            falls,
            admitted: &admitted,
        };
        write(&finished, target)?;
        Ok(Work {
            computed: computed.computed,
            known: computed.known,
        })
    }

    /// Renders the pages, puts the folder in its place and says what it holds.
    fn finish(
        &self,
        draft: Draft,
        work: Work,
        common: &Common,
        job: &StoppableJob<'_>,
    ) -> Result<(), Failure> {
        write_build(draft.path(), Some(&self.path), json!({}))?;
        if !common.quiet && work.computed + work.known > 0 {
            eprintln!("{} cells computed, {} known", work.computed, work.known);
        }
        let study = StudyFolder::read(draft.path())?;
        write_study_pages(draft.path(), &study)?;
        job.check()?;
        let folder = draft.commit()?;
        say_study(&study, &folder, common)
    }
}

/// What a study that came to no result is told as.
pub fn failure(error: StudyError, job: &StoppableJob<'_>) -> Failure {
    match error {
        StudyError::Stopped => job.interrupted(),
        StudyError::Store(error) => error.into(),
        other => Failure::data(other.to_string()),
    }
}

/// Reads a study file and the run it names. `--set` changes a key of the study where it has one, else of the run.
pub fn load(path: &Path, common: &Common) -> Result<(StudyConfig, PathBuf), Failure> {
    let found = find(path, Kind::Study)?;
    say_file(common, "study", &found);
    let name = found.name;
    let (text, sets) = with_settings(&name, &found.text, &common.sets)?;
    let file = StudyFile::parse(&name, &text)
        .map_err(|error| told_of_text(error, &name, Kind::Study, &text))?;
    let mut common = common.clone();
    common.sets = settings_of_run(&file);
    common.sets.extend(sets);
    let (run, dataset) = run_of(&file.run, &name, &found.relative_to, &common)?;
    Ok((StudyConfig::new(file, run, &name)?, dataset))
}

/// What a study says of its run: the policies it names, and its own settings.
fn settings_of_run(file: &StudyFile) -> Vec<String> {
    let list = |names: &[String]| Value::from(names.to_vec()).to_string();
    let mut sets = vec![
        format!("arms={}", list(&file.policies())),
        "equal_spend_twins=false".to_string(),
    ];
    if !file.books.named.is_empty() {
        // A stored run holds its logs already, by the names of their tiers.
        let tiers = match file.run {
            Value::Table(_) => file.books.tiers(),
            _ => file.books.named.clone(),
        };
        sets.push(format!("condor_tiers={}", list(&tiers)));
    }
    flatten("", &Value::Table(file.set.clone()), &mut sets);
    sets
}

/// The text with those settings applied that begin with a key of a study, and the others.
fn with_settings(
    name: &str,
    text: &str,
    sets: &[String],
) -> Result<(String, Vec<String>), Failure> {
    // The first of several messages about one file is that of the study itself.
    let Ok(table) = text.parse::<Table>() else {
        return Ok((text.to_string(), sets.to_vec()));
    };
    let mut study = Value::Table(table);
    let mut of_run = Vec::new();
    let mut changed = false;
    for setting in sets {
        let wrong = |fault: &dyn Display| Failure::config(format!("--set {setting}: {fault}"));
        let (path, value) = setting
            .split_once('=')
            .ok_or_else(|| wrong(&"expected dotted.key=value"))?;
        let mut keys: Vec<&str> = path.split('.').collect();
        if !OF_STUDY.contains(&keys[0]) {
            of_run.push(setting.clone());
            continue;
        }
        let value = format!("v = {value}")
            .parse::<Table>()
            .ok()
            .and_then(|mut table| table.remove("v"))
            .unwrap_or_else(|| Value::String(value.to_string()));
        let last = keys.pop().unwrap_or_default();
        descend(&mut study, &keys)
            .and_then(|place| put(place, last, value))
            .map_err(|error| wrong(&error))?;
        changed = true;
    }
    let text = match changed {
        true => {
            toml::to_string(&study).map_err(|error| Failure::config(format!("{name}: {error}")))?
        }
        false => text.to_string(),
    };
    Ok((text, of_run))
}
