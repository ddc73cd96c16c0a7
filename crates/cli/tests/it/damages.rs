//! Damage on disk, seeded: a dataset, a run folder and a sweep's store are read as they were, or the damage is named.
//! Never is a number another one without a word.
//!
//! A bounded sample runs by default; `ALVH_DAMAGES=all` tries 400 of each table of a dataset and of its manifest, 1,000 of
//! a run folder and 400 of a store.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use alvh_cli::{Stop, host};
use dice::Dice;
use runfile::config::Assembly;
use serde_json::Value;

use crate::support::{alvh, bytes, only_folder, root, scratch, spring_run, stderr};

/// `some` by default, `all` if asked for.
fn cases(some: usize, all: usize) -> usize {
    match std::env::var("ALVH_DAMAGES").as_deref() {
        Ok("all") => all,
        _ => some,
    }
}

fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

/// A command in this process: its stdout, or its message and exit code.
fn command(args: &[&str]) -> Result<String, host::Error> {
    let args: Vec<OsString> = (std::iter::once(&"alvh").chain(args))
        .map(OsString::from)
        .collect();
    host::command(&args, None, &Stop::new())
}

/// Another file of the same name: a bit or a byte is another, a part is gone, doubled, zeroed or moved, or the end is.
fn damaged(good: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bad = good.to_vec();
    let at = dice.below(good.len());
    let some = 1 + dice.below((good.len() - at).min(64));
    match dice.below(8) {
        0 => bad[at] ^= 1 << dice.below(8),
        1 => bad[at] = bad[at].wrapping_add(1 + dice.below(255) as u8),
        2 => bad.truncate(at),
        3 => drop(bad.drain(at..at + some)),
        4 => bad
            .splice(at..at, good[at..at + some].to_vec())
            .for_each(drop),
        5 => bad[at..at + some].fill(0),
        6 => bad.rotate_left(at.max(1)),
        _ => bad.extend_from_slice(&good[at..at + some]),
    }
    bad
}

/// The same JSON with one value another: a number, a text, a truth, an entry that is gone, doubled or moved.
fn other_json(value: &mut Value, dice: &mut Dice) {
    match value {
        Value::Object(map) if !map.is_empty() => {
            let key = map
                .keys()
                .nth(dice.below(map.len()))
                .expect("a key")
                .clone();
            match dice.below(12) {
                0 => drop(map.remove(&key)),
                1 => drop(map.insert("other".into(), 1.into())),
                _ => other_json(&mut map[&key], dice),
            }
        }
        Value::Array(list) if !list.is_empty() => {
            let at = dice.below(list.len());
            let to = dice.below(list.len());
            match dice.below(12) {
                0 => drop(list.remove(at)),
                1 => list.swap(at, to),
                2 => list.push(list[at].clone()),
                _ => other_json(&mut list[at], dice),
            }
        }
        Value::Number(number) => {
            let n = number.as_f64().expect("a number");
            let others = [n + 1.0, -n - 1.0, n * 10.0 + 1.0, n / 2.0 + 0.25, 1e300];
            let other = others[dice.below(others.len())];
            *value = match number.is_f64() || other.abs() > 1e15 {
                true => other.into(),
                false => (other as i64).into(),
            };
        }
        Value::Bool(truth) => *truth = !*truth,
        Value::String(words) => {
            let digit = words.bytes().position(|b| b.is_ascii_digit());
            *words = match (dice.below(3), digit) {
                (0, Some(at)) => {
                    let digit = words.as_bytes()[at];
                    let other = if digit == b'9' {
                        '0'
                    } else {
                        char::from(digit + 1)
                    };
                    format!("{}{other}{}", &words[..at], &words[at + 1..])
                }
                (1, _) => String::new(),
                _ => format!("{words}x"),
            };
        }
        _ => *value = 1.into(),
    }
}

/// A file of a folder with something in it changed. JSON is changed by value as often as by byte.
fn damage(name: &str, good: &[u8], dice: &mut Dice) -> Vec<u8> {
    loop {
        let bad = match name.ends_with(".json") && dice.below(2) == 0 {
            true => {
                let mut value: Value = serde_json::from_slice(good).expect("JSON");
                other_json(&mut value, dice);
                serde_json::to_vec_pretty(&value).expect("JSON")
            }
            false => damaged(good, dice),
        };
        if bad != good {
            return bad;
        }
    }
}

#[test]
fn a_damaged_dataset_has_its_numbers_or_is_refused_by_name() {
    let folder = scratch("damaged-dataset");
    let from = root().join("datasets/reconstruction");
    let files = [
        "daily.parquet",
        "vx.parquet",
        "slow.parquet",
        "events.parquet",
        "manifest.json",
    ];
    for file in files {
        std::fs::copy(from.join(file), folder.join(file)).expect("a copy");
    }
    let good = data::load(&folder).expect("a dataset");
    let mut refused = 0;
    for file in files {
        let content = std::fs::read(folder.join(file)).expect("a file");
        for case in 0..cases(12, 400) {
            let mut dice = Dice(case as u64 * 7 + file.len() as u64);
            std::fs::write(folder.join(file), damage(file, &content, &mut dice)).expect("a file");
            match data::load(&folder) {
                Err(error) => {
                    refused += 1;
                    let said = error.to_string();
                    assert!(
                        said.contains(file),
                        "{file}, case {case}: the message names another place: {said}"
                    );
                }
                Ok(found) => assert!(
                    found.observations == good.observations
                        && found.manifest.dataset_hash == good.manifest.dataset_hash,
                    "{file}, case {case}: other numbers without a word"
                ),
            }
        }
        std::fs::write(folder.join(file), content).expect("a file");
    }
    assert!(
        refused * 10 > cases(12, 400) * files.len() * 8,
        "only {refused} were refused"
    );
    // Tables of one dataset that change places.
    for (one, other) in [
        ("daily.parquet", "vx.parquet"),
        ("slow.parquet", "events.parquet"),
    ] {
        let swap = || {
            let aside = folder.join("aside");
            std::fs::rename(folder.join(one), &aside).expect("a file");
            std::fs::rename(folder.join(other), folder.join(one)).expect("a file");
            std::fs::rename(aside, folder.join(other)).expect("a file");
        };
        swap();
        assert!(
            data::load(&folder).is_err(),
            "{one} and {other} changed places"
        );
        swap();
    }
    assert!(data::load(&folder).expect("as it was") == good);
}

/// A run of one spring.
fn spring(name: &str) -> PathBuf {
    let out = scratch(name);
    let args = spring_run(&out);
    let output = alvh(&args);
    assert!(output.status.success(), "{}", stderr(&output));
    only_folder(&out)
}

#[test]
fn a_damaged_run_folder_has_its_pages_or_says_which_file_is_another() {
    let folder = spring("damaged-run");
    let before = bytes(&folder);
    let wanted = command(&["report", text(&folder)]).expect("a report");
    let inputs: Vec<&String> = (before.keys())
        .filter(|name| !name.starts_with("report.") && !name.starts_with("figures/"))
        .collect();
    let mut outcomes = BTreeMap::<&str, usize>::new();
    for case in 0..cases(40, 1_000) {
        let mut dice = Dice(case as u64);
        // The manifest, which hashes the others and itself, as often as all others.
        let name = match dice.below(2) {
            0 => "manifest.json",
            _ => inputs[dice.below(inputs.len())].as_str(),
        };
        let content = &before[name];
        let bad = damage(name, content, &mut dice);
        std::fs::write(folder.join(name), &bad).expect("a file");
        let result = command(&["report", text(&folder)]);
        let page = std::fs::read_to_string(folder.join("report.md")).expect("a page");
        std::fs::write(folder.join(name), content).expect("a file");
        let outcome = match result {
            Err(error) => {
                assert_eq!(error.exit_code, 3, "{name}, case {case}: {error}");
                assert!(
                    error.message.contains(name),
                    "{name}, case {case}: the message names another place: {error}"
                );
                "refused"
            }
            Ok(_) if page.contains("Do not trust this folder") && page.contains(name) => "said",
            Ok(found) if found == wanted && page.as_bytes() == before["report.md"] => "the same",
            Ok(_) => {
                let differs = page.lines().zip(
                    std::str::from_utf8(&before["report.md"])
                        .expect("text")
                        .lines(),
                );
                let line = differs
                    .filter(|(a, b)| a != b)
                    .map(|(a, b)| format!("{a}\n  was {b}"))
                    .next();
                eprintln!("{name}, case {case}: {line:?}");
                "silent"
            }
        };
        *outcomes.entry(outcome).or_default() += 1;
    }
    eprintln!("{outcomes:?}");
    assert_eq!(outcomes.get("silent"), None);
}

/// Reads a file below `configs` as what its folder says it is; the message of a refusal.
fn reads(file: &str, text: &str) -> Result<(), String> {
    let (kind, name) = file.split_once('/').unwrap_or(("", file));
    match kind {
        "sweeps" => runfile::sweep_file::SweepFile::parse(file, text)
            .map(drop)
            .map_err(|e| e.to_string()),
        "studies" => runfile::study_file::StudyFile::parse(file, text)
            .map(drop)
            .map_err(|e| e.to_string()),
        "policies" => {
            let name = name.trim_end_matches(".toml");
            let (mut assembly, _) =
                Assembly::new("run.toml", "name = \"x\"\n").map_err(|e| e.to_string())?;
            let section = match text.contains("max_open") {
                true => "condors",
                false => "policies",
            };
            let added = assembly.add(section, name, file, text);
            added.map_err(|e| e.to_string())
        }
        _ => Assembly::new(file, text)
            .and_then(|(assembly, _)| assembly.finish(file))
            .map(drop)
            .map_err(|e| e.to_string()),
    }
}

#[test]
fn a_damaged_configuration_is_refused_by_its_name_and_never_a_fault() {
    let configs = root().join("configs");
    let mut files = Vec::new();
    crate::tidy::files(&configs, &mut files);
    let (mut tried, mut refused) = (0, 0);
    for path in files
        .iter()
        .filter(|path| path.extension().is_some_and(|x| x == "toml"))
    {
        let good = std::fs::read(path).expect("a file");
        let file = path
            .strip_prefix(&configs)
            .expect("below it")
            .display()
            .to_string();
        for case in 0..cases(12, 2_000) {
            let mut dice = Dice(case as u64 * 31 + good.len() as u64);
            let bad = damaged(&good, &mut dice);
            let Ok(text) = std::str::from_utf8(&bad) else {
                continue;
            };
            tried += 1;
            if let Err(message) = reads(&file, text) {
                refused += 1;
                assert!(!message.is_empty(), "{file}, case {case}");
            }
        }
    }
    eprintln!("{tried} texts, {refused} refused");
    assert!(refused > tried / 4 && tried > 500, "{refused} of {tried}");
}

#[test]
fn a_damaged_store_of_a_sweep_is_computed_again_to_the_same_bytes() {
    let folder = scratch("damaged-store");
    let (file, out) = (folder.join("tiny.toml"), folder.join("out"));
    std::fs::write(&file, crate::killed_commands::tiny_sweep()).expect("a file");
    let sweep = || command(&["sweep", text(&file), "--out", text(&out)]);
    sweep().expect("a sweep");
    let before = bytes(&out);
    let stores: Vec<&String> = before
        .keys()
        .filter(|name| name.starts_with("store/"))
        .collect();
    assert!(!stores.is_empty(), "{:?}", before.keys());
    let mut outcomes = BTreeMap::<&str, usize>::new();
    for case in 0..cases(10, 400) {
        let mut dice = Dice(case as u64);
        let name = stores[dice.below(stores.len())];
        std::fs::write(out.join(name), damaged(&before[name], &mut dice)).expect("a file");
        let result = sweep();
        let outcome = match &result {
            Ok(_) => "the same",
            Err(_) => "refused",
        };
        *outcomes.entry(outcome).or_default() += 1;
        if let Err(error) = result {
            assert_eq!(error.exit_code, 3, "case {case}: {error}");
            std::fs::write(out.join(name), &before[name]).expect("a file");
            continue;
        }
        for (file, bytes) in bytes(&out)
            .iter()
            .filter(|(file, _)| !file.starts_with("store/"))
        {
            assert!(
                *bytes == before[file],
                "{name}, case {case}: {file} is another"
            );
        }
    }
    eprintln!("{outcomes:?}");
}

/// What a stranger may put where a number, a date or a name is read.
const ODD: [&str; 16] = [
    "NaN",
    "inf",
    "-inf",
    "1e400",
    "-99999999999999999999.99",
    "1e-400",
    "",
    " ",
    "0x10",
    "2022-02-30",
    "9999-12-31",
    "../../etc/passwd",
    "=1+1",
    "\u{202e}",
    "true",
    "9223372036854775807.99",
];

#[test]
fn a_strangers_tables_are_shown_or_refused_by_file_and_never_a_fault() {
    let folder = spring("strange-run");
    let path = folder.join("manifest.json");
    let mut manifest: Value =
        serde_json::from_slice(&std::fs::read(&path).expect("a manifest")).expect("JSON");
    let map = manifest.as_object_mut().expect("an object");
    // Nothing that a stranger could not leave out.
    for key in ["files", "manifest_sha256"] {
        assert!(map.remove(key).is_some(), "{key}");
    }
    std::fs::write(&path, manifest.to_string()).expect("a manifest");
    command(&["report", text(&folder)]).expect("it is read without hashes");
    let before = bytes(&folder);
    let tables: Vec<&String> = before
        .keys()
        .filter(|name| name.ends_with(".csv"))
        .collect();
    let mut outcomes = BTreeMap::<&str, usize>::new();
    for case in 0..cases(60, 4_000) {
        let mut dice = Dice(case as u64);
        let name = tables[dice.below(tables.len())];
        let good = std::str::from_utf8(&before[name]).expect("text");
        let mut lines: Vec<String> = good.lines().map(str::to_string).collect();
        // The header too, by chance.
        let at = dice.below(lines.len());
        let mut cells: Vec<&str> = lines[at].split(',').collect();
        let cell = dice.below(cells.len());
        cells[cell] = ODD[dice.below(ODD.len())];
        lines[at] = cells.join(",");
        std::fs::write(folder.join(name), lines.join("\n") + "\n").expect("a file");
        let result = command(&["report", text(&folder)]);
        std::fs::write(folder.join(name), &before[name]).expect("a file");
        let outcome = match result {
            Ok(said) => {
                crate::hostile_names::obeys_nothing(&said, name);
                "shown"
            }
            Err(error) => {
                assert_eq!(error.exit_code, 3, "{name}, case {case}: {error}");
                let names = error.message.contains(name.as_str());
                assert!(
                    names,
                    "{name}, case {case}: the message names another place: {error}"
                );
                "refused"
            }
        };
        *outcomes.entry(outcome).or_default() += 1;
    }
    eprintln!("{outcomes:?}");
    // Other versions of the layout.
    for version in ["0", "2", "4294967296", "\"1\"", "null"] {
        let other = manifest
            .to_string()
            .replace("\"schema\":1", &format!("\"schema\":{version}"));
        std::fs::write(&path, other).expect("a manifest");
        let error = command(&["report", text(&folder)]).expect_err(version);
        assert!(
            error.exit_code == 3 && error.message.contains("manifest.json"),
            "{version}: {error}"
        );
    }
}
