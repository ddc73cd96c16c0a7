//! How many units a layer wants, apart from what its purse can pay.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use signals::key_error::{KeyError, within};

/// One rule of size. Several may be given: the smallest answer counts, and the purse is always a limit.
///
/// A layer with size rules spends its purse unweighted: the weight of the hedge scales the rules marked (w).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "by", rename_all = "snake_case", deny_unknown_fields)]
pub enum SizeRule {
    /// This many units per purchase.
    Units {
        /// Units.
        units: i64,
    },
    /// (w) Hold this many units per open condor contract.
    PerCondor {
        /// Units per contract.
        ratio: f64,
    },
    /// (w) Spend this fraction of a base per purchase.
    Premium {
        /// What it is a fraction of.
        base: PremiumBase,
        /// The fraction.
        fraction: f64,
    },
    /// (w) Hold what gains, in a fall of the index to the lower break-even of the last condor and `fraction` of half its
    /// break-even width beyond, as much as the open condors then lose at settlement (docs/model.md#stress-and-sizes, docs/claims.md, row Z1 (b)).
    BreakEven {
        /// Fraction of half the break-even width: phi at full weight.
        fraction: f64,
    },
    /// Hold at most the delta (USD per index point) of this fraction of the condors' gamma times a one-day expected move
    /// (docs/model.md#stress-and-sizes, docs/claims.md, row Z3 (a)).
    Gamma {
        /// Fraction: 0.35 in the text.
        fraction: f64,
    },
    /// Hold at most what gains this fraction of the condors' loss on a day of minus one standard deviation (docs/claims.md, row Z3 (b)).
    Scenario {
        /// Fraction: 0.35 in the text.
        fraction: f64,
    },
    /// (w) Hold at most this ratio of the condors' vega, VIX instruments by their response to one vol point (docs/claims.md, row L11).
    Vega {
        /// Ratio of hedge vega to condor vega.
        ratio: f64,
    },
    /// Buy only while the theta of the whole book stays above this (docs/claims.md, row I8).
    Theta {
        /// Least theta of the book (USD per calendar day).
        at_least_usd_per_day: f64,
    },
    /// Sell as many units as the account's free cash, with what they bring, pays at their worst: cash-secured.
    CashSecured {
        /// Part of the free cash: 1 for all of it.
        fraction: f64,
    },
    /// Hold units worth this fraction of the account; what is more is sold.
    AccountShare {
        /// The fraction.
        fraction: f64,
    },
}

/// What a premium is a fraction of. Condors are those open at the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PremiumBase {
    /// Starting capital.
    Equity,
    /// Credit of the open condors.
    Credit,
    /// Maximum loss of the open condors: margin less credit.
    MaxLoss,
    /// Margin of the open condors.
    Margin,
    /// The balance of the layer's purse.
    HedgeBudget,
    /// What the account is worth at the time, interest included, open packages at the marks of the last close.
    Account,
}

impl SizeRule {
    /// Name of the rule as policies write it.
    pub fn name(self) -> &'static str {
        match self {
            SizeRule::Units { .. } => "units",
            SizeRule::PerCondor { .. } => "per_condor",
            SizeRule::Premium {
                base: PremiumBase::Equity,
                ..
            } => "premium of equity",
            SizeRule::Premium {
                base: PremiumBase::Credit,
                ..
            } => "premium of credit",
            SizeRule::Premium {
                base: PremiumBase::MaxLoss,
                ..
            } => "premium of max_loss",
            SizeRule::Premium {
                base: PremiumBase::Margin,
                ..
            } => "premium of margin",
            SizeRule::Premium {
                base: PremiumBase::HedgeBudget,
                ..
            } => "premium of hedge_budget",
            SizeRule::Premium {
                base: PremiumBase::Account,
                ..
            } => "premium of account",
            SizeRule::BreakEven { .. } => "break_even",
            SizeRule::Gamma { .. } => "gamma",
            SizeRule::Scenario { .. } => "scenario",
            SizeRule::Vega { .. } => "vega",
            SizeRule::Theta { .. } => "theta",
            SizeRule::CashSecured { .. } => "cash_secured",
            SizeRule::AccountShare { .. } => "account_share",
        }
    }

    /// Whether the answer depends on the whole account, and not on the layer, its purse and the condors alone.
    pub fn asks_account(self) -> bool {
        match self {
            SizeRule::CashSecured { .. }
            | SizeRule::AccountShare { .. }
            | SizeRule::Premium {
                base: PremiumBase::Account,
                ..
            } => true,
            SizeRule::Units { .. }
            | SizeRule::PerCondor { .. }
            | SizeRule::BreakEven { .. }
            | SizeRule::Gamma { .. }
            | SizeRule::Scenario { .. }
            | SizeRule::Vega { .. }
            | SizeRule::Theta { .. } => false,
            SizeRule::Premium {
                base:
                    PremiumBase::Equity
                    | PremiumBase::Credit
                    | PremiumBase::MaxLoss
                    | PremiumBase::Margin
                    | PremiumBase::HedgeBudget,
                ..
            } => false,
        }
    }

    pub(crate) fn check(self, at: &str) -> Result<(), KeyError> {
        match self {
            SizeRule::Units { units } => within(at, "units", units as f64, 1.0, 1e6),
            SizeRule::PerCondor { ratio } | SizeRule::Vega { ratio } => {
                within(at, "ratio", ratio, 0.0, 100.0)
            }
            SizeRule::Premium { fraction, .. }
            | SizeRule::BreakEven { fraction }
            | SizeRule::Gamma { fraction }
            | SizeRule::Scenario { fraction } => within(at, "fraction", fraction, 0.0, 10.0),
            SizeRule::Theta {
                at_least_usd_per_day: least,
            } => within(at, "at_least_usd_per_day", least, -1e9, 1e9),
            SizeRule::CashSecured { fraction } | SizeRule::AccountShare { fraction } => {
                within(at, "fraction", fraction, 0.0, 1.0)
            }
        }
    }
}
