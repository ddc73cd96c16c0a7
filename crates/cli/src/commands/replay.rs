//! `alvh replay`: every arm over every window.

use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use chrono::NaiveDate;
use files::Draft;
use market::chain::{QuoteMoment, RawChains};
use report::{Made, RunFolder};
use runfile::config::RunConfig;
use serde_json::json;
use study::execute::StudyError;
use study::markets::chain_dates;
use study::results::Study;

use super::report::{tell, tell_answer};
use super::shown::Shown;
use crate::args::Common;
use crate::configs::{Loaded, load_dataset_for, load_run};
use crate::error::Failure;
use crate::folder::{Finished, Layout};
use crate::manifest::write_build;
use crate::out::{outln, summary_json};
use crate::progress::Progress;
use crate::stop::{Stop, StoppableJob};

/// Replays a run file, writes its folder, prints the comparison.
pub fn replay(run: Option<&Path>, full: bool, common: &Common, stop: &Stop) -> Result<(), Failure> {
    let job = stop.job("nothing was written; the same command starts again");
    let Loaded {
        config,
        dataset: dataset_path,
        shipped,
    } = load_run(run, common)?;
    let dataset = load_dataset_for(&dataset_path, &config)?;
    files::check_writable(&common.out().join(&config.name))?;
    let progress = Progress::of(common);
    let study = simulate(&config, &dataset, &dataset_path, &progress, &job)?;
    let counted = format!("{} runs, {} scenario-days", study.runs, study.scenario_days);
    let finished = Finished {
        config: &config,
        dataset: &dataset.manifest,
        study: &study,
    };
    let shown = Shown::on_terminal(&finished, full, common, &counted)?;
    let paths = (common.out(), dataset_path.as_path());
    let written = write(&finished, paths, &shipped, &progress)?;
    // The pages are made of the tables: the study need not stand beside them.
    drop(study);
    let (folder, run) = publish(written, &job)?;
    if common.json {
        outln!("{}", summary_json(&folder, &run))?;
        return Ok(());
    }
    if let Some(shown) = shown {
        shown.check(&run)?;
        return tell_answer(&run, &folder, full);
    }
    if !common.quiet {
        eprintln!("{counted}");
    }
    tell(&run, &folder, full, common)
}

/// Runs the study with progress on stderr, until it is done or the job is asked to stop.
pub fn simulate(
    config: &RunConfig,
    dataset: &data::Dataset,
    path: &Path,
    progress: &Progress,
    job: &StoppableJob<'_>,
) -> Result<Study, Failure> {
    let dates = config.reads_chains().then(|| chain_dates(config));
    let (chains, moments) = load_chains(path, dates)?;
    let result = study::execute::execute(
        config,
        &dataset.observations,
        &chains,
        &|phase, done, all| {
            progress.tell(phase, done, all);
        },
        job.flag(),
    );
    progress.finish();
    result
        .map(|study| Study { moments, ..study })
        .map_err(|e| match e {
            StudyError::Stopped(_) => job.interrupted(),
            StudyError::Inputs(e) => {
                Failure::data(format!("dataset {:?}: {e}", dataset.manifest.name))
            }
            StudyError::History(e) => {
                Failure::data(format!("dataset {:?}: {e}", dataset.manifest.name))
            }
            StudyError::ImpliedLevel(e) => {
                Failure::data(format!("dataset {:?}: {e}", dataset.manifest.name))
            }
            StudyError::NoTrade(e) => Failure::data(e.to_string()),
        })
}

/// The option chains of a dataset taken at the closes of `dates`, with the moments of all; none where a run asks for none.
pub fn load_chains(
    path: &Path,
    dates: Option<RangeInclusive<NaiveDate>>,
) -> Result<(RawChains, Vec<QuoteMoment>), Failure> {
    let Some(dates) = dates else {
        return Ok(Default::default());
    };
    let (chains, moments) = data::chains::load_closes_and_moments(path, &dates)?;
    if chains.is_empty() {
        let mut others: Vec<&str> = moments.iter().map(|m| m.moment.as_str()).collect();
        others.sort_unstable();
        others.dedup();
        let others = match others.as_slice() {
            [] => String::new(),
            others => format!("; it holds quotes of other moments: {}", others.join(", ")),
        };
        return Err(Failure::data(format!(
            "{}: the run reads option chains (quotes, model.calibrate), the dataset holds none taken at a close from {} \
             to {}{others}",
            path.display(),
            dates.start(),
            dates.end()
        )));
    }
    Ok((chains, moments))
}

/// Writes the tables of a finished study, and gives back what its pages are made of.
pub fn write(
    finished: &Finished<'_>,
    (out, dataset_path): (&Path, &Path),
    shipped: &[String],
    progress: &Progress,
) -> Result<(Draft, Made), Failure> {
    let draft = Draft::new(&out.join(finished.folder_name()))?;
    let tables = Mutex::new(Vec::new());
    let keep = |table| {
        let mut kept = tables.lock().expect("nobody panics here");
        kept.extend(Made::shown(table));
    };
    let written = finished.write_tables(draft.path(), Layout::NOW, progress, keep)?;
    let shipped = json!({ "shipped_files": shipped });
    let build = write_build(draft.path(), Some(dataset_path), shipped)?;
    let made = Made {
        manifest: written.manifest,
        config: finished.config.to_toml(),
        build: Some(build),
        tables: tables.into_inner().expect("nobody panics here"),
    };
    Ok((draft, made))
}

/// Renders the pages of a run whose tables are written, and puts its folder in its place.
pub fn publish(
    (draft, made): (Draft, Made),
    job: &StoppableJob<'_>,
) -> Result<(PathBuf, RunFolder), Failure> {
    let run = RunFolder::made(made)?;
    crate::commands::report::write_pages(draft.path(), &run)?;
    job.check()?;
    Ok((draft.commit()?, run))
}
