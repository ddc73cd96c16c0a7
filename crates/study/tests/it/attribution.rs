//! The parts of a P&L sum to it, to the cent, whichever way it is cut.

use book::event::LayerId;
use market::contract::Root;
use market::observations::Observations;
use market::price::Money;
use runfile::config::Assembly;
use study::attribution::{self, Attribution};
use study::execute::execute;
use study::results::Study;
use study::results::{ArmKind, ArmResult};
use tables::table_of;

use crate::support::{observations, reference, study, text};

fn shown() -> impl Iterator<Item = (&'static ArmResult, &'static Attribution)> {
    let arms = reference().windows.iter().flat_map(|window| &window.arms);
    arms.filter_map(|arm| Some((arm, arm.attribution.as_ref()?)))
}

#[test]
fn reasons_legs_and_greeks_each_sum_to_the_ledger_of_the_layer() {
    let mut layers = 0;
    for (arm, attribution) in shown() {
        for (layer, ledger) in attribution
            .layers
            .iter()
            .zip(&arm.replay.run.portfolio.ledgers)
        {
            let total = |parts: &mut dyn Iterator<Item = Money>| -> Money { parts.sum() };
            assert_eq!(layer.pnl(), ledger.pnl(), "{}", arm.replay.name);
            assert_eq!(
                total(&mut layer.by_reason().map(|p| p.1)),
                ledger.pnl(),
                "{}",
                arm.replay.name
            );
            assert_eq!(
                total(&mut layer.by_leg().map(|p| p.1)),
                ledger.pnl(),
                "{}",
                arm.replay.name
            );
            assert_eq!(
                total(&mut layer.by_greek().into_iter().map(|p| p.1)),
                ledger.pnl(),
                "{}",
                arm.replay.name
            );
            layers += 1;
        }
        assert_eq!(attribution.interest, arm.replay.run.portfolio.interest);
    }
    assert!(layers > 20, "{layers} layers are too few to prove anything");
}

#[test]
fn the_residual_of_a_condor_is_small_against_what_the_greeks_explain() {
    for (arm, attribution) in shown().filter(|(arm, _)| arm.replay.kind == ArmKind::Unhedged) {
        let parts = attribution.layers[LayerId(0)].by_greek();
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
            arm.replay.name,
            ratios[ratios.len() / 2]
        );
    }
}

#[test]
fn a_book_without_vix_has_no_vix_greeks_and_a_hedge_is_long_vix() {
    for (arm, attribution) in shown() {
        let vix: Vec<f64> = attribution.greeks.iter().map(|greeks| greeks[4]).collect();
        match arm.replay.kind {
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
        assert_eq!(attribution.greeks.len(), arm.replay.run.curve.len());
        assert_eq!(attribution.days.len(), arm.replay.run.curve.len());
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

/// Every shipped policy, on closes of VIX with four decimals, as a user's own file may have them: each layer sums to its
/// ledger, and only parts that its instrument can have are there.
#[test]
fn every_shipped_policy_is_attributed_layer_by_layer() {
    let mut fine = observations().clone();
    let vix = fine
        .daily
        .get_mut(market::observations::names::VIX)
        .expect("VIX closes");
    vix.values
        .iter_mut()
        .flatten()
        .for_each(|level| *level += 0.0007);
    let study = every_policy(&fine);
    let arms = &study.windows[0].arms;
    assert!(arms.len() > 25, "{} policies are not all", arms.len());
    let (mut traded, mut short_funds) = (0, 0);
    for arm in arms {
        let attribution = arm.attribution.as_ref().expect("no arm is a twin");
        let ids = arm
            .replay
            .arm
            .condor_ids()
            .chain(arm.replay.arm.hedge_ids());
        for (id, layer) in ids.zip(&attribution.layers) {
            let ledger = arm.replay.run.portfolio.ledgers[id].pnl();
            let who = format!("{} {}", arm.replay.name, arm.replay.arm.layer_name(id));
            let reasons: Vec<(&str, Money)> = layer.by_reason().collect();
            let of = |name: &str| reasons.iter().find(|r| r.0 == name).expect("a reason").1;
            let sum = |parts: &mut dyn Iterator<Item = (&'static str, Money)>| -> Money {
                parts.map(|part| part.1).sum()
            };
            assert_eq!(layer.pnl(), ledger, "{who}");
            assert_eq!(sum(&mut layer.by_leg()), ledger, "{who}, by leg");
            assert_eq!(
                sum(&mut layer.by_greek().into_iter()),
                ledger,
                "{who}, by greek"
            );
            let trades: Vec<_> = arm
                .replay
                .statement
                .trades
                .iter()
                .filter(|t| t.package.layer == id)
                .collect();
            let legs = || trades.iter().flat_map(|t| t.package.legs.iter());
            let futures = legs().any(|leg| leg.contract.root == Root::Vx);
            let margined = trades.iter().any(|t| t.package.margined);
            assert!(
                futures || of("carry") == Money::ZERO,
                "{who}: carry without a future"
            );
            assert!(
                margined || of("variation") == Money::ZERO,
                "{who}: variation without margin"
            );
            for (kind, usd) in layer.by_leg().filter(|part| part.1 != Money::ZERO) {
                let has = legs().any(|leg| match (leg.contract.root, leg.contract.option) {
                    (Root::Vx, _) => kind == "future",
                    (Root::Fund(_), _) => kind == "fund",
                    (_, Some((right, _))) => kind == right_name(right),
                    _ => false,
                });
                assert!(has || kind == "fees", "{who}: {usd} of {kind} legs");
            }
            let short_fund = margined && !futures;
            if short_fund && trades.iter().all(|t| t.package.margined) {
                // A short sale brings no premium: what it earns before costs is its variation, all of it.
                let costs = of("slippage") + of("fees");
                assert_eq!(of("variation"), ledger - costs, "{who}");
                short_funds += 1;
            }
            traded += usize::from(!trades.is_empty());
        }
    }
    assert!(traded > 40, "{traded} layers that traded");
    assert!(short_funds > 0, "the sleeve sells a fund short");
}

fn right_name(right: market::contract::Right) -> &'static str {
    match right {
        market::contract::Right::Put => "put",
        market::contract::Right::Call => "call",
    }
}

/// The shipped reference run over one window with every shipped hedge policy as an arm, on these observations.
fn every_policy(observations: &Observations) -> Study {
    let (mut assembly, _) =
        Assembly::new("replay.toml", &text("runs", "replay")).expect("the shipped run");
    let folder = format!("{}/../../configs/policies", env!("CARGO_MANIFEST_DIR"));
    let mut names: Vec<String> = std::fs::read_dir(&folder)
        .expect("the shipped policies")
        .filter_map(|entry| entry.ok()?.path().file_stem()?.to_str().map(str::to_string))
        .filter(|name| runfile::door::hedge(name, &text("policies", name)).is_ok())
        .filter(|name| name != "unhedged")
        .collect();
    names.sort();
    names.insert(0, "unhedged".into());
    let settings = [
        format!("arms={names:?}"),
        "windows=[{ name = \"2022\", first = \"2022-01-03\", last = \"2022-12-30\" }]".into(),
        "equal_spend_twins=false".into(),
        "controls.random_timing_draws=0".into(),
        "bands.atm_shift=[]".into(),
        "bands.psi_factor=[]".into(),
        "bands.half_spread_fraction=[]".into(),
        "inference.draws=100".into(),
        "claims.rows={}".into(),
    ];
    for setting in &settings {
        assembly.set(setting).expect("a legal setting");
    }
    for (section, name) in assembly.missing() {
        assembly
            .add(section, &name, &name, &text("policies", &name))
            .expect("a shipped policy");
    }
    let config = assembly
        .finish("replay.toml")
        .expect("a whole configuration");
    execute(
        &config,
        observations,
        &Default::default(),
        &|_, _, _| {},
        &Default::default(),
    )
    .expect("a complete market")
}
