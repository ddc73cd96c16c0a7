//! The arms that a run compares.

use policy::arm::Arm;
use runfile::config::RunConfig;

/// The arm of this name: the condors of the run and its hedge.
pub fn arm(config: &RunConfig, name: &str) -> Arm {
    let condors: Vec<_> = config
        .condor_tiers
        .iter()
        .map(|tier| config.condors[tier].clone())
        .collect();
    Arm::new(&condors, &config.policies[name])
}
