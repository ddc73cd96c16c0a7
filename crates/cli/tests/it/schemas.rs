//! The JSON Schemas that editors get say the same as the program: every file that ships is valid, a mistake is not.

use std::path::{Path, PathBuf};

use jsonschema::Validator;
use serde_json::{Value as Json, json};

use crate::support::{alvh, reference, root, stderr, stdout};

fn schema(kind: &str) -> Json {
    let output = alvh(&["schema", kind]);
    assert!(output.status.success(), "{}", stderr(&output));
    serde_json::from_str(&stdout(&output)).expect("JSON")
}

fn validator(schema: &Json) -> Validator {
    jsonschema::draft202012::new(schema).expect("a schema of the draft it names")
}

/// A file as an editor's TOML support hands it to a validator: dates are text.
fn json_of(value: toml::Value) -> Json {
    match value {
        toml::Value::Table(table) => Json::Object(
            table
                .into_iter()
                .map(|(key, value)| (key, json_of(value)))
                .collect(),
        ),
        toml::Value::Array(list) => list.into_iter().map(json_of).collect(),
        toml::Value::Datetime(date) => Json::String(date.to_string()),
        toml::Value::String(text) => Json::String(text),
        toml::Value::Integer(number) => json!(number),
        toml::Value::Float(number) => json!(number),
        toml::Value::Boolean(is) => Json::Bool(is),
    }
}

fn read(path: &Path) -> Json {
    let text = std::fs::read_to_string(path).expect("a file that ships");
    let table: toml::Table = toml::from_str(&text).expect("TOML");
    json_of(toml::Value::Table(table))
}

fn files(folder: &str) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(root().join("configs").join(folder))
        .expect("a folder of configs")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|x| x == "toml"))
        .collect();
    found.sort();
    assert!(!found.is_empty(), "configs/{folder} holds no file");
    found
}

/// What the schema has against a value, one line a fault.
fn faults(validator: &Validator, value: &Json) -> Vec<String> {
    validator
        .iter_errors(value)
        .map(|fault| format!("{}: {fault}", fault.instance_path()))
        .collect()
}

#[test]
fn every_file_that_ships_is_valid_under_its_schema() {
    let mut refused = Vec::new();
    let mut seen = 0;
    for (folder, kind) in [
        ("policies", "policy"),
        ("runs", "run"),
        ("benchmarks", "run"),
        ("sweeps", "sweep"),
    ] {
        let validator = validator(&schema(kind));
        for path in files(folder) {
            seen += 1;
            let found = faults(&validator, &read(&path));
            refused.extend(
                found
                    .iter()
                    .map(|fault| format!("{}: {fault}", path.display())),
            );
        }
    }
    assert!(refused.is_empty(), "{refused:#?}");
    assert!(seen >= 50, "{seen} files");
}

/// The claims of every run that has none of its own: what a run file may write under `claims`.
#[test]
fn the_claims_that_ship_are_valid_as_the_claims_of_a_run() {
    let run = schema("run");
    let mut claims = run["properties"]["claims"].clone();
    claims["$defs"] = run["$defs"].clone();
    let file = read(&root().join("configs/claims.toml"));
    let found = faults(&validator(&claims), &file["claims"]);
    assert!(
        file["claims"]["rows"].is_object() && found.is_empty(),
        "{found:#?}"
    );
}

#[test]
fn the_stored_configuration_of_a_run_is_valid_as_a_run_file() {
    let found = faults(
        &validator(&schema("run")),
        &read(&reference().join("config.toml")),
    );
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn a_mistake_is_refused() {
    let policy = validator(&schema("policy"));
    let weekly = read(&root().join("configs/policies/condor_weekly_14d.toml"));
    assert!(policy.is_valid(&weekly));
    let mut on_sunday = weekly.clone();
    on_sunday["entry"]["weekday"] = json!("sun");
    assert_ne!(on_sunday, weekly);
    assert!(!policy.is_valid(&on_sunday), "no session on a Sunday");
    let mut misspelled = weekly.clone();
    misspelled["entryy"] = weekly["entry"].clone();
    assert!(!policy.is_valid(&misspelled), "there is no such key");

    let run = validator(&schema("run"));
    let mut replay = read(&root().join("configs/runs/replay.toml"));
    assert!(run.is_valid(&replay));
    replay["starting_capital_usd"] = json!("much");
    assert!(!run.is_valid(&replay), "capital is a number");
}
