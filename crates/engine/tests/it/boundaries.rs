//! Rules that are money, on each side of their boundary and at it.

use book::event::LegFill;
use engine::admit::future_margin;
use engine::execution::{Fees, MarginRules, Widths};
use engine::fill::{Direction, fee_of_unit, fill, quoted_width};
use engine::run::Keep;
use engine::shock::{Shock, gain, vix_response};
use market::contract::{Contract, Right, Root};
use market::fund::Fund;
use market::price::{Money, Price};

use crate::support::{CAPITAL, arm, build, execution, history, leg_at, observations};

fn points(p: f64) -> Price {
    Price::from_points(p)
}

fn leg(contract: Contract, quantity: i64, premium: f64) -> LegFill {
    leg_at(contract, quantity, points(premium))
}

/// Margins and widths of the first two listed months are those of the near ones (docs/model.md#widths-and-fills): a tick
/// of a VIX future is 0.05 index points, a contract 1,000 dollars a point.
#[test]
fn the_first_two_months_of_futures_are_near_and_the_third_is_far() {
    let today = history().view(10).today();
    let widths = Widths {
        vx_near_ticks: 1.0,
        vx_far_ticks: 3.0,
        vx_double_above_vix: today.vix,
        ..execution().width
    };
    let rules = MarginRules {
        vx_min_usd: 0.0,
        vx_near_fraction: 0.40,
        vx_far_fraction: 0.20,
        ..execution().margin
    };
    let months: Vec<(Price, Money)> = today.futures[..4]
        .iter()
        .map(|quote| {
            let contract = Contract::future(quote.expiry);
            (
                quoted_width(&contract, quote.settle, today, &widths),
                future_margin(&contract, points(20.0), today, &rules),
            )
        })
        .collect();
    let near = (points(0.05), Money::from_usd(8_000.0));
    let far = (points(0.15), Money::from_usd(4_000.0));
    assert_eq!(months, [near, near, far, far]);
    // Above the level of stress, not at it, a width doubles.
    let stressed = Widths {
        vx_double_above_vix: today.vix - 0.01,
        ..widths
    };
    let second = Contract::future(today.futures[1].expiry);
    assert_eq!(
        quoted_width(&second, points(20.0), today, &stressed),
        points(0.10)
    );
    let least = MarginRules {
        vx_min_usd: 9_000.0,
        ..rules
    };
    assert_eq!(
        future_margin(&second, points(20.0), today, &least),
        Money::from_usd(9_000.0)
    );
}

/// Two hundredths of a percent of the price, at least a cent a real share (docs/model.md#widths-and-fills).
#[test]
fn a_fund_is_quoted_two_hundredths_of_a_percent_wide() {
    let today = history().view(10).today();
    let widths = Widths {
        vx_double_above_vix: 1_000.0,
        ..execution().width
    };
    let fund = Contract::fund(Fund::Vxx);
    assert!(today.fund(Fund::Vxx).is_none(), "a share is a share");
    let width = |mid| quoted_width(&fund, points(mid), today, &widths);
    assert_eq!(
        [width(400.0), width(50.0), width(49.0), width(10.0)],
        [points(0.08), points(0.01), points(0.01), points(0.01)]
    );
    // A fund sold short ties up half of its price beside its proceeds.
    assert_eq!(
        future_margin(&fund, points(400.0), today, &execution().margin),
        Money::from_usd(200.0)
    );
}

/// Docs/model.md#fees: per contract, not per leg; packages of several legs pay the complex fee of VIX options.
#[test]
fn a_fee_counts_contracts_and_a_package_of_any_legs_is_complex() {
    let today = history().view(10).today();
    let expiry = today.vix_options[0].expiry;
    let call = |strike: f64, quantity| {
        let contract = Contract::option(Root::Vix, expiry, Right::Call, points(strike));
        leg(contract, quantity, 0.50)
    };
    let mut execution = execution();
    execution.fees = Fees::Schedule;
    let fee = |legs: &[LegFill]| fee_of_unit(legs, today, &execution).0;
    // Exchange 0.25 alone and 0.17 in a package, clearing 0.025, regulatory 0.015, broker 0.50.
    assert_eq!(fee(&[call(30.0, 1)]), 7_900);
    assert_eq!(fee(&[call(30.0, 2)]), 2 * 7_900);
    assert_eq!(fee(&[call(30.0, 1), call(40.0, -2)]), 3 * 7_100);
    let three = [call(30.0, 1), call(40.0, -1), call(50.0, 1)];
    assert_eq!(fee(&three), 3 * 7_100);
    let four = [call(30.0, 1), call(40.0, -1), call(50.0, -1), call(60.0, 1)];
    assert_eq!(fee(&four), 4 * 7_100);
}

#[test]
fn every_trade_pays_its_fee() {
    let today = history().view(10).today();
    let future = Contract::future(today.futures[0].expiry);
    for contract in [Contract::fund(Fund::Vixy), future] {
        for direction in [Direction::Open, Direction::Close] {
            let found = fill(
                &[(contract, 1)],
                200,
                direction,
                today,
                &execution(),
                &|_| None,
            )
            .expect("priced");
            assert!(found.fees < Money::ZERO, "{contract:?}: {}", found.fees);
        }
    }
}

/// A quote as wide as twice its mid: nobody is paid to buy.
#[test]
fn what_is_sold_below_half_of_its_width_brings_nothing() {
    let today = history().view(10).today();
    let mut execution = execution();
    execution.width.vix_base_points = 90.0;
    let slice = today
        .vix_options
        .iter()
        .find(|slice| slice.dte > 20)
        .expect("a listed expiry");
    let call = Contract::option(Root::Vix, slice.expiry, Right::Call, points(25.0));
    let sold = fill(
        &[(call, 1)],
        1,
        Direction::Close,
        today,
        &execution,
        &|_| None,
    )
    .expect("priced");
    assert!(sold.net_mid > points(0.05), "{}", sold.net_mid);
    assert_eq!(sold.net, Price::ZERO);
}

/// Docs/model.md#stress-and-sizes: up to 30 days a future answers like the front one, later ones by the square root of
/// 30 over their days.
#[test]
fn later_futures_answer_by_the_square_root_of_their_days() {
    let shock = Shock {
        spot: -0.10,
        vol_points: 0.0,
        days: 0.0,
    };
    for t in [5, 10, 15, 20, 25] {
        let today = history().view(t).today();
        let front = vix_response(shock.spot, today.vix);
        for quote in &today.futures[..4] {
            let days = (quote.expiry - today.date).num_days() as f64;
            let found = gain(
                &[leg(Contract::future(quote.expiry), 1, 20.0)],
                today,
                &shock,
            );
            let squared = (found.expect("a listed future") / (1_000.0 * front)).powi(2);
            let expected = (30.0 / days).min(1.0);
            assert!(
                (squared - expected).abs() < 1e-12,
                "{days} days: {squared} for {expected}"
            );
        }
    }
    // One point a percent up to a VIX of 25, 1.3 beyond: a fall of 10 % from 20 is 5 + 1.3 x 5.
    assert!((vix_response(-0.10, 20.0) - 11.5).abs() < 1e-12);
    assert!((vix_response(-0.05, 20.0) - 5.0).abs() < 1e-12);
    assert!((vix_response(-0.10, 25.0) - 13.0).abs() < 1e-12);
}

/// Interest is a column of its own: what an account earns on its cash moves neither its trading equity nor a drawdown.
#[test]
fn a_drawdown_knows_no_interest() {
    let mut rich = observations().clone();
    let overnight = rich.daily.get_mut("dff").expect("the overnight rate");
    for value in overnight.values.iter_mut().flatten() {
        *value += 10.0;
    }
    let rich = build(&rich);
    for keep in [Keep::Curve, Keep::Journal] {
        let replay = |market| {
            engine::run::run(
                market,
                0..history().len(),
                &arm("always_on"),
                &execution(),
                CAPITAL,
                keep,
            )
        };
        let plain = replay(history());
        let paid = replay(&rich);
        assert!(paid.portfolio.interest > plain.portfolio.interest + Money::from_usd(10_000.0));
        assert_eq!(paid.curve, plain.curve);
    }
}
