//! Sessions, names, lags, gaps, ranges.

use market::calendar::Calendar;
use market::observations::EventKind;

use crate::{bundled, day, full, session};

/// Name, sessions until known, least and greatest value.
#[rustfmt::skip]
const SERIES: [(&str, usize, f64, f64); 34] = [
    ("spx_open", 0, 3400.0, 6300.0), ("spx_high", 0, 3400.0, 6300.0), ("spx_low", 0, 3400.0, 6300.0),
    ("spx_close", 0, 3500.0, 6250.0), ("vix_open", 0, 10.5, 42.0), ("vix", 0, 11.5, 40.0), ("vix9d", 0, 8.0, 60.0),
    ("vix3m", 0, 13.0, 38.0), ("vix6m", 0, 15.0, 38.0), ("vvix", 0, 65.0, 190.0), ("skew", 0, 105.0, 180.0),
    ("nyse_adv", 0, 10.0, 3400.0), ("nyse_decl", 0, 10.0, 3400.0), ("nyse_unch", 0, 40.0, 230.0),
    ("pct_above_200d_sp500", 0, 5.0, 99.0),
    ("spy", 0, 300.0, 700.0), ("rsp", 0, 90.0, 250.0), ("iwm", 0, 130.0, 300.0), ("hyg", 0, 50.0, 120.0),
    ("lqd", 0, 80.0, 150.0), ("vnq", 0, 50.0, 150.0), ("vixy", 0, 10.0, 1500.0),
    ("dff", 1, 0.05, 5.4), ("sofr", 1, 0.01, 5.5), ("dgs1mo", 1, 0.01, 6.0), ("dgs3mo", 1, 0.01, 6.0),
    ("dgs6mo", 1, 0.01, 6.0), ("dgs1", 1, 0.01, 6.0), ("dgs2", 1, 0.05, 6.0), ("dgs10", 1, 0.5, 5.5),
    ("baa10y", 1, 1.2, 3.0), ("hy_oas", 1, 2.3, 6.5), ("ig_oas", 1, 0.6, 2.1), ("dtwexbgs", 5, 105.0, 132.0),
];

#[test]
fn sessions_are_those_of_the_exchange_and_warm_the_first_window() {
    let sessions = &bundled().sessions;
    let (first, last) = (day(2020, 11, 30), day(2024, 12, 31));
    let expected: Vec<_> = Calendar::nyse()
        .sessions()
        .iter()
        .copied()
        .filter(|d| *d >= first && *d <= last)
        .collect();
    assert_eq!(*sessions, expected);
    assert!(session(day(2022, 1, 3)) >= 252);
    let core = sessions.iter().filter(|d| **d >= day(2022, 1, 3)).count();
    assert_eq!(core, 753);
}

#[test]
fn every_series_is_there_with_its_lag_and_within_its_range() {
    let data = bundled();
    assert_eq!(data.daily.len(), SERIES.len());
    for (name, lag, low, high) in SERIES {
        let series = &data.daily[name];
        assert_eq!(
            (series.lag_sessions, series.values.len()),
            (lag, data.sessions.len()),
            "{name}"
        );
        for (date, value) in data
            .sessions
            .iter()
            .zip(&series.values)
            .filter_map(|(d, v)| Some((d, (*v)?)))
        {
            assert!((low..=high).contains(&value), "{name} on {date}: {value}");
        }
    }
}

/// FRED has no Treasury yield on Columbus Day and Veterans Day, when stocks trade.
#[test]
fn only_bond_holidays_are_gaps() {
    let data = bundled();
    for (name, series) in &data.daily {
        let gaps: Vec<_> = data
            .sessions
            .iter()
            .zip(&series.values)
            .filter(|(_, v)| v.is_none())
            .map(|(d, _)| *d)
            .collect();
        let holidays = [
            day(2021, 10, 11),
            day(2021, 11, 11),
            day(2022, 10, 10),
            day(2022, 11, 11),
            day(2023, 10, 9),
            day(2024, 10, 14),
            day(2024, 11, 11),
        ];
        let bonds =
            name.starts_with("dgs") || ["sofr", "baa10y", "dtwexbgs"].contains(&name.as_str());
        assert_eq!(
            gaps,
            if bonds { holidays.to_vec() } else { vec![] },
            "{name}"
        );
    }
}

#[test]
fn the_first_and_the_last_session_are_like_any_other() {
    let n = bundled().sessions.len();
    for i in [0, 1, n - 2, n - 1] {
        for (name, ..) in SERIES {
            assert!(
                bundled().daily[name].values[i].is_some(),
                "{name} on {}",
                bundled().sessions[i]
            );
        }
        let rows = bundled()
            .vx
            .iter()
            .filter(|row| row.trade_date == bundled().sessions[i])
            .count();
        assert!((8..=9).contains(&rows), "{}", bundled().sessions[i]);
    }
}

#[test]
fn a_session_lies_between_its_low_and_its_high() {
    let [open, high, low, close] = ["spx_open", "spx_high", "spx_low", "spx_close"].map(full);
    for i in 0..open.len() {
        assert!(
            low[i] <= open[i].min(close[i]) && high[i] >= open[i].max(close[i]),
            "{}",
            bundled().sessions[i]
        );
        assert!(high[i] / low[i] < 1.08, "{}", bundled().sessions[i]);
    }
}

#[test]
fn issues_are_whole_and_about_three_thousand() {
    let [up, down, same] = ["nyse_adv", "nyse_decl", "nyse_unch"].map(full);
    for i in 0..up.len() {
        assert!(
            (2650.0..3550.0).contains(&(up[i] + down[i] + same[i])),
            "{}",
            bundled().sessions[i]
        );
        assert!([up[i], down[i], same[i]].iter().all(|x| x.fract() == 0.0));
    }
}

#[test]
fn slow_series_start_in_2018_and_are_known_after_their_period() {
    let data = bundled();
    let names: Vec<&str> = data.slow.keys().map(String::as_str).collect();
    let expected = [
        "cpiaucsl",
        "forward_pe",
        "gdp",
        "ppifis",
        "rbusbis",
        "spx_dividend",
        "spx_earnings",
        "top10_weight",
    ];
    assert_eq!(names, expected);
    for (name, releases) in &data.slow {
        let first = &releases[0];
        assert!(
            first.period >= day(2018, 1, 1) && first.period <= day(2018, 1, 31),
            "{name}"
        );
        assert!(releases.is_sorted_by_key(|r| r.known), "{name}");
        assert!(
            releases
                .iter()
                .all(|r| r.known > r.period && r.value > 0.0 && r.known <= day(2024, 12, 31)),
            "{name}"
        );
    }
    let may = data.slow["cpiaucsl"]
        .iter()
        .find(|r| r.period == day(2022, 5, 1))
        .unwrap();
    assert_eq!(may.known, day(2022, 6, 10));
}

#[test]
fn the_release_calendar_is_the_real_one() {
    let events = &bundled().events;
    assert!(events.is_sorted());
    let on = |y, m, d, kind| {
        events
            .iter()
            .any(|e| e.date == day(y, m, d) && e.kind == kind)
    };
    assert!(
        on(2022, 6, 10, EventKind::Cpi)
            && on(2022, 6, 15, EventKind::Fomc)
            && on(2024, 12, 18, EventKind::Fomc)
    );
}
