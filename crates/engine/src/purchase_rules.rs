//! What both simulators know of purchases beyond a purse: money that comes by other ways than a credit, the most that may be
//! spent, and what a layer did before.

use book::event::{Detail, LayerId};
use book::irr::earns_less;
use book::layers::LayerVec;
use book::purse::Purse;
use book::reason::Reason;
use chrono::{Datelike, NaiveDate};
use market::history::MarketView;
use market::math::whole_at_most;
use market::price::Money;
use policy::budget::{Budget, Every};
use policy::decision_context::Wanted;
use policy::hedge::{Hedge, Layer};
use policy::purchase::paying;

use crate::quotes::UnitQuote;
use crate::rules::{Refusal, units_paid};

/// What the layers of one run bought, were charged and earned.
#[derive(Debug, Default)]
pub(crate) struct Purchases {
    /// Session of the last purchase of each layer.
    pub bought: LayerVec<Option<usize>>,
    /// Calendar year of the last charge, and what purchases were charged in it.
    spent: (i32, Money),
    /// Dated cash flows of the hedge layers that have a hurdle (day number, USD).
    flows: LayerVec<Vec<(i32, f64)>>,
}

impl Purchases {
    /// Of so many layers, none of which bought anything.
    pub fn new(layers: usize) -> Purchases {
        Purchases {
            bought: LayerVec::defaults(layers),
            spent: (0, Money::ZERO),
            flows: LayerVec::defaults(layers),
        }
    }

    /// Notes a purchase.
    pub fn note_purchase(&mut self, layer: LayerId, spent: Money, view: MarketView<'_>) {
        let before = self.spent_in_year_of(view);
        self.spent = (view.today().date.year(), before + spent);
        self.bought[layer] = Some(view.session());
    }

    /// What purchases were charged in the year of today.
    fn spent_in_year_of(&self, view: MarketView<'_>) -> Money {
        let (year, spent) = self.spent;
        if year == view.today().date.year() {
            spent
        } else {
            Money::ZERO
        }
    }

    /// What the annual cap of an account that began with `start` leaves today; `None` without one.
    #[inline]
    pub fn cap_left(&self, hedge: &Hedge, start: Money, view: MarketView<'_>) -> Option<Money> {
        let cap = hedge.annual_cap?.usd(start.usd(), view.today().vix);
        let left = Money::from_usd(cap) - self.spent_in_year_of(view);
        Some(left.max(Money::ZERO))
    }

    /// Notes cash of a layer on a day, where it has a hurdle.
    #[inline]
    pub fn note_flow(&mut self, (layer, rules): (LayerId, Option<&Layer>), day: i32, cash: Money) {
        if rules.is_some_and(|rules| rules.hurdle.is_some()) {
            self.flows[layer].push((day, cash.usd()));
        }
    }

    /// The flows of a layer that holds this much at today's marks, where their return is below a limit.
    pub fn below(
        &self,
        layer: LayerId,
        limit: f64,
        worth: Money,
        day: i32,
    ) -> Option<Vec<(i32, f64)>> {
        let mut flows = self.flows[layer].clone();
        flows.push((day, worth.usd()));
        earns_less(&flows, limit)?.then_some(flows)
    }
}

/// A charge with the cost of the money it binds to expiry, at the bill rate and the layer's spread.
pub(crate) fn with_financing(
    rules: Option<&Layer>,
    quote: &UnitQuote,
    charge: Money,
    view: MarketView<'_>,
) -> Money {
    let Some(spread) = rules.and_then(|rules| rules.financing_spread) else {
        return charge;
    };
    let days = (quote.one().legs[0].contract.expiry - view.today().date).num_days();
    charge + Money::from_usd(charge.usd() * (view.today().bill_rate + spread) * days as f64 / 365.0)
}

/// Units a layer buys with this money at this weight, `need` being what one is charged; `wanted` is asked for the size
/// rules of a layer that has any.
#[inline]
pub(crate) fn hedge_units(
    rules: &Layer,
    (have, weight): (Money, f64),
    need: Money,
    room: i64,
    wanted: impl FnOnce() -> Result<Wanted, Reason>,
) -> Result<i64, Refusal> {
    let contracts = units_paid(paying(rules, have, weight), need, room);
    if contracts < 1 {
        return Err((Reason::PurseShort, Detail::Weighted { weight, have, need }));
    }
    if rules.spends_by_weight() {
        return Ok(contracts);
    }
    let Wanted { units, meant, rule } = wanted().map_err(|r| (r, Detail::Nothing))?;
    if units < 1 {
        return Err((
            Reason::TargetHeld,
            Detail::Sized {
                rule,
                weight,
                meant,
                units,
            },
        ));
    }
    Ok(contracts.min(units))
}

/// What budgets by the calendar pay before the orders of a session, in an account that began with `start` `[USD]`: on the
/// first session of a month, of a year, or of the window, which has none `before`.
pub(crate) fn due_by_calendar(
    budgets: &[Budget],
    start: Money,
    before: Option<NaiveDate>,
    today: NaiveDate,
) -> f64 {
    let is_new_year = before.is_none_or(|d| d.year() != today.year());
    let is_new_month = before.is_none_or(|d| d.month() != today.month());
    let due = |budget: &Budget| match *budget {
        Budget::EquityPerYear {
            fraction,
            every: Every::Month,
        } if is_new_month => fraction * start.usd() / 12.0,
        Budget::EquityPerYear {
            fraction,
            every: Every::Year,
        } if is_new_year => fraction * start.usd(),
        _ => 0.0,
    };
    budgets.iter().map(due).sum()
}

/// What budgets on other bases than the credit give when a condor of this margin is filled for this credit `[USD]`.
pub(crate) fn due_by_condor(budgets: &[Budget], margin: Money, credit: Money) -> f64 {
    let due = |budget: &Budget| match *budget {
        Budget::Margin { fraction } => fraction * margin.usd(),
        Budget::MaxLoss { fraction } => fraction * (margin - credit).usd(),
        Budget::EquityPerYear { .. } => 0.0,
    };
    budgets.iter().map(due).sum()
}

/// What a purse with this share of an amount `[USD]` is credited on a day, rounded down to the cent, and what lapses.
pub(crate) fn purse_share(
    usd: f64,
    share: f64,
    hedge: &Hedge,
    purse: &Purse,
    day: i32,
) -> (Money, Money) {
    let amount = Money(whole_at_most(usd * share * 100.0)).max(Money::ZERO);
    (amount, purse.lapse(day, hedge.purse_cap_weeks * 7))
}
