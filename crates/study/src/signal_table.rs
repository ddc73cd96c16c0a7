//! `signals.csv`: what every arm that names signals saw, session by session.

use std::collections::BTreeMap;

use market::history::MarketView;
use policy::arm::Arm;
use signals::{Column, SignalDefinitions, TriggerColumn, Truth};
use tables::{MISSING, Quantity, SIGNAL, SignalRow, SourceRow, Word};

use crate::results::{ArmKind, ArmResult, Study, WindowResult};

/// One row per window, arm, session and name: every signal and trigger the arm or its condors name, and the sources they
/// read. A trigger is 1 or 0; an empty value is a missing one. Arms that name none have no rows, twins are left out.
pub fn rows(study: &Study) -> impl Iterator<Item = SignalRow> + '_ {
    study
        .arms()
        .filter(|(_, arm)| arm.replay.kind == ArmKind::Policy)
        .flat_map(|(window, arm)| rows_of(study, window, arm))
}

/// A signal or trigger under its name.
enum Shown<'a> {
    Signal(Word, &'a Column),
    Trigger(Word, &'a TriggerColumn),
}

fn rows_of(study: &Study, window: &WindowResult, arm: &ArmResult) -> Vec<SignalRow> {
    let books: Vec<_> = named(&arm.replay.arm)
        .iter()
        .map(|book| book.columns(&study.history))
        .collect();
    let mut shown = Vec::new();
    for columns in &books {
        let signals = columns.signals();
        shown.extend(signals.map(|(name, of)| Shown::Signal(Word::shared(name), of)));
        let triggers = columns.triggers();
        shown.extend(triggers.map(|(name, of)| Shown::Trigger(Word::shared(name), of)));
    }
    let in_window = Word::shared(&window.window.name);
    let of_arm = Word::shared(&arm.replay.name);
    let mut rows = Vec::with_capacity(window.sessions.len() * shown.len());
    for (t, date) in window.range.clone().zip(&window.sessions) {
        let view = study.history.view(t);
        rows.extend(shown.iter().map(|one| SignalRow {
            window: in_window.clone(),
            arm: of_arm.clone(),
            date: *date,
            ..one.row(view)
        }));
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
        let [window, arm, name] = [row.window, row.arm, row.name].map(Word::into_string);
        let place = [window, arm, name, source];
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

impl Shown<'_> {
    fn row(&self, view: MarketView<'_>) -> SignalRow {
        match self {
            Shown::Signal(name, column) => SignalRow {
                name: name.clone(),
                kind: "signal".into(),
                value: Quantity::of("", column.at(view)),
                unit: column.unit().into(),
                flags: column.flags(view).names(),
                ..SignalRow::default()
            },
            Shown::Trigger(name, column) => SignalRow {
                name: name.clone(),
                kind: "trigger".into(),
                value: match column.at(view) {
                    Truth::Yes => Some(Quantity::Whole(1)),
                    Truth::No => Some(Quantity::Whole(0)),
                    Truth::Missing(_) => None,
                },
                ..SignalRow::default()
            },
        }
    }
}
