//! What was computed once and may be asked for again.
//!
//! [`MemoMap`] keeps the latest few values of one kind by an ordered key. [`Memo`] is for questions that have no order, a
//! template with its fractions for example: it looks through what it has, so it keeps a few hundred at most.
//! `SharedValues` keeps one value of each type for a market: mostly memos of its users.
//!
//! Invariant: a value is a function of what it is found by. So it does not matter who asked first, which thread made it, or
//! whether it was forgotten in between: results never depend on a memo.

use std::any::{Any, TypeId};
use std::borrow::Borrow;
use std::collections::{BTreeMap, VecDeque};
use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The latest values of one kind, at most a fixed number of them; the oldest goes first.
#[derive(Debug)]
pub struct Memo<T> {
    kept: Mutex<VecDeque<Arc<T>>>,
    most: usize,
}

/// As [`Memo`], found by a key.
#[derive(Debug)]
pub struct MemoMap<K, T> {
    kept: Mutex<Keyed<K, T>>,
    most: usize,
}

#[derive(Debug)]
struct Keyed<K, T> {
    values: BTreeMap<K, Arc<T>>,
    /// The keys, the oldest first.
    order: VecDeque<K>,
}

impl<T> Memo<T> {
    /// Keeps at most this many values, at least one.
    pub const fn new(most: usize) -> Memo<T> {
        Memo {
            kept: Mutex::new(VecDeque::new()),
            most,
        }
    }

    /// The value that `is_wanted`, or what `make` returns. `make` runs outside the lock, because it may ask the same memo;
    /// of two threads that make the same value the first one's is kept.
    pub fn get(&self, is_wanted: impl Fn(&T) -> bool, make: impl FnOnce() -> T) -> Arc<T> {
        always(self.try_get(is_wanted, || Ok(make())))
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
        found_or_made(
            &self.kept,
            |kept| {
                let found = kept.iter().rev().find(|one| is_wanted(one));
                found.map(Arc::clone)
            },
            make,
            |kept, made| {
                while kept.len() >= self.most.max(1) {
                    kept.pop_front();
                }
                kept.push_back(made);
            },
        )
    }
}

impl<K: Ord + Clone, T> MemoMap<K, T> {
    /// Keeps at most this many values, at least one.
    pub const fn new(most: usize) -> MemoMap<K, T> {
        let kept = Keyed {
            values: BTreeMap::new(),
            order: VecDeque::new(),
        };
        MemoMap {
            kept: Mutex::new(kept),
            most,
        }
    }

    /// The value of a key, or what `make` returns; as [`Memo::get`].
    pub fn get<Q>(&self, key: &Q, make: impl FnOnce() -> T) -> Arc<T>
    where
        K: Borrow<Q>,
        Q: Ord + ToOwned<Owned = K> + ?Sized,
    {
        always(self.try_get(key, || Ok(make())))
    }

    /// The same where the value may be impossible to make; then nothing is kept.
    ///
    /// # Errors
    /// Those of `make`.
    pub fn try_get<Q, E>(&self, key: &Q, make: impl FnOnce() -> Result<T, E>) -> Result<Arc<T>, E>
    where
        K: Borrow<Q>,
        Q: Ord + ToOwned<Owned = K> + ?Sized,
    {
        found_or_made(
            &self.kept,
            |kept| kept.values.get(key).map(Arc::clone),
            make,
            |kept, made| {
                while kept.order.len() >= self.most.max(1) {
                    let oldest = kept.order.pop_front();
                    oldest.and_then(|key| kept.values.remove(key.borrow()));
                }
                kept.order.push_back(key.to_owned());
                kept.values.insert(key.to_owned(), made);
            },
        )
    }
}

/// A thread that panicked while it held the lock left whole values behind.
fn lock<C>(kept: &Mutex<C>) -> MutexGuard<'_, C> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

fn found_or_made<C, T, E>(
    kept: &Mutex<C>,
    find: impl Fn(&C) -> Option<Arc<T>>,
    make: impl FnOnce() -> Result<T, E>,
    keep: impl FnOnce(&mut C, Arc<T>),
) -> Result<Arc<T>, E> {
    let known = find(&lock(kept));
    if let Some(found) = known {
        return Ok(found);
    }
    let made = Arc::new(make()?);
    let mut kept = lock(kept);
    if let Some(found) = find(&kept) {
        return Ok(found);
    }
    keep(&mut kept, Arc::clone(&made));
    Ok(made)
}

fn always<T>(made: Result<T, Infallible>) -> T {
    match made {
        Ok(value) => value,
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
    fn a_key_finds_its_value_until_the_oldest_goes() {
        let memo: MemoMap<String, usize> = MemoMap::new(2);
        let made = std::cell::RefCell::new(Vec::new());
        let ask = |key: &str| {
            *memo.get(key, || {
                made.borrow_mut().push(key.to_string());
                key.len()
            })
        };
        assert_eq!([ask("a"), ask("bb"), ask("a"), ask("ccc")], [1, 2, 1, 3]);
        assert_eq!(*made.borrow(), ["a", "bb", "ccc"]);
        // The third took the place of the first, and only that.
        assert_eq!([ask("bb"), ask("a")], [2, 1]);
        assert_eq!(*made.borrow(), ["a", "bb", "ccc", "a"]);
        let failed: Result<Arc<usize>, &str> = memo.try_get("none", || Err("no"));
        assert_eq!(failed, Err("no"));
        assert_eq!(ask("none"), 4);
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
