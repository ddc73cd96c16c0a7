//! `condor_tiers = ["log:my_trades.csv"]`: a log beside the run file becomes a condor tier.

use std::path::{Path, PathBuf};

use policy::condor::Condor;
use runfile::config::Assembly;

use crate::error::Failure;
use crate::places::simplified;

/// What a tier that repeats a log begins with.
const PREFIX: &str = "log:";

/// Adds the log that a tier names, from the first folder of the run file, or of what it extends, that holds it. False where it names none.
///
/// # Errors
/// Where the file cannot be read, is no log, or holds no trade that can be used.
pub fn add(
    assembly: &mut Assembly,
    section: &str,
    wanted: &str,
    folders: &[PathBuf],
) -> Result<bool, Failure> {
    let Some(name) = wanted.strip_prefix(PREFIX).filter(|_| section == "condors") else {
        return Ok(false);
    };
    let places: Vec<PathBuf> = folders.iter().map(|f| simplified(&f.join(name))).collect();
    let Some(path) = places.iter().find(|path| path.is_file()) else {
        let places: Vec<String> = places.iter().map(|p| p.display().to_string()).collect();
        return Err(Failure::config(format!(
            "condor_tiers: no trade log {name:?}; looked at {}",
            places.join(", ")
        )));
    };
    let log = data::trade_logs::read(path, name)?;
    if log.trades.is_empty() {
        let why = log.refused.iter().take(3);
        let why: Vec<String> = why.map(|r| format!("{}: {}", r.id, r.why)).collect();
        return Err(Failure::data(format!(
            "{}: none of its {} trades can be used: {}",
            path.display(),
            log.refused.len(),
            why.join("; ")
        )));
    }
    assembly.add_log(wanted, Condor::of_log(&tier(name), log))?;
    Ok(true)
}

/// The tier's name in every table: `log_my_trades`.
fn tier(name: &str) -> String {
    let stem = Path::new(name).file_stem().unwrap_or_default();
    let stem: String = stem
        .to_string_lossy()
        .chars()
        .map(|c: char| match c.to_ascii_lowercase() {
            c if c.is_ascii_lowercase() || c.is_ascii_digit() => c,
            _ => '_',
        })
        .collect();
    format!("log_{stem}")
}
