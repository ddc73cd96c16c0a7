//! The parameters signals are made with.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::key_error::{KeyError, within};

/// One term of a [`Signal::WeightedSum`](crate::Signal::WeightedSum).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// Source.
    pub of: String,
    /// Factor.
    pub weight: f64,
}

/// How a change is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// New minus old [the source's unit].
    Difference,
    /// New over old, minus 1 (fraction).
    Relative,
    /// Logarithm of new over old.
    Log,
}

/// Whether the latest value is part of the window it is measured by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Window {
    /// The values before it.
    Prior,
    /// The last values, it included.
    Trailing,
}

/// Which closes an indicator is computed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Timeframe {
    /// Each session's.
    Daily,
    /// That of the last session of each completed week.
    Weekly,
}

/// Lengths of a MACD [sessions or weeks].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MacdSessions {
    /// Fast mean, 12 in the textbook.
    pub fast: usize,
    /// Slow mean, 26.
    pub slow: usize,
    /// Signal line, 9.
    pub signal: usize,
}

/// A line of the MACD.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MacdOutput {
    /// Fast less slow mean [the source's unit].
    Line,
    /// Mean of the line.
    Signal,
    /// Line less signal; it crosses 0 where the line crosses its signal.
    Histogram,
    /// Histogram over the standard deviation of its last sixty values.
    Strength,
}

/// Two points of the volatility curve.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CurvePair {
    /// First and second listed future: ln(F2/F1) * 30/days between [per month].
    Vx1Vx2,
    /// Constant maturities of 30 and 60 days: no jump where contracts roll [per month].
    Cmf30Cmf60,
    /// VIX3M / VIX - 1 (fraction).
    VixVix3m,
}

/// A scheduled release.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EventName {
    /// Federal Reserve rate decision.
    Fomc,
    /// Consumer prices.
    Cpi,
    /// Producer prices.
    Ppi,
    /// Employment situation.
    Payrolls,
    /// Advance estimate of GDP.
    Gdp,
}

/// When a slow measure is computed anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Recomputed {
    /// Each session.
    Daily,
    /// At the close of the last session of each quarter.
    Quarterly,
}

/// The MACD of the textbook.
pub const TEXTBOOK_MACD: MacdSessions = MacdSessions {
    fast: 12,
    slow: 26,
    signal: 9,
};

impl Measure {
    pub(crate) fn of(self, new: f64, old: f64) -> f64 {
        match self {
            Measure::Difference => new - old,
            Measure::Relative => new / old - 1.0,
            Measure::Log => market::math::ln(new / old),
        }
    }

    pub(crate) fn unit(self) -> &'static str {
        match self {
            Measure::Difference => "of source",
            Measure::Relative => "fraction",
            Measure::Log => "log",
        }
    }
}

impl MacdSessions {
    pub(crate) fn check(self, at: &str) -> Result<(), KeyError> {
        within(at, "fast", self.fast as f64, 2.0, 500.0)?;
        within(at, "slow", self.slow as f64, self.fast as f64 + 1.0, 1000.0)?;
        within(at, "signal", self.signal as f64, 2.0, 500.0)
    }
}
