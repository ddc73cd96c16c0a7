//! What `alvh data import` and `alvh data check` end with: what can be run, and the commands that do it.

use std::path::{Path, PathBuf};
use std::process::Command;

use chrono::NaiveDate;
use market::calendar::Calendar;

use crate::support::{alvh, root, scratch, stderr, stdout};

/// Closes of the S&P 500 and VIX of one year, made up, as FRED and Cboe write them.
fn year_of_closes(folder: &Path, year: i32) {
    let day = |month, day| NaiveDate::from_ymd_opt(year, month, day).expect("a day");
    let (first, last) = (day(1, 1), day(12, 31));
    let sessions = Calendar::nyse().sessions();
    let (mut spx, mut vix) = (
        "observation_date,SP500\n".to_string(),
        "DATE,OPEN,HIGH,LOW,CLOSE\n".to_string(),
    );
    let of_year = sessions.iter().filter(|d| (first..=last).contains(d));
    for (i, date) in of_year.enumerate() {
        // Up and down between -1 and 1 once in 56 sessions.
        let wave = ((i % 56) as f64 - 28.0).abs() / 14.0 - 1.0;
        spx.push_str(&format!("{date},{:.2}\n", 4000.0 + 60.0 * wave));
        let v = 20.0 - 3.0 * wave;
        let us = date.format("%m/%d/%Y");
        vix.push_str(&format!(
            "{us},{v:.2},{:.2},{:.2},{v:.2}\n",
            v + 1.0,
            v - 1.0
        ));
    }
    std::fs::write(folder.join("SP500.csv"), spx).expect("a file");
    std::fs::write(folder.join("VIX_History.csv"), vix).expect("a file");
}

/// A dataset of one year under a name that a shell must be told about, and what its import said.
fn imported(name: &str, year: i32) -> (PathBuf, String) {
    let folder = scratch(name);
    let from = folder.join("from");
    std::fs::create_dir_all(&from).expect("a folder");
    year_of_closes(&from, year);
    let into = folder.join("my dataset");
    let output = alvh(&[
        "data",
        "import",
        "--quiet",
        "--from",
        from.to_str().expect("UTF-8"),
        "--into",
        into.to_str().expect("UTF-8"),
    ]);
    assert!(output.status.success(), "{}", stderr(&output));
    (into, stdout(&output))
}

#[test]
fn an_import_ends_with_what_can_be_run_and_the_command_runs() {
    let (_, text) = imported("next-import", 2019);
    assert!(
        text.contains(
            "not covered: closes of the S&P 500 and VIX go from 2019-01-02 to 2019-12-31"
        ) && text.contains("longest span        2019-01-02 to 2019-12-31  252 sessions in a row"),
        "{text}"
    );
    let command = text
        .lines()
        .find(|line| line.trim_start().starts_with("alvh replay "))
        .unwrap_or_else(|| panic!("no command: {text}"));
    let out = scratch("next-import-out");
    // The command as it stands, through a shell, with less to do.
    let command = format!(
        "{} --quiet --out '{}' --set 'arms=[\"unhedged\"]' --set equal_spend_twins=false --set controls.random_timing_draws=0",
        command
            .trim_start()
            .replacen("alvh", env!("CARGO_BIN_EXE_alvh"), 1),
        out.display()
    );
    let output = Command::new("sh")
        .args(["-c", &command])
        .current_dir(root())
        .output()
        .expect("a shell");
    assert!(output.status.success(), "{command}\n{}", stderr(&output));
    assert!(stdout(&output).contains("2019"), "{}", stdout(&output));
}

#[test]
fn a_check_says_which_policies_would_hold_back_and_why() {
    let (dataset, _) = imported("next-check", 2022);
    let dataset = dataset.to_str().expect("UTF-8");
    let text = stdout(&alvh(&["data", "check", dataset]));
    for line in [
        "  window 2022         2022-01-03 to 2022-12-30  covered",
        "  on every session: spx_close, vix, vix_high, vix_low, vix_open",
        "  single_vixy                   layers.fund.underlying: no vixy on 251 sessions, 2022-01-03 to 2022-12-30; the dataset lacks vixy",
    ] {
        assert!(text.lines().any(|l| l == line), "no {line:?} in:\n{text}");
    }
    let held = text.lines().filter(|l| l.contains("nyse_adv"));
    assert!(held.count() > 0, "breadth is missing: {text}");
    assert!(
        !text.contains("  unhedged ") && !text.contains("  always_on "),
        "these read nothing: {text}"
    );

    let json: serde_json::Value =
        serde_json::from_str(&stdout(&alvh(&["data", "check", dataset, "--json"]))).expect("JSON");
    let vixy = json["held_back"]
        .as_array()
        .and_then(|all| all.iter().find(|h| h["policy"] == "single_vixy"))
        .unwrap_or_else(|| panic!("{json}"));
    assert_eq!(vixy["sessions"], 251);
    assert_eq!(vixy["series"], serde_json::json!(["vixy"]));
    assert_eq!(json["next"]["windows"][0]["name"], "2022");
    let commands = json["next"]["commands"].as_array().expect("a list");
    assert!(
        commands.iter().any(|c| c
            .as_str()
            .is_some_and(|c| c.contains("windows=[{name=\"2022\""))),
        "{commands:?}"
    );
}

#[test]
fn the_bundled_dataset_is_run_without_naming_a_window() {
    let text = stdout(&alvh(&["data", "check"]));
    let replay = text.lines().find(|l| l.contains("alvh replay"));
    assert_eq!(
        replay,
        Some("  alvh replay configs/runs/replay.toml --dataset datasets/reconstruction"),
        "{text}"
    );
}
