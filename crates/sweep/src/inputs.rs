//! Which published series the prices of a sweep rest on: the door of a single run, for all cells at once.

use std::ops::RangeInclusive;

use chrono::NaiveDate;
use market::chain::RawChains;
use market::inputs::{MissingInputs, Needs};
use market::observations::Observations;
use policy::arm::Arm;
use runfile::config::RunConfig;
use study::arms::arm;
use study::inputs::{WindowInputs, audit, needs};
use study::markets::chain_dates;

use crate::spec::SweepConfig;

/// The sessions whose chains any cell reads; `None` where none does.
pub fn chains_read(config: &SweepConfig) -> Option<RangeInclusive<NaiveDate>> {
    let variations = config.variations();
    let read = variations.iter().filter(|run| run.reads_chains());
    read.map(chain_dates)
        .reduce(|a, b| *a.start().min(b.start())..=*a.end().max(b.end()))
}

/// How the inputs of all cells stood in each window.
///
/// # Errors
/// Where a series is missing on a session whose prices can rest on it in any cell, and nothing may stand in for it.
pub fn audited(
    config: &SweepConfig,
    observations: &Observations,
    chains: &RawChains,
) -> Result<Vec<WindowInputs>, MissingInputs> {
    let variations = config.variations();
    let needed = of_all(&variations);
    let mut seen: Vec<&RunConfig> = Vec::new();
    let mut found: Vec<WindowInputs> = Vec::new();
    for run in &variations {
        if seen.iter().any(|other| {
            other.windows == run.windows
                && other.quotes == run.quotes
                && other.stand_ins == run.stand_ins
                && other.model == run.model
        }) {
            continue;
        }
        seen.push(run);
        for window in audit(run, &needed, observations, chains)? {
            if !found.contains(&window) {
                found.push(window);
            }
        }
    }
    Ok(found)
}

/// What any of the runs needs. Where one trades VIX contracts and another goes farther ahead, a cell may do both.
fn of_all(runs: &[RunConfig]) -> Needs {
    let all = runs.iter().map(needs).fold(Needs::default(), Needs::or);
    let arms = runs
        .iter()
        .flat_map(|run| run.arms.iter().map(move |name| arm(run, name)));
    let farthest = arms.map(|arm| Arm::horizon_days(&arm)).max().unwrap_or(0);
    let vx_days = if all.vx_days > 0 {
        all.vx_days.max(farthest)
    } else {
        0
    };
    Needs { vx_days, ..all }
}
