//! `alvh data`: datasets in and out.

mod check;
mod import;
mod lists;
mod next;

use std::path::Path;

use serde_json::json;

pub use self::check::check;
pub use self::import::{import, place, plan};
use crate::args::Common;
use crate::error::Failure;
use crate::out::outln;
use crate::stop::Stop;

/// Builds the bundled dataset again.
pub fn reconstruct(into: &Path, common: &Common, stop: &Stop) -> Result<(), Failure> {
    let job = stop.job("the dataset was not changed; the same command starts again");
    let observations = reconstruction::reconstruct(reconstruction::SEED);
    let info = data::DatasetInfo {
        name: "reconstruction".to_string(),
        kind: data::Kind::Reconstruction,
        notice: reconstruction::NOTICE.to_string(),
        publisher: "alvh data reconstruct".to_string(),
        sources: Default::default(),
        findings: Vec::new(),
    };
    job.check()?;
    let manifest = data::write_dataset(into, &observations, &info)?;
    if common.json {
        outln!(
            "{}",
            json!({ "dataset": into.display().to_string(), "dataset_hash": manifest.dataset_hash })
        )?;
    } else {
        outln!(
            "{} sessions, hash {}",
            manifest.sessions,
            manifest.dataset_hash
        )?;
        outln!("{}", manifest.notice)?;
        outln!("dataset  {}", into.display())?;
    }
    Ok(())
}
