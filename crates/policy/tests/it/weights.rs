//! How much of the hedge is called for: the tier by each of its signals, then steps, raises, scales and caps.

use book::event::LayerId;
use book::reason::Reason;
use market::history::MarketHistory;
use policy::arm::Arm;
use policy::hedge_weight::HedgeWeight;
use policy::policy_signals::PolicySignals;
use policy::tier::{LevelSignal, Regime, Tier};
use policy::weight_rules::Scale;

use crate::scene::{ALWAYS, Scene, calls, condor, day, hedge, market, read_hedge};

const TODAY: &str = "2022-01-13";

/// The weight of a hedge with these keys at this VIX and mood.
fn weight(keys: &str, vix: f64, mood: Option<f64>, decay: f64) -> HedgeWeight {
    let mood: Vec<(&str, f64)> = mood.iter().map(|value| (TODAY, *value)).collect();
    let history = market(&[(TODAY, vix)], &mood);
    let arm = Arm::new(&[], &read_hedge(&hedge(keys, &calls("a", ""))));
    let signals = PolicySignals::new(&arm, &history);
    let view = history.view(history.window(day(TODAY), day(TODAY)).start);
    let regime = signals.regime(&arm, None, view);
    signals.weight(&arm, &regime, decay, view)
}

const STEP: &str = "tier = { by = \"always\" }\nsteps = [{ when = \"high\", add = 0.25 }, { when = \"good\", add = 0.5 }]";

#[test]
fn steps_that_hold_add_up() {
    let of = |vix, mood| weight(STEP, vix, mood, 1.0);
    assert_eq!(of(26.0, Some(0.6)).weight, 0.75);
    assert_eq!(of(26.0, Some(0.5)).weight, 0.25);
    assert_eq!(of(25.0, Some(0.6)).weight, 0.5);
    let none = of(25.0, Some(0.5));
    assert_eq!((none.weight, none.none), (0.0, Reason::NoStep));
    let missing = of(25.0, None);
    assert_eq!((missing.weight, missing.none), (0.0, Reason::SignalMissing));
}

/// What rounding leaves over is not spent.
#[test]
fn steps_add_up_to_a_whole_weight_at_most() {
    let steps = "tier = { by = \"always\" }\nsteps = [{ when = \"high\", add = 0.5 }, { when = \"good\", add = 0.5000000005 }]";
    assert_eq!(weight(steps, 26.0, Some(0.6), 1.0).weight, 1.0);
    // Nor is it scaled: half of a whole weight is a half.
    let scaled = format!(
        "{steps}\nscale = [{{ signal = \"series:mood\", points = [[0.0, 0.5], [1.0, 0.5]] }}]"
    );
    assert_eq!(weight(&scaled, 26.0, Some(0.6), 1.0).weight, 0.5);
}

#[test]
fn a_scale_is_linear_between_its_points_and_one_without_any() {
    let scale = |points: &[(f64, f64)]| Scale {
        signal: "vix".into(),
        points: points.to_vec(),
    };
    let two = scale(&[(10.0, 0.5), (20.0, 1.0)]);
    assert_eq!(
        [5.0, 10.0, 15.0, 20.0, 25.0].map(|x| two.factor(x)),
        [0.5, 0.5, 0.75, 1.0, 1.0]
    );
    assert_eq!(scale(&[]).factor(15.0), 1.0);
}

const TABLE: &str = "[tier]\nby = \"table\"\nsignal = \"SIGNAL\"\nhysteresis = 0.0\ndwell_sessions = 0\n\
                     bands = [{ to = 21.0, weight = 0.0 }, { from = 21.0, to = 22.0, weight = 0.5 }, { from = 22.0, weight = 0.8 }]\n[triggers]\n";

/// The table with other keys in front, in a text of its own: its triggers are `high` and `good` as well.
fn table(signal: &str, keys: &str) -> String {
    format!(
        "name = \"h\"\ntitle = \"t\"\nsummary = \"s\"\nclaims = []\nbudget_fraction_of_credit = 0.1\npurse_cap_weeks = 4\n\
         redeploy_salvage = false\n{keys}\n{}high = {{ signal = \"vix\", above = 25.0 }}\n{}",
        TABLE.replace("SIGNAL", signal),
        calls("a", "")
    )
}

fn regime_of(signal: &str, history: &MarketHistory, date: &str) -> Regime {
    let arm = Arm::new(&[], &read_hedge(&table(signal, "")));
    let signals = PolicySignals::new(&arm, history);
    let view = history.view(history.window(day(date), day(date)).start);
    signals.regime(&arm, None, view)
}

#[test]
fn a_table_is_looked_up_by_its_signal() {
    let plain = market(&[(TODAY, 22.0)], &[(TODAY, 21.0)]);
    let of = |signal: &str, date: &str| regime_of(signal, &plain, date);
    assert_eq!(
        (of("vix", TODAY).weight, of("vix", TODAY).signal),
        (0.8, Some(22.0))
    );
    // The front future settles at 20.5 until 2022-01-19, then it is the next.
    assert_eq!(of("vx_front", TODAY).signal, Some(20.5));
    assert_eq!(of("vx_front", "2022-01-20").signal, Some(21.0));
    // Thirty days ahead of 2022-01-13 lies 2022-02-12: 24 of the 28 days from the first future to the second.
    let near = of("vx30d", TODAY).signal.expect("two futures around it");
    assert!((near - (20.5 + 0.5 * 24.0 / 28.0)).abs() < 1e-12);
    assert_eq!(of("series:mood", TODAY).signal, Some(21.0));
    let missing = of("series:mood", "2022-01-12");
    assert_eq!((missing.weight, missing.signal), (0.0, None));
}

#[test]
fn a_hedge_without_weight_says_why() {
    let arm = Arm::new(&[], &read_hedge(&table("series:mood", "")));
    let history = market(&[], &[(TODAY, 20.0), ("2022-01-14", 22.0)]);
    let signals = PolicySignals::new(&arm, &history);
    for (date, weight, none) in [
        (TODAY, 0.0, Reason::WeightZero),
        ("2022-01-12", 0.0, Reason::SignalMissing),
        ("2022-01-14", 0.8, Reason::WeightZero),
    ] {
        let view = history.view(history.window(day(date), day(date)).start);
        let regime = signals.regime(&arm, None, view);
        let found = signals.weight(&arm, &regime, 1.0, view);
        assert_eq!(found, HedgeWeight { weight, none }, "{date}");
        let half = signals.weight(&arm, &regime, 0.5, view);
        assert_eq!(half.weight, weight * 0.5);
    }
}

#[test]
fn steps_are_parts_of_what_the_tier_gives_and_raise_nothing_from_nothing() {
    let keys =
        "steps = [{ when = \"high\", add = 0.5 }]\nraise = [{ when = \"high\", weight = 0.3 }]";
    let arm = Arm::new(&[], &read_hedge(&table("series:mood", keys)));
    let history = market(
        &[(TODAY, 26.0), ("2022-01-14", 26.0)],
        &[(TODAY, 22.0), ("2022-01-14", 20.0)],
    );
    let signals = PolicySignals::new(&arm, &history);
    let at = |date: &str| {
        let view = history.view(history.window(day(date), day(date)).start);
        signals.weight(&arm, &signals.regime(&arm, None, view), 1.0, view)
    };
    assert_eq!(at(TODAY).weight, 0.4);
    // The tier gives nothing: its reason stays, and only the raise speaks.
    let raised = at("2022-01-14");
    assert_eq!((raised.weight, raised.none), (0.3, Reason::WeightZero));
}

#[test]
fn raises_scales_decay_and_caps_come_in_this_order() {
    let keys = |more: &str| format!("{STEP}\n{more}");
    let raise = keys("raise = [{ when = \"high\", weight = 0.6 }]");
    assert_eq!(weight(&raise, 26.0, Some(0.5), 1.0).weight, 0.6);
    assert_eq!(weight(&raise, 26.0, Some(0.6), 1.0).weight, 0.75);
    assert_eq!(weight(&raise, 25.0, Some(0.6), 1.0).weight, 0.5);
    let scale = "scale = [{ signal = \"series:mood\", points = [[0.0, 0.5], [1.0, 2.0]] }]";
    let scaled = format!("{ALWAYS}\n{scale}");
    assert_eq!(weight(&scaled, 20.0, Some(0.0), 1.0).weight, 0.5);
    assert_eq!(weight(&scaled, 20.0, Some(0.0), 0.5).weight, 0.25);
    // Twice the weight is no more than all of it, but more than half after the decay.
    assert_eq!(weight(&scaled, 20.0, Some(1.0), 1.0).weight, 1.0);
    assert_eq!(weight(&scaled, 20.0, Some(1.0), 0.5).weight, 1.0);
    let missing = weight(&scaled, 20.0, None, 1.0);
    assert_eq!((missing.weight, missing.none), (0.0, Reason::SignalMissing));
    let capped = format!("{scaled}\ncap = [{{ when = \"high\", weight = 0.4 }}]");
    assert_eq!(weight(&capped, 26.0, Some(1.0), 1.0).weight, 0.4);
    assert_eq!(weight(&capped, 25.0, Some(1.0), 1.0).weight, 1.0);
    assert_eq!(
        weight(&capped, 26.0, Some(0.0), 0.5).weight,
        0.25,
        "a cap lifts nothing"
    );
}

#[test]
fn a_regime_says_where_it_stands_and_where_it_ends() {
    let named = |name: &str| LevelSignal::from(name.to_string());
    for name in ["vix", "vx_front", "vx30d", "contango_z"] {
        assert_eq!(String::from(named(name)), name);
    }
    let arm = Arm::new(
        &[],
        &read_hedge(&table("vix", "").replace("hysteresis = 0.0", "hysteresis = 1.5")),
    );
    let tier = &arm.hedge.tier;
    let regime = |band, signal| Regime {
        band,
        sessions: 3,
        weight: 0.5,
        signal,
    };
    assert_eq!(tier.left_at(&regime(0, None)), (None, Some(22.5)));
    assert_eq!(tier.left_at(&regime(1, None)), (Some(19.5), Some(23.5)));
    assert_eq!(tier.left_at(&regime(2, None)), (Some(20.5), None));
    assert_eq!(Tier::Always.left_at(&regime(0, None)), (None, None));
    assert_eq!(
        tier.describe(&regime(1, Some(21.25))),
        "21..22 weight 0.500 at vix 21.25"
    );
    assert_eq!(
        tier.describe(&regime(2, None)),
        "22.. weight 0.500 at vix missing"
    );
    assert_eq!(Tier::Always.describe(&Regime::default()), "full");
    assert_eq!(
        (tier.named_signal(), Tier::Always.named_signal()),
        (None, None)
    );
}

#[test]
fn every_part_of_a_decision_has_its_words() {
    let keys = format!(
        "{STEP}\nraise = [{{ when = \"high\", weight = 0.6 }}]\ncap = [{{ when = \"high\", weight = 0.9 }}]\n\
         scale = [{{ signal = \"series:mood\", points = [[0.0, 0.5], [1.0, 1.5]] }}]"
    );
    let layer = calls(
        "a",
        "when = \"high\"\nhurdle = { signal = \"series:mood\" }\nsell = [{ when = \"good\", fraction = 0.5 }]",
    );
    let tier = condor(
        "spxw",
        "max_open = 4\nwhen = \"high\"\nno_entry_when = \"good\"",
    );
    let mut scene = Scene::new(&[&tier], &hedge(&keys, &layer));
    scene.history = market(&[(TODAY, 26.0)], &[(TODAY, 0.25)]);
    let signals = PolicySignals::new(&scene.arm, &scene.history);
    let words = |layer, date| signals.words(&scene.arm, LayerId(layer), scene.view(date));
    let high = "high: yes (vix 26.00 > 25: yes)";
    let good = "good: no (series:mood 0.2500 > 0.5: no)";
    assert_eq!(
        words(1, TODAY),
        [
            format!("when {high}"),
            format!("sell when {good}"),
            "hurdle series:mood 0.2500".into(),
            format!("step +0.250: {high}"),
            format!("step +0.500: {good}"),
            format!("raise to 0.600: {high}"),
            "scale series:mood 0.2500: times 0.7500".into(),
            format!("cap at 0.900: {high}"),
        ]
    );
    assert_eq!(
        words(0, TODAY),
        [format!("when {high}"), format!("no_entry_when {good}")]
    );
    let without = words(1, "2022-01-12");
    assert!(
        without.contains(&"scale series:mood ?: nothing is bought".to_string()),
        "{without:?}"
    );
}
