//! Every constant that is money, with a number from its public source, and both sides of every edge of it.
//!
//! Sources: Cboe options fee schedule of November 2024, CFE fee schedule (1.47 before 2022), NFA assessment, OCC clearing fee;
//! contract specifications of Cboe and CFE; Cboe Rule 10.3; Regulation T. docs/model.md has them with their marks.

use book::event::LegFill;
use engine::admit::future_margin;
use engine::execution::{Execution, Fees};
use engine::fees::{TenThousandths, fee_per_contract};
use engine::fill::{Direction, fee_of_unit, fill, quoted_width};
use engine::shock::{Shock, gain};
use market::contract::{Contract, Right, Root};
use market::fund::{Fund, FundQuote};
use market::history::{FutureQuote, Snapshot};
use market::price::{Money, Price};

use crate::support::{day, execution, history, leg_at};

fn points(p: f64) -> Price {
    Price::from_points(p)
}

/// A close with a VIX of 18, four futures of 20.00 and one fund.
fn close() -> Snapshot {
    let mut close = history().view(10).today().clone();
    close.vix = 18.0;
    let future = |days: i64| FutureQuote {
        expiry: close.date + chrono::Days::new(days as u64),
        settle: points(20.0),
        modelled: false,
        high: None,
    };
    close.futures = [20, 48, 76, 111].map(future).to_vec();
    close.funds = vec![FundQuote {
        fund: Fund::Vixy,
        close: points(200.0),
        shares: 1.0,
    }];
    close
}

fn option(root: Root, mid: f64, quantity: i64) -> LegFill {
    let contract = Contract::option(root, day("2022-02-18"), Right::Call, points(25.0));
    leg_at(contract, quantity, points(mid))
}

fn usd(fees: Fees, root: Root, date: &str, premium: f64, is_package: bool) -> f64 {
    let TenThousandths(units) =
        fee_per_contract(fees, root, day(date), points(premium), is_package);
    units as f64 / 10_000.0
}

#[test]
fn exchange_fees_by_premium_alone_and_in_a_package() {
    // OCC 0.025, regulatory 0.015 and broker 0.50 stand on top of each.
    let added = 0.54;
    for (premium, alone, in_package) in [
        (0.00, 0.10, 0.05),
        (0.10, 0.10, 0.05),
        (0.11, 0.25, 0.17),
        (0.99, 0.25, 0.17),
        (1.00, 0.40, 0.30),
        (1.99, 0.40, 0.30),
        (2.00, 0.45, 0.45),
        (9.00, 0.45, 0.45),
    ] {
        let vix = |package| usd(Fees::Schedule, Root::Vix, "2024-11-04", premium, package);
        assert!((vix(false) - alone - added).abs() < 1e-9, "{premium} alone");
        assert!(
            (vix(true) - in_package - added).abs() < 1e-9,
            "{premium} in a package"
        );
    }
    for (premium, exchange) in [
        (0.00, 0.36),
        (0.95, 0.36),
        (0.9999, 0.36),
        (1.00, 0.45),
        (30.0, 0.45),
    ] {
        for root in [Root::Spx, Root::Spxw] {
            for package in [false, true] {
                let found = usd(Fees::Schedule, root, "2024-11-04", premium, package);
                assert!((found - exchange - added).abs() < 1e-9, "{premium}");
            }
        }
    }
    for (date, exchange) in [
        ("2021-12-31", 1.47),
        ("2022-01-01", 1.51),
        ("2024-11-04", 1.51),
    ] {
        let found = usd(Fees::Schedule, Root::Vx, date, 20.0, false);
        assert!((found - exchange - 0.02 - 0.50).abs() < 1e-9, "{date}");
    }
}

#[test]
fn flat_fees_are_those_of_the_page() {
    for (root, flat) in [
        (Root::Spx, 1.10),
        (Root::Spxw, 1.10),
        (Root::Vix, 0.95),
        (Root::Vx, 2.40),
        (Root::Fund(Fund::Spy), 0.005),
    ] {
        for package in [false, true] {
            assert_eq!(usd(Fees::AllIn, root, "2022-06-01", 5.0, package), flat);
            assert_eq!(usd(Fees::None, root, "2022-06-01", 5.0, package), 0.0);
        }
    }
    assert_eq!(
        usd(
            Fees::Schedule,
            Root::Fund(Fund::Spy),
            "2022-06-01",
            5.0,
            false
        ),
        0.005
    );
}

#[test]
fn a_fee_is_per_contract_of_every_leg_and_one_leg_is_no_package() {
    let schedule = Execution {
        fees: Fees::Schedule,
        ..execution()
    };
    let legs = |quantities: &[i64]| -> Vec<LegFill> {
        quantities
            .iter()
            .map(|q| option(Root::Vix, 0.50, *q))
            .collect()
    };
    let of = |quantities: &[i64]| fee_of_unit(&legs(quantities), &close(), &schedule).0;
    assert_eq!(of(&[1]), 7_900, "0.25 alone, 0.54 on top");
    assert_eq!(
        of(&[-3]),
        3 * 7_900,
        "three contracts of one leg are still alone"
    );
    assert_eq!(of(&[1, -1]), 2 * 7_100, "0.17 in a package");
    assert_eq!(of(&[1, -2]), 3 * 7_100);
    assert_eq!(of(&[1, -1, 1]), 3 * 7_100, "three legs are a package");
    assert_eq!(of(&[-1, 1, -1, 1]), 4 * 7_100);
}

#[test]
fn a_fund_pays_by_the_real_share() {
    let mut split = close();
    split.funds[0].shares = 20.0;
    let leg = LegFill {
        contract: Contract::fund(Fund::Vixy),
        ..option(Root::Vix, 200.0, -3)
    };
    for fees in [Fees::AllIn, Fees::Schedule] {
        let execution = Execution {
            fees,
            ..execution()
        };
        assert_eq!(fee_of_unit(&[leg], &close(), &execution).0, 3 * 50);
        assert_eq!(fee_of_unit(&[leg], &split, &execution).0, 3 * 1_000);
    }
    let opened = fill(
        &[(leg.contract, 3)],
        100,
        Direction::Open,
        &close(),
        &execution(),
        &|_| None,
    );
    assert_eq!(
        opened.expect("a price").fees,
        Money::from_usd(-1.5),
        "fees are paid"
    );
}

#[test]
fn the_first_two_months_of_vix_futures_are_quoted_a_tick_wide_and_the_others_two() {
    let widths = execution().width;
    let wide = |month: usize, vix: f64| {
        let mut close = close();
        close.vix = vix;
        let future = Contract::future(close.futures[month].expiry);
        quoted_width(&future, points(20.0), &close, &widths).points()
    };
    let calm = [0, 1, 2, 3].map(|month| wide(month, 18.0));
    assert_eq!(calm, [0.05, 0.05, 0.10, 0.10]);
    assert_eq!(
        [0, 1, 2, 3].map(|month| wide(month, 35.0)),
        calm,
        "doubled above 35, not at it"
    );
    assert_eq!(
        [0, 1, 2, 3].map(|month| wide(month, 35.01)),
        [0.10, 0.10, 0.20, 0.20]
    );
}

#[test]
fn the_first_two_months_of_vix_futures_tie_up_more_than_the_others() {
    let rules = execution().margin;
    let close = close();
    let tied = |month: usize, price: f64| {
        let future = Contract::future(close.futures[month].expiry);
        future_margin(&future, points(price), &close, &rules).usd()
    };
    assert_eq!(
        [0, 1, 2, 3].map(|month| tied(month, 20.0)),
        [9_000.0, 9_000.0, 7_000.0, 7_000.0]
    );
    assert_eq!(
        [0, 2].map(|month| tied(month, 10.0)),
        [5_000.0, 5_000.0],
        "at least 5,000 USD"
    );
    let share = Contract::fund(Fund::Vixy);
    assert_eq!(
        future_margin(&share, points(30.0), &close, &rules).usd(),
        15.0
    );
}

#[test]
fn option_widths_are_those_fitted_to_closing_quotes() {
    let widths = execution().width;
    let wide = |root: Root, mid: f64, vix: f64| {
        let mut close = close();
        close.vix = vix;
        quoted_width(&option(root, mid, 1).contract, points(mid), &close, &widths).points()
    };
    assert_eq!(wide(Root::Spxw, 25.0, 18.0), 0.35, "0.05 + 0.06 x 5");
    assert_eq!(
        wide(Root::Spxw, 25.0, 36.0),
        0.70,
        "twice as wide at twice the VIX"
    );
    assert_eq!(wide(Root::Spxw, 25.0, 9.0), 0.35, "and never narrower");
    assert_eq!(wide(Root::Spx, 0.0, 18.0), 0.05, "a tick at least");
    assert_eq!(wide(Root::Vix, 4.0, 18.0), 0.065, "0.015 + 0.025 x 2");
    assert_eq!(wide(Root::Vix, 0.0, 18.0), 0.02, "0.02 at least");
    assert_eq!(
        wide(Root::Fund(Fund::Vixy), 200.0, 18.0),
        0.04,
        "0.02 % of the price"
    );
    assert_eq!(wide(Root::Fund(Fund::Vixy), 200.0, 40.0), 0.08);
    assert_eq!(
        wide(Root::Fund(Fund::Vixy), 10.0, 18.0),
        0.01,
        "a cent at least"
    );
}

#[test]
fn nothing_is_sold_below_zero() {
    let wide = Execution {
        half_spread_fraction: 1.0,
        ..execution()
    };
    // A spread whose bought leg is worth 0.06 at mid and is quoted 0.05 + 0.06 x √0.06 wide.
    let mut close = close();
    close.vix = 60.0;
    let legs = vec![option(Root::Vix, 0.06, 1), option(Root::Vix, 0.02, -1)];
    let sold = engine::fill::trade(legs, 1, Direction::Close, &close, &wide);
    assert!(sold.legs.iter().all(|leg| leg.fill >= Price::ZERO));
    let cheap = engine::fill::trade(
        vec![option(Root::Vix, 0.03, 1)],
        1,
        Direction::Close,
        &close,
        &wide,
    );
    assert_eq!(
        cheap.legs[0].fill,
        Price::ZERO,
        "half the width is more than the mid"
    );
}

#[test]
fn later_futures_answer_by_the_root_of_thirty_over_their_days() {
    let mut close = close();
    for (future, days) in close.futures.iter_mut().zip([30_u64, 31, 120, 270]) {
        future.expiry = close.date + chrono::Days::new(days);
    }
    let shock = Shock {
        spot: -0.02,
        ..Shock::default()
    };
    let gains = |month: usize| {
        let leg = LegFill {
            contract: Contract::future(close.futures[month].expiry),
            ..option(Root::Vx, 20.0, 1)
        };
        gain(&[leg], &close, &shock).expect("a price")
    };
    assert!((gains(0) - 2_000.0).abs() < 1e-9, "two points of 1,000 USD");
    assert!(
        (gains(2) - 1_000.0).abs() < 1e-9,
        "half of it at four times the days"
    );
    assert!(
        (gains(3) - 2_000.0 / 3.0).abs() < 1e-9,
        "a third at nine times"
    );
    assert!(gains(1) < 2_000.0 && gains(1) > 1_960.0);
}
