//! A walk along the sessions of a draw.

use super::LANES;
use crate::blocks::{Run, places};
use crate::stretches::{self, STRETCHES};
use crate::widest::widest;

/// Level of each lane at the start of every stretch and at the end.
pub(super) type Levels = [[f64; LANES]; STRETCHES + 1];

/// Level of each lane's cumulated P&L at the start of every stretch and at the end, and its deepest drawdown, in one pass.
pub(super) fn walk(days: &[[f64; LANES]], runs: &[Run]) -> (Levels, [f64; LANES]) {
    let mut levels = [[0.0; LANES]; STRETCHES + 1];
    let mut deepest = [0.0; LANES];
    walk_into(days, runs, &mut levels, &mut deepest);
    (levels, deepest)
}

widest! {
    walk_into = walk_body(
        days: &[[f64; LANES]],
        runs: &[Run],
        levels: &mut Levels,
        deepest: &mut [f64; LANES],
    )
}

/// The walk, into what begins at zero.
#[inline(always)]
fn walk_body(days: &[[f64; LANES]], runs: &[Run], levels: &mut Levels, deepest: &mut [f64; LANES]) {
    let sessions = runs.iter().map(|run| run.1 as usize).sum();
    let length =
        |stretch| stretches::start(stretch + 1, sessions) - stretches::start(stretch, sessions);
    let mut walked = Walked::default();
    let mut stretch = 0;
    let mut left = length(stretch);
    for &run in runs {
        let mut rest = &days[places(run)];
        while !rest.is_empty() {
            let (own, later) = rest.split_at(left.min(rest.len()));
            walked.along(own);
            rest = later;
            left -= own.len();
            while left == 0 && stretch < STRETCHES {
                stretch += 1;
                levels[stretch] = walked.level;
                left = if stretch < STRETCHES {
                    length(stretch)
                } else {
                    0
                };
            }
        }
    }
    *deepest = walked.deepest;
}

/// Where each lane is.
#[derive(Clone, Copy, Default)]
struct Walked {
    level: [f64; LANES],
    peak: [f64; LANES],
    deepest: [f64; LANES],
}

impl Walked {
    /// Goes on along some days.
    ///
    /// Written with comparisons instead of `f64::max`: its care for `NaN` costs half of the speed, and a panel has none.
    #[inline(always)]
    fn along(&mut self, days: &[[f64; LANES]]) {
        let Walked {
            mut level,
            mut peak,
            mut deepest,
        } = *self;
        for day in days {
            for lane in 0..LANES {
                level[lane] += day[lane];
                peak[lane] = if level[lane] > peak[lane] {
                    level[lane]
                } else {
                    peak[lane]
                };
                let depth = level[lane] - peak[lane];
                deepest[lane] = if depth < deepest[lane] {
                    depth
                } else {
                    deepest[lane]
                };
            }
        }
        *self = Walked {
            level,
            peak,
            deepest,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_widest_walk_is_the_plain_one_to_the_last_bit() {
        for sessions in [1_usize, 3, 20, 251, 753] {
            let day = |at: usize| {
                let lane = |lane: usize| (at * 7_919 + lane * 104_729) % 1_009;
                std::array::from_fn(|own| lane(own) as f64 / 7.0 - 70.0)
            };
            let days: Vec<[f64; LANES]> = (0..sessions).map(day).collect();
            let half = (sessions / 2) as u32;
            let runs: [Run; 3] = [(half, sessions as u32 - half), (0, half), (0, 1)];
            let mut levels = [[0.0; LANES]; STRETCHES + 1];
            let mut deepest = [0.0; LANES];
            walk_body(&days, &runs, &mut levels, &mut deepest);
            let (wide, wide_deepest) = walk(&days, &runs);
            let bits = |of: [f64; LANES]| of.map(f64::to_bits);
            assert_eq!(wide.map(bits), levels.map(bits), "{sessions} sessions");
            assert_eq!(bits(wide_deepest), bits(deepest), "{sessions} sessions");
        }
    }
}
