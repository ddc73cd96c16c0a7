//! Seeded numbers for tests, the same on every machine and with every version of every library.

/// SplitMix64 (Steele, Lea and Flood 2014), from a seed.
#[derive(Clone, Debug)]
pub struct Dice(pub u64);

impl Dice {
    /// The next 64 bits.
    #[expect(clippy::should_implement_trait, reason = "a throw is no iterator's")]
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `n`; 0 where there is none.
    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }

    /// From 0 to below 1.
    pub fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Whether one of `n` came up.
    pub fn once_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    /// Whether it falls into so many of a hundred.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// A whole number from `low` to `high`.
    pub fn whole(&mut self, low: i64, high: i64) -> i64 {
        low + self.below((high - low + 1) as usize) as i64
    }

    /// A number from `low` to `high` in four decimals, as a file would say it.
    pub fn real(&mut self, low: f64, high: f64) -> f64 {
        let part = self.below(1_000_001) as f64 / 1e6;
        ((low + part * (high - low)) * 1e4).round() / 1e4
    }

    /// About normal, with fatter tails: the sum of four, times a factor that is now and then large.
    pub fn normal(&mut self) -> f64 {
        let sum: f64 = (0..4).map(|_| self.share() - 0.5).sum();
        let factor = if self.below(25) == 0 { 2.0 } else { 0.92 };
        sum * 1.732 * factor
    }

    /// One of several.
    ///
    /// # Panics
    /// Where there is none.
    pub fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dice_are_those_of_the_published_generator() {
        // First values of SplitMix64 from the seed 0.
        let mut dice = Dice(0);
        assert_eq!(dice.next(), 0xe220_a839_7b1d_cdaf);
        assert_eq!(dice.next(), 0x6e78_9e6a_a1b9_65f4);
        assert_eq!(dice.next(), 0x06c4_5d18_8009_454f);
    }

    #[test]
    fn every_face_comes_up_and_no_other() {
        let mut dice = Dice(7);
        let mut seen = [0; 6];
        for _ in 0..6_000 {
            seen[dice.below(6)] += 1;
            assert!((0.0..1.0).contains(&dice.share()));
        }
        assert!(seen.iter().all(|n| (800..1_200).contains(n)), "{seen:?}");
        assert_eq!(dice.below(0), 0);
        assert_eq!(dice.one(&["only"]), "only");
        assert!(dice.once_in(1));
    }
}
