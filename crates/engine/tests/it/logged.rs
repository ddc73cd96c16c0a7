//! Trades of a log in the simulator: done on their days, at their prices, marked between both.

use book::event::{Event, LegFill, PackageFill};
use book::journal::Entry;
use book::reason::Reason;
use book::trade_log::{LoggedLeg, LoggedRoot, LoggedTrade, TradeLog};
use chrono::NaiveDate;
use engine::logged::{ends_at_settlement, marks};
use engine::run::{Keep, Run, run};
use engine::settle::settlement_value;
use market::contract::{Right, Root, Settlement};
use market::price::{Money, Price};
use policy::arm::Arm;
use policy::condor::Condor;

use crate::support::{CAPITAL, execution, hedge, history, window};

fn date(t: usize) -> NaiveDate {
    history().view(t).today().date
}

fn points(p: f64) -> Price {
    Price::from_points(p)
}

/// An iron condor of so many contracts a leg, opened on session 5: its strikes lie 150 and 200 points around the index.
/// It expires on the first listed day that is a session at least a week later.
fn condor(quantity: i64) -> LoggedTrade {
    let today = history().view(5).today();
    let listed = |t: &usize| {
        let far = *t >= 10;
        far && today.spxw.iter().any(|slice| slice.expiry == date(*t))
    };
    let expiry = date(window().find(listed).expect("a listed expiry"));
    let centre = (today.spot / 50.0).round() * 50.0;
    let leg = |(right, away, sign): (Right, f64, i64)| LoggedLeg {
        root: LoggedRoot::Spxw,
        expiry,
        right,
        strike: centre + away,
        quantity: sign * quantity,
        open_points: None,
        close_points: None,
    };
    LoggedTrade {
        id: "one".into(),
        opened: date(5),
        closed: date(8),
        contracts: 3,
        entry_points: 9.2,
        exit_points: Some(-4.4),
        entry_fees_usd: -13.2,
        exit_fees_usd: -12.0,
        legs: [
            (Right::Put, -150.0, -1),
            (Right::Put, -200.0, 1),
            (Right::Call, 150.0, -1),
            (Right::Call, 200.0, 1),
        ]
        .map(leg)
        .to_vec(),
    }
}

fn expiry_session(trade: &LoggedTrade) -> usize {
    history().window(trade.expiry(), trade.expiry()).start
}

fn replay(trades: &[LoggedTrade], hedge_name: &str) -> Run {
    replay_until(40, trades, hedge_name)
}

fn replay_until(end: usize, trades: &[LoggedTrade], hedge_name: &str) -> Run {
    let log = TradeLog {
        file: "own.csv".into(),
        publisher: "a test".into(),
        trades: trades.to_vec(),
        refused: Vec::new(),
    };
    let tier = Condor::of_log("logged", log);
    assert_eq!(tier.check(), Ok(()));
    let arm = Arm::new(&[tier], &hedge(hedge_name));
    let execution = execution();
    run(history(), 0..end, &arm, &execution, CAPITAL, Keep::Journal)
}

/// Openings and ends.
fn trades(run: &Run) -> Vec<&Entry> {
    let all = run.journal.entries.iter();
    all.filter(|entry| {
        matches!(
            entry.event,
            Event::Opened { .. } | Event::Closed { .. } | Event::Settled { .. }
        )
    })
    .collect()
}

fn fill(entry: &Entry) -> &PackageFill {
    match &entry.event {
        Event::Opened { fill, .. } | Event::Closed { fill, .. } | Event::Settled { fill, .. } => {
            fill
        }
        other => panic!("{other:?} is no trade"),
    }
}

/// Cash of one unit by its legs; `sign` is −1 where they are bought as held.
fn of_legs(legs: &[LegFill], sign: i64) -> Price {
    legs.iter()
        .map(|leg| leg.fill * (sign * leg.quantity))
        .sum()
}

#[test]
fn a_trade_is_opened_and_closed_on_its_days_at_its_prices_with_its_fees() {
    // Two contracts a leg: what is missing to the package's price is shared by both.
    for quantity in [1, 2] {
        let trade = condor(quantity);
        let run = replay(std::slice::from_ref(&trade), "unhedged");
        let both = trades(&run);
        assert_eq!(both.len(), 2, "{both:?}");
        assert_eq!([both[0].date, both[1].date], [date(5), date(8)]);
        let (opened, closed) = (fill(both[0]), fill(both[1]));
        assert!(matches!(
            both[1].event,
            Event::Closed {
                reason: Reason::Logged,
                ..
            }
        ));
        assert_eq!((opened.contracts, closed.contracts), (3, 3));
        assert_eq!((opened.net, closed.net), (points(9.2), points(-4.4)));
        assert_eq!(of_legs(&opened.legs, -1), points(9.2));
        assert_eq!(of_legs(&closed.legs, 1), points(-4.4));
        assert_eq!(
            (opened.fees, closed.fees),
            (Money::from_usd(-13.2), Money::from_usd(-12.0))
        );
        // Three units at 480 dollars, less the fees.
        assert_eq!(
            run.portfolio.trading_equity() - CAPITAL,
            Money::from_usd(3.0 * 480.0 - 25.2)
        );
        assert_eq!(run.tally.condors_ordered, 1);
    }
}

#[test]
fn a_leg_without_a_price_has_the_models_and_the_dearest_makes_up_the_package() {
    let trade = condor(1);
    let run = replay(std::slice::from_ref(&trade), "unhedged");
    let opened = fill(trades(&run)[0]);
    let mid = |leg: &LegFill| history().view(5).today().mid(&leg.contract).expect("a mid");
    let mids: Vec<Price> = opened.legs.iter().map(mid).collect();
    let dearest = (0..4).max_by_key(|at| mids[*at]).expect("four legs");
    for (at, leg) in opened
        .legs
        .iter()
        .enumerate()
        .filter(|(at, _)| *at != dearest)
    {
        assert_eq!(leg.fill, mids[at], "leg {at}");
    }
    // Where only one leg has no price, that one makes it up, the first as any other.
    for free in 0..4 {
        let mut quoted = trade.clone();
        for (at, leg) in quoted.legs.iter_mut().enumerate() {
            leg.open_points = (at != free).then_some(3.5);
        }
        let run = replay(&[quoted], "unhedged");
        let opened = fill(trades(&run)[0]);
        assert_eq!(of_legs(&opened.legs, -1), points(9.2), "leg {free} is free");
        for at in (0..4).filter(|at| *at != free) {
            assert_eq!(opened.legs[at].fill, points(3.5));
        }
    }
}

#[test]
fn a_trade_that_expires_ends_at_its_own_price_or_at_the_official_value() {
    let mut trade = condor(1);
    trade.closed = trade.expiry();
    let last = expiry_session(&trade);
    let view = history().view(last);
    let value = settlement_value(Root::Spxw, trade.expiry(), view).0;
    let own = replay(std::slice::from_ref(&trade), "unhedged");
    let end = *trades(&own).last().expect("an end");
    assert_eq!(end.date, trade.expiry());
    assert!(matches!(
        end.event,
        Event::Closed {
            reason: Reason::Expiry,
            ..
        }
    ));
    assert_eq!(fill(end).net, points(-4.4));
    // Its legs pay what they are worth at the official value, but the dearest.
    let pays: Vec<Price> = (trade.unit().iter())
        .map(|(contract, _)| contract.payoff(value))
        .collect();
    let differ = (0..4).filter(|at| fill(end).legs[*at].fill != pays[*at]);
    assert!(differ.count() <= 1, "{:?} for {pays:?}", fill(end).legs);
    trade.exit_points = None;
    let official = replay(std::slice::from_ref(&trade), "unhedged");
    let end = *trades(&official).last().expect("an end");
    assert!(
        matches!(end.event, Event::Settled { value: at, .. } if at == value),
        "{end:?}"
    );
    let worth: Price = (trade.unit().iter().zip(&pays))
        .map(|((_, quantity), pay)| *pay * *quantity)
        .sum();
    assert_eq!(fill(end).net, worth);
}

#[test]
fn a_trade_of_one_day_opens_and_ends_on_it() {
    let mut trade = condor(1);
    trade.closed = trade.opened;
    let run = replay(std::slice::from_ref(&trade), "unhedged");
    let both = trades(&run);
    assert_eq!([both[0].date, both[1].date], [date(5), date(5)]);
    assert_eq!(
        run.portfolio.trading_equity() - CAPITAL,
        Money::from_usd(3.0 * 480.0 - 25.2)
    );
    let (model, difference, mark) = marks(&trade, history(), 5).expect("a session");
    assert_eq!(mark, points(-9.2), "what was sold for 9.20 is worth that");
    assert_eq!(model + difference, mark);
}

#[test]
fn marks_meet_the_log_at_both_ends_and_go_straight_between_them() {
    let trade = condor(1);
    let at = |t: usize| marks(&trade, history(), t).expect("a session");
    assert_eq!(at(5).2, points(-9.2));
    assert_eq!(at(8).2, points(-4.4));
    let [first, last] = [5, 8].map(|t| (at(t).1.0, date(t)));
    for t in 6..8 {
        let gone = (date(t) - first.1).num_days();
        let all = (last.1 - first.1).num_days();
        let wanted = first.0 + ((last.0 - first.0) * gone).div_euclid(all);
        assert_eq!(at(t).1, Price(wanted), "session {t}");
    }
    // What the log says nothing of keeps the difference of its beginning.
    let open = LoggedTrade {
        exit_points: None,
        ..trade.clone()
    };
    assert_eq!(
        marks(&open, history(), 7).expect("a session").1,
        marks(&open, history(), 5).expect("a session").1
    );
}

#[test]
fn a_window_that_ends_before_the_trade_does_closes_it_at_its_mark() {
    let trade = condor(1);
    let run = replay_until(7, std::slice::from_ref(&trade), "unhedged");
    let end = *trades(&run).last().expect("an end");
    assert!(matches!(
        end.event,
        Event::Closed {
            reason: Reason::WindowEnd,
            ..
        }
    ));
    let mark = marks(&trade, history(), 6).expect("a session").2;
    assert_eq!((end.date, fill(end).net), (date(6), mark));
    assert_eq!((fill(end).contracts, fill(end).fees), (3, Money::ZERO));
}

#[test]
fn a_trade_settles_where_it_ends_on_its_expiry_and_only_there() {
    let trade = condor(1);
    assert!(!ends_at_settlement(&trade, Settlement::Pm));
    let mut held = trade.clone();
    held.closed = held.expiry();
    assert!(ends_at_settlement(&held, Settlement::Pm));
    assert!(!ends_at_settlement(&held, Settlement::Am));
}

#[test]
fn what_a_logged_condor_brings_pays_the_purses_and_what_it_costs_does_not() {
    let credited = |quantity: i64, entry_points: f64| {
        let trade = LoggedTrade {
            entry_points,
            exit_points: Some(-entry_points),
            ..condor(quantity)
        };
        let run = replay(&[trade], "single_vix_call");
        let credits = run.journal.entries.iter().filter_map(|e| match e.event {
            Event::PurseCredited { amount, .. } => Some(amount),
            _ => None,
        });
        credits.collect::<Vec<Money>>()
    };
    let policy = hedge("single_vix_call");
    let share = policy.budget_fraction_of_credit * policy.layers[0].share;
    let whole = Money((3.0 * 92_000.0 * share).floor() as i64);
    assert_eq!(credited(1, 9.2), [whole]);
    assert_eq!(credited(-1, -9.2), [Money::ZERO]);
}
