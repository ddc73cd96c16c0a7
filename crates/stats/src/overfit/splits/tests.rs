//! Against the plain loop over halves.

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
    let best = (1..inside.len()).fold(0, |best, i| if inside[i] > inside[best] { i } else { best });
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

/// Thresholds that are a standing, the numbers beside it, and others near and far; of results of any size.
#[test]
fn a_threshold_is_met_by_what_equals_it_to_the_last_bit_and_by_nothing_else() {
    const BLOCKS: usize = 6;
    let masks: Vec<u32> = halves(BLOCKS).collect();
    for scale in [1e-160, 1e-101, 1e-30, 1.0, 1e7, 1e49, 1e55, 1e150] {
        let all: Vec<BlockSums> = (0..8)
            .map(|k| {
                let value = |t: usize| (((t + 3) * (k + 5) * 7_919) % 1_009) as f64 - 484.0;
                let varies = if k == 3 { 0.0 } else { 1.0 };
                let series = (0..60).map(|t| scale * (3.0 + varies * value(t)));
                BlockSums::of(&series.collect::<Vec<_>>(), BLOCKS)
            })
            .collect();
        let outside = |mask: u32, k: usize| standing(&all[k], |block| mask >> block & 1 == 0);
        for number in 0..all.len() {
            let near: [fn(f64) -> f64; 9] = [
                |x| x,
                f64::next_up,
                f64::next_down,
                |x| x * (1.0 + 1e-15),
                |x| x * (1.0 - 1e-14),
                |x| x * 1.5,
                |x| -x,
                |_| 0.0,
                |_| f64::INFINITY,
            ];
            for near in near {
                let mut leaders = Leaders::none(BLOCKS);
                for (mask, half) in masks.iter().zip(&mut leaders.halves) {
                    half.outside = near(outside(*mask, number));
                }
                let mut ranks = Ranks::none(BLOCKS);
                ranks.count(&leaders, &all);
                for (at, (mask, half)) in masks.iter().zip(&leaders.halves).enumerate() {
                    let own = (0..all.len()).map(|k| outside(*mask, k));
                    let below = own.clone().filter(|own| *own < half.outside).count();
                    let equal = own.filter(|own| *own == half.outside).count();
                    assert_eq!(
                        (ranks.below[at], ranks.equal[at]),
                        (below as u64, equal as u64),
                        "{scale:e}, configuration {number}, mask {mask:b}, threshold {:e}",
                        half.outside
                    );
                }
            }
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
