//! `signals.csv`: what every arm that names signals saw, session by session.

use std::collections::BTreeMap;

use market::history::MarketView;
use policy::arm::Arm;
use signals::{Column, SignalDefinitions, TriggerColumn, Truth};
use tables::{MISSING, Quantity, SIGNAL, SignalRow, SourceRow};

use crate::results::{ArmKind, ArmResult, Study, WindowResult};

/// One row per window, arm, session and name: every signal and trigger the arm or its condors name, and the sources they
/// read. A trigger is 1 or 0; an empty value is a missing one. Arms that name none have no rows, twins are left out.
pub fn rows(study: &Study) -> impl Iterator<Item = SignalRow> + '_ {
    study
        .arms()
        .filter(|(_, arm)| arm.replay.kind == ArmKind::Policy)
        .flat_map(|(window, arm)| rows_of(study, window, arm))
}

fn rows_of(study: &Study, window: &WindowResult, arm: &ArmResult) -> Vec<SignalRow> {
    let mut rows = Vec::new();
    let books: Vec<_> = named(&arm.replay.arm)
        .iter()
        .map(|book| book.columns(&study.history))
        .collect();
    for (t, date) in window.range.clone().zip(&window.sessions) {
        let view = study.history.view(t);
        let place = |row: SignalRow| SignalRow {
            window: window.window.name.clone(),
            arm: arm.replay.name.clone(),
            date: *date,
            ..row
        };
        for columns in &books {
            let signals = columns.signals().map(|(name, of)| signal(name, of, view));
            rows.extend(signals.map(place));
            let triggers = columns.triggers().map(|(name, of)| trigger(name, of, view));
            rows.extend(triggers.map(place));
        }
    }
    rows
}

/// On how many sessions a signal or trigger had no value, or a flagged one: rows of `sources.csv`.
pub(crate) fn counts(study: &Study) -> Vec<SourceRow> {
    let mut counts: Vec<SourceRow> = Vec::new();
    let mut places: BTreeMap<[String; 4], usize> = BTreeMap::new();
    for row in rows(study) {
        let source = match row.value {
            None => MISSING.to_string(),
            Some(_) => row.flags,
        };
        if source.is_empty() {
            continue;
        }
        let place = [row.window, row.arm, row.name, source];
        let at = *places.entry(place.clone()).or_insert_with(|| {
            let [window, arm, root, source] = place;
            counts.push(SourceRow {
                window,
                arm,
                what: SIGNAL.to_string(),
                root,
                source,
                count: 0,
            });
            counts.len() - 1
        });
        counts[at].count += 1;
    }
    counts
}

/// The books of an arm in which something stands.
pub(crate) fn named(arm: &Arm) -> Vec<SignalDefinitions> {
    let books = arm
        .condors
        .iter()
        .map(|condor| condor.definitions())
        .chain([arm.hedge.definitions()]);
    books
        .filter(|definitions| !definitions.signals.is_empty() || !definitions.triggers.is_empty())
        .collect()
}

fn signal(name: &str, column: &Column, view: MarketView<'_>) -> SignalRow {
    SignalRow {
        name: name.to_string(),
        kind: "signal".to_string(),
        value: Quantity::of("", column.at(view)),
        unit: column.unit().to_string(),
        flags: column.flags(view).names(),
        ..SignalRow::default()
    }
}

fn trigger(name: &str, column: &TriggerColumn, view: MarketView<'_>) -> SignalRow {
    SignalRow {
        name: name.to_string(),
        kind: "trigger".to_string(),
        value: match column.at(view) {
            Truth::Yes => Some(Quantity::Whole(1)),
            Truth::No => Some(Quantity::Whole(0)),
            Truth::Missing(_) => None,
        },
        ..SignalRow::default()
    }
}
