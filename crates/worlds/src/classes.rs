//! Where a market stands, in classes: fifths of the level of VIX, of its slope and of the month's return.

use std::ops::Range;

use market::math::ln;
use market::observations::{Observations, names};

use crate::source::{RETURN_SESSIONS, Source, State};

/// Classes of each part of a state.
const FIFTHS: usize = 5;

/// The edges of the classes: what separates the fifths of the dataset's days.
#[derive(Clone, Debug, PartialEq)]
pub struct Classes {
    edges: [Vec<f64>; 3],
}

impl Classes {
    /// How many there are.
    pub const COUNT: usize = FIFTHS * FIFTHS * FIFTHS;

    /// Of the days of a dataset.
    pub fn of(source: &Source<'_>) -> Classes {
        let states = &source.states[source.span.clone()];
        Classes {
            edges: std::array::from_fn(|part| {
                let mut values: Vec<f64> = states.iter().map(|state| state[part]).collect();
                values.sort_by(f64::total_cmp);
                let edge = |fifth: usize| values[values.len() * fifth / FIFTHS];
                (1..FIFTHS).map(edge).collect()
            }),
        }
    }

    /// The class of a state, below [`Classes::COUNT`].
    pub fn class(&self, state: &State) -> usize {
        let parts = self.edges.iter().zip(state);
        parts.fold(0, |class, (edges, value)| {
            class * FIFTHS + edges.partition_point(|edge| edge <= value)
        })
    }

    /// The class at the close before each session of a window of a world, in its order.
    pub fn before(&self, world: &Observations, window: Range<usize>) -> Vec<usize> {
        let value = |name: &str, t: usize| {
            let values = &world.daily.get(name)?.values;
            values
                .get(t)
                .copied()
                .flatten()
                .filter(|value| *value > 0.0)
        };
        let state = |t: usize| -> State {
            let level = value(names::VIX, t).map_or(0.0, ln);
            let slope = value(names::VIX3M, t).map_or(0.0, |far| level - ln(far));
            let back = t.saturating_sub(RETURN_SESSIONS);
            let month = value(names::SPX_CLOSE, t).zip(value(names::SPX_CLOSE, back));
            [
                level,
                slope,
                month.map_or(0.0, |(now, then)| ln(now / then)),
            ]
        };
        window
            .map(|t| self.class(&state(t.saturating_sub(1))))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_counts_the_edges_below_each_part() {
        let edges = || vec![1.0, 2.0, 3.0, 4.0];
        let classes = Classes {
            edges: [edges(), edges(), edges()],
        };
        assert_eq!(classes.class(&[0.0, 0.0, 0.0]), 0);
        assert_eq!(classes.class(&[0.0, 0.0, 9.0]), 4);
        assert_eq!(classes.class(&[1.0, 2.5, 3.5]), 25 + 2 * 5 + 3);
        assert_eq!(classes.class(&[9.0, 9.0, 9.0]), Classes::COUNT - 1);
    }
}
