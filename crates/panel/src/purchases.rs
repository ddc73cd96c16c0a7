//! What became of single purchases of a hedge, from the journal of a run.

use engine::run::Run;
use policy::arm::Arm;
use study::measures::package_flows;

/// Cash of every hedge layer of a run that kept its journal, by calendar day since each purchase (cents).
pub(crate) fn cash_by_age(run: &Run, arm: &Arm) -> Vec<Vec<i64>> {
    let of_layer = |id| {
        let mut by_day: Vec<i64> = Vec::new();
        for package in package_flows(&run.journal, id).0.into_values() {
            let first = package.flows.first().map(|flow| flow.0);
            for (date, cash) in &package.flows {
                let days = first.map_or(0, |first| (*date - first).num_days()) as usize;
                by_day.resize(by_day.len().max(days + 1), 0);
                by_day[days] += cash.0;
            }
        }
        by_day
    };
    arm.hedge_ids().map(of_layer).collect()
}
