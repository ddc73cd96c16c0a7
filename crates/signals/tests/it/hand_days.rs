//! Days recomputed by hand from the publishers' files: another parser, other loops, the same numbers.
//!
//! Needs `ALVH_REAL_DATA`; without it the tests say so and pass.
#![expect(
    clippy::disallowed_methods,
    reason = "an independent way to the same numbers, compared with a tolerance"
)]

use std::collections::BTreeMap;
use std::path::Path;

use chrono::NaiveDate;
use market::history::MarketHistory;
use market::surface::ModelParams;
use signals::SignalColumns;

use crate::raw::{DAYS, Raw, date, deviation, histogram, maturity, mean, wilder};
use crate::support::book;

const BOOK: &str = r#"
[signals]
rsi_spx = { kind = "rsi", of = "spx", sessions = 14, timeframe = "daily" }
rsi_vix_weekly = { kind = "rsi", of = "vix", sessions = 14, timeframe = "weekly" }
macd_vix = { kind = "macd", of = "vix", sessions = { fast = 12, slow = 26, signal = 9 }, output = "histogram", timeframe = "daily" }
contango = { kind = "contango", pair = "vx1_vx2" }
cmf_slope = { kind = "contango", pair = "cmf30_cmf60" }
contango_z = { kind = "z_score", of = "cmf_slope", sessions = 30, window = "prior" }
spot_slope = { kind = "contango", pair = "vix_vix3m" }
vrp = { kind = "implied_minus_realised", implied = "vix", of = "spx", sessions = 21 }
spread_change = { kind = "change", of = "credit_spread", sessions = 5, measure = "difference" }
spread_z = { kind = "z_score", of = "spread_change", sessions = 252, window = "trailing" }
ad_slope = { kind = "slope", of = "ad_line", sessions = 20 }
to_fomc = { kind = "sessions_to", event = "fomc" }
"#;

/// The history of the program over the same files.
fn program(raw: &Raw, name: &str, policy: &str) -> (MarketHistory, SignalColumns) {
    let folder = std::env::temp_dir().join(format!("alvh-signals-{name}-{}", std::process::id()));
    data::import(&raw.folder, &folder, &mut |_| {}).unwrap();
    let observations = data::load(Path::new(&folder)).unwrap().observations;
    std::fs::remove_dir_all(&folder).unwrap();
    let span = (date("2022-01-03"), date("2024-12-31"));
    let history =
        MarketHistory::build(&observations, span.0, span.1, &ModelParams::default(), 60).unwrap();
    let columns = book(policy).unwrap().columns(&history);
    (history, columns)
}

fn by_hand(raw: &Raw, day: NaiveDate) -> BTreeMap<&'static str, f64> {
    let t = raw.at(day);
    let upto = |file: &str, column: usize| raw.on_sessions(file, column)[..=t].to_vec();
    let (spx, vix) = (upto("spx/SP500.csv", 1), upto("vol/VIX_History.csv", 4));
    let vix3m = upto("vol/VIX3M_History.csv", 4);
    let is_week_end = |i: &usize| {
        use chrono::Datelike;
        raw.sessions
            .get(i + 1)
            .is_none_or(|next| next.iso_week() != raw.sessions[*i].iso_week())
    };
    let weeks: Vec<f64> = (0..=t).filter(is_week_end).map(|i| vix[i]).collect();
    let curve = raw.curve(day);
    let slope = |i: usize| {
        let curve = raw.curve(raw.sessions[i]);
        (maturity(&curve, 60.0) / maturity(&curve, 30.0)).ln()
    };
    let before: Vec<f64> = (t - 30..t).map(slope).collect();
    let squares: f64 = (t - 20..=t)
        .map(|i| (spx[i] / spx[i - 1]).ln().powi(2))
        .sum();
    let spread = raw.next_morning("rates/BAA10Y.csv");
    let changes: Vec<f64> = (t - 251..=t).map(|i| spread[i] - spread[i - 5]).collect();
    let (adv, decl) = (
        upto("breadth/NYSE_ADV.csv", 4),
        upto("breadth/NYSE_DECL.csv", 4),
    );
    let net: Vec<f64> = adv.iter().zip(&decl).map(|(a, d)| a - d).collect();
    let line: Vec<f64> = (t - 19..=t).map(|i| net[..=i].iter().sum()).collect();
    // Least squares against -9.5, -8.5, .., 9.5: the sum of squares of those is 665.
    let ad_slope: f64 = line
        .iter()
        .enumerate()
        .map(|(i, v)| (i as f64 - 9.5) * v)
        .sum::<f64>()
        / 665.0;
    let meetings =
        std::fs::read_to_string(raw.folder.join("calendar/fomc_decision_days.csv")).unwrap();
    let next = meetings
        .lines()
        .skip(1)
        .map(|l| date(l.split(',').next().unwrap()))
        .filter(|d| *d >= day)
        .min();
    BTreeMap::from([
        ("rsi_spx", wilder(&spx)),
        ("rsi_vix_weekly", wilder(&weeks)),
        ("macd_vix", histogram(&vix)),
        (
            "contango",
            (curve[1].1 / curve[0].1).ln() * 30.0 / (curve[1].0 - curve[0].0),
        ),
        (
            "contango_z",
            (slope(t) - mean(&before)) / deviation(&before),
        ),
        ("spot_slope", vix3m[t] / vix[t] - 1.0),
        ("vrp", vix[t] - 100.0 * (252.0 / 21.0 * squares).sqrt()),
        ("spread_change", changes[251]),
        (
            "spread_z",
            (changes[251] - mean(&changes)) / deviation(&changes),
        ),
        ("ad_slope", ad_slope),
        (
            "to_fomc",
            (raw.sessions
                .iter()
                .filter(|d| **d > day && **d <= next.unwrap())
                .count()) as f64,
        ),
        ("vix", vix[t]),
        ("vx1", curve[0].1),
        ("cmf30", maturity(&curve, 30.0)),
    ])
}

#[test]
fn twelve_days_equal_those_computed_by_hand_from_the_publishers_files() {
    let Some(raw) = Raw::new() else { return };
    let (history, columns) = program(&raw, "hand", BOOK);
    let mut table = String::new();
    for day in DAYS.map(date) {
        let t = history.window(day, day).start;
        for (name, wanted) in by_hand(&raw, day) {
            let column = columns
                .signal(name)
                .unwrap_or_else(|| panic!("no column {name}"));
            let found = column.at(history.view(t));
            let found = found
                .unwrap_or_else(|| panic!("{name} has no value on {day}, by hand it is {wanted}"));
            assert!(
                (found - wanted).abs() <= 1e-9 * wanted.abs().max(1.0),
                "{name} on {day}: {found}, by hand {wanted}"
            );
            table += &format!("{day} {name} {found:.6}\n");
        }
    }
    println!("{table}");
}

#[test]
fn every_kind_of_signal_has_values_on_the_publishers_files() {
    let Some(raw) = Raw::new() else { return };
    let (history, columns) = program(&raw, "all", include_str!("../data/every_kind.toml"));
    let has = |name: &str| {
        (0..history.len()).any(|t| columns.signal(name).unwrap().at(history.view(t)).is_some())
    };
    let empty: Vec<&str> = columns
        .signals()
        .map(|(name, _)| name)
        .filter(|name| !has(name))
        .collect();
    assert!(empty.is_empty(), "no value on any session: {empty:?}");
}
