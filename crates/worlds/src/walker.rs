//! Levels as a world walks through the days it takes.

/// How far a level of a world is off that of the day it takes. Where one day follows the other in the dataset as in the
/// world, only time passes; at the start of a block the world's level stays, and the difference is what it is now off.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Offset {
    off: f64,
    day: usize,
    fade: f64,
}

impl Offset {
    /// Nothing, at a first day.
    pub fn at(day: usize, fade: f64) -> Offset {
        Offset {
            off: 0.0,
            day,
            fade,
        }
    }

    /// On to a day; how far off it.
    pub fn step(&mut self, level: &[f64], day: usize) -> f64 {
        self.step_by(level[self.day] - level[day - 1], day)
    }

    /// The same where the difference of the two days' levels is known.
    pub fn step_by(&mut self, difference: f64, day: usize) -> f64 {
        self.off = self.fade * (self.off + difference);
        self.day = day;
        self.off
    }

    /// On to a day, so far off it.
    pub fn set(&mut self, off: f64, day: usize) {
        self.off = off;
        self.day = day;
    }

    /// The day it is at.
    pub fn day(&self) -> usize {
        self.day
    }
}
