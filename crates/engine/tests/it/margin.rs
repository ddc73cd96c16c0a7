//! Margin: the worst loss of every package, and orders that cannot be carried.

use book::event::{Detail, Event, LegFill};
use book::reason::Reason;
use engine::admit::defined_risk_margin;
use engine::run::{Keep, run};
use market::contract::Right;
use market::price::{Money, Price};
use proptest::prelude::*;

use crate::support::{arm, execution, history, spx_leg, window};

fn leg(right: Right, strike: i64, quantity: i64) -> LegFill {
    spx_leg(right, Price(strike * 10_000), quantity)
}

fn condor(put_width: i64, call_width: i64) -> Vec<LegFill> {
    vec![
        leg(Right::Put, 4000, -1),
        leg(Right::Put, 4000 - put_width, 1),
        leg(Right::Call, 4400, -1),
        leg(Right::Call, 4400 + call_width, 1),
    ]
}

#[test]
fn w03_unequal_wings_margin_is_the_wider_side() {
    assert_eq!(
        defined_risk_margin(&condor(50, 50), 100),
        Some(Money::from_usd(5_000.0))
    );
    assert_eq!(
        defined_risk_margin(&condor(100, 320), 100),
        Some(Money::from_usd(32_000.0))
    );
    assert_eq!(
        defined_risk_margin(&condor(320, 100), 100),
        Some(Money::from_usd(32_000.0))
    );
}

#[test]
fn a_debit_spread_ties_up_nothing_and_an_uncovered_call_is_refused() {
    let spread = [leg(Right::Put, 4000, 1), leg(Right::Put, 3950, -1)];
    assert_eq!(defined_risk_margin(&spread, 100), Some(Money::ZERO));
    assert_eq!(
        defined_risk_margin(&[leg(Right::Call, 4000, -1)], 100),
        None
    );
}

#[test]
fn w19_a_condor_the_account_cannot_carry_is_refused_with_the_numbers() {
    let mut tier = crate::support::condor();
    tier.size = policy::condor::Size::Fixed { contracts: 9 };
    let arm = policy::arm::Arm::new(&[tier], &crate::support::hedge("unhedged"));
    let small = Money::from_usd(50_000.0);
    let run = run(
        history(),
        window(),
        &arm,
        &execution(),
        small,
        Keep::Journal,
    );
    let refusals: Vec<_> = run
        .journal
        .entries
        .iter()
        .filter_map(|e| match e.event {
            Event::Refused {
                reason: Reason::MarginShort,
                detail: Detail::Needs { have, need },
                ..
            } => Some((have, need)),
            _ => None,
        })
        .collect();
    assert!(
        !refusals.is_empty(),
        "two condors of nine contracts need 90,000 USD"
    );
    assert!(refusals.iter().all(|(have, need)| have < need));
}

#[test]
fn w19_free_funds_are_never_negative_after_a_fill() {
    for name in ["always_on", "always_on_futures"] {
        let run = crate::support::replay(&arm(name));
        for entry in &run.journal.entries {
            if let Event::Marked {
                defined_risk_margin,
                futures_margin,
                ..
            } = &entry.event
            {
                assert!(
                    *defined_risk_margin + *futures_margin < Money::from_usd(1_000_000.0),
                    "{name} {}",
                    entry.date
                );
            }
        }
    }
}

/// Configurations refuse such a policy; the engine refuses it too, whoever built it.
#[test]
fn w04_an_uncovered_short_call_never_trades() {
    let mut policy = crate::support::hedge("always_on");
    policy.layers.truncate(1);
    policy.layers[0].underlying = policy::rule::Underlying::Spxw;
    policy.layers[0].legs[0].side = policy::select::Side::Short;
    assert_eq!(policy.has_uncovered_short(), Some("short"));
    let run = crate::support::replay(&policy::arm::Arm::new(&[crate::support::condor()], &policy));
    let refused = |e: &&book::journal::Entry| {
        matches!(e.event, Event::Refused { reason: Reason::UncoveredShort, detail: Detail::Needs { need, .. }, .. }
            if need > Money::from_usd(20_000.0))
    };
    assert!(run.journal.entries.iter().filter(refused).count() > 10);
    let opened =
        |e: &&book::journal::Entry| matches!(e.event, Event::Opened { layer, .. } if layer.0 == 1);
    assert_eq!(run.journal.entries.iter().filter(opened).count(), 0);
}

proptest! {
    /// docs/pitfalls.md, row W3: margin equals the brute-force worst pay-off, for every covered package.
    #[test]
    fn w03_margin_is_the_brute_force_worst_loss(
        strikes in prop::collection::vec((0i64..60, any::<bool>(), -2i64..3), 1..5),
    ) {
        let legs: Vec<LegFill> = strikes
            .iter()
            .filter(|(_, _, q)| *q != 0)
            .map(|(k, call, q)| leg(if *call { Right::Call } else { Right::Put }, 4000 + 5 * k, *q))
            .collect();
        prop_assume!(!legs.is_empty());
        let payoff = |at: i64| -> i64 {
            legs.iter().map(|l| l.contract.payoff(Price(at * 10_000)).0 * l.quantity).sum()
        };
        let calls: i64 = legs
            .iter()
            .filter(|l| l.contract.option.is_some_and(|(r, _)| r == Right::Call))
            .map(|l| l.quantity)
            .sum();
        // Every point of a grid that holds all strikes, zero and a far end.
        let worst = (0..=1000).map(|i| i * 5).chain([100_000]).map(payoff).min().unwrap_or(0);
        match defined_risk_margin(&legs, 100) {
            None => prop_assert!(calls < 0),
            Some(margin) => {
                prop_assert!(calls >= 0);
                prop_assert_eq!(margin, Money((-worst).max(0)));
            }
        }
    }
}

/// The shapes a policy can hold, each with strikes, widths and ratios of its own, against the brute-force worst loss.
#[derive(Clone, Copy, Debug)]
enum Shape {
    Vertical(Right),
    Condor,
    Butterfly(Right),
    BrokenWing(Right),
    RatioBackspread(Right),
}

fn shape() -> impl Strategy<Value = Shape> {
    let right = prop_oneof![Just(Right::Call), Just(Right::Put)];
    (0usize..5, right).prop_map(|(kind, right)| match kind {
        0 => Shape::Vertical(right),
        1 => Shape::Condor,
        2 => Shape::Butterfly(right),
        3 => Shape::BrokenWing(right),
        _ => Shape::RatioBackspread(right),
    })
}

fn legs_of(shape: Shape, near: i64, first: i64, second: i64, side: i64) -> Vec<LegFill> {
    let away = |right: Right| if right == Right::Call { 1 } else { -1 };
    match shape {
        Shape::Vertical(r) => vec![leg(r, near, -side), leg(r, near + away(r) * first, side)],
        Shape::Condor => condor(first, second),
        Shape::Butterfly(r) => vec![
            leg(r, near - first, side),
            leg(r, near, -2 * side),
            leg(r, near + first, side),
        ],
        Shape::BrokenWing(r) => vec![
            leg(r, near - first, 1),
            leg(r, near, -2),
            leg(r, near + second, 1),
        ],
        Shape::RatioBackspread(r) => vec![leg(r, near, -1), leg(r, near + away(r) * first, 2)],
    }
}

proptest! {
    #[test]
    fn w03_margin_of_every_defined_risk_shape_is_its_worst_loss(
        shape in shape(),
        near in 700i64..900,
        first in 1i64..80,
        second in 1i64..80,
        long in any::<bool>(),
    ) {
        let legs = legs_of(shape, 5 * near, 5 * first, 5 * second, if long { 1 } else { -1 });
        let payoff =
            |at: i64| -> i64 { legs.iter().map(|l| l.contract.payoff(Price(at * 10_000)).0 * l.quantity).sum() };
        // A grid that holds every strike, zero and the far end.
        let worst = (0..=1200).map(|i| i * 5).chain([1_000_000]).map(payoff).min().expect("a grid");
        let margin = defined_risk_margin(&legs, 100);
        prop_assert_eq!(margin, Some(Money((-worst).max(0))), "{:?}", shape);
        if let Shape::Condor = shape {
            prop_assert_eq!(margin, Some(Money::from_usd(500.0 * first.max(second) as f64)));
        }
    }
}
