//! The random numbers of one world.

use market::math::{ln, whole_below};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// A numbered stream of a seed: the same on every machine and every thread.
#[derive(Clone, Debug)]
pub struct Random(ChaCha8Rng);

impl Random {
    /// Stream `number` of `seed`.
    pub fn new(seed: u64, number: u64) -> Random {
        // The 32 bytes are written out rather than expanded by `seed_from_u64`, whose expansion is the library's own.
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        let mut random = ChaCha8Rng::from_seed(bytes);
        random.set_stream(number);
        Random(random)
    }

    /// Uniform in (0, 1), both ends excluded.
    pub fn uniform(&mut self) -> f64 {
        ((self.0.next_u64() >> 12) as f64 + 0.5) / (1u64 << 52) as f64
    }

    /// Uniform among `0..n`; `n` must not be zero.
    pub fn below(&mut self, n: usize) -> usize {
        let drawn = whole_below(self.uniform() * n as f64);
        usize::try_from(drawn).unwrap_or(0).min(n - 1)
    }

    /// Length of a block: geometric with this mean, at least one.
    pub fn block(&mut self, mean: f64) -> usize {
        if mean <= 1.0 {
            return 1;
        }
        let length = 1.0 + ln(self.uniform()) / ln(1.0 - 1.0 / mean);
        usize::try_from(whole_below(length)).unwrap_or(1).max(1)
    }

    /// A rank below `k`, the nearest first: rank `j` with a chance in proportion to `1 / (j + 1)`.
    pub fn rank(&mut self, k: usize) -> usize {
        let all: f64 = (1..=k).map(|j| 1.0 / j as f64).sum();
        let mut left = self.uniform() * all;
        for j in 0..k {
            left -= 1.0 / (j + 1) as f64;
            if left < 0.0 {
                return j;
            }
        }
        k - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_have_their_mean_and_ranks_their_chances() {
        let mut random = Random::new(7, 3);
        let draws = 20_000;
        let sum: usize = (0..draws).map(|_| random.block(21.0)).sum();
        // The standard deviation of the mean is sqrt(20 * 21 / 20,000) = 0.14.
        assert!((sum as f64 / draws as f64 - 21.0).abs() < 0.6, "{sum}");
        let mut counts = [0_i32; 3];
        (0..draws).for_each(|_| counts[random.rank(3)] += 1);
        // 6/11, 3/11 and 2/11 of the draws, with deviations below 71.
        for (count, wanted) in counts.iter().zip([10_909, 5_455, 3_636]) {
            assert!((count - wanted).abs() < 300, "{counts:?}");
        }
    }

    #[test]
    fn a_stream_repeats_itself_and_differs_from_others() {
        let draw = |number| -> Vec<usize> {
            let mut random = Random::new(1, number);
            (0..20).map(|_| random.below(1_000)).collect()
        };
        assert_eq!(draw(4), draw(4));
        assert_ne!(draw(4), draw(5));
    }
}
