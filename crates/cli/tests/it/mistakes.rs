//! The wrong thing typed: one message that helps, the right exit code, nothing written.

use crate::support::{alvh, failure, scratch, stderr, stdout};

/// A command that must fail with this code and say all of this.
fn check(args: &[&str], code: i32, words: &[&str]) {
    let (found, message) = failure(args);
    assert_eq!(found, code, "{args:?}: {message}");
    for word in words {
        assert!(
            message.contains(word),
            "{args:?}: no {word:?} in: {message}"
        );
    }
    assert!(
        !message.contains("panicked") && !message.contains("RUST_BACKTRACE"),
        "{message}"
    );
}

#[test]
fn unknown_commands_and_options_are_code_2() {
    check(&["repaly"], 2, &["replay"]);
    check(&["replay", "--thread", "2"], 2, &["--threads"]);
    check(&["replay", "--threads", "0"], 2, &["1 to 1024"]);
    check(
        &["explain", "reports/x", "--arm", "a", "--date", "13.06.2022"],
        2,
        &["--date"],
    );
}

#[test]
fn missing_files_say_which() {
    check(
        &["replay", "configs/runs/nothing.toml"],
        2,
        &["configs/runs/nothing.toml"],
    );
    check(
        &["replay", "--dataset", "datasets/nowhere"],
        3,
        &["datasets/nowhere", "alvh data import"],
    );
    check(&["replay", "configs/runs/history.toml"], 2, &["--dataset"]);
    check(&["report", "reports"], 3, &["manifest.json"]);
    check(&["verify", "datasets"], 3, &["manifest.json"]);
}

#[test]
fn every_missing_key_is_named_at_once_with_a_value() {
    let folder = scratch("missing-keys");
    std::fs::create_dir_all(&folder).expect("a folder");
    let file = |name: &str, text: &str| {
        let path = folder.join(name);
        std::fs::write(&path, text).expect("a file");
        path.to_str().expect("UTF-8").to_string()
    };
    let run = file(
        "run.toml",
        "name = \"x\"\narms = [\"unhedged\"]\n[inference]\nlevel = 0.9\nseed = 1\n[model]\nomega = 0.1\n",
    );
    let wanted = [
        "extends = \"replay\"",
        "starting_capital_usd = 10000000.0",
        "condor_tiers = [",
        "quotes = \"model\"",
        "inference.draws = 2000",
        "inference.mean_block_sessions = 21.0",
        "model.atm_shift = 0.0",
        "model.event_weights",
        "[execution]",
    ];
    check(&["replay", &run], 2, &wanted);
    let sweep = file("sweep.toml", "name = \"x\"\nrun = \"replay\"\naxes = []\n");
    let wanted = ["extends = \"small\"", "sample", "[statistics]"];
    check(&["sweep", &sweep], 2, &wanted);
    let study = file("study.toml", "name = \"x\"\nweekdays = [\"fri\"]\n");
    let wanted = [
        "extends = \"alvh\"",
        "arms",
        "[inference]",
        "starting_capital_usd = 10000000.0",
    ];
    check(&["study", &study], 2, &wanted);
    let policies = folder.join("policies");
    std::fs::create_dir_all(&policies).expect("a folder");
    std::fs::write(policies.join("mine.toml"), "name = \"mine\"\n").expect("a file");
    let run = file(
        "mine.toml",
        "extends = \"replay\"\narms = [\"unhedged\", \"mine\"]\n",
    );
    check(
        &["replay", &run],
        2,
        &[
            "mine.toml",
            "extends = \"tiered\"",
            "summary",
            "purse_cap_weeks = 13",
        ],
    );
}

#[test]
fn wrong_keys_get_the_nearest_spelling() {
    check(
        &["replay", "--set", "execution.half_spread_fracton=1"],
        2,
        &["half_spread_fraction"],
    );
    check(
        &["replay", "--set", "executoin.half_spread_fraction=1"],
        2,
        &["did you mean \"execution\"?"],
    );
    check(
        &["replay", "--set", "policies.tiered.budjet=1"],
        2,
        &["budjet"],
    );
    check(
        &["replay", "--set", "arms=[\"unhedged\",\"always_onn\"]"],
        2,
        &["always_onn", "did you mean \"always_on\"?"],
    );
}

#[test]
fn values_out_of_range_say_what_is_allowed() {
    check(
        &["replay", "--set", "execution.half_spread_fraction=-1"],
        2,
        &["half_spread_fraction is -1", "0 to 10"],
    );
    check(
        &["replay", "--set", "starting_capital_usd=nan"],
        2,
        &["starting_capital_usd"],
    );
    check(
        &["replay", "--set", "inference.draws=3"],
        2,
        &["inference.draws"],
    );
    check(
        &[
            "replay",
            "--set",
            "condors.condor_14d_16_5.put.short_delta=0.9",
        ],
        2,
        &["short_delta is 0.9"],
    );
    check(
        &["replay", "--set", "windows.0.last=\"2021-01-04\""],
        2,
        &["before last"],
    );
    check(
        &["replay", "--set", "windows.0.first=\"2022-01-01\""],
        2,
        &[
            "windows.2022.first",
            "2022-01-01",
            "a Saturday",
            "no session",
            "2022-01-03",
        ],
    );
    check(
        &["replay", "--set", "windows.0.last=\"2022-12-26\""],
        2,
        &["windows.2022.last", "a holiday", "no session", "2022-12-23"],
    );
    check(
        &["replay", "--set", "windows.0.first=\"2019-01-02\""],
        3,
        &["2019-01-02", "2020-11-30"],
    );
    check(
        &["replay", "--set", "policies.tiered.tier.bands.1.to=21.0"],
        2,
        &["gap", "between 21 and 22"],
    );
    check(&["replay", "--set", "nonsense"], 2, &["dotted.key=value"]);
    check(
        &["replay", "--set", "arms=[\"always_on\"]"],
        2,
        &["first arm", "without layers"],
    );
}

#[test]
fn a_failed_run_leaves_nothing_behind() {
    let out = scratch("nothing");
    let text = out.to_str().expect("UTF-8");
    let output = alvh(&["replay", "--out", text, "--dataset", "datasets/nowhere"]);
    assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
    assert_eq!(std::fs::read_dir(&out).expect("the folder").count(), 0);
}

#[test]
fn the_version_carries_the_commit_and_the_versions_of_what_is_written() {
    let version = stdout(&alvh(&["--version"]));
    assert!(
        version.starts_with("alvh ") && version.contains('('),
        "{version}"
    );
    let written = format!(
        "results version {}, folder schema ",
        engine::RESULTS_VERSION
    );
    assert!(version.contains(&written), "{version}");
    assert_eq!(stdout(&alvh(&["-V"])).lines().count(), 1);
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_with_130_says_how_to_go_on_and_leaves_nothing() {
    use std::process::{Command, Stdio};
    let out = scratch("interrupted");
    // A million draws take long enough to be interrupted on any machine.
    let child = Command::new(env!("CARGO_BIN_EXE_alvh"))
        .args([
            "replay",
            "--quiet",
            "--set",
            "inference.draws=1000000",
            "--out",
            out.to_str().expect("UTF-8"),
        ])
        .current_dir(crate::support::root())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    std::thread::sleep(std::time::Duration::from_millis(500));
    let kill = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .expect("kill");
    assert!(kill.success());
    let output = child.wait_with_output().expect("an end");
    assert_eq!(output.status.code(), Some(130));
    assert!(
        stderr(&output).contains("the same command starts again"),
        "{}",
        stderr(&output)
    );
    assert_eq!(std::fs::read_dir(&out).expect("the folder").count(), 0);
}

#[cfg(unix)]
#[test]
fn a_reader_who_has_seen_enough_is_no_fault() {
    let script = format!("{} data check 2>&1 | head -n 1", env!("CARGO_BIN_EXE_alvh"));
    let output = std::process::Command::new("sh")
        .args(["-c", &script])
        .current_dir(crate::support::root())
        .output();
    let text = stdout(&output.expect("a shell"));
    assert!(
        text.contains("1028 sessions") && !text.contains("fault"),
        "{text}"
    );
}
