//! What rules beyond the purse remember from session to session, and the money that comes by the calendar.

use book::event::{Event, LayerId, PackageFill, PackageId, Stage};
use book::irr::{earns_less, money_weighted_return};
use book::layers::LayerVec;
use book::reason::Reason;
use chrono::Datelike;
use market::history::MarketView;
use market::math::whole_at_most;
use market::price::Money;
use policy::arm::Arm;
use policy::budget::{Budget, Every};
use policy::decision_context::Wanted;
use policy::policy_signals::PolicySignals;

use super::Simulator;
use crate::outcome::Keep;
use crate::quotes::UnitQuote;
use crate::size::Sizing;

/// When a size is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SizedAt {
    /// At the close before the fill.
    Decision,
    /// At the fill.
    Fill,
}

/// Memory of one run.
#[derive(Debug, Default)]
pub(super) struct RunState {
    pub signals: PolicySignals,
    /// Session of the last purchase of each layer.
    pub bought: LayerVec<Option<usize>>,
    /// Open packages that repeat a trade of a log: the package, its tier, and the trade's place in the log.
    pub logged: Vec<(PackageId, LayerId, usize)>,
    /// Calendar year of the last charge, and what purchases were charged in it.
    spent: (i32, Money),
    /// Dated cash flows of the hedge layers that have a hurdle (day number, USD).
    flows: LayerVec<Vec<(i32, f64)>>,
}

impl RunState {
    pub fn new(arm: &Arm, signals: PolicySignals) -> RunState {
        let layers = arm.layers();
        RunState {
            signals,
            bought: LayerVec::defaults(layers),
            logged: Vec::new(),
            spent: (0, Money::ZERO),
            flows: LayerVec::defaults(layers),
        }
    }
}

impl<'a> Simulator<'a> {
    /// Notes a purchase.
    pub(super) fn note_purchase(&mut self, layer: LayerId, spent: Money, view: MarketView<'a>) {
        let year = view.today().date.year();
        let before = if self.state.spent.0 == year {
            self.state.spent.1
        } else {
            Money::ZERO
        };
        self.state.spent = (year, before + spent);
        self.state.bought[layer] = Some(view.session());
    }

    /// Notes cash of a layer with a hurdle.
    pub(super) fn note_flow(&mut self, layer: LayerId, cash: Money, view: MarketView<'a>) {
        if self
            .arm
            .layer(layer)
            .is_some_and(|rules| rules.hurdle.is_some())
        {
            self.state.flows[layer].push((view.day_number(), cash.usd()));
        }
    }

    /// Notes the cash of a fill.
    pub(super) fn note_fill(&mut self, layer: LayerId, fill: &PackageFill, view: MarketView<'a>) {
        self.note_flow(layer, fill.cash() + fill.fees, view);
    }

    /// Return of a layer so far, what it holds at today's marks included, where that is below a limit.
    pub(super) fn earned_below(
        &self,
        layer: LayerId,
        limit: f64,
        view: MarketView<'a>,
    ) -> Option<f64> {
        let mut flows = self.state.flows[layer].clone();
        flows.push((
            view.day_number(),
            self.portfolio.ledgers[layer].market_value.usd(),
        ));
        if !earns_less(&flows, limit)? {
            return None;
        }
        // Nothing but a journal ever reads how far below.
        match self.keep {
            Keep::Journal => money_weighted_return(&flows),
            Keep::Curve => Some(limit),
        }
    }

    /// What the annual cap leaves today; `None` without one.
    pub(super) fn cap_left(&self, view: MarketView<'a>) -> Option<Money> {
        let cap = self
            .arm
            .hedge
            .annual_cap?
            .usd(self.portfolio.start.usd(), view.today().vix);
        let (year, spent) = self.state.spent;
        let spent = if year == view.today().date.year() {
            spent
        } else {
            Money::ZERO
        };
        Some((Money::from_usd(cap) - spent).max(Money::ZERO))
    }

    /// What one unit is charged to its purse, with the cost of the money it binds.
    pub(super) fn unit_charge(
        &self,
        layer: LayerId,
        quote: &UnitQuote,
        view: MarketView<'a>,
    ) -> Money {
        self.with_financing(layer, quote, quote.cost, view)
    }

    /// A charge with the cost of the money it binds to expiry, at the bill rate and the layer's spread.
    pub(super) fn with_financing(
        &self,
        layer: LayerId,
        quote: &UnitQuote,
        charge: Money,
        view: MarketView<'a>,
    ) -> Money {
        let Some(spread) = self
            .arm
            .layer(layer)
            .and_then(|rules| rules.financing_spread)
        else {
            return charge;
        };
        let days = (quote.one().legs[0].contract.expiry - view.today().date).num_days();
        charge
            + Money::from_usd(
                charge.usd() * (view.today().bill_rate + spread) * days as f64 / 365.0,
            )
    }

    /// What the size rules of a layer ask for today.
    pub(super) fn wanted(
        &self,
        layer: LayerId,
        weight: f64,
        moment: SizedAt,
        view: MarketView<'a>,
    ) -> Result<Wanted, Reason> {
        let (quotes, fills_on) = match moment {
            SizedAt::Decision => (&self.quotes, view.next_session()),
            SizedAt::Fill => (&self.fill_quotes, Some(view.today().date)),
        };
        let quote = quotes[layer].today(view)?;
        let rules = self.arm.layer(layer).expect("a hedge layer has rules");
        let tight = self.state.signals.tightens(layer, view);
        Sizing {
            arm: self.arm,
            layer,
            rules,
            quote,
            portfolio: &self.portfolio,
            view,
            weight,
            tight,
            account: &|| self.account_value(),
            fills_on,
        }
        .wanted()
    }

    /// Yearly budgets are paid out before the orders of the first session of a month, of a year, or of the window.
    pub(super) fn pay_out(&mut self, yesterday: Option<MarketView<'a>>, view: MarketView<'a>) {
        let today = view.today().date;
        let start = self.portfolio.start.usd();
        let before = yesterday.map(|y| y.today().date);
        let is_new_year = before.is_none_or(|d| d.year() != today.year());
        let is_new_month = before.is_none_or(|d| d.month() != today.month());
        let amount: f64 = self
            .arm
            .hedge
            .budget
            .iter()
            .map(|budget| match *budget {
                Budget::EquityPerYear {
                    fraction,
                    every: Every::Month,
                } if is_new_month => fraction * start / 12.0,
                Budget::EquityPerYear {
                    fraction,
                    every: Every::Year,
                } if is_new_year => fraction * start,
                _ => 0.0,
            })
            .sum();
        if amount > 0.0 {
            self.credit_shares(amount, view);
        }
    }

    /// Credits every layer's purse with its share of an amount `[USD]`, rounded down to the cent.
    pub(super) fn credit_shares(&mut self, usd: f64, view: MarketView<'a>) {
        let arm = self.arm;
        for (layer, rules) in arm.hedge_layers() {
            let amount = Money(whole_at_most(usd * rules.share * 100.0)).max(Money::ZERO);
            let purse = &self.portfolio.purses[layer];
            let lapsed = purse.lapse(view.day_number(), arm.hedge.purse_cap_weeks * 7);
            self.credit_purse(layer, amount, lapsed, view);
        }
    }

    /// Credits the purse of one layer; what it held too long lapses.
    pub(super) fn credit_purse(
        &mut self,
        layer: LayerId,
        amount: Money,
        lapsed: Money,
        view: MarketView<'a>,
    ) {
        self.post(
            Stage::Fill,
            view,
            Event::PurseCredited {
                layer,
                amount,
                lapsed,
            },
        );
    }
}
