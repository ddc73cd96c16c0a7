//! `explain`, `policies` and `--json`: what people and scripts ask after a run.

use crate::support::{alvh, failure, reference, rows, stderr, stdout};

#[test]
fn explain_shows_a_day_with_its_numbers_and_reasons() {
    let folder = reference().to_str().expect("UTF-8");
    let is_condor =
        |r: &crate::support::Row| r.text("arm") == "tiered" && r.text("layer") == "condor_14d_16_5";
    let fill = rows(reference(), "trades.csv")
        .into_iter()
        .find(is_condor)
        .expect("a condor");
    let output = alvh(&[
        "explain",
        folder,
        "--arm",
        "tiered",
        "--date",
        fill.text("opened"),
    ]);
    assert!(output.status.success(), "{}", stderr(&output));
    let text = stdout(&output);
    for wanted in [
        "spx close",
        "vix",
        "opened",
        "delta",
        "regime",
        "not_entry_session",
        "purse_credited",
    ] {
        assert!(text.contains(wanted), "no {wanted:?} in:\n{text}");
    }
    assert!(
        text.lines().all(|l| l.chars().count() <= 200),
        "a line is too long:\n{text}"
    );
}

#[test]
fn explain_names_the_nearest_arm_and_the_windows() {
    let folder = reference().to_str().expect("UTF-8");
    let (code, message) = failure(&["explain", folder, "--arm", "teired", "--date", "2022-06-13"]);
    assert_eq!(code, 2);
    assert!(message.contains("did you mean \"tiered\"?"), "{message}");
    let (code, message) = failure(&["explain", folder, "--arm", "tiered", "--date", "2022-06-12"]);
    assert_eq!(code, 2);
    assert!(
        message.contains("no session") && message.contains("2022-01-03"),
        "{message}"
    );
}

#[test]
fn policies_lists_all_and_prints_one_in_full() {
    let list = stdout(&alvh(&["policies"]));
    for name in [
        "condor_14d_16_5",
        "condor_weekly_14d",
        "unhedged",
        "always_on",
        "always_on_futures",
        "single_vix_call",
        "tiered",
    ] {
        assert!(
            list.lines().any(|l| l.starts_with(name)),
            "{name} is not in:\n{list}"
        );
    }
    let tiered = stdout(&alvh(&["policies", "tiered"]));
    for key in [
        "budget_fraction_of_credit = 0.2",
        "purse_cap_weeks = 13",
        "hysteresis",
        "dwell_sessions",
        "share",
    ] {
        assert!(tiered.contains(key), "{key} is not in:\n{tiered}");
    }
    let (code, message) = failure(&["policies", "tierd"]);
    assert_eq!(code, 2);
    assert!(message.contains("did you mean \"tiered\"?"), "{message}");
}

#[test]
fn json_is_one_object_with_the_summary() {
    let output = alvh(&["report", reference().to_str().expect("UTF-8"), "--json"]);
    let value: serde_json::Value = serde_json::from_str(&stdout(&output)).expect("JSON on stdout");
    let rows = value["summary"].as_array().expect("rows");
    assert!(rows.len() >= 10);
    assert_eq!(rows[0]["arm"], "unhedged");
    assert_eq!(rows[0]["window"], "2022");
    assert!(rows[0]["drawdown_reduction"].is_null(), "undefined is null");
    assert!(value["schema"].is_u64());
    assert_eq!(rows[0]["condors_identical"], true, "a flag is a flag");
    assert_eq!(rows[0]["sessions"].to_string(), "251", "a count is whole");
    assert!(rows[0]["pnl_usd"].is_f64(), "money is a number of dollars");
    let csv = crate::support::rows(reference(), "summary.csv");
    assert_eq!(csv.len(), rows.len());
    for (csv, row) in csv.iter().zip(rows) {
        for key in ["pnl_usd", "sharpe", "max_drawdown_pct", "trades"] {
            let number: f64 = csv.text(key).parse().expect("a number");
            assert_eq!(row[key].as_f64(), Some(number), "{key}");
        }
    }
}

#[test]
fn explain_prints_the_signals_the_triggers_and_what_they_held_back() {
    let one = ["unhedged", "adaptive_confluence"];
    let arms = format!("arms={one:?}");
    let folder = crate::support::replay_into(
        "explain-signals",
        &["--set", &arms, "--set", "equal_spend_twins=false"],
    );
    let of = |r: &&crate::support::Row| {
        r.text("layer") == "short" && r.text("reason_code") == "not_triggered"
    };
    let decisions = rows(&folder, "decisions.csv");
    let held = decisions
        .iter()
        .find(of)
        .expect("a session on which the trigger does not hold");
    assert!(
        held.text("signals")
            .starts_with("when layer_1: no (any of: no (eroded: no"),
        "{}",
        held.text("signals")
    );
    let date = held.text("date");
    let text = stdout(&alvh(&[
        "explain",
        folder.to_str().expect("UTF-8"),
        "--arm",
        one[1],
        "--date",
        date,
    ]));
    let signals = rows(&folder, "signals.csv");
    let of_day: Vec<_> = signals
        .iter()
        .filter(|r| r.text("date") == date && r.text("arm") == one[1])
        .collect();
    assert!(
        of_day.len() > 10 && signals.iter().all(|r| r.text("arm") == one[1]),
        "{} names",
        of_day.len()
    );
    for row in &of_day {
        assert!(
            text.contains(row.text("name")),
            "no {} in:\n{text}",
            row.text("name")
        );
    }
    let does_not: Vec<&str> = of_day
        .iter()
        .filter(|r| r.number("value") == Some(0.0))
        .map(|r| r.text("name"))
        .collect();
    let line = text
        .lines()
        .find(|l| l.trim_start().starts_with("does not hold"))
        .expect("the triggers that do not");
    assert!(
        does_not.contains(&"layer_1") && line.contains("layer_1"),
        "{line}"
    );
    assert!(
        text.lines().all(|l| l.chars().count() <= 100),
        "a line is too long:\n{text}"
    );
}

#[test]
fn schemas_are_json_with_every_section() {
    for (kind, wanted) in [("run", "windows"), ("sweep", "axes"), ("study", "books")] {
        let text = stdout(&alvh(&["schema", kind]));
        let value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(value["type"], "object", "{kind}");
        assert!(
            value["properties"][wanted]["description"].is_string(),
            "{kind} says nothing of {wanted}"
        );
    }
    let policy: serde_json::Value =
        serde_json::from_str(&stdout(&alvh(&["schema", "policy"]))).expect("JSON");
    assert_eq!(
        policy["$defs"]["WholeFile"]["anyOf"]
            .as_array()
            .map(Vec::len),
        Some(2),
        "a hedge or a condor"
    );
    let (code, message) = failure(&["schema", "polcy"]);
    assert_eq!(code, 2);
    assert!(message.contains("policy"), "{message}");
}
