//! What the nights between two sessions pay and cost, worked out once per history: the day loop of a run without its
//! record reads one line and not two snapshots.

use std::sync::OnceLock;

use market::history::MarketHistory;
use market::price::Money;

use crate::rules::{interest, night_rate};

/// The nights before a session, and its date.
#[derive(Clone, Copy, Debug)]
pub struct Night {
    /// Overnight rate known at the close before them `[1/year, ACT/360]`.
    overnight_rate: f64,
    /// One-month bill rate known at the same close `[1/year]`.
    bill_rate: f64,
    /// How many they are.
    nights: f64,
    /// Days since 0001-01-01 of the session.
    pub day: i32,
}

/// OvernightInterest by session.
#[derive(Debug, Default)]
pub struct OvernightInterest {
    all: OnceLock<Vec<Night>>,
}

impl OvernightInterest {
    /// Those of a history.
    pub fn of(&self, history: &MarketHistory) -> &[Night] {
        self.all.get_or_init(|| {
            (0..history.len())
                .map(|t| Night::before(t, history))
                .collect()
        })
    }
}

impl Night {
    fn before(t: usize, history: &MarketHistory) -> Night {
        let view = history.view(t);
        let before = history.view(t.saturating_sub(1));
        Night {
            overnight_rate: before.today().overnight_rate,
            bill_rate: before.today().bill_rate,
            nights: f64::from(view.day_number() - before.day_number()),
            day: view.day_number(),
        }
    }

    /// Interest on `cash`: the overnight rate on what is there, the bill rate and `loan_spread` on what is owed.
    #[inline]
    pub fn interest(&self, cash: Money, loan_spread: f64) -> Money {
        let rate = night_rate(cash, self.overnight_rate, self.bill_rate, loan_spread);
        interest(cash, rate, self.nights)
    }
}
