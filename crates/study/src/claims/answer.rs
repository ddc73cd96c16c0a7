//! A question with its answer.

use runfile::claims::Row;

use super::verdict::{Found, verdict};

/// A claim with what was measured.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The question, as the configuration has it.
    pub row: Row,
    /// What was found.
    pub found: Found,
}

impl Answer {
    /// What follows from it.
    pub fn verdict(&self) -> &'static str {
        verdict(self.row.claimed, &self.found, self.row.minimum_n)
    }
}
