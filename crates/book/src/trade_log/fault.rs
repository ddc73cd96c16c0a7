//! Why a trade of a log is none that a market had.

use chrono::NaiveDate;

/// What is wrong with a logged trade.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum TradeFault {
    /// Nothing was traded.
    #[error("it has no legs")]
    NoLegs,
    /// The risk is not defined on the upside.
    #[error("a short call has no long one beside it: a leg is missing, or the risk has no limit")]
    NakedCall,
    /// The risk is that of the index on the downside.
    #[error(
        "a short put has no long one beside it: a leg is missing, or the risk is that of the index"
    )]
    NakedPut,
    /// A price outside what the package can pay off.
    #[error(
        "the price of its {what} is one no market had: a unit worth {worth} points, its payoff is {worst} to {best}"
    )]
    Price {
        /// `opening` or `end`.
        what: &'static str,
        /// What the price makes a unit worth \[points as quoted\].
        worth: f64,
        /// Least a unit can pay off \[points as quoted\].
        worst: f64,
        /// Most a unit can pay off \[points as quoted\].
        best: f64,
    },
    /// A number of this key that is not finite, or beyond any account.
    #[error("{0} is no amount")]
    NoAmount(&'static str),
    /// Fees that were received.
    #[error("fees are what is paid, so they are never above zero")]
    Fees,
    /// Too few units, or too many.
    #[error("{0} units, allowed are 1 to 1,000,000")]
    Units(i64),
    /// A leg of nothing, or of too much.
    #[error("a leg of {0} per unit")]
    LegQuantity(i64),
    /// A strike no class lists \[points as quoted\].
    #[error("a strike of {0}")]
    Strike(f64),
    /// The leg at this strike \[points as quoted\] was traded at no price of an option.
    #[error("a leg at strike {0} has no price of an option")]
    LegPrice(f64),
    /// The legs expire on several days.
    #[error(
        "its legs expire on different days: of a calendar spread only the nearer expiry has a pay-off, so its worst loss \
         is not known"
    )]
    Expiries,
    /// The legs are of several classes.
    #[error("its legs are of different classes")]
    Classes,
    /// A date on which nothing is traded.
    #[error("{what} on {date}, which is no session of the exchange")]
    NoSession {
        /// `opened` or `closed`.
        what: &'static str,
        /// The date.
        date: NaiveDate,
    },
    /// The end before the beginning.
    #[error("closed on {closed}, before it was opened on {opened}")]
    ClosedFirst {
        /// The end.
        closed: NaiveDate,
        /// The beginning.
        opened: NaiveDate,
    },
    /// The end after the expiry.
    #[error("it ends on {closed}, after its expiry {expiry}")]
    AfterExpiry {
        /// The end.
        closed: NaiveDate,
        /// The expiry.
        expiry: NaiveDate,
    },
    /// Opened on the day its class settles at the opening.
    #[error("opened on {0}, when it had settled at the opening")]
    OpenedSettled(NaiveDate),
    /// Closed before its expiry at no price.
    #[error("the log has no price of its end")]
    NoEnd,
}
