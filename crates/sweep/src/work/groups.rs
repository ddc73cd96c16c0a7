//! Which cells are worked on together: those on one market, and of those as many as its quotes may hold templates.

use std::ops::Range;
use std::sync::Arc;

use chrono::NaiveDate;
use engine::execution::Execution;
use market::chain::Quotes;
use market::surface::ModelParams;
use policy::arm::Arm;
use policy::rule::ExitRule;
use policy::select::Template;
use runfile::config::{Calibrate, RunConfig};
use runfile::stand_ins::StandIns;
use study::markets::span;

use crate::cell::Cell;
use crate::store::Key;

/// Templates a history quotes before it is put back to its bare state.
const TEMPLATES: usize = 200;
/// Horizons are rounded up to this (calendar days), so that few histories serve many cells.
const HORIZON_STEP_DAYS: i64 = 60;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct MarketKey {
    pub span: (NaiveDate, NaiveDate),
    pub params: ModelParams,
    pub calibrate: Calibrate,
    pub quotes: Quotes,
    pub stand_ins: StandIns,
    pub horizon_days: i64,
}

/// A cell with its arms (the unhedged one first), ready to run.
pub(super) struct Ready {
    /// Its place in the ledger.
    pub place: usize,
    pub cell: Cell,
    pub arms: Vec<Arc<Arm>>,
    pub trial: Key,
    pub key: Key,
}

/// What a history keeps quotes for: what is traded, when it is left, and how it is filled.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Traded {
    pub template: Template,
    pub exits: Vec<ExitRule>,
    pub execution: Execution,
}

/// Cells by the history they need, in the order in which the histories are needed first.
pub(super) fn by_market(ready: Vec<Ready>) -> Vec<(MarketKey, Vec<Ready>)> {
    let mut groups: Vec<(MarketKey, Vec<Ready>)> = Vec::new();
    let mut last = 0;
    for ready in ready {
        let horizon_days = horizon_days(&ready);
        // Cells that differ in policies alone have their settings in one place.
        let is_like_last = groups.get(last).is_some_and(|(key, group)| {
            key.horizon_days == horizon_days && group[0].cell.has_settings_of(&ready.cell)
        });
        if !is_like_last {
            let key = market_key(ready.cell.config(), horizon_days);
            last = match groups.iter().position(|(known, _)| *known == key) {
                Some(place) => place,
                None => {
                    groups.push((key, Vec::new()));
                    groups.len() - 1
                }
            };
        }
        groups[last].1.push(ready);
    }
    groups
}

/// Days ahead to which its history must reach.
fn horizon_days(ready: &Ready) -> i64 {
    let arms = ready.arms.iter().map(|arm| arm.horizon_days());
    let horizon = arms.max().unwrap_or(0);
    (horizon + HORIZON_STEP_DAYS - 1) / HORIZON_STEP_DAYS * HORIZON_STEP_DAYS
}

fn market_key(config: &RunConfig, horizon_days: i64) -> MarketKey {
    MarketKey {
        span: span(config),
        params: config.model_params(),
        calibrate: config.model.calibrate,
        quotes: config.quotes,
        stand_ins: config.stand_ins.clone(),
        horizon_days,
    }
}

pub(super) enum Piece {
    Cells(Range<usize>),
    Reset,
}

/// Cuts a group where its history has quoted enough templates.
pub(super) fn pieces(group: &[Ready], templates: &mut Vec<Traded>) -> Vec<Piece> {
    let mut found = Vec::new();
    let mut start = 0;
    for (place, ready) in group.iter().enumerate() {
        let mut new = new_templates(ready, templates);
        if templates.len() + new.len() > TEMPLATES && !templates.is_empty() {
            found.push(Piece::Cells(start..place));
            found.push(Piece::Reset);
            templates.clear();
            new = new_templates(ready, templates);
            start = place;
        }
        templates.extend(new);
    }
    found.push(Piece::Cells(start..group.len()));
    found
}

/// Everything a cell trades that its history keeps no quotes for yet.
pub(super) fn new_templates(ready: &Ready, known: &[Traded]) -> Vec<Traded> {
    let execution = &ready.cell.config().execution;
    let mut new: Vec<Traded> = Vec::new();
    for arm in &ready.arms[1..] {
        for id in arm.condor_ids().chain(arm.hedge_ids()) {
            // What the cell before traded stands last.
            if !known.iter().rev().chain(&new).any(|traded| {
                traded.template == *arm.template(id)
                    && traded.exits == arm.exits(id)
                    && traded.execution == *execution
            }) {
                let template = arm.template(id).clone();
                let exits = arm.exits(id).to_vec();
                new.push(Traded {
                    template,
                    exits,
                    execution: execution.clone(),
                });
            }
        }
    }
    new
}
