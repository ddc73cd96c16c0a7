//! `alvh data`: datasets in and out.

use std::path::{Path, PathBuf};

use serde_json::json;

use crate::args::Common;
use crate::commands::handle_interrupts;
use crate::configs::load_dataset;
use crate::error::Failure;
use crate::progress::Progress;

/// The dataset that comes with the project.
const BUNDLED: &str = "datasets/reconstruction";

/// Imports a folder of publishers' files.
pub fn import(from: &Path, into: &Path, common: &Common) -> Result<(), Failure> {
    handle_interrupts("the dataset was not changed; the same command starts again");
    let progress = Progress::new(common.quiet);
    let report = data::import(from, into, &mut |done, all| progress.tell("import", done, all))?;
    progress.finish();
    if common.json {
        let manifest = &report.manifest;
        println!("{}", json!({ "dataset": into.display().to_string(), "dataset_hash": manifest.dataset_hash }));
        return Ok(());
    }
    print!("{}", report.text());
    println!("\ndataset  {}", into.display());
    Ok(())
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
        let rows: Vec<_> = findings.iter().map(|f| json!({ "severity": f.severity.to_string(), "code": f.code, "series": f.series, "count": f.count, "message": f.message })).collect();
        println!("{}", json!({ "dataset": loaded.manifest.name, "findings": rows }));
    } else {
        let m = &loaded.manifest;
        println!("{} ({}): {} sessions, {} to {}", m.name, path.display(), m.sessions, m.first_session, m.last_session);
        if !m.notice.is_empty() {
            println!("{}", m.notice);
        }
        for finding in &findings {
            println!("{finding}");
        }
        println!("{} findings", findings.len());
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
        println!("{}", json!({ "dataset": into.display().to_string(), "dataset_hash": manifest.dataset_hash }));
    } else {
        println!("{} sessions, hash {}", manifest.sessions, manifest.dataset_hash);
        println!("{}", manifest.notice);
        println!("dataset  {}", into.display());
    }
    Ok(())
}
