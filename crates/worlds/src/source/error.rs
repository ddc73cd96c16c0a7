//! Why no worlds can be made of a dataset.

use chrono::NaiveDate;

use super::{FEWEST_DAYS, RETURN_SESSIONS};

/// Why no worlds can be made of a dataset.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum WorldsError {
    /// The index or VIX is not there.
    #[error(
        "series {0:?} is missing from the dataset; worlds are made of the S&P 500 and VIX at least"
    )]
    MissingSeries(&'static str),
    /// A close between others is not there, or is none.
    #[error(
        "series {series:?} has no positive value on {date}; worlds need every session from its first on"
    )]
    MissingValue {
        /// Which series.
        series: &'static str,
        /// Which session.
        date: NaiveDate,
    },
    /// Too few days have all series.
    #[error(
        "the dataset has {found} days on which every series that prices rest on is known, with {RETURN_SESSIONS} sessions \
         before; worlds need {FEWEST_DAYS}"
    )]
    TooShort {
        /// How many there are.
        found: usize,
    },
    /// A stress of another time.
    #[error(
        "stress {name:?} lies outside the dataset: {first} to {last} must be sessions it can draw"
    )]
    NoStress {
        /// Which one.
        name: &'static str,
        /// Its first session.
        first: NaiveDate,
        /// Its last.
        last: NaiveDate,
    },
    /// The exchange's calendar ends.
    #[error("no session of the calendar lies far enough before {0} for signals to be warm")]
    Calendar(NaiveDate),
}
