//! The simulator: one window of one arm, day by day.

use std::ops::Range;

use book::event::{Detail, Event, LayerId, PackageFill, PackageId, Stage};
use book::journal::Journal;
use book::portfolio::{Package, Portfolio};
use book::reason::Reason;
use market::contract::Settlement;
use market::history::{MarketHistory, MarketView, Snapshot};
use market::price::{Money, Price};
use policy::arm::Arm;
use policy::decide::{Decision, Desk, allowed, decide};
use policy::order::Order;
use policy::rule::ExitRule;
use policy::select::{Template, resolve};
use policy::tier::Regime;

use crate::admit::{defined_risk_margin, margin_of};
use crate::execution::Execution;
use crate::fill::{Direction, fill};
use crate::mark::{LegMarks, mark, package_marks, value};
use crate::settle::{payoff, settlement_value};

/// What a run leaves behind.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// Every event, if the run was asked to keep them; empty otherwise.
    pub journal: Journal,
    /// The account at the end.
    pub portfolio: Portfolio,
    /// Trading equity at the end of each session.
    pub curve: Vec<Money>,
    /// Regime after each session's close.
    pub regimes: Vec<Regime>,
}

/// Whether a run keeps its journal. Without it a run returns the same account and the same curve, in less memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// Every event.
    Journal,
    /// The curve and the final account only.
    Curve,
}

/// Replays the sessions of `window` from flat with `capital`. A pure function of its arguments.
///
/// Positions still open after the last session's normal record are closed at its marks with normal costs.
pub fn run(
    history: &MarketHistory,
    window: Range<usize>,
    arm: &Arm,
    execution: &Execution,
    capital: Money,
    keep: Keep,
) -> Run {
    let mut simulator = Simulator::new(history, arm, execution, capital, keep);
    for t in window.clone() {
        simulator.step(t);
        if t + 1 == window.end {
            simulator.close_window();
        }
        simulator.record();
    }
    simulator.into_run()
}

/// The state of one run between two sessions.
pub struct Simulator<'a> {
    history: &'a MarketHistory,
    arm: &'a Arm,
    execution: &'a Execution,
    keep: Keep,
    today: Option<MarketView<'a>>,
    portfolio: Portfolio,
    journal: Journal,
    marks: Vec<LegMarks>,
    regime: Option<Regime>,
    decision: Decision,
    curve: Vec<Money>,
    regimes: Vec<Regime>,
}

impl<'a> Simulator<'a> {
    /// A flat account before the first session.
    pub fn new(
        history: &'a MarketHistory,
        arm: &'a Arm,
        execution: &'a Execution,
        capital: Money,
        keep: Keep,
    ) -> Simulator<'a> {
        Simulator {
            history,
            arm,
            execution,
            keep,
            today: None,
            portfolio: Portfolio::new(capital, arm.layers()),
            journal: Journal::default(),
            marks: Vec::new(),
            regime: None,
            decision: Decision::default(),
            curve: Vec::new(),
            regimes: Vec::new(),
        }
    }

    /// One session.
    pub fn step(&mut self, t: usize) {
        let yesterday = self.today;
        let view = self.history.view(t);
        self.today = Some(view);
        self.accrue(yesterday, view);
        self.settle(Stage::SettleMorning, Settlement::Am, view);
        self.fill_orders(view);
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
        for id in open {
            self.close(Stage::WindowEnd, id, Reason::WindowEnd, view);
        }
        self.marks.clear();
        self.post_marks(Stage::WindowEnd, view);
        self.portfolio.assert_balanced();
    }

    fn record(&mut self) {
        self.curve.push(self.portfolio.trading_equity());
        self.regimes.push(self.regime.unwrap_or_default());
    }

    fn into_run(self) -> Run {
        Run { journal: self.journal, portfolio: self.portfolio, curve: self.curve, regimes: self.regimes }
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
        let Some(before) = yesterday.map(MarketView::today) else { return };
        let days = (view.today().date - before.date).num_days();
        let loan = self.portfolio.cash < Money::ZERO;
        let rate =
            if loan { before.bill_rate + self.execution.margin.loan_spread } else { before.overnight_rate };
        let cents = self.portfolio.cash.0 as f64 * rate * days as f64 / 360.0;
        let amount = Money(cents.round_ties_even() as i64);
        self.post(Stage::Accrue, view, Event::Interest { amount, rate });
    }

    fn settle(&mut self, stage: Stage, settlement: Settlement, view: MarketView<'a>) {
        let date = view.today().date;
        // `<=` and not `==`: whatever else goes wrong, no contract outlives its expiry.
        let due = |p: &&Package| p.expiry() <= date && p.legs[0].contract.root.settlement() == settlement;
        let due: Vec<PackageId> = self.portfolio.packages.iter().filter(due).map(|p| p.id).collect();
        for id in due {
            let Some(package) = self.portfolio.package(id).cloned() else { continue };
            let (value, proxy) = settlement_value(package.legs[0].contract.root, package.expiry(), view);
            if package.margined {
                self.post_variation(stage, &package, value, view);
            }
            let fill = payoff(&package, value);
            self.refill_purse(stage, &package, &fill, view);
            self.post(stage, view, Event::Settled { package: id, value, proxy, fill });
        }
    }

    /// Yesterday's orders meet today's snapshot: closings, then condors, then hedge layers in file order.
    fn fill_orders(&mut self, view: MarketView<'a>) {
        let orders = std::mem::take(&mut self.decision.orders);
        for order in &orders {
            match *order {
                Order::Close { package, reason } => self.close(Stage::Fill, package, reason, view),
                Order::Open { layer, purse, weight } => {
                    let result = match self.arm.condor(layer) {
                        Some(_) => self.open_condor(layer, view),
                        None => self.open_hedge(layer, purse, weight, view),
                    };
                    if let Err((reason, detail)) = result {
                        self.post(Stage::Fill, view, Event::Refused { layer, reason, detail });
                    }
                }
            }
        }
        self.decision.orders = orders;
    }

    fn close(&mut self, stage: Stage, id: PackageId, reason: Reason, view: MarketView<'a>) {
        let Some(package) = self.portfolio.package(id).cloned() else { return };
        let legs: Vec<_> = package.legs.iter().map(|l| (l.contract, l.quantity)).collect();
        let last = self.marks.iter().find(|m| m.id == id);
        let carried = |leg: usize| last.map(|m| m.mids[leg]).or(Some(package.legs[leg].mid));
        let snapshot = view.today();
        let Some(fill) = fill(&legs, package.contracts, Direction::Close, snapshot, self.execution, &carried) else {
            return;
        };
        if package.margined {
            self.post_variation(stage, &package, fill.legs[0].mid, view);
        }
        self.refill_purse(stage, &package, &fill, view);
        self.post(stage, view, Event::Closed { package: id, reason, fill });
    }

    fn open_condor(&mut self, layer: LayerId, view: MarketView<'a>) -> Result<(), (Reason, Detail)> {
        let condor = self.arm.condor(layer).expect("the order names a condor tier");
        let one = self.quote(self.arm.template(layer), 1, view)?;
        let margin = defined_risk_margin(&one.legs, one.multiplier).ok_or((Reason::MarginShort, Detail::Nothing))?;
        let costs = -(one.fees + one.slippage()).usd() / one.multiplier as f64;
        let least = condor.min_credit_points.max(costs);
        if one.net.points() <= least {
            return Err((Reason::CreditTooSmall, Detail::Limit { found: one.net.points(), limit: least }));
        }
        let max_loss = margin - one.cash();
        let contracts = match condor.size {
            policy::condor::Size::Fixed { contracts } => contracts,
            policy::condor::Size::MaxLoss { pct_of_start_capital } => {
                let risk = Money::from_usd(self.portfolio.start.usd() * pct_of_start_capital / 100.0);
                if max_loss <= Money::ZERO {
                    return Err((Reason::CreditTooSmall, Detail::Needs { have: one.cash(), need: margin }));
                }
                risk.0 / max_loss.0
            }
        };
        if contracts < 1 {
            let have = Money::from_usd(self.portfolio.start.usd());
            return Err((Reason::SizeZero, Detail::Needs { have, need: max_loss }));
        }
        let fill = self.quote(self.arm.template(layer), contracts, view)?;
        self.admit(&fill, margin * contracts, Money::ZERO, view)?;
        let credit = fill.cash();
        self.post_opened(layer, fill, margin, view);
        self.credit_purses(credit, view);
        Ok(())
    }

    fn open_hedge(
        &mut self,
        layer: LayerId,
        purse: Money,
        weight: f64,
        view: MarketView<'a>,
    ) -> Result<(), (Reason, Detail)> {
        let rules = self.arm.layer(layer).expect("the order names a hedge layer");
        let one = self.quote(self.arm.template(layer), 1, view)?;
        let charge = unit_charge(&one, view.today());
        let open: i64 = self.portfolio.of_layer(layer).map(|p| p.contracts).sum();
        let room = rules.max_open_units.map_or(i64::MAX, |most| (most - open).max(0));
        let contracts = (allowed(purse, weight).0 / charge.total.0.max(1)).min(room);
        if contracts < 1 {
            return Err((Reason::PurseShort, Detail::Weighted { weight, have: purse, need: charge.total }));
        }
        let fill = self.quote(self.arm.template(layer), contracts, view)?;
        // Fees of a trade are rounded once, so many contracts may cost a cent more or less than one each.
        let charge = unit_charge(&fill, view.today());
        let margin = defined_risk_margin(&fill.legs, fill.multiplier);
        let margin = if fill.margined { Some(Money::ZERO) } else { margin };
        let margin = margin.ok_or((Reason::MarginShort, Detail::Nothing))?;
        let futures = if fill.margined { self.future_margin(&fill, view) } else { Money::ZERO };
        self.admit(&fill, margin * contracts, futures, view)?;
        self.post_opened(layer, fill, margin, view);
        let balance = self.portfolio.purses[usize::from(layer.0)].balance;
        let spent = charge.total.min(balance);
        let scaled = Money((spent.0 as f64 / weight).round_ties_even() as i64);
        let forgone = (scaled - spent).min(balance - spent).max(Money::ZERO);
        let premium = charge.premium;
        self.post(Stage::Fill, view, Event::PurseCharged { layer, spent, forgone, premium });
        Ok(())
    }

    /// Prices what a template means today.
    fn quote(
        &self,
        template: &Template,
        contracts: i64,
        view: MarketView<'a>,
    ) -> Result<PackageFill, (Reason, Detail)> {
        let snapshot = view.today();
        quote(template, contracts, snapshot, self.execution).map_err(|reason| (reason, Detail::Nothing))
    }

    /// Free funds after the fill and its costs must not be negative (DOMAIN 2). All or nothing.
    fn admit(
        &self,
        fill: &PackageFill,
        margin: Money,
        futures: Money,
        view: MarketView<'a>,
    ) -> Result<(), (Reason, Detail)> {
        let (defined, held) = margin_of(&self.portfolio, view.today(), &self.execution.margin);
        let cash = self.portfolio.cash + fill.cash() + fill.fees;
        let need = defined + held + margin + futures;
        if cash < need { Err((Reason::MarginShort, Detail::Needs { have: cash, need })) } else { Ok(()) }
    }

    fn future_margin(&self, fill: &PackageFill, view: MarketView<'a>) -> Money {
        let leg = &fill.legs[0];
        let rules = &self.execution.margin;
        let each = crate::admit::future_margin(leg.contract.expiry, leg.mid, view.today(), rules);
        each * (fill.contracts * leg.quantity.abs())
    }

    fn post_opened(&mut self, layer: LayerId, fill: PackageFill, margin_per_unit: Money, view: MarketView<'a>) {
        let package = PackageId(self.portfolio.opened + 1);
        self.post(Stage::Fill, view, Event::Opened { package, layer, fill, margin_per_unit });
    }

    /// Every condor fill credits each layer's purse with share x budget x net credit received.
    fn credit_purses(&mut self, credit: Money, view: MarketView<'a>) {
        let arm = self.arm;
        for (layer, rules) in arm.hedge_ids().zip(&arm.hedge.layers) {
            let share = rules.share * arm.hedge.budget_fraction_of_credit;
            let amount = Money((credit.0 as f64 * share).floor() as i64).max(Money::ZERO);
            let purse = &self.portfolio.purses[usize::from(layer.0)];
            let lapsed = purse.lapse(view.today().date, arm.hedge.purse_cap_weeks * 7);
            self.post(Stage::Fill, view, Event::PurseCredited { layer, amount, lapsed });
        }
    }

    fn refill_purse(&mut self, stage: Stage, package: &Package, fill: &PackageFill, view: MarketView<'a>) {
        let layer = package.layer;
        if !self.arm.hedge.redeploy_salvage || self.arm.layer(layer).is_none() {
            return;
        }
        let amount = if package.margined { package.variation } else { fill.cash() + fill.fees };
        if amount > Money::ZERO {
            self.post(stage, view, Event::PurseRefilled { layer, amount });
        }
    }

    fn post_variation(&mut self, stage: Stage, package: &Package, settle: Price, view: MarketView<'a>) {
        let held = package.contracts * package.legs[0].quantity;
        let amount = ((settle - package.last_settle) * held).dollars(package.multiplier);
        self.post(stage, view, Event::Variation { package: package.id, settle, amount });
    }

    /// Variation of the futures, then the value of everything.
    fn mark(&mut self, view: MarketView<'a>) {
        self.marks = mark(&self.portfolio, view.today(), &self.marks);
        let futures: Vec<(Package, Price)> = self
            .portfolio
            .packages
            .iter()
            .zip(&self.marks)
            .filter(|(package, _)| package.margined)
            .map(|(package, mark)| (package.clone(), mark.mids[0]))
            .collect();
        for (package, settle) in futures {
            self.post_variation(Stage::Mark, &package, settle, view);
        }
        self.post_marks(Stage::Mark, view);
    }

    fn post_marks(&mut self, stage: Stage, view: MarketView<'a>) {
        let mut values = vec![Money::ZERO; self.arm.layers()];
        for (package, mark) in self.portfolio.packages.iter().zip(&self.marks) {
            if !package.margined {
                let worth = (value(package, mark) * package.contracts).dollars(package.multiplier);
                values[usize::from(package.layer.0)] += worth;
            }
        }
        let (defined_risk_margin, futures_margin) =
            margin_of(&self.portfolio, view.today(), &self.execution.margin);
        let carried = self.marks.iter().filter(|m| m.carried).count() as u32;
        self.post(stage, view, Event::Marked { values, defined_risk_margin, futures_margin, carried });
    }

    fn decide(&mut self, view: MarketView<'a>) {
        let regime = self.arm.hedge.tier.next(self.regime, view);
        self.regime = Some(regime);
        let arm = self.arm;
        let asks_delta = |package: &Package| {
            let exit = arm.condor(package.layer).map(|c| &c.exit);
            exit.is_some_and(|rules| rules.iter().any(|r| matches!(r, ExitRule::TestedDelta { .. })))
        };
        let marks = package_marks(&self.portfolio, &self.marks, view.today(), &asks_delta);
        let execution = self.execution;
        let unit_cost = |template: &Template, snapshot: &Snapshot| {
            quote(template, 1, snapshot, execution).map(|one| unit_charge(&one, snapshot).total)
        };
        let mut decision = std::mem::take(&mut self.decision);
        let desk = Desk { view, portfolio: &self.portfolio, marks: &marks, unit_cost: &unit_cost };
        decide(arm, &desk, &regime, &mut decision);
        self.call_margin(&mut decision);
        for event in decision.reasons.drain(..) {
            self.post(Stage::Decide, view, event);
        }
        self.decision = decision;
    }

    /// Futures below maintenance after variation are closed at the next snapshot.
    fn call_margin(&self, decision: &mut Decision) {
        let maintenance = self.portfolio.futures_margin.usd() * self.execution.margin.maintenance_fraction;
        let need = self.portfolio.defined_risk_margin + Money::from_usd(maintenance);
        if self.portfolio.futures_margin == Money::ZERO || self.portfolio.cash >= need {
            return;
        }
        let futures = self.portfolio.packages.iter().filter(|p| p.margined);
        let closes = futures.map(|p| Order::Close { package: p.id, reason: Reason::MarginCall });
        decision.orders.splice(0..0, closes);
    }

    /// The invariants of DOMAIN 7 that concern a session's end, on every session of every run.
    fn assert_sound(&self, view: MarketView<'a>) {
        self.portfolio.assert_balanced();
        let pnl: Money = self.portfolio.ledgers.iter().map(|l| l.pnl()).sum();
        assert_eq!(self.portfolio.trading_equity() - self.portfolio.start, pnl, "equity is not start plus P&L");
        let date = view.today().date;
        for package in &self.portfolio.packages {
            assert!(package.expiry() > date, "package {} outlived its expiry {}", package.id.0, package.expiry());
            assert!(package.contracts > 0, "package {} holds {} units", package.id.0, package.contracts);
        }
    }
}

/// Resolves a template on a snapshot and prices the fill.
fn quote(
    template: &Template,
    contracts: i64,
    snapshot: &Snapshot,
    execution: &Execution,
) -> Result<PackageFill, Reason> {
    let resolved = resolve(template, snapshot)?;
    fill(&resolved.legs, contracts, Direction::Open, snapshot, execution, &|_| None).ok_or(Reason::NoPrice)
}

/// What a purchase is charged to its purse.
struct Charge {
    /// Premium and costs.
    total: Money,
    /// Premium alone; for a future the carry charge.
    premium: Money,
}

/// Options: the debit and the fees. A future has no premium: `1000 x max(F - VIX, 0)`, what it loses if VIX stays,
/// plus the round trip, so that it is never free.
fn unit_charge(fill: &PackageFill, snapshot: &Snapshot) -> Charge {
    if fill.margined {
        let leg = &fill.legs[0];
        let carry = Price(((leg.mid - Price::from_points(snapshot.vix)) * leg.quantity).0.max(0));
        let premium = (carry * fill.contracts).dollars(fill.multiplier);
        let one_way = -(fill.slippage() + fill.fees);
        return Charge { total: premium + one_way * 2, premium };
    }
    let premium = (-fill.cash()).max(Money::ZERO);
    Charge { total: premium - fill.fees, premium }
}
