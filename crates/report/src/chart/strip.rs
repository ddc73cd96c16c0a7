//! States over the sessions of a window: which regime each arm was in.

use crate::style::Style;
use chrono::NaiveDate;

/// Rows of states over the same days.
#[derive(Clone, Debug)]
pub struct StripChart {
    /// What it shows.
    pub caption: String,
    /// Charts of one group zoom together; the window's place.
    pub group: usize,
    /// The days.
    pub days: Vec<NaiveDate>,
    /// Names of the states; a later one is drawn taller.
    pub states: Vec<String>,
    /// The rows.
    pub strips: Vec<Strip>,
}

/// One row.
#[derive(Clone, Debug)]
pub struct Strip {
    /// Its name.
    pub name: String,
    /// Its look.
    pub style: Style,
    /// Place of its state on each day.
    pub states: Vec<Option<usize>>,
}

impl Strip {
    /// Runs of equal states: first day, number of days, state.
    pub fn runs(&self) -> Vec<(usize, usize, usize)> {
        let mut runs: Vec<(usize, usize, usize)> = Vec::new();
        for (at, state) in self.states.iter().enumerate() {
            match (runs.last_mut(), state) {
                (Some(run), Some(state)) if run.2 == *state && run.0 + run.1 == at => run.1 += 1,
                (_, Some(state)) => runs.push((at, 1, *state)),
                (_, None) => {}
            }
        }
        runs
    }

    /// Sessions in a state.
    pub fn sessions_in(&self, state: usize) -> usize {
        self.states
            .iter()
            .filter(|found| **found == Some(state))
            .count()
    }
}

#[cfg(test)]
mod tests {
    use super::{Strip, Style};

    #[test]
    fn runs_are_split_by_gaps_and_changes() {
        let states = vec![Some(0), Some(0), None, Some(0), Some(1)];
        let strip = Strip {
            name: String::new(),
            style: Style::plain(0),
            states,
        };
        assert_eq!(strip.runs(), [(0, 2, 0), (3, 1, 0), (4, 1, 1)]);
        assert_eq!(strip.sessions_in(0), 3);
    }
}
