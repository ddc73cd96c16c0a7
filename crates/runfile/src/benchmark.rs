//! A published index that the account of an arm is compared with.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use signals::key_error::{KeyError, suggestion};

/// A comparison a run file asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Benchmark {
    /// The arm whose account is compared.
    pub arm: String,
    /// Series of the dataset with the published levels: daily, or known at month-ends.
    pub series: String,
    /// First day of the comparison, whose level is the base of the first return.
    pub first: NaiveDate,
    /// Last day of the comparison.
    pub last: NaiveDate,
}

impl Benchmark {
    /// Whether the arm is one of the run and the days are in order.
    ///
    /// # Errors
    /// With the key, what was found and what is allowed.
    pub fn check(&self, arms: &[String]) -> Result<(), KeyError> {
        let Benchmark {
            arm,
            series,
            first,
            last,
        } = self;
        if !arms.contains(arm) {
            return Err(KeyError::at(
                "benchmarks",
                format!("arm {arm:?} is not one of arms{}", suggestion(arm, arms)),
            ));
        }
        if first >= last {
            return Err(KeyError::at(
                format!("benchmarks.{series}"),
                format!("first {first} must be before last {last}"),
            ));
        }
        Ok(())
    }
}
