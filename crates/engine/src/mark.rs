//! The book at today's mids.

use std::sync::Arc;

use book::event::{LegFill, PackageId};
use book::layers::LayerVec;
use book::portfolio::{Package, Portfolio};
use chrono::Datelike;
use market::chain::Source;
use market::history::{MarketView, Snapshot};
use market::mark_path::MarkPath;
use market::price::Money;
use policy::decision_context::PackageMark;

use crate::fill::delta;
use crate::logged::Tie;

/// What marking needs to know of an open package beside the book.
#[derive(Clone, Debug)]
pub struct Holding {
    /// Which package.
    pub id: PackageId,
    /// Its worth, session by session. A leg without a price keeps its last mid, and the mark says so.
    pub mark_path: Arc<MarkPath>,
    /// Expiry as a number of days, see [`MarketView::day_number`].
    pub expiry_day: i32,
    /// Calendar days from its opening to its expiry.
    pub life_days: i64,
    /// Sales of the layer that already sold a part of it, as bits.
    pub sold: u8,
    /// Session of the last of them.
    pub last_sale: Option<usize>,
    /// Worst source of its last marks, at first of its fill.
    pub source: Source,
    /// What ties the model's marks to the prices of a trade log.
    pub tie: Option<Tie>,
}

impl Holding {
    /// The holding of a package that was just opened.
    pub fn new(package: &Package, mark_path: Arc<MarkPath>) -> Holding {
        let expiry_day = package.expiry().num_days_from_ce();
        let source = package
            .legs
            .iter()
            .map(|leg| leg.source)
            .max()
            .unwrap_or(Source::Model);
        Holding {
            id: package.id,
            mark_path,
            expiry_day,
            life_days: (package.expiry() - package.opened).num_days(),
            sold: 0,
            last_sale: None,
            source,
            tie: None,
        }
    }
}

/// Marks of the open packages, into `marks`, and how many of them hold a carried mid. Holdings are in the portfolio's
/// order. Deltas are left at zero: they cost more than all the rest and few policies ask.
pub fn mark(holdings: &[Holding], view: MarketView<'_>, marks: &mut Vec<PackageMark>) -> u32 {
    let next_day = view.next_day_number();
    let mut carried = 0;
    marks.clear();
    marks.extend(holdings.iter().map(|holding| {
        let (value, is_carried) = holding.mark_path.value(view);
        let value = match &holding.tie {
            Some(tie) => tie.mark(value, view.day_number()),
            None => value,
        };
        carried += u32::from(is_carried);
        let days_left = i64::from(holding.expiry_day) - i64::from(next_day);
        let since_sale = holding
            .last_sale
            .map_or(u32::MAX, |session| (view.session() - session) as u32);
        PackageMark {
            id: holding.id,
            value,
            tested_delta: 0.0,
            days_left,
            life_days: holding.life_days,
            sold: holding.sold,
            since_sale,
        }
    }));
    carried
}

/// Where the marks of a package come from today: the worst of its legs.
pub fn worst_source(legs: &[LegFill], snapshot: &Snapshot) -> Source {
    legs.iter()
        .map(|leg| snapshot.source(&leg.contract).unwrap_or(Source::Carried))
        .max()
        .unwrap_or(Source::Carried)
}

/// Market value of each layer's packages at their marks; futures count zero after variation.
pub fn layer_values(portfolio: &Portfolio, marks: &[PackageMark]) -> Vec<Money> {
    let mut values = LayerVec::defaults(portfolio.ledgers.as_slice().len());
    for (package, mark) in portfolio
        .packages
        .iter()
        .zip(marks)
        .filter(|(package, _)| !package.margined)
    {
        values[package.layer] += (mark.value * package.contracts).dollars(package.multiplier);
    }
    values.into_vec()
}

/// Greatest absolute delta of a package's short legs.
pub fn tested_delta(legs: &[LegFill], snapshot: &Snapshot) -> f64 {
    let shorts = legs
        .iter()
        .filter(|leg| leg.quantity < 0 && leg.contract.option.is_some());
    shorts
        .map(|leg| delta(&leg.contract, snapshot).abs())
        .fold(0.0, f64::max)
}
