//! The error of a market that is off by a known level and skew is found, and the error model's intervals hold what they say.

use fit::coverage::{Coverage, coverage};
use fit::marks::{MarkErrors, MarkPair, mark_errors};
use fit::session_error::{behaviour, meets, session_errors};
use market::error_model::errors_of_world;
use market::history::PricingError;
use market::observations::Observations;
use market::surface::ModelParams;

use crate::marks::made;

fn model() -> (Observations, MarkErrors) {
    let observations = reconstruction::reconstruct(reconstruction::SEED);
    let marks = made(&observations, &ModelParams::domain());
    let errors = mark_errors(&marks, &observations, &ModelParams::domain());
    (observations, errors)
}

/// The pair as a market quotes it that is off by this.
fn quoted(pair: &MarkPair, error: &PricingError) -> MarkPair {
    let slice = error.spx_slice(&pair.slice);
    let mut pair = *pair;
    for (side, right) in [
        (&mut pair.put, market::contract::Right::Put),
        (&mut pair.call, market::contract::Right::Call),
    ] {
        side.vol = slice.vol(side.strike);
        side.mid = slice.price(right, side.strike);
    }
    pair
}

#[test]
fn a_known_level_and_skew_are_found_pair_by_pair() {
    let (_, errors) = model();
    assert!(errors.pairs.len() > 150);
    let off = PricingError {
        spx_level: 0.03,
        spx_skew: -0.12,
        ..PricingError::default()
    };
    let pairs: Vec<MarkPair> = errors.pairs.iter().map(|p| quoted(p, &off)).collect();
    for pair in &pairs {
        let found = meets(pair).expect("a smile of the family");
        assert!((found.spx_level - 0.03).abs() < 1e-6, "{pair:?}: {found:?}");
        assert!((found.spx_skew + 0.12).abs() < 1e-6, "{pair:?}: {found:?}");
    }
    let sessions = session_errors(pairs.iter());
    let series: Vec<(usize, f64)> = sessions.iter().map(|e| (e.session, e.level)).collect();
    let b = behaviour(&series, Some(0.5));
    assert!((b.bias - 0.03).abs() < 1e-6 && b.deviation < 1e-6, "{b:?}");
}

#[test]
fn memory_and_standard_error_are_those_of_the_process() {
    // x = 1, 1, -1, -1, 1, 1, ...: after one session the product is 0 on average, after two -1.
    let series: Vec<(usize, f64)> = (0..200)
        .map(|t| (t, if t % 4 < 2 { 1.0 } else { -1.0 }))
        .collect();
    let b = behaviour(&series, None);
    assert!(b.memory[0].abs() < 0.02 && (b.deviation - 1.0).abs() < 1e-9);
    assert!((b.standard_error - (1.0f64 / 200.0).sqrt()).abs() < 0.002);
    // An error that lasts says less about the bias.
    let lasting = behaviour(&series, Some(0.5));
    assert!((lasting.standard_error / (3.0f64 / 200.0).sqrt() - 1.0).abs() < 1e-9);
}

/// Share of all pairs held.
fn share(found: &[Coverage]) -> f64 {
    let of = |count: fn(&Coverage) -> usize| found.iter().map(count).sum::<usize>() as f64;
    of(|c| c.pairs_inside) / of(|c| c.pairs)
}

#[test]
fn the_interval_holds_nine_of_ten_of_its_own_worlds_and_none_of_a_market_far_off() {
    let (_, errors) = model();
    let sessions: Vec<_> = errors.pairs.iter().map(|p| (p.date, p.vix)).collect();
    let shares: Vec<f64> = (0..8)
        .map(|number| {
            let drawn = errors_of_world(&sessions, 7, number);
            let pairs = errors.pairs.iter().zip(&drawn);
            share(&coverage(
                &pairs.map(|(p, e)| quoted(p, e)).collect::<Vec<_>>(),
            ))
        })
        .collect();
    let mean = shares.iter().sum::<f64>() / shares.len() as f64;
    assert!((0.82..=0.96).contains(&mean), "{shares:?}");
    let far = PricingError {
        spx_level: 0.5,
        ..PricingError::default()
    };
    let pairs: Vec<MarkPair> = errors.pairs.iter().map(|p| quoted(p, &far)).collect();
    assert!(share(&coverage(&pairs)) < 0.05);
    assert!(
        share(&coverage(&errors.pairs)) > 0.99,
        "the model's own prices"
    );
}
