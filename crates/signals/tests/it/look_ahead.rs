//! A value at the close of t is made of what was published by the close of t, and of nothing else.

use std::path::Path;

use chrono::NaiveDate;
use market::history::{MarketHistory, PricingError};
use market::observations::Observations;
use market::surface::ModelParams;
use signals::{SignalColumns, SignalDefinitions};

use crate::support::book;

const FIRST: &str = "2022-01-03";

/// The bundled dataset: every series of the program, from before the first session that is simulated here.
fn observations() -> Observations {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../datasets/reconstruction");
    data::load(&folder).unwrap().observations
}

fn everything() -> SignalDefinitions {
    book(include_str!("../data/every_kind.toml")).unwrap()
}

fn history(observations: &Observations, last: NaiveDate) -> MarketHistory {
    MarketHistory::build(
        observations,
        FIRST.parse().unwrap(),
        last,
        &ModelParams::default(),
        60,
    )
    .unwrap()
}

/// What is known at the close of `t`. The calendar of releases stays: it is announced in advance.
fn truncated(all: &Observations, t: usize) -> Observations {
    let last = all.sessions[t];
    let mut cut = all.clone();
    cut.sessions.truncate(t + 1);
    cut.daily
        .values_mut()
        .for_each(|series| series.values.truncate(t + 1));
    cut.vx.retain(|row| row.trade_date <= last);
    cut.slow
        .values_mut()
        .for_each(|releases| releases.retain(|r| r.known <= last));
    cut
}

/// Everything after `t` is nonsense, and every slow value comes late.
fn spoiled(all: &Observations, t: usize) -> Observations {
    let last = all.sessions[t];
    let mut bad = all.clone();
    for (name, series) in &mut bad.daily {
        let core = ["spx_close", "spx_open", "vix"].contains(&name.as_str());
        let nonsense = |v: &mut Option<f64>| *v = if core { Some(77.0) } else { None };
        series.values[t + 1..].iter_mut().for_each(nonsense);
    }
    bad.vx.retain(|row| row.trade_date <= last);
    for releases in bad.slow.values_mut() {
        releases
            .iter_mut()
            .filter(|r| r.known > last)
            .for_each(|r| {
                r.known = r.known + chrono::Days::new(40);
                r.value = -5.0;
            });
    }
    bad
}

fn assert_same_up_to(
    t: usize,
    full: (&MarketHistory, &SignalColumns),
    cut: (&MarketHistory, &SignalColumns),
) -> usize {
    let mut values = 0;
    for session in 0..=t {
        let (a, b) = (full.0.view(session), cut.0.view(session));
        for (name, column) in full.1.signals() {
            let other = cut.1.signal(name).unwrap();
            let (was, is) = (column.at(a), other.at(b));
            assert_eq!(
                was.map(f64::to_bits),
                is.map(f64::to_bits),
                "{name} on {}: {was:?} {is:?}",
                a.today().date
            );
            assert_eq!(
                column.flags(a),
                other.flags(b),
                "{name} on {}",
                a.today().date
            );
            values += usize::from(was.is_some());
        }
        for (name, trigger) in full.1.triggers() {
            let other = cut.1.trigger(name).unwrap();
            assert_eq!(trigger.at(a), other.at(b), "{name} on {}", a.today().date);
        }
    }
    values
}

#[test]
fn truncating_or_spoiling_every_series_at_t_changes_nothing_up_to_t() {
    let all = observations();
    let last = "2023-12-29".parse().unwrap();
    let full = history(&all, last);
    let book = everything();
    let columns = book.columns(&full);
    let mut values = 0;
    // Ends and middles of weeks, months and quarters, release days and settlement days among them.
    for t in (3..full.len())
        .step_by(61)
        .chain([60, 61, 62, 63, full.len() - 2])
    {
        let at = full.first_position() + t;
        let cut = history(&truncated(&all, at), all.sessions[at]);
        values += assert_same_up_to(t, (&full, &columns), (&cut, &book.columns(&cut)));
        let bad = history(&spoiled(&all, at), last);
        assert_same_up_to(t, (&full, &columns), (&bad, &book.columns(&bad)));
    }
    assert!(values > 50_000, "{values} values compared");
}

#[test]
fn what_the_bundled_dataset_lacks_is_missing_and_all_else_has_values() {
    let all = observations();
    let full = history(&all, "2024-12-31".parse().unwrap());
    let columns = everything().columns(&full);
    let last = |name: &str| {
        (0..full.len())
            .rev()
            .find_map(|t| columns.signal(name).unwrap().at(full.view(t)))
    };
    let empty: Vec<&str> = columns
        .signals()
        .map(|(name, _)| name)
        .filter(|name| last(name).is_none())
        .collect();
    // The bundled dataset has neither cape, gdpc1 nor ppiaco.
    assert_eq!(empty, ["growth", "level", "ppi_falling"]);
    for (name, trigger) in columns.triggers() {
        let answers = (0..full.len())
            .filter(|t| !matches!(trigger.at(full.view(*t)), signals::Truth::Missing(_)));
        assert!(answers.count() > 400, "{name} hardly ever answers");
    }
}

/// A world of the price error reads the columns of its market, except those that prices of options go into.
#[test]
fn a_world_has_the_columns_it_would_have_worked_out_alone() {
    let all = observations();
    let last = "2023-12-29".parse().unwrap();
    let error = PricingError {
        spx_level: 0.07,
        spx_skew: 0.2,
        vix_level: -0.05,
        vix_near: 0.1,
    };
    let book = everything();
    let world = |market: &MarketHistory| market.with_errors(&vec![error; market.len()]);
    let market = history(&all, last);
    let of_market = book.columns(&market);
    let shared = world(&market);
    let found = book.columns(&shared);
    let alone = world(&history(&all, last));
    let wanted = book.columns(&alone);
    let whole = shared.len() - 1;
    assert!(assert_same_up_to(whole, (&shared, &found), (&alone, &wanted)) > 10_000);
    let mut own = 0;
    for (name, column) in found.signals() {
        let is_shared = std::ptr::eq(column, of_market.signal(name).unwrap());
        let modelled = column.flags(shared.view(whole)).modelled;
        assert_eq!(is_shared, !modelled, "{name}");
        own += usize::from(modelled && *column != *of_market.signal(name).unwrap());
    }
    assert!(own >= 5, "{own} columns show the error");
}
