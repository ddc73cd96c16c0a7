//! How much time a phase has left, told from when its units were done.
//!
//! Units differ: some are known beforehand and take no time, some are seven times as long as others, and several are worked on
//! at once. So work is told in parts of the phase's whole, by who knows what a unit costs, and the speed is that of the later
//! half of the time so far: what was quick at the beginning says nothing of what is left.

use std::collections::VecDeque;

/// Seconds before which nothing is told: the first units say little about the rest.
pub(super) const SETTLED: f64 = 2.0;
/// Moments that are kept; of more, every second one goes.
const KEPT: usize = 512;

/// The moments at which units of a phase were done.
#[derive(Debug, Default)]
pub(super) struct TimeLeft {
    /// Seconds since the phase began, and the part of its work done by then.
    told: VecDeque<(f64, f64)>,
    /// Greatest part of the work that came at once: what is in hand may be as much.
    step: f64,
}

impl TimeLeft {
    /// So much of the work (of 1) is done `at` seconds after the phase began.
    pub(super) fn tell(&mut self, at: f64, done: f64) {
        if let Some((_, before)) = self.told.back() {
            self.step = self.step.max(done - before);
        }
        self.told.push_back((at, done));
        if self.told.len() > KEPT {
            let mut keep = false;
            let last = self.told.len() - 1;
            let mut place = 0;
            self.told.retain(|_| {
                keep = !keep;
                place += 1;
                keep || place > last
            });
        }
    }

    /// Work a second, of the later half of the time so far.
    fn speed(&self) -> Option<f64> {
        let (end, done) = *self.told.back()?;
        let before = self.told.iter().take_while(|(at, _)| *at <= end / 2.0);
        let (begin, behind) = before.last().copied().unwrap_or((0.0, 0.0));
        let speed = (done - behind) / (end - begin);
        (speed.is_finite() && speed > 0.0).then_some(speed)
    }

    /// Seconds left `now` seconds after the phase began; nothing before the speed has settled.
    pub(super) fn at(&self, now: f64) -> Option<f64> {
        let speed = self.speed().filter(|_| now >= SETTLED)?;
        let (last, done) = *self.told.back()?;
        let left = (1.0 - done).max(0.0) / speed;
        // Units in hand go on while none is done; but what comes after them is left in any case.
        let after_those = (1.0 - done - self.step).max(0.0) / speed;
        Some((left - (now - last)).max(after_those))
    }
}
