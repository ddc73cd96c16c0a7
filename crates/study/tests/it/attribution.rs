//! The parts of a P&L sum to it, to the cent, whichever way it is cut.

use market::price::Money;
use study::attribution::{self, Attribution};
use study::results::{ArmKind, ArmResult};
use tables::table_of;

use crate::support::{reference, study};

fn shown() -> impl Iterator<Item = (&'static ArmResult, &'static Attribution)> {
    let arms = reference().windows.iter().flat_map(|window| &window.arms);
    arms.filter_map(|arm| Some((arm, arm.attribution.as_ref()?)))
}

#[test]
fn reasons_legs_and_greeks_each_sum_to_the_ledger_of_the_layer() {
    let mut layers = 0;
    for (arm, attribution) in shown() {
        for (layer, ledger) in attribution.layers.iter().zip(&arm.run.portfolio.ledgers) {
            let total = |parts: &mut dyn Iterator<Item = Money>| -> Money { parts.sum() };
            assert_eq!(layer.pnl(), ledger.pnl(), "{}", arm.name);
            assert_eq!(
                total(&mut layer.by_reason().map(|p| p.1)),
                ledger.pnl(),
                "{}",
                arm.name
            );
            assert_eq!(
                total(&mut layer.by_leg().map(|p| p.1)),
                ledger.pnl(),
                "{}",
                arm.name
            );
            assert_eq!(
                total(&mut layer.by_greek().into_iter().map(|p| p.1)),
                ledger.pnl(),
                "{}",
                arm.name
            );
            layers += 1;
        }
        assert_eq!(attribution.interest, arm.run.portfolio.interest);
    }
    assert!(layers > 20, "{layers} layers are too few to prove anything");
}

#[test]
fn the_residual_of_a_condor_is_small_against_what_the_greeks_explain() {
    for (arm, attribution) in shown().filter(|(arm, _)| arm.kind == ArmKind::Unhedged) {
        let parts = attribution.layers[0].by_greek();
        let of = |name: &str| parts.iter().find(|p| p.0 == name).expect("a part").1.usd();
        assert!(of("theta") > 0.0, "a short condor earns its theta");
        assert!(of("gamma") < 0.0, "and pays for gamma");
        let mut ratios: Vec<f64> = attribution
            .days
            .iter()
            .filter(|d| d.gross > 0.0)
            .map(|d| d.residual.abs() / d.gross)
            .collect();
        ratios.sort_by(f64::total_cmp);
        assert!(
            ratios[ratios.len() / 2] < 0.10,
            "{}: median {}",
            arm.name,
            ratios[ratios.len() / 2]
        );
    }
}

#[test]
fn a_book_without_vix_has_no_vix_greeks_and_a_hedge_is_long_vix() {
    for (arm, attribution) in shown() {
        let vix: Vec<f64> = attribution.greeks.iter().map(|greeks| greeks[4]).collect();
        match arm.kind {
            ArmKind::Unhedged => assert!(vix.iter().all(|delta| *delta == 0.0)),
            _ => assert!(
                vix.iter().all(|delta| *delta >= 0.0) && vix.iter().any(|delta| *delta > 0.0)
            ),
        }
        assert_eq!(
            attribution.greeks.last(),
            Some(&[0.0; 7]),
            "the window ends flat"
        );
        assert_eq!(attribution.greeks.len(), arm.run.curve.len());
        assert_eq!(attribution.days.len(), arm.run.curve.len());
    }
}

#[test]
fn twins_are_left_out_of_the_tables_and_rows_name_known_layers() {
    let text = table_of(attribution::rows(reference())).csv();
    assert!(text.starts_with("window,arm,layer,kind,component,usd\n"));
    assert!(
        !text.contains('~')
            && !table_of(attribution::greek_rows(reference()))
                .csv()
                .contains('~')
    );
    assert!(
        text.lines()
            .any(|line| line.contains(",account,reason,interest,"))
    );
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let settings = [
        "arms=[\"unhedged\", \"always_on_futures\"]",
        "controls.random_timing_draws=0",
    ];
    let tables = |threads| {
        study::batch::on_threads(threads, || {
            let study = study(&settings);
            [
                table_of(attribution::rows(&study)),
                table_of(attribution::greek_rows(&study)),
            ]
        })
    };
    assert_eq!(tables(1), tables(3));
}
