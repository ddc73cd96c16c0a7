//! Fair prices are means over the very worlds they are asked in.

use market::contract::Right;
use market::settlement_law::Expected;
use worlds::fair::{Fair, LONGEST, Path, laws};
use worlds::world::Worlds;

use crate::support::{plan, reconstruction, two_years};

const WORLDS: u64 = 12;

#[test]
fn what_pays_by_vix_gains_nothing_over_all_worlds() {
    let observations = reconstruction();
    let worlds = Worlds::new(&observations, two_years(), plan(5)).expect("worlds");
    let paths: Vec<Path> = (0..WORLDS).map(|number| worlds.path(number)).collect();
    let fair = Fair::new((1..=LONGEST).map(|ahead| laws(&paths, ahead)).collect());
    for ahead in [1, 5, 21, 63, LONGEST] {
        let (mut futures, mut calls, mut puts, mut n) = (0.0, 0.0, 0.0, 0.0);
        for path in &paths {
            for t in 0..path.levels().len() {
                let level = path.levels()[t];
                let expected: Expected = fair.ahead(path, t, ahead);
                let settled = path.settled()[t + ahead];
                // In units of VIX at the close, so that every session counts alike.
                futures += (settled - expected.future()) / level;
                let of = |right| expected.option(right, level, 1.0);
                calls += ((settled - level).max(0.0) - of(Right::Call)) / level;
                puts += ((level - settled).max(0.0) - of(Right::Put)) / level;
                n += 1.0;
            }
        }
        for (name, sum) in [("futures", futures), ("calls", calls), ("puts", puts)] {
            assert!(
                (sum / n).abs() < 1e-10,
                "{name}, {ahead} sessions: {}",
                sum / n
            );
        }
    }
}

#[test]
fn a_path_is_that_of_its_world_and_its_prices_differ_by_state() {
    let observations = reconstruction();
    let worlds = Worlds::new(&observations, two_years(), plan(5)).expect("worlds");
    let paths: Vec<Path> = (0..WORLDS).map(|number| worlds.path(number)).collect();
    let window = worlds.window();
    for (number, path) in (0..WORLDS).zip(&paths) {
        let world = worlds.world(number).observations;
        let own = window
            .clone()
            .map(|t| world.daily["vix"].values[t].expect("VIX"));
        for (own, level) in own.zip(path.levels()) {
            assert!((own - level).abs() < 1e-9 * own, "{number}: {own} {level}");
        }
        assert_eq!(path.settled().len(), window.len() + LONGEST);
    }
    let fair = Fair::new((1..=LONGEST).map(|ahead| laws(&paths, ahead)).collect());
    // A high VIX is expected to come down, a low one to rise.
    let mut all: Vec<(f64, f64)> = Vec::new();
    for path in &paths {
        for (t, level) in path.levels().iter().enumerate() {
            all.push((*level, fair.ahead(path, t, 63).future() / level));
        }
    }
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    let tenth = all.len() / 10;
    let mean = |of: &[(f64, f64)]| of.iter().map(|(_, ratio)| ratio).sum::<f64>() / of.len() as f64;
    let (low, high) = (mean(&all[..tenth]), mean(&all[all.len() - tenth..]));
    assert!(low > 1.0 && high < 0.95, "{low} {high}");
}
