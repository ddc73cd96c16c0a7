//! A layer's purse: the money its condors earned for it and what became of it.

use std::collections::VecDeque;

use chrono::{NaiveDate, TimeDelta};
use market::price::Money;

/// Credits, charges and what is left. Conserves money: `credited + refilled = spent + forgone + lapsed + balance`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Purse {
    /// Money that may be spent now.
    pub balance: Money,
    /// All credits so far.
    pub credited: Money,
    /// Salvage returned so far.
    pub refilled: Money,
    /// Premium and costs charged so far.
    pub spent: Money,
    /// Premium part of `spent`.
    pub premium: Money,
    /// Money given up at purchases because the regime weighted them down.
    pub forgone: Money,
    /// Money over the cap, gone.
    pub lapsed: Money,
    /// Credits and refills in the order of their dates.
    recent: VecDeque<(NaiveDate, Money)>,
}

impl Purse {
    /// What lapses when a credit arrives on `date`: a purse holds at most what it received in the last `cap_days`.
    pub fn lapse(&self, date: NaiveDate, cap_days: i64) -> Money {
        let cap = date - TimeDelta::days(cap_days);
        let trailing: Money = self.recent.iter().rev().take_while(|(day, _)| *day > cap).map(|(_, m)| *m).sum();
        Money((self.balance - trailing).0.max(0))
    }

    pub(crate) fn credit(&mut self, date: NaiveDate, amount: Money, lapsed: Money) {
        self.recent.push_back((date, amount));
        // A year is longer than any cap a policy may name.
        let forgotten = date - TimeDelta::days(366);
        while self.recent.front().is_some_and(|(day, _)| *day < forgotten) {
            self.recent.pop_front();
        }
        self.credited += amount;
        self.lapsed += lapsed;
        self.balance += amount - lapsed;
    }

    pub(crate) fn charge(&mut self, spent: Money, forgone: Money, premium: Money) {
        self.spent += spent;
        self.premium += premium;
        self.forgone += forgone;
        self.balance -= spent + forgone;
    }

    pub(crate) fn refill(&mut self, date: NaiveDate, amount: Money) {
        self.recent.push_back((date, amount));
        self.refilled += amount;
        self.balance += amount;
    }

    /// Money credited and never spent: still there, lapsed or forgone.
    pub fn unspent(&self) -> Money {
        self.balance + self.lapsed + self.forgone
    }
}
