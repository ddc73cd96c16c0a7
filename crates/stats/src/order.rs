//! Order statistics of more values than memory should hold: the values are passed over several times, and none is kept.

use crate::defined;

/// Bits of a value that one pass decides.
const BITS: u32 = 16;
/// Passes.
const PASSES: u32 = u64::BITS / BITS;

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
struct Sought {
    /// Its first bits.
    beginning: u64,
    /// Its rank among the values that begin like this.
    rank: u64,
}

/// The values at some ranks of the ascending order ([`f64::total_cmp`]), counted from 0; one beyond the last is `None`.
///
/// `values` is asked for all of them again and again, and must give the same each time. Four passes find any number of ranks; memory
/// is 512 KiB for each different beginning among them.
pub fn at_ranks<I: Iterator<Item = f64>>(
    values: impl Fn() -> I,
    ranks: &[usize],
) -> Vec<Option<f64>> {
    let count = values().count();
    let sought = |rank: &usize| {
        (*rank < count).then_some(Sought {
            beginning: 0,
            rank: *rank as u64,
        })
    };
    let mut all: Vec<Option<Sought>> = ranks.iter().map(sought).collect();
    for pass in 0..PASSES {
        let shift = u64::BITS - (pass + 1) * BITS;
        let mut beginnings: Vec<u64> = all.iter().flatten().map(|own| own.beginning).collect();
        beginnings.sort_unstable();
        beginnings.dedup();
        let mut counts = vec![vec![0_u64; 1 << BITS]; beginnings.len()];
        for value in values() {
            let key = key(value) >> shift;
            if let Ok(place) = beginnings.binary_search(&(key >> BITS)) {
                counts[place][(key & 0xffff) as usize] += 1;
            }
        }
        for own in all.iter_mut().flatten() {
            let place = beginnings.partition_point(|one| *one < own.beginning);
            let next = counts[place].iter().position(|count| {
                let is_there = own.rank < *count;
                if !is_there {
                    own.rank -= count;
                }
                is_there
            });
            // Every rank is below the number of values.
            own.beginning = own.beginning << BITS | next.unwrap_or_default() as u64;
        }
    }
    all.into_iter()
        .map(|own| own.map(|own| value(own.beginning)))
        .collect()
}

/// The quantiles at some shares, each as [`quantile`](crate::interval::quantile) has it of the sorted values.
pub fn quantiles<I: Iterator<Item = f64>>(
    values: impl Fn() -> I,
    shares: &[f64],
) -> Vec<Option<f64>> {
    let Some(last) = values().count().checked_sub(1) else {
        return vec![None; shares.len()];
    };
    let place = |share: f64| {
        (0.0..=1.0).contains(&share).then(|| {
            let rank = share * last as f64;
            let below = rank as usize;
            (below, rank - below as f64)
        })
    };
    let ranks: Vec<usize> = shares
        .iter()
        .filter_map(|share| place(*share))
        .flat_map(|(below, _)| [below, (below + 1).min(last)])
        .collect();
    let found = at_ranks(values, &ranks);
    let mut pairs = found.as_chunks::<2>().0.iter();
    shares
        .iter()
        .map(|share| {
            let (_, part) = place(*share)?;
            let [Some(below), Some(above)] = pairs.next()? else {
                return None;
            };
            defined(below + part * (above - below))
        })
        .collect()
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
        let found = at_ranks(|| values.iter().copied(), &ranks);
        for (rank, found) in ranks.iter().zip(found) {
            let found = found.expect("a value");
            assert_eq!(found.to_bits(), ascending[*rank].to_bits(), "rank {rank}");
        }
        assert_eq!(at_ranks(|| values.iter().copied(), &[values.len()]), [None]);
        assert_eq!(at_ranks(std::iter::empty, &[0]), [None]);
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
}
