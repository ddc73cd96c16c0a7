//! The tables behind what a terminal shows of a run: small, and made before the large ones, so that nobody waits for a whole
//! folder to read the first numbers.

use tables::{Table, table_of};

use crate::decision_table;
use crate::results::{ArmKind, Study};
use crate::run_tables::{bands, benchmarks, trades_of, worlds};

/// The tables that the comparison on a terminal is made of, as the folder has them. Of trades and decisions there are those
/// of the condors alone: they say whether the books traded at all.
pub fn tables(study: &Study) -> Vec<Table> {
    let alone = || {
        study
            .arms()
            .filter(|(_, arm)| arm.replay.kind == ArmKind::Unhedged)
    };
    let trades = alone().flat_map(|(window, arm)| trades_of(window, &arm.replay));
    let decisions = alone().flat_map(|(window, arm)| decision_table::of_arm(study, window, arm));
    let mut all = vec![
        table_of(crate::summary::rows(study)),
        table_of(trades),
        table_of(decisions),
        table_of(bands(study)),
    ];
    if worlds(study).next().is_some() {
        all.push(table_of(worlds(study)));
    }
    if !study.other_condors.is_empty() {
        all.push(table_of(study.other_condors.iter().cloned()));
    }
    if !study.benchmarks.is_empty() {
        all.push(benchmarks(study));
    }
    all
}
