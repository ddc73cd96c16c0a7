//! Every policy file of the project loads, is right, says which claims it stands for, and uses up the language.

use std::collections::BTreeMap;
use std::path::PathBuf;

use policy::condor::Condor;
use policy::hedge::Hedge;
use runfile::config::hedge_from_value;
use runfile::door;
use toml::{Table, Value};

use crate::edges::{HEDGE, with};
use crate::scene::{read_condor, read_hedge};

pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Texts of the policy files, by name.
pub fn texts() -> BTreeMap<String, String> {
    let folder = root().join("configs/policies");
    let entries = std::fs::read_dir(&folder).expect("the folder of the policies");
    let paths = entries
        .map(|e| e.expect("an entry").path())
        .filter(|p| p.extension().is_some_and(|x| x == "toml"));
    let text = |path: PathBuf| {
        let name = path
            .file_stem()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        (name, std::fs::read_to_string(&path).expect("text"))
    };
    paths.map(text).collect()
}

fn is_hedge(text: &str) -> bool {
    text.lines()
        .any(|line| line.starts_with("budget_fraction_of_credit"))
}

pub fn hedges() -> BTreeMap<String, Hedge> {
    let hedge = |(name, text): (String, String)| {
        let hedge = read_hedge(&text);
        (name, hedge)
    };
    texts()
        .into_iter()
        .filter(|(_, text)| is_hedge(text))
        .map(hedge)
        .collect()
}

pub fn condors() -> BTreeMap<String, Condor> {
    let condor = |(name, text): (String, String)| {
        let condor = read_condor(&text);
        (name, condor)
    };
    texts()
        .into_iter()
        .filter(|(_, text)| !is_hedge(text))
        .map(condor)
        .collect()
}

#[test]
fn every_policy_loads_under_its_own_name_and_is_right() {
    // A published index stands for no claim.
    let benchmarks =
        std::fs::read_to_string(root().join("configs/benchmarks/put.toml")).expect("a benchmark");
    for (name, hedge) in hedges() {
        assert_eq!((hedge.check(), &hedge.name), (Ok(()), &name));
        assert_eq!(hedge.has_uncovered_short(), None, "{name}");
        let is_index = benchmarks.contains(&format!("\"{name}\""));
        assert!(
            is_index || !hedge.claims.is_empty(),
            "{name} names no row of the claims table and is no index"
        );
    }
    for (name, condor) in condors() {
        assert_eq!((condor.check(), &condor.name), (Ok(()), &name));
    }
}

#[test]
fn what_a_policy_prints_is_the_policy() {
    for (name, hedge) in hedges() {
        let printed = door::hedge_text(&hedge).expect("a policy can be printed");
        assert_eq!(read_hedge(&printed), hedge, "{name}");
    }
    for (name, condor) in condors() {
        let printed = door::condor_text(&condor).expect("a policy can be printed");
        assert_eq!(read_condor(&printed), condor, "{name}");
    }
}

#[test]
fn the_policies_a_user_would_write_take_less_than_forty_lines() {
    let mine: Vec<_> = texts()
        .into_iter()
        .filter(|(name, _)| name.starts_with("user_"))
        .collect();
    assert_eq!(mine.len(), 6);
    for (name, text) in mine {
        assert!(
            text.lines().count() < 40,
            "{name}: {} lines",
            text.lines().count()
        );
    }
}

/// Values of a tag key anywhere in a policy, with the path of keys that leads there.
fn tags<'a>(value: &'a toml::Value, key: &str, found: &mut Vec<&'a str>) {
    match value {
        toml::Value::Table(table) => {
            found.extend(table.get(key).and_then(toml::Value::as_str));
            table.values().for_each(|v| tags(v, key, found));
        }
        toml::Value::Array(all) => all.iter().for_each(|v| tags(v, key, found)),
        _ => {}
    }
}

/// Keys anywhere in a part of a policy.
fn keys<'a>(value: &'a toml::Value, found: &mut Vec<&'a str>) {
    match value {
        toml::Value::Table(table) => table.iter().for_each(|(key, v)| {
            found.push(key);
            keys(v, found);
        }),
        toml::Value::Array(all) => all.iter().for_each(|v| keys(v, found)),
        _ => {}
    }
}

/// The words that a hedge allows as `key` of what stands at a path, one of a list or of named ones, taken from the message
/// with which it refuses a wrong one.
fn allowed(path: &str, key: &str) -> Vec<String> {
    let wrong = Table::from_iter([(key.to_string(), Value::from("no_such_word"))]);
    let wrong = match path {
        "signals" => Value::from(Table::from_iter([("x".to_string(), wrong.into())])),
        _ => Value::Array(vec![wrong.into()]),
    };
    let message = hedge_from_value(with(HEDGE, path, wrong).into())
        .expect_err("the word is wrong")
        .to_string();
    let list = message
        .split("expected one of ")
        .nth(1)
        .expect("the list of allowed words");
    let words = list.lines().next().unwrap_or_default().split(", ");
    words
        .map(|w| w.trim().trim_matches('`').to_string())
        .filter(|w| !w.is_empty())
        .collect()
}

#[test]
fn every_kind_of_signal_trigger_size_budget_and_sale_is_used_by_a_policy_that_ships() {
    let values: Vec<toml::Value> = texts()
        .values()
        .map(|text| toml::Value::Table(toml::from_str(text).expect("TOML")))
        .collect();
    let used = |key: &str| {
        let mut found = Vec::new();
        values.iter().for_each(|v| tags(v, key, &mut found));
        found.into_iter().map(str::to_string).collect::<Vec<_>>()
    };
    let (kinds, by, base) = (used("kind"), used("by"), used("base"));
    for kind in allowed("signals", "kind") {
        assert!(kinds.contains(&kind), "no policy uses the signal {kind:?}");
    }
    for rule in allowed("layers.0.size", "by") {
        assert!(by.contains(&rule), "no policy uses the size rule {rule:?}");
    }
    let bases = allowed("budget", "base").into_iter();
    for name in bases.chain(["equity", "variance_drag", "credit", "account"].map(str::to_string)) {
        assert!(base.contains(&name), "no policy uses the base {name:?}");
    }
    let mut in_triggers = Vec::new();
    let mut in_all = Vec::new();
    for value in &values {
        keys(value, &mut in_all);
        value
            .get("triggers")
            .into_iter()
            .for_each(|t| keys(t, &mut in_triggers));
    }
    let forms = "signal trigger all any at_least not for within cool_down latch";
    let tests = "below above between crosses_above crosses_below is";
    for word in forms.split(' ').chain(tests.split(' ')) {
        assert!(
            in_triggers.contains(&word),
            "no policy uses the trigger {word:?}"
        );
    }
    let of_layers = "when cool_down_sessions slots max_width_fraction_of_mid financing_spread hurdle size corridor sell \
        multiple into every_sessions tighten_when steps raise scale cap decay_below_days annual_cap budget \
        no_entry_when widen paid_from entry";
    for word in of_layers.split_whitespace() {
        assert!(in_all.contains(&word), "no policy uses the key {word:?}");
    }
}
