//! `alvh data check`: what a dataset holds, what is wrong with it, and what can be run on it.

use std::path::Path;

use data::Dataset;
use data::coverage::Coverage;
use market::history::MarketHistory;
use market::surface::ModelParams;
use policy::readiness::HeldBack;
use runfile::config::Window;
use serde_json::json;

use super::lists::{self, say};
use super::next::Next;
use crate::args::Common;
use crate::commands::policies::{Policy, known};
use crate::configs::{asked_dataset, bundled_dataset, load_dataset};
use crate::error::Failure;
use crate::out::outln;

/// Prints the findings of a dataset, then what can be run on it.
pub fn check(dataset: Option<&Path>, common: &Common) -> Result<(), Failure> {
    let path = match asked_dataset(dataset, common) {
        Some(path) => path,
        None => bundled_dataset()?,
    };
    let loaded = load_dataset(&path)?;
    let findings = data::check(&path)?;
    let coverage = Coverage::of(&loaded);
    let next = Next::of(&path, &loaded, &coverage, common);
    let readiness = Readiness::of(&loaded, &next.windows)?;
    if common.json {
        outln!(
            "{}",
            json!({
                "dataset": loaded.manifest.name,
                "findings": findings,
                "held_back": readiness.json(),
                "next": next.json(),
            })
        )?;
    } else {
        let m = &loaded.manifest;
        say(&format!(
            "{} ({}): {} sessions, {} to {}",
            m.name,
            path.display(),
            m.sessions,
            m.first_session,
            m.last_session
        ))?;
        if !m.notice.is_empty() {
            say(&m.notice)?;
        }
        findings.iter().try_for_each(lists::finding)?;
        outln!("{} findings", findings.len())?;
        outln!("\nsessions by series")?;
        lists::coverage(&coverage, m.sessions, true)?;
        readiness.print()?;
        next.print(&coverage, "alvh data check")?;
    }
    match findings
        .iter()
        .filter(|f| f.severity == data::Severity::Error)
        .count()
    {
        0 => Ok(()),
        n => Err(Failure::data(format!("{n} of the findings are errors"))),
    }
}

/// Which policies would hold back in the windows that can be replayed.
struct Readiness {
    /// Names of the windows, and their sessions.
    windows: (Vec<String>, usize),
    policies: usize,
    held_back: Vec<(String, Vec<HeldBack>)>,
}

impl Readiness {
    fn of(dataset: &Dataset, windows: &[Window]) -> Result<Readiness, Failure> {
        let names = known();
        let mut readiness = Readiness {
            windows: (windows.iter().map(|w| w.name.clone()).collect(), 0),
            policies: names.len(),
            held_back: Vec::new(),
        };
        let span = windows
            .iter()
            .map(|w| w.first)
            .min()
            .zip(windows.iter().map(|w| w.last).max());
        let (Some((first, last)), false) = (span, names.is_empty()) else {
            return Ok(readiness);
        };
        let policies: Vec<(String, Policy)> = names
            .into_iter()
            .map(|name| {
                let policy = Policy::read(&name)?;
                Ok((name, policy))
            })
            .collect::<Result<_, Failure>>()?;
        let horizon = policies.iter().map(|(_, p)| p.horizon_days()).max();
        let params = ModelParams::default();
        let observations = &dataset.observations;
        let history =
            MarketHistory::build(observations, first, last, &params, horizon.unwrap_or(0))
                .map_err(|e| Failure::data(format!("dataset {:?}: {e}", dataset.manifest.name)))?;
        for window in windows {
            let range = history.window(window.first, window.last);
            readiness.windows.1 += range.len();
            for (name, policy) in &policies {
                let found = policy.held_back(&history, range.clone());
                if !found.is_empty() {
                    readiness.held_back.push((name.clone(), found));
                }
            }
        }
        Ok(readiness)
    }

    fn print(&self) -> Result<(), Failure> {
        let windows = self.windows.0.join(", ");
        let sessions = self.windows.1;
        if windows.is_empty() {
            return Ok(());
        }
        outln!()?;
        say(&format!(
            "policies that would hold back on some of the {sessions} sessions of {windows}"
        ))?;
        let mut names: Vec<&str> = self.held_back.iter().map(|h| h.0.as_str()).collect();
        names.dedup();
        let wide = names.iter().map(|name| name.len()).max().unwrap_or(0);
        for (name, found) in &self.held_back {
            for held in found {
                say(&format!("  {name:wide$} {}", words(held)))?;
            }
        }
        names.sort_unstable();
        names.dedup();
        outln!(
            "  {} of {} policies find all that they read",
            self.policies - names.len(),
            self.policies
        )
    }

    fn json(&self) -> serde_json::Value {
        let held = |name: &str, h: &HeldBack| {
            json!({
                "policy": name, "key": h.key, "missing": h.missing, "sessions": h.sessions,
                "first": h.span.0, "last": h.span.1, "series": h.series,
            })
        };
        self.held_back
            .iter()
            .flat_map(|(name, found)| found.iter().map(move |h| held(name, h)))
            .collect()
    }
}

fn words(held: &HeldBack) -> String {
    let (first, last) = held.span;
    let why = if held.series.is_empty() {
        "it needs more sessions before these".to_string()
    } else {
        let names: Vec<&str> = held.series.iter().map(String::as_str).collect();
        format!("the dataset lacks {}", names.join(", "))
    };
    format!(
        "{}: no {} on {} sessions, {first} to {last}; {why}",
        held.key, held.missing, held.sessions
    )
}
