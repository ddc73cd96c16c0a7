//! Futures among the hedges: daily variation, margin, and the call.

use book::portfolio::part_of;
use market::history::MarketView;
use market::price::{Money, Price};

use super::{HedgeRun, Lot};
use crate::admit::future_margin;
use crate::curve::LotId;
use crate::package_outcomes::PackageOutcome;
use crate::quotes::UnitQuote;
use crate::rules::is_margin_called;

/// An open future.
#[derive(Clone, Copy, Debug)]
pub(super) struct Future<'a> {
    /// Its lot.
    number: LotId,
    life: &'a PackageOutcome,
    quote: &'a UnitQuote,
    last_settle: Price,
    /// Received so far.
    variation: Money,
}

impl<'a> Future<'a> {
    /// One that is opened at a quote.
    pub fn new(number: LotId, life: &'a PackageOutcome, quote: &'a UnitQuote) -> Future<'a> {
        Future {
            number,
            life,
            quote,
            last_settle: quote.one().legs[0].mid,
            variation: Money::ZERO,
        }
    }
}

impl<'a> HedgeRun<'a> {
    /// Futures below maintenance after variation are closed at the next snapshot.
    pub(super) fn close_futures(&mut self, view: MarketView<'a>, date: i32) {
        self.margin_called = false;
        for Future { number, .. } in self.futures.clone() {
            self.cut(number, view, date);
        }
    }

    /// The variation of so many units of a future at their end; what they received in their life is returned.
    pub(super) fn last_variation(
        &mut self,
        number: LotId,
        contracts: i64,
        settle: Price,
        date: i32,
    ) -> Money {
        let at = self
            .futures
            .iter()
            .position(|future| future.number == number)
            .expect("an open future");
        let future = self.futures[at];
        let all = self.lot_of(&future).contracts;
        let received = if contracts < all {
            let part = part_of(future.variation, contracts, all);
            self.futures[at].variation -= part;
            part
        } else {
            self.futures.remove(at);
            future.variation
        };
        received + self.pay_variation(&future, contracts, settle, date)
    }

    fn pay_variation(
        &mut self,
        future: &Future<'a>,
        contracts: i64,
        settle: Price,
        date: i32,
    ) -> Money {
        let one = future.quote.one();
        let amount = ((settle - future.last_settle) * (contracts * one.legs[0].quantity))
            .dollars(one.multiplier);
        self.portfolio.cash += amount;
        let layer = self.lot_of(future).layer;
        self.portfolio.ledgers[layer].flows_at_mid += amount;
        self.note_flow(layer, date, amount);
        amount
    }

    /// Daily variation of the futures, and whether what is left covers their maintenance margin.
    pub(super) fn vary(&mut self, view: MarketView<'a>) {
        let mut initial = Money::ZERO;
        for at in 0..self.futures.len() {
            let mut future = self.futures[at];
            let contracts = self.lot_of(&future).contracts;
            let settle = future.life.mark_path.leg(0, view);
            let settle = settle.unwrap_or(future.last_settle);
            future.variation += self.pay_variation(&future, contracts, settle, view.day_number());
            future.last_settle = settle;
            initial += self.future_margin(&future, contracts, view);
            self.futures[at] = future;
        }
        self.futures_margin = initial;
        let held = self.condor_margin + self.hedge_margin;
        let rules = &self.execution.margin;
        self.margin_called = is_margin_called(self.portfolio.cash, held, initial, rules);
    }

    /// Initial margin of the futures at their last settlements.
    #[inline]
    pub(super) fn initial_margin(&self, view: MarketView<'a>) -> Money {
        if self.futures.is_empty() {
            return Money::ZERO;
        }
        self.margin_of_futures(view)
    }

    fn margin_of_futures(&self, view: MarketView<'a>) -> Money {
        self.futures
            .iter()
            .map(|future| self.future_margin(future, self.lot_of(future).contracts, view))
            .sum()
    }

    /// Initial margin of so many units of a future at its last settlement.
    pub(super) fn future_margin(
        &self,
        future: &Future<'a>,
        contracts: i64,
        view: MarketView<'a>,
    ) -> Money {
        let leg = &future.quote.one().legs[0];
        let rules = &self.execution.margin;
        let each = future_margin(&leg.contract, future.last_settle, view.today(), rules);
        each * (contracts * leg.quantity.abs())
    }

    fn lot_of(&self, future: &Future<'a>) -> &Lot<'a> {
        &self.lots[future.number.index()]
    }
}
