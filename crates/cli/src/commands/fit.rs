//! `alvh data fit`: the index-only price model against every option chain of a dataset.

use std::path::{Path, PathBuf};

use files::Draft;
use fit::error_table::error_markdown;
use fit::marks::{Mark, MarkErrors, MarkMeasure, is_near_close, mark_errors};
use fit::marks_table::{MarkJudged, judge_marks, marks_csv, marks_markdown};
use fit::pool::{ALL_DAYS, at_close, by_measure, pool};
use fit::table::{Report, csv, markdown};
use fit::target::{ChainSnapshot, Targets, targets};
use market::contract::{Right, Root};
use market::surface::ModelParams;
use serde_json::json;

use crate::args::Common;
use crate::configs::{asked_dataset, load_dataset};
use crate::error::Failure;
use crate::out::{out, outln};
use crate::stop::{Stop, StoppableJob};

/// Kinds of snapshots that hold quotes.
const QUOTED: [&str; 3] = ["eod", "gth", "intraday"];

/// Measures, prints, and writes `fit.csv`, `fit.md` and `fit.svg` into a folder named after the dataset.
pub fn fit(dataset: Option<&Path>, common: &Common, stop: &Stop) -> Result<(), Failure> {
    let job = stop.job("nothing was written; the same command starts again");
    let path = asked_dataset(dataset, common).ok_or_else(|| {
        Failure::config("alvh data fit needs a dataset with option chains: alvh data fit DATASET")
    })?;
    let loaded = load_dataset(&path)?;
    job.check()?;
    let moments = moments(&path)?;
    let marks: Vec<Mark> = data::marks::load_marks(&path)?
        .iter()
        .filter_map(mark)
        .collect();
    if moments.is_empty() && marks.is_empty() {
        return Err(Failure::data(format!(
            "{}: the dataset holds neither option chains nor prices of single options; import a folder that has them with \
             `alvh data import`",
            path.display()
        )));
    }
    let found = targets(&moments, &loaded.observations);
    let report = by_chains(&found, &loaded, &job)?;
    let by_marks = by_marks(&marks, &loaded, &job)?;
    let hash = &loaded.manifest.dataset_hash;
    let folder = common.out().join(format!("fit-{}", &hash[..12]));
    let folder = write(&report, &by_marks, &folder, &job)?;
    if common.json {
        return outln!("{}", summary(&report, &by_marks, &folder));
    }
    out!("{}", by_marks.after(&markdown(&report)))?;
    outln!("\ntables   {}", folder.display())
}

/// The moments of a dataset at which quotes were taken.
fn moments(path: &Path) -> Result<Vec<ChainSnapshot>, Failure> {
    let quotes = data::chains::load_chains(path)?;
    let all = data::chains::moments(&quotes).into_iter();
    Ok(all
        .filter(|(moment, _)| QUOTED.contains(&moment.kind.as_str()))
        .map(|(m, quotes)| ChainSnapshot {
            date: m.date,
            time: m.time,
            kind: m.kind,
            quotes,
        })
        .collect())
}

/// What option chains say.
fn by_chains<'t>(
    found: &'t Targets,
    loaded: &data::Dataset,
    job: &StoppableJob<'_>,
) -> Result<Report<'t>, Failure> {
    let model = ModelParams::default();
    let observations = &loaded.observations;
    job.check()?;
    let rows = fit::error::errors(&found.all, observations, &|_| model.clone());
    job.check()?;
    let futures = fit::futures::futures(observations)
        .map_err(|e| Failure::data(format!("dataset {:?}: {e}", loaded.manifest.name)))?;
    job.check()?;
    let judged = fit::candidate::judge(&found.all, observations, &model);
    Ok(Report {
        rows,
        targets: found,
        futures,
        judged,
    })
}

/// What prices of single options say.
fn by_marks(
    marks: &[Mark],
    loaded: &data::Dataset,
    job: &StoppableJob<'_>,
) -> Result<ByMarks, Failure> {
    let model = ModelParams::default();
    job.check()?;
    let errors = mark_errors(marks, &loaded.observations, &model);
    job.check()?;
    let judged = judge_marks(marks, &loaded.observations, &model);
    job.check()?;
    let kept = mark_errors(marks, &loaded.observations, &ModelParams::measured());
    Ok(ByMarks {
        error_model: error_markdown(&kept),
        errors,
        kept,
        judged,
    })
}

/// What prices of single options say.
struct ByMarks {
    errors: MarkErrors,
    /// Of the parameters that are kept.
    kept: MarkErrors,
    judged: Vec<MarkJudged>,
    /// The error model of those parameters, as text.
    error_model: String,
}

impl ByMarks {
    /// The tables of the chains, then those of the marks.
    fn after(&self, chains: &str) -> String {
        let marks = marks_markdown(&self.errors, &self.kept, &self.judged);
        format!("{chains}{marks}{}", self.error_model)
    }
}

/// A mark of a dataset in the market's terms; `None` for a class that the model does not price.
fn mark(of_dataset: &data::marks::OptionMark) -> Option<Mark> {
    let root = match of_dataset.root.as_str() {
        data::marks::ROOT_UNSAID => None,
        "SPX" => Some(Root::Spx),
        "SPXW" => Some(Root::Spxw),
        _ => return None,
    };
    let right = if of_dataset.is_call {
        Right::Call
    } else {
        Right::Put
    };
    Some(Mark {
        date: of_dataset.quote_date,
        time: of_dataset.quote_time,
        root,
        expiry: of_dataset.expiry,
        right,
        strike: of_dataset.strike,
        mid: of_dataset.mid,
        underlying: of_dataset.underlying,
    })
}

fn write(
    report: &Report<'_>,
    by_marks: &ByMarks,
    folder: &Path,
    job: &StoppableJob<'_>,
) -> Result<PathBuf, Failure> {
    let draft = Draft::new(folder)?;
    let svg = fit::picture::svg(&report.rows);
    for (file, text) in [
        ("fit.csv", csv(report)),
        ("marks.csv", marks_csv(&by_marks.errors)),
        ("fit.md", by_marks.after(&markdown(report))),
        ("fit.svg", svg),
    ] {
        let path = draft.path().join(file);
        std::fs::write(&path, text).map_err(Failure::io("write", &path))?;
    }
    job.check()?;
    Ok(draft.commit()?)
}

fn summary(report: &Report<'_>, by_marks: &ByMarks, folder: &Path) -> serde_json::Value {
    let pooled = by_measure(&report.rows, ALL_DAYS, at_close);
    let measures: serde_json::Map<String, serde_json::Value> = pooled
        .iter()
        .map(|(measure, pooled)| (measure.name(), json!(pooled)))
        .collect();
    let marks: serde_json::Map<String, serde_json::Value> = MarkMeasure::ALL
        .into_iter()
        .map(|measure| {
            let errors = by_marks
                .errors
                .iter_of(measure)
                .filter(|r| is_near_close(r.time) && (ALL_DAYS.0..=ALL_DAYS.1).contains(&r.days));
            (
                measure.name().to_string(),
                json!(pool(errors.map(|r| r.error))),
            )
        })
        .collect();
    json!({ "marks": marks, "folder": folder.display().to_string(), "days": ALL_DAYS, "closing": measures })
}
