//! Fills: legs sum to packages, nobody trades better than mid, costs are linear.

use book::event::LegFill;
use engine::fill::{Direction, fill};
use market::contract::{Contract, Right, Root};
use market::price::{Money, Price};
use policy::select::resolve;
use proptest::prelude::*;

use crate::support::{condor, execution, history, window};

fn points(p: f64) -> Price {
    Price::from_points(p)
}

#[test]
fn w09_leg_fills_sum_to_the_package_on_every_session_and_the_net_is_on_the_tick() {
    let execution = execution();
    let template = condor().template();
    for t in window() {
        let today = history().view(t).today();
        let resolved = resolve(&template, today).expect("a condor is listed every day");
        for direction in [Direction::Open, Direction::Close] {
            let side = if direction == Direction::Open { -1 } else { 1 };
            let found =
                fill(&resolved.legs, 2, direction, today, &execution, &|_| None).expect("priced");
            let sum: Price = found
                .legs
                .iter()
                .map(|l| l.fill * (side * l.quantity))
                .sum();
            assert_eq!(sum, found.net, "{}", today.date);
            assert_eq!(
                found.net.0.rem_euclid(500),
                0,
                "{}: {}",
                today.date,
                found.net
            );
            assert!(
                found.net <= found.net_mid,
                "{}: better than mid",
                today.date
            );
            assert!(found.legs.iter().all(|l| l.fill >= Price::ZERO));
        }
    }
}

#[test]
fn a_leg_that_is_held_three_times_counts_three_times() {
    let execution = execution();
    let today = history().view(0).today();
    let mut legs = resolve(&condor().template(), today).expect("a condor").legs;
    legs[0].1 *= 3;
    for (direction, side) in [(Direction::Open, -1), (Direction::Close, 1)] {
        let found = fill(&legs, 2, direction, today, &execution, &|_| None).expect("priced");
        let sum = |price: fn(&LegFill) -> Price| -> Price {
            let cash = found.legs.iter().map(|l| price(l) * (side * l.quantity));
            cash.sum()
        };
        assert_eq!(sum(|l| l.fill), found.net);
        assert_eq!(sum(|l| l.mid), found.net_mid);
    }
}

/// Truth table of docs/pitfalls.md, row W36: which side of the spread each leg of a condor trades on.
#[test]
fn w36_each_leg_trades_on_the_side_against_the_trader() {
    let mut execution = execution();
    execution.half_spread_fraction = 1.0;
    let today = history().view(10).today();
    let resolved = resolve(&condor().template(), today).expect("listed");
    for (direction, buys_long) in [(Direction::Open, true), (Direction::Close, false)] {
        let found =
            fill(&resolved.legs, 1, direction, today, &execution, &|_| None).expect("priced");
        for leg in found.legs.iter() {
            let buys = (leg.quantity > 0) == buys_long;
            if buys {
                assert!(leg.fill > leg.mid, "{leg:?}")
            } else {
                assert!(leg.fill < leg.mid, "{leg:?}")
            }
        }
    }
}

#[test]
fn w10_fees_are_contracts_times_legs() {
    let execution = execution();
    let today = history().view(10).today();
    let resolved = resolve(&condor().template(), today).expect("listed");
    let fees = |n| {
        fill(
            &resolved.legs,
            n,
            Direction::Open,
            today,
            &execution,
            &|_| None,
        )
        .expect("priced")
        .fees
    };
    assert_eq!(fees(1), Money(-440));
    assert_eq!(fees(9), Money(-9 * 440));
}

#[test]
fn at_half_spread_fraction_zero_only_the_tick_costs() {
    let mut execution = execution();
    execution.half_spread_fraction = 0.0;
    let today = history().view(10).today();
    let resolved = resolve(&condor().template(), today).expect("listed");
    let found = fill(
        &resolved.legs,
        1,
        Direction::Open,
        today,
        &execution,
        &|_| None,
    )
    .expect("priced");
    assert!((found.net_mid - found.net) < points(0.05));
}

#[test]
fn w15_an_option_without_a_bid_is_sold_for_nothing_and_not_below() {
    let today = history().view(10).today();
    let slice = today.spxw.last().expect("a listed expiry");
    let far = Contract::option(Root::Spxw, slice.expiry, Right::Put, points(200.0));
    assert!(today.mid(&far).expect("a price") < points(0.05));
    let sold = fill(
        &[(far, 1)],
        1,
        Direction::Close,
        today,
        &execution(),
        &|_| None,
    )
    .expect("priced");
    assert_eq!(sold.net, Price::ZERO);
}

#[test]
fn all_legs_or_none() {
    let today = history().view(10).today();
    let slice = today.spxw.last().expect("a listed expiry");
    let good = Contract::option(Root::Spxw, slice.expiry, Right::Put, points(4000.0));
    let unlisted = Contract::option(
        Root::Spxw,
        slice.expiry + chrono::Days::new(4000),
        Right::Put,
        points(3950.0),
    );
    let both = [(good, -1), (unlisted, 1)];
    assert_eq!(
        fill(&both, 1, Direction::Open, today, &execution(), &|_| None),
        None
    );
}

proptest! {
    /// docs/pitfalls.md, row W40: quantity is homogeneous.
    #[test]
    fn w40_costs_are_linear_in_contracts(contracts in 1i64..500, session in 0usize..120, fraction in 0.0f64..1.5) {
        let mut execution = execution();
        execution.half_spread_fraction = fraction;
        let today = history().view(session.min(history().len() - 1)).today();
        let resolved = resolve(&condor().template(), today).expect("listed");
        let one = fill(&resolved.legs, 1, Direction::Open, today, &execution, &|_| None).expect("priced");
        let many = fill(&resolved.legs, contracts, Direction::Open, today, &execution, &|_| None).expect("priced");
        prop_assert_eq!(many.net, one.net);
        prop_assert_eq!(many.slippage(), one.slippage() * contracts);
        prop_assert_eq!(many.fees, one.fees * contracts);
    }
}
