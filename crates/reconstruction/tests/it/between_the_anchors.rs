//! Anchors are met exactly, and the path between them does not betray them.

use market::math::ln;
use market::observations::names::{SPX_CLOSE, VIX, VIX3M};
use reconstruction::anchors::{ANCHORS, Turn};

use crate::{bundled, day, full, session};

#[test]
fn every_anchor_is_met_exactly() {
    assert_eq!(ANCHORS.len(), 63);
    let closes = [SPX_CLOSE, VIX, VIX3M].map(full);
    for a in ANCHORS {
        let i = session(a.date);
        assert_eq!(
            [closes[0][i], closes[1][i], closes[2][i]],
            [a.spx, a.vix, a.vix3m],
            "{}",
            a.date
        );
    }
}

#[test]
fn anchors_are_met_for_any_seed() {
    for seed in [0, 7, u64::MAX] {
        let data = reconstruction::reconstruct(seed);
        for a in ANCHORS {
            let i = data.sessions.binary_search(&a.date).unwrap();
            assert_eq!(
                data.daily[VIX].values[i],
                Some(a.vix),
                "seed {seed}, {}",
                a.date
            );
            assert_eq!(
                data.daily[SPX_CLOSE].values[i],
                Some(a.spx),
                "seed {seed}, {}",
                a.date
            );
        }
    }
}

/// A path pulled to its anchors would move more on anchor days than on others, or less if it were drawn towards them.
#[test]
fn moves_on_anchor_days_are_like_the_others() {
    let (spx, vix) = (full(SPX_CLOSE), full(VIX));
    let anchors: Vec<usize> = ANCHORS
        .iter()
        .filter(|a| a.turn == Turn::None)
        .map(|a| session(a.date))
        .collect();
    let size = |i: usize| (ln(spx[i] / spx[i - 1]) / vix[i - 1]).abs();
    let mean = |of: Vec<f64>| of.iter().sum::<f64>() / of.len() as f64;
    let on = mean(
        anchors
            .iter()
            .filter(|i| **i > 0)
            .map(|i| size(*i))
            .collect(),
    );
    let off = mean(
        (1..spx.len())
            .filter(|i| !anchors.contains(i))
            .map(size)
            .collect(),
    );
    assert!((0.70..1.30).contains(&(on / off)), "{}", on / off);
}

#[test]
fn the_panic_of_august_2024_builds_over_three_sessions() {
    let (spx, vix) = (full(SPX_CLOSE), full(VIX));
    let last = session(day(2024, 8, 5));
    for i in last - 2..=last {
        assert!(
            spx[i] / spx[i - 1] < 0.99 && spx[i] / spx[i - 1] > 0.96,
            "{}",
            bundled().sessions[i]
        );
        assert!(vix[i] / vix[i - 1] > 1.10, "{}", bundled().sessions[i]);
    }
    let greatest = vix.iter().copied().fold(0.0, f64::max);
    assert_eq!((greatest, vix[last]), (38.6, 38.6));
    assert!(vix[last + 1] < 35.0, "panic fades early: {}", vix[last + 1]);
}

#[test]
fn turning_points_turn() {
    let spx = full(SPX_CLOSE);
    for (k, a) in ANCHORS
        .iter()
        .enumerate()
        .filter(|(_, a)| a.turn != Turn::None)
    {
        let beside = session(ANCHORS[k - 1].date) + 1..session(ANCHORS[k + 1].date);
        for i in beside.filter(|i| *i != session(a.date)) {
            let beyond = if a.turn == Turn::High {
                spx[i] > a.spx
            } else {
                spx[i] < a.spx
            };
            assert!(!beyond, "{} is beyond {}", bundled().sessions[i], a.date);
        }
    }
}
