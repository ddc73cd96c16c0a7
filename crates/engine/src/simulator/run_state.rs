//! What rules beyond the purse remember from session to session, and the money that comes by the calendar.

use book::event::{Event, LayerId, PackageFill, PackageId, Stage};
use book::irr::money_weighted_return;
use book::reason::Reason;
use market::history::MarketView;
use market::price::Money;
use policy::arm::Arm;
use policy::decision_context::{Held, Wanted};
use policy::policy_signals::PolicySignals;

use super::Simulator;
use super::sized::{AccountAt, Packages};
use crate::outcome::Keep;
use crate::purchase_rules::{Purchases, due_by_calendar, purse_share, with_financing};
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
    pub purchases: Purchases,
    /// Open packages that repeat a trade of a log: the package, its tier, and the trade's place in the log.
    pub logged: Vec<(PackageId, LayerId, usize)>,
}

impl RunState {
    pub fn new(arm: &Arm, signals: PolicySignals) -> RunState {
        RunState {
            signals,
            purchases: Purchases::new(arm.layers()),
            logged: Vec::new(),
        }
    }
}

impl<'a> Simulator<'a> {
    /// Notes cash of a layer with a hurdle.
    pub(super) fn note_flow(&mut self, layer: LayerId, cash: Money, view: MarketView<'a>) {
        let rules = self.arm.layer(layer);
        let purchases = &mut self.state.purchases;
        purchases.note_flow((layer, rules), view.day_number(), cash);
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
        let worth = self.portfolio.ledgers[layer].market_value;
        let purchases = &self.state.purchases;
        let flows = purchases.below(layer, limit, worth, view.day_number())?;
        // Nothing but a journal ever reads how far below.
        match self.keep {
            Keep::Journal => money_weighted_return(&flows),
            Keep::Curve => Some(limit),
        }
    }

    /// What the annual cap leaves today; `None` without one.
    pub(super) fn cap_left(&self, view: MarketView<'a>) -> Option<Money> {
        let purchases = &self.state.purchases;
        purchases.cap_left(&self.arm.hedge, self.portfolio.start, view)
    }

    /// What one unit is charged to its purse, with the cost of the money it binds.
    pub(super) fn unit_charge(
        &self,
        layer: LayerId,
        quote: &UnitQuote,
        view: MarketView<'a>,
    ) -> Money {
        with_financing(self.arm.layer(layer), quote, quote.cost, view)
    }

    /// What a layer holds.
    pub(super) fn held_by(&self, layer: LayerId) -> Held {
        let packages = self.portfolio.of_layer(layer);
        packages.fold(Held::default(), |held, package| Held {
            packages: held.packages + 1,
            units: held.units + package.contracts,
        })
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
            book: &Packages {
                portfolio: &self.portfolio,
                today: view.today().date,
            },
            start: self.portfolio.start,
            purse: self.portfolio.purses[layer].balance,
            view,
            weight,
            tight,
            account: Some(&AccountAt {
                simulator: self,
                fills_on,
            }),
        }
        .wanted()
    }

    /// Yearly budgets are paid out before the orders of the first session of a month, of a year, or of the window.
    pub(super) fn pay_out(&mut self, yesterday: Option<MarketView<'a>>, view: MarketView<'a>) {
        let budgets = &self.arm.hedge.budget;
        let before = yesterday.map(|y| y.today().date);
        let start = self.portfolio.start;
        let amount = due_by_calendar(budgets, start, before, view.today().date);
        if amount > 0.0 {
            self.credit_shares(amount, view);
        }
    }

    /// Credits every layer's purse with its share of an amount `[USD]`, rounded down to the cent.
    pub(super) fn credit_shares(&mut self, usd: f64, view: MarketView<'a>) {
        let arm = self.arm;
        for (layer, rules) in arm.hedge_layers() {
            let purse = &self.portfolio.purses[layer];
            let (amount, lapsed) =
                purse_share(usd, rules.share, &arm.hedge, purse, view.day_number());
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
