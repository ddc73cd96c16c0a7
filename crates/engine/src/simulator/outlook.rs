//! What stands after a session: the decision, the book, and what the orders would come to at this session's close.

use std::rc::Rc;
use std::sync::Arc;

use book::event::{Event, LayerId};
use book::layers::LayerVec;
use book::reason::Reason;
use market::history::MarketView;
use market::price::Money;
use policy::decide::Decision;
use policy::decision_context::PackageMark;
use policy::order::Order;
use policy::policy_signals::PolicySignals;
use policy::tier::Regime;

use super::Simulator;
use crate::execution::FillAt;
use crate::outcome::Keep;
use crate::quotes::{QuoteCache, UnitQuote};

/// One order, filled for trial at the close that decided it.
#[derive(Clone, Debug)]
pub struct Rehearsed {
    /// The order.
    pub order: Order,
    /// Whose it is.
    pub layer: Option<LayerId>,
    /// What filling it posted: a fill with the purse it is charged to, or a refusal. Nothing for an order that rests.
    pub events: Vec<Event>,
    /// What is then left in the purse of the order's layer.
    pub purse: Option<Money>,
}

impl<'a> Simulator<'a> {
    /// The session it stands at; none before the first.
    pub fn view(&self) -> Option<MarketView<'a>> {
        self.today
    }

    /// The orders for the next session, and the reason of every layer.
    pub fn decision(&self) -> &Decision {
        &self.decision
    }

    /// The regime after the last session.
    pub fn regime(&self) -> Option<Regime> {
        self.regime
    }

    /// Marks of the open packages, in the order of the portfolio.
    pub fn marks(&self) -> &[PackageMark] {
        &self.marks
    }

    /// The signals and triggers of the arm.
    pub fn signals(&self) -> &PolicySignals {
        &self.state.signals
    }

    /// One unit of a layer at this close, with what it would be charged to its purse; none before the first session.
    ///
    /// # Errors
    /// Why there is none: no such expiry or strike, or no price.
    pub fn unit(&self, layer: LayerId) -> Option<Result<(&UnitQuote, Money), Reason>> {
        let view = self.today?;
        let quote = self.quotes[layer].today(view);
        Some(quote.map(|quote| (quote, self.unit_charge(layer, quote, view))))
    }

    /// Fills the orders for trial at the close that decided them, one after another, by the rules of every fill. The
    /// next session has other prices: contracts, strikes and sizes are resolved there. Resting orders are left out,
    /// for only the next session's extremes can reach them. A journal is needed.
    pub fn rehearse(mut self) -> Vec<Rehearsed> {
        assert!(self.keep == Keep::Journal, "a rehearsal reads the journal");
        let Some(view) = self.today else {
            return Vec::new();
        };
        self.fill_at_closes();
        let orders = std::mem::take(&mut self.decision.orders);
        let rehearsed = |order: Order| {
            let layer = self.layer_of(&order);
            let before = self.journal.entries.len();
            if !matches!(order, Order::Rest { .. }) {
                self.fill_order(&order, view);
            }
            let posted = self.journal.entries[before..].iter();
            Rehearsed {
                order,
                layer,
                events: posted.map(|entry| entry.event.clone()).collect(),
                purse: layer.map(|layer| self.portfolio.purses[layer].balance),
            }
        };
        orders.into_iter().map(rehearsed).collect()
    }

    /// The layer an order is of; none where its package is gone.
    fn layer_of(&self, order: &Order) -> Option<LayerId> {
        match *order {
            Order::Open { layer, .. } => Some(layer),
            Order::Close { package, .. }
            | Order::Sell { package, .. }
            | Order::Rest { package, .. } => self.portfolio.package(package).map(|p| p.layer),
        }
    }

    /// Lets orders meet closes, also where the run fills them in late mornings.
    fn fill_at_closes(&mut self) {
        if self.execution.fill_at == FillAt::NextSession {
            return;
        }
        let arm = self.arm;
        self.fills = self.history;
        self.fill_quotes = Rc::clone(&self.quotes);
        self.wide = Rc::new(LayerVec::of(arm.condor_ids(), |id| {
            arm.wide_template(id).map(|template| {
                let books: Arc<QuoteCache> = self.history.derived();
                books.book(self.history, template, self.execution)
            })
        }));
    }
}
