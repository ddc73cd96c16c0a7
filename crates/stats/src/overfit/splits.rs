//! The Sharpe ratios of all configurations in all halves of the blocks: the costly part of the cross-validation.
//!
//! Two passes over the configurations, in groups that are forgotten again. The first finds the best of each half
//! ([`Leaders`]). The second counts who did worse outside that half ([`Ranks`]). Both are joined in any order, so parts
//! of a sweep can be read on several machines, and memory does not grow with the number of configurations.
//!
//! Sums are those of the returns themselves: configurations that did the same in a half have the same bits there and tie,
//! whatever they did elsewhere. Only the order of Sharpe ratios matters here. So a half is judged by the signed square of its Sharpe ratio, which
//! needs one division and no root. A sum over a half is that of its lower blocks plus that of its upper blocks, each a
//! look-up; eight configurations lie side by side.

use std::cmp::Ordering;
use std::ops::Range;

use crate::widest::{LANES, Lanes, widest};

/// Lane groups that go through the halves together: their look-up tables stay near the processor.
const TABLES: usize = 8;

/// All choices of half of the blocks, as bit masks in ascending order. Counted from both ends, the n-th is the complement
/// of the n-th.
pub fn halves(blocks: usize) -> impl Iterator<Item = u32> {
    (0..1_u32 << blocks).filter(move |mask| mask.count_ones() as usize == blocks / 2)
}

/// Sums of one configuration's returns per block. A Sharpe ratio of any choice of blocks is a few additions away.
#[derive(Clone, Debug)]
pub struct BlockSums {
    length: usize,
    blocks: Vec<(f64, f64)>,
}

impl BlockSums {
    /// Sums over `blocks` even blocks; the oldest sessions that fill no block are dropped.
    ///
    /// # Panics
    /// If a block would be empty.
    pub fn of(series: &[f64], blocks: usize) -> BlockSums {
        let length = series.len() / blocks;
        assert!(
            length > 0,
            "{} sessions do not fill {blocks} blocks",
            series.len()
        );
        let series = &series[series.len() - blocks * length..];
        // Of a series that never varies the sums might leave a variance of some last bits.
        let varies = series.iter().any(|value| *value != series[0]);
        let sums = |block: &[f64]| {
            let values = block.iter().filter(|_| varies);
            values.fold((0.0, 0.0), |(sum, squares), x| (sum + x, squares + x * x))
        };
        BlockSums {
            length,
            blocks: series.chunks(length).map(sums).collect(),
        }
    }
}

/// The best configuration of a half.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Leader {
    /// Its number.
    pub number: u64,
    /// Its standing in the half: the signed square of the Sharpe ratio, but for a common factor.
    pub inside: f64,
    /// The same in the other half.
    pub outside: f64,
}

impl Leader {
    /// Less than any configuration.
    const NOBODY: Leader = Leader {
        number: u64::MAX,
        inside: f64::NEG_INFINITY,
        outside: 0.0,
    };

    /// The greater in the half; of equals the one with the lower number.
    fn lead(&mut self, other: &Leader) {
        let ahead = match self.inside.partial_cmp(&other.inside) {
            Some(Ordering::Less) => true,
            Some(Ordering::Equal) => other.number < self.number,
            _ => false,
        };
        if ahead {
            *self = *other;
        }
    }
}

/// The best configuration of each half, among those looked at so far.
#[derive(Clone, Debug, PartialEq)]
pub struct Leaders {
    blocks: usize,
    configurations: u64,
    /// In the order of [`halves`].
    halves: Vec<Leader>,
}

impl Leaders {
    /// Nobody looked at yet.
    pub fn none(blocks: usize) -> Leaders {
        Leaders {
            blocks,
            configurations: 0,
            halves: vec![Leader::NOBODY; halves(blocks).count()],
        }
    }

    /// Looks at configurations numbered from `first` on.
    ///
    /// # Panics
    /// If one of them has other blocks.
    pub fn consider(&mut self, first: u64, configurations: &[BlockSums]) {
        let masks: Vec<u32> = halves(self.blocks).collect();
        let mut pairs = vec![Best::default(); widest_row(&masks)];
        for (place, group) in configurations.chunks(TABLES * LANES).enumerate() {
            let tables = tables(group, self.blocks);
            let first = first + (place * TABLES * LANES) as u64;
            for row in rows(&masks) {
                let best = &mut pairs[..row.len()];
                best.fill(Best::default());
                for (at, table) in tables.iter().enumerate() {
                    raise(table, &masks[row.clone()], at as f64, best);
                }
                for (half, best) in row.zip(best) {
                    let mirror = masks.len() - 1 - half;
                    let [inside, outside] = best.leaders(first, group.len());
                    self.halves[half].lead(&inside);
                    self.halves[mirror].lead(&outside);
                }
            }
        }
        self.configurations += configurations.len() as u64;
    }

    /// Two groups together, in any order.
    ///
    /// # Panics
    /// If they are of different blocks.
    pub fn join(mut self, other: &Leaders) -> Leaders {
        assert_eq!(self.blocks, other.blocks, "parts must share their blocks");
        self.configurations += other.configurations;
        for (mine, theirs) in self.halves.iter_mut().zip(&other.halves) {
            mine.lead(theirs);
        }
        self
    }

    /// Configurations looked at.
    pub fn configurations(&self) -> u64 {
        self.configurations
    }

    /// The best of each half, in the order of [`halves`].
    pub fn halves(&self) -> &[Leader] {
        &self.halves
    }
}

/// Per half how many configurations did worse outside it than its best, and how many as well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ranks {
    blocks: usize,
    configurations: u64,
    below: Vec<u64>,
    equal: Vec<u64>,
}

impl Ranks {
    /// Nobody counted yet.
    pub fn none(blocks: usize) -> Ranks {
        let halves = halves(blocks).count();
        Ranks {
            blocks,
            configurations: 0,
            below: vec![0; halves],
            equal: vec![0; halves],
        }
    }

    /// Counts configurations against the best of all.
    ///
    /// # Panics
    /// If one of them has other blocks.
    pub fn count(&mut self, leaders: &Leaders, configurations: &[BlockSums]) {
        let masks: Vec<u32> = halves(self.blocks).collect();
        let last = masks.len() - 1;
        let thresholds: Vec<[f64; 2]> = (0..masks.len().div_ceil(2))
            .map(|half| [half, last - half].map(|half| leaders.halves[half].outside))
            .collect();
        let mut pairs = vec![Counts::default(); widest_row(&masks)];
        for group in configurations.chunks(TABLES * LANES) {
            let tables = tables(group, self.blocks);
            for row in rows(&masks) {
                let counts = &mut pairs[..row.len()];
                counts.fill(Counts::default());
                for table in &tables {
                    let thresholds = &thresholds[row.clone()];
                    tally(table, &masks[row.clone()], thresholds, counts);
                }
                for (half, counts) in row.zip(counts) {
                    for (side, half) in [half, last - half].into_iter().enumerate() {
                        self.below[half] += counts.below[side].iter().sum::<f64>() as u64;
                        self.equal[half] += counts.equal[side].iter().sum::<f64>() as u64;
                    }
                }
            }
        }
        self.configurations += configurations.len() as u64;
    }

    /// Two groups together, in any order.
    ///
    /// # Panics
    /// If they are of different blocks.
    pub fn join(mut self, other: &Ranks) -> Ranks {
        assert_eq!(self.blocks, other.blocks, "parts must share their blocks");
        self.configurations += other.configurations;
        let add = |mine: &mut Vec<u64>, theirs: &[u64]| {
            mine.iter_mut().zip(theirs).for_each(|(a, b)| *a += b);
        };
        add(&mut self.below, &other.below);
        add(&mut self.equal, &other.equal);
        self
    }

    /// Configurations counted.
    pub fn configurations(&self) -> u64 {
        self.configurations
    }

    /// Per half, in the order of [`halves`], the rank of its best outside it, 1 the lowest; those that tie share the
    /// mean of their ranks.
    pub fn ranks(&self) -> impl Iterator<Item = f64> {
        let both = self.below.iter().zip(&self.equal);
        both.map(|(below, equal)| *below as f64 + (equal + 1) as f64 / 2.0)
    }
}

/// The first masks of [`halves`], whose complements are the others, in rows that share their upper blocks.
fn rows(masks: &[u32]) -> impl Iterator<Item = Range<usize>> + '_ {
    let upper = |at: usize| masks[at] >> half_of(masks);
    let mut from = 0;
    std::iter::from_fn(move || {
        let end = masks.len() / 2;
        let start = from;
        (start < end).then(|| {
            from = (start..end)
                .find(|at| upper(*at) != upper(start))
                .unwrap_or(end);
            start..from
        })
    })
}

/// Half the number of blocks of all halves.
fn half_of(masks: &[u32]) -> u32 {
    masks[0].count_ones()
}

fn widest_row(masks: &[u32]) -> usize {
    rows(masks).map(|row| row.len()).max().unwrap_or(0)
}

/// Sum and sum of squares of eight configurations over some of their lower or upper blocks.
type Pair = [Lanes; 2];

/// Eight configurations: sums over every subset of their lower and of their upper blocks.
struct Table {
    /// One over the sessions of a half.
    share: f64,
    lower: Vec<Pair>,
    upper: Vec<Pair>,
}

fn tables(configurations: &[BlockSums], blocks: usize) -> Vec<Table> {
    configurations
        .chunks(LANES)
        .map(|eight| Table::new(eight, blocks))
        .collect()
}

impl Table {
    fn new(eight: &[BlockSums], blocks: usize) -> Table {
        let length = eight[0].length;
        let alike = |one: &BlockSums| one.blocks.len() == blocks && one.length == length;
        assert!(
            eight.iter().all(alike),
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
struct Best {
    inside: [Lanes; 2],
    outside: [Lanes; 2],
    /// Which table it came from.
    table: [Lanes; 2],
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
    fn leaders(&self, first: u64, count: usize) -> [Leader; 2] {
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
struct Counts {
    below: [Lanes; 2],
    equal: [Lanes; 2],
}

#[inline(always)]
fn raise_body(table: &Table, masks: &[u32], number: f64, best: &mut [Best]) {
    for (mask, best) in masks.iter().zip(best) {
        let both = table.both(*mask);
        for side in 0..2 {
            let (inside, outside) = (&both[side], &both[1 - side]);
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
fn tally_body(table: &Table, masks: &[u32], thresholds: &[[f64; 2]], counts: &mut [Counts]) {
    for ((mask, thresholds), counts) in masks.iter().zip(thresholds).zip(counts) {
        let both = table.both(*mask);
        for side in 0..2 {
            let (outside, threshold) = (&both[1 - side], thresholds[side]);
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
        let (lower, upper) = (self.lower.len() - 1, self.upper.len() - 1);
        let bits = self.lower.len().trailing_zeros();
        let (low, high) = (mask as usize & lower, mask as usize >> bits & upper);
        [
            self.standing(&self.lower[low], &self.upper[high]),
            self.standing(&self.lower[lower - low], &self.upper[upper - high]),
        ]
    }
}

widest! {
    /// Raises the best of some halves and of their complements by eight configurations.
    raise = raise_body(table: &Table, masks: &[u32], number: f64, best: &mut [Best])
}

widest! {
    /// Counts eight configurations against the thresholds of some halves and of their complements.
    tally = tally_body(table: &Table, masks: &[u32], thresholds: &[[f64; 2]], counts: &mut [Counts])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_halves_once() {
        assert_eq!(
            halves(4).collect::<Vec<_>>(),
            [0b0011, 0b0101, 0b0110, 0b1001, 0b1010, 0b1100]
        );
        assert_eq!(halves(16).count(), 12_870);
        let all: Vec<u32> = halves(6).collect();
        for (one, other) in all.iter().zip(all.iter().rev()) {
            assert_eq!(one ^ other, 0b11_1111);
        }
        for blocks in [2, 4, 6, 16] {
            let masks: Vec<u32> = halves(blocks).collect();
            let walked: Vec<usize> = rows(&masks).flatten().collect();
            assert_eq!(walked, (0..masks.len() / 2).collect::<Vec<_>>());
        }
    }

    /// Some series; the fourth never varies, the sixth equals the second.
    fn configurations(count: usize, blocks: usize) -> Vec<BlockSums> {
        let series = |k: usize| -> Vec<f64> {
            let k = if k == 5 { 1 } else { k };
            let value = |t: usize| (((t + 3) * (k + 5) * 7_919) % 1_009) as f64 / 1_009.0 - 0.48;
            (0..133)
                .map(|t| if k == 3 { 0.5 } else { value(t) })
                .collect()
        };
        (0..count)
            .map(|k| BlockSums::of(&series(k), blocks))
            .collect()
    }

    /// The definition, one configuration and one half at a time.
    fn standing(sums: &BlockSums, inside: impl Fn(usize) -> bool) -> f64 {
        let blocks = sums.blocks.len();
        let part = |range: Range<usize>| {
            let chosen = range.filter(|block| inside(*block));
            chosen.fold((0.0, 0.0), |(a, b), block| {
                (a + sums.blocks[block].0, b + sums.blocks[block].1)
            })
        };
        let (lower, upper) = (part(0..blocks / 2), part(blocks / 2..blocks));
        let (sum, squares): (f64, f64) = (lower.0 + upper.0, lower.1 + upper.1);
        let share = 1.0 / (sums.length * blocks / 2) as f64;
        let mean: f64 = sum * share;
        let variance = squares - sum * mean;
        if variance <= 0.0 {
            return 0.0;
        }
        (mean * mean / variance).copysign(mean)
    }

    /// Per half its best and the rank of that one outside.
    fn plain(all: &[BlockSums], mask: u32) -> (Leader, f64) {
        let of = |held: bool| -> Vec<f64> {
            let inside = |block: usize| (mask >> block & 1 == 1) == held;
            all.iter().map(|sums| standing(sums, inside)).collect()
        };
        let (inside, outside) = (of(true), of(false));
        let best =
            (1..inside.len()).fold(0, |best, i| if inside[i] > inside[best] { i } else { best });
        let below = outside.iter().filter(|v| **v < outside[best]).count();
        let equal = outside.iter().filter(|v| **v == outside[best]).count();
        let leader = Leader {
            number: best as u64,
            inside: inside[best],
            outside: outside[best],
        };
        (leader, below as f64 + (equal + 1) as f64 / 2.0)
    }

    #[test]
    fn every_half_and_its_mirror_are_those_of_the_plain_loop_to_the_last_bit() {
        for (count, blocks) in [(2, 8), (7, 8), (8, 2), (29, 8), (150, 6)] {
            let all = configurations(count, blocks);
            let mut leaders = Leaders::none(blocks);
            leaders.consider(0, &all);
            let mut ranks = Ranks::none(blocks);
            ranks.count(&leaders, &all);
            let found = leaders.halves().iter().copied().zip(ranks.ranks());
            for (mask, found) in halves(blocks).zip(found) {
                assert_eq!(
                    found,
                    plain(&all, mask),
                    "{count} configurations, mask {mask:b}"
                );
            }
        }
    }

    #[test]
    fn parts_in_any_order_are_the_whole() {
        let all = configurations(150, 8);
        let whole = |cuts: &[usize]| {
            let mut parts: Vec<(usize, &[BlockSums])> = Vec::new();
            let mut rest = (0, &all[..]);
            for cut in cuts {
                let (part, after) = rest.1.split_at(cut - rest.0);
                parts.push((rest.0, part));
                rest = (*cut, after);
            }
            parts.push(rest);
            parts.reverse();
            let leaders = parts.iter().map(|(first, part)| {
                let mut own = Leaders::none(8);
                own.consider(*first as u64, part);
                own
            });
            let leaders = leaders.reduce(|a, b| a.join(&b)).unwrap();
            let ranks = parts.iter().map(|(_, part)| {
                let mut own = Ranks::none(8);
                own.count(&leaders, part);
                own
            });
            (leaders.clone(), ranks.reduce(|a, b| a.join(&b)).unwrap())
        };
        let wanted = whole(&[]);
        assert_eq!(wanted.0.configurations(), 150);
        assert_eq!(whole(&[1, 2, 70]), wanted);
        let ten: Vec<usize> = (1..10).map(|part| part * 15).collect();
        assert_eq!(whole(&ten), wanted);
    }

    #[test]
    fn of_equals_the_lower_number_leads() {
        let series: Vec<f64> = (0..40).map(|t| f64::from(t * t % 7) - 2.0).collect();
        let worse: Vec<f64> = series.iter().map(|x| x - 1.0).collect();
        let (best, other) = (BlockSums::of(&series, 4), BlockSums::of(&worse, 4));
        let numbers = |leaders: &Leaders| {
            leaders
                .halves()
                .iter()
                .map(|half| half.number)
                .collect::<Vec<_>>()
        };
        // In one lane, eight apart.
        let mut abreast = vec![other; 17];
        (abreast[1], abreast[9]) = (best.clone(), best.clone());
        let mut leaders = Leaders::none(4);
        leaders.consider(0, &abreast);
        assert_eq!(numbers(&leaders), [1; 6]);
        // In groups of any order.
        let of = |first: u64| {
            let mut leaders = Leaders::none(4);
            leaders.consider(first, std::slice::from_ref(&best));
            leaders
        };
        assert_eq!(numbers(&of(5).join(&of(2))), [2; 6]);
        assert_eq!(numbers(&of(2).join(&of(5))), [2; 6]);
    }

    /// What is compared puts configurations into the order of their Sharpe ratios.
    #[test]
    fn the_order_is_that_of_the_sharpe_ratios() {
        let all = configurations(29, 8);
        for mask in halves(8) {
            let inside = |block: usize| mask >> block & 1 == 1;
            let sharpe = |sums: &BlockSums| {
                let chosen = sums.blocks.iter().enumerate().filter(|(b, _)| inside(*b));
                let add = |(a, b), (_, block): (usize, &(f64, f64))| (a + block.0, b + block.1);
                let (sum, squares) = chosen.fold((0.0, 0.0), add);
                let n = (sums.length * sums.blocks.len() / 2) as f64;
                let variance: f64 = (squares - sum * sum / n) / (n - 1.0);
                crate::defined((sum / n) / variance.sqrt()).unwrap_or(0.0)
            };
            for pair in all.windows(2) {
                let [a, b] = [0, 1].map(|at| standing(&pair[at], inside));
                let [x, y] = [0, 1].map(|at| sharpe(&pair[at]));
                assert_eq!(a < b, x < y, "mask {mask:b}");
                assert_eq!(a < 0.0, x < 0.0);
            }
        }
    }
}
