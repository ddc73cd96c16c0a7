//! Keys that look at a layer's own purse, its packages and the condors: the short way tells them as the straight simulator does.

use std::collections::BTreeSet;

use book::event::Event;
use book::reason::Reason;
use engine::curve::{StraightOnly, curve};
use engine::run::{Keep, straight};
use market::history::MarketHistory;
use market::price::Money;
use market::surface::ModelParams;
use policy::arm::Arm;
use policy::budget::{self, Budget, Every};
use policy::condor::{Cadence, Condor, Size};
use policy::hedge::{Hedge, Layer};
use policy::layer::{Corridor, Hurdle, Sale, SaleOrder};
use policy::rule::{ExitRule, ExpiryRule, Underlying};
use policy::size::{PremiumBase, SizeRule};
use proptest::prelude::*;

use crate::curves::{assert_same, cadence, exits};
use crate::support::{
    CAPITAL, condor, day, execution, hedge, history, observations, read_condor, read_trigger,
};

fn years() -> MarketHistory {
    let params = ModelParams::default();
    MarketHistory::build(
        observations(),
        day("2022-01-03"),
        day("2024-12-31"),
        &params,
        180,
    )
    .expect("a market")
}

fn config(path: &str) -> String {
    let path = format!("{}/../../configs/{path}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// The run that answers the claims: all its arms, its tier, its capital and its windows.
#[test]
fn every_arm_of_the_claims_takes_the_fast_way() {
    let run: toml::Table = toml::from_str(&config("runs/claims.toml")).expect("the shipped run");
    let years = years();
    let tier = read_condor(&config("policies/condor_14d_16_5.toml"));
    let capital = Money::from_usd(run["starting_capital_usd"].as_float().expect("dollars"));
    let names = run["arms"].as_array().expect("arms");
    assert!(names.len() > 30, "{names:?}");
    for name in names {
        let arm = Arm::new(
            std::slice::from_ref(&tier),
            &hedge(name.as_str().expect("a name")),
        );
        for window in [0..251, 251..years.len()] {
            let fast = curve(&years, window.clone(), &arm, &execution(), capital);
            assert!(fast.is_ok(), "{name}: {fast:?}");
            assert_same(&years, window, &arm, &execution(), capital);
        }
    }
}

/// What the hedge gained pays for a condor that the account could not carry without it.
#[test]
fn a_condor_that_only_the_hedge_can_pay_for_takes_the_straight_way() {
    let market = years();
    let mut hedge = hedge("second_engine");
    hedge.budget_fraction_of_credit = 0.1;
    hedge.redeploy_salvage = false;
    let one = Condor {
        size: Size::Fixed { contracts: 1 },
        ..condor()
    };
    let arm = Arm::new(&[one], &hedge);
    for dollars in [29_000, 29_500] {
        let (all, capital) = (0..market.len(), Money(dollars * 100));
        let found = curve(&market, all.clone(), &arm, &execution(), capital);
        assert_eq!(found.err(), Some(StraightOnly::Condors));
        assert_same(&market, all, &arm, &execution(), capital);
    }
}

/// Calls that are bought two or three at a time.
#[test]
fn units_of_several_contracts_are_sized_the_same_the_short_way() {
    let mut found = BTreeSet::new();
    for rule in [
        SizeRule::Scenario { fraction: 0.4 },
        SizeRule::Vega { ratio: 0.5 },
        SizeRule::BreakEven { fraction: 0.3 },
    ] {
        let mut hedge = hedge("single_vix_call");
        hedge.budget_fraction_of_credit = 10.0;
        hedge.layers[0].size = vec![rule];
        for ratio in [1, 2, 3] {
            hedge.layers[0].legs[0].ratio = ratio;
            assert_eq!(hedge.check(), Ok(()));
            let arm = Arm::new(&[condor()], &hedge);
            let all = 0..history().len();
            let fast = curve(history(), all.clone(), &arm, &execution(), CAPITAL);
            found.insert(fast.expect("the short way").curve.last().copied());
            assert_same(history(), all, &arm, &execution(), CAPITAL);
        }
    }
    assert!(found.len() > 6, "{} ends", found.len());
}

/// Reasons of a run's decisions and closings.
fn reasons(market: &MarketHistory, arm: &Arm, capital: Money) -> BTreeSet<String> {
    let window = 0..market.len();
    let run = straight(market, window, arm, &execution(), capital, Keep::Journal);
    let events = run.journal.entries.iter();
    let reasons = events.filter_map(|entry| match &entry.event {
        Event::Decided { reason, .. }
        | Event::Closed { reason, .. }
        | Event::Refused { reason, .. } => Some(format!("{reason:?}")),
        Event::Split { .. } => Some("part".to_string()),
        _ => None,
    });
    reasons.collect()
}

/// A shipped hedge with something changed.
fn changed(name: &str, change: impl FnOnce(&mut Hedge)) -> Hedge {
    let mut hedge = hedge(name);
    change(&mut hedge);
    hedge
}

/// Parts are sold while the VIX is high.
fn sells_in_fear(hedge: &mut Hedge) {
    let high = read_trigger("signal = \"vix\"\nabove = 25.0");
    hedge.triggers.insert("high".into(), high);
    for layer in &mut hedge.layers {
        layer.sell = vec![Sale {
            when: Some("high".to_string()),
            multiple: None,
            fraction: 0.25,
            every_sessions: 5,
            into: None,
            order: SaleOrder::Close,
        }];
    }
}

/// Sales at one and a half times the debit, not at five times.
fn sells_early(hedge: &mut Hedge) {
    let sales = hedge.layers.iter_mut().flat_map(|layer| &mut layer.sell);
    sales.for_each(|sale| sale.multiple = Some(1.5));
}

/// Hedges, what an account begins with, and what its journal must say somewhere.
fn cases() -> Vec<(Hedge, f64, Vec<Reason>)> {
    use Reason::*;
    let calls_too_many = |hedge: &mut Hedge| {
        hedge.budget_fraction_of_credit = 3.0;
        hedge.layers[0].max_open_units = None;
    };
    let needs_much = |hedge: &mut Hedge| {
        hedge.layers[0].hurdle = Some(Hurdle {
            signal: "vx_ratio".to_string(),
        });
    };
    let is_capped = |hedge: &mut Hedge| {
        hedge.annual_cap = Some(budget::AnnualCap::Equity { fraction: 0.002 });
    };
    let on_fridays = |hedge: &mut Hedge| {
        hedge.layers[0].entry = Some(Cadence::Week {
            weekday: chrono::Weekday::Fri,
        });
    };
    let futures = changed("alvh_442_redeploy", calls_too_many);
    let capped = changed("sized_max_loss", is_capped);
    vec![
        (hedge("alvh_442"), 1e7, vec![SlotsFull, CoolDown]),
        (hedge("second_engine"), 1e6, vec![SlotsFull]),
        (futures, 1.2e5, vec![MarginCall, Shifted, MarginShort]),
        (hedge("time_shift"), 1e6, vec![Shifted]),
        (changed("always_on", sells_in_fear), 1e7, vec![TriggerSale]),
        (
            changed("user_ladder_5x", sells_early),
            1e7,
            vec![ProfitMultiple],
        ),
        (
            hedge("delta_corridor"),
            1e7,
            vec![CorridorLeft, CorridorHolds],
        ),
        (
            changed("cost_of_capital", needs_much),
            1e7,
            vec![HurdleMissed],
        ),
        (capped, 1e7, vec![AnnualCap]),
        (hedge("sized_gamma"), 1e7, vec![TargetHeld]),
        (hedge("sized_scenario"), 1e6, vec![TargetHeld]),
        (hedge("sized_credit"), 1e7, vec![PurseCovers]),
        (changed("always_on", on_fridays), 1e6, vec![NotEntrySession]),
    ]
}

/// Each key decides something somewhere, and the short way tells it.
#[test]
fn every_key_holds_back_buys_or_sells_and_is_told_the_short_way() {
    let years = years();
    let mut silent = Vec::new();
    for (policy, capital, wanted) in cases() {
        let capital = Money::from_usd(capital);
        let arm = Arm::new(&[condor()], &policy);
        let found = reasons(&years, &arm, capital);
        for name in wanted.iter().map(|reason| format!("{reason:?}")) {
            if !found.contains(&name) {
                silent.push(format!("{}: {name} of {found:?}", arm.name));
            }
        }
        assert_same(&years, 0..years.len(), &arm, &execution(), capital);
        assert_same(&years, 30..200, &arm, &execution(), capital);
    }
    assert!(silent.is_empty(), "{silent:#?}");
}

fn size() -> impl Strategy<Value = SizeRule> {
    let base = prop::sample::select(vec![
        PremiumBase::Equity,
        PremiumBase::Credit,
        PremiumBase::MaxLoss,
        PremiumBase::Margin,
        PremiumBase::HedgeBudget,
    ]);
    prop_oneof![
        (1i64..9).prop_map(|units| SizeRule::Units { units }),
        (0.1f64..4.0).prop_map(|ratio| SizeRule::PerCondor { ratio }),
        (base, 0.002f64..0.6).prop_map(|(base, fraction)| SizeRule::Premium { base, fraction }),
        (0.1f64..1.5).prop_map(|fraction| SizeRule::BreakEven { fraction }),
        (0.1f64..3.0).prop_map(|fraction| SizeRule::Gamma { fraction }),
        (0.1f64..3.0).prop_map(|fraction| SizeRule::Scenario { fraction }),
        (0.1f64..3.0).prop_map(|ratio| SizeRule::Vega { ratio }),
        (-500.0f64..500.0).prop_map(|usd| SizeRule::Theta {
            at_least_usd_per_day: usd
        }),
    ]
}

/// A sale at a multiple, by one of two triggers, or both; `into` counts the layers and nothing behind them.
fn sale() -> impl Strategy<Value = (Sale, usize)> {
    let when = prop::option::of(prop::sample::select(vec!["high", "low"]));
    let multiple = prop::option::of(1.0f64..4.0);
    let key = (when, multiple, 0.05f64..1.0, 1u32..8, 0usize..5);
    key.prop_map(|(when, multiple, fraction, every_sessions, into)| {
        let when = when.or((multiple.is_none()).then_some("high"));
        let sale = Sale {
            when: when.map(str::to_string),
            multiple,
            fraction,
            every_sessions,
            into: None,
            order: SaleOrder::Close,
        };
        (sale, into)
    })
}

#[derive(Clone, Debug)]
struct LayerKeys {
    slots: Option<u32>,
    cool_down: Option<u32>,
    cap: Option<i64>,
    financing: Option<f64>,
    hurdle: Option<&'static str>,
    entry: Option<Cadence>,
    size: Vec<SizeRule>,
    sell: Vec<(Sale, usize)>,
    corridor: Option<f64>,
    exit: Vec<ExitRule>,
}

prop_compose! {
    fn layer_keys()(
        slots in prop::option::of(1u32..6), cool_down in prop::option::of(1u32..15), cap in prop::option::of(1i64..12),
        financing in prop::option::of(0.0f64..0.5), hurdle in prop::option::weighted(0.3, prop::sample::select(vec!["vx_ratio", "vix"])),
        entry in prop::option::weighted(0.3, cadence()), size in prop::collection::vec(size(), 0..3),
        sell in prop::collection::vec(sale(), 0..3), corridor in prop::option::weighted(0.3, 0.01f64..0.5), exit in exits(),
    ) -> LayerKeys {
        LayerKeys { slots, cool_down, cap, financing, hurdle, entry, size, sell, corridor, exit }
    }
}

fn budgets() -> impl Strategy<Value = Vec<Budget>> {
    let every = prop::sample::select(vec![Every::Month, Every::Year]);
    let budget = prop_oneof![
        (0.0f64..0.1).prop_map(|fraction| Budget::MaxLoss { fraction }),
        (0.0f64..0.1).prop_map(|fraction| Budget::Margin { fraction }),
        (0.0f64..0.2, every)
            .prop_map(|(fraction, every)| Budget::EquityPerYear { fraction, every }),
    ];
    prop::collection::vec(budget, 0..3)
}

fn caps() -> impl Strategy<Value = Option<budget::AnnualCap>> {
    prop::option::weighted(
        0.3,
        prop_oneof![
            (0.001f64..0.1).prop_map(|fraction| budget::AnnualCap::Equity { fraction }),
            (0.05f64..2.0).prop_map(|fraction| budget::AnnualCap::VarianceDrag { fraction }),
        ],
    )
}

/// Hedges of options, spreads, futures and a fund sold short.
const BASES: [&str; 5] = [
    "always_on",
    "always_on_futures",
    "delta_corridor",
    "time_shift",
    "etf_sleeve",
];

/// The keys of a layer, where they may stand in it.
fn set_keys(layer: &mut Layer, keys: LayerKeys, names: &[String]) {
    let is_future = layer.underlying == Underlying::Vx;
    layer.slots = keys.slots;
    layer.cool_down_sessions = keys.cool_down;
    layer.max_open_units = keys.cap;
    layer.financing_spread = keys.financing;
    layer.hurdle = keys.hurdle.map(|name| Hurdle {
        signal: name.to_string(),
    });
    layer.entry = keys.entry;
    layer.size = keys.size;
    layer.corridor = keys.corridor.filter(|_| is_future).map(|band| Corridor {
        band,
        tighten_when: Some("high".to_string()),
        tighten_to: 0.5,
    });
    if !layer.underlying.is_fund() {
        layer.exit.extend(keys.exit);
    }
    let sales = keys.sell.into_iter().map(|(sale, into)| Sale {
        into: names.get(into).cloned(),
        ..sale
    });
    layer.sell = sales.collect();
}

prop_compose! {
    fn policies()(
        name in prop::sample::select(&BASES[..]), keys in prop::collection::vec(layer_keys(), 3), budget in budgets(),
        cap in caps(), decay in prop::option::weighted(0.3, 1i64..15), of_credit in 0.0f64..3.0, redeploy in any::<bool>(),
        weeks in 1i64..20, high in 18.0f64..32.0,
        (entry, days, max_open, contracts) in (cadence(), 1i64..45, 1usize..6, 1i64..8),
        condor_exits in exits(), capital in prop_oneof![30_000i64..300_000, 300_000i64..5_000_000],
    ) -> (Condor, Hedge, Money) {
        let mut hedge = hedge(name);
        hedge.budget = budget;
        hedge.annual_cap = cap;
        hedge.decay_below_days = decay;
        hedge.budget_fraction_of_credit = of_credit;
        hedge.redeploy_salvage = redeploy;
        hedge.purse_cap_weeks = weeks;
        hedge.triggers.insert("high".into(), read_trigger(&format!("signal = \"vix\"\nabove = {high:.3}")));
        hedge.triggers.insert("low".into(), read_trigger(&format!("signal = \"vix\"\nbelow = {high:.3}")));
        let names: Vec<String> = hedge.layers.iter().map(|layer| layer.name.clone()).collect();
        for (layer, keys) in hedge.layers.iter_mut().zip(keys) {
            set_keys(layer, keys, &names);
        }
        let expiry = ExpiryRule::Nearest { target_days: days, min_days: 1, max_days: 60 };
        let size = Size::Fixed { contracts };
        (Condor { entry, expiry, size, max_open, exit: condor_exits, ..condor() }, hedge, Money(capital * 100))
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn random_keys((condor, hedge, capital) in policies()) {
        assert_same(history(), 5..110, &Arm::new(&[condor], &hedge), &execution(), capital);
    }
}
