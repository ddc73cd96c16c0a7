//! Which published series the prices of a run rest on, and how they stood in its windows.
//!
//! A run whose prices would rest on a series that is missing is refused, unless its file names what stands in for it
//! (docs/method.md). What was carried or stood in for is counted, window by window.

use chrono::NaiveDate;
use engine::execution::FillAt;
use market::chain::RawChains;
use market::inputs::{Audit, InputCount, MissingInputs, Needs};
use market::observations::Observations;
use policy::arm::Arm;
use runfile::config::{Calibrate, RunConfig, TWIN_BASE};

use crate::arms::arm;

/// How the inputs of a window stood; those that were always published are left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WindowInputs {
    /// The window; [`CALIBRATION`] for the sessions of the chains that the model follows.
    pub window: String,
    /// One per input.
    pub counts: Vec<InputCount>,
}

/// Stands for the sessions of the chains that the model follows.
pub const CALIBRATION: &str = "calibration";

/// What the prices of a run can rest on: all its arms, and the base of its twins.
pub fn needs(config: &RunConfig) -> Needs {
    let twins = config.equal_spend_twins.then_some(TWIN_BASE);
    let names = config.arms.iter().map(String::as_str).chain(twins);
    let mornings = Needs {
        mornings: config.execution.fill_at == FillAt::LateMorning,
        ..Needs::default()
    };
    names
        .map(|name| Arm::inputs(&arm(config, name)))
        .fold(mornings, Needs::or)
}

/// How the inputs of a run stood in each of its windows.
///
/// # Errors
/// Where a series is missing on a session whose prices can rest on it, and the run file lets nothing stand in for it.
pub fn audit(
    config: &RunConfig,
    needs: &Needs,
    observations: &Observations,
    chains: &RawChains,
) -> Result<Vec<WindowInputs>, MissingInputs> {
    let rules = config.stand_ins.rules();
    let audit = Audit::new(observations, &rules);
    let weights = config.model_params().event_weights;
    let mut all: Vec<WindowInputs> = Vec::new();
    for window in &config.windows {
        all.push(WindowInputs {
            window: window.name.clone(),
            counts: audit.counts((window.first, window.last), needs, &weights),
        });
    }
    let followed = (config.model.calibrate == Calibrate::PreviousChains).then(|| {
        let surface = Needs {
            surface: true,
            ..Needs::default()
        };
        let days: Vec<NaiveDate> = chains.keys().copied().collect();
        WindowInputs {
            window: CALIBRATION.to_string(),
            counts: audit.counts_on(&days, &surface, &weights),
        }
    });
    all.extend(followed);
    all.retain(|window| !window.counts.is_empty());
    let missing = |window: &WindowInputs| {
        let counts = window.counts.iter().filter(|count| count.missing > 0);
        counts.copied().collect::<Vec<_>>()
    };
    let missing: Vec<InputCount> = all.iter().flat_map(missing).collect();
    if missing.is_empty() {
        Ok(all)
    } else {
        Err(MissingInputs(missing))
    }
}
