//! What VIX settles at in the worlds, given where the market stands: the fair price of everything that pays by it.
//!
//! From every session of some worlds' windows, VIX runs on to every horizon; what it would settle at there, over its
//! close, counts in the class of the session's state. So the law of a class is what these very worlds did from closes like
//! it: at its prices no option held to settlement gains anything over them, whichever class it is bought in. The parts of a
//! state are those by which blocks are matched: a law knows what a close shows, and not which day the world took.

use std::ops::Range;
use std::sync::Arc;

use chrono::NaiveDate;
use market::calendar::Calendar;
use market::math::{exp, ln};
use market::observations::names;
use market::settlement_law::{Expected, SettlementLaw};

use crate::columns;
use crate::random::Random;
use crate::source::{RETURN_SESSIONS, Source, State};
use crate::step::Step;
use crate::world::{Worlds, auction};

/// Longest way to a settlement \[sessions\]: futures are listed nine months ahead.
pub const LONGEST: usize = 195;
/// Added to the number of a world for the stream its path beyond the window is drawn from.
const BEYOND: u64 = 1 << 40;

/// What separates the classes of a state: logarithm of VIX, of VIX over three-month VIX, and of the month's return.
const LEVELS: [f64; 23] = [
    2.3, 2.4, 2.5, 2.6, 2.7, 2.8, 2.9, 3.0, 3.1, 3.2, 3.3, 3.4, 3.5, 3.6, 3.7, 3.8, 3.9, 4.0, 4.1,
    4.2, 4.3, 4.4, 4.5,
];
const SLOPES: [f64; 7] = [-0.20, -0.16, -0.12, -0.08, -0.03, 0.04, 0.14];
const RETURNS: [f64; 5] = [-0.08, -0.03, 0.0, 0.02, 0.05];
const CLASSES: usize = (LEVELS.len() + 1) * (SLOPES.len() + 1) * (RETURNS.len() + 1);

/// Where VIX goes in one world, from the first session of its window to the longest horizon beyond it.
#[derive(Clone, Debug)]
pub struct Path {
    /// Session by session of the window.
    classes: Vec<usize>,
    levels: Vec<f64>,
    settled: Vec<f64>,
}

/// The laws of what VIX settles at, over its close.
#[derive(Clone, Debug)]
pub struct Fair {
    /// By sessions to the settlement less one, by class.
    laws: Vec<Vec<Option<Arc<SettlementLaw>>>>,
}

impl Worlds<'_> {
    /// Where VIX goes in world `number`: through its window as in [`Worlds::world`], then on as worlds do.
    pub fn path(&self, number: u64) -> Path {
        let source = &self.source;
        let world = self.tape(number);
        let window = self.window();
        let mut random = Random::new(self.plan.seed, number + BEYOND);
        let sessions = window.end + LONGEST;
        let steps = world
            .longer(source, &self.plan, sessions, &mut random)
            .steps;
        let levels = columns::term(source, &steps).levels;
        let around_vix = columns::around(&source.vix, &levels[0], &steps, |script| {
            script.ln_vix - script.ln_vix_before
        });
        let settled = |t: usize| {
            let off = auction(&source.settled, steps[t].day, &mut random).unwrap_or(0.0);
            // Without an opening VIX the close before is as near as anything.
            around_vix[0][t].unwrap_or(levels[0][t.saturating_sub(1)]) * exp(off)
        };
        let states = states(source, &steps, &levels, window.clone());
        Path {
            settled: (window.start..sessions).map(settled).collect(),
            levels: levels[0][window].to_vec(),
            classes: states.iter().map(class).collect(),
        }
    }
}

impl Path {
    /// VIX at each close of the window.
    pub fn levels(&self) -> &[f64] {
        &self.levels
    }

    /// What VIX would settle at on each session from the first of the window on.
    pub fn settled(&self) -> &[f64] {
        &self.settled
    }
}

/// Where the market stands at each close of a window.
fn states(
    source: &Source<'_>,
    steps: &[Step],
    levels: &[Vec<f64>],
    window: Range<usize>,
) -> Vec<State> {
    let far = source
        .term
        .iter()
        .position(|column| column.name == names::VIX3M);
    let closes = columns::index(source, steps, (0, 1.0));
    let state = |t: usize| {
        let slope = far.map_or(0.0, |far| ln(levels[0][t] / levels[far][t]));
        let month = ln(closes[t] / closes[t.saturating_sub(RETURN_SESSIONS)]);
        [ln(levels[0][t]), slope, month]
    };
    window.map(state).collect()
}

/// The class of a state, below [`CLASSES`].
fn class(state: &State) -> usize {
    let parts: [&[f64]; 3] = [&LEVELS, &SLOPES, &RETURNS];
    parts.iter().zip(state).fold(0, |class, (edges, value)| {
        class * (edges.len() + 1) + edges.partition_point(|edge| edge <= value)
    })
}

/// The node below a value, with one above, and how far it is to that.
fn between(nodes: &[f64], value: f64) -> (usize, f64) {
    let after = nodes.partition_point(|node| *node <= value);
    let after = after.clamp(1, nodes.len() - 1);
    let (low, high) = (nodes[after - 1], nodes[after]);
    (after - 1, ((value - low) / (high - low)).clamp(0.0, 1.0))
}

impl Fair {
    /// From the laws of every horizon, the nearest first: those of [`laws`].
    pub fn new(laws: Vec<Vec<Option<Arc<SettlementLaw>>>>) -> Fair {
        Fair { laws }
    }

    /// What VIX is expected to settle at on `expiry`, at session `t` of the window of a world these laws are made of; `date` is
    /// that session's.
    ///
    /// # Panics
    /// If the path is of no world the laws were made of.
    pub fn expected(&self, path: &Path, t: usize, date: NaiveDate, expiry: NaiveDate) -> Expected {
        let ahead = Calendar::nyse().sessions_between(date, expiry);
        self.ahead(path, t, usize::try_from(ahead).unwrap_or(1))
    }

    /// The same so many sessions ahead: from one to [`LONGEST`].
    ///
    /// # Panics
    /// As [`Fair::expected`].
    pub fn ahead(&self, path: &Path, t: usize, sessions: usize) -> Expected {
        let laws = &self.laws[sessions.clamp(1, LONGEST) - 1];
        let law = laws[path.classes[t]].clone();
        let law = law.expect("a world counts in the class of its own state");
        Expected::new(path.levels[t], law)
    }
}

/// The laws of a horizon, `ahead` sessions to the settlement, by class: `None` where no session of any path lies in it.
pub fn laws(paths: &[Path], ahead: usize) -> Vec<Option<Arc<SettlementLaw>>> {
    let values: Arc<[f64]> = values().into();
    let mut weights = vec![vec![0.0; values.len()]; CLASSES];
    for path in paths {
        for (t, class) in path.classes.iter().enumerate() {
            // Shares of the two values around it keep its mean.
            let (low, up) = between(&values, path.settled[t + ahead] / path.levels[t]);
            weights[*class][low] += 1.0 - up;
            weights[*class][low + 1] += up;
        }
    }
    let law = |weights: &Vec<f64>| SettlementLaw::new(&values, weights).map(Arc::new);
    weights.iter().map(law).collect()
}

/// The values a law has chances of, over VIX: two percent apart near it, five further off, ten beyond.
fn values() -> Vec<f64> {
    let mut at: i32 = -260;
    let mut all = Vec::new();
    while at <= 300 {
        all.push(exp(f64::from(at) / 100.0));
        at += match at {
            -40..=39 => 2,
            -100..=99 => 5,
            _ => 10,
        };
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_of_values_keep_the_mean_and_classes_are_apart() {
        let values = values();
        for value in [0.2, 0.83, 1.0, 1.005, 7.7] {
            let (low, up) = between(&values, value);
            let mean = values[low] * (1.0 - up) + values[low + 1] * up;
            assert!((mean - value).abs() < 1e-12, "{value}");
        }
        assert_eq!(class(&[0.0, -1.0, -1.0]), 0);
        assert_eq!(class(&[9.0, 9.0, 9.0]), CLASSES - 1);
        let near = [3.05, -0.1, 0.01];
        for (part, far) in [(0, 3.15), (1, 0.0), (2, 0.03)] {
            let mut other = near;
            other[part] = far;
            assert_ne!(class(&near), class(&other), "{part}");
        }
    }

    #[test]
    fn values_ascend_and_hold_what_vix_can_do() {
        let values = values();
        assert!(values.is_sorted_by(|a, b| a < b));
        assert!(values.contains(&1.0));
        // From 9 to 150 and back.
        assert!(values[0] < 9.0 / 110.0 && values[values.len() - 1] > 150.0 / 9.0);
    }
}
