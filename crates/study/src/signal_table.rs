//! `signals.csv`: what every arm that names signals saw, session by session.

use market::history::MarketView;
use signals::{Column, SignalDefinitions, TriggerColumn, Truth};

use crate::results::{ArmKind, ArmResult, Study};
use crate::tables::{Sheet, arms, ratio};

/// One row per window, arm, session and name: every signal and trigger the arm or its condors name, and the sources they
/// read. A trigger is 1 or 0; an empty value is a missing one. Arms that name none have no rows, twins are left out.
pub fn csv(study: &Study) -> String {
    let mut sheet = Sheet::new(&[
        "window", "arm", "date", "name", "kind", "value", "unit", "flags",
    ]);
    for (window, arm) in arms(study).filter(|(_, arm)| arm.kind == ArmKind::Policy) {
        let books: Vec<_> = named(arm)
            .iter()
            .map(|book| book.columns(&study.history))
            .collect();
        for (t, date) in window.range.clone().zip(&window.sessions) {
            let view = study.history.view(t);
            let place = [
                window.window.name.clone(),
                arm.name.clone(),
                date.to_string(),
            ];
            let mut row =
                |cells: [String; 5]| sheet.row(place.iter().cloned().chain(cells).collect());
            for columns in &books {
                columns
                    .signals()
                    .for_each(|(name, column)| row(signal_cells(name, column, view)));
                columns
                    .triggers()
                    .for_each(|(name, column)| row(trigger_cells(name, column, view)));
            }
        }
    }
    sheet.text()
}

/// The books of an arm in which something stands.
pub(crate) fn named(arm: &ArmResult) -> Vec<SignalDefinitions> {
    let books = arm
        .arm
        .condors
        .iter()
        .map(|condor| condor.definitions())
        .chain([arm.arm.hedge.definitions()]);
    books
        .filter(|definitions| !definitions.signals.is_empty() || !definitions.triggers.is_empty())
        .collect()
}

fn signal_cells(name: &str, column: &Column, view: MarketView<'_>) -> [String; 5] {
    let flags = column.flags(view).names();
    [
        name.to_string(),
        "signal".to_string(),
        ratio(column.at(view)),
        column.unit().to_string(),
        flags,
    ]
}

fn trigger_cells(name: &str, column: &TriggerColumn, view: MarketView<'_>) -> [String; 5] {
    let value = match column.at(view) {
        Truth::Yes => "1",
        Truth::No => "0",
        Truth::Missing(_) => "",
    };
    [name, "trigger", value, "", ""].map(str::to_string)
}
