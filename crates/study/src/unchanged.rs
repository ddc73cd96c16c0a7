//! Signals and triggers that say the same on every session of a window: who waits for one to change waits for nothing.
//!
//! Every gate of a policy is one of its named triggers, so this covers the gates too.

use std::collections::BTreeMap;

use signals::Truth;
use tables::{FindingRow, number};

use crate::results::{ArmKind, Replay, Study, WindowResult};
use crate::signal_table::named;

/// What was said, by how many sessions, on how many nothing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Said {
    window: usize,
    kind: &'static str,
    name: String,
    value: Option<String>,
    sessions: usize,
}

/// One finding per window and name, with the arms whose policies name it.
pub fn rows(study: &Study) -> Vec<FindingRow> {
    let mut arms_of: BTreeMap<Said, Vec<&str>> = BTreeMap::new();
    for (index, window) in study.windows.iter().enumerate() {
        let arms = window
            .arms
            .iter()
            .filter(|arm| !matches!(arm.replay.kind, ArmKind::EqualSpendTwin));
        for arm in arms {
            for said in of_arm(study, window, index, &arm.replay) {
                let arms = arms_of.entry(said).or_default();
                if !arms.contains(&arm.replay.name.as_str()) {
                    arms.push(&arm.replay.name);
                }
            }
        }
    }
    arms_of
        .iter()
        .map(|(said, arms)| said.finding(&study.windows[said.window], arms))
        .collect()
}

fn of_arm(study: &Study, window: &WindowResult, index: usize, arm: &Replay) -> Vec<Said> {
    let mut all = Vec::new();
    for columns in named(arm).iter().map(|book| book.columns(&study.history)) {
        let views = || window.range.clone().map(|t| study.history.view(t));
        let mut add = |kind, name: &str, values: Vec<Option<String>>| {
            let mut present = values.iter().flatten();
            let first = present.next();
            if first.is_none_or(|first| present.all(|value| value == first)) {
                all.push(Said {
                    window: index,
                    kind,
                    name: name.to_string(),
                    value: first.cloned(),
                    sessions: values.iter().flatten().count(),
                });
            }
        };
        for (name, column) in columns.signals() {
            add(
                "signal",
                name,
                views()
                    .map(|view| column.at(view).map(|value| number::fixed(value, 6)))
                    .collect(),
            );
        }
        for (name, column) in columns.triggers() {
            add(
                "trigger",
                name,
                views()
                    .map(|view| match column.at(view) {
                        Truth::Yes => Some("yes".to_string()),
                        Truth::No => Some("no".to_string()),
                        Truth::Missing(_) => None,
                    })
                    .collect(),
            );
        }
    }
    all
}

impl Said {
    fn finding(&self, window: &WindowResult, arms: &[&str]) -> FindingRow {
        let all = window.sessions.len();
        let what = match &self.value {
            None => format!("has no value on any of {all} sessions"),
            Some(value) if self.sessions == all => format!("is {value} on all {all} sessions"),
            Some(value) => format!(
                "is {value} on {} of {all} sessions and missing on the others, never anything else",
                self.sessions
            ),
        };
        FindingRow {
            severity: "warning".into(),
            code: "never_changes".into(),
            series: self.name.clone(),
            count: self.sessions,
            first: window.sessions.first().copied(),
            last: window.sessions.last().copied(),
            message: format!(
                "{} {} of {} {what} of window {}",
                self.kind,
                self.name,
                arms.join(", "),
                window.window.name
            ),
        }
    }
}
