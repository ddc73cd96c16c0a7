//! Expiry: contracts become cash at the official value, all of one instrument at once.

use std::sync::Arc;

use book::event::{LegFill, PackageFill};
use book::portfolio::Package;
use market::chain::Source;
use market::contract::Root;
use market::history::{MarketView, Snapshot};
use market::price::{Money, Price};

/// The value contracts of `root` settle at today, and whether it is a stand-in.
///
/// Where the session has no value of its own the last mark stands in: yesterday's SPX close for SPX, yesterday's
/// settlement of the expiring future for VIX. Settlement never needs an option quote, and nothing survives its expiry.
pub fn settlement_value(
    root: Root,
    expiry: chrono::NaiveDate,
    view: MarketView<'_>,
) -> (Price, bool) {
    let today = view.today();
    let fallback = |yesterday: &Snapshot| match root {
        Root::Spx | Root::Spxw => yesterday.settlements.spx_close,
        // Nothing of a fund falls due.
        Root::Fund(fund) => yesterday
            .fund(fund)
            .map_or(Price::ZERO, |quote| quote.close),
        Root::Vix | Root::Vx => yesterday
            .future(expiry)
            .map_or(Price::from_points(yesterday.vix), |future| future.settle),
    };
    let own = today.settlements.of(root);
    own.or_else(|| view.back(1).map(|y| (fallback(y), true)))
        .unwrap_or_else(|| (fallback(today), true))
}

/// The cash a package becomes when its underlying settled at `value`. Free of fees; legs carry their pay-offs.
pub fn payoff(package: &Package, value: Price) -> PackageFill {
    let legs: Arc<[LegFill]> = package
        .legs
        .iter()
        .map(|leg| {
            let worth = in_cents(leg.contract.payoff(value), package.multiplier);
            LegFill {
                mid: worth,
                fill: worth,
                delta: 0.0,
                source: Source::Published,
                ..*leg
            }
        })
        .collect();
    let net: Price = legs.iter().map(|l| l.fill * l.quantity).sum();
    PackageFill {
        legs,
        contracts: package.contracts,
        net,
        net_mid: net,
        fees: Money::ZERO,
        multiplier: package.multiplier,
        margined: package.margined,
    }
}

/// The greatest price not above this one that is whole cents at so many dollars a point: of XSP every tenth.
pub(crate) fn in_cents(price: Price, multiplier: i64) -> Price {
    match multiplier {
        10 => price.floor_to(Price(10)),
        _ => price,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ten dollars a point: a tenth of a cent a unit of price. A hundred: a cent.
    #[test]
    fn a_value_of_an_xsp_leg_is_cut_to_whole_cents() {
        let cut = |price| in_cents(Price(price), 10).0;
        assert_eq!([cut(19), cut(20), cut(29)], [10, 20, 20]);
        assert_eq!(in_cents(Price(19), 100), Price(19));
    }
}
