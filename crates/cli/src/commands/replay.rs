//! `alvh replay`: every arm over every window.

use std::path::Path;

use report::RunFolder;
use runfile::config::RunConfig;
use serde_json::json;
use study::results::Study;

use crate::args::Common;
use crate::commands::handle_interrupts;
use crate::configs::{load_dataset, load_run};
use crate::error::Failure;
use crate::folder::{Draft, Finished};
use crate::out::{out, outln};
use crate::progress::Progress;

/// Replays a run file, writes its folder, prints the comparison.
pub fn replay(run: Option<&Path>, common: &Common) -> Result<(), Failure> {
    handle_interrupts("nothing was written; the same command starts again");
    let (config, dataset_path) = load_run(run, common)?;
    let dataset = load_dataset(&dataset_path)?;
    let study = simulate(&config, &dataset, &dataset_path, common.quiet)?;
    let finished = Finished {
        config: &config,
        dataset: &dataset.manifest,
        study: &study,
    };
    let (folder, run) = write(&finished, &common.out, &dataset_path)?;
    if common.json {
        outln!("{}", summary_json(&folder)?);
        return Ok(());
    }
    out!(
        "{}",
        report::terminal::table(
            &run,
            crate::commands::report::width(),
            crate::commands::report::color()
        )
    );
    outln!();
    outln!("report   {}", folder.join("report.html").display());
    outln!("tables   {}", folder.display());
    if !common.quiet {
        eprintln!("{} runs, {} scenario-days", study.runs, study.scenario_days);
    }
    Ok(())
}

/// Runs the study with progress on stderr.
pub fn simulate(
    config: &RunConfig,
    dataset: &data::Dataset,
    path: &Path,
    quiet: bool,
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
    );
    progress.finish();
    result.map_err(|e| Failure::data(format!("dataset {:?}: {e}", dataset.manifest.name)))
}

/// Writes the folder of a finished study and renders its reports from the tables in memory.
fn write(
    finished: &Finished<'_>,
    out: &Path,
    dataset_path: &Path,
) -> Result<(std::path::PathBuf, RunFolder), Failure> {
    let draft = Draft::new(&out.join(finished.folder_name()))?;
    let mut files = finished.write_tables(draft.path())?;
    let build =
        json!({ "commit": env!("ALVH_COMMIT"), "dataset": dataset_path.display().to_string() });
    let build = format!("{build:#}\n");
    let path = draft.path().join("build.json");
    std::fs::write(&path, &build).map_err(Failure::io("write", &path))?;
    files.insert("build.json".to_string(), build.into_bytes());
    let run = RunFolder::from_files(&files)?;
    crate::commands::report::write_pages(draft.path(), &run)?;
    Ok((draft.commit()?, run))
}

/// `summary.csv` as JSON: numbers as numbers, undefined as null.
pub fn summary_json(folder: &Path) -> Result<serde_json::Value, Failure> {
    let path = folder.join("summary.csv");
    let broken = |e: csv::Error| Failure::data(format!("cannot read {}: {e}", path.display()));
    let mut reader = csv::Reader::from_path(&path).map_err(broken)?;
    let columns = reader.headers().map_err(broken)?.clone();
    let cell = |text: &str| match text.parse::<f64>() {
        _ if text.is_empty() => serde_json::Value::Null,
        Ok(number) => json!(number),
        Err(_) => json!(text),
    };
    let row = |cells: csv::StringRecord| -> serde_json::Value {
        // The first two columns are names, also where a name looks like a number.
        let value = |(i, (c, t)): (usize, (&str, &str))| {
            (c.to_string(), if i < 2 { json!(t) } else { cell(t) })
        };
        columns
            .iter()
            .zip(&cells)
            .enumerate()
            .map(value)
            .collect::<serde_json::Map<_, _>>()
            .into()
    };
    let rows = reader
        .records()
        .map(|record| record.map(row))
        .collect::<Result<Vec<_>, _>>()
        .map_err(broken)?;
    Ok(json!({ "folder": folder.display().to_string(), "summary": rows }))
}
