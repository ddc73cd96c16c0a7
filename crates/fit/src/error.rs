//! The model at the strikes of the targets, on their own forward.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use market::contract::Right;
use market::history::MarketHistory;
use market::observations::Observations;
use market::surface::{ModelParams, Slice};

use crate::target::{HORIZON_DAYS, Measure, Target, one_session};

/// One comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct Row<'t> {
    /// Which expiry.
    pub target: &'t Target,
    /// What.
    pub measure: Measure,
    /// Quoted: decimal volatility, or points of credit.
    pub quoted: f64,
    /// The model's.
    pub model: f64,
    /// Vol points for a volatility, percent of the quoted for a price: model less quoted.
    pub error: f64,
}

/// Compares the model with every target. `params` says the model's parameters of a session.
pub fn errors<'t>(
    targets: &'t [Target],
    observations: &Observations,
    params: &dyn Fn(NaiveDate) -> ModelParams,
) -> Vec<Row<'t>> {
    let mut markets: BTreeMap<NaiveDate, Option<MarketHistory>> = BTreeMap::new();
    let mut rows = Vec::new();
    for target in targets {
        let market = markets.entry(target.date).or_insert_with(|| {
            one_session(
                observations,
                target.date,
                &params(target.date),
                HORIZON_DAYS,
            )
            .ok()
        });
        let slice = market
            .as_ref()
            .and_then(|m| m.view(0).today().slice(target.root, target.expiry));
        if let Some(slice) = slice {
            compare(
                target,
                &slice.moved_to(target.forward, target.discount),
                &mut rows,
            );
        }
    }
    rows
}

fn compare<'t>(target: &'t Target, model: &Slice, rows: &mut Vec<Row<'t>>) {
    for vol in &target.vols {
        let found = (model.total_variance(vol.k) / model.t).sqrt();
        let error = 100.0 * (found - vol.vol);
        rows.push(Row {
            target,
            measure: vol.measure,
            quoted: vol.vol,
            model: found,
            error,
        });
    }
    if let Some(condor) = target.condor {
        let [low, put, call, high] = condor.strikes;
        let price = |right, strike| model.price(right, strike);
        let credit = price(Right::Put, put) - price(Right::Put, low) + price(Right::Call, call)
            - price(Right::Call, high);
        let error = 100.0 * (credit / condor.credit - 1.0);
        rows.push(Row {
            target,
            measure: Measure::Condor,
            quoted: condor.credit,
            model: credit,
            error,
        });
    }
}
