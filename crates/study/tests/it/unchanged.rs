//! A signal or trigger that never changes is a finding, and only such a one.

use std::collections::{BTreeMap, BTreeSet};

use study::results::WindowResult;
use study::{findings, signal_table, sources};
use tables::table_of;

use crate::support::{reference, study};

/// Read back from `signals.csv`, which other code writes: what has at most one value in a window is found, nothing else is.
#[test]
fn what_never_changes_in_a_window_is_found_and_nothing_else() {
    let text = table_of(signal_table::rows(reference())).csv();
    let mut values: BTreeMap<(String, String, String, String), BTreeSet<String>> = BTreeMap::new();
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let [window, arm, _, name, kind, value, ..] = cells.as_slice() else {
            panic!("{line}");
        };
        let key = [window, kind, name, arm].map(|cell| (*cell).to_string());
        let seen = values.entry(key.into()).or_default();
        if !value.is_empty() {
            seen.insert((*value).to_string());
        }
    }
    let constant: Vec<_> = values.iter().filter(|(_, seen)| seen.len() < 2).collect();
    assert!(
        !constant.is_empty(),
        "the bundled market has a gate that never opens"
    );
    let found = table_of(findings::rows(reference(), Vec::new())).csv();
    let lines: Vec<&str> = found
        .lines()
        .filter(|line| line.contains("never_changes"))
        .collect();
    for ((window, kind, name, arm), _) in &constant {
        let named = |line: &&&str| {
            line.contains(&format!("{kind} {name} of "))
                && line.contains(arm.as_str())
                && line.contains(&format!("of window {window}"))
        };
        assert!(
            lines.iter().any(|line| named(&line)),
            "{window} {kind} {name} of {arm}"
        );
    }
    let groups: BTreeSet<_> = constant
        .iter()
        .map(|((w, k, n, _), seen)| (w, k, n, *seen))
        .collect();
    assert_eq!(lines.len(), groups.len(), "{found}");
}

#[test]
fn a_finding_says_on_how_many_sessions_it_stood_and_what_it_was() {
    let mut kinds = BTreeSet::new();
    for row in study::unchanged::rows(reference()) {
        let named = |window: &&WindowResult| {
            row.message
                .ends_with(&format!("of window {}", window.window.name))
        };
        let window = reference().windows.iter().find(named).expect("a window");
        let all = window.sessions.len();
        let said = match row.count {
            0 => format!(" has no value on any of {all} sessions "),
            count if count == all => format!(" on all {all} sessions "),
            count => format!(" on {count} of {all} sessions and missing on the others"),
        };
        assert!(row.message.contains(&said), "{}", row.message);
        kinds.insert((row.message.starts_with("signal "), row.count == all));
    }
    assert!(kinds.iter().any(|(_, whole)| *whole), "{kinds:?}");
}

#[test]
fn a_trigger_is_one_or_nothing_in_the_table_of_signals() {
    let mut seen = BTreeSet::new();
    for row in signal_table::rows(reference()).filter(|row| row.kind == "trigger") {
        seen.insert(row.value.map(|value| f64::from(value) as i64));
    }
    seen.remove(&None);
    assert_eq!(seen.into_iter().flatten().collect::<Vec<i64>>(), [0, 1]);
}

/// `sources.csv` counts the sessions on which a signal had no value, or a flagged one.
#[test]
fn sessions_without_a_sound_value_are_counted_by_arm_and_name() {
    let mut wanted: BTreeMap<[String; 3], usize> = BTreeMap::new();
    for row in signal_table::rows(reference()) {
        if row.value.is_none() || !row.flags.is_empty() {
            let place = [row.window, row.arm, row.name].map(|word| word.to_string());
            *wanted.entry(place).or_default() += 1;
        }
    }
    let mut found: BTreeMap<[String; 3], usize> = BTreeMap::new();
    for row in sources::rows(reference()) {
        if row.what == tables::SIGNAL {
            *found.entry([row.window, row.arm, row.root]).or_default() += row.count;
        }
    }
    assert!(!wanted.is_empty());
    assert_eq!(found, wanted);
}

#[test]
fn a_signal_is_told_to_six_decimals() {
    let fortnight = "windows=[{name=\"fortnight\",first=\"2023-06-05\",last=\"2023-06-16\"}]";
    let arms = "arms=[\"unhedged\",\"adaptive_confluence\"]";
    let study = study(&[fortnight, arms, "claims.rows={}", "equal_spend_twins=false"]);
    let mut told = 0;
    for row in study::unchanged::rows(&study)
        .iter()
        .filter(|row| row.count > 0)
    {
        let Some((_, value)) = row
            .message
            .strip_prefix("signal ")
            .and_then(|m| m.split_once(" is "))
        else {
            continue;
        };
        let value = value.split(' ').next().expect("a number");
        let decimals = value.split_once('.').map(|(_, decimals)| decimals.len());
        assert_eq!(decimals, Some(6), "{}", row.message);
        told += 1;
    }
    assert!(
        told > 0,
        "a mark of breadth or a rank of the month stands still for a fortnight"
    );
}
