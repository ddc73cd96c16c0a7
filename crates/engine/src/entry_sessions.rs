//! On which sessions a cadence enters, worked out once per history: calendar questions do not belong into the day loop.

use std::sync::{Arc, Mutex, PoisonError};

use market::calendar::Calendar;
use market::history::{MarketHistory, MarketView};
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
        let is_entry = |t| {
            history
                .view(t)
                .next_session()
                .is_some_and(|next| cadence.is_entry(calendar, next))
        };
        EntrySessions {
            cadence,
            next: (0..history.len()).map(is_entry).collect(),
        }
    }
}

/// The cadences somebody asked for.
#[derive(Debug, Default)]
pub struct EntryCache {
    all: Mutex<Vec<Arc<EntrySessions>>>,
}

impl EntryCache {
    /// The entry sessions of a cadence.
    pub fn of(&self, history: &MarketHistory, cadence: Cadence) -> Arc<EntrySessions> {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = all.iter().find(|one| one.cadence == cadence) {
            return Arc::clone(found);
        }
        let made = Arc::new(EntrySessions::new(history, cadence));
        all.push(Arc::clone(&made));
        made
    }
}
