//! How long something takes, for plans and nothing else: no result depends on it.

use std::time::{Duration, Instant};

/// The CPU time of this thread where the system tells it (Linux), else the time on the wall.
pub struct Clock {
    wall: Instant,
    cpu: Option<Duration>,
}

impl Clock {
    #[allow(
        clippy::disallowed_methods,
        reason = "a plan is about time; it decides no result"
    )]
    /// Begins now.
    pub fn start() -> Clock {
        Clock {
            wall: Instant::now(),
            cpu: Clock::cpu(),
        }
    }

    /// CPU time of this thread since then, or time on the wall.
    pub fn elapsed(&self) -> Duration {
        match (self.cpu, Clock::cpu()) {
            (Some(began), Some(now)) => now.saturating_sub(began),
            _ => self.wall.elapsed(),
        }
    }

    /// Time on the wall since then.
    pub fn on_the_wall(&self) -> Duration {
        self.wall.elapsed()
    }

    fn cpu() -> Option<Duration> {
        // Nanoseconds on a processor come first.
        let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
        let nanoseconds = text.split_whitespace().next()?.parse().ok()?;
        Some(Duration::from_nanos(nanoseconds))
    }
}
