//! One book in every draw, for questions that are asked of the same book again.

use super::draws::student;
use crate::interval::Student;
use crate::paired::Outcome;
use crate::stretches::Sums;

/// A book in a run of consecutive draws: its profit and drawdown, with a tail of zero, and its P&L over each stretch.
#[derive(Clone, Debug, PartialEq)]
pub struct DrawnBook {
    sessions: usize,
    outcomes: Vec<Outcome>,
    sums: Vec<Sums>,
    /// P&L over each stretch of the sample.
    sample: Sums,
}

impl DrawnBook {
    pub(super) fn new(sessions: usize, sample: Sums, draws: usize) -> DrawnBook {
        DrawnBook {
            sessions,
            outcomes: Vec::with_capacity(draws),
            sums: Vec::with_capacity(draws),
            sample,
        }
    }

    pub(super) fn push(&mut self, outcome: Outcome, sums: Sums) {
        self.outcomes.push(outcome);
        self.sums.push(sums);
    }

    /// Puts the parts of one book together, in their order.
    ///
    /// # Panics
    /// If there is none.
    pub fn combine(parts: Vec<DrawnBook>) -> DrawnBook {
        let draws: usize = parts.iter().map(|part| part.outcomes.len()).sum();
        let mut parts = parts.into_iter();
        let mut whole = parts.next().expect("at least one part");
        whole.outcomes.reserve_exact(draws - whole.outcomes.len());
        whole.sums.reserve_exact(draws - whole.sums.len());
        for part in parts {
            whole.outcomes.extend(part.outcomes);
            whole.sums.extend(part.sums);
        }
        whole
    }

    /// Its outcomes, draw by draw, each with a tail of zero.
    pub fn outcomes(&self) -> &[Outcome] {
        &self.outcomes
    }

    /// Its P&L less that of another book of the same draws in units of its standard error, as
    /// [`Draws::student`](super::Draws::student) gives it; none without one.
    pub fn student(&self, unhedged: &DrawnBook) -> Option<Student> {
        let own = (&self.sample, self.sums.as_slice());
        let other = (&unhedged.sample, unhedged.sums.as_slice());
        student(self.sessions, other, own)
    }
}
