//! A host's wish to stop, and the words that go with it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::error::Failure;

/// Asks a running command to stop. A host shares one with [`crate::main`] and raises it from a signal handler's thread or
/// from anywhere else; the command ends at its next safe moment with code 130, and leaves nothing half-written.
#[derive(Default)]
pub struct Stop {
    raised: AtomicBool,
    job: Mutex<Option<Words>>,
}

/// What is said about a job that can be stopped.
#[derive(Clone, Copy)]
struct Words {
    /// When it is asked to stop, where ending takes a moment worth a word.
    asked: Option<&'static str>,
    /// When it has ended: how to go on.
    ended: &'static str,
}

impl Stop {
    /// One that nobody has raised.
    pub const fn new() -> Stop {
        Stop {
            raised: AtomicBool::new(false),
            job: Mutex::new(None),
        }
    }

    /// Raises it.
    pub fn raise(&self) {
        self.raised.store(true, Ordering::Relaxed);
    }

    /// For the signal handler of a program: raises it and says on stderr what follows. True where the program should end
    /// now with code 130: it was raised before, or no command is running that would listen.
    pub fn interrupt(&self) -> bool {
        let asked_before = self.raised.swap(true, Ordering::Relaxed);
        let job = *self.words();
        match job {
            None => true,
            Some(words) if asked_before => {
                eprintln!("\nalvh: interrupted; {}", words.ended);
                true
            }
            Some(words) => {
                // The line after the terminal's `^C`.
                eprintln!();
                if let Some(asked) = words.asked {
                    eprintln!("alvh: {asked}");
                }
                false
            }
        }
    }

    /// A job that listens from now on. `ended` says how to go on after an interrupt.
    pub(crate) fn job(&self, ended: &'static str) -> StoppableJob<'_> {
        self.listen(Words { asked: None, ended })
    }

    /// The same for a job that finishes what is in work: `asked` says so as soon as it is asked.
    pub(crate) fn slow_job(&self, asked: &'static str, ended: &'static str) -> StoppableJob<'_> {
        self.listen(Words {
            asked: Some(asked),
            ended,
        })
    }

    fn listen(&self, words: Words) -> StoppableJob<'_> {
        *self.words() = Some(words);
        StoppableJob { stop: self, words }
    }

    fn words(&self) -> MutexGuard<'_, Option<Words>> {
        self.job.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Part of a command that listens to a [`Stop`] until it is dropped.
pub(crate) struct StoppableJob<'a> {
    stop: &'a Stop,
    words: Words,
}

impl StoppableJob<'_> {
    /// Raised when the job should stop.
    pub(crate) fn flag(&self) -> &AtomicBool {
        &self.stop.raised
    }

    /// Fails where the job was asked to stop.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        match self.stop.raised.load(Ordering::Relaxed) {
            true => Err(self.interrupted()),
            false => Ok(()),
        }
    }

    /// What a stopped job ends with.
    pub(crate) fn interrupted(&self) -> Failure {
        Failure::interrupted(format!("interrupted; {}", self.words.ended))
    }
}

impl Drop for StoppableJob<'_> {
    fn drop(&mut self) {
        *self.stop.words() = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listening_job_is_asked_once_and_then_ended() {
        let stop = Stop::new();
        let job = stop.job("start again");
        assert!(job.check().is_ok());
        assert!(!stop.interrupt(), "the job ends by itself");
        let failure = job.check().expect_err("it was asked to stop");
        assert_eq!(failure.exit_code(), 130);
        assert_eq!(
            failure.message().as_deref(),
            Some("interrupted; start again")
        );
        assert!(stop.interrupt(), "who asks twice does not wait");
    }

    #[test]
    fn where_nothing_listens_the_program_ends() {
        assert!(Stop::new().interrupt());
        let stop = Stop::new();
        drop(stop.job("start again"));
        assert!(stop.interrupt());
    }
}
