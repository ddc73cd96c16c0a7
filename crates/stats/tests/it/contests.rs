//! Tests against luck, taken in parts: the same answer as over all configurations at once.

use proptest::prelude::*;
use stats::bootstrap::Plan;
use stats::contest::{Part, Resamples};
use stats::reality_check::reality_check;
use stats::spa::superiority;
use stats::walk_forward::{Choices, Memory, folds};
use stats::words::{WordReader, Words};

use crate::series::noise;

const PLAN: Plan = Plan {
    draws: 400,
    mean_block_sessions: 10.0,
    seed: 11,
};

fn together(series: &[&[f64]], cuts: &[usize], resamples: &Resamples) -> Part {
    let mut parts: Vec<Part> = cuts
        .windows(2)
        .filter_map(|cut| Part::of(&series[cut[0]..cut[1]], cut[0], resamples))
        .collect();
    parts.reverse();
    parts[1..]
        .iter()
        .fold(parts[0].clone(), |whole, part| whole.join(part))
}

#[test]
fn parts_agree_with_the_whole() {
    let gains: Vec<Vec<f64>> = (0..30)
        .map(|k| noise(250, k).iter().map(|x| x + 0.002 * k as f64).collect())
        .collect();
    let mut series: Vec<&[f64]> = gains.iter().map(Vec::as_slice).collect();
    let idle = vec![0.0; 250];
    series[7] = &idle;
    let (white, spa) = (
        reality_check(&series, &PLAN).unwrap(),
        superiority(&series, &PLAN).unwrap(),
    );
    let resamples = Resamples::new(250, &PLAN);
    for cuts in [vec![0, 30], vec![0, 1, 30], vec![0, 8, 9, 20, 30]] {
        let part = together(&series, &cuts, &resamples);
        let found = part.reality_check(&resamples).unwrap();
        assert_eq!(
            (found.best, found.p_value),
            (white.best, white.p_value),
            "{cuts:?}"
        );
        assert!((found.statistic - white.statistic).abs() < 1e-12);
        assert_eq!(part.superiority(&resamples).unwrap(), spa, "{cuts:?}");
        assert_eq!(
            part,
            together(&series, &[0, 30], &resamples),
            "{cuts:?}: the same bits whatever the parts"
        );
    }
}

#[test]
fn configurations_that_never_trade_have_no_standard_error() {
    let idle = vec![0.0; 50];
    let resamples = Resamples::new(50, &PLAN);
    let part = Part::of(&[&idle], 0, &resamples).unwrap();
    assert_eq!(part.superiority(&resamples), None);
    assert_eq!(part.reality_check(&resamples).unwrap().p_value, 1.0);
    assert_eq!(reality_check(&[&idle], &PLAN).unwrap().p_value, 1.0);
    assert!(Part::of(&[], 0, &resamples).is_none());
}

/// Written down by one process and joined by another: numbers begin where the reader says.
#[test]
fn a_part_that_is_written_down_is_read_again() {
    let resamples = Resamples::new(60, &PLAN);
    let gains: Vec<Vec<f64>> = (0..11).map(|k| noise(60, k)).collect();
    let gains: Vec<&[f64]> = gains.iter().map(Vec::as_slice).collect();
    let part = Part::of(&gains, 0, &resamples).unwrap();
    let mut words = Words::default();
    part.write(&mut words);
    let words = words.finish();
    let mut reader = WordReader::new(&words);
    assert_eq!(
        Part::read(&mut reader, 40),
        Part::of(&gains, 40, &resamples)
    );
    assert!(reader.is_done());
    for end in 0..words.len() {
        assert_eq!(Part::read(&mut WordReader::new(&words[..end]), 0), None);
    }
}

#[test]
fn choices_that_are_written_down_are_read_again() {
    let folds = folds(120, 40, 0, 20, Memory::Anchored);
    let of = |first: usize| {
        let mut choices = Choices::none(&folds);
        for k in 0..9 {
            choices.consider(&folds, first + k, &noise(120, k as u64));
        }
        choices
    };
    let mut words = Words::default();
    of(0).write(&mut words);
    let words = words.finish();
    let mut reader = WordReader::new(&words);
    assert_eq!(Choices::read(&mut reader, 7), Some(of(7)));
    assert!(reader.is_done());
}

/// Between nothing and one, where the scale of every draw counts.
#[test]
fn the_p_value_of_a_part_is_that_of_its_series_alone() {
    let resamples = Resamples::new(250, &PLAN);
    let mut between = 0;
    for seed in 0..20 {
        let gains = noise(250, seed);
        let whole = reality_check(&[&gains], &PLAN).unwrap().p_value;
        let part = Part::of(&[&gains], 0, &resamples).unwrap();
        assert_eq!(part.reality_check(&resamples).unwrap().p_value, whole);
        between += usize::from(whole > 0.05 && whole < 0.95);
    }
    assert!(between > 5, "{between}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn a_shift_of_all_gains_raises_the_statistic_and_never_the_p_value(seed in 0u64..1000, shift in 0.0f64..0.3) {
        let low = noise(120, seed);
        let high: Vec<f64> = low.iter().map(|x| x + shift).collect();
        let p = |series: &[f64]| {
            let resamples = Resamples::new(120, &PLAN);
            Part::of(&[series], 0, &resamples).unwrap().reality_check(&resamples).unwrap().p_value
        };
        prop_assert!(p(&high) <= p(&low));
    }
}
