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

/// The sessions whose chains any cell reads, by [`variations`](crate::spec::SweepConfig::variations); `None` where none does.
pub fn chains_read(variations: &[RunConfig]) -> Option<RangeInclusive<NaiveDate>> {
    let read = variations.iter().filter(|run| run.reads_chains());
    read.map(chain_dates)
        .reduce(|a, b| *a.start().min(b.start())..=*a.end().max(b.end()))
}

/// How the inputs of all cells stood in each window, by [`variations`](crate::spec::SweepConfig::variations).
///
/// # Errors
/// Where a series is missing on a session whose prices can rest on it in any cell, and nothing may stand in for it.
pub fn audited(
    variations: &[RunConfig],
    observations: &Observations,
    chains: &RawChains,
) -> Result<Vec<WindowInputs>, MissingInputs> {
    let needed = of_all(variations);
    let mut seen: Vec<&RunConfig> = Vec::new();
    let mut found: Vec<WindowInputs> = Vec::new();
    for run in variations {
        if seen.iter().any(|other| audits_alike(other, run)) {
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

/// Whether [`audit`] reads the same of both: a thousand levels of the model's numbers are one audit.
fn audits_alike(one: &RunConfig, other: &RunConfig) -> bool {
    one.windows == other.windows
        && one.input_rules() == other.input_rules()
        && one.model.calibrate == other.model.calibrate
        && one.model_params().event_weights == other.model_params().event_weights
}

/// What any of the runs needs. Where one trades VIX contracts and another goes farther ahead, a cell may do both.
fn of_all(runs: &[RunConfig]) -> Needs {
    let mut different: Vec<&RunConfig> = Vec::new();
    for run in runs {
        // Axes of the model leave what is traded as it is.
        if different
            .last()
            .is_none_or(|other| !trade_alike(other, run))
        {
            different.push(run);
        }
    }
    let needed = different.iter().map(|run| needs(run));
    let all = needed.fold(Needs::default(), Needs::or);
    let arms = different
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

/// Whether [`needs`] and the arms' horizons read the same of both.
fn trade_alike(one: &RunConfig, other: &RunConfig) -> bool {
    one.arms == other.arms
        && one.policies == other.policies
        && one.condors == other.condors
        && one.condor_tiers == other.condor_tiers
        && one.equal_spend_twins == other.equal_spend_twins
        && one.execution == other.execution
}

#[cfg(test)]
mod tests {
    use super::*;
    use runfile::config::Model;

    use crate::spec::{NUMBERS_OF_THE_MODEL, shipped};

    #[test]
    fn numbers_of_the_model_are_left_out_because_nothing_is_read_for_them() {
        let config = shipped("small");
        let (some, all) = (config.variations(), config.varied_by(config.axes.iter()));
        assert!(some.len() < all.len(), "an axis of the price model");
        assert_eq!(of_all(&some), of_all(&all));
        assert_eq!(chains_read(&some), chains_read(&all));
        let left_out = all.iter().filter(|run| !some.contains(run));
        assert!(left_out.clone().count() >= 2);
        for run in left_out {
            assert!(audits_alike(&some[0], run) && trade_alike(&some[0], run));
        }
        // Each of the keys, alone.
        for key in NUMBERS_OF_THE_MODEL {
            let mut run = some[0].clone();
            let Model {
                atm_shift,
                psi_factor,
                rho_shift,
                omega,
                dividend_yield,
                ..
            } = &mut run.model;
            match key {
                "model.atm_shift" => *atm_shift += 0.01,
                "model.psi_factor" => *psi_factor += 0.01,
                "model.rho_shift" => *rho_shift += 0.01,
                "model.omega" => *omega += 0.01,
                _ => *dividend_yield += 0.01,
            }
            assert_ne!(run, some[0], "{key}");
            assert!(
                audits_alike(&some[0], &run) && trade_alike(&some[0], &run),
                "{key}"
            );
            assert_eq!(chain_dates(&some[0]), chain_dates(&run), "{key}");
            assert_eq!(some[0].reads_chains(), run.reads_chains(), "{key}");
        }
    }

    #[test]
    fn levels_that_are_audited_once_would_all_be_audited_alike() {
        let mut runs = shipped("tiers").variations();
        let mut shifted = runs[0].clone();
        shifted.model.atm_shift += 0.01;
        runs.push(shifted);
        let alike = |run: &RunConfig| {
            assert!(audits_alike(&runs[0], run));
            trade_alike(&runs[0], run)
        };
        assert!(alike(&runs[runs.len() - 1]));
        let plain = |runs: &[RunConfig]| {
            let needed = runs.iter().map(needs).fold(Needs::default(), Needs::or);
            let arms = runs
                .iter()
                .flat_map(|run| run.arms.iter().map(move |name| arm(run, name)));
            let farthest = arms.map(|arm| arm.horizon_days()).max().unwrap_or(0);
            let vx_days = match needed.vx_days {
                0 => 0,
                days => days.max(farthest),
            };
            Needs { vx_days, ..needed }
        };
        assert_eq!(of_all(&runs), plain(&runs));
        let mut others = [runs[0].clone(), runs[0].clone(), runs[0].clone()];
        others[0].model.calibrate = runfile::config::Calibrate::PreviousChains;
        others[1].model.event_weights.cpi += 0.5;
        others[2].windows.pop();
        assert!(others.iter().all(|other| !audits_alike(&runs[0], other)));
    }
}
