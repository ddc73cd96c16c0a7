//! What a logged trade may say, on both sides of each limit and at it.

use book::trade_log::{LoggedLeg, LoggedRoot, LoggedTrade, TradeFault};
use chrono::NaiveDate;
use market::contract::Right;
use market::price::{Money, Price};

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn leg(right: Right, strike: f64, quantity: i64) -> LoggedLeg {
    LoggedLeg {
        root: LoggedRoot::Spxw,
        expiry: day("2022-02-04"),
        right,
        strike,
        quantity,
        open_points: None,
        close_points: None,
    }
}

/// A condor of 50 points, sold for 8.35 and bought back for 2.00.
fn condor() -> LoggedTrade {
    LoggedTrade {
        id: "1".into(),
        opened: day("2022-01-21"),
        closed: day("2022-02-04"),
        contracts: 3,
        entry_points: 8.35,
        exit_points: Some(-2.0),
        entry_fees_usd: -13.2,
        exit_fees_usd: -1.0,
        legs: vec![
            leg(Right::Put, 4300.0, -1),
            leg(Right::Put, 4250.0, 1),
            leg(Right::Call, 4700.0, -1),
            leg(Right::Call, 4750.0, 1),
        ],
    }
}

fn allowed(what: &str, change: impl FnOnce(&mut LoggedTrade)) {
    let mut trade = condor();
    change(&mut trade);
    assert_eq!(trade.check(), Ok(()), "{what}");
}

fn refused(what: &str, wanted: &str, change: impl FnOnce(&mut LoggedTrade)) {
    let mut trade = condor();
    change(&mut trade);
    let found = trade.check().expect_err(what).to_string();
    assert!(found.contains(wanted), "{what}: {found}");
}

#[test]
fn classes_have_their_names_and_sizes() {
    // The multiplier of SPX and SPXW is 100 USD, of XSP a tenth of the index at the same 100 USD (Cboe product facts).
    for (root, name, scale, multiplier) in [
        (LoggedRoot::Spx, "SPX", 1, 100),
        (LoggedRoot::Spxw, "SPXW", 1, 100),
        (LoggedRoot::Xsp, "XSP", 10, 10),
    ] {
        assert_eq!(LoggedRoot::named(name), Some(root));
        assert_eq!((root.name(), root.scale()), (name, scale));
        let mut trade = condor();
        trade.legs.iter_mut().for_each(|leg| leg.root = root);
        assert_eq!((trade.root(), trade.multiplier()), (root, multiplier));
    }
    assert_eq!(LoggedRoot::named("NDX"), None);
}

#[test]
fn a_price_is_what_a_market_can_have_paid() {
    // 50 points wide, and one more for a market order.
    allowed("a credit of one point more", |t| t.entry_points = 51.0);
    refused("a credit above it", "no market had", |t| {
        t.entry_points = 51.0001
    });
    allowed("a condor sold for nothing", |t| t.entry_points = 0.0);
    allowed("one point paid to sell it", |t| t.entry_points = -1.0);
    refused("more than that", "of its opening", |t| {
        t.entry_points = -1.0001
    });
    allowed("bought back for its width", |t| t.exit_points = Some(-51.0));
    refused("for more", "of its end", |t| t.exit_points = Some(-51.0001));
    allowed("a point got to be rid of it", |t| t.exit_points = Some(1.0));
    refused("more than that", "of its end", |t| {
        t.exit_points = Some(1.0001)
    });
    // A call bought has no most that it can be worth.
    allowed("a call", |t| {
        t.legs = vec![leg(Right::Call, 4300.0, 1)];
        (t.entry_points, t.exit_points) = (-5_000.0, Some(90_000.0));
    });
}

/// A condor of 5 points of a tenth of the index: what is told of a price is in points as they were quoted.
#[test]
fn a_price_of_an_xsp_trade_is_told_in_its_own_points() {
    let mut trade = condor();
    for leg in &mut trade.legs {
        leg.root = LoggedRoot::Xsp;
        leg.strike /= 10.0;
    }
    (trade.entry_points, trade.exit_points) = (6.0, Some(-0.5));
    assert_eq!(trade.check(), Ok(()), "a credit of one point more");
    trade.entry_points = 6.5;
    let fault = TradeFault::Price {
        what: "opening",
        worth: -6.5,
        worst: -5.0,
        best: 0.0,
    };
    assert_eq!(trade.check(), Err(fault));
}

#[test]
fn amounts_end_at_a_billion_and_fees_at_nothing() {
    refused("NaN", "entry_points is no amount", |t| {
        t.entry_points = f64::NAN
    });
    refused("infinity", "exit_points is no amount", |t| {
        t.exit_points = Some(f64::INFINITY)
    });
    refused("a billion", "no market had", |t| t.entry_points = 1e9);
    refused("more", "entry_points is no amount", |t| {
        t.entry_points = 1e9 + 1.0
    });
    allowed("fees of a billion", |t| t.entry_fees_usd = -1e9);
    refused("more", "entry_fees_usd is no amount", |t| {
        t.entry_fees_usd = -1e9 - 1.0
    });
    allowed("no fees", |t| {
        (t.entry_fees_usd, t.exit_fees_usd) = (0.0, 0.0)
    });
    refused("a cent received", "never above zero", |t| {
        t.entry_fees_usd = 0.01
    });
    refused("a cent at the end", "never above zero", |t| {
        t.exit_fees_usd = 0.01
    });
    refused("both", "never above zero", |t| {
        (t.entry_fees_usd, t.exit_fees_usd) = (0.01, 0.01)
    });
    assert_eq!(condor().entry_fees(), Money(-1_320));
    assert_eq!(condor().exit_fees(), Money(-100));
    assert_eq!(condor().entry(), Price(83_500));
    assert_eq!(condor().exit(), Some(Price(-20_000)));
}

#[test]
fn counts_and_strikes_have_ends() {
    for units in [1, 1_000_000] {
        allowed("units", |t| t.contracts = units);
    }
    for units in [-1, 0, 1_000_001] {
        refused("units", "allowed are 1 to 1,000,000", |t| {
            t.contracts = units
        });
    }
    allowed("1,000 of a leg", |t| t.legs[1].quantity = 1000);
    for quantity in [0, 1001, -1001] {
        refused("a leg", &format!("a leg of {quantity} per unit"), |t| {
            t.legs[1].quantity = quantity
        });
    }
    allowed("the lowest strike", |t| t.legs[1].strike = 1.0);
    refused("below it", "a strike of 0.9", |t| t.legs[1].strike = 0.9);
    allowed("the highest strike", |t| t.legs[3].strike = 100_000.0);
    refused("above it", "a strike of 100000.5", |t| {
        t.legs[3].strike = 100_000.5
    });
    for price in [0.0, 1e5] {
        allowed("a leg's price", |t| t.legs[0].open_points = Some(price));
        allowed("a leg's price", |t| t.legs[3].close_points = Some(price));
    }
    for price in [-0.1, 100_000.5, f64::NAN] {
        refused("a leg's price", "no price of an option", |t| {
            t.legs[3].close_points = Some(price)
        });
    }
}

#[test]
fn a_trade_begins_before_it_ends_and_ends_by_its_expiry() {
    allowed("a day trade", |t| t.closed = t.opened);
    refused("backwards", "before it was opened", |t| {
        t.closed = day("2022-01-20")
    });
    allowed("on the last day", |t| t.opened = day("2022-02-04"));
    refused("a session after it", "after its expiry", |t| {
        t.closed = day("2022-02-07")
    });
    refused("opened after it", "after its expiry", |t| {
        (t.opened, t.closed) = (day("2022-02-07"), day("2022-02-07"))
    });
    // An AM-settled class is settled at the opening of the day it expires.
    let morning = |t: &mut LoggedTrade, opened: &str| {
        t.legs.iter_mut().for_each(|leg| {
            leg.root = LoggedRoot::Spx;
            leg.expiry = day("2022-02-18");
        });
        (t.opened, t.closed) = (day(opened), day("2022-02-18"));
    };
    allowed("the day before", |t| morning(t, "2022-02-17"));
    refused("the same day", "settled at the opening", |t| {
        morning(t, "2022-02-18")
    });
    allowed("without an end, held to expiry", |t| t.exit_points = None);
    refused("without an end, before it", "no price of its end", |t| {
        (t.closed, t.exit_points) = (day("2022-02-03"), None)
    });
    allowed("with an end, before it", |t| t.closed = day("2022-02-03"));
}
