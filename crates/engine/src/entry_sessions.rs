//! On which sessions a cadence enters, worked out once per history: calendar questions do not belong into the day loop.

use std::sync::Arc;

use market::calendar::Calendar;
use market::history::{MarketHistory, MarketView};
use market::memo::Memo;
use policy::condor::Cadence;

/// One cadence over one history.
#[derive(Debug)]
pub struct EntrySessions {
    cadence: Cadence,
    /// For each session whether the one after it is an entry session.
    next: Vec<bool>,
}

impl EntrySessions {
    /// Whether orders of this cadence are filled on the session after today.
    #[inline]
    pub fn next_is_entry(&self, view: MarketView<'_>) -> bool {
        self.next[view.session()]
    }

    fn new(history: &MarketHistory, cadence: Cadence) -> EntrySessions {
        let calendar = Calendar::nyse();
        EntrySessions {
            cadence,
            next: (0..history.len())
                .map(|t| {
                    history
                        .view(t)
                        .next_session()
                        .is_some_and(|next| cadence.is_entry(calendar, next))
                })
                .collect(),
        }
    }
}

/// The cadences somebody asked for.
#[derive(Debug)]
pub struct EntryCache {
    all: Memo<EntrySessions>,
}

impl Default for EntryCache {
    fn default() -> EntryCache {
        // More than a run has tiers.
        EntryCache { all: Memo::new(64) }
    }
}

impl EntryCache {
    /// The entry sessions of a cadence.
    pub fn of(&self, history: &MarketHistory, cadence: Cadence) -> Arc<EntrySessions> {
        self.all.get(
            |one| one.cadence == cadence,
            || EntrySessions::new(history, cadence),
        )
    }
}
