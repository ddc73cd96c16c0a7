//! `alvh data fit`: the index-only price model against every option chain of a dataset.

use std::path::{Path, PathBuf};

use fit::pool::{ALL_DAYS, at_close, by_measure};
use fit::table::{Report, csv, markdown};
use fit::target::{Moment, targets};
use market::surface::ModelParams;
use serde_json::json;

use crate::args::Common;
use crate::commands::handle_interrupts;
use crate::configs::load_dataset;
use crate::error::Failure;
use crate::folder::Draft;
use crate::out::{out, outln};

/// Kinds of snapshots that hold quotes.
const QUOTED: [&str; 3] = ["eod", "gth", "intraday"];

/// Measures, prints, and writes `fit.csv`, `fit.md` and `fit.svg` into a folder named after the dataset.
pub fn fit(dataset: Option<&Path>, common: &Common) -> Result<(), Failure> {
    handle_interrupts("nothing was written; the same command starts again");
    let path: PathBuf = dataset
        .map(Path::to_path_buf)
        .or_else(|| common.dataset.clone())
        .ok_or_else(|| {
            Failure::config(
                "alvh data fit needs a dataset with option chains: alvh data fit DATASET",
            )
        })?;
    let loaded = load_dataset(&path)?;
    let quotes = data::chains::load_chains(&path)?;
    let moments: Vec<Moment> = data::chains::moments(&quotes)
        .into_iter()
        .filter(|(moment, _)| QUOTED.contains(&moment.kind.as_str()))
        .map(|(m, quotes)| Moment {
            date: m.date,
            time: m.time,
            kind: m.kind,
            quotes,
        })
        .collect();
    if moments.is_empty() {
        return Err(Failure::data(format!(
            "{}: the dataset holds no option chains; import a folder that has them with `alvh data import`",
            path.display()
        )));
    }
    let name = &loaded.manifest.name;
    let broken = |e| Failure::data(format!("dataset {name:?}: {e}"));
    let found = targets(&moments, &loaded.observations);
    let report = Report {
        rows: fit::error::errors(&found.all, &loaded.observations, &|_| {
            ModelParams::default()
        }),
        targets: &found,
        futures: fit::futures::futures(&loaded.observations).map_err(broken)?,
        judged: fit::candidate::judge(&found.all, &loaded.observations, &ModelParams::default()),
    };
    let folder = write(
        &report,
        &common
            .out
            .join(format!("fit-{}", &loaded.manifest.dataset_hash[..12])),
    )?;
    if common.json {
        outln!("{}", summary(&report, &folder));
    } else {
        out!("{}", markdown(&report));
        outln!("\ntables   {}", folder.display());
    }
    Ok(())
}

fn write(report: &Report<'_>, folder: &Path) -> Result<PathBuf, Failure> {
    let draft = Draft::new(folder)?;
    let svg = fit::picture::svg(&report.rows);
    for (file, text) in [
        ("fit.csv", csv(report)),
        ("fit.md", markdown(report)),
        ("fit.svg", svg),
    ] {
        let path = draft.path().join(file);
        std::fs::write(&path, text).map_err(Failure::io("write", &path))?;
    }
    draft.commit()
}

fn summary(report: &Report<'_>, folder: &Path) -> serde_json::Value {
    let pooled = by_measure(&report.rows, ALL_DAYS, at_close);
    let measures: serde_json::Map<String, serde_json::Value> = pooled
        .iter()
        .map(|(measure, pooled)| (measure.name(), json!(pooled)))
        .collect();
    json!({ "folder": folder.display().to_string(), "days": ALL_DAYS, "closing": measures })
}
