//! Order statistics of more values than memory should hold: the values are passed over several times, and none is kept.

use crate::defined;

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

/// The values at some ranks of the ascending order ([`f64::total_cmp`]) of each group, counted from 0; one beyond the last of its group
/// is `None`. Values come with the number of their group.
///
/// `values` is asked for all of them again and again, and must give the same each time. Seven passes find any number of ranks; memory
/// is 16 KiB for each different beginning among them.
pub fn at_ranks<I: Iterator<Item = (usize, f64)>>(
    values: impl Fn() -> I,
    ranks: &[(usize, usize)],
) -> Vec<Option<f64>> {
    let groups = ranks.iter().map(|(group, _)| group + 1).max();
    let mut counts = vec![0; groups.unwrap_or_default()];
    for (group, _) in values() {
        if let Some(count) = counts.get_mut(group) {
            *count += 1;
        }
    }
    let sought = |&(group, rank): &(usize, usize)| {
        (rank < counts[group]).then_some(Sought {
            group,
            beginning: 0,
            rank: rank as u64,
        })
    };
    let mut all: Vec<Option<Sought>> = ranks.iter().map(sought).collect();
    for pass in 1..=PASSES {
        decide(&values, &mut all, BITS * (PASSES - pass));
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
    let mut counts = vec![vec![0_u64; 1 << BITS]; beginnings.len()];
    for (group, value) in values() {
        let key = key(value) >> shift;
        if let Ok(place) = beginnings.binary_search(&(group, key >> BITS)) {
            counts[place][(key & ((1 << BITS) - 1)) as usize] += 1;
        }
    }
    for own in all.iter_mut().flatten() {
        let place = beginnings.partition_point(|one| *one < known(own));
        let is_there = |count: &u64| {
            let is_there = own.rank < *count;
            own.rank -= if is_there { 0 } else { *count };
            is_there
        };
        // Every rank is below the number of values that begin like this.
        let next = counts[place].iter().position(is_there).unwrap_or_default();
        own.beginning = own.beginning << BITS | next as u64;
    }
}

/// The quantiles at some shares of each of the first `groups` groups, as [`quantile`](crate::interval::quantile) has them of its
/// sorted values. Values come with the number of their group.
pub fn quantiles_of<I: Iterator<Item = (usize, f64)>>(
    values: impl Fn() -> I,
    groups: usize,
    shares: &[f64],
) -> Vec<Vec<Option<f64>>> {
    let mut counts = vec![0_usize; groups];
    for (group, _) in values() {
        if let Some(count) = counts.get_mut(group) {
            *count += 1;
        }
    }
    let place = |count: usize, share: f64| {
        let last = count.checked_sub(1)?;
        (0.0..=1.0).contains(&share).then(|| {
            let rank = share * last as f64;
            let below = rank as usize;
            (below, (below + 1).min(last), rank - below as f64)
        })
    };
    let mut ranks = Vec::new();
    for (group, count) in counts.iter().enumerate() {
        let places = shares.iter().filter_map(|share| place(*count, *share));
        ranks.extend(places.flat_map(|(below, above, _)| [(group, below), (group, above)]));
    }
    let found = at_ranks(values, &ranks);
    let mut pairs = found.as_chunks::<2>().0.iter();
    let mut between = |count: usize, share: f64| {
        let (_, _, part) = place(count, share)?;
        let [Some(below), Some(above)] = pairs.next()? else {
            return None;
        };
        defined(below + part * (above - below))
    };
    counts
        .iter()
        .map(|count| shares.iter().map(|share| between(*count, *share)).collect())
        .collect()
}

/// The quantiles at some shares of all values, as [`quantile`](crate::interval::quantile) has them of the sorted values.
pub fn quantiles<I: Iterator<Item = f64>>(
    values: impl Fn() -> I,
    shares: &[f64],
) -> Vec<Option<f64>> {
    quantiles_of(|| values().map(|value| (0, value)), 1, shares).swap_remove(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interval::quantile;

    fn sorted(values: &[f64]) -> Vec<f64> {
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
        let ascending = sorted(&values);
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
        for count in [1, 2, 3, 10, 997] {
            let values: Vec<f64> = (0..count)
                .map(|n| f64::from(n * 7_919 % 1_009) / 3.0 - 100.0)
                .collect();
            let ascending = sorted(&values);
            let found = quantiles(|| values.iter().copied(), &shares);
            let plain: Vec<Option<f64>> = shares
                .iter()
                .map(|share| quantile(&ascending, *share))
                .collect();
            assert_eq!(found, plain, "{count}");
        }
        assert_eq!(quantiles(std::iter::empty, &[0.5]), [None]);
    }

    #[test]
    fn each_group_has_quantiles_of_its_own() {
        let value = |n: usize| ((n * 7_919 % 1_009) as f64 / 3.0 - 100.0, n * n % 5);
        let all = || (0..900).map(value).map(|(value, group)| (group, value));
        let shares = [0.05, 0.5, 0.95];
        let found = quantiles_of(all, 6, &shares);
        for (group, found) in found.into_iter().enumerate() {
            let own: Vec<f64> = all()
                .filter(|one| one.0 == group)
                .map(|one| one.1)
                .collect();
            let plain = shares.map(|share| quantile(&sorted(&own), share));
            assert_eq!(found, plain, "group {group}");
        }
    }
}
