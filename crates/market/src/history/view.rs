//! What is known at the close of one session, and nothing after it.

use chrono::{Datelike, NaiveDate};

use super::{MarketHistory, Snapshot};
use crate::released_series::{Known, NewYorkTime};

/// The market up to and including one session. Later sessions cannot be reached through it:
///
/// ```compile_fail
/// fn peek(view: market::history::MarketView<'_>) -> f64 {
///     view.history.snapshots[view.end + 1].spot // private: a view ends today
/// }
/// ```
///
/// ```
/// fn look(view: market::history::MarketView<'_>) -> f64 {
///     view.today().spot
/// }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct MarketView<'a> {
    pub(super) history: &'a MarketHistory,
    /// Index of today's snapshot.
    pub(super) end: usize,
}

impl<'a> MarketView<'a> {
    /// Today's snapshot.
    #[inline]
    pub fn today(self) -> &'a Snapshot {
        &self.history.snapshots[self.end]
    }

    /// The whole history, for what is computed once for all sessions and read one session at a time.
    pub(crate) fn history(self) -> &'a MarketHistory {
        self.history
    }

    /// Position of today in its history.
    #[inline]
    pub fn session(self) -> usize {
        self.end
    }

    /// Position of today among the sessions of the dataset, see [`MarketHistory::sessions`].
    #[inline]
    pub fn position(self) -> usize {
        self.history.offset + self.end
    }

    /// Today as a number of days, for differences between dates that are taken often: `num_days_from_ce`.
    #[inline]
    pub fn day_number(self) -> i32 {
        self.history.days[self.end].number
    }

    /// The session after today, as the calendar has it.
    #[inline]
    pub fn next_session(self) -> Option<NaiveDate> {
        self.history.days[self.end].next_session
    }

    /// The session after today as such a number; far away where the calendar has none.
    #[inline]
    pub fn next_day_number(self) -> i32 {
        self.next_session()
            .map_or(i32::MAX, |next| next.num_days_from_ce())
    }

    /// Calendar days from the session after today, where an order would trade, to `expiry`.
    #[inline]
    pub fn days_left(self, expiry: NaiveDate) -> i64 {
        i64::from(expiry.num_days_from_ce()) - i64::from(self.next_day_number())
    }

    /// Beta to the index of the future `month` places behind the front, over 120 sessions of published settlements
    /// ending today; `None` until there are as many.
    pub fn future_beta(self, month: usize) -> Option<f64> {
        self.history.betas[self.end].get(month).copied().flatten()
    }

    /// The snapshot `sessions` before today, if it is simulated.
    pub fn back(self, sessions: usize) -> Option<&'a Snapshot> {
        self.end
            .checked_sub(sessions)
            .map(|t| &self.history.snapshots[t])
    }

    /// A named series as known at each session's close, from the start of the dataset to today; `None` if the dataset
    /// has no such series. The value at today may describe an earlier date, as the series' publication rule says.
    pub fn series(self, name: &str) -> Option<&'a [Option<f64>]> {
        self.history
            .series
            .get(name)
            .map(|values| &values[..=self.history.offset + self.end])
    }

    /// A slow series as published by today's close: monthly, quarterly and irregular values with the period they
    /// describe and the moment they were released. `None` if the dataset has no such series.
    pub fn slow(self, name: &str) -> Option<Known<'a>> {
        let close = NewYorkTime::close(self.today().date);
        self.history
            .slow
            .get(name)
            .map(|series| series.known(close))
    }
}
