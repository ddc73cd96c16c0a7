//! The small rules policies are made of: which expiry, which strike, when to leave.

use market::contract::Root;
use market::fund::Fund;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use signals::key_error::{KeyError, within};

/// Where to look for a contract: a listed class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Underlying {
    /// SPX options settled at the close (root SPXW).
    Spxw,
    /// SPX options settled at the opening (root SPX).
    Spx,
    /// VIX options, monthly expiries.
    Vix,
    /// VIX futures, monthly expiries.
    Vx,
    /// A fund: S&P 500.
    Spy,
    /// A fund: S&P 500, equal weights.
    Rsp,
    /// A fund: Russell 2000.
    Iwm,
    /// A fund: high-yield bonds.
    Hyg,
    /// A fund: investment-grade bonds.
    Lqd,
    /// A fund: Treasury bonds of 20 years and more.
    Tlt,
    /// A fund: real estate (Vanguard).
    Vnq,
    /// A fund: real estate (iShares).
    Iyr,
    /// A fund: short-term VIX futures, ETF.
    Vixy,
    /// A fund: short-term VIX futures, ETN.
    Vxx,
}

impl Underlying {
    /// The class's root.
    pub fn root(self) -> Root {
        match self {
            Underlying::Spxw => Root::Spxw,
            Underlying::Spx => Root::Spx,
            Underlying::Vix => Root::Vix,
            Underlying::Vx => Root::Vx,
            Underlying::Spy => Root::Fund(Fund::Spy),
            Underlying::Rsp => Root::Fund(Fund::Rsp),
            Underlying::Iwm => Root::Fund(Fund::Iwm),
            Underlying::Hyg => Root::Fund(Fund::Hyg),
            Underlying::Lqd => Root::Fund(Fund::Lqd),
            Underlying::Tlt => Root::Fund(Fund::Tlt),
            Underlying::Vnq => Root::Fund(Fund::Vnq),
            Underlying::Iyr => Root::Fund(Fund::Iyr),
            Underlying::Vixy => Root::Fund(Fund::Vixy),
            Underlying::Vxx => Root::Fund(Fund::Vxx),
        }
    }

    /// Whether it is a fund, which has neither options nor an expiry here.
    pub fn is_fund(self) -> bool {
        matches!(self.root(), Root::Fund(_))
    }
}

/// Which of the listed expiries to trade, in calendar days from the day of the fill.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "rule", rename_all = "snake_case", deny_unknown_fields)]
pub enum ExpiryRule {
    /// The listed expiry nearest to `target_days` within the bounds; of two equally near the earlier.
    Nearest {
        /// Wanted days to expiry.
        target_days: i64,
        /// Fewest days allowed.
        min_days: i64,
        /// Most days allowed.
        max_days: i64,
    },
    /// The latest listed expiry within the bounds.
    Latest {
        /// Fewest days allowed.
        min_days: i64,
        /// Most days allowed.
        max_days: i64,
    },
    /// The first listed expiry within the bounds.
    First {
        /// Fewest days allowed.
        min_days: i64,
        /// Most days allowed.
        max_days: i64,
    },
    /// No expiry: for funds, and only for them.
    Never,
}

impl ExpiryRule {
    /// Fewest and most days this rule can accept.
    pub fn bounds(self) -> (i64, i64) {
        match self {
            ExpiryRule::Nearest {
                min_days, max_days, ..
            }
            | ExpiryRule::Latest { min_days, max_days }
            | ExpiryRule::First { min_days, max_days } => (min_days, max_days),
            ExpiryRule::Never => (0, 0),
        }
    }

    pub(crate) fn check(self, at: &str) -> Result<(), KeyError> {
        if self == ExpiryRule::Never {
            return Ok(());
        }
        let (min, max) = self.bounds();
        if min < 1 || max < min {
            return Err(KeyError::at(
                at,
                format!("min_days {min} and max_days {max} must satisfy 1 <= min_days <= max_days"),
            ));
        }
        if max > 365 {
            return Err(KeyError::at(
                at,
                format!("max_days {max} is beyond the listed horizon of 365 days"),
            ));
        }
        if let ExpiryRule::Nearest { target_days, .. } = self
            && !(min..=max).contains(&target_days)
        {
            return Err(KeyError::at(
                at,
                format!("target_days {target_days} must lie within {min}..={max}"),
            ));
        }
        Ok(())
    }
}

/// Which strike to trade.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "by", rename_all = "snake_case", deny_unknown_fields)]
pub enum StrikeRule {
    /// The listed strike whose absolute delta is closest to `delta`; ties go to the strike nearer the money.
    Delta {
        /// Wanted absolute Black-76 delta, discounted, with the strike's own smile volatility.
        delta: f64,
        /// Greatest allowed distance from `delta`; beyond it the package is refused.
        tolerance: f64,
    },
    /// Listed strike nearest to the strike of the leg before plus `points`.
    OffsetFromPrevious {
        /// Distance from the leg before [index points], negative is below.
        points: f64,
    },
    /// Listed strike nearest to `ratio` times the forward.
    Moneyness {
        /// Strike over forward.
        ratio: f64,
    },
    /// The highest listed strike that is not above `ratio` times the index (SPX and SPXW options only).
    AtOrBelow {
        /// Greatest strike over index level.
        ratio: f64,
    },
}

impl StrikeRule {
    pub(crate) fn check(self, at: &str, first: bool) -> Result<(), KeyError> {
        match self {
            StrikeRule::Delta { delta, tolerance } => {
                within(at, "delta", delta, 0.005, 0.995)?;
                within(at, "tolerance", tolerance, 0.0, 0.5)
            }
            StrikeRule::OffsetFromPrevious { .. } if first => Err(KeyError::at(
                at,
                "the first leg has no leg before it to be offset from",
            )),
            StrikeRule::OffsetFromPrevious { points: 0.0 } => {
                Err(KeyError::at(at, "points must not be 0"))
            }
            StrikeRule::OffsetFromPrevious { points } => {
                within(at, "points", points, -5000.0, 5000.0)
            }
            StrikeRule::Moneyness { ratio } | StrikeRule::AtOrBelow { ratio } => {
                within(at, "ratio", ratio, 0.2, 5.0)
            }
        }
    }
}

/// When to leave a package. Any rule that applies is enough; the first in file order names the reason.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum ExitRule {
    /// The fill happens on the first session with at most this many calendar days to expiry.
    DaysToExpiry {
        /// Days to expiry at the fill.
        at_most: i64,
    },
    /// The fill happens on the first session by which this part of the calendar days from the opening to the expiry has
    /// passed.
    LifeElapsed {
        /// Part of the life, in (0, 1): 0.5 is half of it.
        fraction: f64,
    },
    /// Closing at mid would keep at least this fraction of the opening credit.
    ProfitTarget {
        /// Fraction of the opening credit, in (0, 1].
        fraction_of_credit: f64,
    },
    /// Closing at mid would lose at least this multiple of the opening credit.
    StopLoss {
        /// Multiple of the opening credit.
        multiple_of_credit: f64,
    },
    /// The absolute delta of a short strike reached this value.
    TestedDelta {
        /// Absolute delta.
        at_least: f64,
    },
    /// The position is worth at least this multiple of its opening debit at mid.
    ProfitMultiple {
        /// Multiple of the opening debit.
        at_least: f64,
    },
}

impl ExitRule {
    pub(crate) fn check(self, at: &str) -> Result<(), KeyError> {
        match self {
            ExitRule::DaysToExpiry { at_most } if (0..=365).contains(&at_most) => Ok(()),
            ExitRule::DaysToExpiry { at_most } => Err(KeyError::at(
                at,
                format!("at_most {at_most} must lie within 0..=365"),
            )),
            ExitRule::LifeElapsed { fraction } => within(at, "fraction", fraction, 0.01, 0.99),
            ExitRule::ProfitTarget { fraction_of_credit } => {
                within(at, "fraction_of_credit", fraction_of_credit, 0.01, 1.0)
            }
            ExitRule::StopLoss { multiple_of_credit } => {
                within(at, "multiple_of_credit", multiple_of_credit, 0.1, 100.0)
            }
            ExitRule::TestedDelta { at_least } => within(at, "at_least", at_least, 0.05, 0.99),
            ExitRule::ProfitMultiple { at_least } => within(at, "at_least", at_least, 1.0, 1000.0),
        }
    }
}

/// Checks the exits of a package, and that each can ever apply to it.
pub(crate) fn check_exits(
    at: &str,
    exits: &[ExitRule],
    opens: Opens,
    sells_options: bool,
) -> Result<(), KeyError> {
    for exit in exits {
        exit.check(at)?;
        let (kind, asks) = match exit {
            ExitRule::StopLoss { .. } => ("stop_loss", Opens::ForCredit),
            ExitRule::ProfitTarget { .. } => ("profit_target", Opens::ForCredit),
            ExitRule::ProfitMultiple { .. } => ("profit_multiple", Opens::ForDebit),
            ExitRule::TestedDelta { .. } if !sells_options => {
                let fault =
                    "tested_delta never applies: it watches a short option, and none is sold here";
                return Err(KeyError::at(at, fault));
            }
            _ => continue,
        };
        if opens != Opens::Either && asks != opens {
            let measured = match asks {
                Opens::ForDebit => "debit",
                _ => "credit",
            };
            let fault = format!(
                "{kind} never applies: it is measured on the opening {measured}, and this package is never opened for one"
            );
            return Err(KeyError::at(at, fault));
        }
    }
    Ok(())
}

/// What a package is opened for, as far as its rules tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Opens {
    /// Its holder receives money.
    ForCredit,
    /// Its holder pays.
    ForDebit,
    /// Nothing at all, as a future does.
    ForNothing,
    /// It depends on the market.
    Either,
}

/// The name of the first key that is set.
pub(crate) fn first_set(keys: &[(bool, &'static str)]) -> Option<&'static str> {
    keys.iter().find(|(is_set, _)| *is_set).map(|(_, key)| *key)
}
