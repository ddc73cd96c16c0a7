//! From what to look for to what is listed: expiries, strikes and refusals on one snapshot.

use book::reason::Reason;
use market::contract::{Contract, Right, Root};
use market::history::Snapshot;
use market::price::Price;
use policy::rule::{ExpiryRule, StrikeRule, Underlying};
use policy::select::{LegRule, Resolved, Side, Template, nearest_delta, nearest_miss, resolve};
use policy::strikes::Strikes;

use crate::scene::{day, market, points};

fn on<T>(ask: impl Fn(&Snapshot) -> T) -> T {
    let history = market(&[], &[]);
    let at = day("2022-01-13");
    ask(history.view(history.window(at, at).start).today())
}

fn leg(side: Side, right: Right, ratio: i64, strike: StrikeRule) -> LegRule {
    LegRule {
        side,
        right,
        ratio,
        strike,
    }
}

fn template(underlying: Underlying, legs: Vec<LegRule>) -> Template {
    Template {
        underlying,
        expiry: ExpiryRule::First {
            min_days: 20,
            max_days: 60,
        },
        legs,
        future_side: Side::Short,
        max_width_fraction_of_mid: None,
    }
}

fn resolved(template: &Template) -> Result<Resolved, Reason> {
    on(|snapshot| resolve(template, snapshot))
}

#[test]
fn futures_and_funds_are_found_without_legs() {
    let vx = resolved(&template(Underlying::Vx, Vec::new())).expect("a future");
    let front = Contract::future(day("2022-02-16"));
    assert_eq!((vx.legs, vx.expiry), (vec![(front, -1)], front.expiry));
    let spy = resolved(&template(Underlying::Spy, Vec::new())).expect("a fund");
    assert_eq!(spy.expiry, Contract::NEVER);
    assert_eq!(spy.legs.len(), 1);
    assert_eq!(
        resolved(&template(Underlying::Tlt, Vec::new())),
        Err(Reason::NoPrice),
        "the dataset has no closes of it"
    );
    let mut far = template(Underlying::Vx, Vec::new());
    far.expiry = ExpiryRule::First {
        min_days: 35,
        max_days: 60,
    };
    assert_eq!(resolved(&far), Err(Reason::NoExpiry));
}

#[test]
fn strikes_follow_the_forward_the_leg_before_and_the_index() {
    let strikes = |underlying, legs: Vec<LegRule>| {
        let found = resolved(&template(underlying, legs)).expect("strikes");
        let strike = |(contract, quantity): &(Contract, i64)| {
            (contract.option.expect("an option").1.points(), *quantity)
        };
        found.legs.iter().map(strike).collect::<Vec<_>>()
    };
    // The future of 2022-02-16 settles at 21: 1.2 times it is 25.2, and VIX strikes there are whole points.
    let ratio = |ratio| StrikeRule::Moneyness { ratio };
    let away = |points| StrikeRule::OffsetFromPrevious { points };
    let calls = vec![
        leg(Side::Long, Right::Call, 2, ratio(1.2)),
        leg(Side::Short, Right::Call, 3, away(5.0)),
    ];
    assert_eq!(strikes(Underlying::Vix, calls), [(25.0, 2), (30.0, -3)]);
    // Not above the index times the ratio: 4000 itself, and below 3999 the strike before.
    let most = |ratio| StrikeRule::AtOrBelow { ratio };
    let put = |strike| vec![leg(Side::Short, Right::Put, 1, strike)];
    assert_eq!(strikes(Underlying::Spxw, put(most(1.0))), [(4000.0, -1)]);
    assert_eq!(
        strikes(Underlying::Spxw, put(most(0.99975))),
        [(3995.0, -1)]
    );
}

#[test]
fn an_offset_that_leads_back_to_the_same_strike_is_none() {
    let legs = vec![
        leg(
            Side::Long,
            Right::Call,
            1,
            StrikeRule::Moneyness { ratio: 1.2 },
        ),
        leg(
            Side::Short,
            Right::Call,
            1,
            StrikeRule::OffsetFromPrevious { points: 0.2 },
        ),
    ];
    assert_eq!(
        resolved(&template(Underlying::Vix, legs)),
        Err(Reason::NoStrike)
    );
}

#[test]
fn a_delta_is_found_within_its_tolerance_and_missed_by_name() {
    on(|snapshot| {
        let slice = snapshot
            .spxw
            .iter()
            .find(|slice| slice.dte >= 20)
            .expect("a slice");
        for right in [Right::Put, Right::Call] {
            for target in [0.05, 0.16, 0.3, 0.5] {
                let (strike, found) =
                    nearest_delta(slice, Root::Spxw, right, target).expect("a strike");
                let delta = |k: Price| slice.delta(right, k.points()).abs();
                assert_eq!(found, delta(strike));
                // No strike of the grid is nearer.
                let step = |k: i64| strike + Price::from_points(5.0 * k as f64);
                for other in (-40..=40).map(step) {
                    assert!(
                        (delta(other) - target).abs() >= (found - target).abs(),
                        "{right:?} {target}: {other:?}"
                    );
                }
                let miss = (found - target).abs();
                let with = |tolerance| {
                    let rule = StrikeRule::Delta {
                        delta: target,
                        tolerance,
                    };
                    template(Underlying::Spxw, vec![leg(Side::Short, right, 1, rule)])
                };
                assert!(resolve(&with(miss), snapshot).is_ok(), "at its edge");
                assert_eq!(nearest_miss(&with(miss), snapshot), None);
                let refused = with(miss * 0.999);
                assert_eq!(resolve(&refused, snapshot), Err(Reason::NoStrike));
                let wanted = Contract::option(Root::Spxw, slice.expiry, right, strike);
                assert_eq!(nearest_miss(&refused, snapshot), Some((wanted, found)));
            }
        }
        assert_eq!(nearest_delta(slice, Root::Spxw, Right::Call, 1.0), None);
        assert_eq!(nearest_delta(slice, Root::Spxw, Right::Call, -0.1), None);
    });
}

#[test]
fn ties_go_to_the_strike_nearer_the_money() {
    on(|snapshot| {
        let slice = snapshot
            .spxw
            .iter()
            .find(|slice| slice.dte >= 20)
            .expect("a slice");
        for (right, inner, outer) in [(Right::Put, 3900.0, 3895.0), (Right::Call, 4100.0, 4105.0)] {
            let delta = |k: f64| slice.delta(right, k).abs();
            let middle = 0.5 * (delta(inner) + delta(outer));
            let found = |target| {
                nearest_delta(slice, Root::Spxw, right, target)
                    .expect("a strike")
                    .0
            };
            assert_eq!(found(middle + 1e-9), points(inner));
            assert_eq!(found(middle - 1e-9), points(outer));
            if (delta(inner) - middle).abs() == (delta(outer) - middle).abs() {
                assert_eq!(found(middle), points(inner));
            }
        }
    });
}

#[test]
fn the_grid_of_strikes_ends_above_zero() {
    on(|snapshot| {
        let slice = &snapshot.vix_options[0];
        let strikes = Strikes::grid(Root::Vix, slice);
        let mut lowest = strikes.nearest(points(1.0)).expect("a strike");
        while let Some(below) = strikes.below(lowest) {
            assert!(below < lowest && below > Price::ZERO);
            assert_eq!(strikes.above(below), Some(lowest));
            lowest = below;
        }
        assert!(lowest > Price::ZERO);
    });
}
