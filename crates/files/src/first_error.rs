//! The first error of many readers, kept until somebody asks.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// What went wrong first, where those who read can only do without.
#[derive(Debug)]
pub struct FirstError<E>(Mutex<Option<E>>);

impl<E> Default for FirstError<E> {
    fn default() -> FirstError<E> {
        FirstError(Mutex::new(None))
    }
}

impl<E> FirstError<E> {
    /// What was found; an error is kept, if it is the first.
    pub fn note<T>(&self, found: Result<T, E>) -> Option<T> {
        let keep = |error| {
            self.lock().get_or_insert(error);
        };
        found.map_err(keep).ok()
    }

    /// Whether nothing went wrong since it was asked last.
    ///
    /// # Errors
    /// The first.
    pub fn check(&self) -> Result<(), E> {
        self.lock().take().map_or(Ok(()), Err)
    }

    fn lock(&self) -> MutexGuard<'_, Option<E>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::FirstError;

    #[test]
    fn the_first_error_is_told_once() {
        let errors: FirstError<&str> = FirstError::default();
        assert_eq!(errors.check(), Ok(()));
        assert_eq!(errors.note(Ok(3)), Some(3));
        assert_eq!(errors.note::<u8>(Err("first")), None);
        assert_eq!(errors.note::<u8>(Err("second")), None);
        assert_eq!(errors.check(), Err("first"));
        assert_eq!(errors.check(), Ok(()));
    }
}
