//! Whether a policy finds what it reads, and which series would help it.

use policy::readiness::{HeldBack, of_condor, of_hedge};

use crate::scene::{ALWAYS, Scene, calls, condor, day, hedge, market};

#[test]
fn sessions_without_an_input_are_counted_by_key() {
    let layers = format!(
        "{}{}",
        calls("a", "when = \"good\""),
        calls("b", "hurdle = { signal = \"series:mood\" }")
    );
    let mut scene = Scene::new(&[], &hedge(ALWAYS, &layers));
    scene.history = market(&[], &[("2022-01-04", 0.4), ("2022-01-06", 0.6)]);
    let window = scene.history.window(day("2022-01-03"), day("2022-01-07"));
    let found = of_hedge(&scene.arm.hedge, &scene.history, window.clone());
    let held = |key: &str| HeldBack {
        key: key.into(),
        missing: "series:mood".into(),
        sessions: 1,
        span: (day("2022-01-03"), day("2022-01-03")),
        series: ["series:mood".to_string()].into(),
    };
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!(
        (&found[0].key, found[0].sessions, found[0].span),
        (&held("layers.a.when").key, 1, held("").span)
    );
    assert_eq!(found[1].key, "layers.b.hurdle.signal");
    assert_eq!(found[0].missing, "series:mood");
    let later = scene.history.window(day("2022-01-04"), day("2022-01-07"));
    assert_eq!(of_hedge(&scene.arm.hedge, &scene.history, later), []);
    let fund = "[[layers]]\nname = \"f\"\nshare = 0.5\nunderlying = \"tlt\"\nexpiry = { rule = \"never\" }\n";
    let fund = Scene::new(&[], &hedge(ALWAYS, fund));
    let found = of_hedge(&fund.arm.hedge, &fund.history, window.clone());
    assert_eq!(found.len(), 1);
    assert_eq!(
        (
            found[0].key.as_str(),
            found[0].sessions,
            found[0].missing.as_str()
        ),
        ("layers.f.underlying", 5, "tlt")
    );
    assert_eq!(found[0].span, (day("2022-01-03"), day("2022-01-07")));
    let text = condor(
        "spxw",
        "max_open = 4\nwhen = \"good\"\nno_entry_when = \"high\"",
    );
    let tier = Scene::new(&[&text], &hedge(ALWAYS, ""));
    let found = of_condor(&tier.arm.condors[0], &tier.history, window);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].key.as_str(), found[0].sessions), ("when", 5));
}

#[test]
fn an_arm_names_its_layers_and_its_horizon() {
    let tier = condor("spxw", "max_open = 4");
    let layers = format!("{}{}", calls("a", ""), calls("b", ""));
    let scene = Scene::new(&[&tier], &hedge(ALWAYS, &layers));
    let arm = &scene.arm;
    let id = book::event::LayerId;
    assert_eq!((arm.layers(), arm.first_hedge()), (3, id(1)));
    assert_eq!(
        [0, 1, 2].map(|n| arm.is_condor(id(n))),
        [true, false, false]
    );
    assert_eq!(
        [0, 1, 2, 3].map(|n| arm.layer_name(id(n)).to_string()),
        ["c", "a", "b", ""]
    );
    assert_eq!(
        (arm.hedge_named("b"), arm.hedge_named("c")),
        (Some(id(2)), None)
    );
    assert!(arm.exits(id(3)).is_empty() && arm.wide_template(id(0)).is_none());
    // The layers look sixty days ahead, the condors twenty-one.
    assert_eq!(arm.horizon_days(), 60);
    assert_eq!(
        Scene::new(&[&tier], &hedge(ALWAYS, "")).arm.horizon_days(),
        21
    );
    let needs = arm.inputs();
    assert!(needs.surface && needs.vix_options && needs.vx_days == 60 && !needs.am_settlement);
    let table = "tier = { by = \"table\", signal = \"vx30d\", hysteresis = 0.0, dwell_sessions = 0, bands = [{ weight = 1.0 }] }";
    let by_future = Scene::new(&[], &hedge(table, ""));
    assert_eq!(
        by_future.arm.inputs().vx_days,
        70,
        "the two futures around thirty days"
    );
    assert_eq!(arm.asks_account(), None);
    let fund = "[[layers]]\nname = \"f\"\nshare = 0.5\nunderlying = \"vixy\"\nexpiry = { rule = \"never\" }\n";
    let of = |more: &str| Scene::new(&[], &hedge(ALWAYS, &format!("{fund}{more}"))).arm;
    assert_eq!(of("").inputs().vx_days, 0);
    assert_eq!(
        of("size = [{ by = \"units\", units = 1 }]")
            .inputs()
            .vx_days,
        70
    );
    assert_eq!(of("future_side = \"short\"").asks_account(), None);
    assert_eq!(of("future_side = \"long\"").asks_account(), None);
}
