//! The Sharpe ratios of all configurations in all halves of the blocks: the costly part of the cross-validation.
//!
//! A half and its complement are each other's sample and rest. So both are worked out once, and a pair of splits is read
//! from them. Eight configurations lie side by side and one after the other goes through the halves of a group while its
//! sums are near the processor.

use crate::moments::mean;
use crate::widest::{LANES, Lanes, widest};

/// Pairs of halves that go through the configurations together.
const GROUP: usize = 16;

/// All choices of half of the blocks, as bit masks in ascending order. Counted from both ends, the n-th is the complement
/// of the n-th.
pub fn halves(blocks: usize) -> impl Iterator<Item = u32> {
    (0..1_u32 << blocks).filter(move |mask| mask.count_ones() as usize == blocks / 2)
}

/// Sums of one configuration's returns per block. A Sharpe ratio of any choice of blocks is a few additions away, and ten
/// thousand configurations take 300 bytes each, however many sessions they cover.
#[derive(Clone, Debug)]
pub struct BlockSums {
    /// Mean of the whole series. Sums are taken about it, which keeps the variance of a small spread exact.
    center: f64,
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
        let center = mean(series).unwrap_or(0.0);
        BlockSums {
            center,
            length,
            blocks: series
                .chunks(length)
                .map(|block| {
                    let distances = block.iter().map(|value| value - center);
                    distances.fold((0.0, 0.0), |(sum, squares), x| (sum + x, squares + x * x))
                })
                .collect(),
        }
    }
}

/// One choice of half of the blocks as the sample.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Split {
    /// Logit of the rank out of sample of the best in sample.
    pub logit: f64,
    /// Its Sharpe ratio out of sample (per session).
    pub sharpe_out: f64,
}

impl Split {
    /// From the Sharpe ratios of all configurations in sample and out of it.
    #[inline(always)]
    fn of(inside: &[f64], outside: &[f64]) -> Split {
        // Of equals the first.
        let greatest = greatest(inside);
        let best = inside
            .iter()
            .position(|sharpe| *sharpe == greatest)
            .unwrap_or(0);
        let w = rank(outside, outside[best]) / (outside.len() + 1) as f64;
        Split {
            logit: libm::log(w / (1.0 - w)),
            sharpe_out: outside[best],
        }
    }
}

/// The greatest of some numbers, eight running maxima at a time.
#[inline(always)]
fn greatest(values: &[f64]) -> f64 {
    let greater = |a: f64, b: f64| if b > a { b } else { a };
    let (rows, rest) = values.as_chunks::<LANES>();
    let mut lanes = [f64::NEG_INFINITY; LANES];
    for row in rows {
        for lane in 0..LANES {
            lanes[lane] = greater(lanes[lane], row[lane]);
        }
    }
    lanes
        .iter()
        .chain(rest)
        .copied()
        .fold(f64::NEG_INFINITY, greater)
}

/// Rank of a member of `values`, 1 the lowest; members that tie share the mean of their ranks.
#[inline(always)]
fn rank(values: &[f64], member: f64) -> f64 {
    let below = values.iter().filter(|value| **value < member).count();
    let equal = values.iter().filter(|value| **value == member).count();
    below as f64 + (equal + 1) as f64 / 2.0
}

/// The sums of all configurations, ready for any number of splits.
#[derive(Clone, Debug)]
pub struct Table {
    configurations: usize,
    blocks: usize,
    length: usize,
    /// Eight configurations at a time: their centers, then sums and squares of each block.
    rows: Vec<Lanes>,
}

/// A half as the places of its blocks, and the rest.
struct Halved {
    sample: Vec<usize>,
    rest: Vec<usize>,
}

impl Table {
    /// From the sums of every configuration.
    ///
    /// # Panics
    /// If they differ in the number or the length of their blocks, or there is none.
    pub fn new(configurations: &[BlockSums]) -> Table {
        let blocks = configurations[0].blocks.len();
        let length = configurations[0].length;
        let stride = 1 + 2 * blocks;
        let mut rows = vec![[0.0; LANES]; configurations.len().div_ceil(LANES) * stride];
        for (place, one) in configurations.iter().enumerate() {
            assert!(
                one.blocks.len() == blocks && one.length == length,
                "all configurations must be cut into the same blocks"
            );
            let row = &mut rows[place / LANES * stride..][..stride];
            let lane = place % LANES;
            row[0][lane] = one.center;
            for (block, (sum, squares)) in one.blocks.iter().enumerate() {
                row[1 + 2 * block][lane] = *sum;
                row[2 + 2 * block][lane] = *squares;
            }
        }
        Table {
            configurations: configurations.len(),
            blocks,
            length,
            rows,
        }
    }

    /// Per bit mask the split whose sample are its blocks, and the one with sample and rest exchanged.
    ///
    /// # Panics
    /// If a mask does not take half of the blocks.
    pub fn splits(&self, masks: &[u32]) -> Vec<[Split; 2]> {
        let groups = self.configurations.div_ceil(LANES);
        let mut found = Vec::with_capacity(masks.len());
        let mut sharpes = vec![[0.0; LANES]; 2 * GROUP.min(masks.len()) * groups];
        for masks in masks.chunks(GROUP) {
            let halves: Vec<Halved> = masks.iter().map(|mask| self.halved(*mask)).collect();
            fill(self, &halves, &mut sharpes);
            read(self, &sharpes[..2 * groups * masks.len()], &mut found);
        }
        found
    }

    fn halved(&self, mask: u32) -> Halved {
        let (sample, rest): (Vec<usize>, Vec<usize>) =
            (0..self.blocks).partition(|block| mask >> block & 1 == 1);
        assert_eq!(sample.len(), rest.len(), "a sample is half of the blocks");
        Halved { sample, rest }
    }

    /// Sharpe ratios per session of eight configurations over some blocks; zero without variation.
    #[inline(always)]
    fn sharpe(&self, row: &[Lanes], chosen: &[usize]) -> Lanes {
        let mut sums = [0.0; LANES];
        let mut squares = [0.0; LANES];
        for block in chosen {
            let sum = &row[1 + 2 * block];
            let square = &row[2 + 2 * block];
            for lane in 0..LANES {
                sums[lane] += sum[lane];
                squares[lane] += square[lane];
            }
        }
        let n = (self.length * chosen.len()) as f64;
        std::array::from_fn(|lane| {
            let variance = (squares[lane] - sums[lane] * sums[lane] / n) / (n - 1.0);
            let sharpe = (row[0][lane] + sums[lane] / n) / variance.sqrt();
            if sharpe.is_finite() { sharpe } else { 0.0 }
        })
    }
}

#[inline(always)]
fn fill_body(table: &Table, halves: &[Halved], sharpes: &mut [Lanes]) {
    let groups = table.configurations.div_ceil(LANES);
    for (group, row) in table.rows.chunks_exact(1 + 2 * table.blocks).enumerate() {
        for (both, half) in sharpes.chunks_exact_mut(2 * groups).zip(halves) {
            both[group] = table.sharpe(row, &half.sample);
            both[groups + group] = table.sharpe(row, &half.rest);
        }
    }
}

#[inline(always)]
fn read_body(table: &Table, sharpes: &[Lanes], found: &mut Vec<[Split; 2]>) {
    let groups = table.configurations.div_ceil(LANES);
    for both in sharpes.chunks_exact(2 * groups) {
        let (sample, rest) = both.as_flattened().split_at(groups * LANES);
        let sample = &sample[..table.configurations];
        let rest = &rest[..table.configurations];
        found.push([Split::of(sample, rest), Split::of(rest, sample)]);
    }
}

widest! {
    /// Appends the pairs of splits that the Sharpe ratios of some halves say.
    read = read_body(table: &Table, sharpes: &[Lanes], found: &mut Vec<[Split; 2]>)
}

widest! {
    /// Per half the Sharpe ratios of all configurations in it, then in the rest.
    fill = fill_body(table: &Table, halves: &[Halved], sharpes: &mut [Lanes])
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
    }

    #[test]
    fn ranks_by_hand() {
        let values = [0.3, 0.1, 0.3, 0.2];
        assert_eq!(
            [0.1, 0.2, 0.3].map(|member| rank(&values, member)),
            [1.0, 2.0, 3.5]
        );
    }

    /// The definition, one configuration and one half at a time.
    fn plain(configurations: &[BlockSums], mask: u32) -> Split {
        let sharpe = |sums: &BlockSums, inside: bool| {
            let chosen = sums.blocks.iter().enumerate();
            let chosen = chosen.filter(|(block, _)| (mask >> block & 1 == 1) == inside);
            let add = |(a, b), (_, block): (usize, &(f64, f64))| (a + block.0, b + block.1);
            let (sum, squares) = chosen.fold((0.0, 0.0), add);
            let n = (sums.length * sums.blocks.len() / 2) as f64;
            let variance: f64 = (squares - sum * sum / n) / (n - 1.0);
            crate::defined((sums.center + sum / n) / variance.sqrt()).unwrap_or(0.0)
        };
        let of = |inside| {
            configurations
                .iter()
                .map(|sums| sharpe(sums, inside))
                .collect::<Vec<f64>>()
        };
        let (inside, outside) = (of(true), of(false));
        let best =
            (1..inside.len()).fold(0, |best, i| if inside[i] > inside[best] { i } else { best });
        let w = rank(&outside, outside[best]) / (outside.len() + 1) as f64;
        Split {
            logit: libm::log(w / (1.0 - w)),
            sharpe_out: outside[best],
        }
    }

    #[test]
    fn every_split_and_its_mirror_are_those_of_the_plain_loop_to_the_last_bit() {
        for count in [2, 7, 8, 29] {
            let series = |k: usize| -> Vec<f64> {
                // The fourth never varies, the sixth equals the second.
                let k = if k == 5 { 1 } else { k };
                (0..133)
                    .map(|t| {
                        if k == 3 {
                            0.5
                        } else {
                            (((t + 3) * (k + 5) * 7_919) % 1_009) as f64 / 1_009.0 - 0.48
                        }
                    })
                    .collect()
            };
            let sums: Vec<BlockSums> = (0..count).map(|k| BlockSums::of(&series(k), 8)).collect();
            let masks: Vec<u32> = halves(8).collect();
            let found = Table::new(&sums).splits(&masks);
            for (mask, both) in masks.iter().zip(found) {
                let wanted = [plain(&sums, *mask), plain(&sums, !mask & 0xff)];
                assert_eq!(both, wanted, "{count} configurations, mask {mask:b}");
            }
        }
    }
}
