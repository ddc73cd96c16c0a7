//! Eight configurations side by side: sums of subsets of blocks by table, the best of each half.

use super::{BlockSums, Leader};
use crate::widest::{LANES, Lanes};

/// Lane groups that go through the halves together: their look-up tables stay near the processor.
pub(super) const TABLES: usize = 8;

/// Sum and sum of squares of eight configurations over some of their lower or upper blocks.
type Pair = [Lanes; 2];

/// Eight configurations: sums over every subset of their lower and of their upper blocks.
pub(super) struct Table {
    /// One over the sessions of a half.
    share: f64,
    pub(super) lower: Vec<Pair>,
    upper: Vec<Pair>,
}

pub(super) fn tables(configurations: &[BlockSums], blocks: usize) -> Vec<Table> {
    configurations
        .chunks(LANES)
        .map(|eight| Table::new(eight, blocks))
        .collect()
}

impl Table {
    pub(super) fn new(eight: &[BlockSums], blocks: usize) -> Table {
        let length = eight[0].length;
        assert!(
            eight
                .iter()
                .all(|one: &BlockSums| one.blocks.len() == blocks && one.length == length),
            "configurations must have the same blocks"
        );
        // A lane without a configuration is no number: it is never ahead, below or equal.
        let lanes = |value: &dyn Fn(&BlockSums) -> f64| -> Lanes {
            std::array::from_fn(|lane| eight.get(lane).map_or(f64::NAN, value))
        };
        let block = |at: usize| -> Pair {
            [
                lanes(&|one| one.blocks[at].0),
                lanes(&|one| one.blocks[at].1),
            ]
        };
        let middle = blocks / 2;
        Table {
            share: 1.0 / (length * middle) as f64,
            lower: subsets(&(0..middle).map(block).collect::<Vec<_>>()),
            upper: subsets(&(middle..blocks).map(block).collect::<Vec<_>>()),
        }
    }

    /// Standing of eight configurations in a half: the signed square of their Sharpe ratios, but for the factor that
    /// makes a variance of a sum of squares. Zero without variation; never a number of a lane without a configuration.
    #[inline(always)]
    fn standing(&self, lower: &Pair, upper: &Pair) -> Lanes {
        let mut standing = [0.0; LANES];
        for lane in 0..LANES {
            let sum = lower[0][lane] + upper[0][lane];
            let squares = lower[1][lane] + upper[1][lane];
            let mean = sum * self.share;
            let variance = squares - sum * mean;
            let square = mean * mean / variance;
            let signed = if mean < 0.0 { -square } else { square };
            let flat = variance <= 0.0;
            standing[lane] = if flat { 0.0 } else { signed };
        }
        standing
    }
}

/// Sums over every subset of some blocks, by its bit mask; blocks are added in ascending order.
fn subsets(blocks: &[Pair]) -> Vec<Pair> {
    let mut all = vec![[[0.0; LANES]; 2]; 1 << blocks.len()];
    for (at, block) in blocks.iter().enumerate() {
        for subset in 0..1 << at {
            let below = all[subset];
            let sum = &mut all[1 << at | subset];
            for (sum, (below, block)) in sum.iter_mut().zip(below.iter().zip(block)) {
                for lane in 0..LANES {
                    sum[lane] = below[lane] + block[lane];
                }
            }
        }
    }
    all
}

/// The best of a half and of its complement, lane by lane.
#[derive(Clone, Copy)]
pub(super) struct Best {
    pub(super) inside: [Lanes; 2],
    pub(super) outside: [Lanes; 2],
    /// Which table it came from.
    pub(super) table: [Lanes; 2],
}

impl Default for Best {
    fn default() -> Best {
        Best {
            inside: [[f64::NEG_INFINITY; LANES]; 2],
            outside: [[0.0; LANES]; 2],
            table: [[0.0; LANES]; 2],
        }
    }
}

impl Best {
    /// The best over all lanes, of a half and of its complement; `count` configurations are numbered from `first` on.
    pub(super) fn leaders(&self, first: u64, count: usize) -> [Leader; 2] {
        [0, 1].map(|side| {
            let mut leader = Leader::NOBODY;
            for lane in 0..LANES.min(count) {
                let table = self.table[side][lane] as usize;
                leader.lead(&Leader {
                    number: first + (table * LANES + lane) as u64,
                    inside: self.inside[side][lane],
                    outside: self.outside[side][lane],
                });
            }
            leader
        })
    }
}

/// How many fell below the threshold of a half and of its complement, and how many met it, lane by lane.
#[derive(Clone, Copy, Default)]
pub(super) struct Counts {
    pub(super) below: [Lanes; 2],
    pub(super) equal: [Lanes; 2],
}

#[inline(always)]
pub(super) fn raise_body(table: &Table, masks: &[u32], number: f64, best: &mut [Best]) {
    for (mask, best) in masks.iter().zip(best) {
        let both = table.both(*mask);
        for side in 0..2 {
            let inside = &both[side];
            let outside = &both[1 - side];
            let before = best.inside[side];
            best.inside[side] = choose(inside, &before, inside, &before);
            best.outside[side] = choose(inside, &before, outside, &best.outside[side]);
            best.table[side] = choose(inside, &before, &[number; LANES], &best.table[side]);
        }
    }
}

/// Lane by lane `new` where `a > b`, else `old`; in bits, which the compiler does not turn into branches.
#[inline(always)]
fn choose(a: &Lanes, b: &Lanes, new: &Lanes, old: &Lanes) -> Lanes {
    let mut chosen = [0.0; LANES];
    for lane in 0..LANES {
        let ahead = 0_u64.wrapping_sub(u64::from(a[lane] > b[lane]));
        let bits = new[lane].to_bits() & ahead | old[lane].to_bits() & !ahead;
        chosen[lane] = f64::from_bits(bits);
    }
    chosen
}

#[inline(always)]
pub(super) fn tally_body(
    table: &Table,
    masks: &[u32],
    thresholds: &[[f64; 2]],
    counts: &mut [Counts],
) {
    for ((mask, thresholds), counts) in masks.iter().zip(thresholds).zip(counts) {
        let both = table.both(*mask);
        for side in 0..2 {
            let outside = &both[1 - side];
            let threshold = thresholds[side];
            for (lane, outside) in outside.iter().enumerate() {
                let one = |yes: bool| if yes { 1.0 } else { 0.0 };
                counts.below[side][lane] += one(*outside < threshold);
                counts.equal[side][lane] += one(*outside == threshold);
            }
        }
    }
}

impl Table {
    /// Standing in a half and in its complement.
    #[inline(always)]
    fn both(&self, mask: u32) -> [Lanes; 2] {
        let lower = self.lower.len() - 1;
        let upper = self.upper.len() - 1;
        let bits = self.lower.len().trailing_zeros();
        let low = mask as usize & lower;
        let high = mask as usize >> bits & upper;
        [
            self.standing(&self.lower[low], &self.upper[high]),
            self.standing(&self.lower[lower - low], &self.upper[upper - high]),
        ]
    }
}
