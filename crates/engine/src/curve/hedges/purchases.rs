//! Purchases of the hedges: which layers order, what a purse pays, and what condors pay into it.

use book::event::LayerId;
use market::history::MarketView;
use market::price::Money;
use policy::purchase::allowed;
use policy::tier::Regime;

use super::futures::Future;
use super::{HedgeRun, Lot};
use crate::curve::{EndStage, LotId};
use crate::flow::Flow;
use crate::package_outcomes::PackageOutcome;
use crate::quotes::Charge;
use crate::rules::{is_carried, purse_charge, purse_credit, room_for, units_paid};

/// An order for the next session's fills.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pending {
    pub layer: LayerId,
    pub purse: Money,
    pub weight: f64,
}

impl<'a> HedgeRun<'a> {
    /// Orders of the layers whose purse pays for a unit.
    #[inline]
    pub(super) fn decide(&mut self, view: MarketView<'a>, regime: &Regime) {
        let signals = &self.shared.signals;
        let weight = signals.weight(self.arm, regime, 1.0, view).weight;
        if weight <= 0.0 || view.next_session().is_none() {
            return;
        }
        let first = self.arm.first_hedge();
        let purses = self.portfolio.purses.from(first).iter();
        for (at, (purse, book)) in purses.zip(self.shared.books.iter()).enumerate() {
            let cost = book.quotes().cost(view);
            // A weight is at most one: what the whole purse does not buy, a part of it does not.
            if purse.credited == Money::ZERO
                || purse.balance < cost
                || allowed(purse.balance, weight) < cost
            {
                continue;
            }
            let layer = LayerId(first.0 + at as u8);
            let most = self.arm.hedge.layers[at].max_open_units;
            if !signals.when(layer, view).is_yes()
                || most.is_some_and(|most| self.held[layer] >= most)
            {
                continue;
            }
            self.pending.push(Pending {
                layer,
                purse: purse.balance,
                weight,
            });
        }
    }

    pub(super) fn fill_pending(&mut self, view: MarketView<'a>) {
        for at in 0..self.pending.len() {
            self.fill(self.pending[at], view);
        }
        self.pending.clear();
    }

    /// Buys what the purse pays, if the account can carry it.
    pub(super) fn fill(&mut self, order: Pending, view: MarketView<'a>) {
        let Some(rules) = self.arm.layer(order.layer) else {
            return;
        };
        let book = self.book(order.layer);
        let room = room_for(rules.max_open_units, || self.held[order.layer]);
        let cost = book.quotes().cost(view);
        let contracts = units_paid(allowed(order.purse, order.weight), cost, room);
        if contracts < 1 {
            return;
        }
        let Some(life) = book.life(view.session(), self.history) else {
            return;
        };
        let Some(margin) = life.margin else { return };
        let flow = life.opening(contracts);
        let charge = if life.terms.margined {
            self.quote_of(book, view.session())
                .charge_of(contracts, flow)
        } else {
            Charge::of_premium(flow)
        };
        if !self.open(order.layer, life, (margin, contracts), flow, view) {
            return;
        }
        let layer = order.layer;
        let purse = &mut self.portfolio.purses[layer];
        let (spent, forgone) = purse_charge(charge, purse.balance, order.weight);
        purse.charge(spent, forgone, charge.premium);
        self.portfolio.ledgers[layer].premium += charge.premium;
    }

    /// Opens a package if free funds after the fill and its costs are not negative; says whether it did.
    pub(super) fn open(
        &mut self,
        layer: LayerId,
        life: &PackageOutcome,
        (margin, contracts): (Money, i64),
        flow: Flow,
        view: MarketView<'a>,
    ) -> bool {
        let t = view.session();
        let mid = life
            .terms
            .margined
            .then(|| self.quote_of(self.book(layer), t).one().legs[0].mid);
        let own = match mid {
            Some(mid) => {
                self.future_margin(self.quote_of(self.book(layer), t), contracts, mid, view)
            }
            None => margin * contracts,
        };
        let need = self.condor_margin + self.hedge_margin + self.initial_margin(view) + own;
        if !is_carried(self.portfolio.cash + flow.cash + flow.fees, need) {
            return false;
        }
        let ledger = &mut self.portfolio.ledgers[layer];
        flow.post(&mut self.portfolio.cash, ledger);
        ledger.units += contracts;
        ledger.openings += 1;
        let number = LotId::after(self.lots.len());
        match mid {
            Some(last_settle) => self.futures.push(Future {
                number,
                last_settle,
                variation: Money::ZERO,
            }),
            None => {
                self.hedge_margin += own;
                self.credits += life.credit(contracts);
                life.add_worth(t, contracts, &mut self.worth[t - self.window.start..]);
            }
        }
        self.held[layer] += contracts;
        self.portfolio.opened += 1;
        let stage = EndStage::of(life.how);
        self.ends
            .push(life.end.saturating_sub(self.window.start), stage);
        self.lots.push(Lot {
            layer,
            stage,
            opened: t as u32,
            contracts,
        });
        true
    }

    /// Every condor fill credits each layer's purse with share x budget x net credit received.
    pub(super) fn credit_purses(&mut self, credit: Money, date: i32) {
        let hedge = &self.arm.hedge;
        let purses = self.portfolio.purses.onward_mut(self.arm.first_hedge());
        for (rules, purse) in hedge.layers.iter().zip(purses) {
            let (amount, lapsed) = purse_credit(rules.share, hedge, credit, purse, date);
            purse.credit(date, amount, lapsed);
        }
    }
}
