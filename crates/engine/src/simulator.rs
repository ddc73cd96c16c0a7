//! The straight simulator: one window of one arm, day by day.

mod close;
mod held;
mod logged;
mod marking;
mod open;
pub mod outlook;
mod run_state;
mod sized;

use std::rc::Rc;
use std::sync::Arc;

use book::event::{Event, LayerId, PackageId, Stage};
use book::journal::Journal;
use book::layers::LayerVec;
use book::portfolio::Portfolio;
use book::reason::Reason;
use market::contract::Settlement;
use market::history::{MarketHistory, MarketView};
use market::price::Money;
use policy::arm::Arm;
use policy::decide::{Decision, decide};
use policy::decision_context::{DecisionContext, PackageMark, PurchaseContext};
use policy::order::Order;
use policy::rule::ExitRule;
use policy::tier::Regime;

use crate::execution::{Execution, FillAt};
use crate::mark::Holding;
use crate::outcome::{Keep, Run, Tally};
use crate::quotes::{QuoteCache, TemplateQuotes};
use crate::rules::{interest, is_margin_called, night_rate};
use close::Sold;
use run_state::{RunState, SizedAt};

/// Events of a session beside its decisions, roughly: where more come, room is made for them.
const EVENTS_OF_SESSION: usize = 4;

/// The state of one run between two sessions.
pub struct Simulator<'a> {
    history: &'a MarketHistory,
    /// The market orders meet: `history`, or its late mornings.
    fills: &'a MarketHistory,
    arm: &'a Arm,
    execution: &'a Execution,
    keep: Keep,
    today: Option<MarketView<'a>>,
    portfolio: Portfolio,
    journal: Journal,
    /// One per package of the portfolio, in its order.
    holdings: Vec<Holding>,
    /// One per layer, at the closes; shared with other runs.
    quotes: Rc<LayerVec<Arc<TemplateQuotes>>>,
    /// The same where orders are filled.
    fill_quotes: Rc<LayerVec<Arc<TemplateQuotes>>>,
    /// One per condor tier: its quotes with widened strikes.
    wide: Rc<LayerVec<Option<Arc<TemplateQuotes>>>>,
    state: RunState,
    /// One per layer: whether an exit rule asks for deltas.
    asks_delta: LayerVec<bool>,
    marks: Vec<PackageMark>,
    regime: Option<Regime>,
    decision: Decision,
    curve: Vec<Money>,
    regimes: Vec<Regime>,
    tally: Tally,
}

impl<'a> Simulator<'a> {
    /// A flat account before the first session.
    ///
    /// # Panics
    /// If orders fill in late mornings and the market has none.
    pub fn new(
        history: &'a MarketHistory,
        arm: &'a Arm,
        execution: &'a Execution,
        capital: Money,
        keep: Keep,
    ) -> Simulator<'a> {
        let fills = match execution.fill_at {
            FillAt::NextSession => history,
            FillAt::LateMorning => history.mornings().expect("a market with its late mornings"),
        };
        let book = |market: &MarketHistory, template| {
            market
                .derived::<QuoteCache>()
                .book(market, template, execution)
        };
        let books = |market| Rc::new(LayerVec::of(arm.ids(), |id| book(market, arm.template(id))));
        let wide = LayerVec::of(arm.condor_ids(), |id| {
            arm.wide_template(id).map(|template| book(fills, template))
        });
        Simulator {
            history,
            fills,
            arm,
            execution,
            keep,
            today: None,
            portfolio: Portfolio::new(capital, arm.layers()),
            journal: Journal::default(),
            holdings: Vec::new(),
            quotes: books(history),
            fill_quotes: books(fills),
            wide: Rc::new(wide),
            state: RunState::new(
                arm,
                policy::policy_signals::PolicySignals::new(arm, history),
            ),
            asks_delta: LayerVec::of(arm.ids(), |id| {
                let mut rules = arm.exits(id).iter();
                rules.any(|rule| matches!(rule, ExitRule::TestedDelta { .. }))
            }),
            marks: Vec::new(),
            regime: None,
            decision: Decision::default(),
            curve: Vec::new(),
            regimes: Vec::new(),
            tally: Tally::default(),
        }
    }

    /// Makes room for the record of so many sessions, so that it need not be moved as it grows.
    pub(crate) fn expect_sessions(&mut self, sessions: usize) {
        if self.keep == Keep::Journal {
            let events = sessions * (self.arm.layers() + EVENTS_OF_SESSION);
            self.journal.entries.reserve(events);
        }
        self.curve.reserve(sessions);
        self.regimes.reserve(sessions);
    }

    /// One session.
    pub fn step(&mut self, t: usize) {
        let yesterday = self.today;
        let view = self.history.view(t);
        self.today = Some(view);
        self.accrue(yesterday, view);
        self.settle(Stage::SettleMorning, Settlement::Am, view);
        if !self.arm.hedge.budget.is_empty() {
            self.pay_out(yesterday, view);
        }
        self.fill_orders(self.fills.view(t));
        self.settle(Stage::SettleClose, Settlement::Pm, view);
        self.mark(view);
        self.decide(view);
        self.assert_sound(view);
    }

    /// The events so far.
    pub fn journal(&self) -> &Journal {
        &self.journal
    }

    /// The account now.
    pub fn portfolio(&self) -> &Portfolio {
        &self.portfolio
    }

    /// Closes everything at today's marks with normal costs.
    pub fn close_window(&mut self) {
        let Some(view) = self.today else { return };
        let open: Vec<PackageId> = self.portfolio.packages.iter().map(|p| p.id).collect();
        self.tally.pnl_before_window_end = self.portfolio.trading_equity() - self.portfolio.start;
        self.tally.closed_by_window_end = open.len();
        for id in open {
            self.close(Stage::WindowEnd, id, Reason::WindowEnd, None, view);
        }
        self.post_marks(Stage::WindowEnd, view);
        self.portfolio.assert_balanced();
    }

    /// Notes the session: a point of the curve, its regime, the margin in use.
    pub(crate) fn record(&mut self) {
        self.curve.push(self.portfolio.trading_equity());
        self.regimes.push(self.regime.unwrap_or_default());
        self.tally.buying_power += self.portfolio.buying_power();
    }

    /// The run so far.
    pub(crate) fn into_run(self) -> Run {
        let Simulator {
            journal,
            portfolio,
            curve,
            regimes,
            tally,
            ..
        } = self;
        Run {
            journal,
            portfolio,
            curve,
            regimes: regimes.into(),
            tally,
        }
    }

    /// The only way anything is written.
    fn post(&mut self, stage: Stage, view: MarketView<'_>, event: Event) {
        let date = view.today().date;
        self.portfolio.apply(date, &event);
        if self.keep == Keep::Journal {
            self.journal.append(date, stage, event);
        }
    }

    /// Interest for the nights since the previous session, at the rate known at its close.
    fn accrue(&mut self, yesterday: Option<MarketView<'a>>, view: MarketView<'a>) {
        let Some(yesterday) = yesterday else { return };
        let before = yesterday.today();
        let nights = view.day_number() - yesterday.day_number();
        let cash = self.portfolio.cash;
        let spread = self.execution.margin.loan_spread;
        let rate = night_rate(cash, before.overnight_rate, before.bill_rate, spread);
        let amount = interest(cash, rate, f64::from(nights));
        self.post(Stage::Accrue, view, Event::Interest { amount, rate });
    }

    /// Yesterday's orders meet today's snapshot, the close or the late morning: closings, then condors, then hedge layers in file order.
    fn fill_orders(&mut self, view: MarketView<'a>) {
        let orders = std::mem::take(&mut self.decision.orders);
        let opens = orders
            .iter()
            .position(|order: &Order| matches!(order, Order::Open { .. }))
            .unwrap_or(orders.len());
        let (ends, opens) = orders.split_at(opens);
        ends.iter().for_each(|order| self.fill_order(order, view));
        // What a log says was done stands where a condor of a policy would.
        self.follow_logs(view);
        opens.iter().for_each(|order| self.fill_order(order, view));
        self.decision.orders = orders;
    }

    fn fill_order(&mut self, order: &Order, view: MarketView<'a>) {
        match *order {
            Order::Close { package, reason } => {
                self.close(Stage::Fill, package, reason, None, view)
            }
            Order::Sell {
                package,
                contracts,
                reason,
                sale,
                into,
            } => {
                self.sell(
                    package,
                    contracts,
                    sale,
                    Sold::at_market(reason, into),
                    view,
                );
            }
            Order::Rest { .. } => self.fill_resting(order, view),
            Order::Open {
                layer,
                purse,
                weight,
                wide,
            } => self.open(layer, (purse, weight), wide, view),
        }
    }

    fn decide(&mut self, view: MarketView<'a>) {
        let regime = self.state.signals.regime(self.arm, self.regime, view);
        self.regime = Some(regime);
        self.mark_deltas(view);
        let mut decision = std::mem::take(&mut self.decision);
        let unit_cost = |layer: LayerId| {
            let quote = self.quotes[layer].today(view)?;
            Ok(self.unit_charge(layer, quote, view))
        };
        let context = DecisionContext {
            portfolio: &self.portfolio,
            marks: &self.marks,
            purchases: PurchaseContext {
                view,
                purses: &self.portfolio.purses,
                held: &|layer| self.held_by(layer),
                unit_cost: &unit_cost,
                wanted: &|layer, weight| self.wanted(layer, weight, SizedAt::Decision, view),
                earned_below: &|layer, limit| self.earned_below(layer, limit, view),
                signals: &self.state.signals,
                bought: &self.state.purchases.bought,
                cap_left: self.cap_left(view),
            },
        };
        decide(self.arm, &context, &regime, &mut decision);
        self.call_margin(&mut decision);
        for event in decision.reasons.drain(..) {
            self.post(Stage::Decide, view, event);
        }
        self.decision = decision;
    }

    /// Futures below maintenance after variation are closed at the next snapshot.
    fn call_margin(&self, decision: &mut Decision) {
        let account = &self.portfolio;
        let held = account.defined_risk_margin;
        let rules = &self.execution.margin;
        if !is_margin_called(account.cash, held, account.futures_margin, rules) {
            return;
        }
        let futures = self.portfolio.packages.iter().filter(|p| p.margined);
        let closes = futures.map(|p| Order::Close {
            package: p.id,
            reason: Reason::MarginCall,
        });
        decision.orders.splice(0..0, closes);
    }

    /// The invariants of docs/model.md#invariants that concern a session's end, on every session of every run.
    fn assert_sound(&self, view: MarketView<'a>) {
        self.portfolio.assert_balanced();
        let pnl: Money = self.portfolio.ledgers.iter().map(|l| l.pnl()).sum();
        assert_eq!(
            self.portfolio.trading_equity() - self.portfolio.start,
            pnl,
            "equity is not start plus P&L"
        );
        let date = view.today().date;
        for (package, holding) in self.portfolio.packages.iter().zip(&self.holdings) {
            assert!(
                package.expiry() > date,
                "package {} outlived its expiry {}",
                package.id.0,
                package.expiry()
            );
            assert!(
                package.contracts > 0,
                "package {} holds {} units",
                package.id.0,
                package.contracts
            );
            assert!(
                package.id == holding.id,
                "package {} is marked as {}",
                package.id.0,
                holding.id.0
            );
        }
    }
}
