//! The side of a leg.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Bought or sold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Bought.
    Long,
    /// Sold.
    Short,
}

impl Side {
    /// +1 for long, -1 for short.
    pub fn sign(self) -> i64 {
        match self {
            Side::Long => 1,
            Side::Short => -1,
        }
    }
}
