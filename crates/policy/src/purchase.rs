//! Whether a hedge layer buys at the next snapshot, what with, and how many units of a corridor.

use book::event::{Detail, LayerId};
use book::purse::Purse;
use book::reason::Reason;
use market::calendar::Calendar;
use market::math::whole_at_most;
use market::price::Money;
use signals::Truth;

use crate::choice::Choice;
use crate::decision_context::{PurchaseContext, Wanted};
use crate::hedge_weight::HedgeWeight;
use crate::layer::{Layer, PaidFrom};
use crate::order::Order;

/// Whether a purse ever held money: nothing is asked of a layer whose purse did not.
#[inline]
pub fn was_filled(purse: &Purse) -> bool {
    purse.credited != Money::ZERO || purse.refilled != Money::ZERO
}

/// Whether a hedge layer buys, and why not.
pub fn buy_hedge(
    layer: &Layer,
    id: LayerId,
    context: &PurchaseContext<'_>,
    hedge_weight: &HedgeWeight,
) -> Choice {
    let purse = &context.purses[id];
    if layer.paid_from == PaidFrom::Purse && !was_filled(purse) {
        return Choice::none(Reason::PurseEmpty, Detail::Nothing);
    }
    if layer.corridor.is_some() {
        return keep_corridor(layer, id, context, hedge_weight);
    }
    if let Some((reason, detail)) = holds_back(layer, id, context, hedge_weight) {
        return Choice::none(reason, detail);
    }
    let weight = hedge_weight.weight;
    let have = spendable(layer, id, context);
    let need = match (context.unit_cost)(id) {
        Err(reason) => return Choice::none(reason, Detail::Nothing),
        Ok(need) => need,
    };
    if paying(layer, have, weight) < need {
        let reason = if context.cap_left.is_some_and(|left| left < need) {
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
    match (context.wanted)(id, weight) {
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
    id: LayerId,
    context: &PurchaseContext<'_>,
    hedge_weight: &HedgeWeight,
) -> Option<(Reason, Detail)> {
    if let Some(entry) = &layer.entry
        && let Some(next) = context.view.next_session()
        && !entry.is_entry(Calendar::nyse(), next)
    {
        return Some((Reason::NotEntrySession, Detail::Date(next)));
    }
    if hedge_weight.weight <= 0.0 {
        return Some((hedge_weight.none, Detail::Nothing));
    }
    match context.signals.when(id, context.view) {
        Truth::Yes => {}
        Truth::No => return Some((Reason::NotTriggered, Detail::Nothing)),
        Truth::Missing(_) => return Some((Reason::SignalMissing, Detail::Nothing)),
    }
    let passed = context.bought[id].map(|session| (context.view.session() - session) as u32);
    if let (Some(wait), Some(passed)) = (layer.cool_down_sessions, passed)
        && passed < wait
    {
        return Some((Reason::CoolDown, Detail::Sessions { passed, wait }));
    }
    if let Some(slots) = layer.slots {
        let taken = (context.held)(id).packages;
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
        let open = (context.held)(id).units;
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
        && let Some(limit) = context.signals.hurdle(id, context.view)
        && let Some(found) = (context.earned_below)(id, limit)
    {
        return Some((Reason::HurdleMissed, Detail::Limit { found, limit }));
    }
    None
}

/// What the layer may use of its purse: with slots, the part of the free ones; under an annual cap, what it leaves. Where
/// the account pays, the cap is all there is.
fn spendable(layer: &Layer, id: LayerId, context: &PurchaseContext<'_>) -> Money {
    if layer.paid_from == PaidFrom::Account {
        return context.cap_left.unwrap_or(Money(i64::MAX));
    }
    let balance = context.purses[id].balance;
    let slot = match layer.slots {
        None => balance,
        Some(slots) => {
            let free = i64::from(slots) - (context.held)(id).packages as i64;
            Money(balance.0 / free.max(1))
        }
    };
    context.cap_left.map_or(slot, |left| slot.min(left))
}

/// What of that a purchase may cost: the weight scales the money of layers that have no other size.
#[inline]
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
    id: LayerId,
    context: &PurchaseContext<'_>,
    hedge_weight: &HedgeWeight,
) -> Choice {
    let weight = hedge_weight.weight;
    let (units, meant, rule) = match (context.wanted)(id, weight) {
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
    if let Some((reason, detail)) = holds_back(layer, id, context, hedge_weight) {
        return Choice::none(reason, detail);
    }
    let have = spendable(layer, id, context);
    match (context.unit_cost)(id) {
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
    Money(whole_at_most(purse.0 as f64 * weight))
}
