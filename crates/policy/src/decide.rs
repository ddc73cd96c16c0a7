//! The decision at a session's close.

use book::event::{Action, Detail, Event, LayerId, PackageId};
use book::portfolio::{Package, Portfolio};
use book::reason::Reason;
use chrono::NaiveDate;
use market::calendar::Calendar;
use market::listing;
use market::price::{Money, Price};
use signals::Truth;

use crate::arm::Arm;
use crate::choice::Choice;
use crate::condor::Condor;
use crate::decision_context::{DecisionContext, PackageMark, PurchaseContext};
use crate::exit::leave;
use crate::hedge::Layer;
use crate::layer::{Sale, SaleOrder};
use crate::order::Order;
use crate::purchase::buy_hedge;
use crate::tier::Regime;

/// Orders for the next snapshot and the reason for every layer, also where nothing is ordered.
#[derive(Clone, Debug, Default)]
pub struct Decision {
    /// Closings first, then condors, then hedge layers, in file order.
    pub orders: Vec<Order>,
    /// One [`Event::Decided`] per layer.
    pub reasons: Vec<Event>,
}

/// Decides for tomorrow. Pure: the same inputs give the same orders.
pub fn decide(arm: &Arm, context: &DecisionContext<'_>, regime: &Regime, out: &mut Decision) {
    out.orders.clear();
    out.reasons.clear();
    let calendar = Calendar::nyse();
    let Some(next) = context.purchases.view.next_session() else {
        return;
    };
    for (package, mark) in context.portfolio.packages.iter().zip(context.marks) {
        if let Some(reason) = leave(arm.exits(package.layer), package.entry_net, mark) {
            out.orders.push(Order::Close {
                package: package.id,
                reason,
            });
        } else if let Some(layer) = arm.layer(package.layer).filter(|l| !l.sell.is_empty()) {
            match sale(arm, layer, package, mark, context) {
                Some(order) => out.orders.push(order),
                None => rest(arm, layer, package, mark, &mut out.orders),
            }
        }
    }
    let closing = out.orders.len();
    for (id, condor) in arm.condor_tiers() {
        let choice = enter_condor(condor, id, context, calendar, next, &out.orders[..closing]);
        record(id, choice, context.portfolio, closing, out);
    }
    let decay = arm
        .hedge
        .decay_below_days
        .map_or(1.0, |days| decay(arm, days, context));
    let hedge_weight = context
        .purchases
        .signals
        .weight(arm, regime, decay, context.purchases.view);
    for (id, layer) in arm.hedge_layers() {
        let choice = buy_hedge(layer, id, &context.purchases, &hedge_weight);
        if let Choice { surplus: 1.., .. } = choice {
            give_back(id, (choice.surplus, choice.reason), context, closing, out);
        }
        record(id, choice, context.portfolio, closing, out);
    }
    // Sales a corridor asked for stand behind the purchases of earlier layers: whatever sells comes first.
    out.orders
        .sort_by_key(|order| matches!(order, Order::Open { .. }));
}

/// The part of the weight that days to expiry leave.
fn decay(arm: &Arm, days: i64, context: &DecisionContext<'_>) -> f64 {
    let packages = context.portfolio.packages.iter().zip(context.marks);
    let condors = packages.filter(|(p, _)| arm.condor(p.layer).is_some());
    days_left_of(
        days,
        condors.map(|(package, mark)| (package.contracts, mark.days_left)),
    )
}

/// The part of the weight that days to expiry leave: each condor contract counts `min(1, days left / days)`. Condors are
/// contracts and days left, in the order of opening.
pub fn days_left_of(days: i64, condors: impl Iterator<Item = (i64, i64)>) -> f64 {
    let mut left = 0.0;
    let mut all = 0.0;
    for (contracts, days_left) in condors {
        let contracts = contracts as f64;
        left += contracts * (days_left as f64 / days as f64).clamp(0.0, 1.0);
        all += contracts;
    }
    if all > 0.0 { left / all } else { 1.0 }
}

/// The first sale of its layer that applies to a package.
fn sale(
    arm: &Arm,
    layer: &Layer,
    package: &Package,
    mark: &PackageMark,
    context: &DecisionContext<'_>,
) -> Option<Order> {
    let is_triggered = |at| {
        let PurchaseContext { signals, view, .. } = context.purchases;
        signals.sells(package.layer, at, view)
    };
    let (at, rule) = due_sale(&layer.sell, package.entry_net, mark, &is_triggered)?;
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

/// The first of the sales by market order that applies to a package of this opening net cash per unit, with its place
/// among all sales; `is_triggered` says whether the trigger of a sale, which has one, asks for it.
pub fn due_sale<'a>(
    rules: &'a [Sale],
    entry_net: Price,
    mark: &PackageMark,
    is_triggered: &dyn Fn(usize) -> bool,
) -> Option<(usize, &'a Sale)> {
    if rules.is_empty() || mark.days_left <= 0 {
        return None;
    }
    rules.iter().enumerate().find(|(at, rule)| {
        let is_due = match rule.multiple {
            Some(_) if rule.order == SaleOrder::Limit => false,
            Some(multiple) => mark.sold & (1 << at) == 0 && is_worth(entry_net, mark, multiple),
            None => mark.since_sale >= rule.every_sessions,
        };
        is_due && (rule.when.is_none() || is_triggered(*at))
    })
}

/// Whether a package bought for a debit is worth this multiple of it.
fn is_worth(entry_net: Price, mark: &PackageMark, multiple: f64) -> bool {
    let debit = -entry_net;
    debit > Price::ZERO && mark.value.is_at_least(multiple, debit)
}

/// The limit orders of a package for the next session, one for each sale by limit that has not been made. They are good
/// together: each counts on what the ones before it leave.
fn rest(arm: &Arm, layer: &Layer, package: &Package, mark: &PackageMark, orders: &mut Vec<Order>) {
    let debit = -package.entry_net.points();
    if debit <= 0.0 || mark.days_left <= 0 {
        return;
    }
    let mut held = package.contracts;
    for (at, rule) in layer.sell.iter().enumerate() {
        let Some(multiple) = rule.multiple.filter(|_| rule.order == SaleOrder::Limit) else {
            continue;
        };
        if mark.sold & (1 << at) != 0 || held < 1 {
            continue;
        }
        let contracts = rule.units(held);
        held -= contracts;
        let limit = Price::from_points(multiple * debit);
        let tick = match package.legs.as_ref() {
            [leg] => listing::tick(leg.contract.root, limit),
            _ => listing::PACKAGE_TICK,
        };
        orders.push(Order::Rest {
            package: package.id,
            contracts,
            limit: limit.ceil_to(tick),
            sale: at as u8,
            into: rule.into.as_deref().and_then(|name| arm.hedge_named(name)),
            or_close: is_worth(package.entry_net, mark, multiple),
        });
    }
}

/// Sells units of a layer that its corridor or its share no longer wants, the oldest package first.
fn give_back(
    id: LayerId,
    (surplus, reason): (i64, Reason),
    context: &DecisionContext<'_>,
    closing: usize,
    out: &mut Decision,
) {
    let staying: Vec<(PackageId, i64)> = context
        .portfolio
        .of_layer(id)
        .filter(|package| {
            let mut closes = out.orders[..closing].iter();
            !closes.any(|order| order.ends(package.id))
        })
        .map(|package| (package.id, package.contracts))
        .collect();
    let orders = parts_of(surplus, staying).map(|(package, contracts)| Order::Sell {
        package,
        contracts,
        reason,
        sale: None,
        into: None,
    });
    out.orders.extend(orders);
}

/// How much of each package to sell so that so many units leave: packages and their units, the oldest first.
pub fn parts_of<P>(
    surplus: i64,
    packages: impl IntoIterator<Item = (P, i64)>,
) -> impl Iterator<Item = (P, i64)> {
    let mut left = surplus;
    packages.into_iter().map_while(move |(package, held)| {
        let sold = left.min(held);
        left -= sold;
        (sold > 0).then_some((package, sold))
    })
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
        Order::Rest {
            package,
            contracts,
            or_close: true,
            ..
        } if of_layer(package) => {
            Some((Detail::Part { package, contracts }, Reason::ProfitMultiple))
        }
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
    context: &DecisionContext<'_>,
    calendar: &Calendar,
    next: NaiveDate,
    closing: &[Order],
) -> Choice {
    if condor.log.is_some() {
        return Choice::none(Reason::Logged, Detail::Nothing);
    }
    if !condor.entry.is_entry(calendar, next) {
        return Choice::none(Reason::NotEntrySession, Detail::Date(next));
    }
    match context.purchases.signals.enters(id, context.purchases.view) {
        Truth::Yes => {}
        Truth::No => return Choice::none(Reason::NotTriggered, Detail::Date(next)),
        Truth::Missing(_) => return Choice::none(Reason::SignalMissing, Detail::Date(next)),
    }
    if context.purchases.signals.bars(id, context.purchases.view) {
        return Choice::none(Reason::EntryBarred, Detail::Date(next));
    }
    // What settles in the next session's morning or is being closed has left the tier by the time of the fill; what
    // settles at its close has not.
    let leaves = |p: &Package| {
        !p.legs[0].contract.exists_at_fills(next) || closing.iter().any(|order| order.ends(p.id))
    };
    let open = context
        .portfolio
        .of_layer(id)
        .filter(|p| !leaves(p))
        .count();
    if open >= condor.max_open {
        let detail = Detail::Limit {
            found: open as f64,
            limit: condor.max_open as f64,
        };
        return Choice::none(Reason::MaxOpen, detail);
    }
    let wide = context.purchases.signals.widens(id, context.purchases.view);
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
