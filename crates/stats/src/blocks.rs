//! Which sessions a bootstrap draw consists of.
//!
//! Stationary bootstrap: Politis & Romano, "The Stationary Bootstrap", *JASA* 89 (1994). A draw is a row of blocks; each
//! starts at a session chosen uniformly, runs over consecutive sessions, the first following the last, and has a
//! geometric length. Everything that happened on a session stays together: whoever uses the same indices for several
//! series draws them paired.

mod drawn;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

pub use drawn::DrawnBlocks;
pub(crate) use drawn::{Run, count_runs, places, runs_of};

/// 2^64: probabilities are compared with whole 64-bit random numbers, so no rounding can differ between machines.
const TWO_POW_64: f64 = 18_446_744_073_709_551_616.0;

/// The stationary bootstrap's choice of sessions.
#[derive(Clone, Debug)]
pub struct StationaryBlocks {
    sessions: usize,
    seeded: ChaCha8Rng,
    /// Element j is `P(length > j + 1) = (1 - 1/mean)^(j + 1)`, times 2^64.
    survival: Vec<u64>,
}

impl StationaryBlocks {
    /// Draws of `sessions` sessions in blocks of `mean_block_sessions` on average (before the last is cut off).
    ///
    /// # Panics
    /// If there is no session, more than 2^32 of them, or the mean is below one or not finite.
    pub fn new(sessions: usize, mean_block_sessions: f64, seed: u64) -> StationaryBlocks {
        assert!(sessions > 0, "a bootstrap needs at least one session");
        assert!(u32::try_from(sessions).is_ok(), "at most 2^32 sessions");
        let legal = mean_block_sessions >= 1.0 && mean_block_sessions.is_finite();
        assert!(
            legal,
            "mean block length must be 1 or more sessions, not {mean_block_sessions}"
        );
        let stay = 1.0 - 1.0 / mean_block_sessions;
        let survival = std::iter::successors(Some(stay), |chance| Some(chance * stay))
            .map(|chance| (chance * TWO_POW_64) as u64)
            .take_while(|chance| *chance > 0)
            // No draw can use a longer block.
            .take(sessions)
            .collect();
        StationaryBlocks {
            sessions,
            seeded: ChaCha8Rng::seed_from_u64(seed),
            survival,
        }
    }

    /// Sessions in a draw, which is as long as the sample.
    pub fn sessions(&self) -> usize {
        self.sessions
    }

    /// Overwrites `indices` with the sessions of draw number `draw`.
    ///
    /// Every draw has a random stream of its own, so draws may be computed in any order, on any number of threads.
    ///
    /// # Panics
    /// If `indices` is not as long as the sample.
    pub fn fill(&self, draw: u64, indices: &mut [u32]) {
        assert_eq!(
            indices.len(),
            self.sessions,
            "a draw is as long as the sample"
        );
        let mut filled = 0;
        self.each(draw, |start, length| {
            copy_block(&mut indices[filled..filled + length], start, self.sessions);
            filled += length;
        });
    }

    /// Appends the runs of consecutive sessions of draw number `draw`; a block that wraps is two.
    pub(crate) fn runs(&self, draw: u64, runs: &mut Vec<Run>) {
        self.each(draw, |start, length| {
            let before_end = length.min(self.sessions - start);
            runs.push((start as u32, before_end as u32));
            if before_end < length {
                runs.push((0, (length - before_end) as u32));
            }
        });
    }

    /// The blocks of draw number `draw`, as first session and length; a block may wrap around the end of the sample.
    pub fn blocks(&self, draw: u64) -> Vec<(u32, u32)> {
        let mut blocks = Vec::new();
        self.each(draw, |start, length| {
            blocks.push((start as u32, length as u32))
        });
        blocks
    }

    fn each(&self, draw: u64, mut block: impl FnMut(usize, usize)) {
        let mut random = self.seeded.clone();
        random.set_stream(draw);
        let mut filled = 0;
        while filled < self.sessions {
            let start = uniform_below(random.next_u64(), self.sessions);
            let length = self
                .block_length(random.next_u64())
                .min(self.sessions - filled);
            block(start, length);
            filled += length;
        }
    }

    fn block_length(&self, random: u64) -> usize {
        1 + self.survival.partition_point(|chance| random < *chance)
    }
}

/// Overwrites `counts` with how often each session occurs among `indices`.
///
/// # Panics
/// If an index is beyond the end of `counts`.
pub fn count(indices: &[u32], counts: &mut [u32]) {
    counts.fill(0);
    for &session in indices {
        counts[session as usize] += 1;
    }
}

/// Maps 64 random bits to 0..n; the bias is below n / 2^64.
pub(crate) fn uniform_below(random: u64, n: usize) -> usize {
    ((u128::from(random) * n as u128) >> 64) as usize
}

fn copy_block(block: &mut [u32], start: usize, sessions: usize) {
    let (before_end, wrapped) = block.split_at_mut(block.len().min(sessions - start));
    count_up(before_end, start as u32);
    count_up(wrapped, 0);
}

/// Consecutive numbers from `first` on, in a form of which a processor does many at once.
fn count_up(block: &mut [u32], first: u32) {
    for (place, index) in block.iter_mut().enumerate() {
        *index = first + place as u32;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draw(blocks: &StationaryBlocks, number: u64) -> Vec<u32> {
        let mut indices = vec![0; blocks.sessions()];
        blocks.fill(number, &mut indices);
        indices
    }

    /// Breaks between blocks over `draws` draws, counted where an index does not follow its predecessor.
    fn breaks(blocks: &StationaryBlocks, draws: u64) -> usize {
        let n = blocks.sessions() as u32;
        let follows = |pair: &[u32]| pair[1] == (pair[0] + 1) % n;
        (0..draws)
            .map(|number| {
                draw(blocks, number)
                    .windows(2)
                    .filter(|pair| !follows(pair))
                    .count()
            })
            .sum()
    }

    #[test]
    fn mean_block_length_is_as_asked() {
        for mean in [5.0, 21.0, 63.0] {
            let blocks = StationaryBlocks::new(1000, mean, 7);
            // A step starts a new block with chance 1/mean; one start in 1000 continues by luck.
            let expected = 999.0 * 400.0 / mean * 0.999;
            let found = breaks(&blocks, 400) as f64;
            let four_sigma = 4.0 * expected.sqrt();
            assert!(
                (found - expected).abs() < four_sigma,
                "mean {mean}: {found} breaks, not {expected}"
            );
        }
    }

    #[test]
    fn every_session_is_equally_likely() {
        let blocks = StationaryBlocks::new(50, 5.0, 1);
        let mut counts = [0.0; 50];
        for number in 0..4000 {
            for session in draw(&blocks, number) {
                counts[session as usize] += 1.0;
            }
        }
        // 4000 expected each; blocks of 5 make the variance about nine times that of single draws.
        assert!(
            counts
                .iter()
                .all(|count| (count - 4000.0_f64).abs() < 4.0 * 190.0),
            "{counts:?}"
        );
    }

    #[test]
    fn blocks_of_one_are_the_ordinary_bootstrap() {
        let blocks = StationaryBlocks::new(500, 1.0, 3);
        let found = breaks(&blocks, 40);
        assert!(
            found > 19_800,
            "almost every step is a break, found {found}"
        );
    }

    #[test]
    fn blocks_wrap_around() {
        // Blocks far longer than the sample: a draw is the sample, rotated.
        let blocks = StationaryBlocks::new(10, 1e12, 3);
        let first = draw(&blocks, 5);
        let rotated: Vec<u32> = (0..10).map(|step| (first[0] + step) % 10).collect();
        assert_eq!(first, rotated);
    }

    #[test]
    fn a_draw_depends_on_seed_and_number_only() {
        let blocks = StationaryBlocks::new(60, 21.0, 20220103);
        let again = StationaryBlocks::new(60, 21.0, 20220103);
        assert_eq!(draw(&blocks, 17), draw(&again, 17));
        assert_ne!(draw(&blocks, 17), draw(&blocks, 18));
        assert_ne!(
            draw(&blocks, 17),
            draw(&StationaryBlocks::new(60, 21.0, 20220104), 17)
        );
    }
}
