//! Published option indices by their publishers' rules, priced and settled by the same market and engine as any run.
//!
//! An index holds one package at a time. On a roll day the old package becomes cash at its settlement value, a new one
//! is traded at mid, and the units are set from what the account is worth. Costs are none, as in the indices. What the
//! rules leave open, or what daily data cannot know, is said beside each rule and in `docs/replication.md`.

pub mod rules;

pub mod compare;
pub mod morning;

use std::ops::Range;
use std::sync::Arc;

use book::event::LegFill;
use chrono::NaiveDate;
use engine::fill::price;
use engine::settle::settlement_value;
use market::contract::Contract;
use market::history::{MarketHistory, MarketView};
use market::math;
use market::price::Price;
use market::tape::Tape;

use self::rules::{Index, Rest};

/// A replicated index: its level at every session's close, and its rolls.
#[derive(Clone, Debug, PartialEq)]
pub struct Replica {
    /// Level by session; 100 at the first.
    pub levels: Vec<(NaiveDate, f64)>,
    /// Every roll, in order.
    pub rolls: Vec<Roll>,
}

/// One roll.
#[derive(Clone, Debug, PartialEq)]
pub struct Roll {
    /// Session of the roll.
    pub date: NaiveDate,
    /// What was traded: contract and quantity per unit, long positive; empty where the rules hold nothing.
    pub legs: Vec<(Contract, i64)>,
    /// Cash one unit brought at mid [points per unit]; negative if it was bought.
    pub credit: f64,
    /// Units per 100 of account value.
    pub units_per_100: f64,
    /// Value at which the package before it settled, and whether that is a stand-in.
    pub settled: Option<(Price, bool)>,
}

/// The account of an index between two sessions, in points.
struct Account<'a> {
    index: Index,
    history: &'a MarketHistory,
    /// The market in which the index trades on its roll days.
    trading: &'a MarketHistory,
    /// Everything that is not the package.
    rest: f64,
    units: f64,
    held: Option<(Vec<LegFill>, Arc<Tape>)>,
}

/// Replays an index over `window` from an account of 100 that holds nothing before its first roll day. Settlement and
/// marks are those of `history`; on roll days strikes and prices are those of `trading`, a market of the same sessions:
/// `history` itself, or its late mornings ([`morning::late_morning`]).
///
/// # Panics
/// If the two markets have different sessions.
pub fn replicate(index: Index, history: &MarketHistory, trading: &MarketHistory, window: Range<usize>) -> Replica {
    assert_eq!(history.len(), trading.len(), "two markets of the same sessions");
    let mut account = Account { index, history, trading, rest: 100.0, units: 0.0, held: None };
    let mut replica = Replica { levels: Vec::with_capacity(window.len()), rolls: Vec::new() };
    let first = window.start;
    for t in window {
        let view = history.view(t);
        let rolls = index.is_roll(view.today().date);
        if t > first {
            account.grow(view, rolls);
        }
        let settled = account.settle(view);
        if rolls {
            replica.rolls.push(account.roll(settled, view));
        }
        replica.levels.push((view.today().date, account.value(view)));
    }
    replica
}

impl Account<'_> {
    /// Interest or index return since the session before. A roll day earns no interest.
    fn grow(&mut self, view: MarketView<'_>, rolls: bool) {
        let (today, Some(before)) = (view.today(), view.back(1)) else { return };
        let years = (today.date - before.date).num_days() as f64 / 365.0;
        self.rest *= match self.index.rest() {
            Rest::Bills { on_roll_days } if rolls && !on_roll_days => 1.0,
            Rest::Bills { .. } => math::exp(before.bill_rate * years),
            Rest::TotalReturn { yield_per_session } => today.spot / before.spot + yield_per_session,
        };
    }

    /// Turns a package that expires today into cash.
    fn settle(&mut self, view: MarketView<'_>) -> Option<(Price, bool)> {
        let expiry = self.held.as_ref().map(|(legs, _)| legs[0].contract.expiry)?;
        if expiry > view.today().date {
            return None;
        }
        let (legs, _) = self.held.take()?;
        let (value, proxy) = settlement_value(legs[0].contract.root, expiry, view);
        let worth: Price = legs.iter().map(|leg| leg.contract.payoff(value) * leg.quantity).sum();
        self.rest += self.units * worth.points();
        self.units = 0.0;
        Some((value, proxy))
    }

    fn roll(&mut self, settled: Option<(Price, bool)>, view: MarketView<'_>) -> Roll {
        let today = self.trading.view(view.session()).today();
        let date = today.date;
        let chosen = if self.held.is_none() { self.index.choose(today) } else { None };
        let priced = chosen.and_then(|legs| price(&legs, today, &|_| None));
        let Some(legs) = priced else {
            return Roll { date, legs: Vec::new(), credit: 0.0, units_per_100: 0.0, settled };
        };
        let unit: Vec<(Contract, i64)> = legs.iter().map(|leg| (leg.contract, leg.quantity)).collect();
        let worth: Price = legs.iter().map(|leg| leg.mid * leg.quantity).sum();
        let credit = -worth.points();
        let value = self.rest;
        self.units = value * self.index.units_per_point(&legs, today);
        self.rest += self.units * credit;
        self.held = Some((legs, self.history.view(view.session()).tape(&unit)));
        Roll { date, legs: unit, credit, units_per_100: 100.0 * self.units / value, settled }
    }

    fn value(&self, view: MarketView<'_>) -> f64 {
        let held = self.held.as_ref().map_or(0.0, |(_, tape)| tape.value(view).0.points());
        self.rest + self.units * held
    }
}
