//! Resting limit orders: whether a session's published extreme reached a limit, and what the sale then brings
//! (docs/model.md#resting-orders).
//!
//! Of daily data no more is known of a day than how far it went. The order was placed at the close before, so the day's
//! extreme may decide whether it filled. Every choice is against the order: the lower of two volatilities, the width of
//! the extreme, and never a better price than the limit.

use book::event::{LegFill, PackageFill};
use chrono::NaiveDate;
use market::chain::{Quotes, Source};
use market::contract::Root;
use market::history::{MarketView, Snapshot};
use market::price::Price;

use crate::execution::Execution;
use crate::fill::{Direction, fee_of_unit, trade};

/// Legs of one unit as a limit order sold them on this session, each at its share of the limit; `None` where the session
/// did not reach it, or does not publish how far it went.
///
/// `legs` are those of the package as held, `limit` is the cash one unit must bring `[index points]`.
pub fn sold_at_limit(
    legs: &[LegFill],
    limit: Price,
    view: MarketView<'_>,
    execution: &Execution,
) -> Option<Vec<LegFill>> {
    let today = view.today();
    let before = view.back(1)?;
    // Where only quotes trade, there is none at the extreme.
    if today.quotes == Quotes::Chain {
        return None;
    }
    let at_extreme = lower(priced(legs, before, view), priced(legs, today, view))?;
    if worth(&at_extreme) < limit {
        return None;
    }
    // Quotes are as wide as at the day's highest VIX.
    let wide = Snapshot {
        vix: today
            .extremes
            .vix_high
            .map_or(today.vix, |high| high.max(today.vix)),
        ..today.clone()
    };
    let sold = trade(at_extreme, 1, Direction::Close, &wide, execution);
    (sold.net >= limit).then(|| at_limit(sold.legs.to_vec(), sold.net - limit))
}

/// The fill of so many units of legs that [`sold_at_limit`] returned. A resting order pays no spread: its mid is its price.
pub(crate) fn fill_of(
    legs: Vec<LegFill>,
    contracts: i64,
    snapshot: &Snapshot,
    execution: &Execution,
) -> PackageFill {
    let net = worth(&legs);
    PackageFill {
        contracts,
        net,
        net_mid: net,
        fees: -fee_of_unit(&legs, snapshot, execution)
            .times(contracts)
            .to_money(),
        multiplier: legs[0].contract.root.multiplier(),
        margined: false,
        legs: legs.into(),
    }
}

/// How far the underlying of an expiry went on the session, as a forward on the smile of `smile`'s close.
fn forward_at_extreme(
    root: Root,
    expiry: NaiveDate,
    smile: &Snapshot,
    view: MarketView<'_>,
) -> Option<f64> {
    let today = view.today();
    let before = view.back(1)?;
    match root {
        Root::Spx | Root::Spxw => {
            let low = today.extremes.spx_low?.min(today.spot);
            Some(smile.slice(root, expiry)?.forward * low / smile.spot)
        }
        Root::Vix => {
            let own = today.future(expiry)?;
            let last = before.future(expiry)?;
            let high = own.high?.points();
            let last = last.settle.points();
            // A future does not move further than its index: what does is a wrong print.
            let most = today
                .extremes
                .vix_high
                .map(|vix| last + (vix - before.vix).max(own.settle.points() - last).max(0.0));
            Some(most.map_or(high, |most| high.min(most)))
        }
        Root::Vx | Root::Fund(_) => None,
    }
}

/// Legs at the day's extreme with the smile of one close, at mid.
fn priced(legs: &[LegFill], smile: &Snapshot, view: MarketView<'_>) -> Option<Vec<LegFill>> {
    let leg = |leg: &LegFill| {
        let root = leg.contract.root;
        let expiry = leg.contract.expiry;
        let (right, strike) = leg.contract.option?;
        let forward = forward_at_extreme(root, expiry, smile, view)?;
        let slice = smile.slice(root, expiry)?;
        let slice = slice.moved_to(forward, slice.discount);
        let price = slice.price(right, strike.points());
        let mid = price.is_finite().then(|| Price::from_points(price))?;
        Some(LegFill {
            mid,
            fill: mid,
            delta: slice.delta(right, strike.points()),
            source: Source::Model,
            ..*leg
        })
    };
    legs.iter().map(leg).collect()
}

/// Cash one unit brings.
fn worth(legs: &[LegFill]) -> Price {
    legs.iter().map(|leg| leg.fill * leg.quantity).sum()
}

fn lower(one: Option<Vec<LegFill>>, other: Option<Vec<LegFill>>) -> Option<Vec<LegFill>> {
    let one = one?;
    let other = other?;
    Some(if worth(&one) <= worth(&other) {
        one
    } else {
        other
    })
}

/// Takes what the extreme pays beyond the limit off the legs that are sold, the dearest first.
fn at_limit(mut legs: Vec<LegFill>, excess: Price) -> Vec<LegFill> {
    let mut sold: Vec<usize> = (0..legs.len()).filter(|i| legs[*i].quantity > 0).collect();
    sold.sort_by_key(|i| (std::cmp::Reverse(legs[*i].fill), *i));
    let mut left = excess.0;
    for index in sold {
        let leg = &mut legs[index];
        // Rounded up: a unit of several contracts brings at most the limit.
        let step = (left + leg.quantity - 1)
            .div_euclid(leg.quantity)
            .clamp(0, leg.fill.0);
        leg.fill.0 -= step;
        left -= step * leg.quantity;
    }
    for leg in &mut legs {
        leg.mid = leg.fill;
    }
    legs
}

#[cfg(test)]
mod tests {
    use super::*;
    use market::contract::{Contract, Right};

    /// Legs of one expiry as (contracts, fill).
    fn legs(of: &[(i64, i64)]) -> Vec<LegFill> {
        let expiry = NaiveDate::from_ymd_opt(2022, 3, 16).expect("a date");
        let strike = Price::from_points(30.0);
        let leg = |&(quantity, fill): &(i64, i64)| LegFill {
            contract: Contract::option(Root::Vix, expiry, Right::Call, strike),
            quantity,
            mid: Price(fill),
            fill: Price(fill),
            delta: 0.0,
            source: Source::Model,
        };
        of.iter().map(leg).collect()
    }

    /// Two at 10 points, one at 3, one sold at 1: 22 more than the limit asks leave 1 point for those that are bought.
    #[test]
    fn what_is_beyond_the_limit_comes_off_the_dearest_leg_first() {
        let points = 10_000;
        let unit = legs(&[(-1, points), (1, 3 * points), (2, 10 * points)]);
        let fills = |excess| -> Vec<i64> {
            let left = at_limit(unit.clone(), Price(excess));
            assert!(left.iter().all(|leg| leg.mid == leg.fill));
            left.iter().map(|leg| leg.fill.0).collect()
        };
        assert_eq!(fills(22 * points), [points, points, 0]);
        assert_eq!(fills(20 * points), [points, 3 * points, 0]);
        // Half a unit of price each of two contracts: a whole one, and nothing of the next leg.
        assert_eq!(fills(1), [points, 3 * points, 10 * points - 1]);
        assert_eq!(fills(0), [points, 3 * points, 10 * points]);
    }
}
