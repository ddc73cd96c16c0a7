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

mod lanes;

use std::cmp::Ordering;
use std::ops::Range;

use crate::widest::{LANES, widest};
use crate::words::{WordReader, Words};

use lanes::{Best, Counts, TABLES, Table, raise_body, tables, tally_body};

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
        BlockSums {
            length,
            blocks: series
                .chunks(length)
                .map(|block: &[f64]| {
                    let values = block.iter().filter(|_| varies);
                    values.fold((0.0, 0.0), |(sum, squares), x| (sum + x, squares + x * x))
                })
                .collect(),
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

    /// Writes them down, to be joined elsewhere.
    pub fn write(&self, out: &mut Words) {
        out.number(self.blocks as u64);
        out.number(self.configurations);
        for half in &self.halves {
            out.number(half.number);
            out.fraction(half.inside);
            out.fraction(half.outside);
        }
    }

    /// What [`Leaders::write`] wrote of configurations that were numbered from 0 on; their numbers begin with `first`.
    pub fn read(input: &mut WordReader<'_>, first: u64) -> Option<Leaders> {
        let blocks = input.count().filter(|blocks| (2..32).contains(blocks))?;
        let configurations = input.number()?;
        let mut leader = || {
            let number = input.number()?;
            Some(Leader {
                number: match number {
                    u64::MAX => number,
                    number => number.checked_add(first)?,
                },
                inside: input.fraction()?,
                outside: input.fraction()?,
            })
        };
        Some(Leaders {
            blocks,
            configurations,
            halves: halves(blocks).map(|_| leader()).collect::<Option<_>>()?,
        })
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

widest! {
    /// Raises the best of some halves and of their complements by eight configurations.
    raise = raise_body(table: &Table, masks: &[u32], number: f64, best: &mut [Best])
}

widest! {
    /// Counts eight configurations against the thresholds of some halves and of their complements.
    tally = tally_body(table: &Table, masks: &[u32], thresholds: &[[f64; 2]], counts: &mut [Counts])
}

#[cfg(test)]
mod tests;
