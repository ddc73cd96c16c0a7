//! The events of an arm as flat rows: what belongs to the whole event stands on the first of them alone.

use std::collections::BTreeMap;

use book::event::{Event, Stage};
use book::journal::Entry;
use market::price::Money;
use study::results::Replay;
use study::{journal_table, run_tables, sources};
use tables::JournalRow;

use crate::support::reference;

fn replay() -> &'static Replay {
    let arms = &reference().windows[0].arms;
    let arm = arms
        .iter()
        .find(|arm| arm.replay.name == "always_on_futures");
    &arm.expect("the arm").replay
}

/// Rows of the arm by the place of their event.
fn rows() -> BTreeMap<i64, Vec<JournalRow>> {
    let of = replay();
    let rows = journal_table::of_arm(("2022", &of.name), &of.arm, &of.run.journal, of.start);
    let mut by_event: BTreeMap<i64, Vec<JournalRow>> = BTreeMap::new();
    for row in rows {
        by_event.entry(row.seq).or_default().push(row);
    }
    by_event
}

#[test]
fn marks_have_a_row_a_layer_and_their_margins_on_the_first() {
    let rows = rows();
    let mut margined = 0;
    for (seq, entry) in replay().run.journal.entries.iter().enumerate() {
        let Event::Marked {
            values,
            defined_risk_margin,
            futures_margin,
            carried,
        } = &entry.event
        else {
            continue;
        };
        let own = &rows[&(seq as i64)];
        let amounts: Vec<Option<i64>> = own.iter().map(|row| row.amount_cents).collect();
        let wanted: Vec<Option<i64>> = values.iter().map(|value| Some(value.0)).collect();
        assert_eq!(amounts, wanted);
        let says = |row: &JournalRow| row.detail.is_some() == (*carried > 0);
        assert!(own.iter().all(says), "{carried} marks carried");
        let (first, others) = own.split_first().expect("a layer");
        let margins = |row: &JournalRow| {
            let [risk, futures] = [row.defined_risk_margin_cents, row.futures_margin_cents];
            (row.other_cents, risk, futures, row.carried)
        };
        let both = *defined_risk_margin + *futures_margin;
        let whole = (both, *defined_risk_margin, *futures_margin);
        let cents = |money: Money| Some(money.0);
        let wanted = (
            cents(whole.0),
            cents(whole.1),
            cents(whole.2),
            Some(i64::from(*carried)),
        );
        assert_eq!(margins(first), wanted);
        assert!(
            others
                .iter()
                .all(|row| margins(row) == (None, None, None, None))
        );
        margined += usize::from(*futures_margin > Money::ZERO);
    }
    assert!(margined > 20, "{margined}");
}

#[test]
fn a_fill_has_a_row_a_leg_and_its_money_on_the_first() {
    let rows = rows();
    let mut several = 0;
    for (seq, entry) in replay().run.journal.entries.iter().enumerate() {
        let (Event::Opened { fill, .. } | Event::Closed { fill, .. } | Event::Settled { fill, .. }) =
            &entry.event
        else {
            continue;
        };
        let own = &rows[&(seq as i64)];
        assert_eq!(own.len(), fill.legs.len());
        let money = |row: &JournalRow| (row.amount_cents, row.fees_cents, row.other_cents);
        let cents = |money: Money| Some(money.0);
        assert_eq!(
            money(&own[0]),
            (cents(fill.cash()), cents(fill.fees), cents(fill.slippage()))
        );
        for (row, leg) in own.iter().zip(fill.legs.iter()) {
            assert_eq!(row.quantity, Some(leg.quantity));
            assert_eq!(row.price, Some(leg.fill.0));
        }
        assert!(own[1..].iter().all(|row| money(row) == (None, None, None)));
        several += usize::from(own.len() > 1);
    }
    assert!(several > 20, "{several}");
}

#[test]
fn a_leg_row_has_the_contracts_of_all_units() {
    let mut rows = run_tables::legs(reference());
    let mut many = 0;
    for (_, arm) in reference().arms() {
        for trade in &arm.replay.statement.trades {
            for (open, _) in trade.legs() {
                let row = rows.next().expect("a row a leg");
                let contracts = trade.package.contracts;
                assert_eq!(row.quantity, Some(open.quantity * contracts));
                many += usize::from(contracts > 1);
            }
        }
    }
    assert!(rows.next().is_none());
    assert!(many > 100, "{many}");
}

#[test]
fn the_price_of_a_future_is_its_level_and_that_of_options_their_net_cash() {
    let mut rows = run_tables::trades(reference());
    let mut futures = 0;
    for (_, arm) in reference().arms() {
        for trade in &arm.replay.statement.trades {
            let row = rows.next().expect("a row a trade");
            let package = &trade.package;
            let wanted = match package.margined {
                true => (package.legs[0].fill, trade.exit.legs[0].fill),
                false => (package.entry_net, trade.exit.net),
            };
            assert_eq!(
                (row.entry_price, row.exit_price),
                (Some(wanted.0), Some(wanted.1))
            );
            futures += usize::from(package.margined);
        }
    }
    assert!(rows.next().is_none());
    assert!(futures > 10, "{futures}");
}

#[test]
fn every_leg_is_counted_at_its_fills_and_marks() {
    let mut fills = 0;
    for entry in &replay().run.journal.entries {
        if let Event::Opened { fill, .. } | Event::Closed { fill, .. } = &entry.event {
            fills += fill.legs.len();
        }
    }
    let rows = sources::rows(reference());
    let own = rows
        .iter()
        .filter(|row| row.window == "2022" && row.arm == replay().name);
    let of = |what: &str| -> usize {
        let rows = own.clone().filter(|row| row.what == what);
        rows.map(|row| row.count).sum()
    };
    assert_eq!(of("fill"), fills);
    // A leg is marked at each close between its opening and the end of its package.
    let entries = &replay().run.journal.entries;
    let places = |is: &dyn Fn(&Entry) -> bool| -> Vec<usize> {
        let all = entries.iter().enumerate();
        all.filter(|(_, entry)| is(entry))
            .map(|(at, _)| at)
            .collect()
    };
    let closes =
        places(&|entry| entry.stage == Stage::Mark && matches!(entry.event, Event::Marked { .. }));
    let marks = replay().statement.trades.iter().map(|trade| {
        let own = trade.package.id;
        let ends = places(&|entry| match &entry.event {
            Event::Opened { package, .. }
            | Event::Closed { package, .. }
            | Event::Settled { package, .. } => *package == own,
            _ => false,
        });
        let held = closes.iter().filter(|at| ends[0] < **at && **at < ends[1]);
        held.count() * trade.legs().count()
    });
    assert_eq!(of("mark"), marks.sum::<usize>());
}
