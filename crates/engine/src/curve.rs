//! The account and the curve of a run without its record: what a sweep asks for ten thousand times.
//!
//! The straight simulator ([`run`](crate::run)) goes through every package and every layer on every session and writes
//! down why. Nearly always nothing happens. Here the same day is told by what can happen: packages end when their
//! [`Life`] says, what they are worth is added to a column when they are opened, and a layer is asked only if its
//! purse could pay. Everything that moves money is computed from the same quotes by the same rules.
//!
//! It is the simulator's equal, not a second opinion: for every shipped policy, every kind of exit, both executions and
//! random policies, tests compare account, curve and regimes with those of the straight simulator, to the cent.

use std::ops::Range;
use std::sync::Arc;

use book::event::LayerId;
use book::journal::Journal;
use book::portfolio::Portfolio;
use market::contract::Settlement;
use market::history::{MarketHistory, MarketView};
use market::price::{Money, Price};
use market::tape::Tape;
use policy::arm::Arm;
use policy::decide::allowed;
use policy::gates::Gates;
use policy::tier::Regime;

use crate::admit::future_margin;
use crate::entries::{Entries, EntryShelf};
use crate::execution::Execution;
use crate::flow::{Flow, Terms};
use crate::lives::{Ending, Life, LifeBook, Lives, UnitEnd};
use crate::quotes::{Shelf, UnitQuote};
use crate::run::open::{condor_size, purse_charge, purse_credit};
use crate::run::{Run, Tally};

/// An open package: where its quote and its life are, and how many units are held.
#[derive(Clone, Copy, Debug)]
struct Lot {
    layer: LayerId,
    how: Ending,
    opened: u32,
    contracts: i64,
    margin_per_unit: Money,
    terms: Terms,
    /// Of a future: its last settlement and the variation received so far.
    last_settle: Price,
    variation: Money,
}

/// An order for the next session's fills.
#[derive(Clone, Copy, Debug)]
struct Pending {
    layer: LayerId,
    purse: Money,
    weight: f64,
}

/// What a run shares with others: it is looked up once, and threads never count references in the day loop.
struct Shared {
    /// One per layer.
    books: Vec<Arc<LifeBook>>,
    /// One per condor tier.
    entries: Vec<Arc<Entries>>,
    gates: Gates,
}

struct Account<'a> {
    history: &'a MarketHistory,
    arm: &'a Arm,
    execution: &'a Execution,
    shared: &'a Shared,
    first: usize,
    portfolio: Portfolio,
    /// In the order of opening.
    lots: Vec<Lot>,
    /// The session each of them ends on by itself: apart from the rest, because it is looked through most days.
    ends: Vec<usize>,
    /// Market value of the open packages at each session of the window, so far as they live (cents).
    worth: Vec<Money>,
    defined_risk_margin: Money,
    futures: usize,
    next_end: usize,
    pending: Vec<Pending>,
    margin_called: bool,
    /// Credits of the open packages that tie up margin.
    credits: Money,
    /// Initial margin of the futures at the last marks.
    held_margin: Money,
}

/// The run [`run`](crate::run::run) would return for `Keep::Curve`, its journal empty.
pub fn curve(history: &MarketHistory, window: Range<usize>, arm: &Arm, execution: &Execution, capital: Money) -> Run {
    let shared = Shared::new(history, arm, execution);
    let mut account = Account {
        history,
        arm,
        execution,
        shared: &shared,
        first: window.start,
        portfolio: Portfolio::new(capital, arm.layers()),
        lots: Vec::with_capacity(64),
        ends: Vec::with_capacity(64),
        worth: vec![Money::ZERO; window.len()],
        defined_risk_margin: Money::ZERO,
        futures: 0,
        next_end: usize::MAX,
        pending: Vec::with_capacity(arm.layers()),
        margin_called: false,
        credits: Money::ZERO,
        held_margin: Money::ZERO,
    };
    let mut tally = Tally::default();
    let mut curve = Vec::with_capacity(window.len());
    let mut regimes = Vec::with_capacity(window.len());
    let mut regime = None;
    for t in window.clone() {
        let view = history.view(t);
        account.step(view);
        let now = shared.gates.regime(arm, regime, view);
        regime = Some(now);
        regimes.push(now);
        if t + 1 == window.end {
            tally.pnl_before_window_end = account.trading_equity(t) - capital;
            tally.closed_by_window_end = account.lots.len();
            account.close_window(view);
        } else {
            account.decide(view, &now);
        }
        curve.push(account.trading_equity(t));
        tally.buying_power += account.defined_risk_margin + account.held_margin - account.credits;
    }
    Run { journal: Journal::default(), portfolio: account.portfolio, curve, regimes, tally }
}

impl Shared {
    fn new(history: &MarketHistory, arm: &Arm, execution: &Execution) -> Shared {
        let (shelf, lives) = (history.derived::<Shelf>(), history.derived::<Lives>());
        let entries = history.derived::<EntryShelf>();
        let book = |id: LayerId| {
            let quotes = shelf.book(history, arm.template(id), execution);
            lives.book(history, quotes, execution, arm.exits(id))
        };
        Shared {
            books: arm.condor_ids().chain(arm.hedge_ids()).map(book).collect(),
            entries: arm.condors.iter().map(|condor| entries.of(history, condor.entry)).collect(),
            gates: Gates::new(arm, history),
        }
    }
}

impl<'a> Account<'a> {
    fn trading_equity(&self, t: usize) -> Money {
        let held = if self.lots.is_empty() { Money::ZERO } else { self.worth[t - self.first] };
        self.portfolio.cash + held - self.portfolio.interest
    }

    /// One session up to its marks.
    fn step(&mut self, view: MarketView<'a>) {
        let t = view.session();
        if t > self.first {
            self.accrue(self.history.view(t - 1), view);
        }
        if self.next_end == t || self.margin_called {
            self.end_lots(view, |lot| lot.how == Ending::Expiry(Settlement::Am));
            if self.margin_called {
                self.close_futures(view);
            }
            self.end_lots(view, |lot| lot.how == Ending::Trade);
        }
        self.fill_pending(view);
        if self.next_end == t {
            self.end_lots(view, |_| true);
            self.next_end = self.ends.iter().copied().min().unwrap_or(usize::MAX);
        }
        self.held_margin = Money::ZERO;
        if self.futures > 0 {
            self.vary(view);
        }
        self.portfolio.assert_balanced();
    }

    /// Interest for the nights since the previous session, at the rate known at its close.
    #[inline]
    fn accrue(&mut self, yesterday: MarketView<'a>, view: MarketView<'a>) {
        let (before, days) = (yesterday.today(), view.day_number() - yesterday.day_number());
        let loan = self.portfolio.cash < Money::ZERO;
        let rate = if loan { before.bill_rate + self.execution.margin.loan_spread } else { before.overnight_rate };
        let cents = self.portfolio.cash.0 as f64 * rate * f64::from(days) / 360.0;
        let amount = Money(cents.round_ties_even() as i64);
        self.portfolio.cash += amount;
        self.portfolio.interest += amount;
    }

    /// Ends the packages whose life ends today and of which `now` says it is their moment, in the order of opening.
    fn end_lots(&mut self, view: MarketView<'a>, now: impl Fn(&Lot) -> bool) {
        let t = view.session();
        let mut from = 0;
        while let Some(at) = self.ends[from..].iter().position(|end| *end == t) {
            from += at;
            if !now(&self.lots[from]) {
                from += 1;
                continue;
            }
            self.ends.remove(from);
            let lot = self.lots.remove(from);
            let unit = self.life(&lot).unit;
            self.end(&lot, unit, view);
        }
    }

    /// Futures below maintenance after variation are closed at the next snapshot.
    fn close_futures(&mut self, view: MarketView<'a>) {
        self.margin_called = false;
        while let Some(at) = self.lots.iter().position(|lot| lot.terms.margined) {
            self.ends.remove(at);
            let lot = self.lots.remove(at);
            let unit = self.cut(&lot, view);
            self.end(&lot, unit, view);
        }
    }

    /// Closes everything at today's marks with normal costs.
    fn close_window(&mut self, view: MarketView<'a>) {
        self.ends.clear();
        for lot in std::mem::take(&mut self.lots) {
            let unit = self.cut(&lot, view);
            self.end(&lot, unit, view);
        }
        self.held_margin = Money::ZERO;
        self.portfolio.assert_balanced();
    }

    fn end(&mut self, lot: &Lot, unit: UnitEnd, view: MarketView<'a>) {
        let layer = usize::from(lot.layer.0);
        let mut gained = Money::ZERO;
        if lot.terms.margined {
            self.futures -= 1;
            let amount = self.variation(lot, unit.last);
            self.portfolio.cash += amount;
            self.portfolio.ledgers[layer].flows_at_mid += amount;
            gained = lot.variation + amount;
        } else {
            self.defined_risk_margin -= lot.margin_per_unit * lot.contracts;
            self.credits -= self.credit(self.quote(lot), lot.margin_per_unit, lot.contracts);
        }
        let flow = Flow::new(unit.net, unit.net_mid, unit.fee, lot.contracts, lot.terms);
        let salvage = gained + flow.cash + flow.fees;
        if self.arm.hedge.redeploy_salvage && self.arm.layer(lot.layer).is_some() && salvage > Money::ZERO {
            self.portfolio.purses[layer].refill(view.day_number(), salvage);
        }
        flow.post(&mut self.portfolio.cash, &mut self.portfolio.ledgers[layer]);
    }

    /// What a package brought in that ties up margin.
    fn credit(&self, quote: &UnitQuote, margin_per_unit: Money, contracts: i64) -> Money {
        let one = quote.one();
        let counts = margin_per_unit > Money::ZERO && one.net > Price::ZERO;
        if counts { (one.net * contracts).dollars(one.multiplier) } else { Money::ZERO }
    }

    fn variation(&self, lot: &Lot, settle: Price) -> Money {
        let held = lot.contracts * self.quote(lot).one().legs[0].quantity;
        ((settle - lot.last_settle) * held).dollars(lot.terms.multiplier)
    }

    /// Daily variation of the futures, and whether what is left covers their maintenance margin.
    fn vary(&mut self, view: MarketView<'a>) {
        for at in 0..self.lots.len() {
            let lot = self.lots[at];
            if !lot.terms.margined {
                continue;
            }
            let settle = self.tape(&lot).leg(0, view).unwrap_or(lot.last_settle);
            let amount = self.variation(&lot, settle);
            self.lots[at].last_settle = settle;
            self.lots[at].variation += amount;
            self.portfolio.cash += amount;
            self.portfolio.ledgers[usize::from(lot.layer.0)].flows_at_mid += amount;
        }
        let initial = self.futures_margin(view);
        self.held_margin = initial;
        let maintenance = Money::from_usd(initial.usd() * self.execution.margin.maintenance_fraction);
        self.margin_called = initial > Money::ZERO && self.portfolio.cash < self.defined_risk_margin + maintenance;
    }

    fn futures_margin(&self, view: MarketView<'a>) -> Money {
        let of = |lot: &Lot| {
            let leg = &self.quote(lot).one().legs[0];
            let rules = &self.execution.margin;
            let each = future_margin(&leg.contract, lot.last_settle, view.today(), rules);
            each * (lot.contracts * leg.quantity.abs())
        };
        self.lots.iter().filter(|lot| lot.terms.margined).map(of).sum()
    }

    /// Orders for the next session: condors whose entry it is, layers whose purse pays for a unit.
    #[inline]
    fn decide(&mut self, view: MarketView<'a>, regime: &Regime) {
        for (index, condor) in self.arm.condors.iter().enumerate() {
            if self.shared.entries[index].next_is_entry(view) && self.staying(index, view) < condor.max_open {
                self.pending.push(Pending { layer: LayerId(index as u8), purse: Money::ZERO, weight: 1.0 });
            }
        }
        let weight = self.shared.gates.stance(self.arm, regime, 1.0, view).weight;
        if weight <= 0.0 || view.next_session().is_none() {
            return;
        }
        for (index, (layer, rules)) in self.arm.hedge_ids().zip(&self.arm.hedge.layers).enumerate() {
            let purse = &self.portfolio.purses[usize::from(layer.0)];
            if purse.credited == Money::ZERO {
                continue;
            }
            if !self.book(layer).quotes().is_covered_by(allowed(purse.balance, weight), view) {
                continue;
            }
            if !self.shared.gates.when(index, view).is_yes() {
                continue;
            }
            if rules.max_open_units.is_some_and(|most| self.held(layer) >= most) {
                continue;
            }
            self.pending.push(Pending { layer, purse: purse.balance, weight });
        }
    }

    /// Condors of a tier that are still there when the next session's orders are filled.
    fn staying(&self, tier: usize, view: MarketView<'a>) -> usize {
        let next = view.next_session();
        let stays = |(lot, end): &(&Lot, &usize)| {
            let contract = self.quote(lot).one().legs[0].contract;
            let closes = lot.how == Ending::Trade && **end == view.session() + 1;
            usize::from(lot.layer.0) == tier && next.is_some_and(|next| contract.exists_at_fills(next)) && !closes
        };
        self.lots.iter().zip(&self.ends).filter(stays).count()
    }

    fn held(&self, layer: LayerId) -> i64 {
        self.lots.iter().filter(|lot| lot.layer == layer).map(|lot| lot.contracts).sum()
    }

    fn fill_pending(&mut self, view: MarketView<'a>) {
        for at in 0..self.pending.len() {
            let order = self.pending[at];
            if self.arm.condor(order.layer).is_some() {
                self.open_condor(order.layer, view);
            } else {
                self.open_hedge(order, view);
            }
        }
        self.pending.clear();
    }

    fn open_condor(&mut self, layer: LayerId, view: MarketView<'a>) {
        let Ok(quote) = self.book(layer).quotes().today(view) else { return };
        let Some(condor) = self.arm.condor(layer) else { return };
        let (one, Some(margin)) = (quote.one(), quote.margin) else { return };
        let costs = -(one.fees + one.slippage()).usd() / one.multiplier as f64;
        if one.net.points() <= condor.min_credit_points.max(costs) {
            return;
        }
        let Ok(contracts) = condor_size(condor.size, self.portfolio.start, one.cash(), margin) else { return };
        let Some(flow) = self.open(layer, quote, contracts, margin, view) else { return };
        self.credit_purses(flow.cash, view);
    }

    fn open_hedge(&mut self, order: Pending, view: MarketView<'a>) {
        let Ok(quote) = self.book(order.layer).quotes().today(view) else { return };
        let Some(rules) = self.arm.layer(order.layer) else { return };
        let room = rules.max_open_units.map_or(i64::MAX, |most| (most - self.held(order.layer)).max(0));
        let contracts = (allowed(order.purse, order.weight).0 / quote.cost.0.max(1)).min(room);
        let Some(margin) = quote.margin.filter(|_| contracts >= 1) else { return };
        let Some(flow) = self.open(order.layer, quote, contracts, margin, view) else { return };
        let charge = quote.charge_of(contracts, flow);
        let balance = self.portfolio.purses[usize::from(order.layer.0)].balance;
        let (spent, forgone) = purse_charge(charge, balance, order.weight);
        self.portfolio.purses[usize::from(order.layer.0)].charge(spent, forgone, charge.premium);
        self.portfolio.ledgers[usize::from(order.layer.0)].premium += charge.premium;
    }

    /// Opens a package if free funds after the fill and its costs are not negative.
    fn open(
        &mut self,
        layer: LayerId,
        quote: &'a UnitQuote,
        contracts: i64,
        margin: Money,
        view: MarketView<'a>,
    ) -> Option<Flow> {
        let (t, one) = (view.session(), quote.one());
        let terms = Terms { multiplier: one.multiplier, margined: one.margined };
        let flow = Flow::new(one.net, one.net_mid, quote.fee(), contracts, terms);
        let leg = &one.legs[0];
        let own = if terms.margined {
            let rules = &self.execution.margin;
            let each = future_margin(&leg.contract, leg.mid, view.today(), rules);
            each * (contracts * leg.quantity.abs())
        } else {
            margin * contracts
        };
        let held = if self.futures > 0 { self.futures_margin(view) } else { Money::ZERO };
        if self.portfolio.cash + flow.cash + flow.fees < self.defined_risk_margin + held + own {
            return None;
        }
        flow.post(&mut self.portfolio.cash, &mut self.portfolio.ledgers[usize::from(layer.0)]);
        let life = self.book(layer).life(quote, t, self.history);
        if terms.margined {
            self.futures += 1;
        } else {
            self.defined_risk_margin += own;
            self.credits += self.credit(quote, margin, contracts);
            let end = life.end.min(self.first + self.worth.len());
            let column = &mut self.worth[t - self.first..];
            quote.tape(view).add_worth(t..end.max(t), contracts, terms.multiplier, column);
        }
        self.next_end = self.next_end.min(life.end);
        self.portfolio.opened += 1;
        self.ends.push(life.end);
        self.lots.push(Lot {
            layer,
            how: life.how,
            opened: t as u32,
            contracts,
            margin_per_unit: margin,
            terms,
            last_settle: leg.mid,
            variation: Money::ZERO,
        });
        Some(flow)
    }

    /// Every condor fill credits each layer's purse with share x budget x net credit received.
    fn credit_purses(&mut self, credit: Money, view: MarketView<'a>) {
        for (layer, rules) in self.arm.hedge_ids().zip(&self.arm.hedge.layers) {
            let purse = &mut self.portfolio.purses[usize::from(layer.0)];
            let (amount, lapsed) = purse_credit(rules.share, &self.arm.hedge, credit, purse, view.day_number());
            purse.credit(view.day_number(), amount, lapsed);
        }
    }

    fn book(&self, layer: LayerId) -> &'a LifeBook {
        &self.shared.books[usize::from(layer.0)]
    }

    fn quote(&self, lot: &Lot) -> &'a UnitQuote {
        let view = self.history.view(lot.opened as usize);
        self.book(lot.layer).quotes().today(view).as_ref().copied().expect("a lot was opened at a quote")
    }

    fn tape(&self, lot: &Lot) -> &'a Tape {
        self.quote(lot).tape(self.history.view(lot.opened as usize))
    }

    fn life(&self, lot: &Lot) -> &'a Life {
        self.book(lot.layer).life(self.quote(lot), lot.opened as usize, self.history)
    }

    fn cut(&self, lot: &Lot, view: MarketView<'a>) -> UnitEnd {
        self.book(lot.layer).cut(self.life(lot), self.quote(lot), self.tape(lot), view)
    }
}
