//! What a close leads to: exits, margin calls, orders.

use book::event::{Action, Detail, LayerId};
use book::reason::Reason;
use chrono::NaiveDate;
use policy::hedge::PaidFrom;
use policy::rule::ExitRule;

use super::Audit;
use crate::ledger::account::{Found, Held, same};
use crate::ledger::naive::{cents, down, up};

impl Audit<'_> {
    /// What today's close leads to tomorrow.
    pub(super) fn look_ahead(&mut self) {
        let snapshot = self.view.today();
        let (defined, futures) = self.account.margins(snapshot, self.case.execution);
        let maintenance =
            cents(futures as f64 / 100.0 * self.case.execution.margin.maintenance_fraction);
        self.next.called = futures > 0 && self.account.cash < defined + maintenance;
        if let Some(next) = self.view.next_session() {
            for held in &self.account.held {
                if let Some(reason) = self.exit_of(held, next) {
                    self.next.exits.insert(held.id, reason);
                }
            }
        }
        for (at, rules) in self.case.arm.hedge.layers.iter().enumerate() {
            let layer = self.case.arm.condors.len() + at;
            let taken = self
                .account
                .held
                .iter()
                .filter(|h| h.layer == layer)
                .count() as i64;
            let balance = self.account.purses[layer].balance;
            let slot = rules
                .slots
                .map_or(balance, |slots| balance / (i64::from(slots) - taken).max(1));
            let own = if rules.paid_from == PaidFrom::Account {
                i64::MAX
            } else {
                slot
            };
            let left = self.cap_left().map_or(own, |left| own.min(left));
            self.next.spendable.insert(layer, left);
        }
    }

    pub(super) fn exit_of(&self, held: &Held, next: NaiveDate) -> Option<Reason> {
        let left = (held.expiry() - next).num_days();
        if left <= 0 {
            return None;
        }
        let life = (held.expiry() - held.opened).num_days();
        let (brought, worth) = (held.entry_net, held.worth());
        let gain = brought + worth;
        // How many units make so many times others.
        let times = |factor: f64, units: i64| up(factor * units as f64);
        let layer = LayerId(held.layer as u8);
        self.case.arm.exits(layer).iter().find_map(|rule| {
            let (is_due, reason) = match *rule {
                ExitRule::DaysToExpiry { at_most } => (left <= at_most, Reason::DaysToExpiry),
                ExitRule::LifeElapsed { fraction } => {
                    (life - left >= times(fraction, life), Reason::LifeElapsed)
                }
                ExitRule::ProfitTarget {
                    fraction_of_credit: part,
                } => (
                    brought > 0 && gain >= times(part, brought),
                    Reason::ProfitTarget,
                ),
                ExitRule::StopLoss {
                    multiple_of_credit: part,
                } => (
                    brought > 0 && -gain >= times(part, brought),
                    Reason::StopLoss,
                ),
                ExitRule::TestedDelta { at_least } => {
                    (self.tested(held) >= at_least, Reason::TestedDelta)
                }
                ExitRule::ProfitMultiple { at_least } => (
                    brought < 0 && worth >= times(at_least, -brought),
                    Reason::ProfitMultiple,
                ),
            };
            is_due.then_some(reason)
        })
    }

    pub(super) fn tested(&self, held: &Held) -> f64 {
        let mut most = 0.0;
        for leg in &held.legs {
            if let (true, Some((right, strike))) = (leg.quantity < 0, leg.contract.option) {
                let slice = self
                    .view
                    .today()
                    .slice(leg.contract.root, leg.contract.expiry);
                let delta = slice.map_or(0.0, |slice| slice.delta(right, strike.points()));
                most = f64::max(most, delta.abs());
            }
        }
        most
    }

    pub(super) fn decided(&mut self, layer: usize, action: Action, detail: &Detail) -> Found<()> {
        if action != Action::Open {
            return Ok(());
        }
        let spendable = self.next.spendable.get(&layer).copied().unwrap_or_default();
        let order = match *detail {
            Detail::Weighted { weight, have, .. } => {
                same("what the purse may spend", have.0, spendable)?;
                (have.0, weight)
            }
            Detail::Sized { weight, .. } => (spendable, weight),
            _ => (0, 1.0),
        };
        self.next.orders.insert(layer, order);
        Ok(())
    }

    pub(super) fn refused(&mut self, layer: usize, reason: Reason, detail: &Detail) -> Found<()> {
        self.due
            .orders
            .remove(&layer)
            .ok_or("nothing was ordered")?;
        match (reason, *detail) {
            (Reason::MarginShort, Detail::Needs { have, need }) if have >= need => {
                Err(format!("{have} is enough for {need}"))
            }
            (Reason::PurseShort, Detail::Weighted { weight, have, need })
                // A unit that is free takes a cent of the purse: of nothing there is none.
                if down(have.0 as f64 * weight) >= need.0.max(1)
                    && self
                        .layer(layer)
                        .is_some_and(|l| l.max_open_units.is_none()) =>
            {
                Err(format!("{weight} of {have} is enough for {need}"))
            }
            _ => Ok(()),
        }
    }
}
