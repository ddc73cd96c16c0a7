//! The values a claim names.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use signals::key_error::KeyError;

/// The values that are claimed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Claimed {
    /// Within these two, both included.
    Between([f64; 2]),
    /// More than this.
    Above(f64),
    /// Less than this.
    Below(f64),
}

impl Claimed {
    /// Whether the whole interval lies among them.
    pub fn holds_all(self, (lo, hi): (f64, f64)) -> bool {
        match self {
            Claimed::Between([low, high]) => low <= lo && hi <= high,
            Claimed::Above(x) => x < lo,
            Claimed::Below(x) => hi < x,
        }
    }

    /// Whether no part of the interval does.
    pub fn holds_none(self, (lo, hi): (f64, f64)) -> bool {
        match self {
            Claimed::Between([low, high]) => hi < low || high < lo,
            Claimed::Above(x) => hi <= x,
            Claimed::Below(x) => x <= lo,
        }
    }

    pub(crate) fn check(self, at: &str) -> Result<(), KeyError> {
        let finite = |x: f64| {
            if x.is_finite() {
                Ok(())
            } else {
                Err(KeyError::NotAllowed {
                    key: at.to_string(),
                    found: x.to_string(),
                    allowed: "a finite number".to_string(),
                })
            }
        };
        match self {
            Claimed::Above(x) | Claimed::Below(x) => finite(x),
            Claimed::Between([low, high]) if low > high => Err(KeyError::Between(format!(
                "{at}.between is [{low}, {high}], the first must not be above the second"
            ))),
            Claimed::Between([low, high]) => finite(low).and(finite(high)),
        }
    }
}

impl fmt::Display for Claimed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Claimed::Between([low, high]) => write!(f, "{low} to {high}"),
            Claimed::Above(x) => write!(f, "above {x}"),
            Claimed::Below(x) => write!(f, "below {x}"),
        }
    }
}
