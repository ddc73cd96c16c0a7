//! Prices counted by where they came from.

use std::collections::BTreeMap;

use market::chain::Source;
use market::contract::Root;

/// How many prices of a kind (`fill`, `mark`) and root came from each source.
pub type Counts = BTreeMap<(&'static str, Root, Source), usize>;
