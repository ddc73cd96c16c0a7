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

/// A condor with the arms of the run over it, the unhedged one first.
pub(crate) struct OtherBook {
    pub condor: String,
    pub arms: Vec<Arm>,
}

/// The books that the run file names beside its own.
pub(crate) fn other_books(config: &RunConfig) -> Vec<OtherBook> {
    config
        .other_condors
        .iter()
        .map(|name: &String| {
            let condor = std::slice::from_ref(&config.condors[name]);
            OtherBook {
                condor: name.clone(),
                arms: config
                    .arms
                    .iter()
                    .map(|arm: &String| Arm::new(condor, &config.policies[arm]))
                    .collect(),
            }
        })
        .collect()
}
