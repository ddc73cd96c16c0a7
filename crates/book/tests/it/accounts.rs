use std::sync::Arc;

use book::event::{Event, LayerId, LegFill, PackageFill, PackageId, Stage};
use book::journal::Journal;
use book::portfolio::{Package, Portfolio, worst_payoff};
use book::reason::Reason;
use book::statement::{count, statement};
use chrono::NaiveDate;
use market::chain::Source;
use market::contract::{Contract, Right, Root};
use market::price::{Money, Price};

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn usd(amount: f64) -> Money {
    Money::from_usd(amount)
}

fn option(right: Right, strike: f64) -> Contract {
    Contract::option(
        Root::Spxw,
        day("2022-02-18"),
        right,
        Price::from_points(strike),
    )
}

/// One unit at these fills and mids, with fees for all units.
fn trade(
    legs: &[(Contract, i64, f64, f64)],
    contracts: i64,
    fees: f64,
    opens: bool,
) -> PackageFill {
    let sign = if opens { -1 } else { 1 };
    let leg = |(contract, quantity, fill, mid): &(Contract, i64, f64, f64)| LegFill {
        contract: *contract,
        quantity: *quantity,
        mid: Price::from_points(*mid),
        fill: Price::from_points(*fill),
        delta: 0.0,
        source: Source::Model,
    };
    let legs: Arc<[LegFill]> = legs.iter().map(leg).collect();
    let net =
        |price: fn(&LegFill) -> Price| legs.iter().map(|l| price(l) * (sign * l.quantity)).sum();
    let root = legs[0].contract.root;
    PackageFill {
        contracts,
        net: net(|l| l.fill),
        net_mid: net(|l| l.mid),
        fees: usd(-fees),
        multiplier: root.multiplier(),
        margined: root == Root::Vx,
        legs: Arc::clone(&legs),
    }
}

fn opened(number: u32, layer: u8, fill: PackageFill, margin: f64) -> Event {
    Event::Opened {
        package: PackageId(number),
        layer: LayerId(layer),
        fill,
        margin_per_unit: usd(margin),
    }
}

/// A put spread sold, a future bought, both ended: the journal of the example below.
fn journal() -> Journal {
    let mut journal = Journal::default();
    let spread = |fills: [f64; 2], mids: [f64; 2], fees, opens| {
        let legs = [
            (option(Right::Put, 4000.0), -1, fills[0], mids[0]),
            (option(Right::Put, 3950.0), 1, fills[1], mids[1]),
        ];
        trade(&legs, 2, fees, opens)
    };
    let future = |fill, mid, opens| {
        trade(
            &[(Contract::future(day("2022-03-16")), 1, fill, mid)],
            3,
            7.2,
            opens,
        )
    };
    let marked = |values: [f64; 2], defined, futures| Event::Marked {
        values: values.map(usd).to_vec(),
        defined_risk_margin: usd(defined),
        futures_margin: usd(futures),
        carried: 0,
    };
    let vary = |settle: f64, amount: f64| Event::Variation {
        package: PackageId(2),
        settle: Price::from_points(settle),
        amount: usd(amount),
    };
    let monday = day("2022-01-31");
    let mut post = |date, stage, event| journal.append(date, stage, event);
    post(
        monday,
        Stage::Fill,
        opened(1, 0, spread([20.0, 12.0], [20.1, 11.9], 4.4, true), 5_000.0),
    );
    post(
        monday,
        Stage::Fill,
        opened(2, 1, future(21.05, 21.0, true), 0.0),
    );
    post(
        monday,
        Stage::Mark,
        marked([-1_600.0, 0.0], 10_000.0, 28_000.0),
    );
    let tuesday = day("2022-02-01");
    let interest = Event::Interest {
        amount: usd(3.0),
        rate: 0.01,
    };
    post(tuesday, Stage::Accrue, interest);
    let split = Event::Split {
        package: PackageId(2),
        part: PackageId(3),
        contracts: 1,
    };
    post(tuesday, Stage::Mark, vary(20.0, -3_000.0));
    post(
        tuesday,
        Stage::Mark,
        marked([-1_000.0, 0.0], 10_000.0, 27_000.0),
    );
    let wednesday = day("2022-02-02");
    post(wednesday, Stage::Fill, split);
    let part = trade(
        &[(Contract::future(day("2022-03-16")), 1, 19.95, 20.0)],
        1,
        2.4,
        false,
    );
    post(
        wednesday,
        Stage::Fill,
        Event::Closed {
            package: PackageId(3),
            reason: Reason::MarginCall,
            fill: part,
        },
    );
    post(
        wednesday,
        Stage::Mark,
        marked([-900.0, 0.0], 10_000.0, 18_000.0),
    );
    let rest = trade(
        &[(Contract::future(day("2022-03-16")), 1, 19.95, 20.0)],
        2,
        4.8,
        false,
    );
    post(
        wednesday,
        Stage::WindowEnd,
        Event::Closed {
            package: PackageId(2),
            reason: Reason::WindowEnd,
            fill: rest,
        },
    );
    let back = spread([9.0, 4.4], [8.9, 4.5], 4.4, false);
    post(
        wednesday,
        Stage::WindowEnd,
        Event::Closed {
            package: PackageId(1),
            reason: Reason::WindowEnd,
            fill: back,
        },
    );
    post(wednesday, Stage::WindowEnd, marked([0.0, 0.0], 0.0, 0.0));
    journal
}

#[test]
fn an_account_is_what_a_pencil_makes_of_it() {
    let journal = journal();
    let account = journal.replay(usd(100_000.0), 2);
    account.assert_balanced();
    // Spread: +8.00 and -4.60 on two units; costs 8.80. Future: three points of slippage and 30,000 USD a point.
    let spread = 2.0 * 100.0 * (8.0 - 4.6) - 8.8;
    let future = -3_000.0 - 3.0 * 50.0 - 3.0 * 50.0 - 14.4;
    assert_eq!(account.trading_equity(), usd(100_000.0 + spread + future));
    assert_eq!(account.equity(), account.trading_equity() + usd(3.0));
    assert_eq!(account.cash, account.equity(), "nothing is held");
    assert_eq!((account.opened, account.packages.len()), (3, 0));
    let [first, second] = account.ledgers.as_slice() else {
        panic!("two layers");
    };
    assert_eq!((first.pnl(), second.pnl()), (usd(spread), usd(future)));
    assert_eq!(first.slippage, usd(2.0 * 100.0 * (-0.2 - 0.2)));
    assert_eq!(first.pnl_at_mid(), usd(2.0 * 100.0 * (8.2 - 4.4)));
    assert_eq!((second.fees, second.slippage), (usd(-14.4), usd(-300.0)));
    assert_eq!(
        (second.units, second.openings),
        (3, 1),
        "a part is no opening"
    );
    assert_eq!(first.booked(), first.pnl(), "worth nothing any more");
}

#[test]
fn a_statement_has_its_sessions_and_its_trades() {
    let rows = statement(&journal(), usd(100_000.0), 2);
    let [monday, tuesday, wednesday] = rows.sessions.as_slice() else {
        panic!("three sessions");
    };
    assert_eq!(monday.cash, usd(100_000.0 + 1_600.0 - 4.4 - 150.0 - 7.2));
    assert_eq!(monday.margin, usd(38_000.0));
    assert_eq!(
        monday.buying_power,
        usd(38_000.0 - 1_600.0),
        "the credit of the spread is free"
    );
    assert_eq!((monday.fees, monday.slippage), (usd(-11.6), usd(-190.0)));
    assert_eq!(monday.interest, Money::ZERO);
    assert_eq!(tuesday.interest, usd(3.0));
    assert_eq!(tuesday.layer_pnl.as_slice(), [usd(600.0), usd(-3_000.0)]);
    assert_eq!(tuesday.trading_equity, tuesday.equity - usd(3.0));
    assert_eq!(
        tuesday.drawdown,
        tuesday.trading_equity - usd(100_000.0),
        "interest fills no drawdown"
    );
    assert_eq!(
        wednesday.drawdown,
        wednesday.trading_equity - usd(100_000.0)
    );
    let before_end = 100_000.0 + 1_600.0 - 4.4 - 150.0 - 7.2 - 3_000.0 - 50.0 - 2.4 - 900.0;
    assert_eq!(rows.pnl_before_window_end, usd(before_end - 100_000.0));
    let [part, rest, spread] = rows.trades.as_slice() else {
        panic!("three trades");
    };
    assert_eq!(part.pnl, usd(-1_000.0 - 50.0 - 50.0 - 4.8));
    assert_eq!(rest.pnl, usd(-2_000.0 - 100.0 - 100.0 - 9.6));
    assert_eq!(spread.pnl, usd(2.0 * 100.0 * 3.4 - 8.8));
    assert_eq!(spread.fees, usd(-8.8));
    assert_eq!(count(&rows.trades, LayerId(1)), (2, 3));
    assert_eq!(count(&rows.trades, LayerId(0)), (1, 2));
}

#[test]
fn a_running_peak_counts_from_the_start() {
    let mut journal = Journal::default();
    let gain = |value: f64| Event::Marked {
        values: vec![usd(value)],
        defined_risk_margin: Money::ZERO,
        futures_margin: Money::ZERO,
        carried: 0,
    };
    for (date, value) in [
        ("2022-01-03", -10.0),
        ("2022-01-04", 5.0),
        ("2022-01-05", 5.0),
        ("2022-01-06", 1.0),
    ] {
        journal.append(day(date), Stage::Mark, gain(value));
    }
    let rows = statement(&journal, usd(100.0), 1).sessions;
    let falls: Vec<Money> = rows.iter().map(|row| row.drawdown).collect();
    assert_eq!(falls, [usd(-10.0), Money::ZERO, Money::ZERO, usd(-4.0)]);
}

#[test]
fn what_leaves_takes_its_share_and_the_cents_stay() {
    let mut account = Portfolio::new(usd(1_000.0), 1);
    let legs = [(Contract::future(day("2022-03-16")), 1, 20.0, 20.0)];
    account.apply(
        day("2022-01-03"),
        &opened(1, 0, trade(&legs, 3, 0.05, true), 0.0),
    );
    let vary = Event::Variation {
        package: PackageId(1),
        settle: Price::from_points(19.9999),
        amount: Money(-1),
    };
    account.apply(day("2022-01-04"), &vary);
    let split = Event::Split {
        package: PackageId(1),
        part: PackageId(2),
        contracts: 2,
    };
    account.apply(day("2022-01-05"), &split);
    let of = |id: u32| account.package(PackageId(id)).expect("it is open");
    assert_eq!((of(1).contracts, of(2).contracts), (1, 2));
    assert_eq!((of(1).entry_fees, of(2).entry_fees), (Money(-2), Money(-3)));
    assert_eq!((of(1).variation, of(2).variation), (Money(-1), Money(0)));
    assert_eq!(of(2).last_settle, Price::from_points(19.9999));
    assert_eq!(account.opened, 2);
}

#[test]
fn the_worst_pay_off_is_at_a_strike_at_nothing_or_without_end() {
    let worst = |legs: &[(Contract, i64)]| worst_payoff(legs.iter().copied());
    let put = |strike, quantity| (option(Right::Put, strike), quantity);
    let call = |strike, quantity| (option(Right::Call, strike), quantity);
    let points = Price::from_points;
    assert_eq!(worst(&[put(4000.0, -1), put(3950.0, 1)]), points(-50.0));
    assert_eq!(
        worst(&[put(4000.0, -1)]),
        points(-4000.0),
        "at an index of nothing"
    );
    assert_eq!(worst(&[call(4000.0, 1), call(4050.0, -1)]), Price::ZERO);
    assert_eq!(worst(&[call(4000.0, -1), call(4050.0, 1)]), points(-50.0));
    assert!(worst(&[call(4000.0, -2), call(4050.0, 1)]) < points(-1e9));
    assert_eq!(
        worst(&[call(4000.0, 1), call(4050.0, -2), call(4100.0, 1)]),
        Price::ZERO
    );
    // A butterfly whose body is too far from one wing loses at the far strike alone.
    assert_eq!(
        worst(&[call(4000.0, 1), call(4050.0, -2), call(4150.0, 1)]),
        points(-50.0)
    );
    let share = (Contract::fund(market::fund::Fund::Spy), 1);
    assert_eq!(worst(&[share]), Price::ZERO);
    assert_eq!(
        worst(&[share, call(4000.0, -1)]),
        Price::ZERO,
        "a share covers a call"
    );
    assert!(worst(&[(share.0, -1)]) < points(-1e9));
    let legs = trade(&[(option(Right::Put, 4000.0), -1, 0.0, 0.0)], 1, 0.0, true).legs;
    assert_eq!(Package::worst_payoff(&legs), points(-4000.0));
}
