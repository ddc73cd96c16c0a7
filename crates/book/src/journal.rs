//! The append-only record of a run.

use chrono::NaiveDate;
use market::price::Money;

use crate::event::{Event, Stage};
use crate::portfolio::Portfolio;

/// Raised when the meaning of an event or a column of its file form changes.
pub const JOURNAL_VERSION: u32 = 2;

/// One event with its place in time.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Session.
    pub date: NaiveDate,
    /// Step of the day.
    pub stage: Stage,
    /// What happened.
    pub event: Event,
}

/// Events in the order in which they happened.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Journal {
    /// All entries.
    pub entries: Vec<Entry>,
}

impl Journal {
    /// Appends an event.
    #[inline]
    pub fn append(&mut self, date: NaiveDate, stage: Stage, event: Event) {
        self.entries.push(Entry { date, stage, event });
    }

    /// The portfolio these events add up to.
    pub fn replay(&self, start: Money, layers: usize) -> Portfolio {
        let mut portfolio = Portfolio::new(start, layers);
        for entry in &self.entries {
            portfolio.apply(entry.date, &entry.event);
        }
        portfolio
    }

    /// Entries grouped by session, in order.
    pub fn by_session(&self) -> impl Iterator<Item = (NaiveDate, &[Entry])> {
        self.entries
            .chunk_by(|a, b| a.date == b.date)
            .map(|chunk| (chunk[0].date, chunk))
    }
}
