//! The honest controls: what they match, what they must not be able to do.

use study::control;
use study::results::{ArmKind, WindowResult};
use tables::{ControlRow, Quantity, table_of};

use crate::support::{reference, study};

fn rows<'w>(
    window: &'w WindowResult,
    arm: &'w str,
    control: &'w str,
) -> impl Iterator<Item = &'w ControlRow> {
    window
        .controls
        .iter()
        .filter(move |row| row.arm == arm && row.control == control)
}

fn row<'w>(
    window: &'w WindowResult,
    arm: &'w str,
    control: &'w str,
    measure: &str,
) -> &'w ControlRow {
    rows(window, arm, control)
        .find(|row| row.measure == measure)
        .expect("the row")
}

fn number(value: Option<Quantity>) -> f64 {
    value.expect("a value").into()
}

#[test]
fn every_hedged_arm_of_every_window_has_both_controls_and_both_say_that_they_look_ahead() {
    for window in &reference().windows {
        for arm in window
            .arms
            .iter()
            .filter(|arm| arm.replay.kind == ArmKind::Policy)
        {
            assert_eq!(
                rows(window, &arm.replay.name, "deleveraged").count(),
                5,
                "{}",
                arm.replay.name
            );
            assert!(
                rows(window, &arm.replay.name, "random_timing").count() >= 5,
                "{}",
                arm.replay.name
            );
        }
        assert!(
            window
                .controls
                .iter()
                .all(|row| row.note.contains("looks ahead by construction"))
        );
        assert!(
            window
                .controls
                .iter()
                .all(|row| row.p.is_none_or(|p| (0.0..=1.0).contains(&p)))
        );
    }
}

#[test]
fn the_scaled_book_has_the_drawdown_of_the_arm_and_the_same_share_of_the_profit() {
    for window in &reference().windows {
        let unhedged = &window.arms[0].summary;
        for arm in window
            .arms
            .iter()
            .filter(|arm| arm.replay.kind == ArmKind::Policy)
        {
            let scale = row(
                window,
                &arm.replay.name,
                "deleveraged",
                "same_drawdown_scale",
            );
            let deeper = arm.summary.max_drawdown < unhedged.max_drawdown;
            assert_eq!(scale.value.is_none(), deeper, "{}", arm.replay.name);
            let Some(x) = scale.value.map(f64::from) else {
                continue;
            };
            let drawdown = x * unhedged.max_drawdown.usd();
            assert!((drawdown - arm.summary.max_drawdown.usd()).abs() < 0.01);
            let pnl = row(window, &arm.replay.name, "deleveraged", "pnl_usd");
            assert!((number(pnl.value) - x * unhedged.pnl.usd()).abs() < 0.01);
            assert!(number(pnl.lo) <= number(pnl.hi));
            let advantage = row(window, &arm.replay.name, "deleveraged", "pnl_advantage_usd");
            let expected = arm.summary.pnl.usd() - x * unhedged.pnl.usd();
            assert!((number(advantage.value) - expected).abs() < 0.01);
        }
    }
}

#[test]
fn random_dates_cost_what_the_arm_paid() {
    for window in &reference().windows {
        for arm in window
            .arms
            .iter()
            .filter(|arm| arm.replay.kind == ArmKind::Policy)
        {
            let ratio = row(window, &arm.replay.name, "random_timing", "premium_ratio");
            let [lo, hi] = [ratio.lo, ratio.hi].map(number);
            let futures = rows(window, &arm.replay.name, "random_timing")
                .find(|row| row.measure == "futures_ratio");
            let has_future = arm
                .replay
                .arm
                .hedge
                .layers
                .iter()
                .any(|layer| layer.legs.is_empty());
            assert_eq!(futures.is_some(), has_future, "{}", arm.replay.name);
            // Options are matched to the contract. Carry is bounded by twice the arm's futures, which binds on days on
            // which it is small: the rest is stated in the two rows.
            let tolerance = if has_future { 0.30 } else { 0.02 };
            assert!(
                (lo - 1.0).abs() < tolerance && (hi - 1.0).abs() < tolerance,
                "{}: {lo} to {hi}",
                arm.replay.name
            );
            assert!(
                futures.is_none_or(|row| number(row.hi) <= 2.0),
                "{}",
                arm.replay.name
            );
        }
    }
}

#[test]
fn a_draw_is_an_other_schedule_and_the_seed_decides_which() {
    let settings = [
        "arms=[\"unhedged\", \"single_vix_call\"]",
        "controls.random_timing_draws=40",
    ];
    let again = || table_of(control::rows(&study(&settings)));
    assert_eq!(again(), again());
    let other = table_of(control::rows(&study(
        &[&settings[..], &["controls.seed=1"]].concat(),
    )));
    assert_ne!(again(), other, "another seed draws other dates");
    let window = &study(&settings).windows[0];
    let spread = row(window, "single_vix_call", "random_timing", "pnl_usd");
    assert!(number(spread.lo) < number(spread.hi));
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let settings = [
        "arms=[\"unhedged\", \"always_on_futures\"]",
        "controls.random_timing_draws=300",
    ];
    let on =
        |threads| study::batch::on_threads(threads, || table_of(control::rows(&study(&settings))));
    assert_eq!(on(1), on(3));
}

#[test]
fn without_draws_there_is_no_random_timing() {
    let settings = [
        "arms=[\"unhedged\", \"tiered\"]",
        "controls.random_timing_draws=0",
    ];
    let window = &study(&settings).windows[0];
    assert_eq!(rows(window, "tiered", "random_timing").count(), 0);
    assert_eq!(rows(window, "tiered", "deleveraged").count(), 5);
}
