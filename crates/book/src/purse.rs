//! A layer's purse: the money its condors earned for it and what became of it.

use std::collections::VecDeque;

use market::price::Money;

/// Credits, charges and what is left. Conserves money, and says so at every change: `credited + refilled = spent + forgone +
/// lapsed + balance`.
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
    /// Credits and refills in the order of their dates, these as numbers of days: `num_days_from_ce`.
    recent: VecDeque<(i32, Money)>,
}

impl Purse {
    /// What lapses when a credit arrives on `day` (days since 0001-01-01, as `num_days_from_ce` counts): a purse holds
    /// at most what it received in the last `cap_days`.
    pub fn lapse(&self, day: i32, cap_days: i64) -> Money {
        let cap = i64::from(day) - cap_days;
        let mut left = self.balance;
        // Nothing that came in is negative: once all is accounted for, older credits change nothing.
        for (day, amount) in self.recent.iter().rev() {
            if left <= Money::ZERO || i64::from(*day) <= cap {
                break;
            }
            left -= *amount;
        }
        left.max(Money::ZERO)
    }

    /// Books a credit of `day`, and what lapsed because of it.
    pub fn credit(&mut self, day: i32, amount: Money, lapsed: Money) {
        self.recent.push_back((day, amount));
        // A year is longer than any cap a policy may name.
        let forgotten = day - 366;
        while self.recent.front().is_some_and(|(day, _)| *day < forgotten) {
            self.recent.pop_front();
        }
        self.credited += amount;
        self.lapsed += lapsed;
        self.balance += amount - lapsed;
        self.assert_conserves();
    }

    /// Books a purchase.
    #[inline]
    pub fn charge(&mut self, spent: Money, forgone: Money, premium: Money) {
        self.spent += spent;
        self.premium += premium;
        self.forgone += forgone;
        self.balance -= spent + forgone;
        self.assert_conserves();
    }

    /// Books salvage that came back on `day`.
    pub fn refill(&mut self, day: i32, amount: Money) {
        self.recent.push_back((day, amount));
        self.refilled += amount;
        self.balance += amount;
        self.assert_conserves();
    }

    /// What came in is what went out and what is left.
    ///
    /// # Panics
    /// If it is not, or if more went out than came in: a fault of the engine.
    #[inline]
    pub fn assert_conserves(&self) {
        let out = self.spent + self.forgone + self.lapsed + self.balance;
        assert_eq!(self.credited + self.refilled, out, "a purse lost money");
        assert!(self.balance >= Money::ZERO, "a purse is overdrawn");
    }

    /// Money credited and never spent: still there, lapsed or forgone.
    pub fn unspent(&self) -> Money {
        self.balance + self.lapsed + self.forgone
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn purse() -> Purse {
        let mut purse = Purse::default();
        purse.credit(100, Money(1_000), Money::ZERO);
        purse.credit(107, Money(600), Money(200));
        purse.charge(Money(300), Money(150), Money(290));
        purse
    }

    #[test]
    fn what_was_not_spent_is_there_lapsed_or_forgone() {
        let purse = purse();
        assert_eq!(
            (purse.balance, purse.lapsed, purse.forgone),
            (Money(950), Money(200), Money(150))
        );
        assert_eq!(purse.unspent(), Money(1_300));
        assert_eq!(purse.unspent(), purse.credited - purse.spent);
        purse.assert_conserves();
    }

    #[test]
    fn a_credit_lapses_on_the_day_it_is_as_old_as_the_cap() {
        let purse = purse();
        // Of 950 the last 14 days brought 1,600; a fortnight after the first credit that one no longer counts.
        assert_eq!(purse.lapse(113, 14), Money::ZERO);
        assert_eq!(purse.lapse(114, 14), Money(350));
        assert_eq!(purse.lapse(120, 14), Money(350));
        assert_eq!(purse.lapse(121, 14), Money(950));
    }

    #[test]
    fn salvage_counts_from_the_day_it_came_back() {
        let mut purse = purse();
        purse.refill(114, Money(50));
        assert_eq!((purse.balance, purse.refilled), (Money(1_000), Money(50)));
        assert_eq!(purse.lapse(121, 14), Money(950));
        purse.assert_conserves();
    }
}
