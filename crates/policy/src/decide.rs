//! The decision at a session's close.

use book::event::{Action, Detail, Event, LayerId, PackageId};
use book::portfolio::{Package, Portfolio};
use book::reason::Reason;
use chrono::NaiveDate;
use market::calendar::Calendar;
use market::history::MarketView;
use market::math::whole_below;
use market::price::{Money, Price};
use signals::Truth;

use crate::arm::Arm;
use crate::condor::Condor;
use crate::gates::{Gates, Stance};
use crate::hedge::{Layer, PaidFrom};
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
    /// Sales of the layer that already sold a part of it, as bits.
    pub sold: u8,
    /// Sessions since the last sale of a part; counted from far away if there was none.
    pub since_sale: u32,
}

/// What a layer's size rules or its corridor ask for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wanted {
    /// Units beyond what is held; negative to be sold.
    pub units: i64,
    /// The money the rule meant (USD).
    pub meant: Money,
    /// The rule that bound.
    pub rule: &'static str,
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
    /// What the size rules of a layer ask for at this weight; asked only of layers that have any.
    pub wanted: &'a dyn Fn(LayerId, f64) -> Result<Wanted, Reason>,
    /// Money-weighted return of a layer so far (per year), if it has one; asked only of layers with a hurdle.
    pub earned: &'a dyn Fn(LayerId) -> Option<f64>,
    /// The triggers and signals of the arm.
    pub gates: &'a Gates,
    /// Session of the last purchase of each layer.
    pub bought: &'a [Option<usize>],
    /// What the annual cap leaves.
    pub cap_left: Option<Money>,
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
    let Some(next) = desk.view.next_session() else {
        return;
    };
    for (package, mark) in desk.portfolio.packages.iter().zip(desk.marks) {
        if let Some(reason) = exit_reason(arm, package, mark) {
            out.orders.push(Order::Close {
                package: package.id,
                reason,
            });
        } else if let Some(order) = sale(arm, package, mark, desk) {
            out.orders.push(order);
        }
    }
    let closing = out.orders.len();
    for (id, condor) in arm.condor_ids().zip(&arm.condors) {
        let choice = enter_condor(condor, id, desk, calendar, next, &out.orders[..closing]);
        record(id, choice, desk.portfolio, closing, out);
    }
    let decay = arm
        .hedge
        .decay_below_days
        .map_or(1.0, |days| decay(arm, days, desk));
    let stance = desk.gates.stance(arm, regime, decay, desk.view);
    for (index, (id, layer)) in arm.hedge_ids().zip(&arm.hedge.layers).enumerate() {
        let choice = buy_hedge(layer, index, id, desk, &stance);
        if let Choice { surplus: 1.., .. } = choice {
            give_back(id, (choice.surplus, choice.reason), desk, closing, out);
        }
        record(id, choice, desk.portfolio, closing, out);
    }
    // Sales a corridor asked for stand behind the purchases of earlier layers: whatever sells comes first.
    out.orders
        .sort_by_key(|order| matches!(order, Order::Open { .. }));
}

/// The part of the weight that days to expiry leave: each condor contract counts `min(1, days left / days)`.
fn decay(arm: &Arm, days: i64, desk: &Desk<'_>) -> f64 {
    let condors = desk
        .portfolio
        .packages
        .iter()
        .zip(desk.marks)
        .filter(|(p, _)| arm.condor(p.layer).is_some());
    let (mut left, mut all) = (0.0, 0.0);
    for (package, mark) in condors {
        let contracts = package.contracts as f64;
        left += contracts * (mark.days_left as f64 / days as f64).clamp(0.0, 1.0);
        all += contracts;
    }
    if all > 0.0 { left / all } else { 1.0 }
}

/// The first sale of its layer that applies to a package.
fn sale(arm: &Arm, package: &Package, mark: &PackageMark, desk: &Desk<'_>) -> Option<Order> {
    let index = usize::from(package.layer.0).checked_sub(arm.condors.len())?;
    let rules = &arm.hedge.layers.get(index)?.sell;
    if rules.is_empty() || mark.days_left <= 0 {
        return None;
    }
    let debit = -package.entry_net.points();
    let applies = |(at, rule): &(usize, &crate::layer::Sale)| match rule.multiple {
        Some(multiple) => {
            debit > 0.0 && mark.sold & (1 << at) == 0 && mark.value.points() >= multiple * debit
        }
        None => mark.since_sale >= rule.every_sessions && desk.gates.sells(index, *at, desk.view),
    };
    let (at, rule) = rules.iter().enumerate().find(applies)?;
    let into = rule.into.as_deref().and_then(|name| arm.hedge_named(name));
    let reason = match (rule.multiple, into) {
        (Some(_), _) => Reason::ProfitMultiple,
        (None, Some(_)) => Reason::Shifted,
        (None, None) => Reason::TriggerSale,
    };
    let contracts = rule.units(package.contracts);
    Some(Order::Sell {
        package: package.id,
        contracts,
        reason,
        sale: Some(at as u8),
        into,
    })
}

/// Sells units of a layer that its corridor or its share no longer wants, the oldest package first.
fn give_back(
    id: LayerId,
    (surplus, reason): (i64, Reason),
    desk: &Desk<'_>,
    closing: usize,
    out: &mut Decision,
) {
    let mut surplus = surplus;
    for package in desk.portfolio.of_layer(id) {
        let leaves = out.orders[..closing]
            .iter()
            .any(|order| order.ends(package.id));
        let contracts = surplus.min(package.contracts);
        if contracts > 0 && !leaves {
            out.orders.push(Order::Sell {
                package: package.id,
                contracts,
                reason,
                sale: None,
                into: None,
            });
            surplus -= contracts;
        }
    }
}

/// An order, or the reason why there is none.
struct Choice {
    order: Option<Order>,
    reason: Reason,
    detail: Detail,
    /// Units of the layer to be sold.
    surplus: i64,
}

impl Choice {
    fn none(reason: Reason, detail: Detail) -> Choice {
        Choice {
            order: None,
            reason,
            detail,
            surplus: 0,
        }
    }

    fn open(order: Order, reason: Reason, detail: Detail) -> Choice {
        Choice {
            order: Some(order),
            reason,
            detail,
            surplus: 0,
        }
    }
}

fn record(
    layer: LayerId,
    choice: Choice,
    portfolio: &Portfolio,
    closing: usize,
    out: &mut Decision,
) {
    let of_layer = |id: PackageId| portfolio.package(id).is_some_and(|p| p.layer == layer);
    let closes = out.orders[..closing].iter().find_map(|order| match *order {
        Order::Close { package, reason } if of_layer(package) => {
            Some((Detail::Package(package), reason))
        }
        Order::Sell {
            package,
            contracts,
            reason,
            ..
        } if of_layer(package) => Some((Detail::Part { package, contracts }, reason)),
        _ => None,
    });
    let (action, reason, detail) = match (&choice.order, closes) {
        (Some(_), _) => (Action::Open, choice.reason, choice.detail),
        (None, _) if choice.surplus > 0 => (Action::Close, choice.reason, choice.detail),
        (None, Some((detail, reason))) => (Action::Close, reason, detail),
        (None, None) if portfolio.of_layer(layer).next().is_some() => {
            (Action::Hold, choice.reason, choice.detail)
        }
        (None, None) => (Action::None, choice.reason, choice.detail),
    };
    out.reasons.push(Event::Decided {
        layer,
        action,
        reason,
        detail,
    });
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
    if desk.gates.bars(id, desk.view) {
        return Choice::none(Reason::EntryBarred, Detail::Date(next));
    }
    // What settles in the next session's morning or is being closed has left the tier by the time of the fill; what
    // settles at its close has not.
    let leaves = |p: &Package| {
        !p.legs[0].contract.exists_at_fills(next) || closing.iter().any(|order| order.ends(p.id))
    };
    let open = desk.portfolio.of_layer(id).filter(|p| !leaves(p)).count();
    if open >= condor.max_open {
        let detail = Detail::Limit {
            found: open as f64,
            limit: condor.max_open as f64,
        };
        return Choice::none(Reason::MaxOpen, detail);
    }
    let wide = desk.gates.widens(id, desk.view);
    let order = Order::Open {
        layer: id,
        purse: Money::ZERO,
        weight: 1.0,
        wide,
    };
    let reason = if wide {
        Reason::Widened
    } else {
        Reason::EntryDue
    };
    Choice::open(order, reason, Detail::Date(next))
}

fn buy_hedge(layer: &Layer, index: usize, id: LayerId, desk: &Desk<'_>, stance: &Stance) -> Choice {
    let purse = &desk.portfolio.purses[usize::from(id.0)];
    if layer.paid_from == PaidFrom::Purse
        && purse.credited == Money::ZERO
        && purse.refilled == Money::ZERO
    {
        return Choice::none(Reason::PurseEmpty, Detail::Nothing);
    }
    if layer.corridor.is_some() {
        return keep_corridor(layer, index, id, desk, stance);
    }
    if let Some((reason, detail)) = holds_back(layer, index, id, desk, stance) {
        return Choice::none(reason, detail);
    }
    let weight = stance.weight;
    let have = spendable(layer, id, desk);
    let need = match (desk.unit_cost)(id) {
        Err(reason) => return Choice::none(reason, Detail::Nothing),
        Ok(need) => need,
    };
    if paying(layer, have, weight) < need {
        let reason = if desk.cap_left.is_some_and(|left| left < need) {
            Reason::AnnualCap
        } else {
            Reason::PurseShort
        };
        return Choice::none(reason, Detail::Weighted { weight, have, need });
    }
    let order = Order::Open {
        layer: id,
        purse: have,
        weight,
        wide: false,
    };
    if layer.size.is_empty() {
        return Choice::open(
            order,
            Reason::PurseCovers,
            Detail::Weighted { weight, have, need },
        );
    }
    match (desk.wanted)(id, weight) {
        Err(reason) => Choice::none(reason, Detail::Nothing),
        Ok(Wanted { units, meant, rule }) => {
            let detail = Detail::Sized {
                rule,
                weight,
                meant,
                units,
            };
            if units < 0 {
                Choice {
                    surplus: -units,
                    ..Choice::none(Reason::ShareExceeded, detail)
                }
            } else if units < 1 {
                Choice::none(Reason::TargetHeld, detail)
            } else if layer.paid_from == PaidFrom::Account {
                Choice::open(order, Reason::AccountPays, detail)
            } else {
                Choice::open(order, Reason::PurseCovers, detail)
            }
        }
    }
}

/// The first thing that keeps a layer from buying, apart from money and size.
fn holds_back(
    layer: &Layer,
    index: usize,
    id: LayerId,
    desk: &Desk<'_>,
    stance: &Stance,
) -> Option<(Reason, Detail)> {
    if let Some((entry, next)) = layer.entry.zip(desk.view.next_session())
        && !entry.is_entry(Calendar::nyse(), next)
    {
        return Some((Reason::NotEntrySession, Detail::Date(next)));
    }
    if stance.weight <= 0.0 {
        return Some((stance.none, Detail::Nothing));
    }
    match desk.gates.when(index, desk.view) {
        Truth::Yes => {}
        Truth::No => return Some((Reason::NotTriggered, Detail::Nothing)),
        Truth::Missing(_) => return Some((Reason::SignalMissing, Detail::Nothing)),
    }
    let passed =
        desk.bought[usize::from(id.0)].map(|session| (desk.view.session() - session) as u32);
    if let (Some(wait), Some(passed)) = (layer.cool_down_sessions, passed)
        && passed < wait
    {
        return Some((Reason::CoolDown, Detail::Sessions { passed, wait }));
    }
    if let Some(slots) = layer.slots {
        let taken = desk.portfolio.of_layer(id).count();
        if taken >= slots as usize {
            return Some((
                Reason::SlotsFull,
                Detail::Limit {
                    found: taken as f64,
                    limit: f64::from(slots),
                },
            ));
        }
    }
    if let Some(most) = layer.max_open_units {
        let open: i64 = desk.portfolio.of_layer(id).map(|p| p.contracts).sum();
        if open >= most {
            return Some((
                Reason::MaxUnits,
                Detail::Limit {
                    found: open as f64,
                    limit: most as f64,
                },
            ));
        }
    }
    if layer.hurdle.is_some()
        && let (Some(limit), Some(found)) = (desk.gates.hurdle(index, desk.view), (desk.earned)(id))
        && found < limit
    {
        return Some((Reason::HurdleMissed, Detail::Limit { found, limit }));
    }
    None
}

/// What the layer may use of its purse: with slots, the part of the free ones; under an annual cap, what it leaves. Where
/// the account pays, the cap is all there is.
fn spendable(layer: &Layer, id: LayerId, desk: &Desk<'_>) -> Money {
    if layer.paid_from == PaidFrom::Account {
        return desk.cap_left.unwrap_or(Money(i64::MAX));
    }
    let balance = desk.portfolio.purses[usize::from(id.0)].balance;
    let slot = match layer.slots {
        None => balance,
        Some(slots) => {
            let free = i64::from(slots) - desk.portfolio.of_layer(id).count() as i64;
            Money(balance.0 / free.max(1))
        }
    };
    desk.cap_left.map_or(slot, |left| slot.min(left))
}

/// What of that a purchase may cost: the weight scales the money of layers that have no other size.
pub fn paying(layer: &Layer, have: Money, weight: f64) -> Money {
    if layer.spends_by_weight() {
        allowed(have, weight)
    } else {
        have
    }
}

/// Futures of a corridor are bought if the book's delta left it on the long side and sold if on the short side.
fn keep_corridor(
    layer: &Layer,
    index: usize,
    id: LayerId,
    desk: &Desk<'_>,
    stance: &Stance,
) -> Choice {
    let weight = stance.weight;
    let (units, meant, rule) = match (desk.wanted)(id, weight) {
        Err(reason) => return Choice::none(reason, Detail::Nothing),
        Ok(Wanted { units, meant, rule }) => (units, meant, rule),
    };
    let detail = Detail::Sized {
        rule,
        weight,
        meant,
        units,
    };
    if units < 0 {
        return Choice {
            surplus: -units,
            ..Choice::none(Reason::CorridorLeft, detail)
        };
    }
    if units == 0 {
        return Choice::none(Reason::CorridorHolds, detail);
    }
    if let Some((reason, detail)) = holds_back(layer, index, id, desk, stance) {
        return Choice::none(reason, detail);
    }
    let have = spendable(layer, id, desk);
    match (desk.unit_cost)(id) {
        Err(reason) => Choice::none(reason, Detail::Nothing),
        Ok(need) if have < need => {
            Choice::none(Reason::PurseShort, Detail::Weighted { weight, have, need })
        }
        Ok(_) => {
            let order = Order::Open {
                layer: id,
                purse: have,
                weight,
                wide: false,
            };
            Choice::open(order, Reason::CorridorLeft, detail)
        }
    }
}

/// The part of a purse a regime of this weight may spend, rounded down to the cent.
#[inline]
pub fn allowed(purse: Money, weight: f64) -> Money {
    if weight == 1.0 {
        return purse;
    }
    Money(whole_below(purse.0 as f64 * weight))
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
    rules
        .iter()
        .find_map(|rule| applies(*rule, entry_net, mark))
}

fn applies(rule: ExitRule, entry_net: Price, mark: &PackageMark) -> Option<Reason> {
    let credit = entry_net.points();
    let gain = (entry_net + mark.value).points();
    match rule {
        ExitRule::DaysToExpiry { at_most } => {
            (mark.days_left <= at_most).then_some(Reason::DaysToExpiry)
        }
        ExitRule::ProfitTarget { fraction_of_credit } => {
            (credit > 0.0 && gain >= fraction_of_credit * credit).then_some(Reason::ProfitTarget)
        }
        ExitRule::StopLoss { multiple_of_credit } => {
            (credit > 0.0 && -gain >= multiple_of_credit * credit).then_some(Reason::StopLoss)
        }
        ExitRule::TestedDelta { at_least } => {
            (mark.tested_delta >= at_least).then_some(Reason::TestedDelta)
        }
        ExitRule::ProfitMultiple { at_least } => (credit < 0.0
            && mark.value.points() >= at_least * -credit)
            .then_some(Reason::ProfitMultiple),
    }
}
