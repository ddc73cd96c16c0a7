//! Markup, formulas and terminal commands in every string and every name that a configuration can carry, found by walking
//! resolved files and the schemas of their types: refused by a harmless message, or harmless in every output.

use std::collections::BTreeSet;
use std::path::Path;

use alvh_cli::host;
use runfile::config::{Assembly, RunConfig};
use runfile::study_file::StudyFile;
use toml::{Table, Value};

use crate::damages::command;
use crate::hostile_names::{obeys_nothing, prose};
use crate::support::{bytes, only_folder, root, scratch};

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
        let kind: Vec<String> = (table.iter())
            .map(|step| match step {
                Step::Key(key) => key.clone(),
                Step::At(_) => "#".into(),
            })
            .collect();
        let kind = kind.iter().rev().take(1).cloned().collect::<String>();
        if tried.insert(kind) {
            let new = keys.iter().cloned().chain([HOSTILE.to_string()]);
            all.extend(new.map(|key| [table.as_slice(), &[Step::Key(key)]].concat()));
        }
    }
    let mut together = good.clone();
    let mut accepted = 0;
    for path in &all {
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
    eprintln!(
        "{what}: {} places, {accepted} of them take any words",
        all.len()
    );
    (together, accepted)
}

fn resolved(text: &str) -> Result<RunConfig, String> {
    let (assembly, _) = Assembly::new("run.toml", text).map_err(|e| e.to_string())?;
    assembly.finish("run.toml").map_err(|e| e.to_string())
}

fn table(text: &str) -> Value {
    Value::Table(toml::from_str::<Table>(text).expect("TOML"))
}

#[test]
fn every_string_of_a_run_is_refused_or_harmless_in_every_output() {
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
    let judge = |value: &Value| resolved(&value.to_string()).map(drop);
    judge(&good).expect("the configuration itself is right");
    let (together, accepted) = planted("run", &good, &keys_of_strings(&schema), &judge);
    assert!(accepted >= 20, "only {accepted} places take words");
    let folder = scratch("hostile-fields");
    let file = folder.join("run.toml");
    std::fs::write(&file, together.to_string()).expect("a file");
    let out = folder.join("out");
    let [file, out_text] = [&file, &out].map(|p| p.to_str().expect("UTF-8"));
    let dataset = root().join("datasets/reconstruction");
    let dataset = dataset.to_str().expect("UTF-8");
    let said = command(&["replay", file, "--dataset", dataset, "--out", out_text]).expect("a run");
    obeys_nothing(&said, "the terminal");
    let run = only_folder(&out);
    harmless(&run);
    let run = run.to_str().expect("UTF-8");
    obeys_nothing(
        &command(&["report", run, "--full"]).expect("a report"),
        "the terminal",
    );
    let json = command(&["report", run, "--json"]).expect("JSON");
    obeys_nothing(&json, "JSON");
    serde_json::from_str::<serde_json::Value>(&json).expect("JSON");
}

/// No file of a run folder does anything but show the words.
fn harmless(run: &Path) {
    let files = bytes(run);
    let text = |name: &str| String::from_utf8(files[name].clone()).expect("text");
    let mut words = 0;
    for name in files.keys().filter(|name| name.ends_with(".csv")) {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .from_reader(files[name].as_slice());
        for record in reader.records() {
            let record = record.unwrap_or_else(|e| panic!("{name}: {e}"));
            for cell in &record {
                obeys_nothing(cell, name);
                assert!(
                    !cell.starts_with(['=', '@', '\t']),
                    "{name} holds a formula: {cell}"
                );
                words += usize::from(cell.contains("HYPERLINK"));
            }
        }
    }
    assert!(words > 0, "the words reach no table");
    let page = text("report.html");
    obeys_nothing(&page, "report.html");
    assert_eq!(
        page.matches("<script").count(),
        1,
        "the page's own script is the only one"
    );
    assert!(
        !page.contains("<img") && !page.contains("<!--"),
        "markup came alive"
    );
    assert!(
        page.contains("&lt;script&gt;alert(1)"),
        "the words are shown"
    );
    for name in files.keys().filter(|name| name.ends_with(".svg")) {
        let picture = text(name);
        obeys_nothing(&picture, name);
        assert!(
            !picture.contains("<script") && !picture.contains("<img"),
            "{name}"
        );
    }
    let markdown = text("report.md");
    obeys_nothing(&markdown, "report.md");
    let prose = prose(&markdown).replace("\\]", "").replace("\\<", "");
    for alive in ["](http", "<script", "<img", "<!--"] {
        assert!(!prose.contains(alive), "{alive} came alive in Markdown");
    }
}

#[test]
fn every_string_of_a_sweep_and_of_a_study_is_refused_or_taken_harmlessly() {
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
    let file = folder.join("sweep.toml");
    let judge = |value: &Value| {
        std::fs::write(&file, value.to_string()).expect("a file");
        host::resolved_sweep(Some(&file), None, Vec::new())
            .map(drop)
            .map_err(|e| e.to_string())
    };
    judge(&sweep).expect("the sweep itself is right");
    let schema =
        serde_json::to_value(schemars::schema_for!(runfile::sweep_file::SweepFile)).expect("JSON");
    planted("sweep", &sweep, &keys_of_strings(&schema), &judge);
    let study = read("studies/crashes.toml");
    let judge = |value: &Value| {
        StudyFile::parse("study.toml", &value.to_string())
            .map(drop)
            .map_err(|e| e.to_string())
    };
    judge(&study).expect("the study itself is right");
    let schema = serde_json::to_value(schemars::schema_for!(StudyFile)).expect("JSON");
    planted("study", &study, &keys_of_strings(&schema), &judge);
}
