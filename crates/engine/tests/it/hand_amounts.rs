//! Numbers worked out by hand, on each side of a rule and at it.

use book::event::Event;
use engine::execution::Execution;
use engine::fill::{Direction, delta, fill};
use engine::run::Keep;
use engine::shock::{Shock, gain};
use engine::simulator::Simulator;
use market::black;
use market::contract::{Contract, Right, Root};
use market::fund::Fund;
use market::history::Snapshot;
use market::price::Price;
use market::surface::Slice;

use crate::support::{CAPITAL, arm, condor, execution, hedge, history, leg, replay};

/// The place of a setting, with the least and the most it may be.
type Limit = (&'static str, fn(&mut Execution) -> &mut f64, f64, f64);

const SPREADS: [Limit; 10] = [
    (
        "half_spread_fraction",
        |e| &mut e.half_spread_fraction,
        0.0,
        10.0,
    ),
    (
        "width.spx_base_points",
        |e| &mut e.width.spx_base_points,
        0.0,
        100.0,
    ),
    ("width.spx_root", |e| &mut e.width.spx_root, 0.0, 100.0),
    (
        "width.vix_base_points",
        |e| &mut e.width.vix_base_points,
        0.0,
        100.0,
    ),
    ("width.vix_root", |e| &mut e.width.vix_root, 0.0, 100.0),
    (
        "width.vix_min_points",
        |e| &mut e.width.vix_min_points,
        0.0,
        100.0,
    ),
    (
        "width.vx_near_ticks",
        |e| &mut e.width.vx_near_ticks,
        0.0,
        100.0,
    ),
    (
        "width.vx_far_ticks",
        |e| &mut e.width.vx_far_ticks,
        0.0,
        100.0,
    ),
    (
        "width.reference_vix",
        |e| &mut e.width.reference_vix,
        1.0,
        200.0,
    ),
    (
        "width.vx_double_above_vix",
        |e| &mut e.width.vx_double_above_vix,
        1.0,
        1000.0,
    ),
];

const MARGINS: [Limit; 5] = [
    ("margin.vx_min_usd", |e| &mut e.margin.vx_min_usd, 0.0, 1e6),
    (
        "margin.vx_near_fraction",
        |e| &mut e.margin.vx_near_fraction,
        0.0,
        2.0,
    ),
    (
        "margin.vx_far_fraction",
        |e| &mut e.margin.vx_far_fraction,
        0.0,
        2.0,
    ),
    (
        "margin.maintenance_fraction",
        |e| &mut e.margin.maintenance_fraction,
        0.0,
        1.0,
    ),
    (
        "margin.loan_spread",
        |e| &mut e.margin.loan_spread,
        0.0,
        1.0,
    ),
];

#[test]
fn every_setting_of_an_execution_has_its_ends() {
    for (key, place, low, high) in SPREADS.into_iter().chain(MARGINS) {
        let with = |value: f64| {
            let mut changed = execution();
            *place(&mut changed) = value;
            changed.check()
        };
        for end in [low, high] {
            assert_eq!(with(end), Ok(()), "{key} at {end}");
        }
        for beyond in [low - 0.01, high + 0.01, f64::NAN] {
            let refused = with(beyond).expect_err(key).to_string();
            assert!(refused.contains(key), "{key} at {beyond}: {refused}");
        }
    }
}

fn listed(slices: &[Slice]) -> &Slice {
    let is_far = |slice: &&Slice| slice.dte > 20;
    slices.iter().find(is_far).expect("a listed expiry")
}

#[test]
fn a_future_has_a_delta_of_one_and_what_is_not_listed_none() {
    let today = history().view(10).today();
    let future = Contract::future(today.futures[0].expiry);
    assert_eq!(delta(&future, today), 1.0);
    let never = today.date + chrono::Days::new(4_001);
    let option = Contract::option(Root::Spxw, never, Right::Put, Price::from_points(4_000.0));
    assert_eq!(delta(&option, today), 0.0);
}

#[test]
fn several_contracts_of_one_leg_are_rounded_against_the_trader_like_one() {
    let today = history().view(10).today();
    let at_mid = Execution {
        half_spread_fraction: 0.0,
        ..execution()
    };
    let slice = listed(&today.vix_options);
    let strikes = (20..40).map(|points| Price::from_points(f64::from(points)));
    let calls = strikes.map(|k| Contract::option(Root::Vix, slice.expiry, Right::Call, k));
    // One whose mid lies between two ticks.
    let tick = |price: Price| market::listing::tick(Root::Vix, price);
    let between = |call: &Contract| {
        let mid = today.mid(call).expect("a price");
        mid.floor_to(tick(mid)) < mid
    };
    let call = calls
        .into_iter()
        .find(between)
        .expect("a mid between ticks");
    let mid = today.mid(&call).expect("a price");
    for quantity in [1, 2, 3, -1, -2] {
        let traded = |direction| {
            let legs = [(call, quantity)];
            let fill = fill(&legs, 1, direction, today, &at_mid, &|_| None);
            fill.expect("a price").legs[0].fill
        };
        let [up, down] = [mid.ceil_to(tick(mid)), mid.floor_to(tick(mid))];
        let wanted = if quantity > 0 { [up, down] } else { [down, up] };
        let found = [traded(Direction::Open), traded(Direction::Close)];
        assert_eq!(found, wanted, "{quantity} contracts");
    }
}

/// What a shock makes of one contract of an option, from its slice.
fn repriced(
    today: &Snapshot,
    contract: &Contract,
    forward: impl Fn(&Slice) -> f64,
    vol: impl Fn(f64) -> f64,
) -> f64 {
    let slice = today.slice(contract.root, contract.expiry).expect("listed");
    let (right, strike) = contract.option.expect("an option");
    let strike = strike.points();
    let (own, before) = slice.vol_and_price(right, strike);
    let moved = forward(slice);
    let after = black::price(right, moved, strike, slice.t, slice.discount, vol(own));
    100.0 * (after - before)
}

fn near(found: Option<f64>, wanted: f64) {
    let found = found.expect("a price");
    assert!((found - wanted).abs() < 1e-9, "{found} for {wanted}");
}

#[test]
fn a_rise_of_volatility_moves_options_futures_and_funds() {
    let today = history().view(10).today();
    let rise = Shock {
        vol_points: 2.0,
        ..Shock::default()
    };
    let slice = listed(&today.spxw);
    let strike = Price::from_points((slice.forward / 50.0).round() * 50.0);
    let put = Contract::option(Root::Spxw, slice.expiry, Right::Put, strike);
    let one = repriced(today, &put, |slice| slice.forward, |vol| vol + 0.02);
    assert!(one > 0.0);
    near(gain(&[leg(put, 1)], today, &rise), one);
    near(gain(&[leg(put, -3)], today, &rise), -3.0 * one);
    // The front future rises by as many points.
    let front = today.futures[0].expiry;
    assert!((front - today.date).num_days() <= 30);
    near(
        gain(&[leg(Contract::future(front), 1)], today, &rise),
        2_000.0,
    );
    // A fund on futures moves with the one of thirty days.
    let close = today.fund(Fund::Vixy).expect("a close").close.points();
    let held = today.constant_maturity_future(30.0).expect("futures");
    let shares = [leg(Contract::fund(Fund::Vixy), 5)];
    near(gain(&shares, today, &rise), 5.0 * close * 2.0 / held);
}

#[test]
fn no_shock_leaves_a_forward_or_a_volatility_of_nothing() {
    let today = history().view(10).today();
    let slice = listed(&today.vix_options);
    let strike = Price::from_points(20.0);
    let put = Contract::option(Root::Vix, slice.expiry, Right::Put, strike);
    let rally = Shock {
        spot: 1.0,
        ..Shock::default()
    };
    near(
        gain(&[leg(put, 1)], today, &rally),
        repriced(today, &put, |_| 0.01, |vol| vol),
    );
    let slice = listed(&today.spxw);
    let strike = Price::from_points((slice.forward / 5.0).round() * 5.0);
    let call = Contract::option(Root::Spxw, slice.expiry, Right::Call, strike);
    let calm = Shock {
        vol_points: -1_000.0,
        ..Shock::default()
    };
    near(
        gain(&[leg(call, 1)], today, &calm),
        repriced(today, &call, |slice| slice.forward, |_| 0.001),
    );
}

/// Half of its life later an option is worth what the same volatility gives it for the other half.
#[test]
fn a_day_of_a_shock_is_one_of_365() {
    let today = history().view(10).today();
    let slice = listed(&today.spxw);
    let strike = Price::from_points((slice.forward / 50.0).round() * 50.0);
    let put = Contract::option(Root::Spxw, slice.expiry, Right::Put, strike);
    let half = Shock {
        days: 365.0 * slice.t / 2.0,
        ..Shock::default()
    };
    let (vol, before) = slice.vol_and_price(Right::Put, strike.points());
    let (forward, t) = (slice.forward, slice.t / 2.0);
    let after = black::price(Right::Put, forward, strike.points(), t, slice.discount, vol);
    assert!(0.0 < after && after < before);
    near(gain(&[leg(put, 1)], today, &half), 100.0 * (after - before));
}

/// Deltas of closing legs are told where a journal is kept: those of the session's smile.
#[test]
fn a_closing_leg_has_the_delta_of_its_session() {
    let mut early = condor();
    early.exit = vec![policy::rule::ExitRule::DaysToExpiry { at_most: 5 }];
    let run = replay(&policy::arm::Arm::new(&[early], &hedge("unhedged")));
    let mut closed = 0;
    for entry in &run.journal.entries {
        let Event::Closed { fill, .. } = &entry.event else {
            continue;
        };
        let session = history().window(entry.date, entry.date).start;
        let today = history().view(session).today();
        for leg in fill.legs.iter() {
            assert_eq!(leg.delta, delta(&leg.contract, today), "{}", entry.date);
            assert_ne!(leg.delta, 0.0);
        }
        closed += 1;
    }
    assert!(closed > 5, "{closed} condors left");
}

#[test]
fn a_mark_has_no_delta_where_no_rule_asks_for_one() {
    let arm = arm("always_on");
    let execution = execution();
    let mut simulator = Simulator::new(history(), &arm, &execution, CAPITAL, Keep::Curve);
    (0..20).for_each(|t| simulator.step(t));
    let marks = simulator.marks();
    assert!(!marks.is_empty());
    assert!(marks.iter().all(|mark| mark.tested_delta == 0.0));
}
