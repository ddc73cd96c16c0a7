//! From listed legs to a fill: mid, width, rounding against the trader, fees.

use book::event::{LegFill, PackageFill};
use market::chain::{Quoted, Quotes, Source};
use market::contract::{Contract, Root};
use market::history::Snapshot;
use market::listing;
use market::price::Price;

use crate::execution::{Execution, Widths};
use crate::fees::{TenThousandths, fee_per_contract};

/// Opening or closing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Quantities are traded as held.
    Open,
    /// Quantities are traded against what is held.
    Close,
}

/// Fills `contracts` units of the legs (quantities as held, per unit) on this snapshot.
///
/// `carried` gives the mid of a leg the snapshot cannot price; without it the fill is `None`: all legs or none.
/// The package is rounded once, to 0.05 net against the trader (a single leg to its own tick); the residual goes to
/// the leg with the widest quote, so that the legs sum to the package (docs/model.md#widths-and-fills).
pub fn fill(
    legs: &[(Contract, i64)],
    contracts: i64,
    direction: Direction,
    snapshot: &Snapshot,
    execution: &Execution,
    carried: &dyn Fn(usize) -> Option<Price>,
) -> Option<PackageFill> {
    Some(trade(
        price(legs, snapshot, carried)?,
        contracts,
        direction,
        snapshot,
        execution,
    ))
}

/// Legs at mid, not traded yet: their fill is the mid. `None` unless every leg has a price.
pub fn price(
    legs: &[(Contract, i64)],
    snapshot: &Snapshot,
    carried: &dyn Fn(usize) -> Option<Price>,
) -> Option<Vec<LegFill>> {
    legs.iter()
        .enumerate()
        .map(|(index, (contract, quantity))| {
            let (mid, source) = snapshot
                .priced(contract)
                .or_else(|| carried(index).map(|mid| (mid, Source::Carried)))?;
            let delta = delta(contract, snapshot);
            Some(LegFill {
                contract: *contract,
                quantity: *quantity,
                mid,
                fill: mid,
                delta,
                source,
            })
        })
        .collect()
}

/// Trades legs that have their mids.
pub fn trade(
    mut legs: Vec<LegFill>,
    contracts: i64,
    direction: Direction,
    snapshot: &Snapshot,
    execution: &Execution,
) -> PackageFill {
    let side = if direction == Direction::Open { 1 } else { -1 };
    let width = |leg: &LegFill| width_of(leg, snapshot, &execution.width);
    let widths: Vec<Price> = legs.iter().map(width).collect();
    for (leg, width) in legs.iter_mut().zip(&widths) {
        let traded = side * leg.quantity;
        leg.fill = if traded < 0 && has_no_bid(leg, snapshot) {
            Price::ZERO
        } else {
            traded_price(
                &leg.contract,
                leg.mid,
                *width,
                traded,
                execution.half_spread_fraction,
            )
        };
    }
    round_package(&mut legs, &widths, side);
    let cash = |price: fn(&LegFill) -> Price| -> Price {
        legs.iter().map(|l| price(l) * (-side * l.quantity)).sum()
    };
    let net = cash(|l| l.fill);
    let net_mid = cash(|l| l.mid);
    let root = legs[0].contract.root;
    PackageFill {
        contracts,
        net,
        net_mid,
        fees: -fee_of_unit(&legs, snapshot, execution)
            .times(contracts)
            .to_money(),
        multiplier: root.multiplier(),
        // A fund sold short is kept like a future: its gains and losses are paid each day, its proceeds earn nothing.
        margined: root == Root::Vx || (matches!(root, Root::Fund(_)) && legs[0].quantity < 0),
        legs: legs.into(),
    }
}

/// Full width `[index points]` of a leg that has its mid: as quoted where the mid is, modelled elsewhere.
pub fn width_of(leg: &LegFill, snapshot: &Snapshot, widths: &Widths) -> Price {
    let quoted = || snapshot.quote(&leg.contract).map(Quoted::width);
    let quoted = if leg.source == Source::Chain {
        quoted()
    } else {
        None
    };
    quoted.unwrap_or_else(|| quoted_width(&leg.contract, leg.mid, snapshot, widths))
}

/// A quoted bid of zero: nobody pays more than nothing, whatever the mid.
fn has_no_bid(leg: &LegFill, snapshot: &Snapshot) -> bool {
    leg.source == Source::Chain
        && snapshot
            .quote(&leg.contract)
            .is_some_and(|quote| quote.bid == Price::ZERO)
}

/// Whether a leg may trade on this snapshot: where only quotes may, its mid must be one, or a published settlement.
pub fn may_trade(source: Source, snapshot: &Snapshot) -> bool {
    snapshot.quotes != Quotes::Chain || matches!(source, Source::Chain | Source::Published)
}

/// Full modelled width `[index points]` of a contract at this mid.
pub fn quoted_width(
    contract: &Contract,
    mid: Price,
    snapshot: &Snapshot,
    widths: &Widths,
) -> Price {
    let stress = (snapshot.vix / widths.reference_vix).max(1.0);
    let root = mid.points().max(0.0).sqrt();
    match contract.root {
        Root::Spx | Root::Spxw => {
            let width = (widths.spx_base_points + widths.spx_root * root) * stress;
            Price::from_points(width).max(listing::tick(contract.root, mid))
        }
        Root::Vix => {
            let width = (widths.vix_base_points + widths.vix_root * root) * stress;
            Price::from_points(width.max(widths.vix_min_points))
        }
        Root::Fund(_) => {
            let doubled = if snapshot.vix > widths.vx_double_above_vix {
                2.0
            } else {
                1.0
            };
            Price::from_points(
                doubled
                    * (FUND_WIDTH_FRACTION * mid.points())
                        .max(FUND_WIDTH_LEAST * real_shares(contract, snapshot)),
            )
        }
        Root::Vx => {
            let month = snapshot
                .futures
                .iter()
                .position(|f| f.expiry == contract.expiry)
                .unwrap_or(0);
            let ticks = if month < 2 {
                widths.vx_near_ticks
            } else {
                widths.vx_far_ticks
            };
            let doubled = if snapshot.vix > widths.vx_double_above_vix {
                2.0
            } else {
                1.0
            };
            Price::from_points(ticks * doubled * listing::tick(Root::Vx, mid).points())
        }
    }
}

/// Least full quoted width of a fund `[USD per real share]`.
pub(crate) const FUND_WIDTH_LEAST: f64 = 0.01;
/// Full quoted width of a fund, as a fraction of its price.
pub(crate) const FUND_WIDTH_FRACTION: f64 = 0.0002;

/// Real shares in one adjusted share of a fund; 1 for everything else.
fn real_shares(contract: &Contract, snapshot: &Snapshot) -> f64 {
    let Root::Fund(fund) = contract.root else {
        return 1.0;
    };
    snapshot.fund(fund).map_or(1.0, |quote| quote.shares)
}

/// Price of one leg before the package is rounded. An option worth less than its smallest tick has no bid.
fn traded_price(
    contract: &Contract,
    mid: Price,
    width: Price,
    traded: i64,
    fraction: f64,
) -> Price {
    let half = Price::from_points(fraction * width.points() / 2.0);
    if traded > 0 {
        return mid + half;
    }
    let smallest = listing::tick(contract.root, Price::ZERO);
    if contract.option.is_some() && mid < smallest {
        Price::ZERO
    } else {
        (mid - half).max(Price::ZERO)
    }
}

fn round_package(legs: &mut [LegFill], widths: &[Price], side: i64) {
    if let [leg] = legs {
        let tick = listing::tick(leg.contract.root, leg.fill);
        leg.fill = if side * leg.quantity > 0 {
            leg.fill.ceil_to(tick)
        } else {
            leg.fill.floor_to(tick)
        };
        return;
    }
    let net: Price = legs.iter().map(|l| l.fill * (-side * l.quantity)).sum();
    let mut residual = (net - net.floor_to(listing::PACKAGE_TICK)).0;
    // The widest quote takes the residual; a sold leg cannot fall below zero, so the next widest takes what is left.
    let mut order: Vec<usize> = (0..legs.len()).collect();
    order.sort_by_key(|i| (std::cmp::Reverse(widths[*i]), *i));
    for i in order {
        let traded = side * legs[i].quantity;
        let step = if traded > 0 {
            residual.div_euclid(traded)
        } else {
            (residual / -traded).min(legs[i].fill.0)
        };
        legs[i].fill += Price(step * traded.signum());
        residual -= step * traded.abs();
        if residual == 0 {
            break;
        }
    }
}

/// Delta of one long contract with its own smile volatility; 1 for a future.
pub fn delta(contract: &Contract, snapshot: &Snapshot) -> f64 {
    match contract.option {
        None => 1.0,
        Some((right, strike)) => snapshot
            .slice(contract.root, contract.expiry)
            .map_or(0.0, |slice| slice.delta(right, strike.points())),
    }
}

/// Fees of one unit of the legs as traded, not rounded yet; of a fund by the real shares in an adjusted one.
pub fn fee_of_unit(legs: &[LegFill], snapshot: &Snapshot, execution: &Execution) -> TenThousandths {
    let complex = legs.len() > 1;
    let fee = |leg: &LegFill| {
        let each = fee_per_contract(
            execution.fees,
            leg.contract.root,
            snapshot.date,
            leg.fill,
            complex,
        );
        let each = match leg.contract.root {
            Root::Fund(_) => (each.0 as f64 * real_shares(&leg.contract, snapshot)).round() as i64,
            _ => each.0,
        };
        each * leg.quantity.abs()
    };
    TenThousandths(legs.iter().map(fee).sum())
}

#[cfg(test)]
mod tests {
    use super::*;
    use market::contract::Right;

    /// A package is rounded to 0.05 points, here to 4: what two contracts cannot share is paid for the third.
    #[test]
    fn what_the_widest_leg_cannot_take_goes_to_the_next() {
        let expiry = chrono::NaiveDate::from_ymd_opt(2022, 3, 18).expect("a date");
        let leg = |quantity, fill| LegFill {
            contract: Contract::option(Root::Spxw, expiry, Right::Put, Price::from_points(4_000.0)),
            quantity,
            mid: Price(fill),
            fill: Price(fill),
            delta: 0.0,
            source: Source::Model,
        };
        let widths = [Price(3_000), Price(1_000)];
        let fills = |second| {
            let mut legs = [leg(2, 10_000), leg(1, second)];
            round_package(&mut legs, &widths, 1);
            legs.map(|leg| leg.fill.0)
        };
        // 3 units are missing to 4 points: one for each of two, the last for the other leg.
        assert_eq!(fills(19_997), [10_001, 19_998]);
        assert_eq!(fills(19_998), [10_001, 19_998]);
        assert_eq!(fills(20_000), [10_000, 20_000]);
    }
}
