//! One run: the shorter way where nothing is lost by it, the straight simulator everywhere else.

use std::ops::Range;

use market::history::MarketHistory;
use market::price::Money;
use policy::arm::Arm;

use crate::curve::curve;
use crate::execution::Execution;
pub use crate::outcome::{Keep, Run, Tally};
use crate::simulator::Simulator;

/// Replays the sessions of `window` from flat with `capital`. A pure function of its arguments.
///
/// Positions still open after the last session's normal record are closed at its marks with normal costs. Where no
/// journal is wanted, [`curve`] finds the same account and curve by a shorter way, if it can.
pub fn run(
    history: &MarketHistory,
    window: Range<usize>,
    arm: &Arm,
    execution: &Execution,
    capital: Money,
    keep: Keep,
) -> Run {
    if keep == Keep::Curve
        && let Ok(run) = curve(history, window.clone(), arm, execution, capital)
    {
        return run;
    }
    straight(history, window, arm, execution, capital, keep)
}

/// The same by the straight simulator, whatever the arm.
pub fn straight(
    history: &MarketHistory,
    window: Range<usize>,
    arm: &Arm,
    execution: &Execution,
    capital: Money,
    keep: Keep,
) -> Run {
    let mut simulator = Simulator::new(history, arm, execution, capital, keep);
    simulator.expect_sessions(window.len());
    for t in window.clone() {
        simulator.step(t);
        if t + 1 == window.end {
            simulator.close_window();
        }
        simulator.record();
    }
    simulator.into_run()
}
