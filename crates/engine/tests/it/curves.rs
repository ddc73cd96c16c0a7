//! The run without a record is the run with one: same account, same curve, same regimes, to the cent.

use book::event::{Event, Stage};
use book::journal::{Entry, Journal};
use book::reason::Reason;
use engine::curve::{StraightOnly, curve};
use engine::execution::{Execution, Fees};
use engine::run::{Keep, Tally, run};
use market::history::MarketHistory;
use market::price::Money;
use market::surface::ModelParams;
use policy::arm::Arm;
use policy::condor::{Cadence, Condor, Size};
use policy::hedge::Hedge;
use policy::rule::{ExitRule, ExpiryRule};
use proptest::prelude::*;

use crate::support::{
    ARMS, CAPITAL, condor, day, execution, hedge, history, observations, shipped,
};

pub fn assert_same(
    market: &MarketHistory,
    window: std::ops::Range<usize>,
    arm: &Arm,
    execution: &Execution,
    capital: Money,
) {
    let straight = run(
        market,
        window.clone(),
        arm,
        execution,
        capital,
        Keep::Journal,
    );
    let short = run(market, window.clone(), arm, execution, capital, Keep::Curve);
    // `run` takes the straight way in silence: what is compared here must be the fast one.
    match curve(market, window, arm, execution, capital) {
        Ok(fast) => assert_eq!(short, fast, "{}: the way `run` took", arm.name),
        Err(why) => assert_eq!(why, StraightOnly::Condors, "{}", arm.name),
    }
    assert_eq!(short.curve, straight.curve, "{}: curve", arm.name);
    assert_eq!(short.portfolio, straight.portfolio, "{}: account", arm.name);
    assert_eq!(short.regimes, straight.regimes, "{}: regimes", arm.name);
    assert_eq!(short.tally, straight.tally, "{}: tally", arm.name);
    let statement = book::statement::statement(&straight.journal, capital, arm.layers());
    let ends = statement
        .trades
        .iter()
        .filter(|trade| trade.reason == Reason::WindowEnd)
        .count();
    let used: Money = statement.sessions.iter().map(|row| row.buying_power).sum();
    let tally = Tally {
        buying_power: used,
        pnl_before_window_end: statement.pnl_before_window_end,
        closed_by_window_end: ends,
        condors_ordered: condors_ordered(&straight.journal, arm),
    };
    assert_eq!(straight.tally, tally, "{}: tally and statement", arm.name);
    assert_eq!(
        statement.trades.len() as u64,
        straight.portfolio.opened as u64,
        "{}: trades",
        arm.name
    );
}

/// Condors that were opened or refused at a fill, from the journal alone.
fn condors_ordered(journal: &Journal, arm: &Arm) -> usize {
    let is_order = |entry: &&Entry| match &entry.event {
        Event::Opened { layer, .. } | Event::Refused { layer, .. } => {
            entry.stage == Stage::Fill && arm.condor(*layer).is_some()
        }
        _ => false,
    };
    journal.entries.iter().filter(is_order).count()
}

#[test]
fn every_shipped_arm_over_three_years_and_every_kind_of_window() {
    let params = ModelParams::default();
    let years = MarketHistory::build(
        observations(),
        day("2022-01-03"),
        day("2024-12-31"),
        &params,
        180,
    )
    .expect("a market");
    let schedule = Execution {
        fees: Fees::Schedule,
        half_spread_fraction: 1.0,
        ..execution()
    };
    for name in ARMS {
        let arm = Arm::new(&[condor()], &hedge(name));
        for window in [0..years.len(), 0..251, 251..years.len(), 100..101, 40..60] {
            assert_same(&years, window.clone(), &arm, &execution(), CAPITAL);
            assert_same(&years, window, &arm, &schedule, CAPITAL);
        }
    }
}

/// The shipped hedges only the straight simulator can tell, and the key that makes it so.
const STRAIGHT: &[(&str, &str)] = &[
    ("alvh_best_effort", "layers.sell.order"),
    ("alvh_best_effort_full", "layers.sell.order"),
    ("alvh_best_effort_triggers", "layers.sell.order"),
    ("pre_fomc_literal", "layers.paid_from"),
    ("put_write", "layers.paid_from"),
    ("user_calls_1pct", "layers.paid_from"),
    ("vxth_index", "layers.paid_from"),
];

#[test]
fn every_shipped_hedge_takes_the_fast_way_but_those_listed_here() {
    let mut straight = Vec::new();
    for name in shipped() {
        let arm = Arm::new(&[condor()], &hedge(&name));
        let window = 0..history().len();
        match curve(history(), window.clone(), &arm, &execution(), CAPITAL) {
            Ok(_) => assert_same(history(), window, &arm, &execution(), CAPITAL),
            Err(why) => straight.push((name, why)),
        }
    }
    let listed: Vec<(String, StraightOnly)> = STRAIGHT
        .iter()
        .map(|(name, key)| (name.to_string(), StraightOnly::Key(key)))
        .collect();
    assert_eq!(straight, listed);
}

#[test]
fn the_shipped_arms_of_every_window_take_the_fast_way() {
    for name in ARMS {
        let arm = Arm::new(&[condor()], &hedge(name));
        for window in [0..history().len(), 40..60] {
            let found = curve(history(), window, &arm, &execution(), CAPITAL);
            assert!(found.is_ok(), "{name}: {found:?}");
        }
    }
}

#[test]
fn a_window_that_ends_on_any_session() {
    let arm = Arm::new(&[condor()], &hedge("always_on_futures"));
    for end in 1..history().len() {
        assert_same(history(), 0..end, &arm, &execution(), CAPITAL);
    }
}

#[test]
fn an_account_too_small_for_its_orders_and_one_whose_futures_are_called() {
    for capital in [20_000, 50_000, 100_000, 250_000] {
        for name in ARMS {
            let mut hedge = hedge(name);
            hedge.budget_fraction_of_credit = 2.0;
            let large = Condor {
                size: Size::MaxLoss {
                    pct_of_start_capital: 60.0,
                },
                ..condor()
            };
            assert_same(
                history(),
                0..history().len(),
                &Arm::new(&[large], &hedge),
                &execution(),
                Money(capital * 100),
            );
        }
    }
}

pub fn exits() -> impl Strategy<Value = Vec<ExitRule>> {
    let rule = prop_oneof![
        (0i64..40).prop_map(|at_most| ExitRule::DaysToExpiry { at_most }),
        (0.05f64..0.95).prop_map(|fraction| ExitRule::LifeElapsed { fraction }),
        (0.1f64..1.0).prop_map(|fraction_of_credit| ExitRule::ProfitTarget { fraction_of_credit }),
        (0.5f64..4.0).prop_map(|multiple_of_credit| ExitRule::StopLoss { multiple_of_credit }),
        (0.2f64..0.6).prop_map(|at_least| ExitRule::TestedDelta { at_least }),
        (1.0f64..5.0).prop_map(|at_least| ExitRule::ProfitMultiple { at_least }),
    ];
    prop::collection::vec(rule, 0..3)
}

pub fn cadence() -> impl Strategy<Value = Cadence> {
    prop_oneof![
        Just(Cadence::Session),
        prop::sample::select(vec![
            chrono::Weekday::Mon,
            chrono::Weekday::Wed,
            chrono::Weekday::Fri
        ])
        .prop_map(|weekday| Cadence::Week { weekday }),
    ]
}

prop_compose! {
    fn policies()(
        name in prop::sample::select(&ARMS[1..]), budget in 0.05f64..3.0, redeploy in any::<bool>(), weeks in 1i64..20,
        cap in prop::option::of(1i64..8), layer_exits in exits(), condor_exits in exits(), entry in cadence(),
        days in 1i64..45, max_open in 1usize..6, contracts in 1i64..8, capital in 30_000i64..2_000_000,
    ) -> (Condor, Hedge, Money) {
        let mut hedge = hedge(name);
        hedge.budget_fraction_of_credit = budget;
        hedge.redeploy_salvage = redeploy;
        hedge.purse_cap_weeks = weeks;
        for layer in &mut hedge.layers {
            layer.exit.extend(&layer_exits);
            layer.max_open_units = cap;
        }
        let expiry = ExpiryRule::Nearest { target_days: days, min_days: 1, max_days: 60 };
        let size = Size::Fixed { contracts };
        (Condor { entry, expiry, size, max_open, exit: condor_exits, ..condor() }, hedge, Money(capital * 100))
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn random_policies((condor, hedge, capital) in policies()) {
        assert_same(history(), 5..110, &Arm::new(&[condor], &hedge), &execution(), capital);
    }
}

/// Hedges that tie up margin: a put spread sold, which brings money, and one that helps to pay for a call, which costs some.
#[test]
fn a_hedge_that_ties_up_margin_is_the_same_without_a_record() {
    use market::contract::Right;
    use policy::rule::StrikeRule;
    use policy::select::{LegRule, Side};
    let leg = |side, right, strike| LegRule {
        side,
        right,
        ratio: 1,
        strike,
    };
    let at = |delta| StrikeRule::Delta {
        delta,
        tolerance: 0.3,
    };
    let spread = [
        leg(Side::Short, Right::Put, at(0.45)),
        leg(
            Side::Long,
            Right::Put,
            StrikeRule::OffsetFromPrevious { points: -2.0 },
        ),
    ];
    let call = leg(Side::Long, Right::Call, at(0.40));
    for legs in [spread.to_vec(), [&[call][..], &spread].concat()] {
        let mut policy = hedge("single_vix_call");
        policy.budget_fraction_of_credit = 1.0;
        let brings = legs.len() == 2;
        policy.layers[0].legs = legs;
        policy.layers[0].max_open_units = Some(30);
        assert_eq!(policy.check(), Ok(()));
        let arm = Arm::new(&[condor()], &policy);
        let straight = run(
            history(),
            0..history().len(),
            &arm,
            &execution(),
            CAPITAL,
            Keep::Journal,
        );
        let opened = straight.journal.entries.iter().filter(|e| match &e.event {
            Event::Opened {
                layer,
                fill,
                margin_per_unit,
                ..
            } => {
                let is_hedge = layer.0 == 1 && *margin_per_unit > Money::ZERO;
                is_hedge && (fill.cash() > Money::ZERO) == brings
            }
            _ => false,
        });
        assert!(opened.count() > 3, "{:?}", policy.layers[0].legs);
        assert_same(history(), 0..history().len(), &arm, &execution(), CAPITAL);
    }
}
