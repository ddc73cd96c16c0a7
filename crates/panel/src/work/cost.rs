//! What a cell costs, so that the time left can be told: a cell of four years takes four times as long as one of one, and
//! one of a calendar year has the frontier too.

use std::ops::Range;

use policy::arm::Arm;

use crate::spec::{StudyConfig, StudyWindow};

/// A replay of one session by one arm; the other costs are measured against it.
const REPLAY: u64 = 300;
/// A session of a draw of random dates.
const RANDOM_DATES: u64 = 10;
/// A session of an arm in a draw of the interval within a window.
const INTERVAL: u64 = 1;

/// The cost of a cell in parts, in the order in which they are done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cost {
    /// The condors alone.
    pub unhedged: u64,
    /// Every hedged arm.
    pub arms: Vec<u64>,
    /// The intervals within the window.
    pub intervals: u64,
}

impl Cost {
    /// Of a cell of this window; the first of the arms is unhedged.
    pub fn of(
        config: &StudyConfig,
        window: &StudyWindow,
        range: &Range<usize>,
        arms: &[Arm],
    ) -> Cost {
        let file = &config.file;
        let sessions = range.len() as u64;
        let is_year = window.year.is_some();
        let by_purchase = config.told_of_purchases();
        let of_arm = |(place, arm): (usize, &Arm)| {
            let is_shown = place < config.shown();
            let mut cost = REPLAY;
            if is_year && by_purchase.contains(&arm.name.as_str()) {
                cost += REPLAY;
            }
            if is_year && is_shown && arm.hedge.budget.is_empty() {
                cost += REPLAY * file.frontier.budgets.len() as u64;
            }
            if is_shown {
                cost += RANDOM_DATES * file.random_dates.draws as u64;
            }
            cost * sessions
        };
        let books = 1 + config.shown() as u64;
        Cost {
            unhedged: REPLAY * sessions,
            arms: arms[1..].iter().enumerate().map(of_arm).collect(),
            intervals: INTERVAL * file.inference.window_draws as u64 * books * sessions,
        }
    }

    /// Of all of it.
    pub fn whole(&self) -> u64 {
        self.unhedged + self.arms.iter().sum::<u64>() + self.intervals
    }
}
