//! Order statistics of more values than memory should hold: the values are passed over several times, and none is kept.

use crate::defined;
use crate::interval::between;

/// Bits of a value that one pass decides; the first decides those that are left.
const BITS: u32 = 11;
/// Passes.
const PASSES: u32 = u64::BITS.div_ceil(BITS);

/// A value as a whole number: numbers are in the order of [`f64::total_cmp`].
fn key(value: f64) -> u64 {
    let bits = value.to_bits();
    if bits >> 63 == 1 {
        !bits
    } else {
        bits | 1 << 63
    }
}

/// The value of a number.
fn value(key: u64) -> f64 {
    f64::from_bits(if key >> 63 == 1 {
        key & !(1 << 63)
    } else {
        !key
    })
}

/// What is known of the value at a rank.
#[derive(Clone, Copy)]
struct Sought {
    group: usize,
    /// Its first bits.
    beginning: u64,
    /// Its rank among the values of the group that begin like this.
    rank: u64,
}

/// Beginnings whose values are counted at a time, 16 KiB each.
const AT_A_TIME: usize = 256;

/// Values that are sorted in memory where there are no more of them.
const FEW: usize = 1 << 17;

/// How many values there are of each of the first `groups` groups.
fn counted(values: impl Iterator<Item = (usize, f64)>, groups: usize) -> Vec<usize> {
    let mut counts = vec![0; groups];
    for (group, _) in values {
        if let Some(count) = counts.get_mut(group) {
            *count += 1;
        }
    }
    counts
}

/// The values at some ranks of the ascending order ([`f64::total_cmp`]) of each group, counted from 0; one beyond the last of its group
/// is `None`. Values come with the number of their group.
///
/// `values` is asked for all of them up to seven times, and must give the same each time. More than 131,072 values are not held. Of
/// groups without end the values are asked for more often: memory is 4 MiB at most, and some bytes for each rank.
pub fn at_ranks<I: Iterator<Item = (usize, f64)>>(
    values: impl Fn() -> I,
    ranks: &[(usize, usize)],
) -> Vec<Option<f64>> {
    let groups = ranks.iter().map(|(group, _)| group + 1).max();
    let counts = counted(values(), groups.unwrap_or_default());
    found(&values, &counts, ranks)
}

/// [`at_ranks`], where the number of values of each group is known: few are sorted, many are passed over.
fn found<I: Iterator<Item = (usize, f64)>>(
    values: &impl Fn() -> I,
    counts: &[usize],
    ranks: &[(usize, usize)],
) -> Vec<Option<f64>> {
    match counts.iter().sum::<usize>() > FEW {
        true => passed(values, counts, ranks),
        false => sorted(values(), counts, ranks),
    }
}

fn sorted(
    values: impl Iterator<Item = (usize, f64)>,
    counts: &[usize],
    ranks: &[(usize, usize)],
) -> Vec<Option<f64>> {
    let with_room = |count: &usize| Vec::with_capacity(*count);
    let mut groups: Vec<Vec<f64>> = counts.iter().map(with_room).collect();
    for (group, value) in values {
        if let Some(group) = groups.get_mut(group) {
            group.push(value);
        }
    }
    for group in &mut groups {
        group.sort_by(f64::total_cmp);
    }
    let at = |&(group, rank): &(usize, usize)| groups[group].get(rank).copied();
    ranks.iter().map(at).collect()
}

fn passed<I: Iterator<Item = (usize, f64)>>(
    values: &impl Fn() -> I,
    counts: &[usize],
    ranks: &[(usize, usize)],
) -> Vec<Option<f64>> {
    let sought = |&(group, rank): &(usize, usize)| {
        (rank < counts[group]).then_some(Sought {
            group,
            beginning: 0,
            rank: rank as u64,
        })
    };
    let mut all: Vec<Option<Sought>> = ranks.iter().map(sought).collect();
    for pass in 1..=PASSES {
        decide(values, &mut all, BITS * (PASSES - pass));
    }
    all.into_iter()
        .map(|own| own.map(|own| value(own.beginning)))
        .collect()
}

/// Decides the next bits, those above the last `shift`, of all that is sought.
fn decide<I: Iterator<Item = (usize, f64)>>(
    values: &impl Fn() -> I,
    all: &mut [Option<Sought>],
    shift: u32,
) {
    let known = |own: &Sought| (own.group, own.beginning);
    let mut beginnings: Vec<(usize, u64)> = all.iter().flatten().map(known).collect();
    beginnings.sort_unstable();
    beginnings.dedup();
    let place = |own: &Sought| beginnings.partition_point(|one| *one < known(own));
    let places: Vec<Option<usize>> = all.iter().map(|own| own.as_ref().map(place)).collect();
    // Only so many at a time: there may be groups without end.
    for first in (0..beginnings.len()).step_by(AT_A_TIME) {
        let some = &beginnings[first..beginnings.len().min(first + AT_A_TIME)];
        let mut counts = vec![vec![0_u64; 1 << BITS]; some.len()];
        for (group, value) in values() {
            let key = key(value) >> shift;
            if let Ok(place) = some.binary_search(&(group, key >> BITS)) {
                counts[place][(key & ((1 << BITS) - 1)) as usize] += 1;
            }
        }
        for (own, place) in all.iter_mut().zip(&places) {
            let place = place.and_then(|place| place.checked_sub(first));
            if let Some((own, counts)) = own.as_mut().zip(place.and_then(|at| counts.get(at))) {
                own.decide(counts);
            }
        }
    }
}

impl Sought {
    /// Its next bits, of which each has so many values.
    fn decide(&mut self, counts: &[u64]) {
        let is_there = |count: &u64| {
            let is_there = self.rank < *count;
            self.rank -= if is_there { 0 } else { *count };
            is_there
        };
        // Every rank is below the number of values that begin like this.
        let next = counts.iter().position(is_there).unwrap_or_default();
        self.beginning = self.beginning << BITS | next as u64;
    }
}

/// How many values there are, and their quantiles.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantiles {
    /// Number of values.
    pub count: usize,
    /// At each share that was asked for, as [`quantile`](crate::interval::quantile) has it of the sorted values.
    pub at: Vec<Option<f64>>,
}

/// The quantiles at some shares of each of the first `groups` groups. Values come with the number of their group. `values` is asked for
/// all of them up to seven times, and must give the same each time.
pub fn quantiles_of<I: Iterator<Item = (usize, f64)>>(
    values: impl Fn() -> I,
    groups: usize,
    shares: &[f64],
) -> Vec<Quantiles> {
    let counts = counted(values(), groups);
    let mut ranks = Vec::new();
    for (group, count) in counts.iter().enumerate() {
        let places = shares.iter().filter_map(|share| between(*count, *share));
        ranks.extend(places.flat_map(|(below, above, _)| [(group, below), (group, above)]));
    }
    let found = found(&values, &counts, &ranks);
    let mut pairs = found.as_chunks::<2>().0.iter();
    let mut quantile = |count: usize, share: f64| {
        let (_, _, part) = between(count, share)?;
        let [Some(below), Some(above)] = pairs.next()? else {
            return None;
        };
        defined(below + part * (above - below))
    };
    counts
        .iter()
        .map(|&count| Quantiles {
            count,
            at: shares.iter().map(|share| quantile(count, *share)).collect(),
        })
        .collect()
}

/// The quantiles at some shares of all values.
pub fn quantiles<I: Iterator<Item = f64>>(values: impl Fn() -> I, shares: &[f64]) -> Quantiles {
    quantiles_of(|| values().map(|value| (0, value)), 1, shares).swap_remove(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interval::quantile;

    fn ascending(values: &[f64]) -> Vec<f64> {
        let mut ascending = values.to_vec();
        ascending.sort_by(f64::total_cmp);
        ascending
    }

    #[test]
    fn the_value_at_a_rank_is_that_of_the_sorted_values() {
        let close = (0..200).map(|n| 1.0 + f64::from(n % 37) * f64::EPSILON);
        let wide = (-60..60).map(|n| f64::from(n).powi(7) * 1e-9);
        let odd = [0.0, -0.0, f64::MIN_POSITIVE, -f64::MAX, f64::INFINITY, -3.5];
        let values: Vec<f64> = close.chain(wide).chain(odd).collect();
        let ascending = ascending(&values);
        let ranks: Vec<usize> = (0..values.len())
            .step_by(3)
            .chain([1, values.len() - 1])
            .collect();
        let all = || values.iter().map(|value| (3, *value));
        let ask = |ranks: &[usize]| {
            let asked: Vec<(usize, usize)> = ranks.iter().map(|rank| (3, *rank)).collect();
            at_ranks(all, &asked)
        };
        let found = ask(&ranks);
        let asked: Vec<(usize, usize)> = ranks.iter().map(|rank| (3, *rank)).collect();
        let counts = counted(all(), 4);
        assert_eq!(counts, [0, 0, 0, values.len()]);
        let bits = |found: &[Option<f64>]| -> Vec<_> {
            found.iter().map(|value| value.map(f64::to_bits)).collect()
        };
        let by_passes = bits(&super::passed(&all, &counts, &asked));
        assert_eq!(by_passes, bits(&found), "many as few");
        for (rank, found) in ranks.iter().zip(found) {
            let found = found.expect("a value");
            assert_eq!(found.to_bits(), ascending[*rank].to_bits(), "rank {rank}");
        }
        assert_eq!(ask(&[values.len()]), [None]);
        assert_eq!(at_ranks(all, &[(2, 0)]), [None], "a group without a value");
        assert_eq!(at_ranks(std::iter::empty, &[(0, 0)]), [None]);
    }

    #[test]
    fn a_quantile_is_that_of_the_sorted_values_to_the_last_bit() {
        let shares = [0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0, 1.5];
        for count in [1, 2, 3, 10, 997, FEW + 5] {
            let values: Vec<f64> = (0..count)
                .map(|n| (n * 7_919 % 1_009) as f64 / 3.0 - 100.0)
                .collect();
            let ascending = ascending(&values);
            let plain = Quantiles {
                count,
                at: shares.map(|share| quantile(&ascending, share)).to_vec(),
            };
            assert_eq!(quantiles(|| values.iter().copied(), &shares), plain);
        }
        let none = quantiles(std::iter::empty, &[0.5]);
        assert_eq!((none.count, none.at), (0, vec![None]));
    }

    #[test]
    fn each_group_has_quantiles_of_its_own() {
        let value = |n: usize| (n * n % 5, (n * 7_919 % 1_009) as f64 / 3.0 - 100.0);
        let values: Vec<(usize, f64)> = (0..900).map(value).collect();
        let all = || values.iter().copied();
        let shares = [0.05, 0.5, 0.95];
        for (group, found) in quantiles_of(all, 4, &shares).into_iter().enumerate() {
            let own = values.iter().filter(|one| one.0 == group);
            let own: Vec<f64> = own.map(|one| one.1).collect();
            let plain = shares.map(|share| quantile(&ascending(&own), share));
            assert_eq!(
                (found.count, found.at),
                (own.len(), plain.to_vec()),
                "group {group}"
            );
        }
    }

    #[test]
    fn many_groups_are_sought_some_at_a_time() {
        const GROUPS: usize = 3 * AT_A_TIME / 2;
        let value = |n: usize| (n * n % GROUPS, (n * 7_919 % 1_009) as f64 / 3.0 - 100.0);
        let values: Vec<(usize, f64)> = (0..5_000).map(value).collect();
        let all = || values.iter().copied();
        let counts = counted(all(), GROUPS);
        let ranks: Vec<(usize, usize)> = (0..GROUPS)
            .flat_map(|group| [(group, 0), (group, counts[group] / 2)])
            .collect();
        let by_passes = super::passed(&all, &counts, &ranks);
        assert_eq!(by_passes, super::sorted(all(), &counts, &ranks));
    }
}
