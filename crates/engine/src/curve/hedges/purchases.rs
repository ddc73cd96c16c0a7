//! Purchases of the hedges: which layers order, what a purse pays, and what condors pay into it.

use book::event::LayerId;
use market::history::MarketView;
use market::price::Money;
use policy::choice::Choice;
use policy::decision_context::PurchaseContext;
use policy::hedge::Layer;
use policy::hedge_weight::HedgeWeight;
use policy::order::Order;
use policy::purchase::{allowed, buy_hedge, paying, was_filled};

use super::futures::Future;
use super::{HedgeRun, Lot};
use crate::curve::{EndStage, LotId};
use crate::flow::Flow;
use crate::package_outcomes::PackageOutcome;
use crate::purchase_rules::{
    due_by_calendar, due_by_condor, hedge_units, purse_share, with_financing,
};
use crate::quotes::Charge;
use crate::rules::{is_carried, purse_charge, purse_credit, room_for};

/// An order for the next session's fills.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pending {
    pub layer: LayerId,
    pub purse: Money,
    pub weight: f64,
}

impl<'a> HedgeRun<'a> {
    /// Orders of the layers whose purse pays for a unit, and sales.
    #[inline]
    pub(super) fn decide(&mut self, view: MarketView<'a>, at: usize) {
        if view.next_session().is_none() {
            return;
        }
        if self.asks.sales {
            self.decide_sales(view);
        }
        if self.asks.purses_alone {
            self.decide_by_purses(view, at);
        } else {
            self.decide_by_rules(view, at);
        }
    }

    fn decide_by_rules(&mut self, view: MarketView<'a>, at: usize) {
        let hedge_weight = self.hedge_weight(at, view);
        if hedge_weight.weight <= 0.0 && !self.asks.corridor {
            return;
        }
        let arm = self.arm;
        for (layer, rules) in arm.hedge_layers() {
            let balance = self.portfolio.purses[layer].balance;
            let need = self.need((layer, rules), view);
            // A weight is at most one: what the whole purse does not buy, a part of it does not.
            let is_short = balance < need || paying(rules, balance, hedge_weight.weight) < need;
            if is_short && rules.corridor.is_none() {
                continue;
            }
            let Choice { order, surplus, .. } =
                self.choose((layer, rules), need, &hedge_weight, view);
            if surplus > 0 {
                self.give_back(layer, surplus, view);
            }
            if let Some(Order::Open { purse, weight, .. }) = order {
                self.pending.push(Pending {
                    layer,
                    purse,
                    weight,
                });
            }
        }
    }

    /// What [`buy_hedge`] decides for layers that ask nothing but their purse, their trigger and their most units.
    #[inline]
    fn decide_by_purses(&mut self, view: MarketView<'a>, at: usize) {
        let weight = self.hedge_weight(at, view).weight;
        if weight <= 0.0 {
            return;
        }
        let first = self.arm.first_hedge();
        for (at, purse) in self.portfolio.purses.from(first).iter().enumerate() {
            let cost = self.quotes[at].cost(view);
            // A weight is at most one: what the whole purse does not buy, a part of it does not.
            if purse.balance < cost || allowed(purse.balance, weight) < cost || !was_filled(purse) {
                continue;
            }
            let layer = LayerId(first.0 + at as u8);
            let most = self.arm.hedge.layers[at].max_open_units;
            if !self.shared.signals.when(layer, view).is_yes()
                || most.is_some_and(|most| self.held[layer].units >= most)
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

    /// The weight of the hedge at the close of session `at` of the window: no account decides it.
    #[inline]
    pub(super) fn hedge_weight(&self, at: usize, view: MarketView<'a>) -> HedgeWeight {
        let regime = &self.shared.regimes[at];
        let decay = self.arm.hedge.decay_below_days.map_or(1.0, |days| {
            let condors = &self.condors.open;
            condors.days_left(at, days, view)
        });
        self.shared.signals.weight(self.arm, regime, decay, view)
    }

    /// What the policy decides for a layer whose unit is charged `need`.
    #[inline]
    fn choose(
        &self,
        (layer, rules): (LayerId, &Layer),
        need: Money,
        hedge_weight: &HedgeWeight,
        view: MarketView<'a>,
    ) -> Choice {
        let context = PurchaseContext {
            view,
            purses: &self.portfolio.purses,
            held: &|layer| self.held[layer],
            unit_cost: &|_| Ok(need),
            wanted: &|layer, weight| self.wanted(layer, weight, view),
            earned_below: &|layer, limit| self.earned_below(layer, limit, view),
            signals: &self.shared.signals,
            bought: &self.purchases.bought,
            cap_left: self.cap_left(view),
        };
        buy_hedge(rules, layer, &context, hedge_weight)
    }

    /// What the annual cap leaves today; `None` without one.
    #[inline]
    fn cap_left(&self, view: MarketView<'a>) -> Option<Money> {
        let hedge = &self.arm.hedge;
        self.purchases.cap_left(hedge, self.portfolio.start, view)
    }

    /// What one unit is charged to the purse of a layer today; more than any purse holds where there is no quote.
    #[inline(always)]
    fn need(&self, (layer, rules): (LayerId, &Layer), view: MarketView<'a>) -> Money {
        let quotes = self.book(layer).quotes();
        let cost = quotes.cost(view);
        if rules.financing_spread.is_none() {
            return cost;
        }
        match quotes.today(view) {
            Ok(quote) => with_financing(Some(rules), quote, cost, view),
            Err(_) => cost,
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
        let room = room_for(rules.max_open_units, || self.held[order.layer].units);
        let have = self
            .cap_left(view)
            .map_or(order.purse, |left| order.purse.min(left));
        let need = self.need((order.layer, rules), view);
        let units = hedge_units(rules, (have, order.weight), need, room, || {
            self.wanted(order.layer, order.weight, view)
        });
        let Ok(contracts) = units else { return };
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
        let total = match rules.financing_spread {
            Some(_) => {
                let quote = self.quote_of(book, view.session());
                with_financing(Some(rules), quote, charge.total, view)
            }
            None => charge.total,
        };
        let charge = Charge { total, ..charge };
        if !self.open(order.layer, life, (margin, contracts), flow, view) {
            return;
        }
        let layer = order.layer;
        let weighted = rules.spends_by_weight();
        let weight = if weighted { order.weight } else { 1.0 };
        let purse = &mut self.portfolio.purses[layer];
        let (spent, forgone) = purse_charge(charge, purse.balance, weight);
        purse.charge(spent, forgone, charge.premium);
        if !self.asks.purses_alone {
            self.purchases.note_purchase(layer, spent, view);
        }
        self.portfolio.ledgers[layer].premium += charge.premium;
    }

    /// Opens a package if free funds after the fill and its costs are not negative; says whether it did.
    pub(super) fn open(
        &mut self,
        layer: LayerId,
        life: &'a PackageOutcome,
        (margin, contracts): (Money, i64),
        flow: Flow,
        view: MarketView<'a>,
    ) -> bool {
        let t = view.session();
        let number = LotId::after(self.lots.len());
        let future = life.terms.margined.then(|| {
            let quote = self.quote_of(self.book(layer), t);
            Future::new(number, life, quote)
        });
        let own = match &future {
            Some(future) => self.future_margin(future, contracts, view),
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
        self.note_flow(layer, view.day_number(), flow.cash + flow.fees);
        match future {
            Some(future) => self.futures.push(future),
            None => {
                self.hedge_margin += own;
                self.credits += life.credit(contracts);
                life.add_worth(t, contracts, &mut self.worth[t - self.window.start..]);
            }
        }
        self.held[layer].packages += 1;
        self.held[layer].units += contracts;
        if self.asks.open {
            self.open.push(number);
        }
        self.portfolio.opened += 1;
        let stage = EndStage::of(life.how);
        self.ends
            .push(life.end.saturating_sub(self.window.start), stage);
        self.lots.push(Lot {
            life,
            layer,
            stage,
            opened: t as u32,
            contracts,
            sold: 0,
            last_sale: None,
        });
        true
    }

    /// Notes cash of a layer with a hurdle.
    #[inline]
    pub(super) fn note_flow(&mut self, layer: LayerId, date: i32, cash: Money) {
        if !self.asks.flows {
            return;
        }
        let rules = self.arm.layer(layer);
        self.purchases.note_flow((layer, rules), date, cash);
    }

    /// Every condor fill credits each layer's purse with share x budget x net credit received, and with what budgets on
    /// other bases give.
    pub(super) fn credit_purses(&mut self, credit: Money, margin: Money, date: i32) {
        let hedge = &self.arm.hedge;
        let purses = self.portfolio.purses.onward_mut(self.arm.first_hedge());
        for (rules, purse) in hedge.layers.iter().zip(purses) {
            let (amount, lapsed) = purse_credit(rules.share, hedge, credit, purse, date);
            purse.credit(date, amount, lapsed);
        }
        if !hedge.budget.is_empty() {
            self.credit_shares(due_by_condor(&hedge.budget, margin, credit), date);
        }
    }

    /// What budgets by the calendar pay before the session's orders.
    pub(super) fn pay_out(&mut self, view: MarketView<'a>, date: i32) {
        let before = (view.session() > self.window.start)
            .then(|| view.back(1))
            .flatten();
        let before = before.map(|snapshot| snapshot.date);
        let budgets = &self.arm.hedge.budget;
        let due = due_by_calendar(budgets, self.portfolio.start, before, view.today().date);
        self.credit_shares(due, date);
    }

    /// Credits every layer's purse with its share of an amount `[USD]`.
    fn credit_shares(&mut self, usd: f64, date: i32) {
        if usd <= 0.0 {
            return;
        }
        let hedge = &self.arm.hedge;
        for (layer, rules) in self.arm.hedge_layers() {
            let purse = &mut self.portfolio.purses[layer];
            let (amount, lapsed) = purse_share(usd, rules.share, hedge, purse, date);
            purse.credit(date, amount, lapsed);
        }
    }
}
