//! Every key a policy may have is in `docs/policy-language.md`.

use std::collections::BTreeSet;

use policy::condor::Condor;
use policy::hedge::Hedge;

/// Names in the text that are written as code.
fn named() -> BTreeSet<String> {
    let path = crate::shipped::root().join("docs/policy-language.md");
    let text = std::fs::read_to_string(path).expect("docs/policy-language.md");
    let code = text.split('`').skip(1).step_by(2);
    let words = code.flat_map(|c| c.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')));
    words.map(str::to_string).collect()
}

/// Names of the properties and constants of a schema, those of signals and triggers left to the tests of their crate.
fn keys(node: &serde_json::Value, found: &mut BTreeSet<String>) {
    if let Some(properties) = node["properties"].as_object() {
        found.extend(properties.keys().cloned());
        properties
            .values()
            .filter_map(|p| p["const"].as_str())
            .for_each(|name| {
                found.insert(name.to_string());
            });
    }
    match node {
        serde_json::Value::Object(all) => {
            let own =
                |name: &str| !["Signal", "Trigger", "AtLeast", "Span", "Latch"].contains(&name);
            all.iter()
                .filter(|(name, _)| own(name))
                .for_each(|(_, inner)| keys(inner, found));
        }
        serde_json::Value::Array(all) => all.iter().for_each(|inner| keys(inner, found)),
        _ => {}
    }
}

#[test]
fn every_key_of_a_policy_is_documented() {
    let mut found = BTreeSet::new();
    keys(&schemars::schema_for!(Hedge).to_value(), &mut found);
    keys(&schemars::schema_for!(Condor).to_value(), &mut found);
    assert!(found.len() > 60, "{found:?}");
    // What names and describes a file needs no word.
    let plain = ["title", "summary", "claims"];
    let named = named();
    let missing: Vec<&String> = found
        .iter()
        .filter(|k| !named.contains(*k) && !plain.contains(&k.as_str()))
        .collect();
    assert!(
        missing.is_empty(),
        "docs/policy-language.md does not name {missing:?}"
    );
}
