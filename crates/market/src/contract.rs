//! Contracts: what is listed, how it settles, what a point of it is worth.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::decimal::Day;
use crate::fund::Fund;
use crate::price::Price;

/// The trading class of a contract. Settlement style belongs to the root and is never inferred from a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Root {
    /// S&P 500 options settled at the special opening quotation (Cboe SPX specification).
    Spx,
    /// S&P 500 options settled at the index close (Cboe SPXW specification).
    Spxw,
    /// VIX options settled at the special opening quotation VRO (Cboe VIX options specification).
    Vix,
    /// VIX futures settled at VRO (CFE VX specification).
    Vx,
    /// An exchange-traded fund, by the share. It has no expiry.
    Fund(Fund),
}

/// The moment of an expiry day at which a contract becomes cash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Settlement {
    /// At the special opening quotation of the expiry morning.
    Am,
    /// At the index close of the expiry day, 16:00 New York time.
    Pm,
}

/// Call or put.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Right {
    /// The right to buy.
    Call,
    /// The right to sell.
    Put,
}

/// One contract. Futures have neither right nor strike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Contract {
    /// Trading class.
    pub root: Root,
    /// Day on which the contract settles; [`Contract::NEVER`] for a fund.
    pub expiry: NaiveDate,
    /// Call or put and strike of an option; `None` for a future.
    pub option: Option<(Right, Price)>,
}

impl Root {
    /// When contracts of this root become cash on their expiry day.
    pub fn settlement(self) -> Settlement {
        match self {
            // A fund never settles; what is left of it is sold.
            Root::Spxw | Root::Fund(_) => Settlement::Pm,
            Root::Spx | Root::Vix | Root::Vx => Settlement::Am,
        }
    }

    /// Value of one point of one contract (USD).
    pub fn multiplier(self) -> i64 {
        match self {
            Root::Spx | Root::Spxw | Root::Vix => 100,
            Root::Fund(_) => 1,
            Root::Vx => 1000,
        }
    }

    /// The exchange's ticker.
    pub fn name(self) -> &'static str {
        match self {
            Root::Spx => "SPX",
            Root::Spxw => "SPXW",
            Root::Vix => "VIX",
            Root::Vx => "VX",
            Root::Fund(fund) => fund.name(),
        }
    }
}

impl Right {
    /// +1 for a call, -1 for a put: the `cp` of the pricing formulas.
    pub fn sign(self) -> f64 {
        match self {
            Right::Call => 1.0,
            Right::Put => -1.0,
        }
    }

    /// `C` or `P`.
    pub fn letter(self) -> char {
        match self {
            Right::Call => 'C',
            Right::Put => 'P',
        }
    }
}

impl Contract {
    /// An option.
    pub fn option(root: Root, expiry: NaiveDate, right: Right, strike: Price) -> Contract {
        Contract {
            root,
            expiry,
            option: Some((right, strike)),
        }
    }

    /// A VIX future.
    pub fn future(expiry: NaiveDate) -> Contract {
        Contract {
            root: Root::Vx,
            expiry,
            option: None,
        }
    }

    /// Whether it still exists when the orders of the session `date` are filled: what settles in that morning is cash by
    /// then, what settles at that close is not.
    pub fn exists_at_fills(&self, date: NaiveDate) -> bool {
        self.expiry > date || self.expiry == date && self.root.settlement() == Settlement::Pm
    }

    /// Later than any session: the expiry of what has none.
    pub const NEVER: NaiveDate = NaiveDate::MAX;

    /// One share of a fund.
    pub fn fund(fund: Fund) -> Contract {
        Contract {
            root: Root::Fund(fund),
            expiry: Contract::NEVER,
            option: None,
        }
    }

    /// Day on which the contract settles, if it ever does.
    pub fn expires(&self) -> Option<NaiveDate> {
        (self.expiry != Contract::NEVER).then_some(self.expiry)
    }

    /// What the contract is worth once the underlying settled at `settlement` value: intrinsic value of an option,
    /// the settlement value itself for a future.
    pub fn payoff(&self, settlement: Price) -> Price {
        match self.option {
            None => settlement,
            Some((Right::Call, strike)) => Price((settlement - strike).0.max(0)),
            Some((Right::Put, strike)) => Price((strike - settlement).0.max(0)),
        }
    }
}

/// `SPXW 2022-02-04 P 4300`, `VX 2022-02-16`, `VIXY`.
impl std::fmt::Display for Contract {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.root.name())?;
        if let Some(expiry) = self.expires() {
            write!(f, " {}", Day(expiry))?;
        }
        let Some((right, strike)) = self.option else {
            return Ok(());
        };
        // Nearly every strike is whole, and a whole number is printed in a fifth of the time.
        match strike.0 % Price::PER_POINT {
            0 => write!(f, " {} {}", right.letter(), strike.0 / Price::PER_POINT),
            _ => write!(f, " {} {}", right.letter(), strike.points()),
        }
    }
}
