//! What the exchanges' specifications say of contracts, with both sides of every edge.
//!
//! Cboe: SPX, SPXW and VIX options are 100 USD a point, cash-settled, in increments of 0.05 below 3.00 and 0.10 from there
//! (VIX 0.01 and 0.05). CFE: a VX future is 1,000 USD a point in increments of 0.05. Funds trade in cents.

use market::contract::{Contract, Right, Root, Settlement};
use market::fund::Fund;
use market::listing::{PACKAGE_TICK, tick};
use market::price::{Money, Price};

fn points(p: f64) -> Price {
    Price::from_points(p)
}

#[test]
fn increments_change_at_a_premium_of_three() {
    for (root, below, from) in [
        (Root::Spx, 0.05, 0.10),
        (Root::Spxw, 0.05, 0.10),
        (Root::Vix, 0.01, 0.05),
        (Root::Vx, 0.05, 0.05),
        (Root::Fund(Fund::Spy), 0.01, 0.01),
    ] {
        for (premium, wanted) in [(0.0, below), (2.9999, below), (3.0, from), (50.0, from)] {
            assert_eq!(
                tick(root, points(premium)),
                points(wanted),
                "{root:?} at {premium}"
            );
        }
    }
    assert_eq!(PACKAGE_TICK, points(0.05));
}

#[test]
fn a_point_is_worth_what_the_specification_says() {
    let usd = |root: Root| points(1.0).dollars(root.multiplier());
    assert_eq!(usd(Root::Spx), Money::from_usd(100.0));
    assert_eq!(usd(Root::Spxw), Money::from_usd(100.0));
    assert_eq!(usd(Root::Vix), Money::from_usd(100.0));
    assert_eq!(usd(Root::Vx), Money::from_usd(1_000.0));
    assert_eq!(usd(Root::Fund(Fund::Vixy)), Money::from_usd(1.0));
}

#[test]
fn mornings_and_closes() {
    for root in [Root::Spx, Root::Vix, Root::Vx] {
        assert_eq!(root.settlement(), Settlement::Am);
    }
    assert_eq!(Root::Spxw.settlement(), Settlement::Pm);
    let expiry = "2022-02-18".parse().expect("a date");
    let before = "2022-02-17".parse().expect("a date");
    let after = "2022-02-22".parse().expect("a date");
    let of = |root| Contract::option(root, expiry, Right::Put, points(4000.0));
    for (root, on_the_day) in [(Root::Spx, false), (Root::Spxw, true), (Root::Vix, false)] {
        assert!(of(root).exists_at_fills(before));
        assert_eq!(of(root).exists_at_fills(expiry), on_the_day, "{root:?}");
        assert!(!of(root).exists_at_fills(after));
    }
}

#[test]
fn a_pay_off_is_what_is_beyond_the_strike() {
    let expiry = "2022-02-18".parse().expect("a date");
    let of = |right| Contract::option(Root::Spxw, expiry, right, points(4000.0));
    for (value, call, put) in [
        (3999.99, 0.0, 0.01),
        (4000.0, 0.0, 0.0),
        (4000.01, 0.01, 0.0),
        (0.0, 0.0, 4000.0),
        (5000.0, 1000.0, 0.0),
    ] {
        assert_eq!(
            of(Right::Call).payoff(points(value)),
            points(call),
            "call at {value}"
        );
        assert_eq!(
            of(Right::Put).payoff(points(value)),
            points(put),
            "put at {value}"
        );
    }
    assert_eq!(Contract::future(expiry).payoff(points(31.0)), points(31.0));
    assert_eq!((Right::Call.sign(), Right::Put.sign()), (1.0, -1.0));
}

#[test]
fn prices_round_to_ticks_on_the_side_that_is_asked_for() {
    let tick = points(0.05);
    for (price, down, up) in [
        (0.0, 0.0, 0.0),
        (0.05, 0.05, 0.05),
        (0.0501, 0.05, 0.10),
        (0.0999, 0.05, 0.10),
        (-0.0001, -0.05, 0.0),
        (-0.05, -0.05, -0.05),
    ] {
        assert_eq!(points(price).floor_to(tick), points(down), "{price} down");
        assert_eq!(points(price).ceil_to(tick), points(up), "{price} up");
    }
}
