//! An account beside a published index, where a run has more than one window.

use std::collections::BTreeSet;

use study::run_tables;

use crate::support::study;

/// A comparison over both windows and a little of a third month: every row stays in its window and says which it is.
#[test]
fn every_row_names_its_window_and_compares_within_it() {
    let whole = "{ arm = \"unhedged\", series = \"spx_close\", first = \"2022-01-03\", last = \"2024-12-31\" }";
    let edge =
        "{ arm = \"unhedged\", series = \"vix\", first = \"2022-12-05\", last = \"2022-12-30\" }";
    let study = study(&[
        "arms=[\"unhedged\"]",
        "equal_spend_twins=false",
        "controls.random_timing_draws=0",
        "claims.rows={}",
        &format!("benchmarks=[{whole}, {edge}]"),
    ]);
    let rows = &study.benchmarks;
    let windows: BTreeSet<&str> = rows.iter().map(|row| row.window.as_str()).collect();
    assert_eq!(windows.len(), 2, "{windows:?}");
    for window in &study.windows {
        let daily = rows
            .iter()
            .find(|row| {
                row.window == window.window.name
                    && row.series == "spx_close"
                    && row.returns == "daily"
            })
            .expect("a comparison per window");
        // One return fewer than closes: none reaches over the edge of the window.
        assert_eq!(daily.n, window.sessions.len() - 1);
        let (first, last) = (
            window.sessions[0],
            window.sessions[window.sessions.len() - 1],
        );
        let part = format!(
            "only {first} to {last}, {} of the 753 ",
            window.sessions.len()
        );
        assert!(daily.note.starts_with(&part), "{}", daily.note);
    }
    let short: Vec<_> = rows.iter().filter(|row| row.series == "vix").collect();
    assert!(
        short.iter().all(|row| row.window == "2022"),
        "the other window has no such day"
    );
    let daily = short
        .iter()
        .find(|row| row.returns == "daily")
        .expect("its own window");
    assert!(!daily.note.starts_with("only"), "whole: {}", daily.note);
    let text = run_tables::benchmarks(&study).csv();
    let named = |line: &str| {
        windows
            .iter()
            .any(|w| line.starts_with(&format!("{w},unhedged,")))
    };
    assert!(text.lines().skip(1).all(named));
}

/// A roll day is one on which the arm opened something; the first session of a window has no return.
#[test]
fn returns_of_roll_days_are_those_of_the_days_on_which_the_arm_opened() {
    let whole = "{ arm = \"unhedged\", series = \"spx_close\", first = \"2022-01-03\", last = \"2024-12-31\" }";
    let study = study(&[
        "arms=[\"unhedged\"]",
        "equal_spend_twins=false",
        "controls.random_timing_draws=0",
        "claims.rows={}",
        &format!("benchmarks=[{whole}]"),
    ]);
    for window in &study.windows {
        let trades = &window.arms[0].replay.statement.trades;
        let opened: BTreeSet<_> = trades.iter().map(|trade| trade.package.opened).collect();
        let days = &window.sessions[1..];
        let rolls = days.iter().filter(|on| opened.contains(on)).count();
        let of = |part: &str| {
            let is = |row: &&tables::BenchmarkRow| {
                row.window == window.window.name && row.returns == part
            };
            study.benchmarks.iter().find(is).map(|row| row.n)
        };
        assert!(0 < rolls && rolls < days.len() / 2, "{rolls} roll days");
        assert_eq!(of("roll_days"), Some(rolls));
        assert_eq!(of("other_days"), Some(days.len() - rolls));
    }
}
