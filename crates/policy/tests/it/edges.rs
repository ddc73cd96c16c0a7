//! What a policy may say, on both sides of each limit and at it.

use policy::rule::StrikeRule;
use runfile::config::{condor_from_value, hedge_from_value};
use toml::{Table, Value};

pub const HEDGE: &str = r#"
name = "h"
title = "t"
summary = "s"
claims = []
budget_fraction_of_credit = 0.2
purse_cap_weeks = 13
decay_below_days = 10
budget = [{ base = "max_loss", fraction = 0.1 }, { base = "margin", fraction = 0.1 }]
annual_cap = { base = "equity", fraction = 0.1 }
redeploy_salvage = false
steps = [{ when = "high", add = 0.5 }]
raise = [{ when = "high", weight = 0.5 }]
cap = [{ when = "high", weight = 0.5 }]
scale = [{ signal = "vix", points = [[10.0, 0.5], [20.0, 1.0]] }]
triggers = { high = { signal = "vix", above = 20.0 } }

[tier]
by = "table"
signal = "vix"
hysteresis = 1.0
dwell_sessions = 2
bands = [
    { to = 15.0, weight = 0.5 },
    { from = 15.0, to = 25.0, weight = 0.5, weight_at_to = 1.0 },
    { from = 25.0, weight = 1.0 },
]

[[layers]]
name = "calls"
share = 0.5
underlying = "vix"
expiry = { rule = "nearest", target_days = 30, min_days = 20, max_days = 60 }
legs = [
    { side = "long", right = "call", strike = { by = "delta", delta = 0.3, tolerance = 0.1 }, ratio = 2 },
    { side = "short", right = "call", strike = { by = "offset_from_previous", points = 10.0 } },
]
max_open_units = 100
cool_down_sessions = 5
slots = 4
max_width_fraction_of_mid = 0.5
financing_spread = 0.02
size = [{ by = "units", units = 3 }, { by = "per_condor", ratio = 1.0 }, { by = "premium", base = "credit", fraction = 0.5 },
        { by = "theta", at_least_usd_per_day = -10.0 }]
exit = [{ kind = "days_to_expiry", at_most = 5 }, { kind = "life_elapsed", fraction = 0.5 },
        { kind = "profit_multiple", at_least = 3.0 }, { kind = "tested_delta", at_least = 0.5 }]
sell = [{ multiple = 4.0, fraction = 0.5, every_sessions = 5 }]

[[layers]]
name = "futures"
share = 0.25
underlying = "vx"
expiry = { rule = "first", min_days = 20, max_days = 60 }
future_side = "long"
corridor = { band = 0.1, tighten_when = "high", tighten_to = 0.5 }

[[layers]]
name = "puts"
share = 0.25
underlying = "spx"
expiry = { rule = "latest", min_days = 20, max_days = 60 }
paid_from = "account"
legs = [{ side = "short", right = "put", strike = { by = "at_or_below", ratio = 1.0 } }]
size = [{ by = "cash_secured", fraction = 1.0 }]
exit = [{ kind = "profit_target", fraction_of_credit = 0.5 }, { kind = "stop_loss", multiple_of_credit = 2.0 }]
"#;

pub const CONDOR: &str = r#"
name = "c"
summary = "s"
underlying = "spxw"
entry = { every = "week", weekday = "fri" }
expiry = { rule = "nearest", target_days = 14, min_days = 7, max_days = 21 }
put = { short_delta = 0.16, delta_tolerance = 0.04, long = { by = "delta", delta = 0.05, tolerance = 0.04 } }
call = { short_delta = 0.16, delta_tolerance = 0.04, long = { by = "width", points = 50.0 } }
size = { by = "fixed", contracts = 1 }
min_credit_points = 0.0
max_open = 4
exit = []
"#;

/// The text with the value at a path another; numbers walk into lists.
pub fn with(text: &str, path: &str, value: impl Into<Value>) -> Table {
    let mut whole = Value::Table(toml::from_str(text).expect("TOML"));
    let (before, last) = path.rsplit_once('.').unwrap_or(("", path));
    let place = before
        .split('.')
        .filter(|key| !key.is_empty())
        .fold(&mut whole, |value, key| match value {
            Value::Array(list) => &mut list[key.parse::<usize>().expect("a place")],
            value => value
                .get_mut(key)
                .unwrap_or_else(|| panic!("no {key} of {path}")),
        });
    match place {
        Value::Array(list) => list[last.parse::<usize>().expect("a place")] = value.into(),
        Value::Table(table) => drop(table.insert(last.to_string(), value.into())),
        other => panic!("{path}: {other}"),
    }
    let Value::Table(table) = whole else {
        panic!("a table")
    };
    table
}

fn hedge(table: Table) -> Result<(), String> {
    let hedge = hedge_from_value(table.into()).map_err(|e| e.to_string())?;
    hedge.check().map_err(|e| e.to_string())
}

fn condor(table: Table) -> Result<(), String> {
    let condor = condor_from_value(table.into()).map_err(|e| e.to_string())?;
    condor.check().map_err(|e| e.to_string())
}

type Check = fn(Table) -> Result<(), String>;

/// The two ends are allowed, and a step beyond each is refused by the key's name.
fn range(text: &str, check: Check, path: &str, (low, high): (f64, f64), step: f64) {
    let key = path
        .rsplit('.')
        .find(|key| key.parse::<usize>().is_err())
        .expect("a key");
    for end in [low, high] {
        assert_eq!(check(with(text, path, end)), Ok(()), "{path} = {end}");
    }
    for beyond in [low - step, high + step] {
        let said = check(with(text, path, beyond)).expect_err(path);
        assert!(said.contains(key), "{path} = {beyond}: {said}");
    }
}

/// The same of a whole number.
fn count(text: &str, check: Check, path: &str, (low, high): (i64, i64)) {
    for end in [low, high] {
        assert_eq!(check(with(text, path, end)), Ok(()), "{path} = {end}");
    }
    for beyond in [low - 1, high + 1] {
        assert!(
            check(with(text, path, beyond)).is_err(),
            "{path} = {beyond}"
        );
    }
}

#[test]
fn numbers_of_a_hedge_have_their_ends() {
    assert_eq!(hedge(toml::from_str(HEDGE).expect("TOML")), Ok(()));
    for (path, ends) in [
        ("budget_fraction_of_credit", (0.0, 10.0)),
        ("budget.0.fraction", (0.0, 1.0)),
        ("budget.1.fraction", (0.0, 1.0)),
        ("annual_cap.fraction", (0.0, 10.0)),
        ("steps.0.add", (0.0, 1.0)),
        ("raise.0.weight", (0.0, 1.0)),
        ("cap.0.weight", (0.0, 1.0)),
        ("tier.hysteresis", (0.0, 50.0)),
        ("tier.bands.0.weight", (0.0, 1.0)),
        ("tier.bands.1.weight_at_to", (0.0, 1.0)),
        ("layers.0.share", (0.0, 0.5)),
        ("layers.0.max_width_fraction_of_mid", (0.001, 2.0)),
        ("layers.0.financing_spread", (0.0, 1.0)),
        ("layers.0.size.1.ratio", (0.0, 100.0)),
        ("layers.0.size.2.fraction", (0.0, 10.0)),
        ("layers.0.size.3.at_least_usd_per_day", (-1e9, 1e9)),
        ("layers.0.exit.1.fraction", (0.01, 0.99)),
        ("layers.0.exit.2.at_least", (1.0, 1000.0)),
        ("layers.0.exit.3.at_least", (0.05, 0.99)),
        ("layers.0.sell.0.multiple", (1.0, 1000.0)),
        ("layers.0.sell.0.fraction", (0.01, 1.0)),
        ("layers.0.legs.0.strike.delta", (0.005, 0.995)),
        ("layers.0.legs.0.strike.tolerance", (0.0, 0.5)),
        ("layers.1.corridor.band", (0.0, 10.0)),
        ("layers.1.corridor.tighten_to", (0.0, 1.0)),
        ("layers.2.legs.0.strike.ratio", (0.2, 5.0)),
        ("layers.2.size.0.fraction", (0.0, 1.0)),
        ("layers.2.exit.0.fraction_of_credit", (0.01, 1.0)),
        ("layers.2.exit.1.multiple_of_credit", (0.1, 100.0)),
    ] {
        range(
            HEDGE,
            hedge,
            path,
            ends,
            if ends.1 > 1e6 { 1.0 } else { 1e-4 },
        );
    }
    // Below the bought call, where the spread may bring a credit and no multiple of a debit is asked for.
    let offset = |points: f64| with(HEDGE, "layers.0.legs.1.strike.points", points);
    assert_eq!(
        (hedge(offset(5000.0)), hedge(offset(0.5))),
        (Ok(()), Ok(()))
    );
    let mut below = offset(-5000.0);
    below["layers"][0]["exit"] = Value::Array(Vec::new());
    assert_eq!(hedge(below.clone()), Ok(()));
    below["layers"][0]["legs"][1]["strike"]["points"] = (-5000.1).into();
    assert!(hedge(below).expect_err("beyond").contains("points"));
    for points in [5000.1, 0.0] {
        assert!(
            hedge(offset(points))
                .expect_err("beyond")
                .contains("points")
        );
    }
    for (path, ends) in [
        ("purse_cap_weeks", (1, 52)),
        ("decay_below_days", (1, 60)),
        ("layers.0.max_open_units", (1, 1_000_000)),
        ("layers.0.cool_down_sessions", (1, 252)),
        ("layers.0.slots", (1, 100)),
        ("layers.0.size.0.units", (1, 1_000_000)),
        ("layers.0.exit.0.at_most", (0, 365)),
        ("layers.0.sell.0.every_sessions", (1, 252)),
        ("layers.0.legs.0.ratio", (1, 10)),
        ("layers.0.expiry.min_days", (1, 30)),
        ("layers.0.expiry.target_days", (20, 60)),
        ("layers.0.expiry.max_days", (30, 365)),
    ] {
        count(HEDGE, hedge, path, ends);
    }
}

#[test]
fn numbers_of_a_condor_have_their_ends() {
    assert_eq!(condor(toml::from_str(CONDOR).expect("TOML")), Ok(()));
    for (path, ends) in [
        ("put.delta_tolerance", (0.0, 0.5)),
        ("put.long.tolerance", (0.0, 0.5)),
        ("call.short_delta", (0.01, 0.49)),
        ("call.long.points", (5.0, 2000.0)),
        ("min_credit_points", (0.0, 1000.0)),
    ] {
        range(CONDOR, condor, path, ends, 1e-4);
    }
    // The long strike lies at least half a delta beyond the short one.
    range(
        CONDOR,
        condor,
        "put.long.delta",
        (0.005, 0.155 - 1e-12),
        1e-4,
    );
    count(CONDOR, condor, "max_open", (1, 1000));
    count(CONDOR, condor, "size.contracts", (1, 1_000_000));
    for (by, key) in [
        ("max_loss", "pct_of_start_capital"),
        ("margin", "pct_of_account"),
    ] {
        let size = |percent: f64| {
            toml::from_str::<Table>(&format!("by = \"{by}\"\n{key} = {percent:?}")).expect("TOML")
        };
        let said = |percent: f64| condor(with(CONDOR, "size", size(percent)));
        assert_eq!((said(0.01), said(100.0)), (Ok(()), Ok(())));
        assert!(
            said(0.0099).expect_err("little").contains(key)
                && said(100.1).expect_err("much").contains(key)
        );
    }
    for side in ["put", "call"] {
        let wide = |delta: f64| {
            let text = "when = \"high\"\n[put]\nshort_delta = 0.1\ndelta_tolerance = 0.1\nlong = { by = \"width\", points = 50.0 }\n\
                        [call]\nshort_delta = 0.1\ndelta_tolerance = 0.1\nlong = { by = \"width\", points = 50.0 }";
            let widen = with(text, &format!("{side}.short_delta"), delta);
            let mut table = with(CONDOR, "widen", widen);
            let trigger =
                toml::from_str::<Table>("high = { signal = \"vix\", above = 30.0 }").expect("TOML");
            table.insert("triggers".into(), trigger.into());
            condor(table)
        };
        assert_eq!(wide(0.3), Ok(()));
        assert!(
            wide(0.5)
                .expect_err("half")
                .contains(&format!("widen.{side}"))
        );
    }
    assert!(
        condor(with(CONDOR, "underlying", "vix"))
            .expect_err("VIX")
            .contains("underlying is \"vix\"")
    );
    let weekday = |day: &str| condor(with(CONDOR, "entry.weekday", day));
    assert!(weekday("sat").is_err() && weekday("sun").is_err() && weekday("mon").is_ok());
}

#[test]
fn what_excludes_each_other_is_refused() {
    let refused = |path: &str, value: Value, words: &str| {
        let said = hedge(with(HEDGE, path, value)).expect_err(path);
        assert!(said.contains(words), "{path}: {said}");
    };
    let table = |text: &str| Value::Table(toml::from_str(text).expect("TOML"));
    let list =
        |text: &str| toml::from_str::<Table>(&format!("x = {text}")).expect("TOML")["x"].clone();
    refused("layers.0.legs", list("[]"), "needs at least one");
    refused(
        "layers.1.legs",
        list(
            "[{ side = \"long\", right = \"call\", strike = { by = \"moneyness\", ratio = 1.0 } }]",
        ),
        "no option legs",
    );
    refused(
        "layers.0.expiry",
        table("rule = \"never\""),
        "only for a fund",
    );
    refused(
        "layers.0.future_side",
        "long".into(),
        "option legs carry their own side",
    );
    refused("layers.1.future_side", "short".into(), "long futures only");
    refused(
        "layers.1.size",
        list("[{ by = \"units\", units = 1 }]"),
        "the corridor is the size",
    );
    refused(
        "layers.1.corridor",
        table("band = 0.1\ntighten_to = 0.5"),
        "tighten_to needs tighten_when",
    );
    assert_eq!(
        hedge(with(HEDGE, "layers.1.corridor", table("band = 0.1"))),
        Ok(())
    );
    refused("layers.2.size", list("[]"), "needs rules of `size`");
    refused("layers.2.slots", 2.into(), "paid_from \"account\" has none");
    refused(
        "layers.2.financing_spread",
        0.1.into(),
        "paid_from \"account\" has none",
    );
    refused(
        "layers.0.size",
        list(
            "[{ by = \"cash_secured\", fraction = 1.0 }, { by = \"account_share\", fraction = 1.0 }]",
        ),
        "account_share is for funds",
    );
    refused(
        "layers.0.legs.0.strike",
        table("by = \"at_or_below\"\nratio = 1.0"),
        "for spx and spxw",
    );
    refused(
        "layers.0.legs.0.strike",
        table("by = \"offset_from_previous\"\npoints = 1.0"),
        "no leg before it",
    );
    let leg = "{ side = \"long\", right = \"call\", strike = { by = \"moneyness\", ratio = 1.0 } }";
    let legs = |n: usize| list(&format!("[{}]", [leg].repeat(n).join(", ")));
    let mut four = with(HEDGE, "layers.0.legs", legs(4));
    four["layers"][0]["exit"] = list("[]");
    assert_eq!(hedge(four.clone()), Ok(()));
    four["layers"][0]["legs"] = legs(5);
    assert!(hedge(four).expect_err("five").contains("5 legs, at most 4"));
    let sales = |n: usize| {
        list(&format!(
            "[{}]",
            ["{ multiple = 2.0, fraction = 0.5 }"].repeat(n).join(", ")
        ))
    };
    assert_eq!(hedge(with(HEDGE, "layers.0.sell", sales(8))), Ok(()));
    refused("layers.0.sell", sales(9), "9 sales, at most 8");
    refused(
        "layers.0.sell",
        list("[{ fraction = 0.5 }]"),
        "must be given",
    );
    refused(
        "layers.0.sell",
        list("[{ when = \"high\", multiple = 2.0, fraction = 0.5, order = \"limit\" }]"),
        "knows no `when`",
    );
    refused(
        "layers.0.sell",
        list("[{ when = \"high\", fraction = 0.5, order = \"limit\" }]"),
        "knows no `when`",
    );
    assert_eq!(
        hedge(with(
            HEDGE,
            "layers.0.sell",
            list("[{ when = \"high\", fraction = 0.5 }]")
        )),
        Ok(())
    );
    refused(
        "layers.1.sell",
        list("[{ multiple = 2.0, fraction = 0.5, order = \"limit\" }]"),
        "sold at a close",
    );
    refused(
        "layers.0.sell",
        list("[{ multiple = 2.0, fraction = 0.5, into = \"nobody\" }]"),
        "no layer \"nobody\"",
    );
    refused("layers.0.name", "futures".into(), "two layers are called");
    refused("layers.0.name", "Calls".into(), "may hold only");
    refused("layers.0.share", 0.500001.into(), "sum to 1.000001");
    refused("layers.0.share", 0.500000005.into(), "sum to 1.00000000");
    refused(
        "steps",
        list("[{ when = \"high\", add = 0.6 }, { when = \"high\", add = 0.6 }]"),
        "add up to 1.2",
    );
    assert_eq!(
        hedge(with(
            HEDGE,
            "steps",
            list("[{ when = \"high\", add = 0.5 }, { when = \"high\", add = 0.5 }]")
        )),
        Ok(())
    );
    // Ten parts of a tenth add up to one but for rounding; a billionth is what is allowed of it.
    let adds = |add: f64| {
        list(&format!(
            "[{{ when = \"high\", add = 0.5 }}, {{ when = \"high\", add = {add:?} }}]"
        ))
    };
    assert_eq!(hedge(with(HEDGE, "steps", adds(0.5 + 8e-10))), Ok(()));
    refused("steps", adds(0.5 + 1.2e-9), "add up to 1.0000000012");
    refused("tier.bands", list("[]"), "at least one band");
    refused("tier.bands.1.from", 25.0.into(), "must be below");
    refused(
        "tier.bands.0",
        table("to = 15.0\nweight = 0.5\nweight_at_to = 0.7"),
        "both edges",
    );
    refused("scale.0.points", list("[]"), "at least one point");
    refused(
        "scale.0.points",
        list("[[10.0, 0.5], [10.0, 1.0]]"),
        "must ascend",
    );
}

#[test]
fn bands_are_counted_to_a_hundred() {
    let bands = |n: i64| -> Value {
        let band = |i: i64| {
            let mut band = Table::new();
            band.insert("weight".into(), 0.5.into());
            if i > 0 {
                band.insert("from".into(), (i as f64).into());
            }
            if i < n - 1 {
                band.insert("to".into(), (i as f64 + 1.0).into());
            }
            Value::Table(band)
        };
        Value::Array((0..n).map(band).collect())
    };
    assert_eq!(hedge(with(HEDGE, "tier.bands", bands(100))), Ok(()));
    assert!(
        hedge(with(HEDGE, "tier.bands", bands(101)))
            .expect_err("101")
            .contains("101 bands, at most 100")
    );
    for (edge, is_allowed) in [
        (1e12, true),
        (1.1e12, false),
        (-1e12, true),
        (-1.1e12, false),
    ] {
        let mut table = with(HEDGE, "tier.bands", bands(2));
        table["tier"]["bands"][0]["to"] = edge.into();
        table["tier"]["bands"][1]["from"] = edge.into();
        assert_eq!(hedge(table).is_ok(), is_allowed, "{edge}");
    }
}

#[test]
fn a_condor_buys_below_its_put_and_above_its_call() {
    let of = |table: Table| condor_from_value(table.into()).expect("a condor");
    let condor = of(with(
        CONDOR,
        "put.long",
        toml::from_str::<Table>("by = \"width\"\npoints = 40.0").expect("TOML"),
    ));
    let template = condor.template();
    let strikes: Vec<StrikeRule> = template.legs.iter().map(|leg| leg.strike).collect();
    let short = StrikeRule::Delta {
        delta: 0.16,
        tolerance: 0.04,
    };
    let away = |points| StrikeRule::OffsetFromPrevious { points };
    assert_eq!(strikes, [short, away(-40.0), short, away(50.0)]);
    let sides: Vec<i64> = template
        .legs
        .iter()
        .map(|leg| leg.side.sign() * leg.ratio)
        .collect();
    assert_eq!(sides, [-1, 1, -1, 1]);
    assert_eq!(condor.asks_account(), None);
    let asks = |path: &str, value: Value| of(with(CONDOR, path, value)).asks_account();
    assert_eq!(asks("when", "high".into()), Some("condor.when"));
    assert_eq!(
        asks("no_entry_when", "high".into()),
        Some("condor.no_entry_when")
    );
    let margin = toml::from_str::<Table>("by = \"margin\"\npct_of_account = 10.0").expect("TOML");
    assert_eq!(asks("size", margin.into()), Some("condor.size.margin"));
}

#[test]
fn what_asks_for_the_account_is_named_and_what_is_uncovered_found() {
    let plain = r#"
name = "h"
title = "t"
summary = "s"
claims = []
budget_fraction_of_credit = 0.2
purse_cap_weeks = 13
redeploy_salvage = false
tier = { by = "always" }
[[layers]]
name = "only"
share = 1.0
underlying = "spx"
expiry = { rule = "first", min_days = 20, max_days = 60 }
legs = [{ side = "long", right = "put", strike = { by = "moneyness", ratio = 0.9 } }]
"#;
    let of = |table: Table| hedge_from_value(table.into()).expect("a hedge");
    let asks = |path: &str, value: Value| of(with(plain, path, value)).asks_account();
    let list =
        |text: &str| toml::from_str::<Table>(&format!("x = {text}")).expect("TOML")["x"].clone();
    let whole = of(toml::from_str(plain).expect("TOML"));
    assert_eq!(
        (whole.asks_account(), whole.has_uncovered_short()),
        (None, None)
    );
    // What a layer asks of its purse, its packages and the condors does not count.
    for (path, value) in [
        ("decay_below_days", "5"),
        ("budget", "[{ base = \"margin\", fraction = 0.1 }]"),
        ("annual_cap", "{ base = \"equity\", fraction = 0.1 }"),
        ("layers.0.entry", "{ every = \"session\" }"),
        ("layers.0.cool_down_sessions", "3"),
        ("layers.0.slots", "3"),
        ("layers.0.financing_spread", "0.1"),
        ("layers.0.hurdle", "{ signal = \"vix\" }"),
        (
            "layers.0.size",
            "[{ by = \"units\", units = 1 }, { by = \"premium\", base = \"credit\", fraction = 0.1 }]",
        ),
        ("layers.0.corridor", "{ band = 0.1 }"),
        ("layers.0.sell", "[{ multiple = 2.0, fraction = 0.5 }]"),
    ] {
        assert_eq!(asks(path, list(value)), None, "{path}");
    }
    for (key, value, name) in [
        ("paid_from", "\"account\"", "layers.paid_from"),
        (
            "size",
            "[{ by = \"units\", units = 1 }, { by = \"cash_secured\", fraction = 1.0 }]",
            "layers.size",
        ),
        (
            "size",
            "[{ by = \"account_share\", fraction = 0.1 }]",
            "layers.size",
        ),
        (
            "size",
            "[{ by = \"premium\", base = \"account\", fraction = 0.1 }]",
            "layers.size",
        ),
        (
            "sell",
            "[{ multiple = 2.0, fraction = 0.5 }, { multiple = 3.0, fraction = 0.5, order = \"limit\" }]",
            "layers.sell.order",
        ),
    ] {
        assert_eq!(asks(&format!("layers.0.{key}"), list(value)), Some(name));
    }
    let uncovered = |legs: &str| {
        let hedge = of(with(plain, "layers.0.legs", list(legs)));
        hedge.has_uncovered_short().map(str::to_string)
    };
    let leg = |side: &str, right: &str, ratio: i64| {
        format!(
            "{{ side = \"{side}\", right = \"{right}\", ratio = {ratio}, strike = {{ by = \"moneyness\", ratio = 0.9 }} }}"
        )
    };
    assert_eq!(
        uncovered(&format!("[{}]", leg("short", "put", 1))),
        Some("only".into())
    );
    assert_eq!(
        uncovered(&format!("[{}]", leg("short", "call", 1))),
        Some("only".into())
    );
    assert_eq!(
        uncovered(&format!(
            "[{}, {}]",
            leg("long", "put", 1),
            leg("short", "put", 1)
        )),
        None
    );
    assert_eq!(
        uncovered(&format!(
            "[{}, {}]",
            leg("long", "put", 1),
            leg("short", "put", 2)
        )),
        Some("only".into())
    );
    assert_eq!(
        uncovered(&format!(
            "[{}, {}]",
            leg("long", "call", 1),
            leg("short", "put", 1)
        )),
        Some("only".into())
    );
    let mut secured = with(
        plain,
        "layers.0.legs",
        list(&format!("[{}]", leg("short", "put", 1))),
    );
    secured["layers"][0]
        .as_table_mut()
        .expect("a layer")
        .insert(
            "size".into(),
            list("[{ by = \"cash_secured\", fraction = 1.0 }]"),
        );
    assert_eq!(of(secured.clone()).has_uncovered_short(), None);
    secured["layers"][0]["legs"] = list(&format!("[{}]", leg("short", "call", 1)));
    assert_eq!(of(secured).has_uncovered_short(), Some("only"));
}
