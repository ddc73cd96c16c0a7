//! A session of a world: the day of the dataset it takes, and what a script puts in its place.

use crate::rule::{FAST_HALF_LIFE, fade};

/// A session of a script.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Script {
    /// Logarithm of the index's return.
    pub ln_return: f64,
    /// Logarithm of VIX.
    pub ln_vix: f64,
    /// Logarithm of VIX the session before.
    pub ln_vix_before: f64,
}

/// A session of a world.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// The day of the dataset it takes: changes from the day before, and levels.
    pub day: usize,
    /// What the index and VIX do instead; everything else is that of the day.
    pub script: Option<Script>,
}

impl Step {
    /// A day as it was.
    pub fn day(day: usize) -> Step {
        Step { day, script: None }
    }
}

/// Logarithm of VIX on a day of a script: where the world stood otherwise the day before, it stands otherwise still, less
/// what fades in a session.
pub(crate) fn scripted_vix(script: &Script, before: f64) -> f64 {
    script.ln_vix + fade(FAST_HALF_LIFE) * (before - script.ln_vix_before)
}
