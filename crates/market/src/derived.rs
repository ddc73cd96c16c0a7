//! Values that others derive from a market and share between scenarios: one of each type.

use std::any::{Any, TypeId};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// One value per type, made when it is first asked for.
#[derive(Debug, Default)]
pub(crate) struct Derived {
    values: Mutex<BTreeMap<TypeId, Arc<dyn Any + Send + Sync>>>,
}

impl Derived {
    pub(crate) fn get<T: Any + Default + Send + Sync>(&self) -> Arc<T> {
        let mut values = self.values.lock().unwrap_or_else(PoisonError::into_inner);
        let value = values
            .entry(TypeId::of::<T>())
            .or_insert_with(|| Arc::new(T::default()));
        Arc::downcast(Arc::clone(value)).expect("a value is kept under its own type")
    }
}

/// What was derived from a market belongs to that market alone.
impl Clone for Derived {
    fn clone(&self) -> Derived {
        Derived::default()
    }
}
