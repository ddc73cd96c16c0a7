//! The hedges of an arm, laid over its condors.

use std::ops::Range;

use book::journal::Journal;
use book::portfolio::{Ledger, Portfolio};
use book::purse::Purse;
use market::history::{MarketHistory, MarketView};
use market::price::{Money, Price};
use policy::arm::Arm;
use policy::purchase::allowed;
use policy::tier::Regime;

use super::condors::{CondorDay, CondorRun};
use super::{EndStage, Ends, LotId, Shared};
use crate::admit::future_margin;
use crate::execution::Execution;
use crate::flow::Flow;
use crate::outcome::{Run, Tally};
use crate::overnight_interest::OvernightInterest;
use crate::package_outcomes::{OutcomeBook, PackageOutcome, UnitEnd};
use crate::quotes::{Charge, UnitQuote};
use crate::rules::{
    is_carried, is_margin_called, purse_charge, purse_credit, room_for, salvage, units_paid,
};

/// A package that was opened. Its numbers lie in its life.
#[derive(Clone, Copy, Debug)]
struct Lot {
    /// Number of its hedge layer.
    layer: u32,
    /// Session of its opening.
    opened: u32,
    /// Units held; nothing once it has ended.
    contracts: i64,
}

/// An open future.
#[derive(Clone, Copy, Debug)]
struct Future {
    /// Its lot.
    number: LotId,
    last_settle: Price,
    /// Received so far.
    variation: Money,
}

/// An order for the next session's fills.
#[derive(Clone, Copy, Debug)]
struct Pending {
    layer: usize,
    purse: Money,
    weight: f64,
}

pub(super) struct HedgeRun<'a> {
    history: &'a MarketHistory,
    window: Range<usize>,
    arm: &'a Arm,
    execution: &'a Execution,
    shared: &'a Shared,
    condors: &'a CondorRun,
    portfolio: Portfolio,
    /// In the order of opening, also those that have ended.
    lots: Vec<Lot>,
    ends: Ends,
    futures: Vec<Future>,
    /// Units held, by hedge layer.
    held: Vec<i64>,
    /// Market value of the open packages at each session of the window, so far as they live (whole cents).
    worth: Vec<f64>,
    /// Margin of the condors, and of the hedges of defined risk.
    condor_margin: Money,
    hedge_margin: Money,
    /// Initial margin of the futures at the last marks.
    futures_margin: Money,
    /// Credits of the open hedges that tie up margin.
    credits: Money,
    next_order: usize,
    pending: Vec<Pending>,
    margin_called: bool,
}

impl<'a> HedgeRun<'a> {
    /// A flat account.
    pub fn new(
        history: &'a MarketHistory,
        window: Range<usize>,
        arm: &'a Arm,
        execution: &'a Execution,
        capital: Money,
        (shared, condors): (&'a Shared, &'a CondorRun),
    ) -> HedgeRun<'a> {
        HedgeRun {
            ends: Ends::new(window.len()),
            history,
            window,
            arm,
            execution,
            shared,
            condors,
            portfolio: Portfolio::new(capital, arm.layers()),
            lots: Vec::with_capacity(256),
            futures: Vec::new(),
            held: vec![0; arm.hedge.layers.len()],
            worth: condors.worth.clone(),
            condor_margin: Money::ZERO,
            hedge_margin: Money::ZERO,
            futures_margin: Money::ZERO,
            credits: Money::ZERO,
            next_order: 0,
            pending: Vec::with_capacity(arm.hedge.layers.len()),
            margin_called: false,
        }
    }

    /// The run; `None` where an order of a condor would come out otherwise than in the condors.
    pub fn run(mut self) -> Option<Run> {
        let (capital, condors) = (self.portfolio.start, self.condors);
        let nights = self.history.derived::<OvernightInterest>();
        let (nights, loan_spread) = (nights.of(self.history), self.execution.margin.loan_spread);
        let mut tally = Tally::default();
        let mut curve = Vec::with_capacity(self.window.len());
        for ((t, day), regime) in self
            .window
            .clone()
            .zip(&condors.days)
            .zip(self.shared.regimes.iter())
        {
            let view = self.history.view(t);
            if t > self.window.start {
                let amount = nights[t].interest(self.portfolio.cash, loan_spread);
                self.portfolio.cash += amount;
                self.portfolio.interest += amount;
            }
            self.step(view, nights[t].day, day)?;
            let worth = Money(self.worth[t - self.window.start] as i64);
            let equity = self.portfolio.cash + worth - self.portfolio.interest;
            if t + 1 == self.window.end {
                tally.pnl_before_window_end = equity - capital;
                tally.closed_by_window_end = condors.closed_by_window_end + self.open_count();
                self.close_window(view);
                curve.push(self.portfolio.cash - self.portfolio.interest);
            } else {
                self.decide(view, regime);
                curve.push(equity);
                tally.buying_power += day.margin + self.hedge_margin + self.futures_margin
                    - day.credits
                    - self.credits;
            }
        }
        let regimes = self.shared.regimes.to_vec();
        Some(Run {
            journal: Journal::default(),
            portfolio: self.portfolio,
            curve,
            regimes,
            tally,
        })
    }

    /// One session up to its marks.
    fn step(&mut self, view: MarketView<'a>, date: i32, day: &CondorDay) -> Option<()> {
        let at = view.session() - self.window.start;
        self.portfolio.cash += day.before;
        self.condor_margin = day.margin_before;
        if self.ends.first(at).is_some() || self.margin_called {
            self.end(at, EndStage::Morning, date);
            if self.margin_called {
                self.close_futures(view, date);
            }
            self.end(at, EndStage::Fills, date);
        }
        self.follow_condors(day, view, date)?;
        self.fill_pending(view);
        self.portfolio.cash += day.after;
        self.condor_margin = day.margin;
        if self.ends.first(at).is_some() {
            self.end(at, EndStage::Close, date);
        }
        self.futures_margin = Money::ZERO;
        if !self.futures.is_empty() {
            self.vary(view);
        }
        self.assert_balanced(day.booked);
        Some(())
    }

    /// The session's condors: each must come out as in the condors, and pays the purses.
    fn follow_condors(&mut self, day: &CondorDay, view: MarketView<'a>, date: i32) -> Option<()> {
        for order in &self.condors.orders[self.next_order..day.orders_end] {
            let need =
                self.condor_margin + self.hedge_margin + self.initial_margin(view) + order.margin;
            if is_carried(self.portfolio.cash + order.cash, need) != order.is_filled {
                return None;
            }
            if order.is_filled {
                self.portfolio.cash += order.cash;
                self.condor_margin += order.margin;
                self.credit_purses(order.credit, date);
            }
        }
        self.next_order = day.orders_end;
        Some(())
    }

    /// Ends the packages whose stage it is, in the order of their opening.
    fn end(&mut self, at: usize, stage: EndStage, date: i32) {
        let mut next = self.ends.first(at);
        while let Some(number) = next {
            let lot = self.lots[number.index()];
            if lot.contracts != 0 {
                let life = self.life(&lot);
                if EndStage::of(life.how) == stage {
                    self.finish(number, &life.unit, date);
                }
            }
            next = self.ends.after(number);
        }
    }

    /// Futures below maintenance after variation are closed at the next snapshot.
    fn close_futures(&mut self, view: MarketView<'a>, date: i32) {
        self.margin_called = false;
        for Future { number, .. } in self.futures.clone() {
            self.cut(number, view, date);
        }
    }

    /// Closes everything at today's marks with normal costs.
    fn close_window(&mut self, view: MarketView<'a>) {
        for number in (0..self.lots.len()).map(LotId::after) {
            if self.lots[number.index()].contracts != 0 {
                self.cut(number, view, view.day_number());
            }
        }
        self.portfolio.cash += self.condors.closing;
        self.portfolio.opened += self.condors.opened;
        self.portfolio.ledgers[..self.condors.ledgers.len()].copy_from_slice(&self.condors.ledgers);
        self.portfolio.assert_balanced();
    }

    fn cut(&mut self, number: LotId, view: MarketView<'a>, date: i32) {
        let lot = self.lots[number.index()];
        let unit = self
            .book(lot.layer as usize)
            .cut(lot.opened as usize, self.history, view);
        self.finish(number, &unit, date);
    }

    fn finish(&mut self, number: LotId, unit: &UnitEnd, date: i32) {
        let lot = self.lots[number.index()];
        self.held[lot.layer as usize] -= lot.contracts;
        let life = self.life(&lot);
        let layer = self.tiers() + lot.layer as usize;
        let mut gained = Money::ZERO;
        if life.terms.margined {
            gained = self.last_variation(number, unit.last);
        } else {
            self.hedge_margin -= life.margin.unwrap_or_default() * lot.contracts;
            self.credits -= life.credit(lot.contracts);
        }
        self.lots[number.index()].contracts = 0;
        let flow = life.ending(unit, lot.contracts);
        if self.arm.hedge.redeploy_salvage
            && let Some(amount) = salvage(gained, flow.cash, flow.fees)
        {
            self.portfolio.purses[layer].refill(date, amount);
        }
        flow.post(&mut self.portfolio.cash, &mut self.portfolio.ledgers[layer]);
    }

    /// A future's variation at its end; what it received in its life is returned.
    fn last_variation(&mut self, number: LotId, settle: Price) -> Money {
        let at = self
            .futures
            .iter()
            .position(|future| future.number == number)
            .expect("an open future");
        let future = self.futures.remove(at);
        future.variation + self.pay_variation(&future, settle)
    }

    fn pay_variation(&mut self, future: &Future, settle: Price) -> Money {
        let lot = self.lot_of(future);
        let one = self.quote(&lot).one();
        let amount = ((settle - future.last_settle) * (lot.contracts * one.legs[0].quantity))
            .dollars(one.multiplier);
        self.portfolio.cash += amount;
        let layer = self.tiers() + lot.layer as usize;
        self.portfolio.ledgers[layer].flows_at_mid += amount;
        amount
    }

    /// Daily variation of the futures, and whether what is left covers their maintenance margin.
    fn vary(&mut self, view: MarketView<'a>) {
        for at in 0..self.futures.len() {
            let future = self.futures[at];
            let settle = self
                .life(&self.lot_of(&future))
                .tape
                .leg(0, view)
                .unwrap_or(future.last_settle);
            let amount = self.pay_variation(&future, settle);
            self.futures[at].last_settle = settle;
            self.futures[at].variation += amount;
        }
        let initial = self.initial_margin(view);
        self.futures_margin = initial;
        let held = self.condor_margin + self.hedge_margin;
        let rules = &self.execution.margin;
        self.margin_called = is_margin_called(self.portfolio.cash, held, initial, rules);
    }

    /// Initial margin of the futures at their last settlements.
    #[inline]
    fn initial_margin(&self, view: MarketView<'a>) -> Money {
        let of = |future: &Future| {
            let lot = self.lot_of(future);
            self.future_margin(self.quote(&lot), lot.contracts, future.last_settle, view)
        };
        self.futures.iter().map(of).sum()
    }

    fn future_margin(
        &self,
        quote: &UnitQuote,
        contracts: i64,
        settle: Price,
        view: MarketView<'a>,
    ) -> Money {
        let leg = &quote.one().legs[0];
        let each = future_margin(&leg.contract, settle, view.today(), &self.execution.margin);
        each * (contracts * leg.quantity.abs())
    }

    /// Orders of the layers whose purse pays for a unit.
    #[inline]
    fn decide(&mut self, view: MarketView<'a>, regime: &Regime) {
        let signals = &self.shared.signals;
        let weight = signals.weight(self.arm, regime, 1.0, view).weight;
        if weight <= 0.0 || view.next_session().is_none() {
            return;
        }
        let tiers = self.tiers();
        for (layer, rules) in self.arm.hedge.layers.iter().enumerate() {
            let purse = &self.portfolio.purses[tiers + layer];
            let cost = self.book(layer).quotes().cost(view);
            // A weight is at most one: what the whole purse does not buy, a part of it does not.
            if purse.credited == Money::ZERO
                || purse.balance < cost
                || allowed(purse.balance, weight) < cost
            {
                continue;
            }
            if !signals.when(layer, view).is_yes()
                || rules
                    .max_open_units
                    .is_some_and(|most| self.held[layer] >= most)
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

    fn fill_pending(&mut self, view: MarketView<'a>) {
        for at in 0..self.pending.len() {
            self.fill(self.pending[at], view);
        }
        self.pending.clear();
    }

    /// Buys what the purse pays, if the account can carry it.
    fn fill(&mut self, order: Pending, view: MarketView<'a>) {
        let (book, rules) = (self.book(order.layer), &self.arm.hedge.layers[order.layer]);
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
        let layer = self.tiers() + order.layer;
        let purse = &mut self.portfolio.purses[layer];
        let (spent, forgone) = purse_charge(charge, purse.balance, order.weight);
        purse.charge(spent, forgone, charge.premium);
        self.portfolio.ledgers[layer].premium += charge.premium;
    }

    /// Opens a package if free funds after the fill and its costs are not negative; says whether it did.
    fn open(
        &mut self,
        layer: usize,
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
        let ledger = self.tiers() + layer;
        flow.post(
            &mut self.portfolio.cash,
            &mut self.portfolio.ledgers[ledger],
        );
        self.portfolio.ledgers[ledger].units += contracts;
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
        self.ends.push(life.end.saturating_sub(self.window.start));
        self.lots.push(Lot {
            layer: layer as u32,
            opened: t as u32,
            contracts,
        });
        true
    }

    /// Every condor fill credits each layer's purse with share x budget x net credit received.
    fn credit_purses(&mut self, credit: Money, date: i32) {
        let tiers = self.tiers();
        for (purse, rules) in self.portfolio.purses[tiers..]
            .iter_mut()
            .zip(&self.arm.hedge.layers)
        {
            let (amount, lapsed) = purse_credit(rules.share, &self.arm.hedge, credit, purse, date);
            purse.credit(date, amount, lapsed);
        }
    }

    /// The books balance after every session: cash moved by fill prices, ledgers by mid prices, slippage and fees.
    #[inline]
    fn assert_balanced(&self, condors_booked: Money) {
        let Portfolio {
            ledgers,
            purses,
            start,
            cash,
            interest,
            ..
        } = &self.portfolio;
        let flows: Money = ledgers[self.tiers()..].iter().map(Ledger::booked).sum();
        assert_eq!(
            *cash,
            *start + flows + condors_booked + *interest,
            "cash is not the sum of the ledgers"
        );
        purses[self.tiers()..]
            .iter()
            .for_each(Purse::assert_conserves);
    }

    /// Open hedges.
    fn open_count(&self) -> usize {
        self.lots.iter().filter(|lot| lot.contracts != 0).count()
    }

    #[inline]
    fn tiers(&self) -> usize {
        self.arm.condors.len()
    }

    fn book(&self, layer: usize) -> &'a OutcomeBook {
        &self.shared.books[layer]
    }

    fn life(&self, lot: &Lot) -> &'a PackageOutcome {
        let life = self
            .book(lot.layer as usize)
            .life(lot.opened as usize, self.history);
        life.expect("a lot was opened at a quote")
    }

    fn lot_of(&self, future: &Future) -> Lot {
        self.lots[future.number.index()]
    }

    fn quote(&self, lot: &Lot) -> &'a UnitQuote {
        self.quote_of(self.book(lot.layer as usize), lot.opened as usize)
    }

    fn quote_of(&self, book: &'a OutcomeBook, session: usize) -> &'a UnitQuote {
        book.quotes()
            .today(self.history.view(session))
            .expect("a life has a quote")
    }
}
