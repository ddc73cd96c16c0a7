//! A sweep or study in parts, for a scheduler: the same bytes as one process, and the missing parts by name.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use ::sweep::overfitting::Judged;
use ::sweep::store::{Store, StoreError};
use ::sweep::work::Ledger;

use crate::studies::{self, SMALL, STUDY};
use crate::support::{alvh, bytes, failure, root, scratch, stderr, stdout};
use crate::sweeps::{file, sweep};

fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

/// The standard output of a command that succeeds.
fn said(args: &[&str]) -> String {
    let output = alvh(args);
    assert!(output.status.success(), "{args:?}: {}", stderr(&output));
    stdout(&output)
}

pub fn part(command: &str, file: &str, part: &str, into: &Path, extra: &[&str]) -> PathBuf {
    let mut args = vec![
        command,
        file,
        "--part",
        part,
        "--into",
        text(into),
        "--json",
    ];
    args.extend(extra);
    let told: serde_json::Value = serde_json::from_str(&said(&args)).expect("JSON");
    PathBuf::from(told["folder"].as_str().expect("a folder"))
}

fn plan(file: &str, into: &Path, extra: &[&str]) -> serde_json::Value {
    let mut args = vec!["sweep", "plan", file, "--into", text(into), "--json"];
    args.extend(extra);
    serde_json::from_str(&said(&args)).expect("JSON")
}

#[test]
fn parts_of_a_sweep_are_whole_configurations_and_join_to_the_bytes_of_one_process() {
    let file = file("parts", "");
    let (whole, _) = sweep(&file, &scratch("parts-whole"), &[]);
    let into = scratch("parts");
    let new = plan(&file, &into, &["--parts", "3"]);
    assert_eq!(
        (&new["cells"], &new["configurations"], &new["parts"]),
        (&20.into(), &5.into(), &3.into()),
        "{new}"
    );
    assert_eq!(
        (&new["present"], &new["missing"]),
        (&"".into(), &"0-2".into())
    );
    let mut folders = Vec::new();
    for (index, threads) in [("2/3", "1"), ("0/3", "2")] {
        folders.push(part("sweep", &file, index, &into, &["--threads", threads]));
    }
    assert!(folders[0].ends_with("2-of-3"), "{folders:?}");
    // Four cells of each configuration, and none of another part.
    let rows = crate::support::rows(&folders[1], "cells.csv");
    assert_eq!(rows.len(), 4);
    // Parts that are there decide how many there are.
    let begun = plan(&file, &into, &[]);
    assert_eq!(
        (&begun["parts"], &begun["present"]),
        (&3.into(), &"0,2".into())
    );
    assert_eq!(begun["array"], "--array=1");
    let merged = scratch("parts-merged").join("whole");
    let merge = |from: &Path| failure(&["sweep", "merge", text(from), "--into", text(&merged)]);
    let (code, message) = merge(&into);
    assert_eq!(code, 3, "{message}");
    assert!(
        message.contains("of 3 parts 1 are missing (--array=1)"),
        "{message}"
    );
    // A part that is there is done, and is not touched.
    let before = bytes(&folders[0]);
    let again = said(&["sweep", &file, "--part", "2/3", "--into", text(&into)]);
    assert!(again.contains("2-of-3, there already"), "{again}");
    assert_eq!(before, bytes(&folders[0]));
    // Whoever computes a part, anywhere and on any threads, writes the same files.
    let elsewhere = part(
        "sweep",
        &file,
        "2/3",
        &scratch("parts-elsewhere"),
        &["--threads", "7"],
    );
    assert_eq!(before, bytes(&elsewhere));
    part("sweep", &file, "1/3", &into, &[]);
    assert_eq!(plan(&file, &into, &[])["array"], serde_json::Value::Null);
    said(&["sweep", "merge", text(&into), "--into", text(&merged)]);
    assert_eq!(bytes(&whole), bytes(&merged));
    // The resolved sweep alone is enough of an input, beside the dataset.
    let resolved = whole.join("sweep.toml");
    let other = scratch("parts-resolved");
    let bundled = root().join("datasets/reconstruction");
    let extra = ["--dataset", text(&bundled)];
    let from_resolved = part("sweep", text(&resolved), "2/3", &other, &extra);
    assert_eq!(before, bytes(&from_resolved));
    // One part; and more parts than configurations, of which the rest are empty.
    for of in [1, 8, 10] {
        let into = scratch(&format!("parts-{of}"));
        for index in 0..of {
            let folder = part("sweep", &file, &format!("{index}/{of}"), &into, &[]);
            // What it found out about its configurations is kept with its cells.
            let store = Store::open(&folder.join("cells.store")).expect("a store");
            assert!(Judged::is_kept(&store, index, of), "{index} of {of}");
            let cells = crate::support::rows(&folder, "cells.csv").len();
            let kept = Ledger::kept_keys::<StoreError>(&store, (index, of), cells, |_, _| Ok(true));
            assert!(kept.expect("read"), "{index} of {of}");
        }
        let merged = scratch(&format!("parts-{of}-merged")).join("whole");
        said(&["sweep", "merge", text(&into), "--into", text(&merged)]);
        assert_eq!(bytes(&whole), bytes(&merged), "{of} parts");
    }
}

#[test]
fn parts_that_are_killed_and_run_again_join_to_the_bytes_of_one_process() {
    let file = file("parts-killed", "");
    let (whole, _) = sweep(&file, &scratch("parts-killed-whole"), &[]);
    for of in [1_u64, 3, 10] {
        let into = scratch(&format!("parts-killed-{of}"));
        for index in (0..of).rev() {
            let name = format!("{index}/{of}");
            for kill in 0..3 {
                let mut child = Command::new(env!("CARGO_BIN_EXE_alvh"))
                    .args(["sweep", &file, "--part", &name, "--into", text(&into)])
                    .current_dir(root())
                    .stdout(Stdio::null())
                    .stderr(Stdio::null())
                    .spawn()
                    .expect("the program starts");
                // Moments spread over the part by the golden ratio.
                let moment = (index * 3 + kill + 1) * 618_034 % 1_000_000;
                std::thread::sleep(Duration::from_micros(moment / 4));
                child.kill().expect("a kill");
                child.wait().expect("an end");
            }
            part("sweep", &file, &name, &into, &[]);
        }
        let merged = scratch(&format!("parts-killed-{of}-merged")).join("whole");
        said(&["sweep", "merge", text(&into), "--into", text(&merged)]);
        assert_eq!(bytes(&whole), bytes(&merged), "{of} parts");
    }
}

#[test]
fn the_store_of_another_part_is_refused() {
    let file = file("parts-exchanged", "");
    let into = scratch("parts-exchanged");
    let folders = ["0/3", "1/3", "2/3"].map(|index| part("sweep", &file, index, &into, &[]));
    let store = |folder: &Path| folder.join("cells.store");
    std::fs::copy(store(&folders[2]), store(&folders[1])).expect("a copy");
    let merged = scratch("parts-exchanged-merged").join("whole");
    let (code, message) = failure(&["sweep", "merge", text(&into), "--into", text(&merged)]);
    assert_eq!(code, 3, "{message}");
    assert!(message.contains("no shard has cell"), "{message}");
    // One that claims to be of the part: its cells are those of another.
    let claimed = Store::open(&store(&folders[1])).expect("a store");
    let mut ledger = Ledger::new(8, claimed.folder()).expect("a ledger");
    let all = Ledger::kept_keys::<StoreError>(&claimed, (2, 3), 8, |place, key| {
        ledger.found(place, key.expect("a result"))?;
        Ok(true)
    });
    assert!(all.expect("the keys of a part"));
    ledger.keep_keys(&claimed, (1, 3)).expect("kept");
    drop(claimed);
    let (code, message) = failure(&["sweep", "merge", text(&into), "--into", text(&merged)]);
    assert_eq!(code, 3, "{message}");
    assert!(message.contains("no shard has cell"), "{message}");
}

#[test]
fn a_part_that_cannot_be_is_refused_with_what_is_allowed() {
    let file = file("parts-refused", "");
    for (given, says) in [
        (
            "3/3",
            "there is no part 3 of 3: parts are counted from 0 to 2",
        ),
        ("x", "two whole numbers are needed, like 0/6"),
    ] {
        let (code, message) = failure(&["sweep", &file, "--part", given, "--into", "nowhere"]);
        assert_eq!(code, 2);
        assert!(message.contains(says), "{message}");
    }
    let (code, message) = failure(&["sweep", &file, "--part", "0/3"]);
    assert_eq!(code, 2);
    assert!(message.contains("--into"), "{message}");
    let empty = scratch("parts-none");
    let into = scratch("parts-none-merged").join("whole");
    let (code, message) = failure(&["sweep", "merge", text(&empty), "--into", text(&into)]);
    assert_eq!(code, 3);
    assert!(message.contains("no shard and no parts here"), "{message}");
}

#[test]
fn two_sweeps_on_one_output_at_a_time_never_wait_for_each_other() {
    let file = file("two-writers", "");
    let (whole, _) = sweep(&file, &scratch("two-writers-whole"), &[]);
    let out = scratch("two-writers");
    let start = |cells: &str| {
        Command::new(env!("CARGO_BIN_EXE_alvh"))
            .args([
                "sweep",
                &file,
                "--cells",
                cells,
                "--out",
                text(&out),
                "--quiet",
            ])
            .current_dir(root())
            .stdout(Stdio::null())
            .spawn()
            .expect("the program starts")
    };
    let both = [start("0..12"), start("8..20")];
    for mut child in both {
        assert!(child.wait().expect("an end").success());
    }
    let (again, said) = sweep(&file, &out, &[]);
    assert!(said.contains("0 cells computed, 20 known"), "{said}");
    assert_eq!(bytes(&whole), bytes(&again));
}

#[test]
fn progress_for_a_driver_is_lines_of_json() {
    let file = file("parts-progress", "");
    let into = scratch("parts-progress");
    let args = [
        "sweep",
        &file,
        "--part",
        "1/3",
        "--into",
        text(&into),
        "--progress",
        "json",
    ];
    let output = alvh(&args);
    assert!(output.status.success());
    let said = stderr(&output);
    let lines: Vec<serde_json::Value> = said
        .lines()
        .filter(|line| line.starts_with('{'))
        .map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{line}: {e}")))
        .collect();
    let last = lines.last().unwrap_or_else(|| panic!("{said}"));
    for (key, value) in [("part", 1), ("of", 3), ("done", 8), ("all", 8)] {
        assert_eq!(last[key], value, "{last}");
    }
    assert_eq!(last["phase"], "cells");
}

#[test]
fn parts_of_a_study_join_to_the_bytes_of_one_process() {
    let (whole, ..) = studies::study(&scratch("parts-study-whole"), STUDY, &SMALL);
    let into = scratch("parts-study");
    let mut extra = vec!["--dataset", "datasets/reconstruction"];
    extra.extend(SMALL);
    part("study", STUDY, "2/3", &into, &extra);
    part("study", STUDY, "0/3", &into, &extra);
    let merged = scratch("parts-study-merged").join("whole");
    let merge = ["study", "merge", text(&into), "--into", text(&merged)];
    let args: Vec<&str> = merge
        .iter()
        .copied()
        .chain(extra[..2].iter().copied())
        .collect();
    let (code, message) = failure(&args);
    assert_eq!(code, 3, "{message}");
    assert!(
        message.contains("of 3 parts 1 are missing (--array=1)"),
        "{message}"
    );
    part("study", STUDY, "1/3", &into, &extra);
    let output = alvh(&args);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(
        stderr(&output).contains("0 cells computed, 8 known"),
        "{}",
        stderr(&output)
    );
    assert_eq!(bytes(&whole), bytes(&merged));
}
