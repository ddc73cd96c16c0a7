//! Columns that several scenarios ask for, computed once per history.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::column::Column;
use crate::truth::TriggerColumn;

/// The columns of one history, by the canonical text of their definition.
#[derive(Debug, Default)]
pub(crate) struct Cache {
    pub(crate) columns: Shelf<Column>,
    pub(crate) triggers: Shelf<TriggerColumn>,
}

#[derive(Debug)]
pub(crate) struct Shelf<T>(Mutex<BTreeMap<String, Arc<T>>>);

impl<T> Default for Shelf<T> {
    fn default() -> Shelf<T> {
        Shelf(Mutex::default())
    }
}

impl<T> Shelf<T> {
    /// What is kept under `key`, or what `make` returns. `make` runs outside the lock: it asks for other columns. Two
    /// threads that make the same one make equal ones; the first is kept.
    pub(crate) fn get(&self, key: &str, make: impl FnOnce() -> T) -> Arc<T> {
        let lock = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = lock().get(key) {
            return Arc::clone(found);
        }
        let made = Arc::new(make());
        Arc::clone(lock().entry(key.to_string()).or_insert(made))
    }
}
