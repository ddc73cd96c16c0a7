//! How the values of a world's series follow from those of the days it takes.

use market::fund::Fund;
use market::observations::names;

/// Sessions after which half of what a block begins off by has faded, of implied volatilities.
pub const FAST_HALF_LIFE: f64 = 10.0;
/// The same of rates and spreads, which move slowly.
pub const SLOW_HALF_LIFE: f64 = 63.0;

/// How a series of a world is made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rule {
    /// Returns are chained: an index or a fund.
    Chained,
    /// Levels, positive by nature. At the start of a block the series stands where it stood, in logarithms off the level
    /// of the day it goes on from; that fades with this half-life \[sessions\].
    Ratio(f64),
    /// Levels, whose difference fades with this half-life \[sessions\], kept within what the dataset saw.
    Difference(f64),
    /// The value of the day itself.
    Daily,
}

/// Series that are indices of a strategy or a market: only their returns mean something.
const CHAINED: [&str; 7] = ["cndr", "put", "pput", "bxm", "cll", "bfly", "vxth"];
/// Counts and shares that belong to their day.
const DAILY: [&str; 5] = [
    "nyse_adv",
    "nyse_decl",
    "nyse_unch",
    "nyse_new_highs",
    "nyse_new_lows",
];
/// Series that belong to the index or to VIX itself and are made with it.
const MADE_WITH: [&str; 8] = [
    names::SPX_OPEN,
    "spx_high",
    names::SPX_LOW,
    names::SPX_CLOSE,
    names::SPX_SET,
    names::VIX_OPEN,
    names::VIX_HIGH,
    "vix_low",
];

/// The volatility indices, VIX first: the term structure of SPX options, then what is quoted on VIX and on the skew.
pub const TERM: [&str; 4] = [names::VIX, names::VIX9D, names::VIX3M, names::VIX6M];

/// The rule of a series by its name; `None` of those that are made with the index or VIX. A series this program does not
/// know follows its differences, which keeps it among the values its user gave.
pub fn rule(name: &str) -> Option<Rule> {
    if MADE_WITH.contains(&name) {
        return None;
    }
    let is_fund = Fund::ALL.iter().any(|fund| fund.series() == name);
    Some(match name {
        _ if is_fund || CHAINED.contains(&name) => Rule::Chained,
        _ if DAILY.contains(&name) => Rule::Daily,
        _ if TERM.contains(&name) || name == names::VVIX || name == names::SKEW => {
            Rule::Ratio(FAST_HALF_LIFE)
        }
        _ if name.starts_with("pct_above") => Rule::Difference(FAST_HALF_LIFE),
        _ => Rule::Difference(SLOW_HALF_LIFE),
    })
}

/// What is left of a difference after one session.
pub fn fade(half_life: f64) -> f64 {
    market::math::powf(0.5, 1.0 / half_life)
}
