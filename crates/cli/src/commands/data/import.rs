//! `alvh data import`.

use std::path::Path;

use data::coverage::Coverage;
use serde_json::json;

use super::lists;
use super::next::Next;
use crate::args::Common;
use crate::error::Failure;
use crate::out::outln;
use crate::progress::Progress;
use crate::stop::Stop;

/// Imports a folder of publishers' files.
pub fn import(
    from: &Path,
    into: &Path,
    full: bool,
    common: &Common,
    stop: &Stop,
) -> Result<(), Failure> {
    let job = stop.job("the dataset was not changed; the same command starts again");
    let progress = Progress::new(common.quiet);
    let report = data::import_until(
        from,
        into,
        &mut |p| progress.tell_work(p.phase, p.done, p.total, p.part),
        job.flag(),
    );
    progress.finish();
    let report = match report {
        Ok(report) => report,
        Err(data::DataError::Stopped) => return Err(job.interrupted()),
        Err(error) => {
            if common.json {
                outln!(
                    "{}",
                    json!({ "error": error.to_string(), "refused": refused(error.refused()) })
                )?;
            }
            return Err(error.into());
        }
    };
    let manifest = &report.manifest;
    let loaded = data::load(into)?;
    let coverage = Coverage::of(&loaded);
    let next = Next::of(into, &loaded, &coverage, common);
    if common.json {
        return outln!(
            "{}",
            json!({
                "dataset": into.display().to_string(),
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
    outln!("\ndataset  {}", into.display())
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
        data::DataError::Stopped => job.interrupted(),
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
