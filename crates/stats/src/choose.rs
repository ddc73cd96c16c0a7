//! Random choices without replacement: which sessions a placebo trades on.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use crate::blocks::uniform_below;

/// A numbered stream of random choices: stream `n` of a seed is the same on every machine and every thread.
#[derive(Clone, Debug)]
pub struct Chooser {
    random: ChaCha8Rng,
}

impl Chooser {
    /// Stream number `stream` of `seed`.
    pub fn new(seed: u64, stream: u64) -> Chooser {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(stream);
        Chooser { random }
    }

    /// Puts `k` of the items, chosen uniformly without replacement, at the front of the slice in random order, and
    /// returns them: the first `k` steps of R. Durstenfeld's shuffle, *Communications of the ACM* 7 (1964), 420.
    ///
    /// # Panics
    /// If there are fewer than `k` items.
    pub fn draw<'s, T>(&mut self, items: &'s mut [T], k: usize) -> &'s [T] {
        assert!(k <= items.len(), "{k} of {} items", items.len());
        for at in 0..k {
            let other = at + uniform_below(self.random.next_u64(), items.len() - at);
            items.swap(at, other);
        }
        &items[..k]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draw_holds_distinct_items_and_a_stream_repeats_itself() {
        let draw = |stream| {
            let mut items: Vec<u32> = (0..50).collect();
            Chooser::new(7, stream).draw(&mut items, 20).to_vec()
        };
        let mut distinct = draw(1);
        distinct.sort_unstable();
        distinct.dedup();
        assert_eq!(distinct.len(), 20);
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
    }

    #[test]
    fn every_item_is_as_likely_in_every_place() {
        // 6,000 draws of 2 of 3: each of the six ordered pairs is expected 1,000 times, with a deviation of 29.
        let mut counts = [[0u32; 3]; 3];
        for stream in 0..6_000 {
            let mut items = [0usize, 1, 2];
            let pair = Chooser::new(1, stream).draw(&mut items, 2).to_vec();
            counts[pair[0]][pair[1]] += 1;
        }
        for (first, row) in counts.iter().enumerate() {
            for (second, count) in row.iter().enumerate() {
                let wanted = if first == second { 0..1 } else { 880..1_120 };
                assert!(wanted.contains(count), "{first} then {second}: {count}");
            }
        }
    }

    #[test]
    fn all_of_them_is_a_permutation_and_none_is_nothing() {
        let mut items = [3, 1, 2];
        let mut all = Chooser::new(2, 0).draw(&mut items, 3).to_vec();
        all.sort_unstable();
        assert_eq!(all, [1, 2, 3]);
        assert!(Chooser::new(2, 0).draw(&mut items, 0).is_empty());
    }
}
