//! What was computed once and may be asked for again.
//!
//! [`Memo`] keeps the latest few values of one kind and finds them by a question. `SharedValues` keeps one value of each
//! type for a market: mostly memos of its users.
//!
//! Invariant: a value is a function of what it is found by. So it does not matter who asked first, which thread made it, or
//! whether it was forgotten in between: results never depend on a memo.

use std::any::{Any, TypeId};
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The latest values of one kind, at most a fixed number of them; the oldest goes first.
#[derive(Debug)]
pub struct Memo<T> {
    kept: Mutex<VecDeque<Arc<T>>>,
    most: usize,
}

impl<T> Memo<T> {
    /// Keeps at most this many values, at least one.
    pub const fn new(most: usize) -> Memo<T> {
        Memo {
            kept: Mutex::new(VecDeque::new()),
            most,
        }
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Arc<T>>> {
        // A thread that panicked while it held the lock left whole values behind.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The value that `is_wanted`, or what `make` returns. `make` runs outside the lock, because it may ask the same memo;
    /// of two threads that make the same value the first one's is kept.
    pub fn get(&self, is_wanted: impl Fn(&T) -> bool, make: impl FnOnce() -> T) -> Arc<T> {
        let found: Result<Arc<T>, std::convert::Infallible> =
            self.try_get(is_wanted, || Ok(make()));
        match found {
            Ok(value) => value,
        }
    }

    /// The same where the value may be impossible to make; then nothing is kept.
    ///
    /// # Errors
    /// Those of `make`.
    pub fn try_get<E>(
        &self,
        is_wanted: impl Fn(&T) -> bool,
        make: impl FnOnce() -> Result<T, E>,
    ) -> Result<Arc<T>, E> {
        if let Some(found) = self.lock().iter().rev().find(|one| is_wanted(one)) {
            return Ok(Arc::clone(found));
        }
        let made = Arc::new(make()?);
        let mut kept = self.lock();
        if let Some(found) = kept.iter().rev().find(|one| is_wanted(one)) {
            return Ok(Arc::clone(found));
        }
        while kept.len() >= self.most.max(1) {
            kept.pop_front();
        }
        kept.push_back(Arc::clone(&made));
        Ok(made)
    }
}

/// One value per type, made when it is first asked for.
#[derive(Debug, Default)]
pub(crate) struct SharedValues {
    values: Mutex<BTreeMap<TypeId, Arc<dyn Any + Send + Sync>>>,
}

impl SharedValues {
    pub(crate) fn get<T: Any + Default + Send + Sync>(&self) -> Arc<T> {
        let mut values = self.values.lock().unwrap_or_else(PoisonError::into_inner);
        let value = values
            .entry(TypeId::of::<T>())
            .or_insert_with(|| Arc::new(T::default()));
        Arc::downcast(Arc::clone(value)).expect("a value is kept under its own type")
    }
}

/// What was computed from a market belongs to that market alone.
impl Clone for SharedValues {
    fn clone(&self) -> SharedValues {
        SharedValues::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Asks for a number; counts how often it was made.
    fn ask(memo: &Memo<u32>, wanted: u32, made: &mut u32) -> u32 {
        *memo.get(
            |one| *one == wanted,
            || {
                *made += 1;
                wanted
            },
        )
    }

    #[test]
    fn a_value_is_made_once_and_the_oldest_goes_first() {
        let (memo, mut made) = (Memo::new(2), 0);
        assert_eq!((ask(&memo, 1, &mut made), ask(&memo, 2, &mut made)), (1, 2));
        assert_eq!((ask(&memo, 1, &mut made), made), (1, 2));
        // The third takes the place of the first.
        ask(&memo, 3, &mut made);
        ask(&memo, 2, &mut made);
        assert_eq!(made, 3);
        ask(&memo, 1, &mut made);
        assert_eq!(made, 4);
    }

    #[test]
    fn making_a_value_may_ask_for_another_and_what_cannot_be_made_is_not_kept() {
        let memo: Memo<u32> = Memo::new(4);
        let value = memo.get(|v| *v == 7, || *memo.get(|v| *v == 6, || 6) + 1);
        assert_eq!(*value, 7);
        let failed: Result<Arc<u32>, &str> = memo.try_get(|v| *v == 9, || Err("no"));
        assert_eq!(failed, Err("no"));
        let found: Result<Arc<u32>, &str> = memo.try_get(|v| *v == 9, || Ok(9));
        assert_eq!(found.as_deref(), Ok(&9));
    }

    #[test]
    fn threads_that_make_the_same_value_share_one() {
        let memo: Memo<u32> = Memo::new(4);
        let values: Vec<Arc<u32>> = std::thread::scope(|scope| {
            let ask = || memo.get(|v| *v == 5, || 5);
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(ask)).collect();
            threads
                .into_iter()
                .map(|t| t.join().expect("it ends"))
                .collect()
        });
        assert!(values.iter().all(|v| Arc::ptr_eq(v, &values[0])));
    }
}
