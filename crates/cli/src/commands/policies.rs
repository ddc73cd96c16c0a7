//! `alvh policies`: what can be traded.

mod keys;

use std::ops::Range;
use std::path::{Path, PathBuf};

use market::history::MarketHistory;
use policy::condor::Condor;
use policy::hedge::Hedge;
use policy::readiness::{self, HeldBack};
use report::terminal::wrap;
use runfile::door;
use runfile::{ConfigError, KeyError};
use serde_json::json;

use crate::args::Common;
use crate::error::Failure;
use crate::missing_keys::told_of_text;
use crate::out::{out, outln, terminal_width};
use crate::places::{Kind, names, names_in, policy};

/// A policy file of either kind.
pub(super) enum Policy {
    Condor(Box<Condor>),
    Hedge(Box<Hedge>),
}

impl Policy {
    /// Reads and checks one: of the folder `policies` here, or shipped.
    pub fn read(name: &str) -> Result<Policy, Failure> {
        let found = policy(name, &[PathBuf::new()])?;
        let text = found.text;
        let refused = |e: KeyError| Failure::config(format!("{}: {e}", found.name));
        // A hedge has a budget and a condor tier an entry: the key decides which of the two messages is the helpful one.
        let table = door::table(&found.name, &text)?;
        let told = |error: ConfigError| told_of_text(error, &found.name, Kind::Policy, &text);
        if table.contains_key("budget_fraction_of_credit") {
            let hedge = door::hedge(&found.name, &text).map_err(told)?;
            hedge.check().map_err(refused)?;
            Ok(Policy::Hedge(Box::new(hedge)))
        } else {
            let condor = door::condor(&found.name, &text).map_err(told)?;
            condor.check().map_err(refused)?;
            Ok(Policy::Condor(Box::new(condor)))
        }
    }

    /// Most calendar days to expiry of the SPX options that its signals look at.
    pub fn horizon_days(&self) -> i64 {
        match self {
            Policy::Condor(condor) => condor.definitions().horizon_days(),
            Policy::Hedge(hedge) => hedge.definitions().horizon_days(),
        }
    }

    /// The sessions of a window on which it lacks what it reads.
    pub fn held_back(&self, history: &MarketHistory, window: Range<usize>) -> Vec<HeldBack> {
        match self {
            Policy::Condor(condor) => readiness::of_condor(condor, history, window),
            Policy::Hedge(hedge) => readiness::of_hedge(hedge, history, window),
        }
    }

    fn summary(&self) -> (&'static str, &str) {
        match self {
            Policy::Condor(condor) => ("condor", &condor.summary),
            Policy::Hedge(hedge) => ("hedge", &hedge.summary),
        }
    }

    fn resolved(&self) -> String {
        let text = match self {
            Policy::Condor(condor) => door::condor_text(condor),
            Policy::Hedge(hedge) => door::hedge_text(hedge),
        };
        text.unwrap_or_default()
    }
}

/// Lists the policies, or prints one in full.
pub fn policies(name: Option<&str>, common: &Common) -> Result<(), Failure> {
    let Some(name) = name else {
        return list(&known(), common);
    };
    let policy = Policy::read(name)?;
    if common.json {
        outln!(
            "{}",
            json!({ "name": name, "kind": policy.summary().0, "toml": policy.resolved() })
        )?;
    } else {
        outln!(
            "# Every key, nothing left to a default. *_days are calendar days, *_sessions trading days, *_points index"
        )?;
        outln!(
            "# points, *_usd dollars, *_pct percent; a delta is an absolute Black-76 delta, share, weight and fraction"
        )?;
        outln!("# are fractions of 1. `claims` are rows of docs/claims.md.")?;
        let schema = crate::commands::schema::of(crate::args::SchemaKind::Policy);
        out!("{}", keys::annotated(&policy.resolved(), &schema))?;
    }
    Ok(())
}

/// Names of the policies that can be read: shipped, and of the folder `policies` here; sorted.
pub(super) fn known() -> Vec<String> {
    let mut all = names(Kind::Policy);
    all.extend(names_in(Path::new("policies")));
    all.sort();
    all.dedup();
    all
}

fn list(names: &[String], common: &Common) -> Result<(), Failure> {
    let mut rows = Vec::new();
    for name in names {
        let policy = Policy::read(name)?;
        let (kind, summary) = policy.summary();
        rows.push((name.clone(), kind, summary.to_string()));
    }
    if common.json {
        let rows: Vec<_> = rows
            .iter()
            .map(|(n, k, s)| json!({ "name": n, "kind": k, "summary": s }))
            .collect();
        outln!("{}", json!(rows))?;
        return Ok(());
    }
    let widest = rows.iter().map(|(name, ..)| name.len()).max().unwrap_or(0);
    for (name, kind, summary) in rows {
        let Some(width) = terminal_width() else {
            // A line each, for grep.
            outln!("{name:widest$} {kind:6} {summary}")?;
            continue;
        };
        let before = widest + 1 + 6 + 1;
        let lines = wrap(&summary, width.saturating_sub(before));
        outln!("{name:widest$} {kind:6} {}", lines[0])?;
        for line in &lines[1..] {
            outln!("{:before$}{line}", "")?;
        }
    }
    Ok(())
}
