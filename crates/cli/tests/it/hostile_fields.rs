//! Markup, formulas and terminal commands in every string and every name that a configuration can carry, found by walking
//! resolved files and the schemas of their types: taken, or refused by a harmless message.

use std::collections::BTreeSet;

use alvh_cli::host;
use runfile::config::{Assembly, RunConfig};
use runfile::study_file::StudyFile;
use toml::{Table, Value};

use crate::hostile_names::obeys_nothing;
use crate::support::{root, scratch};

/// A formula, HTML, Markdown and terminal commands at once.
const HOSTILE: &str = "=HYPERLINK(\"x\")<script>alert(1)</script><img src=x onerror=alert(2)>'\"--><!--\
    [x](http://evil.example)|`b`**c** \u{1b}[31m\u{7}\u{9b}31m\u{202e}";

/// One step into a table or an array.
#[derive(Clone, Debug, PartialEq)]
enum Step {
    Key(String),
    At(usize),
}

/// Every place of a string, and every table with keys of its own.
fn places(
    value: &Value,
    here: &mut Vec<Step>,
    strings: &mut Vec<Vec<Step>>,
    tables: &mut Vec<Vec<Step>>,
) {
    match value {
        Value::String(_) => strings.push(here.clone()),
        Value::Array(list) => {
            for (at, one) in list.iter().enumerate() {
                here.push(Step::At(at));
                places(one, here, strings, tables);
                here.pop();
            }
        }
        Value::Table(table) => {
            tables.push(here.clone());
            for (key, one) in table {
                here.push(Step::Key(key.clone()));
                places(one, here, strings, tables);
                here.pop();
            }
        }
        _ => {}
    }
}

fn at<'a>(value: &'a mut Value, path: &[Step]) -> &'a mut Value {
    path.iter().fold(value, |value, step| match (value, step) {
        (Value::Table(table), Step::Key(key)) => &mut table[key.as_str()],
        (Value::Array(list), Step::At(at)) => &mut list[*at],
        (other, step) => panic!("{step:?} is not in {other}"),
    })
}

/// Keys that the types of a file may hold and that take a string, by the schema.
fn keys_of_strings(schema: &serde_json::Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut left = vec![schema];
    while let Some(one) = left.pop() {
        if let Some(properties) = one["properties"].as_object() {
            let is_text = |p: &serde_json::Value| {
                p["type"] == "string" || p["type"] == serde_json::json!(["string", "null"])
            };
            found.extend(
                properties
                    .iter()
                    .filter(|(_, p)| is_text(p))
                    .map(|(key, _)| key.clone()),
            );
        }
        match one {
            serde_json::Value::Object(map) => left.extend(map.values()),
            serde_json::Value::Array(list) => left.extend(list),
            _ => {}
        }
    }
    found
}

/// Plants the words in each string, under each key of the schema that takes one, and as the name of a new key. What is
/// refused is refused harmlessly; the rest is planted together.
fn planted(
    what: &str,
    good: &Value,
    keys: &BTreeSet<String>,
    judge: &dyn Fn(&Value) -> Result<(), String>,
) -> (Value, usize) {
    let (mut strings, mut tables) = (Vec::new(), Vec::new());
    places(good, &mut Vec::new(), &mut strings, &mut tables);
    let mut all: Vec<Vec<Step>> = strings;
    let mut tried = BTreeSet::new();
    for table in &tables {
        // Of tables of one kind one is enough for what is not there.
        let kind = match table.last() {
            Some(Step::Key(key)) => key.as_str(),
            Some(Step::At(_)) => "#",
            None => "",
        };
        if tried.insert(kind) {
            let new = keys.iter().cloned().chain([HOSTILE.to_string()]);
            all.extend(new.map(|key| [table.as_slice(), &[Step::Key(key)]].concat()));
        }
    }
    // A run has thousands of places, and CI time for some of them.
    let stride = match std::env::var("ALVH_DAMAGES").as_deref() {
        Ok("all") => 1,
        _ => all.len().div_ceil(300),
    };
    let mut together = good.clone();
    let mut accepted = 0;
    for path in all.iter().step_by(stride) {
        let plant = |value: &mut Value| {
            let (last, before) = path.split_last().expect("a step");
            match (at(value, before), last) {
                (Value::Table(table), Step::Key(key)) => {
                    drop(table.insert(key.clone(), HOSTILE.into()))
                }
                (Value::Array(list), Step::At(at)) => list[*at] = HOSTILE.into(),
                _ => panic!("{path:?}"),
            }
        };
        let mut one = good.clone();
        plant(&mut one);
        match judge(&one) {
            Err(message) => obeys_nothing(&message, &format!("{what}, {path:?}")),
            Ok(()) => {
                let before = together.clone();
                plant(&mut together);
                match judge(&together) {
                    Ok(()) => accepted += 1,
                    Err(_) => together = before,
                }
            }
        }
    }
    let tried = all.len().div_ceil(stride);
    eprintln!(
        "{what}: {tried} of {} places, {accepted} of them take any words",
        all.len()
    );
    (together, accepted)
}

/// As a file holds it.
fn file(value: &Value) -> String {
    toml::to_string(value).expect("TOML")
}

/// What the program prints of an error.
fn printed(error: impl std::fmt::Display) -> String {
    report::terminal::plain(&error.to_string())
}

fn resolved(text: &str) -> Result<RunConfig, String> {
    let (assembly, _) = Assembly::new("run.toml", text).map_err(printed)?;
    assembly.finish("run.toml").map_err(printed)
}

fn table(text: &str) -> Value {
    Value::Table(toml::from_str::<Table>(text).expect("TOML"))
}

#[test]
fn every_string_of_a_run_is_taken_or_refused_in_harmless_words() {
    let text =
        std::fs::read_to_string(root().join("reports/sample/config.toml")).expect("the sample");
    let mut good = table(&text);
    let window = "name = \"spring\"\nfirst = \"2022-03-01\"\nlast = \"2022-05-31\"";
    let fast = format!("[[windows]]\n{window}\n[controls]\nrandom_timing_draws = 0\nseed = 1");
    for (key, value) in toml::from_str::<Table>(&fast).expect("TOML") {
        good.as_table_mut().expect("a table").insert(key, value);
    }
    good["equal_spend_twins"] = false.into();
    let schema = serde_json::to_value(schemars::schema_for!(RunConfig)).expect("JSON");
    let judge = |value: &Value| resolved(&file(value)).map(drop);
    judge(&good).expect("the configuration itself is right");
    let (together, accepted) = planted("run", &good, &keys_of_strings(&schema), &judge);
    assert!(accepted >= 10, "only {accepted} places take words");
    assert_ne!(together, good);
}

#[test]
fn every_string_of_a_sweep_and_of_a_study_is_taken_or_refused_in_harmless_words() {
    let folder = scratch("hostile-sweeps");
    let read = |file: &str| {
        let text = std::fs::read_to_string(root().join("configs").join(file)).expect("a file");
        table(&text)
    };
    let mut sweep = read("sweeps/small.toml");
    sweep["run"] = root()
        .join("configs/runs/replay.toml")
        .to_str()
        .expect("UTF-8")
        .into();
    let path = folder.join("sweep.toml");
    let judge = |value: &Value| {
        std::fs::write(&path, file(value)).expect("a file");
        host::resolved_sweep(Some(&path), None, Vec::new())
            .map(drop)
            .map_err(printed)
    };
    judge(&sweep).expect("the sweep itself is right");
    let schema =
        serde_json::to_value(schemars::schema_for!(runfile::sweep_file::SweepFile)).expect("JSON");
    planted("sweep", &sweep, &keys_of_strings(&schema), &judge);
    let study = read("studies/crashes.toml");
    let judge = |value: &Value| {
        StudyFile::parse("study.toml", &file(value))
            .map(drop)
            .map_err(printed)
    };
    judge(&study).expect("the study itself is right");
    let schema = serde_json::to_value(schemars::schema_for!(StudyFile)).expect("JSON");
    planted("study", &study, &keys_of_strings(&schema), &judge);
}
