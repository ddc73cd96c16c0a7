//! Rules that are never true, always true or lack an input: runs whose result is known without running them.

use book::event::Event;
use book::reason::Reason;
use engine::run::{Keep, Run, run};
use policy::arm::Arm;
use policy::condor::Condor;
use policy::hedge::{Hedge, PaidFrom};
use policy::layer::{Sale, SaleOrder};
use policy::weight_rules::{Bound, Scale, Step};

use crate::support::{
    CAPITAL, arm, condor, execution, hedge, history, read_signals, read_trigger, replay, shipped,
    window,
};

/// A policy with the triggers `always`, `never` and `unknown`.
fn with_triggers(name: &str, change: impl FnOnce(&mut Hedge)) -> Hedge {
    let mut policy = hedge(name);
    policy.triggers.insert(
        "always".to_string(),
        read_trigger("signal = \"vix\"\nabove = 0.0"),
    );
    policy.triggers.insert(
        "never".to_string(),
        read_trigger("signal = \"vix\"\nabove = 1000.0"),
    );
    policy.triggers.insert(
        "unknown".to_string(),
        read_trigger("signal = \"series:nowhere\"\nabove = 0.0"),
    );
    change(&mut policy);
    assert_eq!(policy.check(), Ok(()));
    policy
}

fn replayed(name: &str, change: impl FnOnce(&mut Hedge)) -> Run {
    replay(&Arm::new(&[condor()], &with_triggers(name, change)))
}

fn step(when: &str) -> Vec<Step> {
    vec![Step {
        when: when.to_string(),
        add: 1.0,
    }]
}

fn bound(when: &str, weight: f64) -> Vec<Bound> {
    vec![Bound {
        when: when.to_string(),
        weight,
    }]
}

fn on_layers(policy: &mut Hedge, when: &str) {
    policy
        .layers
        .iter_mut()
        .for_each(|layer| layer.when = Some(when.to_string()));
}

#[test]
fn a_rule_that_is_never_true_is_no_hedge() {
    let unhedged = replay(&arm("unhedged")).curve;
    assert_eq!(
        replayed("always_on", |p| p.steps = step("never")).curve,
        unhedged
    );
    assert_eq!(
        replayed("always_on", |p| p.steps = step("unknown")).curve,
        unhedged
    );
    assert_eq!(
        replayed("always_on", |p| on_layers(p, "never")).curve,
        unhedged
    );
    assert_eq!(
        replayed("always_on", |p| on_layers(p, "unknown")).curve,
        unhedged
    );
    assert_eq!(
        replayed("always_on", |p| p.cap = bound("always", 0.0)).curve,
        unhedged
    );
    let nothing = Scale {
        signal: "vix".to_string(),
        points: vec![(0.0, 0.0)],
    };
    assert_eq!(
        replayed("always_on", |p| p.scale = vec![nothing]).curve,
        unhedged
    );
    let unknown = Scale {
        signal: "series:nowhere".to_string(),
        points: vec![(0.0, 1.0)],
    };
    assert_eq!(
        replayed("always_on", |p| p.scale = vec![unknown]).curve,
        unhedged
    );
}

#[test]
fn a_rule_that_is_always_true_is_always_on() {
    let full = replay(&arm("always_on"));
    let same = |run: Run| assert_eq!((&run.curve, &run.portfolio), (&full.curve, &full.portfolio));
    same(replayed("always_on", |p| p.steps = step("always")));
    same(replayed("always_on", |p| on_layers(p, "always")));
    same(replayed("always_on", |p| p.cap = bound("never", 0.0)));
    same(replayed("always_on", |p| p.cap = bound("unknown", 0.0)));
    same(replayed("tiered", |p| p.raise = bound("always", 1.0)));
    let whole = Scale {
        signal: "vix".to_string(),
        points: vec![(0.0, 1.0)],
    };
    same(replayed("always_on", |p| p.scale = vec![whole]));
    let sale = |when: &str| Sale {
        when: Some(when.to_string()),
        multiple: None,
        fraction: 1.0,
        every_sessions: 1,
        into: None,
        order: SaleOrder::Close,
    };
    same(replayed("always_on", |p| {
        p.layers[0].sell = vec![sale("never")]
    }));
    same(replayed("always_on", |p| {
        p.layers[0].sell = vec![sale("unknown")]
    }));
}

#[test]
fn thirds_add_up_and_the_greater_of_tier_and_macro_counts() {
    let third = |when: &str| Step {
        when: when.to_string(),
        add: 1.0 / 3.0,
    };
    let thirds = replayed("always_on", |p| {
        p.steps = vec![third("always"), third("never"), third("unknown")]
    });
    let banded = replayed("always_on", |p| p.cap = bound("always", 1.0 / 3.0));
    assert_eq!(
        (thirds.curve, thirds.portfolio),
        (banded.curve, banded.portfolio),
        "one third of the hedge"
    );
    let raised = replayed("tiered", |p| p.raise = bound("always", 0.1));
    assert_eq!(
        raised.curve,
        replay(&arm("tiered")).curve,
        "a raise below the tier changes nothing"
    );
}

#[test]
fn what_holds_back_says_why() {
    let reasons = |run: &Run| -> Vec<Reason> {
        let of = |e: &book::journal::Entry| match e.event {
            Event::Decided { layer, reason, .. } if layer.0 > 0 => Some(reason),
            _ => None,
        };
        run.journal.entries.iter().filter_map(of).collect()
    };
    let only = |run: Run, wanted: Reason| {
        let found = reasons(&run);
        assert!(found.contains(&wanted), "{wanted}");
        assert!(
            found
                .iter()
                .all(|r| [wanted, Reason::PurseEmpty].contains(r)),
            "{wanted}: {found:?}"
        );
    };
    only(
        replayed("always_on", |p| p.steps = step("never")),
        Reason::NoStep,
    );
    only(
        replayed("always_on", |p| p.steps = step("unknown")),
        Reason::SignalMissing,
    );
    only(
        replayed("always_on", |p| on_layers(p, "never")),
        Reason::NotTriggered,
    );
    only(
        replayed("always_on", |p| on_layers(p, "unknown")),
        Reason::SignalMissing,
    );
    only(
        replayed("always_on", |p| p.cap = bound("always", 0.0)),
        Reason::WeightZero,
    );
}

fn condor_with(change: impl FnOnce(&mut Condor)) -> Run {
    let mut tier = condor();
    let book = with_triggers("always_on", |_| {}).triggers;
    tier.triggers = book;
    change(&mut tier);
    assert_eq!(tier.check(), Ok(()));
    replay(&Arm::new(&[tier], &hedge("unhedged")))
}

#[test]
fn triggers_of_the_condors_bar_entries_and_widen_strikes() {
    let plain = replay(&arm("unhedged")).curve;
    assert_eq!(
        condor_with(|c| c.no_entry_when = Some("never".to_string())).curve,
        plain
    );
    let barred = condor_with(|c| c.no_entry_when = Some("always".to_string()));
    assert!(
        barred.curve.iter().all(|equity| *equity == CAPITAL),
        "without condors nothing is traded"
    );
    let mut wide = condor();
    (wide.put.short_delta, wide.call.short_delta) = (0.10, 0.10);
    let widen = |when: &str| policy::condor::Widen {
        when: when.to_string(),
        put: wide.put,
        call: wide.call,
    };
    assert_eq!(condor_with(|c| c.widen = Some(widen("never"))).curve, plain);
    let widened = condor_with(|c| c.widen = Some(widen("always"))).curve;
    assert_eq!(
        widened,
        replay(&Arm::new(&[wide.clone()], &hedge("unhedged"))).curve
    );
    assert_ne!(widened, plain);
}

#[test]
fn a_tier_enters_only_while_its_trigger_holds_and_not_while_an_input_is_missing() {
    let entered = |when: Option<&str>| {
        let mut tier = condor();
        for (name, text) in [
            ("calm", "signal = \"vix\"\nbelow = 25.0"),
            ("unknown", "signal = \"series:nowhere\"\nabove = 0.0"),
        ] {
            tier.triggers.insert(name.to_string(), read_trigger(text));
        }
        tier.when = when.map(str::to_string);
        assert_eq!(tier.check(), Ok(()));
        let run = replay(&Arm::new(&[tier], &hedge("unhedged")));
        let opened =
            run.journal.entries.iter().filter_map(|entry| {
                matches!(entry.event, Event::Opened { .. }).then_some(entry.date)
            });
        opened.collect::<Vec<_>>()
    };
    let (all, calm) = (entered(None), entered(Some("calm")));
    // The decision falls on the close before the fill.
    let was_calm = |date: &&chrono::NaiveDate| {
        let t = history().window(**date, **date).start;
        history().view(t - 1).today().vix < 25.0
    };
    let wanted: Vec<_> = all.iter().filter(was_calm).copied().collect();
    assert!(!wanted.is_empty() && wanted.len() < all.len());
    assert_eq!(calm, wanted);
    assert!(entered(Some("unknown")).is_empty());
}

#[test]
fn a_trigger_sells_a_part_every_so_many_sessions() {
    let sale = Sale {
        when: Some("always".to_string()),
        multiple: None,
        fraction: 0.25,
        every_sessions: 5,
        into: None,
        order: SaleOrder::Close,
    };
    let run = replayed("always_on", |p| {
        p.budget_fraction_of_credit = 2.0;
        p.layers[2].sell = vec![sale];
    });
    let mut last = std::collections::BTreeMap::new();
    let mut sales = 0;
    for entry in &run.journal.entries {
        if let Event::Split { package, .. } = entry.event {
            let t = (0..history().len())
                .find(|t| history().view(*t).today().date == entry.date)
                .expect("a session");
            if let Some(before) = last.insert(package, t) {
                assert!(
                    t - before >= 5,
                    "package {} sold at {before} and {t}",
                    package.0
                );
            }
            sales += 1;
        }
    }
    assert!(sales > 5, "{sales} sales");
}

#[test]
fn every_shipped_policy_has_one_curve_with_and_without_a_journal() {
    let execution = execution();
    for name in shipped() {
        let arm = arm(&name);
        let full = replay(&arm);
        let curve = run(history(), window(), &arm, &execution, CAPITAL, Keep::Curve);
        assert_eq!(
            (&curve.curve, &curve.portfolio, &curve.regimes),
            (&full.curve, &full.portfolio, &full.regimes),
            "{name}"
        );
    }
}

#[test]
fn every_shipped_policy_without_money_is_the_unhedged_run() {
    let unhedged = replay(&arm("unhedged"));
    for name in shipped() {
        let mut policy = hedge(&name);
        policy.budget_fraction_of_credit = 0.0;
        policy.budget.clear();
        let has_money = policy
            .layers
            .iter()
            .any(|layer| layer.paid_from == PaidFrom::Account);
        let arm = Arm::new(&[condor()], &policy);
        let run = replay(&arm);
        let bought: i64 = arm
            .hedge_ids()
            .map(|id| run.portfolio.ledgers[id].units)
            .sum();
        assert_eq!(run.curve == unhedged.curve, bought == 0, "{name}");
        // The money of a book that the account pays is the account's.
        assert!(has_money || bought == 0, "{name}");
    }
}

/// The bands of `tiered` looked up by another number.
fn tiered_by(signal: &str) -> Hedge {
    with_triggers("tiered", |policy| {
        policy.signals.append(&mut read_signals(
            "[signals.plain]\nkind = \"level\"\nof = \"vix\"\n[signals.front]\nkind = \"level\"\nof = \"vx1\"",
        ));
        let policy::tier::Tier::Table(table) = &mut policy.tier else {
            panic!("tiered has a table")
        };
        table.signal = signal.to_string().into();
    })
}

#[test]
fn a_tier_may_be_looked_up_by_any_signal_source_or_series() {
    let by = |signal: &str| replay(&Arm::new(&[condor()], &tiered_by(signal)));
    let weights = |run: &Run| {
        run.regimes
            .iter()
            .map(|r| (r.band, r.weight))
            .collect::<Vec<_>>()
    };
    let vix = by("vix");
    assert_eq!(weights(&by("plain")), weights(&vix));
    assert_eq!(by("plain").curve, vix.curve);
    assert_eq!(weights(&by("front")), weights(&by("vx_front")));
    assert_eq!(weights(&by("vx1")), weights(&by("vx_front")));
    assert_ne!(weights(&by("vx1")), weights(&vix));
    let missing = by("series:nowhere");
    assert!(
        missing
            .regimes
            .iter()
            .all(|r| r.weight == 0.0 && r.signal.is_none()),
        "what is missing holds back"
    );
    assert_eq!(missing.curve, replay(&arm("unhedged")).curve);
    let curves = run(
        history(),
        window(),
        &Arm::new(&[condor()], &tiered_by("cmf30")),
        &execution(),
        CAPITAL,
        Keep::Curve,
    );
    let full = by("cmf30");
    assert_eq!((curves.curve, curves.regimes), (full.curve, full.regimes));
}

#[test]
fn a_tier_on_a_name_that_is_no_signal_is_refused() {
    let mut policy = hedge("tiered");
    let policy::tier::Tier::Table(table) = &mut policy.tier else {
        panic!("tiered has a table")
    };
    table.signal = "vx_frnt".to_string().into();
    let message = policy.check().expect_err("no such signal").to_string();
    assert!(
        message.contains("policies.tiered.tier.signal") && message.contains("\"vx_frnt\""),
        "{message}"
    );
    assert!(message.contains("vx_front"), "{message}");
}
