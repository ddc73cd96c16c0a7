//! A market that is off by a known error: prices of options move as it says, nothing else does.

use chrono::NaiveDate;
use market::contract::Right;
use market::history::{MarketHistory, PricingError, VIX_NEAR_DAYS};
use market::math::{exp, ln};
use market::observations::{DailySeries, Observations, names};
use market::surface::ModelParams;

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

/// Ten sessions of a market with every index.
fn market() -> MarketHistory {
    let calendar = market::calendar::Calendar::nyse();
    let from = calendar.index_of(day("2023-03-01")).expect("a session");
    let sessions = calendar.sessions()[from..from + 10].to_vec();
    let mut observations = Observations {
        sessions: sessions.clone(),
        ..Observations::default()
    };
    for (name, value) in [
        (names::SPX_CLOSE, 4000.0),
        (names::VIX, 22.0),
        (names::VIX9D, 23.0),
        (names::VIX3M, 23.5),
        (names::VIX6M, 24.5),
        (names::VVIX, 95.0),
        (names::SKEW, 125.0),
        ("dgs3mo", 4.8),
    ] {
        let values = (0..sessions.len()).map(|t| Some(value * (1.0 + 0.01 * t as f64)));
        let series = DailySeries {
            lag_sessions: 0,
            values: values.collect(),
        };
        observations.daily.insert(name.to_string(), series);
    }
    let (first, last) = (sessions[0], sessions[9]);
    MarketHistory::build(&observations, first, last, &ModelParams::domain(), 190)
        .expect("a complete market")
}

fn every(error: PricingError, market: &MarketHistory) -> MarketHistory {
    market.with_errors(&vec![error; market.len()])
}

#[test]
fn without_error_nothing_changes() {
    let market = market();
    let same = every(PricingError::default(), &market);
    for t in 0..market.len() {
        let (a, b) = (market.view(t).today(), same.view(t).today());
        assert_eq!((a.spot, a.vix, &a.futures), (b.spot, b.vix, &b.futures));
        for (x, y) in a
            .spxw
            .iter()
            .zip(&b.spxw)
            .chain(a.vix_options.iter().zip(&b.vix_options))
        {
            assert!((x.atm_vol - y.atm_vol).abs() < 1e-14 && (x.rho - y.rho).abs() < 1e-14);
        }
    }
}

#[test]
fn a_level_moves_all_volatilities_by_its_factor_and_keeps_the_order_of_expiries() {
    let market = market();
    let error = PricingError {
        spx_level: 0.05,
        ..PricingError::default()
    };
    let off = every(error, &market);
    let (a, b) = (market.view(3).today(), off.view(3).today());
    for (x, y) in a.spxw.iter().zip(&b.spxw).filter(|(x, _)| x.dte > 0) {
        assert!((y.atm_vol / x.atm_vol - exp(0.05)).abs() < 1e-12);
    }
    for (before, after) in b.spxw.iter().zip(&b.spxw[1..]).filter(|(x, _)| x.dte > 0) {
        for at in -25..=20 {
            // A later slice may lie below by what the check of the order leaves: its grid is not endless.
            let k = 0.1 * f64::from(at) * before.atm_vol * before.t.sqrt();
            assert!(after.total_variance(k) >= before.total_variance(k) * (1.0 - 1e-3));
        }
    }
    assert_eq!(a.vix_options, b.vix_options, "another market");
}

#[test]
fn a_skew_above_zero_makes_calls_dearer_and_puts_cheaper_at_the_same_money() {
    let market = market();
    let error = PricingError {
        spx_skew: 0.2,
        ..PricingError::default()
    };
    let off = every(error, &market);
    let slice = |m: &MarketHistory| m.view(0).today().spxw[8];
    let (x, y) = (slice(&market), slice(&off));
    assert!((x.atm_vol - y.atm_vol).abs() < 1e-12);
    let price = |s: &market::surface::Slice, right, m: f64| s.price(right, m * s.forward);
    assert!(price(&y, Right::Call, 1.04) > price(&x, Right::Call, 1.04));
    assert!(price(&y, Right::Put, 0.94) < price(&x, Right::Put, 0.94));
}

#[test]
fn an_error_of_vix_options_dies_out_with_their_days() {
    let market = market();
    let error = PricingError {
        vix_near: 0.2,
        vix_level: 0.01,
        ..PricingError::default()
    };
    let off = every(error, &market);
    let (a, b) = (market.view(0).today(), off.view(0).today());
    let factors: Vec<f64> = a
        .vix_options
        .iter()
        .zip(&b.vix_options)
        .map(|(x, y)| ln(y.atm_vol / x.atm_vol))
        .collect();
    assert!(factors.is_sorted_by(|near, far| near > far), "{factors:?}");
    for (slice, factor) in a.vix_options.iter().zip(&factors) {
        let expected = 0.01 + 0.2 * exp(-f64::from(slice.dte) / VIX_NEAR_DAYS);
        assert!((factor - expected).abs() < 1e-12);
    }
    assert_eq!(a.spxw, b.spxw);
}
