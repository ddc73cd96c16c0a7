//! Where the money of a hedge comes from, and the most it may spend in a year.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use signals::key_error::{KeyError, within};

/// Money for the purses beside the fraction of the credit. The layers divide it by their shares.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "base", rename_all = "snake_case", deny_unknown_fields)]
pub enum Budget {
    /// A fraction of the maximum loss of every condor filled: margin less credit.
    MaxLoss {
        /// Fraction of it.
        fraction: f64,
    },
    /// A fraction of the margin every condor filled ties up.
    Margin {
        /// Fraction of it.
        fraction: f64,
    },
    /// A fraction of the starting capital per calendar year. Nothing is sized by later equity (docs/model.md#hedge-comparison).
    EquityPerYear {
        /// Fraction of it (per year).
        fraction: f64,
        /// In twelve parts on the first sessions of the months, or at once on the first of the year.
        every: Every,
    },
}

/// How often a yearly budget is paid out. The first session of a window counts as a first session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Every {
    /// A twelfth each month.
    Month,
    /// All of it each January.
    Year,
}

/// The most all layers together may be charged in one calendar year. It wins over every other rule.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "base", rename_all = "snake_case", deny_unknown_fields)]
pub enum AnnualCap {
    /// A fraction of the starting capital.
    Equity {
        /// Fraction of it.
        fraction: f64,
    },
    /// A fraction of the implied variance drag `0.5 x (VIX/100)^2 x starting capital` at the decision (docs/claims.md, row Z8).
    VarianceDrag {
        /// Fraction of it.
        fraction: f64,
    },
}

impl Budget {
    pub(crate) fn check(self, at: &str) -> Result<(), KeyError> {
        let (Budget::MaxLoss { fraction }
        | Budget::Margin { fraction }
        | Budget::EquityPerYear { fraction, .. }) = self;
        within(at, "fraction", fraction, 0.0, 1.0)
    }
}

impl AnnualCap {
    pub(crate) fn check(self, at: &str) -> Result<(), KeyError> {
        let (AnnualCap::Equity { fraction } | AnnualCap::VarianceDrag { fraction }) = self;
        within(at, "fraction", fraction, 0.0, 10.0)
    }

    /// The cap (USD) for an account that began with `start_usd`, at this VIX close (vol points).
    pub fn usd(self, start_usd: f64, vix: f64) -> f64 {
        match self {
            AnnualCap::Equity { fraction } => fraction * start_usd,
            AnnualCap::VarianceDrag { fraction } => {
                fraction * 0.5 * (vix / 100.0) * (vix / 100.0) * start_usd
            }
        }
    }
}
