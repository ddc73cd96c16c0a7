//! What a decision may look at: the market and the account as they are known at a session's close.

use book::event::{LayerId, PackageId};
use book::layers::LayerVec;
use book::portfolio::Portfolio;
use book::purse::Purse;
use book::reason::Reason;
use market::history::MarketView;
use market::price::{Money, Price};

use crate::policy_signals::PolicySignals;

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
    /// Calendar days from the session of the opening to expiry.
    pub life_days: i64,
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

/// What a layer holds at a close.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// Packages.
    pub packages: usize,
    /// Units of all of them.
    pub units: i64,
}

/// Everything a purchase may look at.
pub struct PurchaseContext<'a> {
    /// The market up to today's close.
    pub view: MarketView<'a>,
    /// The purses of the layers.
    pub purses: &'a LayerVec<Purse>,
    /// What a layer holds; asked only of layers that limit it.
    pub held: &'a dyn Fn(LayerId) -> Held,
    /// Cost of one unit of a layer's template today, with costs; the engine knows the fill and cost models.
    pub unit_cost: &'a dyn Fn(LayerId) -> Result<Money, Reason>,
    /// What the size rules of a layer ask for at this weight; asked only of layers that have any.
    pub wanted: &'a dyn Fn(LayerId, f64) -> Result<Wanted, Reason>,
    /// Money-weighted return of a layer so far (per year), where it has one and that is below this limit; asked only of
    /// layers with a hurdle. How far below is exact only where a journal is kept.
    pub earned_below: &'a dyn Fn(LayerId, f64) -> Option<f64>,
    /// The triggers and signals of the arm.
    pub signals: &'a PolicySignals,
    /// Session of the last purchase of each layer.
    pub bought: &'a LayerVec<Option<usize>>,
    /// What the annual cap leaves.
    pub cap_left: Option<Money>,
}

/// Everything a decision may look at.
pub struct DecisionContext<'a> {
    /// The book after today's marks.
    pub portfolio: &'a Portfolio,
    /// Marks of the open packages, in the portfolio's order.
    pub marks: &'a [PackageMark],
    /// What its purchases may look at.
    pub purchases: PurchaseContext<'a>,
}
