//! The rule of resting orders on two days everybody remembers, with the numbers of the publishers' files.
//!
//! Needs `ALVH_REAL_DATA`; without it the tests say so and pass.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use book::event::LegFill;
use chrono::NaiveDate;
use engine::resting::sold_at_limit;
use market::contract::{Contract, Right, Root};
use market::history::{MarketHistory, MarketView};
use market::observations::{DailySeries, Observations, VxSettlement};
use market::price::Price;
use market::surface::ModelParams;

use crate::support::{day, execution, leg};

/// Rows of a file by date (first column, ISO or month/day/year).
fn rows(file: &Path) -> Vec<(NaiveDate, Vec<String>)> {
    let text = std::fs::read_to_string(file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    let row = |line: &str| {
        let cells: Vec<String> = line.split(',').map(str::to_string).collect();
        let date = NaiveDate::parse_from_str(&cells[0], "%Y-%m-%d")
            .or_else(|_| NaiveDate::parse_from_str(&cells[0], "%m/%d/%Y"));
        Some((date.ok()?, cells))
    };
    text.lines().filter_map(row).collect()
}

/// The sessions of some weeks: closes, extremes and futures as the files have them.
fn market(first: &str, last: &str) -> Option<MarketHistory> {
    let Some(folder) = std::env::var_os("ALVH_REAL_DATA").map(PathBuf::from) else {
        eprintln!("NOT TESTED: resting orders on real days need ALVH_REAL_DATA");
        return None;
    };
    let spx: BTreeMap<_, _> = rows(&folder.join("spx/GSPC_daily_yahoo.csv"))
        .into_iter()
        .collect();
    let vix: BTreeMap<_, _> = rows(&folder.join("vol/VIX_History.csv"))
        .into_iter()
        .collect();
    let within = |date: &NaiveDate| (day(first)..=day(last)).contains(date);
    let sessions: Vec<NaiveDate> = spx.keys().filter(|d| within(d)).copied().collect();
    let series = |rows: &BTreeMap<NaiveDate, Vec<String>>, at: usize| DailySeries {
        lag_sessions: 0,
        values: sessions.iter().map(|d| rows[d][at].parse().ok()).collect(),
    };
    let daily = [
        ("spx_close", series(&spx, 4)),
        ("spx_low", series(&spx, 3)),
        ("vix", series(&vix, 4)),
        ("vix_high", series(&vix, 2)),
    ];
    let mut vx = Vec::new();
    for file in std::fs::read_dir(folder.join("vx")).expect("the folder vx") {
        let path = file.expect("a file").path();
        let name = path.file_stem().map(|s| s.to_string_lossy().into_owned());
        let Some(expiry) = name.and_then(|n| n.strip_prefix("VX_")?.parse().ok()) else {
            continue;
        };
        vx.extend(
            rows(&path)
                .into_iter()
                .filter(|(d, _)| within(d))
                .map(|(trade_date, cells)| VxSettlement {
                    trade_date,
                    expiry,
                    settle: cells[6].parse().expect("a settlement"),
                    high: cells[3].parse().ok(),
                }),
        );
    }
    vx.sort_by_key(|row| (row.trade_date, row.expiry));
    let observations = Observations {
        sessions,
        daily: daily.map(|(name, s)| (name.to_string(), s)).into(),
        vx,
        ..Observations::default()
    };
    let params = ModelParams::default();
    Some(
        MarketHistory::build(&observations, day(first), day(last), &params, 180).expect("a market"),
    )
}

fn at<'a>(market: &'a MarketHistory, date: &str) -> MarketView<'a> {
    market.view(market.window(day(date), day(date)).start)
}

fn long(root: Root, expiry: &str, right: Right, strike: f64) -> LegFill {
    let contract = Contract::option(root, day(expiry), right, Price::from_points(strike));
    leg(contract, 1)
}

/// The most a limit order brings on a day, by bisection to a cent; and the mid at the closes of the day and the next.
fn most(leg: LegFill, view: MarketView<'_>, next: MarketView<'_>) -> (f64, f64, f64) {
    let reached =
        |cents: i64| sold_at_limit(&[leg], Price(cents * 100), view, &execution()).is_some();
    let (mut low, mut high) = (0, 100_000);
    while high - low > 1 {
        let middle = (low + high) / 2;
        if reached(middle) {
            low = middle
        } else {
            high = middle
        }
    }
    let mid = |view: MarketView<'_>| view.today().mid(&leg.contract).expect("a price").points();
    (low as f64 / 100.0, mid(view), mid(next))
}

#[test]
fn the_fifth_of_august_2024() {
    let Some(market) = market("2024-07-15", "2024-08-09") else {
        return;
    };
    let (view, next) = (at(&market, "2024-08-05"), at(&market, "2024-08-06"));
    let future = *view
        .today()
        .future(day("2024-08-21"))
        .expect("the August contract");
    assert_eq!(future.high, Some(Price::from_points(37.1)));
    assert_eq!(future.settle, Price::from_points(32.0986));
    assert_eq!(view.today().extremes.vix_high, Some(65.73));
    let call = long(Root::Vix, "2024-08-21", Right::Call, 20.0);
    let (limit, close, after) = most(call, view, next);
    println!(
        "VIX 20 call of August: limit up to {limit}, mid {close} at the close and {after} a day later"
    );
    // Intrinsic at the high is 17.10, and the order pays the width of a day on which VIX was at 65.73.
    assert!((16.9..17.0).contains(&limit), "{limit}");
    assert!(
        (12.0..12.3).contains(&close) && (5.7..5.9).contains(&after),
        "{close} {after}"
    );
    let put = long(Root::Spxw, "2024-08-30", Right::Put, 5200.0);
    let (limit, close, after) = most(put, view, next);
    println!(
        "SPXW 5200 put of 30 August: limit up to {limit}, mid {close} at the close, {after} a day later"
    );
    // The low of the day was 5119.26, but the VIX of neither close was that of the low: the lower one counts.
    assert!(
        (152.0..152.6).contains(&limit) && limit < close,
        "{limit} {close} {after}"
    );
}

#[test]
fn the_seventh_of_march_2022() {
    let Some(market) = market("2022-02-14", "2022-03-11") else {
        return;
    };
    let (view, next) = (at(&market, "2022-03-07"), at(&market, "2022-03-08"));
    let future = *view
        .today()
        .future(day("2022-03-15"))
        .expect("the March contract");
    assert_eq!(future.high, Some(Price::from_points(34.94)));
    assert_eq!(view.today().extremes.vix_high, Some(36.55));
    assert_eq!(view.today().extremes.spx_low, Some(4199.8501));
    let call = long(Root::Vix, "2022-03-15", Right::Call, 30.0);
    let (limit, close, after) = most(call, view, next);
    println!(
        "VIX 30 call of March: limit up to {limit}, mid {close} at the close and {after} a day later"
    );
    let put = long(Root::Spxw, "2022-03-31", Right::Put, 4200.0);
    let (limit_put, close_put, after_put) = most(put, view, next);
    println!(
        "SPXW 4200 put of 31 March: limit up to {limit_put}, mid {close_put} at the close, {after_put} a day later"
    );
    // This day closed near its extremes: waiting for the close costs a tenth, not half.
    assert!(
        (4.85..4.95).contains(&limit) && (3.9..4.1).contains(&after),
        "{limit} {close} {after}"
    );
    assert!((124.5..125.0).contains(&limit_put) && limit_put < close_put && close_put < after_put);
}
