//! Whole series that changed places: nothing jumps, so two are told apart by what one always is beside the other.

use super::lags::by_period;
use super::levels::values;
use super::shape::{median, moves};
use super::{Findings, Severity};
use crate::tables::Tables;

/// What is less of one series than of another, whole.
#[derive(Clone, Copy, Debug)]
enum By {
    /// The middle value.
    Level,
    /// The middle size of the changes.
    Move,
    /// The middle change.
    Growth,
    /// The slope of the changes on those of a third.
    Slope(&'static str),
    /// The correlation of the changes with those of a third.
    Correlation(&'static str),
}

/// The lesser, the greater, and in what. True in every single year of 2018 to 2024 that the files at hand have.
const ORDERS: &[(&str, &str, By)] = &[
    // A condor hardly moves with the index, a written put by half, an index with puts nearly whole.
    ("cndr_month_end", "put_month_end", By::Slope("spx_close")),
    ("cndr_month_end", "pput_month_end", By::Slope("spx_close")),
    ("put_month_end", "pput_month_end", By::Slope("spx_close")),
    ("cndr", "put", By::Slope("spx_close")),
    ("cndr", "bxm", By::Slope("spx_close")),
    ("cndr", "pput", By::Slope("spx_close")),
    ("put", "pput", By::Slope("spx_close")),
    ("bxm", "pput", By::Slope("spx_close")),
    // Longer and safer bonds move more against yields.
    ("tlt", "lqd", By::Slope("dgs10")),
    ("lqd", "hyg", By::Slope("dgs10")),
    ("hyg", "vnq", By::Move),
    ("lqd", "vnq", By::Move),
    ("hyg", "iyr", By::Move),
    ("lqd", "iyr", By::Move),
    // Of funds of shares, the broader follows the index more closely.
    ("vnq", "iwm", By::Correlation("spx_close")),
    ("iyr", "iwm", By::Correlation("spx_close")),
    ("iwm", "rsp", By::Correlation("spx_close")),
    ("vnq", "rsp", By::Correlation("spx_close")),
    ("iyr", "rsp", By::Correlation("spx_close")),
    ("rsp", "spy", By::Correlation("spx_close")),
    // Spreads of good debtors are lower than those of bad ones.
    ("ig_oas", "baa10y", By::Level),
    ("baa10y", "hy_oas", By::Level),
    ("ig_oas", "hy_oas", By::Level),
    ("nyse_decl", "nyse_adv", By::Slope("spx_close")),
    ("nyse_new_lows", "nyse_new_highs", By::Slope("spx_close")),
    // Three numbers about a hundred: the dollar, SKEW and the volatility of VIX.
    ("dtwexbgs", "skew", By::Move),
    ("dtwexbgs", "vvix", By::Move),
    ("skew", "vvix", By::Correlation("vix")),
    ("cpiaucsl", "ppiaco", By::Move),
    ("ppifis", "ppiaco", By::Move),
    ("gdpc1", "gdp", By::Growth),
];

/// A series, another, and the least correlation of their changes; below zero the greatest. About half of what the weakest
/// half-year of 2018 to 2024 has. Those of the index, VIX and broad funds are compared file by file ([`crate::companions`]).
const TOGETHER: &[(&str, &str, f64)] = &[
    ("vvix", "vix", 0.3),
    ("hyg", "spx_close", 0.3),
    ("vnq", "spx_close", 0.2),
    ("iyr", "spx_close", 0.2),
    ("lqd", "dgs10", -0.3),
    ("tlt", "dgs10", -0.3),
    ("vixy", "vix", 0.4),
    ("vxx", "vix", 0.25),
    ("put", "spx_close", 0.4),
    ("bxm", "spx_close", 0.4),
    ("pput", "spx_close", 0.4),
    ("ig_oas", "hy_oas", 0.25),
    ("baa10y", "ig_oas", 0.2),
    ("nyse_adv", "spx_close", 0.3),
    ("nyse_decl", "spx_close", -0.3),
    ("pct_above_200d_sp500", "spx_close", 0.25),
    ("pct_above_200d_all", "pct_above_200d_sp500", 0.3),
];
/// Changes from which on they say so.
const MANY: usize = 120;

/// Changes or values that say something about a series; of monthly and quarterly ones fewer will do.
const ENOUGH: usize = 60;
const FEW: usize = 10;

/// Every pair of which both series exist.
pub(super) fn all(tables: &Tables, findings: &mut Findings) {
    orders(tables, findings);
    for (series, other, least) in TOGETHER {
        let Some(found) = together(tables, series, other, MANY).map(|m| m.correlation()) else {
            continue;
        };
        if found * least.signum() < least.abs() {
            findings.note(Severity::Warning, "companion_disagrees", series, None, || {
                let bound = if *least > 0.0 { "or more" } else { "or less" };
                format!(
                    "found a correlation of {found:.2} between changes of {series} and {other}, expected: {least} {bound}; one of \
                     the two may be another series, or a row off; kept"
                )
            });
        }
    }
}

fn orders(tables: &Tables, findings: &mut Findings) {
    for (less, more, by) in ORDERS {
        let (Some(x), Some(y)) = (measured(tables, less, *by), measured(tables, more, *by)) else {
            continue;
        };
        if x > y {
            findings.note(Severity::Warning, "series_exchanged", less, None, || {
                let what = match by {
                    By::Level => "a middle value".to_string(),
                    By::Move => "a middle change (as a part of the value)".to_string(),
                    By::Growth => "a middle growth (in logarithms)".to_string(),
                    By::Slope(other) => format!("a slope of the changes on those of {other}"),
                    By::Correlation(other) => format!("a correlation of the changes with those of {other}"),
                };
                format!(
                    "found {what} of {x:.4} of {less} and {y:.4} of {more}, expected: less of {less}; columns or files may be \
                     exchanged; kept"
                )
            });
        }
    }
}

fn measured(tables: &Tables, name: &str, by: By) -> Option<f64> {
    let enough = if tables.slow.contains_key(name) {
        FEW
    } else {
        ENOUGH
    };
    match by {
        By::Level => {
            let values = values(tables, name).filter(|v| v.len() >= enough);
            values.and_then(median)
        }
        By::Move => {
            let changes = changes(tables, name, enough)?;
            median(changes.into_iter().map(f64::abs).collect())
        }
        By::Growth => median(changes(tables, name, enough)?),
        By::Slope(other) => Some(together(tables, name, other, enough)?.slope()),
        By::Correlation(other) => Some(together(tables, name, other, enough)?.correlation()),
    }
}

/// Changes from session to session, or from period to period.
fn changes(tables: &Tables, name: &str, enough: usize) -> Option<Vec<f64>> {
    let changes = match tables.slow.contains_key(name) {
        true => by_period(tables, name, name)?.0,
        false => moves(tables, name)?,
    };
    let changes: Vec<f64> = changes.into_iter().flatten().collect();
    (changes.len() >= enough).then_some(changes)
}

/// Sums of squares and products of the changes of two series around their means.
pub(super) struct Moments {
    /// Means of the two.
    mean: [f64; 2],
    own: f64,
    other: f64,
    both: f64,
}

impl Moments {
    fn slope(&self) -> f64 {
        self.both / self.other
    }

    /// What the line of the first on the second says at a value of the second.
    pub(super) fn at(&self, other: f64) -> f64 {
        self.mean[0] + self.slope() * (other - self.mean[1])
    }

    fn correlation(&self) -> f64 {
        self.both / (self.own * self.other).sqrt()
    }
}

fn together(tables: &Tables, name: &str, other: &str, enough: usize) -> Option<Moments> {
    let (a, b) = match tables.slow.contains_key(name) {
        true => by_period(tables, name, other)?,
        false => (moves(tables, name)?, moves(tables, other)?),
    };
    let pairs = a.into_iter().zip(b).filter_map(|(x, y)| Some((x?, y?)));
    together_of(pairs.collect(), enough)
}

/// The moments of pairs; nothing of fewer than `enough`, or where one of the two stands still.
pub(super) fn together_of(pairs: Vec<(f64, f64)>, enough: usize) -> Option<Moments> {
    if pairs.len() < enough {
        return None;
    }
    let n = pairs.len() as f64;
    let mean = [
        pairs.iter().map(|p| p.0).sum::<f64>() / n,
        pairs.iter().map(|p| p.1).sum::<f64>() / n,
    ];
    let sum = |f: fn(f64, f64) -> f64| -> f64 {
        let terms = pairs.iter().map(|p| f(p.0 - mean[0], p.1 - mean[1]));
        terms.sum()
    };
    let moments = Moments {
        mean,
        own: sum(|x, _| x * x),
        other: sum(|_, y| y * y),
        both: sum(|x, y| x * y),
    };
    (moments.own > 0.0 && moments.other > 0.0).then_some(moments)
}
