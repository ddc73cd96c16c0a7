//! `condor_tiers = ["log:my_trades.csv"]`: a log beside the run file becomes a condor tier.

use std::path::PathBuf;

use policy::condor::Condor;
use runfile::config::Assembly;
use runfile::logs;

use crate::error::Failure;
use crate::places::simplified;

/// Adds the log that a tier names, from the first of the folders that holds it: those of the study, the run file and what
/// it extends. False where it names none.
///
/// # Errors
/// Where the file cannot be read, is no log, or holds no trade that can be used.
pub fn add(
    assembly: &mut Assembly,
    section: &str,
    wanted: &str,
    folders: &[PathBuf],
) -> Result<bool, Failure> {
    let Some(name) = logs::file_of(wanted).filter(|_| section == "condors") else {
        return Ok(false);
    };
    let places: Vec<PathBuf> = folders.iter().map(|f| simplified(&f.join(name))).collect();
    let Some(path) = places.iter().find(|path| path.is_file()) else {
        let places: Vec<String> = places.iter().map(|p| p.display().to_string()).collect();
        return Err(Failure::config(format!(
            "no trade log {wanted:?}; looked at {}",
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
    assembly.add_log(wanted, Condor::of_log(&logs::tier(name), log))?;
    Ok(true)
}
