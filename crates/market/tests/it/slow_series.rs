//! Slow series exist from the moment of their release and are missing when they grow old.

use chrono::{Days, NaiveDate};
use market::calendar::Calendar;
use market::history::MarketHistory;
use market::observations::{DailySeries, EventKind, MacroEvent, Observations, Release, names};
use market::released_series::{NewYorkTime, SlowSeries};
use market::surface::ModelParams;
use proptest::prelude::*;

use crate::tables::day;

fn at(date: &str, hour: u16, minute: u16) -> NewYorkTime {
    NewYorkTime {
        date: day(date),
        minute: hour * 60 + minute,
    }
}

fn release(period: &str, known: &str, value: f64) -> Release {
    Release {
        period: day(period),
        known: day(known),
        value,
    }
}

/// A week apart: 75 days; a quarter apart: 44 more than lie between the last two.
#[test]
fn a_slow_series_is_fresh_for_seventy_five_days_or_forty_four_beyond_its_periods() {
    let days = |periods: [&str; 2]| {
        let releases = periods.map(|period| release(period, "2022-05-02", 1.0));
        let history = history("icsa", releases.to_vec(), Vec::new());
        let t = history.window(day("2022-06-01"), day("2022-06-01")).start;
        history
            .view(t)
            .slow("icsa")
            .expect("the series")
            .fresh_days()
    };
    assert_eq!(days(["2022-04-16", "2022-04-23"]), 75);
    assert_eq!(days(["2021-10-01", "2022-01-01"]), 92 + 44);
}

fn cpi_event(date: &str, minute: u16) -> MacroEvent {
    MacroEvent {
        date: day(date),
        minute,
        kind: EventKind::Cpi,
    }
}

/// A market of constant indices with these slow series and releases.
fn history(name: &str, releases: Vec<Release>, events: Vec<MacroEvent>) -> MarketHistory {
    let sessions: Vec<NaiveDate> = Calendar::nyse().sessions().to_vec();
    let within = |d: &&NaiveDate| (day("2022-01-03")..=day("2022-12-30")).contains(*d);
    let sessions: Vec<NaiveDate> = sessions.iter().filter(within).copied().collect();
    let constant = |value| DailySeries {
        lag_sessions: 0,
        values: vec![Some(value); sessions.len()],
    };
    let observations = Observations {
        daily: [
            (names::SPX_CLOSE.to_string(), constant(4000.0)),
            (names::VIX.to_string(), constant(20.0)),
        ]
        .into(),
        slow: [(name.to_string(), releases)].into(),
        events,
        sessions,
        ..Observations::default()
    };
    MarketHistory::build(
        &observations,
        day("2022-01-03"),
        day("2022-12-30"),
        &ModelParams::default(),
        10,
    )
    .unwrap()
}

/// The fresh value of the series at the close of `date`.
fn seen(history: &MarketHistory, name: &str, date: &str) -> Option<f64> {
    let t = history.window(day(date), day(date)).start;
    history
        .view(t)
        .slow(name)
        .expect("the series")
        .fresh()
        .map(|p| p.value)
}

#[test]
fn a_release_is_invisible_until_its_minute() {
    let releases = [release("2022-01-01", "2022-02-10", 281.9)];
    let cpi = SlowSeries::new("cpiaucsl", &releases, &[cpi_event("2022-02-10", 510)]);
    assert_eq!(cpi.known(at("2022-02-09", 16, 0)).latest(), None);
    assert_eq!(cpi.known(at("2022-02-10", 8, 29)).latest(), None);
    assert_eq!(
        cpi.known(at("2022-02-10", 8, 30)).latest().map(|p| p.value),
        Some(281.9)
    );
    // Without an hour in the calendar a value counts from the close of its day; half-days close at 13:00.
    let other = SlowSeries::new("rbusbis", &releases, &[cpi_event("2022-02-10", 510)]);
    assert_eq!(other.known(at("2022-02-10", 15, 59)).latest(), None);
    assert!(other.known(at("2022-02-10", 16, 0)).latest().is_some());
    let half_day = SlowSeries::new("rbusbis", &[release("2022-10-01", "2022-11-25", 1.0)], &[]);
    assert_eq!(half_day.known(at("2022-11-25", 12, 59)).latest(), None);
    assert!(
        half_day
            .known(NewYorkTime::close(day("2022-11-25")))
            .latest()
            .is_some()
    );
}

#[test]
fn what_is_released_after_the_close_is_seen_by_the_next_session() {
    let releases = || vec![release("2022-01-01", "2022-02-10", 281.9)];
    let morning = history("cpiaucsl", releases(), vec![cpi_event("2022-02-10", 510)]);
    let evening = history("cpiaucsl", releases(), vec![cpi_event("2022-02-10", 975)]);
    let close = history("cpiaucsl", releases(), Vec::new());
    for market in [&morning, &evening, &close] {
        assert_eq!(seen(market, "cpiaucsl", "2022-02-09"), None);
        assert_eq!(seen(market, "cpiaucsl", "2022-02-11"), Some(281.9));
    }
    assert_eq!(seen(&morning, "cpiaucsl", "2022-02-10"), Some(281.9));
    assert_eq!(seen(&close, "cpiaucsl", "2022-02-10"), Some(281.9));
    assert_eq!(
        seen(&evening, "cpiaucsl", "2022-02-10"),
        None,
        "16:15 is after the close"
    );
    // A release on a closed day is seen by the session after.
    let closed = history(
        "payems",
        vec![release("2022-03-01", "2022-04-15", 150.0)],
        Vec::new(),
    );
    assert_eq!(seen(&closed, "payems", "2022-04-14"), None);
    assert_eq!(seen(&closed, "payems", "2022-04-18"), Some(150.0));
}

#[test]
fn a_value_grows_old_and_is_then_missing() {
    let monthly = history(
        "rbusbis",
        vec![
            release("2021-12-01", "2022-01-20", 1.0),
            release("2022-01-01", "2022-02-18", 2.0),
        ],
        Vec::new(),
    );
    assert_eq!(
        seen(&monthly, "rbusbis", "2022-05-04"),
        Some(2.0),
        "75 days"
    );
    assert_eq!(
        seen(&monthly, "rbusbis", "2022-05-05"),
        None,
        "76 days without an update"
    );
    let t = monthly.window(day("2022-05-05"), day("2022-05-05")).start;
    assert_eq!(
        monthly
            .view(t)
            .slow("rbusbis")
            .unwrap()
            .latest()
            .map(|p| p.value),
        Some(2.0)
    );
    let quarterly = history(
        "gdp",
        vec![
            release("2021-07-01", "2021-10-28", 1.0),
            release("2021-10-01", "2022-01-27", 2.0),
        ],
        Vec::new(),
    );
    assert_eq!(
        seen(&quarterly, "gdp", "2022-04-27"),
        Some(2.0),
        "the next estimate is due on day 91"
    );
    assert_eq!(seen(&quarterly, "gdp", "2022-06-15"), None, "139 days");
}

/// Monthly values that arrive a quarter at a time, as interpolated dividends do: 91 days between two batches, and no hole
/// before the second.
#[test]
fn batches_of_three_months_are_fresh_until_the_next_batch() {
    let batch = |quarter: &[&str], known: &str, value: f64| -> Vec<Release> {
        quarter
            .iter()
            .map(|period| release(period, known, value))
            .collect()
    };
    let batches = [
        batch(
            &["2021-04-01", "2021-05-01", "2021-06-01"],
            "2021-09-28",
            1.0,
        ),
        batch(
            &["2021-07-01", "2021-08-01", "2021-09-01"],
            "2021-12-30",
            2.0,
        ),
        batch(
            &["2021-10-01", "2021-11-01", "2021-12-01"],
            "2022-03-31",
            3.0,
        ),
    ];
    let quarterly = history("spx_dividend", batches.concat(), Vec::new());
    for t in 0..quarterly.window(day("2022-01-03"), day("2022-08-12")).end {
        let view = quarterly.view(t);
        let found = view.slow("spx_dividend").expect("the series").fresh();
        assert!(found.is_some(), "missing on {}", view.today().date);
    }
    assert_eq!(seen(&quarterly, "spx_dividend", "2022-03-30"), Some(2.0));
    assert_eq!(seen(&quarterly, "spx_dividend", "2022-03-31"), Some(3.0));
    // 92 days of periods and 44 more after the last batch: 136 days.
    assert_eq!(seen(&quarterly, "spx_dividend", "2022-08-15"), None);
    // One batch says nothing about the next: a history that arrives whole is as fresh as a monthly series.
    let whole = history(
        "spx_dividend",
        batch(&["2021-10-01", "2021-11-01"], "2022-01-03", 1.0),
        Vec::new(),
    );
    assert_eq!(seen(&whole, "spx_dividend", "2022-03-18"), Some(1.0));
    assert_eq!(seen(&whole, "spx_dividend", "2022-03-21"), None, "77 days");
}

#[test]
fn revisions_replace_a_value_and_never_its_first_release() {
    let releases = [
        release("2022-01-01", "2022-02-10", 1.0),
        release("2022-02-01", "2022-03-10", 2.0),
        release("2022-01-01", "2022-03-10", 1.5),
    ];
    let series = SlowSeries::new("cpiaucsl", &releases, &[]);
    let before = series.known(at("2022-03-09", 16, 0));
    let after = series.known(at("2022-03-10", 16, 0));
    assert_eq!(before.of_period(day("2022-01-01")).unwrap().value, 1.0);
    assert_eq!(after.of_period(day("2022-01-01")).unwrap().value, 1.5);
    assert_eq!(
        after.latest().unwrap().value,
        2.0,
        "a revision of January is not the news of February"
    );
    let first: Vec<f64> = after.first_releases().iter().map(|p| p.value).collect();
    assert_eq!(first, [1.0, 2.0]);
    assert!(
        history("cpiaucsl", releases.to_vec(), Vec::new())
            .view(0)
            .slow("cpi")
            .is_none()
    );
}

proptest! {
    /// Whatever is published later changes nothing that was seen before, and a later release is never seen earlier.
    #[test]
    fn w20_shifting_a_series_later_never_changes_earlier_views(
        months in prop::collection::vec((0u64..60, -5.0f64..5.0), 1..24),
        from in 0usize..24,
        shift in 1u64..40,
    ) {
        let start = day("2020-01-01");
        let release = |(i, (lag, value)): (usize, &(u64, f64))| {
            let period = start + Days::new(30 * i as u64);
            Release { period, known: period + Days::new(31 + lag), value: *value }
        };
        let releases: Vec<Release> = months.iter().enumerate().map(release).collect();
        let mut shifted = releases.clone();
        shifted.iter_mut().skip(from).for_each(|r| r.known = r.known + Days::new(shift));
        let first_moved = releases.iter().skip(from).map(|r| r.known).min().unwrap_or(NaiveDate::MAX);
        let (before, after) = (SlowSeries::new("x", &releases, &[]), SlowSeries::new("x", &shifted, &[]));
        for offset in 0..900 {
            let close = NewYorkTime::close(start + Days::new(offset));
            let (old, new) = (before.known(close), after.known(close));
            if close.date < first_moved {
                prop_assert_eq!(old, new);
            }
            prop_assert!(new.releases().len() <= old.releases().len());
            prop_assert!(new.releases().iter().all(|p| p.since <= close));
        }
    }
}
