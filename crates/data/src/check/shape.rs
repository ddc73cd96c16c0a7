//! How a series moves: the scale on which its changes are told apart, its own noise, and who moves with it.

use crate::schema;
use crate::tables::Tables;
use market::math::ln;

/// How the changes of a series are measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Scale {
    /// Differences of logarithms: prices, indices, volatilities.
    Log,
    /// Plain differences: rates and shares in percent.
    Difference,
    /// Numbers of shares or issues: any day may be a multiple of the day before.
    Count,
}

/// The least change that is ever doubted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    pub scale: Scale,
    /// There and back within two sessions.
    pub spike: f64,
    /// There, and not back.
    pub step: f64,
}

/// The shape of a daily series, by its unit: changes below these are never doubted, whatever is usual.
pub(super) fn of(name: &str) -> Shape {
    let shape = |scale, spike, step| Shape { scale, spike, step };
    let unit = schema::daily(name).map_or("", |s| s.unit);
    match (name, unit) {
        ("skew", _) => shape(Scale::Log, 0.08, 0.15),
        (_, "vol points") => shape(Scale::Log, 0.15, 0.40),
        // Overnight rates leave their level at the ends of quarters, and policy moves them by steps.
        ("dff" | "sofr", _) => shape(Scale::Difference, 0.35, 1.1),
        ("hy_oas", _) => shape(Scale::Difference, 0.35, 1.0),
        (_, "percent per year") => shape(Scale::Difference, 0.20, 0.5),
        (_, "percentage points") => shape(Scale::Difference, 0.15, 0.5),
        (_, "percent") => shape(Scale::Difference, 8.0, 15.0),
        (_, "issues") => shape(Scale::Count, f64::INFINITY, f64::INFINITY),
        (_, "index, January 2006 = 100") => shape(Scale::Log, 0.01, 0.025),
        _ => shape(Scale::Log, 0.02, 0.06),
    }
}

/// A series and another that moves with it.
pub(super) struct Pair {
    pub series: &'static str,
    pub other: &'static str,
    /// Greatest distance of the block medians of the two, on the scale of the series; infinite where levels say nothing.
    pub apart: f64,
    /// The least distance between the two that is doubted where it comes and goes within two sessions.
    pub spike: f64,
    /// The least change of the distance that is doubted where it stays.
    pub step: f64,
}

const fn pair(
    series: &'static str,
    other: &'static str,
    apart: f64,
    spike: f64,
    step: f64,
) -> Pair {
    Pair {
        series,
        other,
        apart,
        spike,
        step,
    }
}

const FREE: f64 = f64::INFINITY;

/// VXX and VIXY hold one index, so their adjusted closes stand to each other, on every day, as the two shares did when the files were
/// downloaded. From 2011 to 2024 that was 0.31 to 4.92: a reverse split of the one (VXX 1:4 in October 2012, November 2013, August
/// 2016, August 2017, April 2021, March 2023, July 2024) came weeks or months before that of the other (VIXY 1:5 in June
/// 2013, July 2016, June 2023; 1:4 in July 2017, May 2021, November 2024). The next 1:5 of VIXY alone would make it 0.20. In
/// logarithms: 0.15 to 6.69.
const ONE_INDEX: f64 = 1.9;

/// Pairs of which one tells whether the other is dated and scaled right.
pub(super) const PAIRS: &[Pair] = &[
    pair("vix", "spx_close", FREE, FREE, FREE),
    pair("vix9d", "vix", 0.7, 0.20, 0.80),
    pair("vix3m", "vix", 0.6, 0.15, 0.45),
    pair("vix6m", "vix", 0.8, 0.20, 0.60),
    pair("vvix", "vix", FREE, FREE, FREE),
    pair("spy", "spx_close", FREE, 0.01, 0.02),
    pair("rsp", "spx_close", FREE, 0.02, 0.05),
    pair("iwm", "spx_close", FREE, 0.03, 0.07),
    pair("hyg", "spx_close", FREE, FREE, FREE),
    pair("vnq", "spx_close", FREE, FREE, FREE),
    pair("iyr", "vnq", FREE, 0.02, 0.04),
    pair("lqd", "dgs10", FREE, FREE, FREE),
    pair("tlt", "dgs10", FREE, FREE, FREE),
    pair("vixy", "vix", FREE, FREE, FREE),
    pair("vxx", "vix", FREE, FREE, FREE),
    pair("vxx", "vixy", ONE_INDEX, 0.06, 0.12),
    pair("put", "spx_close", FREE, FREE, FREE),
    pair("bxm", "spx_close", FREE, FREE, FREE),
    pair("pput", "spx_close", FREE, FREE, FREE),
    pair("cll", "spx_close", FREE, FREE, FREE),
    pair("cndr", "spx_close", FREE, FREE, FREE),
    pair("dgs1mo", "dgs3mo", 1.2, 0.35, 0.6),
    pair("dgs3mo", "dgs6mo", 1.2, 0.25, 0.4),
    pair("dgs6mo", "dgs1", 1.2, 0.25, 0.4),
    pair("dgs2", "dgs1", 1.8, 0.25, 0.5),
    pair("dgs10", "dgs2", 3.5, 0.25, 0.5),
    pair("dff", "dgs3mo", 1.5, 0.50, 0.8),
    pair("sofr", "dff", 0.8, 0.35, 0.4),
    pair("ig_oas", "hy_oas", FREE, FREE, FREE),
    pair("hy_oas", "spx_close", FREE, FREE, FREE),
    pair("baa10y", "ig_oas", FREE, FREE, FREE),
    pair("dtwexbgs", "spx_close", FREE, FREE, FREE),
    pair("skew", "spx_close", FREE, FREE, FREE),
    pair("nyse_adv", "spx_close", FREE, FREE, FREE),
    pair("nyse_decl", "spx_close", FREE, FREE, FREE),
    pair("pct_above_200d_sp500", "spx_close", FREE, FREE, FREE),
    pair(
        "pct_above_200d_all",
        "pct_above_200d_sp500",
        FREE,
        FREE,
        FREE,
    ),
];

/// Where the middle value of a series usually lies, set by hand: a scale wrong by ten falls out of most of them.
pub(super) const USUAL: &[(&str, f64, f64)] = &[
    ("spx_close", 300.0, 20_000.0),
    ("vix", 8.0, 60.0),
    ("vix9d", 7.0, 60.0),
    ("vix3m", 9.0, 60.0),
    ("vix6m", 10.0, 60.0),
    ("vvix", 60.0, 160.0),
    ("skew", 105.0, 170.0),
    ("dtwexbgs", 80.0, 150.0),
    ("baa10y", 1.0, 6.5),
    ("hy_oas", 2.0, 20.0),
    ("ig_oas", 0.5, 6.0),
    ("nyse_adv", 500.0, 3_000.0),
    ("nyse_decl", 500.0, 3_000.0),
    ("nyse_unch", 20.0, 600.0),
    ("pct_above_200d_sp500", 10.0, 99.0),
    ("pct_above_200d_all", 10.0, 99.0),
    ("spy", 20.0, 2_000.0),
    ("rsp", 8.0, 600.0),
    ("iwm", 20.0, 700.0),
    ("hyg", 25.0, 130.0),
    ("lqd", 30.0, 180.0),
    ("tlt", 30.0, 200.0),
    ("vnq", 10.0, 150.0),
    ("iyr", 10.0, 160.0),
    ("cndr", 80.0, 1_500.0),
    ("put", 150.0, 6_000.0),
    ("cpiaucsl", 120.0, 450.0),
    ("ppiaco", 100.0, 400.0),
    ("ppifis", 90.0, 250.0),
    ("gdp", 5_500.0, 50_000.0),
    ("gdpc1", 9_000.0, 40_000.0),
    ("rbusbis", 75.0, 150.0),
    ("cape", 10.0, 60.0),
    ("spx_dividend", 11.0, 200.0),
    ("spx_earnings", 15.0, 600.0),
    ("forward_pe", 9.0, 35.0),
    ("top10_weight", 12.0, 50.0),
];

/// Present values of a series as (position, value on its scale), in order.
pub(super) fn points(values: &[Option<f64>], scale: Scale) -> Vec<(usize, f64)> {
    values
        .iter()
        .enumerate()
        .filter_map(|(i, v): (usize, &Option<f64>)| match (scale, *v) {
            (Scale::Log, Some(v)) => (v > 0.0).then(|| (i, ln(v))),
            (_, v) => v.map(|v| (i, v)),
        })
        .collect()
}

/// What is compared of two series that move together: changes from session to session, or a count itself.
pub(super) fn moves(tables: &Tables, name: &str) -> Option<Vec<Option<f64>>> {
    let values = &tables.daily.get(name)?.values;
    let scale = of(name).scale;
    if scale == Scale::Count {
        return Some(values.clone());
    }
    let mut moves = vec![None; values.len()];
    for pair in points(values, scale).windows(2) {
        if pair[1].0 == pair[0].0 + 1 {
            moves[pair[1].0] = Some(pair[1].1 - pair[0].1);
        }
    }
    Some(moves)
}

/// The middle value; `None` of nothing.
pub(super) fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}
