//! The decision at a session's close.

use book::event::{Action, Detail, Event, LayerId, PackageId};
use book::portfolio::{Package, Portfolio};
use book::reason::Reason;
use chrono::NaiveDate;
use market::calendar::Calendar;
use market::history::MarketView;
use market::price::{Money, Price};

use crate::arm::Arm;
use crate::condor::Condor;
use crate::hedge::Layer;
use crate::order::Order;
use crate::rule::ExitRule;
use crate::tier::Regime;

/// What an open package is worth at today's marks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PackageMark {
    /// Which package.
    pub id: PackageId,
    /// Cash one unit would bring if it were closed at mid (points).
    pub value: Price,
    /// Greatest absolute delta of its short legs; zero if it has none.
    pub tested_delta: f64,
    /// Calendar days from the next session, where an order would trade, to expiry.
    pub days_left: i64,
}

/// Everything a decision may look at.
pub struct Desk<'a> {
    /// The market up to today's close.
    pub view: MarketView<'a>,
    /// The book after today's marks.
    pub portfolio: &'a Portfolio,
    /// Marks of the open packages, in the portfolio's order.
    pub marks: &'a [PackageMark],
    /// Cost of one unit of a layer's template today, with costs; the engine knows the fill and cost models.
    pub unit_cost: &'a dyn Fn(LayerId) -> Result<Money, Reason>,
}

/// Orders for the next snapshot and the reason for every layer, also where nothing is ordered.
#[derive(Clone, Debug, Default)]
pub struct Decision {
    /// Closings first, then condors, then hedge layers, in file order.
    pub orders: Vec<Order>,
    /// One [`Event::Decided`] per layer.
    pub reasons: Vec<Event>,
}

/// Decides for tomorrow. Pure: the same inputs give the same orders.
pub fn decide(arm: &Arm, desk: &Desk<'_>, regime: &Regime, out: &mut Decision) {
    out.orders.clear();
    out.reasons.clear();
    let calendar = Calendar::nyse();
    let Some(next) = desk.view.next_session() else { return };
    for (package, mark) in desk.portfolio.packages.iter().zip(desk.marks) {
        if let Some(reason) = exit_reason(arm, package, mark) {
            out.orders.push(Order::Close { package: package.id, reason });
        }
    }
    let closing = out.orders.len();
    for (id, condor) in arm.condor_ids().zip(&arm.condors) {
        let choice = enter_condor(condor, id, desk, calendar, next, &out.orders[..closing]);
        record(id, choice, desk.portfolio, closing, out);
    }
    for (id, layer) in arm.hedge_ids().zip(&arm.hedge.layers) {
        let choice = buy_hedge(layer, id, desk, regime);
        record(id, choice, desk.portfolio, closing, out);
    }
}

/// An order, or the reason why there is none.
struct Choice {
    order: Option<Order>,
    reason: Reason,
    detail: Detail,
}

impl Choice {
    fn none(reason: Reason, detail: Detail) -> Choice {
        Choice { order: None, reason, detail }
    }
}

fn record(layer: LayerId, choice: Choice, portfolio: &Portfolio, closing: usize, out: &mut Decision) {
    let closes = out.orders[..closing].iter().find_map(|order| match order {
        Order::Close { package, reason } if portfolio.package(*package).is_some_and(|p| p.layer == layer) => {
            Some((*package, *reason))
        }
        _ => None,
    });
    let (action, reason, detail) = match (&choice.order, closes) {
        (Some(_), _) => (Action::Open, choice.reason, choice.detail),
        (None, Some((package, reason))) => (Action::Close, reason, Detail::Package(package)),
        (None, None) if portfolio.of_layer(layer).next().is_some() => (Action::Hold, choice.reason, choice.detail),
        (None, None) => (Action::None, choice.reason, choice.detail),
    };
    out.reasons.push(Event::Decided { layer, action, reason, detail });
    out.orders.extend(choice.order);
}

fn enter_condor(
    condor: &Condor,
    id: LayerId,
    desk: &Desk<'_>,
    calendar: &Calendar,
    next: NaiveDate,
    closing: &[Order],
) -> Choice {
    if !condor.entry.is_entry(calendar, next) {
        return Choice::none(Reason::NotEntrySession, Detail::Date(next));
    }
    // What settles in the next session's morning or is being closed has left the tier by the time of the fill; what
    // settles at its close has not.
    let leaves = |p: &Package| {
        p.expiry() < next || closing.iter().any(|o| matches!(o, Order::Close { package, .. } if *package == p.id))
    };
    let open = desk.portfolio.of_layer(id).filter(|p| !leaves(p)).count();
    if open >= condor.max_open {
        let detail = Detail::Limit { found: open as f64, limit: condor.max_open as f64 };
        return Choice::none(Reason::MaxOpen, detail);
    }
    let order = Order::Open { layer: id, purse: Money::ZERO, weight: 1.0 };
    Choice { order: Some(order), reason: Reason::EntryDue, detail: Detail::Date(next) }
}

fn buy_hedge(layer: &Layer, id: LayerId, desk: &Desk<'_>, regime: &Regime) -> Choice {
    let purse = &desk.portfolio.purses[usize::from(id.0)];
    let have = purse.balance;
    if purse.credited == Money::ZERO {
        return Choice::none(Reason::PurseEmpty, Detail::Nothing);
    }
    if regime.weight <= 0.0 {
        let reason = if regime.signal.is_none() { Reason::SignalMissing } else { Reason::WeightZero };
        return Choice::none(reason, Detail::Nothing);
    }
    if let Some(most) = layer.max_open_units {
        let open: i64 = desk.portfolio.of_layer(id).map(|p| p.contracts).sum();
        if open >= most {
            return Choice::none(Reason::MaxUnits, Detail::Limit { found: open as f64, limit: most as f64 });
        }
    }
    match (desk.unit_cost)(id) {
        Err(reason) => Choice::none(reason, Detail::Nothing),
        Ok(need) if allowed(have, regime.weight) < need => {
            Choice::none(Reason::PurseShort, Detail::Weighted { weight: regime.weight, have, need })
        }
        Ok(need) => Choice {
            order: Some(Order::Open { layer: id, purse: have, weight: regime.weight }),
            reason: Reason::PurseCovers,
            detail: Detail::Weighted { weight: regime.weight, have, need },
        },
    }
}

/// The part of a purse a regime of this weight may spend, rounded down to the cent.
#[inline]
pub fn allowed(purse: Money, weight: f64) -> Money {
    if weight == 1.0 {
        return purse;
    }
    Money((purse.0 as f64 * weight).floor() as i64)
}

fn exit_reason(arm: &Arm, package: &Package, mark: &PackageMark) -> Option<Reason> {
    leave(arm.exits(package.layer), package.entry_net, mark)
}

/// The first rule that says a package of this opening net cash per unit is to be left, at today's mark.
pub fn leave(rules: &[ExitRule], entry_net: Price, mark: &PackageMark) -> Option<Reason> {
    // A package that expires at the next session settles there; no order can be earlier.
    if mark.days_left <= 0 {
        return None;
    }
    rules.iter().find_map(|rule| applies(*rule, entry_net, mark))
}

fn applies(rule: ExitRule, entry_net: Price, mark: &PackageMark) -> Option<Reason> {
    let credit = entry_net.points();
    let gain = (entry_net + mark.value).points();
    match rule {
        ExitRule::DaysToExpiry { at_most } => (mark.days_left <= at_most).then_some(Reason::DaysToExpiry),
        ExitRule::ProfitTarget { fraction_of_credit } => {
            (credit > 0.0 && gain >= fraction_of_credit * credit).then_some(Reason::ProfitTarget)
        }
        ExitRule::StopLoss { multiple_of_credit } => {
            (credit > 0.0 && -gain >= multiple_of_credit * credit).then_some(Reason::StopLoss)
        }
        ExitRule::TestedDelta { at_least } => (mark.tested_delta >= at_least).then_some(Reason::TestedDelta),
        ExitRule::ProfitMultiple { at_least } => {
            (credit < 0.0 && mark.value.points() >= at_least * -credit).then_some(Reason::ProfitMultiple)
        }
    }
}
