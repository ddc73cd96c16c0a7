//! `alvh replay`: every arm over every window.

use std::path::{Path, PathBuf};

use files::Draft;
use report::RunFolder;
use runfile::config::RunConfig;
use serde_json::json;
use study::execute::StudyError;
use study::results::Study;

use crate::args::Common;
use crate::configs::{load_dataset_for, load_run};
use crate::error::Failure;
use crate::folder::{Finished, Layout};
use crate::out::{color, out, outln, summary_json, width};
use crate::progress::Progress;
use crate::stop::{Stop, StoppableJob};

/// Replays a run file, writes its folder, prints the comparison.
pub fn replay(run: Option<&Path>, common: &Common, stop: &Stop) -> Result<(), Failure> {
    let job = stop.job("nothing was written; the same command starts again");
    let (config, dataset_path) = load_run(run, common)?;
    let dataset = load_dataset_for(&dataset_path, &config)?;
    let study = simulate(&config, &dataset, &dataset_path, common.quiet, &job)?;
    let finished = Finished {
        config: &config,
        dataset: &dataset.manifest,
        study: &study,
    };
    let (folder, run) = write(&finished, &common.out, &dataset_path, &job)?;
    if common.json {
        outln!("{}", summary_json(&folder, &run))?;
        return Ok(());
    }
    out!("{}", report::terminal::table(&run, width(), color()))?;
    outln!()?;
    outln!("report   {}", folder.join("report.html").display())?;
    outln!("tables   {}", folder.display())?;
    if !common.quiet {
        eprintln!("{} runs, {} scenario-days", study.runs, study.scenario_days);
    }
    Ok(())
}

/// Runs the study with progress on stderr, until it is done or the job is asked to stop.
pub fn simulate(
    config: &RunConfig,
    dataset: &data::Dataset,
    path: &Path,
    quiet: bool,
    job: &StoppableJob<'_>,
) -> Result<Study, Failure> {
    let chains = if config.reads_chains() {
        data::chains::load_closes(path, &study::execute::chain_dates(config))?
    } else {
        Default::default()
    };
    if config.reads_chains() && chains.is_empty() {
        return Err(Failure::data(format!(
            "{}: the run reads option chains (quotes, model.calibrate), the dataset holds none taken at a close",
            path.display()
        )));
    }
    let progress = Progress::new(quiet);
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
    result.map_err(|e| match e {
        StudyError::Stopped(_) => job.interrupted(),
        StudyError::History(e) => {
            Failure::data(format!("dataset {:?}: {e}", dataset.manifest.name))
        }
        StudyError::ImpliedLevel(e) => {
            Failure::data(format!("dataset {:?}: {e}", dataset.manifest.name))
        }
    })
}

/// Writes the folder of a finished study and renders its reports from the tables in memory.
fn write(
    finished: &Finished<'_>,
    out: &Path,
    dataset_path: &Path,
    job: &StoppableJob<'_>,
) -> Result<(PathBuf, RunFolder), Failure> {
    let draft = Draft::new(&out.join(finished.folder_name()))?;
    let mut files = finished
        .write_tables(draft.path(), Layout::WithFrames)?
        .texts;
    let build =
        json!({ "commit": env!("ALVH_COMMIT"), "dataset": dataset_path.display().to_string() });
    let build = format!("{build:#}\n");
    let path = draft.path().join("build.json");
    std::fs::write(&path, &build).map_err(Failure::io("write", &path))?;
    files.insert("build.json".to_string(), build.into_bytes());
    let run = RunFolder::from_files(&files)?;
    crate::commands::report::write_pages(draft.path(), &run)?;
    job.check()?;
    Ok((draft.commit()?, run))
}
