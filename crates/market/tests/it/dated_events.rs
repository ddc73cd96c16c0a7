//! Days a user knows to move the index: variance where they are, nothing before the market knew.

use chrono::NaiveDate;
use market::calendar::Calendar;
use market::contract::Settlement;
use market::curve::BillCurve;
use market::surface::{DatedEvent, IndexLevels, ModelParams, Slice, TermStructure};

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

const LEVELS: IndexLevels = IndexLevels {
    spot: 5800.0,
    vix9d: Some(21.0),
    vix: 20.0,
    vix3m: 20.0,
    vix6m: Some(20.5),
    skew: Some(140.0),
};

fn slice(date: &str, expiry: &str, params: &ModelParams) -> Slice {
    let bills = BillCurve::new(&[(0.25, 4.5)]);
    TermStructure::new(Calendar::nyse(), day(date), &LEVELS, &bills, params, &[])
        .slice(day(expiry), Settlement::Pm)
}

fn election(sessions: f64) -> ModelParams {
    ModelParams {
        dated_events: vec![DatedEvent {
            date: day("2024-11-06"),
            sessions,
            known_from: day("2024-10-01"),
        }],
        ..ModelParams::domain()
    }
}

#[test]
fn a_dated_event_moves_variance_from_the_expiries_before_it_to_those_after() {
    let (with, without) = (election(2.0), ModelParams::domain());
    let vol = |expiry, params| slice("2024-10-28", expiry, params).atm_vol;
    // The indices are as they were: what is after the day is dearer, what is before is cheaper.
    assert!(vol("2024-11-05", &with) < vol("2024-11-05", &without) - 0.005);
    assert!(vol("2024-11-06", &with) > vol("2024-11-06", &without) + 0.005);
    let far = |params| vol("2025-01-31", params);
    assert!((far(&with) - far(&without)).abs() < 0.003);
}

#[test]
fn before_the_market_knew_and_after_the_day_nothing_changes() {
    let (with, without) = (election(2.0), ModelParams::domain());
    for (date, expiry) in [
        ("2024-09-30", "2024-11-08"),
        ("2024-11-06", "2024-11-15"),
        ("2024-11-07", "2024-11-15"),
    ] {
        assert_eq!(slice(date, expiry, &with), slice(date, expiry, &without));
    }
    assert_ne!(
        slice("2024-10-01", "2024-11-08", &with),
        slice("2024-10-01", "2024-11-08", &without)
    );
}

#[test]
fn weights_of_several_days_add_up_on_the_clock() {
    let bills = BillCurve::default();
    let clock = |params: &ModelParams, to| {
        TermStructure::new(
            Calendar::nyse(),
            day("2024-10-28"),
            &LEVELS,
            &bills,
            params,
            &[],
        )
        .clock(day(to))
    };
    let mut two = election(2.0);
    two.dated_events.push(DatedEvent {
        date: day("2024-11-07"),
        sessions: 0.5,
        known_from: day("2024-10-28"),
    });
    let plain = ModelParams::domain();
    for (to, added) in [
        ("2024-11-05", 0.0),
        ("2024-11-06", 2.0),
        ("2024-11-07", 2.5),
    ] {
        let found = clock(&two, to) - clock(&plain, to);
        assert!((found - added).abs() < 1e-12, "{to}: {found}");
    }
}
