//! What worlds are to be drawn.

use crate::stress::Stress;

/// Sessions before the first simulated one: signals and betas are warm after them.
pub const WARM_UP: usize = 336;

/// How worlds are drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Seed of all of them.
    pub seed: u64,
    /// Mean length of a block \[sessions\].
    pub mean_block_sessions: f64,
    /// Days among which the start of a block is drawn; the square root of the days there are where it is not said.
    pub neighbours: Option<usize>,
    /// Share of the worlds that are forced to hold a stress.
    pub stress: f64,
    /// The stresses, in turn.
    pub stresses: Vec<Stress>,
}

impl Plan {
    /// The stress world `number` is forced to hold, if any: the share is met over any run of worlds, to one world.
    pub fn forced(&self, number: u64) -> Option<Stress> {
        let before = |n: u64| market::math::whole_below(n as f64 * self.stress);
        if self.stresses.is_empty() || before(number + 1) == before(number) {
            return None;
        }
        let turn = usize::try_from(before(number)).unwrap_or(0);
        Some(self.stresses[turn % self.stresses.len()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_is_met_and_stresses_take_turns() {
        let plan = Plan {
            seed: 1,
            mean_block_sessions: 21.0,
            neighbours: None,
            stress: 0.1,
            stresses: vec![Stress::March2020, Stress::Crash1987],
        };
        let forced: Vec<Stress> = (0..100).filter_map(|n| plan.forced(n)).collect();
        assert_eq!(forced.len(), 10);
        assert_eq!(forced[..2], [Stress::March2020, Stress::Crash1987]);
        let none = Plan {
            stress: 0.0,
            ..plan
        };
        assert!((0..100).all(|n| none.forced(n).is_none()));
    }
}
