//! The book at today's mids.

use std::sync::Arc;

use book::event::{LegFill, PackageId};
use book::portfolio::{Package, Portfolio};
use chrono::Datelike;
use market::history::{MarketView, Snapshot};
use market::price::Money;
use market::tape::Tape;
use policy::decide::PackageMark;

/// What marking needs to know of an open package beside the book.
#[derive(Clone, Debug)]
pub struct Holding {
    /// Which package.
    pub id: PackageId,
    /// Its worth, session by session. A leg without a price keeps its last mid, and the mark says so.
    pub tape: Arc<Tape>,
    /// Expiry as a number of days, see [`MarketView::day_number`].
    pub expiry_day: i32,
}

impl Holding {
    /// The holding of a package that was just opened.
    pub fn new(package: &Package, tape: Arc<Tape>) -> Holding {
        Holding { id: package.id, tape, expiry_day: package.expiry().num_days_from_ce() }
    }
}

/// Market value of each layer, into `values`, and the number of packages with a carried mid. Futures count zero after
/// variation. Holdings are in the portfolio's order.
pub fn layer_values(portfolio: &Portfolio, holdings: &[Holding], view: MarketView<'_>, values: &mut [Money]) -> u32 {
    let mut carried = 0;
    for (package, holding) in portfolio.packages.iter().zip(holdings) {
        let (value, is_carried) = holding.tape.value(view);
        carried += u32::from(is_carried);
        if !package.margined {
            values[usize::from(package.layer.0)] += (value * package.contracts).dollars(package.multiplier);
        }
    }
    carried
}

/// The marks as a policy sees them; `deltas` asks for the deltas of short legs too, which cost more than the marks.
pub fn package_marks<'a>(
    portfolio: &'a Portfolio,
    holdings: &'a [Holding],
    view: MarketView<'a>,
    deltas: impl Fn(&Package) -> bool + 'a,
) -> impl Iterator<Item = PackageMark> + 'a {
    let next_day = view.next_session().map_or(i32::MAX, |next| next.num_days_from_ce());
    portfolio.packages.iter().zip(holdings).map(move |(package, holding)| PackageMark {
        id: package.id,
        value: holding.tape.value(view).0,
        tested_delta: if deltas(package) { tested_delta(package, view.today()) } else { 0.0 },
        days_left: i64::from(holding.expiry_day) - i64::from(next_day),
    })
}

fn tested_delta(package: &Package, snapshot: &Snapshot) -> f64 {
    let shorts = package.legs.iter().filter(|leg| leg.quantity < 0);
    let delta = |leg: &LegFill| {
        let (right, strike) = leg.contract.option?;
        Some(snapshot.slice(leg.contract.root, leg.contract.expiry)?.delta(right, strike.points()).abs())
    };
    shorts.filter_map(delta).fold(0.0, f64::max)
}
