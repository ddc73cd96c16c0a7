//! The blocks of all draws of a bootstrap, worked out once for everything that is drawn alike.
//!
//! A draw is some dozens of runs of sessions that follow each other. Its random numbers take longer than walking along its
//! sessions, and a claim's table asks fifty questions of the same draws of the same windows.

use super::StationaryBlocks;

/// Sessions that follow each other: the first, and how many.
pub(crate) type Run = (u32, u32);

/// The draws of [`StationaryBlocks`] numbered from 0, as runs of sessions. A block that goes on at the beginning of the
/// sample is two runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DrawnBlocks {
    sessions: usize,
    runs: Vec<Run>,
    /// Where the runs of each draw end.
    ends: Vec<usize>,
}

impl DrawnBlocks {
    /// The first `draws` draws.
    pub fn new(blocks: &StationaryBlocks, draws: usize) -> DrawnBlocks {
        let mut runs = Vec::new();
        let ends = (0..draws).map(|draw| {
            blocks.runs(draw as u64, &mut runs);
            runs.len()
        });
        let ends = ends.collect();
        DrawnBlocks {
            sessions: blocks.sessions(),
            runs,
            ends,
        }
    }

    /// Sessions in a draw, which is as long as the sample.
    pub fn sessions(&self) -> usize {
        self.sessions
    }

    /// Number of draws.
    pub fn draws(&self) -> usize {
        self.ends.len()
    }

    /// The runs of a draw, in order.
    pub(crate) fn runs(&self, draw: usize) -> &[Run] {
        let start = draw.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.runs[start..self.ends[draw]]
    }

    /// Overwrites `drawn` with what `sample` has on the sessions of a draw.
    ///
    /// # Panics
    /// If the sample is not as long as a draw.
    pub fn resample(&self, draw: usize, sample: &[f64], drawn: &mut Vec<f64>) {
        assert_eq!(sample.len(), self.sessions, "a draw is of its sample");
        drawn.clear();
        for &run in self.runs(draw) {
            drawn.extend_from_slice(&sample[places(run)]);
        }
    }
}

/// The sessions of a run.
pub(crate) fn places((first, length): Run) -> std::ops::Range<usize> {
    first as usize..first as usize + length as usize
}

/// The runs of some sessions, in their order.
pub(crate) fn runs_of(sessions: &[u32]) -> Vec<Run> {
    let follow = |a: &u32, b: &u32| b.checked_sub(1) == Some(*a);
    let runs = sessions.chunk_by(follow);
    runs.map(|run| (run[0], run.len() as u32)).collect()
}

/// Overwrites `counts` with how often each session occurs in the runs.
///
/// # Panics
/// If a session is beyond the end of `counts`.
pub(crate) fn count_runs(runs: &[Run], counts: &mut [u32]) {
    counts.fill(0);
    for &run in runs {
        counts[places(run)].iter_mut().for_each(|n| *n += 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_worked_out_once_are_those_drawn_anew() {
        for (sessions, mean) in [
            (1, 1.0),
            (7, 3.0),
            (60, 21.0),
            (211, 4.5),
            (753, 21.0),
            (10, 1e12),
        ] {
            let blocks = StationaryBlocks::new(sessions, mean, 20_220_103);
            let drawn = DrawnBlocks::new(&blocks, 40);
            assert_eq!((drawn.draws(), drawn.sessions()), (40, sessions));
            let sample: Vec<f64> = (0..sessions).map(|t| (t * t) as f64).collect();
            let mut indices = vec![0; sessions];
            for draw in (0..40).rev() {
                blocks.fill(draw as u64, &mut indices);
                let runs = drawn.runs(draw);
                let found = runs.iter().flat_map(|run| places(*run)).map(|t| t as u32);
                assert!(
                    found.eq(indices.iter().copied()),
                    "draw {draw} of {sessions}"
                );
                assert!(runs_of(&indices).len() <= runs.len());
                let again = runs_of(&indices);
                let again = again.iter().flat_map(|run| places(*run)).map(|t| t as u32);
                assert!(again.eq(indices.iter().copied()));

                let (mut once, mut anew) = (vec![9; sessions], vec![0; sessions]);
                count_runs(runs, &mut once);
                indices.iter().for_each(|t| anew[*t as usize] += 1);
                assert_eq!(once, anew);
                let mut resampled = vec![1.0; 3];
                drawn.resample(draw, &sample, &mut resampled);
                assert!(indices.iter().map(|t| sample[*t as usize]).eq(resampled));
            }
        }
    }
}
