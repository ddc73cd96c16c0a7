//! What a name means that is no signal: a built-in source, a daily series or a slow series of the dataset.

use market::history::MarketHistory;

use crate::column::{Column, Flags};
use crate::signal::{CurvePair, Signal};
use crate::window::{Values, both};

/// Built-in sources: their names, units and what they are.
pub const SOURCES: &[(&str, &str, &str)] = &[
    ("spx", "index points", "S&P 500 close"),
    ("vix", "vol points", "VIX close"),
    ("vix9d", "vol points", "nine-day VIX close"),
    ("vix3m", "vol points", "three-month VIX close"),
    ("vix6m", "vol points", "six-month VIX close"),
    ("vvix", "vol points", "VIX of VIX close"),
    ("skew", "index points", "Cboe SKEW close"),
    ("vx1", "index points", "settlement of the front VIX future"),
    ("vx2", "index points", "settlement of the second VIX future"),
    (
        "vx1_days",
        "calendar days",
        "days to settlement of the front future",
    ),
    (
        "vx2_days",
        "calendar days",
        "days to settlement of the second future",
    ),
    (
        "vx1_chained",
        "index points",
        "front future linked by same-contract changes, without roll jumps",
    ),
    ("vx_ratio", "ratio", "second over front VIX future"),
    (
        "cmf30",
        "index points",
        "VIX futures at a constant maturity of 30 days",
    ),
    (
        "cmf60",
        "index points",
        "VIX futures at a constant maturity of 60 days",
    ),
    ("ad_line", "issues", "NYSE advance-decline line"),
    (
        "advance_ratio",
        "fraction",
        "advances over advances and declines, NYSE",
    ),
    (
        "rate_differential",
        "percentage points",
        "ten-year less two-year Treasury yield",
    ),
    (
        "credit_spread",
        "percentage points",
        "Moody's Baa less ten-year Treasury yield",
    ),
    ("baa_yield", "percent per year", "Moody's Baa yield"),
];

/// Daily series of a dataset that may be named directly.
pub const DAILY: &[&str] = &[
    "spx_open",
    "spx_high",
    "spx_low",
    "spx_close",
    "vix_open",
    "vix_high",
    "vix_low",
    "dff",
    "sofr",
    "dgs1mo",
    "dgs3mo",
    "dgs6mo",
    "dgs1",
    "dgs2",
    "dgs10",
    "baa10y",
    "hy_oas",
    "ig_oas",
    "dtwexbgs",
    "nyse_adv",
    "nyse_decl",
    "nyse_unch",
    "nyse_new_highs",
    "nyse_new_lows",
    "pct_above_200d_sp500",
    "pct_above_200d_all",
    "spy",
    "rsp",
    "iwm",
    "hyg",
    "lqd",
    "vnq",
    "iyr",
    "vixy",
    "vxx",
    "cndr",
    "put",
    "pput",
    "bxm",
    "cll",
    "bfly",
    "vxth",
];

/// Slow series of a dataset that may be named directly; all but `top10_weight` are later vintages.
pub const SLOW: &[&str] = &[
    "cpiaucsl",
    "ppiaco",
    "ppifis",
    "gdp",
    "gdpc1",
    "rbusbis",
    "cape",
    "spx_dividend",
    "spx_earnings",
    "forward_pe",
    "top10_weight",
];

/// What precedes the name of a series this program does not know.
pub const USER: &str = "series:";

/// The series of a dataset, or the columns of its futures, that a source or a series is made of.
pub fn series_of(name: &str) -> Vec<&str> {
    match name {
        "spx" => vec!["spx_close"],
        "vx_ratio" => vec!["vx1", "vx2"],
        "ad_line" | "advance_ratio" => vec!["nyse_adv", "nyse_decl"],
        "rate_differential" => vec!["dgs10", "dgs2"],
        "credit_spread" => vec!["baa10y"],
        "baa_yield" => vec!["baa10y", "dgs10"],
        other => vec![in_dataset(other)],
    }
}

/// The sources that a signal reads by its kind, beside those it names ([`Signal::inputs`]).
pub fn read_by_kind(signal: &Signal) -> &'static [&'static str] {
    match signal {
        Signal::Contango { pair } => match pair {
            CurvePair::Cmf30Cmf60 => &["cmf30", "cmf60"],
            CurvePair::VixVix3m => &["vix", "vix3m"],
            CurvePair::Vx1Vx2 => &["vx1", "vx2"],
        },
        Signal::BreadthBreak { .. } | Signal::BreadthDivergence { .. } => {
            &["spx", "ad_line", "rsp", "spy"]
        }
        Signal::HeadlineDay { .. } => &["spx", "vix"],
        Signal::TemporalTheta { .. } => &["spx", "vix", "vix9d"],
        _ => &[],
    }
}

/// Whether a name can be looked up at all.
pub(crate) fn is_known(name: &str) -> bool {
    is_slow(name) || SOURCES.iter().any(|s| s.0 == name) || DAILY.contains(&name)
}

/// Whether a name may be a slow series.
pub(crate) fn is_slow(name: &str) -> bool {
    name.starts_with(USER) || SLOW.contains(&name)
}

/// The name a dataset uses.
pub(crate) fn in_dataset(name: &str) -> &str {
    name.strip_prefix(USER).unwrap_or(name)
}

/// Whether the values of a slow series are first releases.
pub(crate) fn slow_flags(name: &str) -> Flags {
    Flags {
        revised: SLOW.contains(&name) && name != "top10_weight",
        ..Flags::default()
    }
}

/// The values of a name; a column without any value where the dataset lacks the series.
pub(crate) fn column(name: &str, history: &MarketHistory) -> Column {
    let unit = SOURCES
        .iter()
        .find(|s| s.0 == name)
        .map_or("of series", |s| s.1);
    let slow = is_slow(name) && daily(in_dataset(name), history).is_none();
    if slow {
        return Column::new(slow_values(in_dataset(name), history), unit)
            .with_flags(slow_flags(name));
    }
    Column::new(values(name, history), unit)
}

fn values(name: &str, history: &MarketHistory) -> Values {
    let named = |n: &str| daily(n, history).unwrap_or_else(|| vec![None; history.sessions().len()]);
    match name {
        "spx" => named("spx_close"),
        "vx_ratio" => both(&named("vx2"), &named("vx1"), |b, a| b / a),
        "ad_line" => cumulated(&both(&named("nyse_adv"), &named("nyse_decl"), |a, d| a - d)),
        "advance_ratio" => both(&named("nyse_adv"), &named("nyse_decl"), |a, d| a / (a + d)),
        "rate_differential" => both(&named("dgs10"), &named("dgs2"), |long, short| long - short),
        "credit_spread" => named("baa10y"),
        "baa_yield" => both(&named("baa10y"), &named("dgs10"), |spread, y| spread + y),
        other => named(in_dataset(other)),
    }
}

fn daily(name: &str, history: &MarketHistory) -> Option<Values> {
    let last = history.len().checked_sub(1)?;
    history.view(last).series(name).map(<[_]>::to_vec)
}

fn slow_values(name: &str, history: &MarketHistory) -> Values {
    let fresh = |date| Some(history.slow_at(name, date)?.fresh()?.value);
    history.sessions().iter().map(|date| fresh(*date)).collect()
}

/// The running sum; it starts at the first session with a value and stands still over a hole.
fn cumulated(values: &[Option<f64>]) -> Values {
    let mut sum = 0.0;
    values
        .iter()
        .map(|v| {
            sum += (*v)?;
            Some(sum)
        })
        .collect()
}
