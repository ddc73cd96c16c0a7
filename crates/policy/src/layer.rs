//! One layer of a hedge: what it buys, when, how much, and how it is sold.

mod check;

use market::math::whole_at_least;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::condor::Cadence;
use crate::rule::{ExitRule, ExpiryRule, Underlying, first_set};
use crate::select::{LegRule, Side, Template};
use crate::size::SizeRule;

/// One layer of a hedge.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Layer {
    /// Name of the layer, the prefix of its `<layer>_pnl_usd` column.
    pub name: String,
    /// Share of the budget; the shares of a policy sum to at most 1.
    pub share: f64,
    /// Listed class.
    pub underlying: Underlying,
    /// Which expiry.
    pub expiry: ExpiryRule,
    /// Option legs of one unit; none for a future, nor for a fund, which is bought by the share.
    #[serde(default)]
    pub legs: Vec<LegRule>,
    /// `long` or `short`: needed for a future, long where a fund names none; option legs carry their own side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub future_side: Option<Side>,
    /// At most this many units are open at once; without it only the purse and the margin limit the layer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_open_units: Option<i64>,
    /// Who pays: the layer's purse if absent.
    #[serde(default, skip_serializing_if = "PaidFrom::is_purse")]
    pub paid_from: PaidFrom,
    /// On which sessions purchases are filled; each if absent. It is decided the session before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<Cadence>,
    /// The trigger that must hold at the decision; without it the layer buys whenever its purse pays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// Sessions from one purchase of the layer to the next, at least; none if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cool_down_sessions: Option<u32>,
    /// The layer holds so many packages at most, each paid with its part of the purse: staggered entries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slots: Option<u32>,
    /// Liquidity guard: the full quoted width of a unit over its mid, at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_width_fraction_of_mid: Option<f64>,
    /// What the purse is charged for the time its money is bound: bill rate plus this spread (per year) to expiry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub financing_spread: Option<f64>,
    /// Return the layer must have earned so far to go on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hurdle: Option<Hurdle>,
    /// Rules of size beside the purse; the smallest answer counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub size: Vec<SizeRule>,
    /// A corridor for the delta of the whole book, kept by buying and selling this layer's futures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corridor: Option<Corridor>,
    /// When to sell the whole package; with no rule, units are held to settlement.
    #[serde(default)]
    pub exit: Vec<ExitRule>,
    /// When to sell a part of it, and what becomes of the money.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sell: Vec<Sale>,
}

/// Who pays for what a layer buys, and for what it sells at a loss.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PaidFrom {
    /// Its purse, which condors and `budget` fill.
    #[default]
    Purse,
    /// The account: only the rules of `size`, the margin and the annual cap limit the layer, which has no purse.
    Account,
}

impl PaidFrom {
    fn is_purse(&self) -> bool {
        *self == PaidFrom::Purse
    }
}

/// Sells a part of each package of the layer. The first sale that applies on a session is the only one; limit orders rest
/// beside each other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sale {
    /// The trigger at which to sell; with `multiple` both are asked for. One of the two must be there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// The multiple of its opening debit a package must be worth at mid. Each package is sold by it once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub multiple: Option<f64>,
    /// Part of the units then held that is sold, rounded up to whole units.
    pub fraction: f64,
    /// Sessions from one sale of a package by trigger to the next, at least.
    #[serde(default = "one")]
    pub every_sessions: u32,
    /// The layer whose purse receives the proceeds; without it they follow `redeploy_salvage`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub into: Option<String>,
    /// How a sale at a multiple is made: at the close after it is reached, or by an order that rests all day.
    #[serde(default, skip_serializing_if = "SaleOrder::is_close")]
    pub order: SaleOrder,
}

/// How a sale at a multiple is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SaleOrder {
    /// Decided at a close, filled at the next.
    #[default]
    Close,
    /// A limit order at the multiple rests every session and fills at its limit where the session's published extreme
    /// reaches it (docs/model.md#resting-orders); else as `close`.
    Limit,
}

impl SaleOrder {
    fn is_close(&self) -> bool {
        *self == SaleOrder::Close
    }
}

fn one() -> u32 {
    1
}

/// A band for the delta of the book in dollars per index point, VIX futures by their beta to the index (docs/claims.md, row I5).
/// Outside it futures are bought or sold back to its edge. Only long futures are held: short ones would be naked short
/// volatility.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Corridor {
    /// Half-width, as a fraction of the open condors' short-strike delta: `100 x contracts x short_delta`.
    pub band: f64,
    /// The trigger that narrows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tighten_when: Option<String>,
    /// What the band is then multiplied by.
    #[serde(default = "full")]
    pub tighten_to: f64,
}

fn full() -> f64 {
    1.0
}

/// The money-weighted return of the layer so far must reach a signal, once it has one (docs/model.md#valuation-and-cost-of-capital, docs/claims.md, row Z11). It has
/// none before the first gain or while every flow has one sign; then nothing is held back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Hurdle {
    /// The signal with the wanted return (per year, 0.08 is 8 %).
    pub signal: String,
}

impl Layer {
    /// What to look for.
    pub fn template(&self) -> Template {
        Template {
            underlying: self.underlying,
            expiry: self.expiry,
            legs: self.legs.clone(),
            future_side: self.future_side.unwrap_or(Side::Long),
            max_width_fraction_of_mid: self.max_width_fraction_of_mid,
        }
    }

    /// The first key that makes the layer depend on the rest of the account, or on how far a session went; none if it
    /// asks its purse, its packages and the condors alone.
    ///
    /// Every key is named, so that a new one does not compile before somebody says which kind it is.
    pub fn asks_account(&self) -> Option<&'static str> {
        let Layer {
            name: _,
            share: _,
            underlying: _,
            expiry: _,
            legs: _,
            future_side: _,
            max_open_units: _,
            paid_from,
            entry: _,
            when: _,
            cool_down_sessions: _,
            slots: _,
            max_width_fraction_of_mid: _,
            financing_spread: _,
            hurdle: _,
            size,
            corridor: _,
            exit: _,
            sell,
        } = self;
        let mut orders = sell.iter().map(|sale| sale.order);
        let keys = [
            (*paid_from != PaidFrom::Purse, "layers.paid_from"),
            (size.iter().any(|rule| rule.asks_account()), "layers.size"),
            (
                orders.any(|order| order == SaleOrder::Limit),
                "layers.sell.order",
            ),
        ];
        first_set(&keys)
    }

    /// Whether nothing but its purse, its trigger and its most units decide what the layer buys. Every key is named, so that
    /// a new one cannot be overlooked.
    pub fn asks_purse_alone(&self) -> bool {
        let Layer {
            name: _,
            share: _,
            underlying: _,
            expiry: _,
            legs: _,
            future_side: _,
            max_open_units: _,
            paid_from,
            entry,
            when: _,
            cool_down_sessions,
            slots,
            max_width_fraction_of_mid: _,
            financing_spread,
            hurdle,
            size,
            corridor,
            exit: _,
            sell: _,
        } = self;
        paid_from.is_purse()
            && entry.is_none()
            && cool_down_sessions.is_none()
            && slots.is_none()
            && financing_spread.is_none()
            && hurdle.is_none()
            && size.is_empty()
            && corridor.is_none()
    }

    /// Whether the weight of the hedge scales the money a purchase may cost, and not what a size rule asks for.
    pub fn spends_by_weight(&self) -> bool {
        self.size.is_empty() && self.corridor.is_none()
    }

    /// Every trigger the layer names, with the key that names it.
    pub fn triggers(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let corridor = self
            .corridor
            .iter()
            .filter_map(|c| c.tighten_when.as_deref());
        let sales = self.sell.iter().filter_map(|s| s.when.as_deref());
        let when = self.when.as_deref().into_iter().map(|name| ("when", name));
        when.chain(corridor.map(|name| ("corridor.tighten_when", name)))
            .chain(sales.map(|name| ("sell.when", name)))
    }

    /// Whether units of the layer are worth their price: a fund held long, sized by its worth alone.
    fn is_held_as_worth(&self) -> bool {
        self.underlying.is_fund() && self.future_side != Some(Side::Short) && self.size.len() == 1
    }

    /// Whether cash pays every option the layer sells at its worst.
    pub fn is_cash_secured(&self) -> bool {
        self.size
            .iter()
            .any(|rule| matches!(rule, SizeRule::CashSecured { .. }))
    }
}

impl Sale {
    /// Units to sell of so many.
    pub fn units(&self, held: i64) -> i64 {
        whole_at_least(held as f64 * self.fraction).clamp(1, held)
    }
}
