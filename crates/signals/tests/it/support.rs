//! A small market with a chosen series, and books written as a policy file writes them.

use std::collections::BTreeMap;

use market::calendar::Calendar;
use market::history::MarketHistory;
use market::observations::{DailySeries, Observations};
use market::surface::ModelParams;
use serde::Deserialize;
use signals::{Signal, SignalDefinitions, Trigger};

/// The two tables of a policy file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Tables {
    #[serde(default)]
    signals: BTreeMap<String, Signal>,
    #[serde(default)]
    triggers: BTreeMap<String, Trigger>,
}

/// A book, checked.
pub fn book(toml: &str) -> Result<SignalDefinitions, String> {
    let tables: Tables = toml::from_str(toml).map_err(|e| e.to_string())?;
    let book = SignalDefinitions::new(&tables.signals, &tables.triggers);
    book.check("policies.test").map_err(|e| e.to_string())?;
    Ok(book)
}

/// Sessions from the first of 2022 on which `x` has these values; all of them are simulated.
pub fn market(x: &[Option<f64>]) -> MarketHistory {
    let start = "2022-01-03".parse().unwrap();
    let sessions: Vec<_> = Calendar::nyse()
        .sessions()
        .iter()
        .copied()
        .filter(|d| *d >= start)
        .take(x.len())
        .collect();
    let series = |values: Vec<Option<f64>>| DailySeries {
        lag_sessions: 0,
        values,
    };
    let flat = |value| series(vec![Some(value); x.len()]);
    let daily = BTreeMap::from([
        ("spx_close".to_string(), flat(4000.0)),
        ("vix".to_string(), flat(20.0)),
        ("x".to_string(), series(x.to_vec())),
    ]);
    let (first, last) = (sessions[0], sessions[x.len() - 1]);
    let observations = Observations {
        sessions,
        daily,
        ..Observations::default()
    };
    MarketHistory::build(&observations, first, last, &ModelParams::default(), 10).unwrap()
}
