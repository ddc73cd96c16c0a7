//! What a manifest may say, on both sides of each rule.

use serde_json::{Value, json};
use tables::manifest::Manifest;

fn manifest() -> Value {
    let arm = |name: &str, kind: &str| json!({ "name": name, "kind": kind, "twin_of": null });
    let window = |name: &str| json!({ "name": name, "first": "2022-01-03", "last": "2022-12-30", "sessions": 251 });
    json!({
        "schema": 1,
        "name": "run",
        "engine": { "version": "0.1.0", "results_version": 9 },
        "config_hash": "a", "dataset_hash": "b",
        "dataset": { "name": "d", "kind": "history", "first": "2022-01-03", "last": "2024-12-31" },
        "prices": "model",
        "starting_capital_usd": 1000000.0,
        "windows": [window("2022"), window("2023-2024")],
        "arms": [arm("unhedged", "unhedged"), arm("tiered", "policy"), arm("calls", "policy")],
        "command": "alvh",
        "interval": null,
    })
}

/// What is said of a manifest with another value at a place.
fn with(place: &str, value: Value) -> Result<(), String> {
    let mut whole = manifest();
    *whole.pointer_mut(place).expect("a place") = value;
    Manifest::parse(&whole.to_string())
        .map(|_| ())
        .map_err(|error| error.to_string())
}

fn refused(place: &str, value: Value, words: &str) {
    let said = with(place, value).expect_err(place);
    assert!(
        said.starts_with("manifest.json: ") && said.contains(words),
        "{place}: {said}"
    );
}

#[test]
fn the_layout_is_version_one() {
    assert_eq!(with("/schema", json!(1)), Ok(()));
    for schema in [0, 2] {
        refused(
            "/schema",
            json!(schema),
            &format!("key `schema`: found {schema}, allowed is 1"),
        );
    }
}

#[test]
fn capital_is_above_zero() {
    for allowed in [0.01, 0.5, 1e12] {
        assert_eq!(with("/starting_capital_usd", json!(allowed)), Ok(()));
    }
    for wrong in [0.0, -0.01, -1e6] {
        refused("/starting_capital_usd", json!(wrong), "a number above 0");
    }
}

#[test]
fn windows_and_arms_have_names_of_their_own_and_there_is_one_at_least() {
    refused("/windows", json!([]), "key `windows` is empty");
    refused("/arms", json!([]), "key `arms` is empty");
    refused(
        "/windows/1/name",
        json!("2022"),
        "key `windows`: the name `2022` occurs twice",
    );
    refused(
        "/arms/0/name",
        json!("calls"),
        "key `arms`: the name `calls` occurs twice",
    );
    let mut one = manifest();
    for key in ["windows", "arms"] {
        one[key].as_array_mut().expect("a list").truncate(1);
    }
    assert!(Manifest::parse(&one.to_string()).is_ok());
}

#[test]
fn at_most_one_arm_is_unhedged() {
    assert_eq!(with("/arms/0/kind", json!("policy")), Ok(()));
    refused(
        "/arms/1/kind",
        json!("unhedged"),
        "at most one arm may be of kind `unhedged`, found 2",
    );
}

#[test]
fn a_twin_names_an_arm_that_is_there() {
    assert_eq!(
        with(
            "/arms/2",
            json!({ "name": "t~calls", "kind": "equal_spend_twin", "twin_of": "tiered" })
        ),
        Ok(())
    );
    refused(
        "/arms/2",
        json!({ "name": "t~calls", "kind": "equal_spend_twin", "twin_of": "nobody" }),
        "arm `t~calls`, key `twin_of`: found `nobody`",
    );
    refused(
        "/arms/2",
        json!({ "name": "t~calls", "kind": "equal_spend_twin", "twin_of": null }),
        "arm `t~calls`: a twin must name its arm",
    );
}

#[test]
fn a_window_begins_and_ends_on_days() {
    refused(
        "/windows/0/first",
        json!("2022-02-30"),
        "window `2022`, key `first`: found `2022-02-30`",
    );
    refused(
        "/windows/1/last",
        json!("never"),
        "window `2023-2024`, key `last`: found `never`",
    );
}
