//! A run of one window, with every variant: what it tells on the way, and what its variants are next to the headline.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, OnceLock};

use book::portfolio::Ledger;
use engine::run::{Keep, run};
use market::chain::QuoteMoment;
use market::price::Money;
use policy::arm::Arm;
use study::control;
use study::curves;
use study::execute::execute;
use study::results::{ArmKind, Study};
use study::{run_tables, signal_table, sources, twin};
use tables::{ControlRow, Quantity, Row, WorldsRow};

use crate::support::{config, observations, reference, study};

const SETTINGS: [&str; 7] = [
    "windows=[{name=\"calm\",first=\"2023-06-01\",last=\"2023-09-29\"}]",
    "arms=[\"unhedged\",\"single_vix_call\",\"always_on_futures\"]",
    "equal_spend_twins=false",
    "bands.atm_shift=[-0.03,0.03]",
    "bands.half_spread_fraction=[0.0,0.5]",
    "price_errors.worlds=3",
    "controls.random_timing_draws=41",
];
const HEDGED: [&str; 2] = ["single_vix_call", "always_on_futures"];

/// What was told: a phase, items finished, items in all.
type Told = Vec<(&'static str, usize, usize)>;

fn small() -> &'static (Study, Told) {
    static STUDY: OnceLock<(Study, Told)> = OnceLock::new();
    STUDY.get_or_init(|| {
        let told = Mutex::new(Vec::new());
        let tell = |what, done, all| told.lock().expect("no panic").push((what, done, all));
        let stop = AtomicBool::new(false);
        let config = config(&SETTINGS);
        let study = execute(&config, observations(), &Default::default(), &tell, &stop);
        let study = study.expect("the bundled market is complete");
        (study, told.into_inner().expect("no panic"))
    })
}

#[test]
fn every_phase_tells_each_of_its_items_once_and_ends_with_the_last() {
    let mut phases: BTreeMap<&str, Vec<(usize, usize)>> = BTreeMap::new();
    for (what, done, all) in &small().1 {
        phases.entry(what).or_default().push((*done, *all));
    }
    for (what, mut told) in phases.clone() {
        let all = told.len() - 1;
        assert_eq!(told[0], (0, all), "{what} is told of before its first item");
        told.sort_unstable();
        let wanted: Vec<(usize, usize)> = (0..=all).map(|done| (done, all)).collect();
        assert_eq!(told, wanted, "{what}");
    }
    // Two models and two fractions for three arms, three worlds, one window.
    let wanted = [
        ("replay", 3),
        ("model bands", 6),
        ("slippage", 6),
        ("worlds of the price error", 3),
        ("intervals", 1),
    ];
    for (what, items) in wanted {
        assert_eq!(phases.get(what).map(Vec::len), Some(1 + items), "{what}");
    }
    assert_eq!(phases["claims"].len(), 1 + small().0.claims.len());
}

/// Searches for twins too are told of one by one: of both hedged arms, neither of which is the base of the twins.
#[test]
fn every_twin_is_told_of_once() {
    let told = Mutex::new(Vec::new());
    let tell = |what, done, all| told.lock().expect("no panic").push((what, done, all));
    let config = config(
        &[
            &SETTINGS[..2],
            &["equal_spend_twins=true", "claims.rows={}"],
        ]
        .concat(),
    );
    let stop = AtomicBool::new(false);
    let study = execute(&config, observations(), &Default::default(), &tell, &stop);
    study.expect("the bundled market is complete");
    let mut twins = told.into_inner().expect("no panic");
    twins.retain(|(what, _, _)| *what == "twins");
    twins.sort_unstable();
    let wanted = (0..=HEDGED.len()).map(|done| ("twins", done, HEDGED.len()));
    assert_eq!(twins, wanted.collect::<Vec<_>>());
}

/// Three arms of one window, again under two models, at two fractions, in three worlds and over the other condors.
#[test]
fn every_run_counts_with_its_sessions() {
    let study = &small().0;
    let variants = 2 + 2 + 3 + config(&SETTINGS).other_condors.len();
    let runs = 3 * (1 + variants);
    let sessions = study.windows[0].sessions.len();
    assert_eq!((study.runs, study.scenario_days), (runs, runs * sessions));
}

#[test]
fn bands_are_the_hedged_arms_under_every_model_the_headline_first() {
    let window = &small().0.windows[0];
    let rows: Vec<(&str, &str)> = window
        .bands
        .iter()
        .map(|row| (row.variant.as_str(), row.arm.as_str()))
        .collect();
    let wanted = ["base", "atm_shift=-0.03", "atm_shift=0.03"];
    let wanted: Vec<(&str, &str)> = wanted
        .iter()
        .flat_map(|variant| HEDGED.map(|arm| (*variant, arm)))
        .collect();
    assert_eq!(rows, wanted);
    let unhedged = &window.arms[0].replay;
    let condors = curves::pnl(&unhedged.run, unhedged.start);
    for (row, arm) in window.bands.iter().zip(&window.arms[1..]) {
        let pnl = curves::pnl(&arm.replay.run, unhedged.start);
        assert_eq!(row.condor_pnl_usd, Some(condors), "{}", row.arm);
        assert_eq!(row.hedge_effect_usd, Some(pnl - condors), "{}", row.arm);
    }
}

#[test]
fn fills_at_the_fraction_of_the_run_are_the_run_and_at_mid_the_condors_earn_more() {
    let window = &small().0.windows[0];
    let (mid, own) = window.slippage.split_at(window.arms.len());
    for ((mid, own), arm) in mid.iter().zip(own).zip(&window.arms) {
        assert_eq!(
            (mid.half_spread_fraction, own.half_spread_fraction),
            (0.0, 0.5)
        );
        let pnl = curves::pnl(&arm.replay.run, arm.replay.start);
        assert_eq!(own.pnl_usd, Some(pnl), "{}", own.arm);
        let is_hedged = arm.replay.kind == ArmKind::Policy;
        assert_eq!(own.drawdown_reduction.is_some(), is_hedged, "{}", own.arm);
    }
    assert!(mid[0].pnl_usd > own[0].pnl_usd);
}

fn timing<'s>(study: &'s Study, arm: &str, measure: &str) -> &'s ControlRow {
    let rows = study.windows[0].controls.iter();
    let mut rows = rows.filter(|row| row.control == "random_timing" && row.arm == arm);
    rows.find(|row| row.measure == measure).expect("the row")
}

fn ends(row: &ControlRow) -> [f64; 3] {
    let number = |value: Option<Quantity>| f64::from(value.expect("a value"));
    [row.lo, row.value, row.hi].map(number)
}

#[test]
fn a_wider_level_of_the_same_draws_lies_around_the_narrower_one_and_both_around_the_middle() {
    let narrow = study(&[&SETTINGS[..], &["inference.level=0.5"]].concat());
    for arm in HEDGED {
        for measure in ["pnl_usd", "cvar95_usd"] {
            let [lo, middle, hi] = ends(timing(&small().0, arm, measure));
            let [lower, same, upper] = ends(timing(&narrow, arm, measure));
            assert_eq!(middle, same, "{arm} {measure}");
            let all = [lo, lower, middle, upper, hi];
            assert!(all.is_sorted_by(|a, b| a < b), "{arm} {measure}: {all:?}");
        }
    }
}

#[test]
fn a_draw_of_a_layer_of_futures_buys_some_and_at_most_twice_as_many() {
    let [lo, _, hi] = ends(timing(&small().0, "always_on_futures", "futures_ratio"));
    assert!(0.0 < lo && hi <= 2.0, "{lo} to {hi}");
}

#[test]
fn the_table_of_controls_has_each_row_of_each_window_once() {
    let all: usize = reference()
        .windows
        .iter()
        .map(|window| window.controls.len())
        .sum();
    assert_eq!(control::rows(reference()).len(), all);
}

#[test]
fn a_run_that_can_pay_for_nothing_has_no_reduction_and_every_random_date_does_as_well() {
    let study = study(&[&SETTINGS[..3], &["starting_capital_usd=1000.0"]].concat());
    let window = &study.windows[0];
    let arm = window
        .arms
        .iter()
        .find(|arm| arm.replay.name == "single_vix_call");
    let summary = &arm.expect("the arm").summary;
    assert_eq!((summary.drawdown_reduction, summary.draws), (None, 0));
    let row = timing(&study, "single_vix_call", "pnl_usd");
    assert_eq!(ends(row), [0.0; 3]);
    assert_eq!(row.p, Some(1.0), "equal is at least as good");
}

#[test]
fn every_hedged_arm_but_the_base_of_the_twins_can_have_one() {
    for window in &reference().windows {
        let twins: Vec<&str> = window
            .arms
            .iter()
            .filter_map(|arm| arm.replay.twin.as_ref())
            .map(|twin| twin.of.as_str())
            .collect();
        assert!(twins.len() > 3, "{twins:?}");
        assert!(!twins.contains(&"always_on"), "{twins:?}");
    }
}

#[test]
fn a_budget_is_scaled_until_the_premium_is_the_targets_and_not_where_none_comes_near() {
    let study = &small().0;
    let config = config(&SETTINGS);
    let replay = &study.windows[0].arms[1].replay;
    let spent = twin::gross_premium(&replay.run);
    let scaled = |target: Money| {
        let range = study.windows[0].range.clone();
        let (history, execution) = (&study.history, &config.execution);
        let arm = twin::equal_spend(
            history,
            range.clone(),
            &replay.arm,
            execution,
            replay.start,
            target,
        )?;
        let run = run(history, range, &arm, execution, replay.start, Keep::Curve);
        Some(twin::gross_premium(&run))
    };
    let half = Money(spent.0 / 2);
    let found = scaled(half).expect("a budget of about a half");
    assert!((found - half).0.abs() * 50 < half.0, "{found} for {half}");
    // One contract costs more, and nothing is not within half of a cent.
    assert_eq!([scaled(Money(1)), scaled(Money::ZERO)], [None, None]);
}

/// Three worlds are drawn in the one run, none in the other.
#[test]
fn worlds_have_a_table_where_any_are_drawn() {
    let none = study(&[
        SETTINGS[0],
        SETTINGS[1],
        "claims.rows={}",
        "price_errors.worlds=0",
    ]);
    let has_table = |study: &Study| {
        let makers = run_tables::makers(study, Vec::new);
        makers.iter().any(|(file, _)| *file == WorldsRow::FILE)
    };
    assert_eq!([&small().0, &none].map(has_table), [true, false]);
}

/// No scale comes nearer to what the base itself spends than one.
#[test]
fn the_twin_of_an_arms_own_premium_is_the_arm() {
    let study = &small().0;
    let replay = &study.windows[0].arms[1].replay;
    let twin = twin::equal_spend(
        &study.history,
        study.windows[0].range.clone(),
        &replay.arm,
        &config(&SETTINGS).execution,
        replay.start,
        twin::gross_premium(&replay.run),
    );
    let budget = |arm: &Arm| arm.hedge.budget_fraction_of_credit;
    assert_eq!(twin.as_ref().map(budget), Some(budget(&replay.arm)));
}

/// A hundredth of a budget would have to be taken a hundred times to spend as much.
#[test]
fn a_budget_is_scaled_sixty_four_times_at_most() {
    let study = &small().0;
    let config = config(&SETTINGS);
    let replay = &study.windows[0].arms[1].replay;
    let (history, execution) = (&study.history, &config.execution);
    let range = study.windows[0].range.clone();
    let times = |factor: f64| {
        let mut hedge = replay.arm.hedge.clone();
        hedge.budget_fraction_of_credit *= factor;
        Arm::new(&replay.arm.condors, &hedge)
    };
    let premium = |arm: &Arm| {
        let run = run(
            history,
            range.clone(),
            arm,
            execution,
            replay.start,
            Keep::Curve,
        );
        twin::gross_premium(&run)
    };
    let target = twin::gross_premium(&replay.run);
    let start = replay.start;
    let small = times(0.01);
    let found = twin::equal_spend(history, range.clone(), &small, execution, start, target)
        .expect("more than half of it");
    let budget = |arm: &Arm| arm.hedge.budget_fraction_of_credit;
    let times_found = budget(&found) / budget(&small);
    assert!(times_found > 60.0 && times_found <= 64.0, "{times_found}");
    assert!(premium(&found) < target);
    assert!(premium(&times(0.9)) > premium(&found));
}

#[test]
fn moments_of_quotes_are_counted_by_window_and_only_those_of_the_close_are_used() {
    let mut study = study(&SETTINGS[..3]);
    let dates = study.windows[0].sessions.clone();
    let moment = |at: usize, moment: &str, is_close: bool| QuoteMoment {
        date: dates[at],
        moment: moment.to_string(),
        is_close,
    };
    study.moments = vec![
        moment(0, "close", true),
        moment(1, "intraday 10:11", false),
        moment(2, "close", true),
    ];
    let rows = sources::rows(&study);
    let quotes: Vec<(&str, &str, usize)> = rows
        .iter()
        .filter(|row| row.what == tables::QUOTES)
        .map(|row| (row.root.as_str(), row.source.as_str(), row.count))
        .collect();
    assert_eq!(
        quotes,
        [("close", "used", 2), ("intraday 10:11", tables::UNUSED, 1)]
    );
}

#[test]
fn the_hedge_of_the_unhedged_arm_has_no_numbers_and_that_of_the_others_those_of_its_ledgers() {
    for arm in &small().0.windows[0].arms {
        let summary = &arm.summary;
        let hedge = [
            summary.hedge_pnl,
            summary.hedge_premium,
            summary.hedge_salvage,
        ];
        if arm.replay.kind == ArmKind::Unhedged {
            assert_eq!((hedge, summary.hedge_unspent), ([None; 3], None));
            continue;
        }
        let sum = |of: &dyn Fn(&Ledger) -> Money| -> Money {
            let ids = arm.replay.arm.hedge_ids();
            ids.map(|id| of(&arm.replay.run.portfolio.ledgers[id]))
                .sum()
        };
        let (pnl, premium) = (sum(&|l| l.pnl()), sum(&|l| l.premium));
        let salvage = pnl + premium - sum(&|l| l.fees);
        let layers = run_tables::layers(&small().0).into_iter();
        let told = layers
            .filter(|row| row.arm == arm.replay.name)
            .filter_map(|row| row.salvage_usd);
        assert_eq!(told.sum::<Money>(), salvage, "{}", arm.replay.name);
        assert_eq!(
            hedge,
            [pnl, premium, salvage].map(Some),
            "{}",
            arm.replay.name
        );
    }
}

#[test]
fn an_arm_that_names_triggers_and_no_signal_stands_in_the_table_of_signals() {
    let study = study(&[
        SETTINGS[0],
        "arms=[\"unhedged\",\"rigid_18\"]",
        "claims.rows={}",
    ]);
    let names: BTreeSet<String> = signal_table::rows(&study)
        .filter(|row| row.arm == "rigid_18" && row.kind == "trigger")
        .map(|row| row.name.to_string())
        .collect();
    assert!(names.contains("high"), "{names:?}");
}
