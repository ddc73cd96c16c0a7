//! How packages begin: an order meets a quote, and size, margin and purse decide whether it trades.

use std::rc::Rc;
use std::sync::Arc;

use book::event::{Detail, Event, LayerId, PackageFill, PackageId, Stage};
use book::reason::Reason;
use market::history::MarketView;
use market::mark_path::MarkPath;
use market::price::Money;
use policy::condor::Size;
use policy::hedge::{Layer, PaidFrom};

use super::Simulator;
use super::run_state::SizedAt;
use crate::admit::{future_margin, margin_of};
use crate::mark::Holding;
use crate::naked_margin::naked_index_margin;
use crate::purchase_rules::{due_by_condor, hedge_units, with_financing};
use crate::quotes::{Charge, UnitQuote};
use crate::rules::{
    Refusal, check_credit, condor_size, is_carried, purse_charge, purse_credit, room_for,
};

impl<'a> Simulator<'a> {
    pub(super) fn open(
        &mut self,
        layer: LayerId,
        (purse, weight): (Money, f64),
        wide: bool,
        view: MarketView<'a>,
    ) {
        let quotes = Rc::clone(&self.fill_quotes);
        let widened = Rc::clone(&self.wide);
        let normal = &quotes[layer];
        let book = widened
            .get(layer)
            .and_then(Option::as_ref)
            .filter(|_| wide)
            .unwrap_or(normal);
        let quote = book
            .today(view)
            .map_err(|reason| (reason, book.refused(view)));
        let is_condor = self.arm.condor(layer).is_some();
        self.tally.condors_ordered += usize::from(is_condor);
        let result = match quote {
            Ok(one) if is_condor => self.open_condor(layer, one, view),
            Ok(one) => self.open_hedge(layer, one, purse, weight, view),
            Err(refusal) => Err(refusal),
        };
        if let Err((reason, detail)) = result {
            self.post(
                Stage::Fill,
                view,
                Event::Refused {
                    layer,
                    reason,
                    detail,
                },
            );
        }
    }

    fn open_condor(
        &mut self,
        layer: LayerId,
        quote: &UnitQuote,
        view: MarketView<'a>,
    ) -> Result<(), Refusal> {
        let condor = self
            .arm
            .condor(layer)
            .expect("the order names a condor tier");
        let one = quote.one();
        let margin = quote
            .margin
            .ok_or_else(|| self.uncovered(quote.one(), view))?;
        check_credit(one, condor.min_credit_points)?;
        let base = self.size_base(condor.size);
        let contracts = condor_size(condor.size, base, one.cash(), margin)?;
        let fill = quote.fill(contracts);
        self.admit(&fill, margin * contracts, Money::ZERO, view)?;
        let credit = fill.cash();
        self.post_opened(layer, fill, margin, self.mark_path(quote, view), view);
        self.credit_purses(credit, margin * contracts, view);
        Ok(())
    }

    fn open_hedge(
        &mut self,
        layer: LayerId,
        quote: &UnitQuote,
        purse: Money,
        weight: f64,
        view: MarketView<'a>,
    ) -> Result<(), Refusal> {
        let contracts = self.hedge_size(layer, quote, (purse, weight), view)?;
        let fill = quote.fill(contracts);
        // Fees of a trade are rounded once, so many contracts may cost a cent more or less than one each.
        let charge = quote.charge(&fill);
        let charge = Charge {
            total: with_financing(self.arm.layer(layer), quote, charge.total, view),
            ..charge
        };
        let margin = quote
            .margin
            .ok_or_else(|| self.uncovered(quote.one(), view))?;
        let futures = if fill.margined {
            self.future_margin(&fill, view)
        } else {
            Money::ZERO
        };
        self.admit(&fill, margin * contracts, futures, view)?;
        self.note_fill(layer, &fill, view);
        self.post_opened(layer, fill, margin, self.mark_path(quote, view), view);
        if self.is_paid_by_account(layer) {
            self.state
                .purchases
                .note_purchase(layer, charge.total, view);
            self.post(
                Stage::Fill,
                view,
                Event::PurseCharged {
                    layer,
                    spent: Money::ZERO,
                    forgone: Money::ZERO,
                    premium: charge.premium,
                },
            );
            return Ok(());
        }
        let balance = self.portfolio.purses[layer].balance;
        let weighted = self.arm.layer(layer).is_some_and(Layer::spends_by_weight);
        let (spent, forgone) = purse_charge(charge, balance, if weighted { weight } else { 1.0 });
        self.state.purchases.note_purchase(layer, spent, view);
        self.post(
            Stage::Fill,
            view,
            Event::PurseCharged {
                layer,
                spent,
                forgone,
                premium: charge.premium,
            },
        );
        Ok(())
    }

    fn hedge_size(
        &self,
        layer: LayerId,
        quote: &UnitQuote,
        (purse, weight): (Money, f64),
        view: MarketView<'a>,
    ) -> Result<i64, Refusal> {
        let rules = self
            .arm
            .layer(layer)
            .expect("the order names a hedge layer");
        let room = room_for(rules.max_open_units, || self.held_by(layer).units);
        let have = self.cap_left(view).map_or(purse, |left| purse.min(left));
        let need = self.unit_charge(layer, quote, view);
        hedge_units(rules, (have, weight), need, room, || {
            self.wanted(layer, weight, SizedAt::Fill, view)
        })
    }

    /// Whether the account pays for a layer, and not a purse.
    fn is_paid_by_account(&self, layer: LayerId) -> bool {
        self.arm
            .layer(layer)
            .is_some_and(|rules| rules.paid_from == PaidFrom::Account)
    }

    /// What a condor's size is a part of.
    fn size_base(&self, size: Size) -> Money {
        if matches!(size, Size::Margin { .. }) {
            self.account_value()
        } else {
            self.portfolio.start
        }
    }

    /// The worth of a unit from today's close on, wherever it was bought: a package is marked at closes.
    fn mark_path(&self, quote: &UnitQuote, view: MarketView<'a>) -> Arc<MarkPath> {
        Arc::clone(quote.mark_path(self.history.view(view.session())))
    }

    /// Free funds after the fill and its costs must not be negative (docs/model.md#margin-and-interest). All or nothing.
    fn admit(
        &self,
        fill: &PackageFill,
        margin: Money,
        futures: Money,
        view: MarketView<'a>,
    ) -> Result<(), Refusal> {
        let (defined, held) = margin_of(&self.portfolio, view.today(), &self.execution.margin);
        let cash = self.portfolio.cash + fill.cash() + fill.fees;
        let need = defined + held + margin + futures;
        if is_carried(cash, need) {
            Ok(())
        } else {
            Err((Reason::MarginShort, Detail::Needs { have: cash, need }))
        }
    }

    /// Refuses a package that leaves a short call uncovered, with what it would have tied up.
    fn uncovered(&self, one: &PackageFill, view: MarketView<'a>) -> Refusal {
        let index = view.today().settlements.spx_close;
        let shorts = one.legs.iter().filter(|leg| leg.quantity < 0);
        let each = shorts.filter_map(|leg| {
            let (right, strike) = leg.contract.option?;
            Some(naked_index_margin(right, index, strike, leg.fill) * -leg.quantity)
        });
        (
            Reason::UncoveredShort,
            Detail::Needs {
                have: self.portfolio.cash,
                need: each.sum(),
            },
        )
    }

    fn future_margin(&self, fill: &PackageFill, view: MarketView<'a>) -> Money {
        let leg = &fill.legs[0];
        let each = future_margin(&leg.contract, leg.mid, view.today(), &self.execution.margin);
        each * (fill.contracts * leg.quantity.abs())
    }

    pub(super) fn post_opened(
        &mut self,
        layer: LayerId,
        fill: PackageFill,
        margin_per_unit: Money,
        mark_path: Arc<MarkPath>,
        view: MarketView<'a>,
    ) {
        let package = PackageId(self.portfolio.opened + 1);
        self.post(
            Stage::Fill,
            view,
            Event::Opened {
                package,
                layer,
                fill,
                margin_per_unit,
            },
        );
        self.holdings.extend(
            self.portfolio
                .packages
                .last()
                .map(|package| Holding::new(package, mark_path)),
        );
    }

    /// Every condor fill credits each layer's purse with share x budget x net credit received, and with what budgets on
    /// other bases give.
    pub(super) fn credit_purses(&mut self, credit: Money, margin: Money, view: MarketView<'a>) {
        let arm = self.arm;
        for (layer, rules) in arm.hedge_layers() {
            let purse = &self.portfolio.purses[layer];
            let (amount, lapsed) =
                purse_credit(rules.share, &arm.hedge, credit, purse, view.day_number());
            self.credit_purse(layer, amount, lapsed, view);
        }
        let usd = due_by_condor(&arm.hedge.budget, margin, credit);
        if usd > 0.0 {
            self.credit_shares(usd, view);
        }
    }
}
