//! Every kind of signal is in the test book and in the documentation, with its keys; so is every source.

use std::collections::BTreeMap;

use signals::Signal;
use signals::definitions::SOURCES;

const DOCUMENT: &str = include_str!("../../../../docs/policy-language.md");

/// Kinds with their keys, as the schema of the type has them.
fn kinds() -> BTreeMap<String, Vec<String>> {
    let schema = schemars::schema_for!(Signal);
    let variants = schema.get("oneOf").unwrap().as_array().unwrap();
    let kind = |v: &serde_json::Value| {
        let properties = v["properties"].as_object().unwrap();
        let keys = properties
            .keys()
            .filter(|k| *k != "kind")
            .cloned()
            .collect();
        (
            properties["kind"]["const"].as_str().unwrap().to_string(),
            keys,
        )
    };
    variants.iter().map(kind).collect()
}

#[test]
fn every_kind_is_documented_with_all_its_keys() {
    let kinds = kinds();
    assert!(kinds.len() > 35, "{}", kinds.len());
    for (kind, keys) in &kinds {
        let row = DOCUMENT
            .lines()
            .find(|line| line.starts_with(&format!("| `{kind}` |")));
        let row =
            row.unwrap_or_else(|| panic!("docs/policy-language.md has no row for the kind {kind}"));
        let cell = row.split('|').nth(2).unwrap();
        for key in keys {
            let words: Vec<&str> = cell
                .split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
                .collect();
            assert!(
                words.contains(&key.as_str()),
                "{kind}: docs/policy-language.md does not name {key}"
            );
        }
    }
}

#[test]
fn every_kind_is_computed_by_the_tests() {
    let book = include_str!("../data/every_kind.toml");
    for kind in kinds().keys() {
        assert!(
            book.contains(&format!("kind = \"{kind}\"")),
            "tests/data/every_kind.toml lacks {kind}"
        );
    }
}

#[test]
fn every_source_is_documented_with_its_unit() {
    for (name, unit, is) in SOURCES {
        assert!(
            DOCUMENT.contains(&format!("| `{name}` | {unit} | {is} |")),
            "{name}"
        );
    }
}

#[test]
fn the_example_of_the_documentation_is_a_valid_policy() {
    let example = DOCUMENT
        .split("```toml")
        .nth(1)
        .unwrap()
        .split("```")
        .next()
        .unwrap();
    let book = crate::support::book(example).unwrap();
    assert_eq!((book.signals.len(), book.triggers.len()), (4, 2));
}
