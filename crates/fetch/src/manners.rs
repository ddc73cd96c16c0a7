//! How requests behave.

use std::sync::atomic::AtomicBool;
use std::time::Duration;

/// How requests behave.
pub struct Manners<'a> {
    /// Files asked for at the same time.
    pub parallel: usize,
    /// Attempts per file.
    pub attempts: u32,
    /// Wait before the second attempt; doubled before each further one.
    pub first_wait: Duration,
    /// Longest wait, also if the server asks for more.
    pub longest_wait: Duration,
    /// Time for a whole request.
    pub timeout: Duration,
    /// How to wait.
    pub wait: &'a (dyn Fn(Duration) + Sync),
    /// Set when the user wants to stop: what is under way is finished, nothing new begins.
    pub stop: &'a AtomicBool,
}
