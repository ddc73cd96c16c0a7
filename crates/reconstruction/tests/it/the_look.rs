//! The statistics that the seed was taken for, and the rule by which it was.

use reconstruction::statistics::{BOUNDS, figures, violations};
use reconstruction::{SEED, reconstruct};

use crate::bundled;

#[test]
fn the_bundled_dataset_meets_every_bound() {
    assert_eq!(violations(bundled()), Vec::<String>::new());
}

#[test]
fn the_seed_is_the_least_that_does() {
    for seed in 1..SEED {
        assert!(
            !violations(&reconstruct(seed)).is_empty(),
            "seed {seed} meets every bound and is less than {SEED}"
        );
    }
}

#[test]
fn bounds_bind() {
    let mut data = bundled().clone();
    let vix = data.daily.get_mut("vix").unwrap();
    vix.values.iter_mut().for_each(|v| *v = v.map(|v| v + 2.0));
    let found = violations(&data);
    assert!(
        found.iter().any(|v| v.starts_with("2022 VIX mean is")),
        "{found:?}"
    );
    assert!(BOUNDS.iter().all(|b| b.low <= b.high));
    assert!(
        figures(bundled())
            .iter()
            .zip(&BOUNDS)
            .all(|(f, b)| f.0 == b.figure && f.1.is_finite())
    );
}
