//! A sweep folder is the same bytes however it was made: on any number of threads, in shards, killed and resumed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::support::{alvh, bytes, failure, root, rows, scratch, stderr, stdout};

const SMALL: &str = "configs/sweeps/small.toml";

/// The sweep of these tests: 24 cells of one short window.
pub fn file(name: &str, extra: &str) -> String {
    let folder = scratch(&format!("{name}-config"));
    let run = root().join("configs/runs/replay.toml");
    let text = format!(
        "name = \"tiny\"\nrun = {run:?}\nconstraints = [\"low + full != 47\"]\n\
         [set]\narms = [\"unhedged\", \"tiered\"]\n\
         windows = [{{ name = \"2022\", first = \"2022-01-03\", last = \"2022-12-30\" }}]\n\
         [sample]\nmethod = \"grid\"\n\
         [statistics]\nlevel = 0.9\ndraws = 200\nmean_block_sessions = 21.0\nseed = 1\ncscv_blocks = 8\n\
         train_sessions = 120\ntest_sessions = 30\npurge_sessions = 10\n\
         [[axes]]\nname = \"low\"\n\
         keys = [\"policies.tiered.tier.bands.0.to\", \"policies.tiered.tier.bands.1.from\"]\nvalues = [13.0, 15.0, 17.0]\n\
         [[axes]]\nname = \"full\"\n\
         keys = [\"policies.tiered.tier.bands.2.to\", \"policies.tiered.tier.bands.3.from\"]\nvalues = [25.0, 30.0]\n\
         {extra}\n\
         [[axes]]\nkey = \"phase.start_sessions\"\nvalues = [0, 3]\n\
         [[axes]]\nkey = \"execution.half_spread_fraction\"\nvalues = [0.5, 1.0]\n"
    );
    let path = folder.join("tiny.toml");
    std::fs::write(&path, text).expect("a file");
    path.display().to_string()
}

pub fn sweep(file: &str, out: &Path, extra: &[&str]) -> (PathBuf, String) {
    let out = out.to_str().expect("a path in UTF-8");
    let mut args = vec!["sweep", file, "--out", out];
    args.extend(extra);
    let output = alvh(&args);
    assert!(output.status.success(), "{args:?}: {}", stderr(&output));
    (
        result(Path::new(out), |name| !name.contains("-cells-")),
        stderr(&output),
    )
}

fn result(out: &Path, wanted: impl Fn(&str) -> bool) -> PathBuf {
    let entries = std::fs::read_dir(out)
        .expect("the folder")
        .map(|entry| entry.expect("an entry").path());
    let named = |path: &PathBuf| {
        path.file_name()
            .and_then(|name| name.to_str())
            .is_some_and(&wanted)
    };
    let found: Vec<PathBuf> = entries
        .filter(|path| !path.ends_with("store") && named(path))
        .collect();
    // A process that was killed while it wrote leaves a hidden folder, which nobody takes for a result.
    let hidden = |path: &PathBuf| {
        path.file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with('.'))
    };
    let found: Vec<PathBuf> = found.into_iter().filter(|path| !hidden(path)).collect();
    assert!(found.len() <= 1, "{found:?}");
    found.into_iter().next().unwrap_or_default()
}

fn assert_same(a: &BTreeMap<String, Vec<u8>>, b: &BTreeMap<String, Vec<u8>>, what: &str) {
    assert_eq!(
        a.keys().collect::<Vec<_>>(),
        b.keys().collect::<Vec<_>>(),
        "{what}"
    );
    for (name, content) in a {
        assert!(*content == b[name], "{what}: {name} differs");
    }
}

#[test]
fn threads_shards_and_a_second_run_give_the_same_bytes() {
    let file = file("bytes", "");
    let one = scratch("sweep-one");
    let (folder, said) = sweep(&file, &one, &["--threads", "1"]);
    assert!(
        said.contains("20 cells computed, 0 known, 0 without a result"),
        "{said}"
    );
    let wanted = bytes(&folder);
    for name in [
        "cells.csv",
        "inference.csv",
        "manifest.json",
        "sweep.toml",
        "report.html",
    ] {
        assert!(wanted.contains_key(name), "{name}");
    }
    for threads in ["2", "7"] {
        let (folder, _) = sweep(
            &file,
            &scratch(&format!("sweep-{threads}")),
            &["--threads", threads],
        );
        assert_same(&wanted, &bytes(&folder), threads);
    }
    let (again, said) = sweep(&file, &one, &[]);
    assert!(said.contains("0 cells computed, 20 known"), "{said}");
    assert_same(&wanted, &bytes(&again), "a second run");
    // Three shards, each on a machine of its own, joined in any order.
    let mut shards = Vec::new();
    for (number, cells) in ["0..7", "7..8", "8..20"].into_iter().enumerate() {
        let out = scratch(&format!("sweep-shard-{number}"));
        sweep(&file, &out, &["--cells", cells]);
        shards.push(
            result(&out, |name| name.contains("-cells-"))
                .display()
                .to_string(),
        );
    }
    shards.reverse();
    let into = scratch("sweep-joined").join("whole");
    let mut args = vec!["sweep", "merge", "--into", into.to_str().expect("UTF-8")];
    args.extend(shards.iter().map(String::as_str));
    let output = alvh(&args);
    assert!(output.status.success(), "{}", stderr(&output));
    assert_same(&wanted, &bytes(&into), "three shards");
    let (code, message) = failure(&[
        "sweep",
        "merge",
        "--into",
        into.to_str().expect("UTF-8"),
        &shards[0],
    ]);
    assert_eq!(code, 3, "{message}");
    assert!(
        message.contains("no shard has cell 0 of 0..20"),
        "{message}"
    );
}

#[test]
fn one_name_has_one_content_whatever_else_was_tried_on_its_store() {
    let first = file("ledger-one", "");
    let budgets =
        "[[axes]]\nkey = \"policies.tiered.budget_fraction_of_credit\"\nvalues = [0.011, 0.012]";
    let other = file("ledger-other", budgets);
    let (alone, _) = sweep(&first, &scratch("sweep-ledger-alone"), &[]);
    // Some of another sweep was run on the store, and abandoned.
    let shared = scratch("sweep-ledger-shared");
    sweep(&other, &shared, &["--cells", "0..9"]);
    let (beside, _) = sweep(&first, &shared, &[]);
    let name = |path: &Path| {
        path.file_name()
            .map(|name| name.to_string_lossy().into_owned())
    };
    assert_eq!(name(&beside), name(&alone).map(|name| name + "-beside-9"));
    let (alone, beside) = (bytes(&alone), bytes(&beside));
    assert_eq!(alone["cells.csv"], beside["cells.csv"]);
    assert_ne!(alone["inference.csv"], beside["inference.csv"]);
}

fn compared(left: &Path, right: &Path, out: &Path) -> String {
    let paths = [left, right, out].map(|path| path.to_str().expect("UTF-8"));
    let output = alvh(&["report", paths[0], "--compare", paths[1], "--out", paths[2]]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(out.join("compare.html").is_file());
    std::fs::read_to_string(out.join("compare.md")).expect("the comparison")
}

#[test]
fn two_sweep_folders_are_compared_by_configuration_data_engine_and_result() {
    let first = file("compare-one", "");
    let second = file("compare-two", "");
    let text = std::fs::read_to_string(&second).expect("the file");
    let more = text.replacen(
        "[set]\n",
        "[set]\n\"execution.half_spread_fraction\" = 0.25\n",
        1,
    );
    std::fs::write(&second, more).expect("the file");
    let (left, _) = sweep(&first, &scratch("sweep-compare-one"), &[]);
    let (right, _) = sweep(
        &second,
        &scratch("sweep-compare-two"),
        &["--set", "starting_capital_usd=2000000"],
    );
    let out = scratch("sweep-compared");

    let same = compared(&left, &left, &out);
    for says in [
        "Configuration: the same.",
        "Data: the same, byte for byte.",
        "in both.",
        "are the same, to the cent.",
    ] {
        assert!(same.contains(says), "no {says:?} in\n{same}");
    }
    let other = compared(&left, &right, &out);
    assert!(
        other.contains("keys differ.")
            && other.contains("| run.starting\\_capital\\_usd | 10000000.0 | 2000000.0 |"),
        "{other}"
    );
    assert!(other.contains("Data: the same, byte for byte."), "{other}");
    assert!(
        other.contains(" dollars at most"),
        "the largest difference is told:\n{other}"
    );

    // Another state of the data and another engine: what a manifest says of them.
    let manifest = std::fs::read_to_string(right.join("manifest.json")).expect("the manifest");
    let mut manifest: serde_json::Value = serde_json::from_str(&manifest).expect("JSON");
    manifest["dataset_hash"] = "0123".into();
    manifest["engine"]["results_version"] = 999.into();
    std::fs::write(right.join("manifest.json"), manifest.to_string()).expect("the manifest");
    let changed = compared(&left, &right, &out);
    assert!(
        changed.contains("Data: another dataset, or another state of it."),
        "{changed}"
    );
    assert!(changed.contains("results version 999"), "{changed}");
}

#[test]
fn a_sweep_and_a_run_do_not_compare() {
    let (folder, _) = sweep(&file("compare-run", ""), &scratch("sweep-compare-run"), &[]);
    let out = scratch("not-compared");
    let (folder, run) = (
        folder.display().to_string(),
        crate::support::reference().display().to_string(),
    );
    for (left, right) in [(&folder, &run), (&run, &folder)] {
        let (code, message) = failure(&[
            "report",
            left,
            "--compare",
            right,
            "--out",
            out.to_str().expect("UTF-8"),
        ]);
        assert_eq!(code, 3, "{message}");
        assert!(
            message.contains(&format!("{folder} is a sweep, {run} is a run")),
            "{message}"
        );
    }
    assert_eq!(
        std::fs::read_dir(&out).expect("the folder").count(),
        0,
        "nothing was written"
    );
}

/// `SIGKILL` at moments spread over the run; ALVH_KILLS sets how many. The store loses at most the cells in flight.
#[test]
fn a_sweep_killed_at_any_moment_goes_on_and_ends_with_the_same_bytes() {
    let file = file(
        "killed",
        "[[axes]]\nkey = \"policies.tiered.budget_fraction_of_credit\"\n\
                               range = { from = 0.01, to = 0.3, step = 0.01 }",
    );
    let kills: u64 = std::env::var("ALVH_KILLS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(5);
    let (folder, said) = sweep(&file, &scratch("sweep-whole"), &[]);
    assert!(said.contains("600 cells computed"), "{said}");
    let wanted = bytes(&folder);
    let out = scratch("sweep-killed");
    let out_text = out.to_str().expect("UTF-8").to_string();
    for kill in 0..kills {
        let mut child = Command::new(env!("CARGO_BIN_EXE_alvh"))
            .args([
                "sweep",
                &file,
                "--quiet",
                "--threads",
                "2",
                "--out",
                &out_text,
            ])
            .current_dir(root())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        // Moments without a pattern: the fraction of a multiple of the golden ratio, over most of a second.
        std::thread::sleep(Duration::from_millis(
            40 + (kill * 618_034 % 1_000_000) * 700 / 1_000_000,
        ));
        child.kill().expect("SIGKILL");
        child.wait().expect("the end of the child");
    }
    let (folder, said) = sweep(&file, &out, &["--threads", "2"]);
    let known: usize = said
        .split_whitespace()
        .zip(said.split_whitespace().skip(1))
        .find_map(|(n, word)| word.starts_with("known").then(|| n.parse().ok())?)
        .unwrap_or_else(|| panic!("{said}"));
    println!("{kills} kills, {known} of 600 cells were known at the last start");
    assert_same(&wanted, &bytes(&folder), "killed and resumed");
    let store = std::fs::read_dir(out.join("store"))
        .expect("the store")
        .next()
        .expect("a file")
        .expect("a file")
        .path();
    let store = sweep::store::Store::open(&store).expect("a whole store");
    // 600 cells, one unhedged run for each of four phases and fills, and for each of them a yardstick for three layers;
    // a record twice would be one more.
    assert_eq!((store.len(), store.torn), (616, 0), "every cell once");
}

#[test]
fn a_cell_that_is_no_policy_is_a_row_with_its_reason_and_stops_nobody() {
    let file = file(
        "faulty",
        "[[axes]]\nkey = \"policies.tiered.budget_fraction_of_credit\"\nvalues = [0.2, -1.0]",
    );
    let (folder, said) = sweep(&file, &scratch("sweep-faulty"), &[]);
    assert!(
        said.contains("20 cells computed, 0 known, 20 without a result"),
        "{said}"
    );
    let rows = rows(&folder, "cells.csv");
    assert_eq!(rows.len(), 40);
    for row in &rows {
        let wrong = row.number("policies.tiered.budget_fraction_of_credit") == Some(-1.0);
        assert_eq!(row.text("status"), if wrong { "invalid" } else { "ok" });
        assert_eq!(row.text("pnl_usd").is_empty(), wrong);
        assert_eq!(
            row.text("error")
                .contains("budget_fraction_of_credit is -1"),
            wrong,
            "{}",
            row.text("error")
        );
    }
}

#[test]
fn a_cell_is_the_arm_of_a_replay_with_its_settings() {
    let out = scratch("sweep-equal");
    let (folder, _) = sweep(&file("equal", ""), &out, &[]);
    let cells = rows(&folder, "cells.csv");
    let cell = cells
        .iter()
        .find(|row| {
            (
                row.number("low"),
                row.number("full"),
                row.number("phase.start_sessions"),
                row.number("execution.half_spread_fraction"),
            ) == (Some(13.0), Some(30.0), Some(0.0), Some(1.0))
        })
        .expect("the cell");
    let set = [
        "arms=[\"unhedged\", \"tiered\"]",
        "windows=[{ name = \"2022\", first = \"2022-01-03\", last = \"2022-12-30\" }]",
        "policies.tiered.tier.bands.0.to=13.0",
        "policies.tiered.tier.bands.1.from=13.0",
        "policies.tiered.tier.bands.2.to=30.0",
        "policies.tiered.tier.bands.3.from=30.0",
        "execution.half_spread_fraction=1.0",
        "equal_spend_twins=false",
    ];
    let extra: Vec<&str> = set.iter().flat_map(|setting| ["--set", setting]).collect();
    let replayed = crate::support::replay_into("sweep-replayed", &extra);
    let rows = rows(&replayed, "summary.csv");
    let arm = rows
        .iter()
        .find(|row| row.text("arm") == "tiered")
        .expect("the arm");
    // Intervals of single cells are not computed; everything else is the same text.
    let bootstrap = [
        "_lo",
        "_hi",
        "_lo_usd",
        "_hi_usd",
        "p_reduction_positive",
        "bootstrap_draws",
    ];
    for column in crate::support::header(&replayed, "summary.csv") {
        if bootstrap.iter().any(|end| column.ends_with(end)) {
            continue;
        }
        assert_eq!(cell.text(&column), arm.text(&column), "{column}");
    }
}

#[test]
fn mistakes_of_a_sweep_file_are_told_at_once() {
    let out = scratch("sweep-mistakes");
    let out = out.to_str().expect("UTF-8");
    let said = |extra: &str| {
        let (code, message) = failure(&["sweep", &file("mistake", extra), "--out", out]);
        assert_eq!(code, 2, "{message}");
        message
    };
    let message =
        said("[[axes]]\nkey = \"policies.tiered.budget_fraction_of_kredit\"\nvalues = [1]");
    assert!(
        message.contains("did you mean \"budget_fraction_of_credit\"?"),
        "{message}"
    );
    let message =
        said("[[axes]]\nkey = \"policies.tierd.budget_fraction_of_credit\"\nvalues = [1]");
    assert!(message.contains("did you mean \"tiered\"?"), "{message}");
    let message = said("[[axes]]\nkey = \"inference.draws\"\nvalues = [100, 200]");
    assert!(message.contains("does not decide a cell"), "{message}");
    // A file with two columns of one name would be read from either.
    for name in ["pnl_usd", "Window", "cell", "status"] {
        let axis = format!(
            "[[axes]]\nname = \"{name}\"\nkey = \"policies.tiered.budget_fraction_of_credit\"\nvalues = [0.1]"
        );
        let message = said(&axis);
        assert!(
            message.contains("which is a column of cells.csv already; give it another `name`"),
            "{message}"
        );
    }
    assert!(said("[[axis]]\nkey = \"x\"").contains("did you mean \"axes\"?"));
    let (code, message) = failure(&["sweep", SMALL, "--cells", "3..3", "--out", out]);
    assert!(
        code == 2 && message.contains("the sweep has the cells 0..216"),
        "{message}"
    );
    let (code, message) = failure(&["sweep", "merge", "--into", out, "configs"]);
    assert!(code == 3 && message.contains("manifest.json"), "{message}");
}

#[test]
fn every_statistic_of_the_shipped_sweep_says_its_n() {
    let out = scratch("sweep-small");
    let output = alvh(&[
        "sweep",
        SMALL,
        "--quiet",
        "--out",
        out.to_str().expect("UTF-8"),
    ]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(
        stdout(&output)
            .lines()
            .all(|line| line.chars().count() <= 140),
        "{}",
        stdout(&output)
    );
    let folder = result(&out, |_| true);
    let rows = rows(&folder, "inference.csv");
    for row in &rows {
        assert!(
            row.number("n").is_some_and(|n| n > 0.0),
            "{}",
            row.text("statistic")
        );
        if let (Some(lo), Some(hi)) = (row.number("lo"), row.number("hi")) {
            assert!(lo <= hi, "{}", row.text("statistic"));
        }
        assert!(
            row.number("p").is_none_or(|p| (0.0..=1.0).contains(&p)),
            "{}",
            row.text("statistic")
        );
    }
    for wanted in [
        "chosen",
        "dsr",
        "plateau",
        "pbo",
        "spa",
        "reality_check",
        "drawdown_reduction",
        "drawdown_reduction_auto",
        "drawdown_reduction_block5",
        "timing_luck_gain_usd",
        "band_gain_range_usd",
        "walk_forward_anchored_fold",
        "walk_forward_rolling_pnl_difference_usd",
        "walk_forward_rolling_usd",
    ] {
        assert!(
            rows.iter().any(|row| row.text("statistic") == wanted),
            "{wanted}"
        );
    }
    let pnl = rows
        .iter()
        .find(|row| row.text("statistic") == "pnl_difference_usd")
        .expect("the headline");
    // The chosen configuration is the mean of its phases: the table's cells say the same.
    let chosen = rows
        .iter()
        .find(|row| row.text("statistic") == "chosen")
        .expect("a choice")
        .text("subject")
        .to_string();
    let cells = crate::support::rows(&folder, "cells.csv");
    let first = cells
        .iter()
        .find(|row| row.text("cell") == chosen && row.text("window") == pnl.text("subject"));
    let first = first.expect("the chosen cell");
    let same = |row: &&crate::support::Row| {
        ["low", "full", "budget", "model.atm_shift", "window"]
            .iter()
            .all(|key| row.text(key) == first.text(key))
    };
    let phases: Vec<f64> = cells
        .iter()
        .filter(same)
        .filter_map(|row| row.number("hedge_pnl_usd"))
        .collect();
    assert_eq!(phases.len(), 3);
    let mean = phases.iter().sum::<f64>() / 3.0;
    assert!(
        (mean - pnl.number("value").expect("a value")).abs() < 1.0,
        "{mean}"
    );
}
