//! What must hold of every surface: no arbitrage, parity, prices that behave.

use chrono::Days;
use market::black;
use market::calendar::Calendar;
use market::contract::{Right, Settlement};
use market::curve::BillCurve;
use market::listing::spxw_expiries;
use market::math;
use market::surface::{IndexLevels, ModelParams, Slice, TermStructure, enforce_calendar_order};
use proptest::prelude::*;

/// Index levels as markets have printed them, in calm and in stress.
fn levels() -> impl Strategy<Value = IndexLevels> {
    (
        3000.0..6500.0f64,
        10.5..60.0f64,
        0.75..1.35f64,
        0.80..1.30f64,
        0.85..1.20f64,
        105.0..170.0f64,
    )
        .prop_map(|(spot, vix, nine, three, six, skew)| IndexLevels {
            spot,
            vix9d: Some(vix * nine),
            vix,
            vix3m: vix * three,
            vix6m: Some(vix * three * six),
            skew: Some(skew),
        })
}

fn slices(levels: &IndexLevels, session: usize, psi_factor: f64) -> Vec<Slice> {
    let date = Calendar::nyse().sessions()[1000 + session];
    let bills = BillCurve::new(&[(0.25, 4.0)]);
    let params = ModelParams {
        psi_factor,
        ..ModelParams::default()
    };
    let term = TermStructure::new(Calendar::nyse(), date, levels, &bills, &params, &[]);
    let mut slices: Vec<Slice> = spxw_expiries(date, 100)
        .into_iter()
        .map(|e| term.slice(e, Settlement::Pm))
        .collect();
    enforce_calendar_order(&mut slices);
    slices
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn parity_bounds_monotone_and_convex(levels in levels(), session in 0usize..750, psi in 0.8..1.2f64) {
        for slice in slices(&levels, session, psi) {
            let strikes: Vec<f64> = (0..40).map(|i| slice.forward * (0.75 + 0.0125 * f64::from(i))).collect();
            let price = |right, k: f64| slice.price(right, k);
            for k in &strikes {
                let parity = price(Right::Call, *k) - price(Right::Put, *k);
                prop_assert!((parity - slice.discount * (slice.forward - k)).abs() <= 1e-9 * slice.forward);
                prop_assert!(price(Right::Call, *k) <= slice.discount * slice.forward);
                prop_assert!(price(Right::Put, *k) <= slice.discount * k);
                let g = slice.greeks(Right::Put, *k);
                prop_assert!(g.gamma >= 0.0 && g.vega >= 0.0);
            }
            for w in strikes.windows(3) {
                let puts: Vec<f64> = w.iter().map(|k| price(Right::Put, *k)).collect();
                prop_assert!(puts[0] <= puts[1] + 1e-9 && puts[1] <= puts[2] + 1e-9, "{} {w:?} {puts:?}", slice.dte);
                prop_assert!(puts[0] - 2.0 * puts[1] + puts[2] >= -1e-8, "butterfly at {w:?}: {puts:?}");
                prop_assert!(puts[2] - puts[1] <= slice.discount * (w[2] - w[1]) + 1e-9, "vertical above its width");
            }
            for i in -25..=20 {
                let k = f64::from(i) * 0.1 * slice.theta.sqrt();
                prop_assert!(slice.density_factor(k) >= -1e-9, "density at {k} of {} days", slice.dte);
            }
        }
    }

    /// Looked at between the points at which order is enforced, where 2e-5 once remained.
    #[test]
    fn no_calendar_spread_is_negative(levels in levels(), session in 0usize..750, psi in 0.8..1.2f64) {
        for pair in slices(&levels, session, psi).windows(2) {
            let sd = pair[1].theta.sqrt();
            for i in -359..=287 {
                let k = f64::from(i) * 0.006_963 * sd;
                let (near, far) = (pair[0].total_variance(k), pair[1].total_variance(k));
                prop_assert!(far >= near * (1.0 - 1e-10), "{} to {} days at {k}: {near} {far}", pair[0].dte, pair[1].dte);
            }
        }
    }

    /// Gatheral & Jacquier's sufficient conditions, for any knob: the clamps come after it.
    #[test]
    fn no_knob_breaks_the_conditions(levels in levels(), session in 0usize..750, psi in 0.0..20.0f64) {
        for slice in slices(&levels, session, psi) {
            let size = slice.phi * (1.0 + slice.rho.abs());
            prop_assert!(slice.theta * size < 4.0 && slice.theta * slice.phi * size <= 4.0, "{slice:?}");
        }
    }

    #[test]
    fn sensitivities_are_slopes_of_the_price(
        k in 0.7..1.4f64, t in 0.02..2.0f64, vol in 0.08..1.0f64, call in any::<bool>(),
    ) {
        let right = if call { Right::Call } else { Right::Put };
        let (forward, strike, rate) = (4000.0, 4000.0 * k, 0.03);
        let price = |f: f64, t: f64, v: f64| black::price(right, f, strike, t, math::exp(-rate * t), v);
        let g = black::greeks(right, forward, strike, t, math::exp(-rate * t), vol);
        let slope = |up: f64, down: f64, width: f64| (up - down) / width;
        let near = |found: f64, wanted: f64, scale: f64| (found - wanted).abs() <= 1e-5 * scale;
        let delta = slope(price(forward + 0.5, t, vol), price(forward - 0.5, t, vol), 1.0);
        let vega = slope(price(forward, t, vol + 1e-5), price(forward, t, vol - 1e-5), 2e-5);
        let decay = slope(price(forward, t - 1e-6, vol), price(forward, t + 1e-6, vol), 2e-6);
        prop_assert!(near(g.delta, delta, 1.0), "delta {} {delta}", g.delta);
        prop_assert!(near(g.vega, vega, forward), "vega {} {vega}", g.vega);
        prop_assert!(near(g.theta, decay, forward), "theta {} {decay}", g.theta);
        prop_assert!(g.gamma > 0.0 && g.vega > 0.0);
    }

    #[test]
    fn implied_volatility_round_trips(
        k in 0.5..2.0f64, t in 0.002..2.0f64, vol in 0.05..2.0f64, call in any::<bool>(),
    ) {
        let right = if call { Right::Call } else { Right::Put };
        let (forward, strike) = (4000.0, 4000.0 * k);
        let price = black::price(right, forward, strike, t, 0.97, vol);
        let intrinsic = 0.97 * (right.sign() * (forward - strike)).max(0.0);
        // Where the time value has digits left above rounding.
        prop_assume!(price - intrinsic > 1e-6);
        let found = black::implied_vol(right, forward, strike, t, 0.97, price).expect("a price of Black's formula");
        let again = black::price(right, forward, strike, t, 0.97, found);
        prop_assert!((again - price).abs() <= 1e-11 * forward, "{found} for {vol}");
    }

    #[test]
    fn without_time_a_price_is_intrinsic_and_a_number(k in 3000.0..5000.0f64, vol in 0.0..2.0f64) {
        for t in [0.0, -0.0, 1e-12, 1e-300] {
            for right in [Right::Call, Right::Put] {
                let price = black::price(right, 4000.0, k, t, 1.0, vol);
                let intrinsic = (right.sign() * (4000.0 - k)).max(0.0);
                prop_assert!((price - intrinsic).abs() < 0.01 && price.is_finite());
                let g = black::greeks(right, 4000.0, k, t, 1.0, vol);
                prop_assert!(g.delta.is_finite() && g.gamma.is_finite() && g.theta.is_finite());
            }
        }
    }
}

/// A steep backwardation, made up: the far calls of later expiries lie below those of earlier ones, the money does not.
#[test]
fn a_broken_order_in_a_wing_is_mended_there_and_not_at_the_money() {
    let date = "2023-03-13".parse().expect("a date");
    let levels = IndexLevels {
        spot: 2700.0,
        vix9d: Some(56.0),
        vix: 38.0,
        vix3m: 28.5,
        vix6m: Some(24.5),
        skew: Some(122.0),
    };
    let (bills, params) = (BillCurve::default(), ModelParams::default());
    let term = TermStructure::new(Calendar::nyse(), date, &levels, &bills, &params, &[]);
    let plain: Vec<Slice> = spxw_expiries(date, 190)
        .into_iter()
        .map(|e| term.slice(e, Settlement::Pm))
        .collect();
    let mut mended = plain.clone();
    let repairs = enforce_calendar_order(&mut mended);
    assert!(!repairs.is_empty(), "the case breaks the order");
    for repair in &repairs {
        assert!(repair.at >= 1.0, "of the calls alone: {repair:?}");
        assert_eq!(repair.atm_lift, 0.0, "{repair:?}");
        assert!(repair.lift > 0.0 && repair.lift < 0.05, "{repair:?}");
    }
    for (index, (before, after)) in plain.iter().zip(&mended).enumerate() {
        assert_eq!(before.atm_vol, after.atm_vol, "{}", before.expiry);
        assert!(
            after.atm_vol <= term.variance_swap_vol(after.expiry),
            "{}",
            after.expiry
        );
        if repairs.iter().all(|repair| repair.index != index) {
            assert_eq!(before, after, "nothing was broken at {}", before.expiry);
        }
    }
}

#[test]
fn w06_an_expiry_without_time_left_is_worth_its_intrinsic_value() {
    let date = "2023-06-16".parse().expect("a date");
    let levels = IndexLevels {
        spot: 4400.0,
        vix9d: None,
        vix: 14.0,
        vix3m: 16.0,
        vix6m: None,
        skew: None,
    };
    let (bills, params) = (BillCurve::default(), ModelParams::default());
    let term = TermStructure::new(Calendar::nyse(), date, &levels, &bills, &params, &[]);
    for (expiry, settlement) in [
        (date, Settlement::Pm),
        (date, Settlement::Am),
        (date - Days::new(3), Settlement::Pm),
    ] {
        let slice = term.slice(expiry, settlement);
        assert_eq!(slice.price(Right::Put, 4450.0), 50.0);
        assert_eq!(slice.price(Right::Call, 4450.0), 0.0);
        assert_eq!(
            (
                slice.delta(Right::Put, 4450.0),
                slice.delta(Right::Call, 4450.0)
            ),
            (-1.0, 0.0)
        );
        assert_eq!(
            (slice.vol(4450.0), slice.greeks(Right::Put, 4450.0).price),
            (0.0, 50.0)
        );
    }
}

#[test]
#[should_panic(expected = "the calendar does not cover 2030-09-01")]
fn w45_days_the_calendar_does_not_know_are_refused() {
    let levels = IndexLevels {
        spot: 4400.0,
        vix9d: None,
        vix: 14.0,
        vix3m: 16.0,
        vix6m: None,
        skew: None,
    };
    let date = "2030-09-01".parse().expect("a date");
    TermStructure::new(
        Calendar::nyse(),
        date,
        &levels,
        &BillCurve::default(),
        &ModelParams::default(),
        &[],
    );
}

#[test]
fn w14_the_clock_of_an_expiry_grows_by_the_session() {
    let date = "2023-06-15".parse().expect("a date");
    let levels = IndexLevels {
        spot: 4400.0,
        vix9d: None,
        vix: 14.0,
        vix3m: 16.0,
        vix6m: None,
        skew: None,
    };
    let (bills, params) = (BillCurve::default(), ModelParams::default());
    let term = TermStructure::new(Calendar::nyse(), date, &levels, &bills, &params, &[]);
    // Friday, then a weekend with Juneteenth: one session and four days at a tenth each.
    assert_eq!(term.clock(date + Days::new(1)), 1.0);
    assert!((term.clock(date + Days::new(5)) - 2.3).abs() < 1e-12);
}
