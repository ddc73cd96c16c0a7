//! `journal.parquet`: every event of every arm as flat rows, one per leg where an event has legs.

mod decisions;

use std::fmt::{self, Write};

use book::event::{Event, LayerId, LegFill, PackageFill, PackageId};
use book::journal::{Entry, JOURNAL_VERSION, Journal};
use market::decimal::Fixed;
use market::price::Money;
use policy::arm::Arm;
use tables::{JournalRow, Row, Table, Word, table_of};

use crate::names::Names;
use crate::results::{Replay, Study};
use decisions::decision;

/// All rows, in the order of windows, arms and events.
pub fn rows(study: &Study) -> Vec<JournalRow> {
    each_arm(study)
        .flat_map(|(names, of)| of_arm(names, &of.arm, &of.run.journal, of.start))
        .collect()
}

/// The same rows as a table an arm, so that they need not stand in memory together.
pub fn tables(study: &Study) -> impl Iterator<Item = Table> + '_ {
    each_arm(study).map(|(names, of)| table_of_arm(names, &of.arm, &of.run.journal, of.start))
}

fn each_arm(study: &Study) -> impl Iterator<Item = ((&str, &str), &Replay)> {
    study.windows.iter().flat_map(|window| {
        let replays = window.arms.iter().map(|arm| &arm.replay);
        replays.map(move |of| ((window.window.name.as_str(), of.name.as_str()), of))
    })
}

/// The rows of one arm, under the names of its window and its own; `start` is the capital before the first event.
pub fn of_arm(names: (&str, &str), arm: &Arm, journal: &Journal, start: Money) -> Vec<JournalRow> {
    let mut all = Vec::new();
    each_row(names, arm, journal, start, &mut |row| all.push(row));
    all
}

/// The same rows in the columns of their table, each as soon as it is made: a row takes more memory than its cells. A column
/// ends with its last known cell.
pub fn table_of_arm(names: (&str, &str), arm: &Arm, journal: &Journal, start: Money) -> Table {
    let mut table = table_of::<JournalRow>([]);
    table.reserve(journal.entries.iter().map(|e| rows_of(&e.event)).sum());
    let mut at = 0;
    each_row(names, arm, journal, start, &mut |row| {
        row.push_known(at, &mut table.series);
        at += 1;
    });
    table
}

/// How many rows an event has.
fn rows_of(event: &Event) -> usize {
    match event {
        Event::Opened { fill, .. } | Event::Closed { fill, .. } | Event::Settled { fill, .. } => {
            fill.legs.len()
        }
        Event::Marked { values, .. } => values.len(),
        _ => 1,
    }
}

/// What takes the rows, one after the other.
type Sink<'s> = &'s mut dyn FnMut(JournalRow);

fn each_row(names: (&str, &str), arm: &Arm, journal: &Journal, start: Money, each: Sink<'_>) {
    let names = Names::new(names, arm);
    let mut start = Some(start.0);
    let mut begun = |mut row: JournalRow| {
        row.start_cents = start.take();
        each(row);
    };
    for (seq, entry) in journal.entries.iter().enumerate() {
        let base = JournalRow {
            seq: seq as i64,
            window: names.window.clone(),
            arm: names.arm.clone(),
            date: entry.date,
            stage: entry.stage.name().into(),
            journal_version: i64::from(JOURNAL_VERSION),
            ..JournalRow::default()
        };
        flatten(&names, entry, base, &mut begun);
    }
}

fn flatten(names: &Names, entry: &Entry, base: JournalRow, each: Sink<'_>) {
    match &entry.event {
        Event::Opened { .. } | Event::Closed { .. } | Event::Settled { .. } => {
            fills(names, &entry.event, base, each);
        }
        Event::Marked { .. } => marks(names, &entry.event, base, each),
        Event::Interest { .. }
        | Event::Split { .. }
        | Event::SourceChanged { .. }
        | Event::Variation { .. } => each(change(&entry.event, base)),
        Event::PurseCredited { .. } | Event::PurseCharged { .. } | Event::PurseRefilled { .. } => {
            each(purse(names, &entry.event, base));
        }
        Event::Decided { .. } | Event::Refused { .. } => {
            each(decision(names, &entry.event, base));
        }
    }
}

/// A text with room for all of it from the start: growing costs more than its letters.
fn text(what: fmt::Arguments<'_>) -> Word {
    let mut text = String::with_capacity(48);
    text.write_fmt(what)
        .expect("a text in memory takes every write");
    text.into()
}

fn package(id: PackageId) -> Option<i64> {
    Some(i64::from(id.0))
}

fn cents(money: Money) -> Option<i64> {
    Some(money.0)
}

/// An opening, a closing or a settlement: a row per leg.
fn fills(names: &Names, event: &Event, base: JournalRow, each: Sink<'_>) {
    match event {
        Event::Opened {
            package: id,
            layer: owner,
            fill,
            margin_per_unit,
        } => {
            let first = JournalRow {
                event: "opened".into(),
                layer: Some(names.layer(*owner)),
                package: package(*id),
                ..base
            };
            legs(
                fill,
                JournalRow {
                    detail: Some(text(format_args!("margin per unit {margin_per_unit} USD"))),
                    margin_per_unit_cents: cents(*margin_per_unit),
                    ..first
                },
                each,
            );
        }
        Event::Closed {
            package: id,
            reason,
            fill,
        } => {
            let reason = Some(reason.code().into());
            legs(
                fill,
                JournalRow {
                    event: "closed".into(),
                    package: package(*id),
                    reason,
                    ..base
                },
                each,
            );
        }
        Event::Settled {
            package: id,
            value,
            proxy,
            fill,
        } => {
            let stand_in = if *proxy { " (proxy)" } else { "" };
            let detail = Some(text(format_args!("settled at {value}{stand_in}")));
            let reason = Some("expiry".into());
            legs(
                fill,
                JournalRow {
                    event: "settled".into(),
                    package: package(*id),
                    reason,
                    detail,
                    settlement: Some(value.0),
                    proxy: Some(*proxy),
                    ..base
                },
                each,
            );
        }
        _ => {}
    }
}

/// What changes cash or a package without a fill.
fn change(event: &Event, base: JournalRow) -> JournalRow {
    match event {
        Event::Interest { amount, rate } => JournalRow {
            event: "interest".into(),
            amount_cents: cents(*amount),
            detail: Some(text(format_args!("rate {}", Fixed(*rate, 6)))),
            rate: Some(*rate),
            ..base
        },
        Event::Split {
            package: id,
            part,
            contracts,
        } => JournalRow {
            event: "split".into(),
            package: package(*id),
            contracts: Some(*contracts),
            detail: Some(text(format_args!("part {}", part.0))),
            part: package(*part),
            ..base
        },
        Event::SourceChanged {
            package: id,
            from,
            to,
        } => JournalRow {
            event: "source_changed".into(),
            package: package(*id),
            detail: Some(text(format_args!("from {} to {}", from.name(), to.name()))),
            source_before: Some(from.name().into()),
            source: Some(to.name().into()),
            ..base
        },
        Event::Variation {
            package: id,
            settle,
            amount,
        } => JournalRow {
            event: "variation".into(),
            package: package(*id),
            price: Some(settle.0),
            amount_cents: cents(*amount),
            ..base
        },
        _ => base,
    }
}

/// Money into and out of a purse.
fn purse(names: &Names, event: &Event, base: JournalRow) -> JournalRow {
    match event {
        Event::PurseCredited {
            layer: owner,
            amount,
            lapsed,
        } => JournalRow {
            event: "purse_credited".into(),
            layer: Some(names.layer(*owner)),
            amount_cents: cents(*amount),
            other_cents: cents(*lapsed),
            ..base
        },
        Event::PurseCharged {
            layer: owner,
            spent,
            forgone,
            premium,
        } => JournalRow {
            event: "purse_charged".into(),
            layer: Some(names.layer(*owner)),
            amount_cents: cents(*spent),
            other_cents: cents(*forgone),
            detail: Some(text(format_args!("premium {premium} USD"))),
            premium_cents: cents(*premium),
            ..base
        },
        Event::PurseRefilled {
            layer: owner,
            amount,
        } => JournalRow {
            event: "purse_refilled".into(),
            layer: Some(names.layer(*owner)),
            amount_cents: cents(*amount),
            ..base
        },
        _ => base,
    }
}

/// The marks of a close: a row per layer, the margins on the first.
fn marks(names: &Names, event: &Event, base: JournalRow, each: Sink<'_>) {
    let Event::Marked {
        values,
        defined_risk_margin,
        futures_margin,
        carried,
    } = event
    else {
        return;
    };
    let margin = *defined_risk_margin + *futures_margin;
    for (index, value) in values.iter().enumerate() {
        let id = LayerId(index as u8);
        let detail = (*carried > 0).then(|| text(format_args!("{carried} marks carried")));
        each(JournalRow {
            event: "marked".into(),
            layer: Some(names.layer(id)),
            amount_cents: cents(*value),
            other_cents: (index == 0).then_some(margin.0),
            detail,
            defined_risk_margin_cents: (index == 0).then_some(defined_risk_margin.0),
            futures_margin_cents: (index == 0).then_some(futures_margin.0),
            carried: (index == 0).then_some(i64::from(*carried)),
            ..base.clone()
        });
    }
}

fn legs(fill: &PackageFill, mut base: JournalRow, each: Sink<'_>) {
    let mut detail = base.detail.take();
    for (index, leg) in fill.legs.iter().enumerate() {
        let LegFill {
            contract,
            quantity,
            mid,
            fill: price,
            delta,
            source,
        } = leg;
        let first = index == 0;
        each(JournalRow {
            contract: Some(text(format_args!("{contract}"))),
            quantity: Some(*quantity),
            contracts: Some(fill.contracts),
            mid: Some(mid.0),
            price: Some(price.0),
            delta: Some(*delta),
            source: Some(source.name().into()),
            amount_cents: first.then(|| fill.cash().0),
            fees_cents: first.then_some(fill.fees.0),
            other_cents: first.then(|| fill.slippage().0),
            detail: detail.take(),
            margin_per_unit_cents: base.margin_per_unit_cents.filter(|_| first),
            settlement: base.settlement.filter(|_| first),
            proxy: base.proxy.filter(|_| first),
            ..base.clone()
        });
    }
}
