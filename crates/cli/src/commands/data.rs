//! `alvh data`: datasets in and out.

use std::path::{Path, PathBuf};

use serde_json::json;

use crate::args::Common;
use crate::commands::handle_interrupts;
use crate::configs::load_dataset;
use crate::error::Failure;
use crate::out::outln;
use crate::progress::Progress;

/// The dataset that comes with the project.
const BUNDLED: &str = "datasets/reconstruction";

/// Imports a folder of publishers' files.
pub fn import(from: &Path, into: &Path, common: &Common) -> Result<(), Failure> {
    handle_interrupts("the dataset was not changed; the same command starts again");
    let progress = Progress::new(common.quiet);
    let report = data::import(from, into, &mut |p| progress.tell("import", p.done, p.total))?;
    progress.finish();
    if common.json {
        let manifest = &report.manifest;
        outln!("{}", json!({ "dataset": into.display().to_string(), "dataset_hash": manifest.dataset_hash }));
        return Ok(());
    }
    print_import(&report);
    outln!("\ndataset  {}", into.display());
    Ok(())
}

fn print_import(report: &data::ImportReport) {
    outln!("took {} files", report.taken.len());
    for taken in &report.taken {
        let span = match (taken.first, taken.last) {
            (Some(first), Some(last)) => format!("{first} to {last}"),
            _ => String::new(),
        };
        let series = if taken.series.is_empty() { "(comparison only)".to_string() } else { taken.series.join(", ") };
        outln!("  {:36} {:18} {:>8} values  {span:24}  {series}", taken.file, taken.publisher, taken.values);
    }
    outln!("refused {} files", report.refused.len());
    for refused in &report.refused {
        outln!("  {:36} {}", refused.file, refused.reason);
    }
    outln!("{} findings", report.manifest.findings.len());
    report.manifest.findings.iter().for_each(print_finding);
}

fn print_finding(finding: &data::Finding) {
    let span = match (finding.first, finding.last) {
        (Some(first), Some(last)) if first == last => format!(" on {first}"),
        (Some(first), Some(last)) => format!(" from {first} to {last}"),
        _ => String::new(),
    };
    outln!(
        "{:7} {:22} {:18} x{:<5}{span}: {}",
        severity(finding.severity),
        finding.code,
        finding.series,
        finding.count,
        finding.message
    );
}

/// Lower-case name of a severity.
pub fn severity(severity: data::Severity) -> &'static str {
    match severity {
        data::Severity::Info => "info",
        data::Severity::Warning => "warning",
        data::Severity::Error => "error",
    }
}

/// Prints the findings of a dataset.
pub fn check(dataset: Option<&Path>, common: &Common) -> Result<(), Failure> {
    let path: PathBuf = match (dataset, &common.dataset) {
        (Some(path), _) => path.to_path_buf(),
        (None, Some(path)) => path.clone(),
        (None, None) => PathBuf::from(BUNDLED),
    };
    let loaded = load_dataset(&path)?;
    let findings = data::check(&path)?;
    if common.json {
        outln!("{}", json!({ "dataset": loaded.manifest.name, "findings": findings }));
    } else {
        let m = &loaded.manifest;
        outln!("{} ({}): {} sessions, {} to {}", m.name, path.display(), m.sessions, m.first_session, m.last_session);
        if !m.notice.is_empty() {
            outln!("{}", m.notice);
        }
        findings.iter().for_each(print_finding);
        outln!("{} findings", findings.len());
    }
    match findings.iter().filter(|f| f.severity == data::Severity::Error).count() {
        0 => Ok(()),
        n => Err(Failure::data(format!("{n} of the findings are errors"))),
    }
}

/// Builds the bundled dataset again.
pub fn reconstruct(into: &Path, common: &Common) -> Result<(), Failure> {
    handle_interrupts("the dataset was not changed; the same command starts again");
    let observations = reconstruction::reconstruct(reconstruction::SEED);
    let info = data::DatasetInfo {
        name: "reconstruction".to_string(),
        kind: data::Kind::Reconstruction,
        notice: reconstruction::NOTICE.to_string(),
        publisher: "alvh data reconstruct".to_string(),
        sources: Default::default(),
        findings: Vec::new(),
    };
    let manifest = data::write_dataset(into, &observations, &info)?;
    if common.json {
        outln!("{}", json!({ "dataset": into.display().to_string(), "dataset_hash": manifest.dataset_hash }));
    } else {
        outln!("{} sessions, hash {}", manifest.sessions, manifest.dataset_hash);
        outln!("{}", manifest.notice);
        outln!("dataset  {}", into.display());
    }
    Ok(())
}
