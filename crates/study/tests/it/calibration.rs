//! The model follows earlier chains, and only earlier ones.

use chrono::NaiveDate;
use market::chain::{RawChains, RawQuote, SessionQuotes};
use market::contract::{Right, Root};
use market::history::MarketHistory;
use market::inputs::InputRules;
use market::observations::Observations;
use market::price::Price;
use market::surface::ModelParams;
use study::calibrate::{Calibration, HALF_LIFE_DAYS};

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

/// A chain of the model with these parameters.
fn chain(
    observations: &Observations,
    date: &str,
    params: &ModelParams,
) -> (NaiveDate, SessionQuotes) {
    let date = day(date);
    let market = MarketHistory::build(observations, date, date, params, 60).expect("a session");
    let mut quotes = Vec::new();
    for slice in &market.view(0).today().spxw {
        let near = (slice.forward / 5.0).round() * 5.0;
        for strike in (-160..=80).map(|i| near + 5.0 * f64::from(i)) {
            for right in [Right::Call, Right::Put] {
                let mid = slice.price(right, strike);
                let price = |x: f64| Some(Price::from_points(x.max(0.0)));
                let (bid, ask) = (price(mid - 0.025), price(mid + 0.025));
                let strike = Price::from_points(strike);
                quotes.push(RawQuote {
                    root: Root::Spxw,
                    expiry: slice.expiry,
                    right,
                    strike,
                    bid,
                    ask,
                });
            }
        }
    }
    (date, quotes.into())
}

const DATES: [&str; 3] = ["2022-03-01", "2022-04-05", "2022-05-03"];

#[test]
fn the_session_after_a_chain_prices_as_the_chain_did_and_the_shift_halves_in_thirty_days() {
    let observations = reconstruction::reconstruct(reconstruction::SEED);
    let base = ModelParams::domain();
    let shifted = ModelParams {
        atm_shift: 0.04,
        psi_factor: 1.1,
        ..base.clone()
    };
    let chains: RawChains = [chain(&observations, DATES[0], &shifted)].into();
    let calibration = Calibration::new(&chains, &observations, &base, &InputRules::lenient());
    assert_eq!(
        calibration.params(&base, day(DATES[0])),
        base,
        "never the chain of today"
    );
    let next = calibration.params(&base, day("2022-03-02"));
    let left = |days: f64| market::math::powf(0.5, days / HALF_LIFE_DAYS);
    assert!(
        (next.atm_shift - 0.04 * left(1.0)).abs() < 0.003,
        "{next:?}"
    );
    assert!(
        (next.psi_factor - market::math::powf(1.1, left(1.0))).abs() < 0.02,
        "{next:?}"
    );
    let later = calibration.params(&base, day("2022-03-31"));
    assert!(
        (later.atm_shift / next.atm_shift - left(29.0)).abs() < 1e-9,
        "{later:?}"
    );
}

/// Garbage in the chain of a date changes nothing before the next one.
#[test]
fn garbage_in_a_chain_changes_no_parameter_before_the_day_after() {
    let observations = reconstruction::reconstruct(reconstruction::SEED);
    let base = ModelParams::domain();
    let shifted = ModelParams {
        atm_shift: 0.02,
        ..base.clone()
    };
    let clean: RawChains = DATES
        .iter()
        .map(|date| chain(&observations, date, &shifted))
        .collect();
    let mut broken = clean.clone();
    let quotes = broken.get_mut(&day(DATES[1])).expect("the chain");
    let moved = quotes.iter().enumerate().map(|(i, quote)| RawQuote {
        ask: quote
            .ask
            .map(|ask| Price(ask.0 * (1 + (i as i64 % 5)) + 999)),
        ..quote
    });
    *quotes = moved.collect::<Vec<_>>().into();
    let (a, b) = (
        Calibration::new(&clean, &observations, &base, &InputRules::lenient()),
        Calibration::new(&broken, &observations, &base, &InputRules::lenient()),
    );
    let mut date = day("2022-02-01");
    while date <= day(DATES[1]) {
        assert_eq!(a.params(&base, date), b.params(&base, date), "{date}");
        date = date.succ_opt().expect("a date");
    }
    assert_ne!(a.params(&base, date), b.params(&base, date));
}
