//! The hedges of an arm, laid over its condors.

mod asks;
mod columns;
mod futures;
mod purchases;
mod sales;
mod sized;

use std::cell::OnceCell;
use std::ops::Range;
use std::sync::Arc;

use book::event::LayerId;
use book::journal::Journal;
use book::layers::LayerVec;
use book::portfolio::Portfolio;
use market::history::{MarketHistory, MarketView};
use market::math::nearest_whole;
use market::price::Money;
use policy::arm::Arm;
use policy::decision_context::Held;

use super::condors::{CondorDay, CondorRun};
use super::{EndStage, Ends, LotId, Shared};
use crate::execution::Execution;
use crate::outcome::{Run, Tally};
use crate::overnight_interest::OvernightInterest;
use crate::package_outcomes::{PackageOutcome, TemplateOutcomes, UnitEnd};
use crate::purchase_rules::Purchases;
use crate::quotes::{TemplateQuotes, UnitQuote};
use crate::rules::{is_carried, salvage};
use asks::Asks;
use columns::Columns;
use futures::Future;
use purchases::Pending;
use sales::PendingSale;

/// A package that was opened. Its numbers lie in its life.
#[derive(Clone, Copy, Debug)]
struct Lot<'a> {
    life: &'a PackageOutcome,
    /// Number of its hedge layer.
    layer: LayerId,
    /// When on the session of its end it ends.
    stage: EndStage,
    /// Session of its opening.
    opened: u32,
    /// Units held; nothing once it has ended.
    contracts: i64,
    /// Sales of the layer that already sold a part of it, as bits.
    sold: u8,
    /// Session of the last of them.
    last_sale: Option<u32>,
}

pub(super) struct HedgeRun<'a> {
    history: &'a MarketHistory,
    window: Range<usize>,
    arm: &'a Arm,
    execution: &'a Execution,
    shared: &'a Shared,
    condors: &'a CondorRun,
    /// One per hedge layer: asked on every session.
    quotes: Vec<&'a TemplateQuotes>,
    portfolio: Portfolio,
    /// In the order of opening, also those that have ended.
    lots: Vec<Lot<'a>>,
    ends: Ends,
    futures: Vec<Future<'a>>,
    asks: Asks,
    /// Open packages in the order of opening, where a rule asks for them.
    open: Vec<LotId>,
    /// What each hedge layer holds.
    held: LayerVec<Held>,
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
    /// Sales for the next session's fills, in the order of opening, then those a corridor asked for.
    sales: Vec<PendingSale>,
    surplus: Vec<PendingSale>,
    purchases: Purchases,
    /// What size rules and corridors ask, once one did.
    columns: OnceCell<Columns<'a>>,
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
            quotes: shared.books.iter().map(|book| book.quotes()).collect(),
            portfolio: Portfolio::new(capital, arm.layers()),
            lots: Vec::with_capacity(256),
            futures: Vec::new(),
            asks: Asks::new(arm),
            open: Vec::new(),
            held: LayerVec::of(arm.hedge_ids(), |_| Held::default()),
            worth: condors.worth.clone(),
            condor_margin: Money::ZERO,
            hedge_margin: Money::ZERO,
            futures_margin: Money::ZERO,
            credits: Money::ZERO,
            next_order: 0,
            pending: Vec::with_capacity(arm.hedge.layers.len()),
            sales: Vec::new(),
            surplus: Vec::new(),
            purchases: Purchases::new(arm.layers()),
            columns: OnceCell::new(),
            margin_called: false,
        }
    }

    /// The run; `None` where an order of a condor would come out otherwise than in the condors.
    pub fn run(mut self) -> Option<Run> {
        let capital = self.portfolio.start;
        let condors = self.condors;
        let nights = self.history.derived::<OvernightInterest>();
        let nights = &nights.of(self.history)[self.window.clone()];
        let loan_spread = self.execution.margin.loan_spread;
        let mut tally = Tally {
            condors_ordered: condors.ordered,
            ..Tally::default()
        };
        let mut curve = Vec::with_capacity(self.window.len());
        for (at, day) in condors.days.iter().enumerate() {
            let view = self.history.view(self.window.start + at);
            let night = &nights[at];
            if at > 0 {
                let amount = night.interest(self.portfolio.cash, loan_spread);
                self.portfolio.cash += amount;
                self.portfolio.interest += amount;
            }
            self.step(view, at, night.day, day)?;
            let worth = Money(nearest_whole(self.worth[at]));
            let equity = self.portfolio.cash + worth - self.portfolio.interest;
            if at + 1 == condors.days.len() {
                tally.pnl_before_window_end = equity - capital;
                tally.closed_by_window_end = condors.closed_by_window_end + self.open_count();
                self.close_window(view);
                curve.push(self.portfolio.cash - self.portfolio.interest);
            } else {
                self.decide(view, at);
                curve.push(equity);
                tally.buying_power += day.margin + self.hedge_margin + self.futures_margin
                    - day.credits
                    - self.credits;
            }
        }
        Some(Run {
            journal: Journal::default(),
            portfolio: self.portfolio,
            curve,
            regimes: Arc::clone(&self.shared.regimes),
            tally,
        })
    }

    /// One session up to its marks.
    fn step(&mut self, view: MarketView<'a>, at: usize, date: i32, day: &CondorDay) -> Option<()> {
        self.portfolio.cash += day.before;
        self.condor_margin = day.margin_before;
        self.end(at, EndStage::Morning, date);
        if !self.arm.hedge.budget.is_empty() {
            self.pay_out(view, date);
        }
        if self.margin_called {
            self.close_futures(view, date);
        }
        if self.sales.is_empty() && self.surplus.is_empty() {
            self.end(at, EndStage::Fills, date);
        } else {
            self.sell_and_end(view, date);
        }
        self.follow_condors(day, view, date)?;
        self.fill_pending(view);
        self.portfolio.cash += day.after;
        self.condor_margin = day.margin;
        self.end(at, EndStage::Close, date);
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
                self.credit_purses(order.credit, order.margin, date);
            }
        }
        self.next_order = day.orders_end;
        Some(())
    }

    /// Ends the packages whose stage it is, in the order of their opening.
    #[inline]
    fn end(&mut self, at: usize, stage: EndStage, date: i32) {
        if let Some(first) = self.ends.first(at, stage) {
            self.end_from(first, stage, date);
        }
    }

    fn end_from(&mut self, first: LotId, stage: EndStage, date: i32) {
        let mut next = Some(first);
        while let Some(number) = next {
            self.end_lot(number, stage, date);
            next = self.ends.after(number);
        }
    }

    /// Ends a package if its stage it is and it is still there.
    #[inline]
    fn end_lot(&mut self, number: LotId, stage: EndStage, date: i32) {
        let lot = self.lots[number.index()];
        if lot.contracts != 0 && lot.stage == stage {
            self.finish(number, lot.contracts, &lot.life.unit, (None, date));
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
        for (tier, ledger) in self.condors.ledgers.by_layer() {
            self.portfolio.ledgers[tier] = *ledger;
        }
        self.portfolio.assert_balanced();
    }

    fn cut(&mut self, number: LotId, view: MarketView<'a>, date: i32) {
        let lot = self.lots[number.index()];
        let unit = self.unit_now(&lot, view);
        self.finish(number, lot.contracts, &unit, (None, date));
    }

    /// What one unit of a package brings at today's marks.
    fn unit_now(&self, lot: &Lot<'a>, view: MarketView<'a>) -> UnitEnd {
        self.book(lot.layer)
            .cut(lot.opened as usize, self.history, view)
    }

    /// Ends so many units of a package, of which one brings `unit`; `into` names the layer whose purse receives the salvage.
    fn finish(
        &mut self,
        number: LotId,
        contracts: i64,
        unit: &UnitEnd,
        (into, date): (Option<LayerId>, i32),
    ) {
        let lot = self.lots[number.index()];
        let Lot { layer, life, .. } = lot;
        let mut gained = Money::ZERO;
        if life.terms.margined {
            gained = self.last_variation(number, contracts, unit.last, date);
        } else {
            self.hedge_margin -= life.margin.unwrap_or_default() * contracts;
            self.credits -= life.credit(contracts);
        }
        self.held[layer].units -= contracts;
        self.lots[number.index()].contracts -= contracts;
        if contracts == lot.contracts {
            self.held[layer].packages -= 1;
            if self.asks.open {
                self.open.retain(|&open| open != number);
            }
        }
        let flow = life.ending(unit, contracts);
        let own = self.arm.hedge.redeploy_salvage.then_some(layer);
        if let Some(purse) = into.or(own)
            && let Some(amount) = salvage(gained, flow.cash, flow.fees)
        {
            self.portfolio.purses[purse].refill(date, amount);
        }
        self.note_flow(layer, date, flow.cash + flow.fees);
        flow.post(&mut self.portfolio.cash, &mut self.portfolio.ledgers[layer]);
    }

    /// The books balance after every session: cash moved by fill prices, ledgers by mid prices, slippage and fees. The purses
    /// say at every change whether they conserve money.
    #[inline]
    fn assert_balanced(&self, condors_booked: Money) {
        let account = &self.portfolio;
        let mut booked = account.start + condors_booked + account.interest;
        for ledger in account.ledgers.from(self.arm.first_hedge()) {
            booked += ledger.booked();
        }
        assert_eq!(account.cash, booked, "cash is not the sum of the ledgers");
    }

    /// Open hedges.
    fn open_count(&self) -> usize {
        self.lots.iter().filter(|lot| lot.contracts != 0).count()
    }

    #[inline]
    fn book(&self, layer: LayerId) -> &'a TemplateOutcomes {
        &self.shared.books[layer]
    }

    fn quote(&self, lot: &Lot<'a>) -> &'a UnitQuote {
        self.quote_of(self.book(lot.layer), lot.opened as usize)
    }

    fn quote_of(&self, book: &'a TemplateOutcomes, session: usize) -> &'a UnitQuote {
        book.quotes()
            .today(self.history.view(session))
            .expect("a life has a quote")
    }
}
