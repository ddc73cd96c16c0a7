//! `explain`, `policies` and `--json`: what people and scripts ask after a run.

use crate::support::{alvh, failure, reference, rows, stderr, stdout};

#[test]
fn explain_shows_a_day_with_its_numbers_and_reasons() {
    let folder = reference().to_str().expect("UTF-8");
    let is_condor = |r: &crate::support::Row| r.text("arm") == "tiered" && r.text("layer") == "condor_weekly_14d";
    let fill = rows(reference(), "trades.csv").into_iter().find(is_condor).expect("a condor");
    let output = alvh(&["explain", folder, "--arm", "tiered", "--date", fill.text("opened")]);
    assert!(output.status.success(), "{}", stderr(&output));
    let text = stdout(&output);
    for wanted in ["spx close", "vix", "opened", "delta", "regime", "not_entry_session", "purse_credited"] {
        assert!(text.contains(wanted), "no {wanted:?} in:\n{text}");
    }
    assert!(text.lines().all(|l| l.chars().count() <= 200), "a line is too long:\n{text}");
}

#[test]
fn explain_names_the_nearest_arm_and_the_windows() {
    let folder = reference().to_str().expect("UTF-8");
    let (code, message) = failure(&["explain", folder, "--arm", "teired", "--date", "2022-06-13"]);
    assert_eq!(code, 2);
    assert!(message.contains("did you mean \"tiered\"?"), "{message}");
    let (code, message) = failure(&["explain", folder, "--arm", "tiered", "--date", "2022-06-12"]);
    assert_eq!(code, 2);
    assert!(message.contains("no session") && message.contains("2022-01-03"), "{message}");
}

#[test]
fn policies_lists_all_and_prints_one_in_full() {
    let list = stdout(&alvh(&["policies"]));
    for name in ["condor_weekly_14d", "unhedged", "always_on", "always_on_futures", "single_vix_call", "tiered"] {
        assert!(list.lines().any(|l| l.starts_with(name)), "{name} is not in:\n{list}");
    }
    let tiered = stdout(&alvh(&["policies", "tiered"]));
    for key in ["budget_fraction_of_credit = 0.2", "purse_cap_weeks = 13", "hysteresis", "dwell_sessions", "share"] {
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
}
