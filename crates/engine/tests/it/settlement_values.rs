//! Which value settles what: official ones where the dataset has them, stated stand-ins where it has not.

use std::collections::BTreeMap;

use book::event::Event;
use book::statement::statement;
use chrono::Datelike;
use engine::execution::{Execution, Fees};
use engine::run::{Keep, Run, run};
use market::contract::Root;
use market::history::MarketHistory;
use market::observations::{DailySeries, Observations, names};
use market::price::{Money, Price};
use policy::arm::Arm;
use policy::rule::{ExpiryRule, Underlying};

use crate::support::{
    ARMS, CAPITAL, arm, build, condor, day, execution, hedge, history, observations,
};

/// Monthly condors settled at the opening.
fn monthly() -> Arm {
    let mut tier = condor();
    tier.underlying = Underlying::Spx;
    tier.expiry = ExpiryRule::Nearest {
        target_days: 30,
        min_days: 14,
        max_days: 50,
    };
    Arm::new(&[tier], &hedge("unhedged"))
}

fn replay(history: &MarketHistory, arm: &Arm) -> Run {
    run(
        history,
        0..history.len(),
        arm,
        &execution(),
        CAPITAL,
        Keep::Journal,
    )
}

/// Settlement values by day, of one root.
fn settled(run: &Run, root: Root) -> BTreeMap<chrono::NaiveDate, (Price, bool)> {
    let of = |e: &book::journal::Entry| match &e.event {
        Event::Settled {
            value, proxy, fill, ..
        } if fill.legs[0].contract.root == root => Some((e.date, (*value, *proxy))),
        _ => None,
    };
    run.journal.entries.iter().filter_map(of).collect()
}

/// The bundled market with a series of official values, 7 points above the open, from `first` on.
fn with_official(first: &str) -> Observations {
    let mut changed = observations().clone();
    let opens = changed.daily[names::SPX_OPEN].values.clone();
    let official = |(date, open): (&chrono::NaiveDate, &Option<f64>)| {
        open.filter(|_| *date >= day(first)).map(|o| o + 7.0)
    };
    let values = changed.sessions.iter().zip(&opens).map(official).collect();
    changed.daily.insert(
        names::SPX_SET.to_string(),
        DailySeries {
            lag_sessions: 0,
            values,
        },
    );
    changed
}

#[test]
fn w05_the_official_opening_quotation_settles_where_the_dataset_has_it_and_the_open_is_flagged() {
    let plain = settled(&replay(history(), &monthly()), Root::Spx);
    let market = build(&with_official("2022-04-01"));
    let official = settled(&replay(&market, &monthly()), Root::Spx);
    assert_eq!(
        plain.keys().collect::<Vec<_>>(),
        official.keys().collect::<Vec<_>>()
    );
    assert!(plain.len() >= 4, "{} expiries", plain.len());
    assert!(
        plain.values().all(|(_, proxy)| *proxy),
        "the open is a stand-in"
    );
    for (date, (value, proxy)) in &official {
        let open = plain[date].0;
        if *date >= day("2022-04-01") {
            assert_eq!(
                (*value, *proxy),
                (open + Price::from_points(7.0), false),
                "{date}"
            );
        } else {
            assert_eq!((*value, *proxy), (open, true), "{date}");
        }
    }
}

#[test]
fn w05_vix_contracts_settle_at_vro_and_at_the_flagged_open_where_it_is_missing() {
    let mut changed = observations().clone();
    changed.vx.retain(|row| row.trade_date != row.expiry);
    let market = build(&changed);
    for (root, name) in [(Root::Vx, "always_on_futures"), (Root::Vix, "always_on")] {
        let published = settled(&replay(history(), &arm(name)), root);
        let missing = settled(&replay(&market, &arm(name)), root);
        assert!(published.values().all(|(_, proxy)| !proxy), "{root:?}");
        assert!(
            !missing.is_empty() && missing.values().all(|(_, proxy)| *proxy),
            "{root:?}"
        );
        for (date, (value, _)) in &missing {
            let t = market.window(*date, *date).start;
            let at = changed.sessions.binary_search(date).expect("a session");
            let open = changed.daily[names::VIX_OPEN].values[at].expect("an open");
            assert_eq!(*value, Price::from_points(open), "{root:?} {date}");
            assert!(
                market.view(t).today().future(*date).is_none(),
                "no mark of what expires today"
            );
        }
    }
}

#[test]
fn w06_w07_no_contract_settled_at_the_opening_survives_that_morning() {
    let run = replay(history(), &monthly());
    let values = settled(&run, Root::Spx);
    let third_friday = |d: &chrono::NaiveDate| {
        market::calendar::spx_am_settlement(d.year(), d.month()) == Some(*d)
    };
    assert!(
        values.keys().all(third_friday),
        "third Fridays or the session before"
    );
    let morning = |e: &&book::journal::Entry| matches!(e.event, Event::Settled { .. });
    assert!(
        run.journal
            .entries
            .iter()
            .filter(morning)
            .all(|e| e.stage == book::event::Stage::SettleMorning)
    );
}

/// docs/pitfalls.md, row W18: a session without any value of its own settles at the last mark, flagged, and the run goes on.
#[test]
fn w18_a_gap_in_the_index_open_settles_at_the_last_close_and_says_so() {
    let mut changed = observations().clone();
    let series = changed.daily.get_mut(names::SPX_OPEN).expect("the opens");
    series.values.iter_mut().for_each(|v| *v = None);
    let market = build(&changed);
    for (date, (value, proxy)) in settled(&replay(&market, &monthly()), Root::Spx) {
        let t = market.window(date, date).start;
        assert_eq!(
            (value, proxy),
            (market.view(t - 1).today().settlements.spx_close, true),
            "{date}"
        );
    }
}

/// docs/pitfalls.md, row W12: settlement never asks for buying power. An account that a loss has emptied still settles everything.
#[test]
fn w12_settlement_never_depends_on_buying_power() {
    let mut tier = condor();
    tier.size = policy::condor::Size::Fixed { contracts: 20 };
    let arm = Arm::new(&[tier], &hedge("unhedged"));
    let mut changed = observations().clone();
    let crash = day("2022-02-10");
    for name in [names::SPX_OPEN, names::SPX_CLOSE] {
        let series = changed.daily.get_mut(name).expect("a series");
        for (date, value) in changed.sessions.iter().zip(&mut series.values) {
            *value = value.map(|v| if *date >= crash { 0.7 * v } else { v });
        }
    }
    let market = build(&changed);
    let capital = Money::from_usd(105_000.0);
    let run = run(
        &market,
        0..market.len(),
        &arm,
        &execution(),
        capital,
        Keep::Journal,
    );
    let rows = statement(&run.journal, capital, arm.layers());
    let lost = rows
        .sessions
        .iter()
        .map(|row| row.cash)
        .min()
        .expect("sessions");
    assert!(
        lost < Money::from_usd(60_000.0),
        "the crash took nearly everything: {lost}"
    );
    let due: Vec<_> = rows
        .trades
        .iter()
        .filter(|t| t.package.opened < crash && t.package.expiry() >= crash)
        .collect();
    assert!(!due.is_empty());
    for trade in due {
        assert_eq!(trade.closed, trade.package.expiry());
        let widest = Money::from_usd(5_000.0 * 20.0);
        assert_eq!(
            trade.exit.cash(),
            Money(-widest.0),
            "settled at its maximum loss, whatever cash there was"
        );
    }
}

#[test]
fn w10_the_schedule_changes_fees_and_nothing_else_over_a_whole_run() {
    let flat = execution();
    let scheduled = Execution {
        fees: Fees::Schedule,
        ..execution()
    };
    let arm = arm("unhedged");
    let of = |execution: &Execution| {
        let run = run(
            history(),
            0..history().len(),
            &arm,
            execution,
            CAPITAL,
            Keep::Journal,
        );
        let rows = statement(&run.journal, CAPITAL, arm.layers());
        let fees: Money = rows.trades.iter().map(|t| t.fees).sum();
        (run.portfolio.trading_equity() - fees, fees, rows.trades)
    };
    let ((before_fees, fees, _), (same, other_fees, trades)) = (of(&flat), of(&scheduled));
    assert_eq!(before_fees, same, "fees apart the runs are one");
    assert!(
        fees < other_fees && other_fees < Money::ZERO,
        "the schedule is cheaper: {other_fees} against {fees}"
    );
    let mut expected = Money::ZERO;
    for trade in &trades {
        let tiers = |leg: &book::event::LegFill| {
            if leg.fill < Price::from_points(1.0) {
                9_000
            } else {
                9_900
            }
        };
        let side = |legs: &[book::event::LegFill]| -> i64 {
            legs.iter().map(|l| tiers(l) * l.quantity.abs()).sum()
        };
        let cents =
            |legs: &[book::event::LegFill]| (side(legs) * trade.package.contracts + 50) / 100;
        expected -= Money(cents(&trade.package.legs));
        if trade.settlement.is_none() {
            expected -= Money(cents(&trade.exit.legs));
        }
    }
    assert_eq!(
        other_fees, expected,
        "exchange tier by premium + 0.025 + 0.015 + 0.50, rounded once per trade"
    );
}

/// Every arm trades under the schedule too, the futures included, and its books balance.
#[test]
fn every_arm_runs_under_the_schedule() {
    let scheduled = Execution {
        fees: Fees::Schedule,
        ..execution()
    };
    for name in ARMS {
        let arm = arm(name);
        let run = run(
            history(),
            0..history().len(),
            &arm,
            &scheduled,
            CAPITAL,
            Keep::Journal,
        );
        run.portfolio.assert_balanced();
        for trade in statement(&run.journal, CAPITAL, arm.layers())
            .trades
            .iter()
            .filter(|t| t.package.margined)
        {
            let sides = if trade.settlement.is_some() { 1 } else { 2 };
            assert_eq!(
                trade.fees,
                Money(-203 * trade.package.contracts * sides),
                "1.51 + 0.02 + 0.50 a side"
            );
        }
    }
}

/// docs/pitfalls.md, row W42: the wings of the two sides are chosen apart from each other.
#[test]
fn w42_wings_are_independent_per_side() {
    let mut tier = condor();
    tier.call.long = policy::condor::LongWing::Width { points: 100.0 };
    let arm = Arm::new(&[tier], &hedge("unhedged"));
    let trades = statement(&replay(history(), &arm).journal, CAPITAL, arm.layers()).trades;
    assert!(trades.len() > 10);
    for trade in trades {
        let strike = |i: usize| trade.package.legs[i].contract.option.expect("an option").1;
        assert_eq!(strike(0) - strike(1), Price::from_points(50.0));
        assert_eq!(strike(3) - strike(2), Price::from_points(100.0));
        assert_eq!(
            trade.package.margin_per_unit,
            Money::from_usd(10_000.0),
            "the wider side"
        );
    }
}

/// A condor that settles in the morning makes room for the one filled that day: with one at a time, every monthly expiry
/// is also an entry.
#[test]
fn what_settles_in_the_morning_makes_room_for_the_same_day() {
    let mut tier = condor();
    tier.underlying = Underlying::Spx;
    tier.entry = policy::condor::Cadence::Month {
        on: policy::condor::MonthDay::ThirdFriday,
    };
    tier.expiry = ExpiryRule::Nearest {
        target_days: 30,
        min_days: 20,
        max_days: 40,
    };
    tier.max_open = 1;
    let arm = Arm::new(&[tier], &hedge("unhedged"));
    let full = replay(history(), &arm);
    let trades = statement(&full.journal, CAPITAL, arm.layers()).trades;
    assert_eq!(trades.len(), 6, "January to June");
    assert!(
        trades
            .windows(2)
            .all(|w| w[0].closed == w[1].package.opened)
    );
    let curve = run(
        history(),
        0..history().len(),
        &arm,
        &execution(),
        CAPITAL,
        Keep::Curve,
    );
    assert_eq!(curve.curve, full.curve, "with and without a journal");
}
