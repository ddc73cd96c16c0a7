//! The rows of decisions and refusals: words, and their numbers each in its column.

use book::event::{Detail, Event};
use tables::{JournalRow, Word};

use super::text;
use crate::names::Names;

/// A decision or a refusal.
pub(super) fn decision(names: &Names, event: &Event, base: JournalRow) -> JournalRow {
    match event {
        Event::Decided {
            layer: owner,
            action,
            reason,
            detail,
        } => JournalRow {
            event: "decided".into(),
            layer: Some(names.layer(*owner)),
            reason: Some(reason.code().into()),
            detail: Some(asked(action.name(), detail)),
            action: Some(action.name().into()),
            ..numbers(detail, base)
        },
        Event::Refused {
            layer: owner,
            reason,
            detail,
        } => JournalRow {
            event: "refused".into(),
            layer: Some(names.layer(*owner)),
            reason: Some(reason.code().into()),
            detail: Some(text(format_args!("{detail}"))),
            ..numbers(detail, base)
        },
        _ => base,
    }
}

/// What a decision asked for, and its numbers in words.
fn asked(action: &'static str, detail: &Detail) -> Word {
    if *detail == Detail::Nothing {
        return action.into();
    }
    let mut asked = text(format_args!("{action} {detail}")).into_string();
    asked.truncate(asked.trim_end().len());
    asked.into()
}

/// The numbers behind a decision or refusal, each in its column.
fn numbers(detail: &Detail, base: JournalRow) -> JournalRow {
    let mut row = base;
    match detail {
        Detail::Nothing | Detail::NoChain => {}
        Detail::Package(id) => row.of_package = Some(i64::from(id.0)),
        Detail::Needs { have, need } => {
            row.have_cents = Some(have.0);
            row.need_cents = Some(need.0);
        }
        Detail::Weighted { weight, have, need } => {
            row.weight = Some(*weight);
            row.have_cents = Some(have.0);
            row.need_cents = Some(need.0);
        }
        Detail::Limit { found, limit } => {
            row.found = Some(*found);
            row.limit = Some(*limit);
        }
        Detail::Date(day) => row.day = Some(*day),
        Detail::Part { package, contracts } => {
            row.of_package = Some(i64::from(package.0));
            row.units = Some(*contracts);
        }
        Detail::Sized {
            rule,
            weight,
            meant,
            units,
        } => {
            row.rule = Some((*rule).into());
            row.weight = Some(*weight);
            row.meant_cents = Some(meant.0);
            row.units = Some(*units);
        }
        Detail::Nearest {
            contract,
            bid,
            ask,
            delta,
        } => {
            row.nearest = Some(text(format_args!("{contract}")));
            row.bid = bid.map(|price| price.0);
            row.ask = ask.map(|price| price.0);
            row.nearest_delta = Some(*delta);
        }
        Detail::Sessions { passed, wait } => {
            row.passed_sessions = Some(i64::from(*passed));
            row.wait_sessions = Some(i64::from(*wait));
        }
    }
    row
}
