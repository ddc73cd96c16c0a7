//! Prices counted by where they came from.

use std::collections::BTreeMap;

use market::chain::Source;
use market::contract::Root;

/// What is counted: a kind of price (`fill`, `mark`), a root and a source.
pub type Key = (&'static str, Root, Source);

/// How many prices of a kind and root came from each source.
pub type Counts = BTreeMap<Key, usize>;
