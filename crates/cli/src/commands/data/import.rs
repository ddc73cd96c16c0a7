//! `alvh data import`.

use std::path::Path;

use data::coverage::Coverage;
use data::{DataError, DatasetPlace};
use serde_json::json;

use super::lists;
use super::next::Next;
use crate::args::Common;
use crate::error::Failure;
use crate::out::outln;
use crate::progress::Progress;
use crate::stop::Stop;

/// The place of a dataset, taken before anything is fetched or read into it.
///
/// # Errors
/// Where another import has it, something else stands there, or the system refuses.
pub fn place(into: &Path, common: &Common) -> Result<DatasetPlace, Failure> {
    DatasetPlace::take(into).map_err(|error| told(error, common))
}

/// Imports a folder of publishers' files.
pub fn import(
    from: &Path,
    into: DatasetPlace,
    full: bool,
    common: &Common,
    stop: &Stop,
) -> Result<(), Failure> {
    let job = stop.job("the dataset was not changed; the same command starts again");
    let dataset = into.path().to_path_buf();
    let progress = Progress::new(common.quiet);
    let report = data::import_until(
        from,
        into,
        &mut |p| progress.tell_work(p.phase, p.done, p.total, p.part),
        job.flag(),
    );
    progress.finish();
    let report = report.map_err(|error| match error {
        DataError::Stopped => job.interrupted(),
        error => told(error, common),
    })?;
    let manifest = &report.manifest;
    let loaded = data::load(&dataset)?;
    let coverage = Coverage::of(&loaded);
    let next = Next::of(&dataset, &loaded, &coverage, common);
    if common.json {
        return outln!(
            "{}",
            json!({
                "dataset": dataset.display().to_string(),
                "dataset_hash": manifest.dataset_hash,
                "taken": taken(&report.taken),
                "refused": refused(&report.refused),
                "findings": manifest.findings,
                "next": next.json(),
            })
        );
    }
    lists::taken(&report.taken, full)?;
    lists::refused(&report.refused, full)?;
    lists::findings(&manifest.findings, &report.refused, full)?;
    let first = manifest.first_session;
    let last = manifest.last_session;
    outln!("{} sessions, {first} to {last}", manifest.sessions)?;
    lists::coverage(&coverage, manifest.sessions, full)?;
    next.print(&coverage, "alvh import")?;
    outln!("\ndataset  {}", dataset.display())
}

/// An error of the data door, which a script reads on stdout.
fn told(error: DataError, common: &Common) -> Failure {
    if common.json {
        let refused = refused(error.refused());
        let line = json!({ "error": error.to_string(), "refused": refused });
        if let Err(failure) = outln!("{line}") {
            return failure;
        }
    }
    error.into()
}

/// Says what each file of a folder would be taken for.
pub fn plan(from: &Path, full: bool, common: &Common, stop: &Stop) -> Result<(), Failure> {
    let job = stop.job("nothing was written; the same command starts again");
    let progress = Progress::new(common.quiet);
    let plan = data::plan(
        from,
        &mut |p| progress.tell("read", p.done, p.total),
        job.flag(),
    );
    progress.finish();
    let plan = plan.map_err(|e| match e {
        DataError::Stopped => job.interrupted(),
        e => e.into(),
    })?;
    if common.json {
        let span = plan
            .span
            .as_ref()
            .ok()
            .map(|(a, b)| [a.to_string(), b.to_string()]);
        outln!(
            "{}",
            json!({
                "dry_run": true,
                "span": span,
                "error": plan.span.as_ref().err().map(ToString::to_string),
                "taken": taken(&plan.taken),
                "refused": refused(&plan.refused),
                "findings": plan.findings,
            })
        )?;
    } else {
        lists::taken(&plan.taken, full)?;
        lists::refused(&plan.refused, full)?;
        lists::findings(&plan.findings, &plan.refused, full)?;
        if let Ok((first, last)) = &plan.span {
            outln!("\nwould span {first} to {last}; nothing was written")?;
        }
    }
    plan.span?;
    Ok(())
}

fn taken(taken: &[data::Taken]) -> serde_json::Value {
    taken.iter().map(|t| {
        json!({
            "file": t.file, "publisher": t.publisher, "holds": t.holds, "series": t.series, "values": t.values,
            "first": t.first, "last": t.last,
        })
    }).collect()
}

fn refused(refused: &[data::Refused]) -> serde_json::Value {
    refused
        .iter()
        .map(|r| json!({ "file": r.file, "reason": r.reason, "duplicate_of": r.duplicate_of }))
        .collect()
}
