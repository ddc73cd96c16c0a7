//! The model at its edges: the clock, curves, the smile that is fitted and mended.

use chrono::NaiveDate;
use market::black::{greeks, greeks_merton, price};
use market::calendar::Calendar;
use market::chain::{ChainDay, Point, RawQuote, SessionQuotes, fit_slice};
use market::contract::{Right, Root, Settlement};
use market::curve::BillCurve;
use market::history::PricingError;
use market::kernel::moved::Moved;
use market::math::{exp, ln, tanh};
use market::observations::{EventKind, MacroEvent};
use market::pchip::Pchip;
use market::price::Price;
use market::surface::{
    EventWeights, IndexLevels, ModelParams, Slice, TermStructure, enforce_calendar_order,
};
use market::vix::VixTerm;

use crate::tables::day;

pub const LEVELS: IndexLevels = IndexLevels {
    spot: 4000.0,
    vix9d: Some(19.0),
    vix: 20.0,
    vix3m: 22.0,
    vix6m: Some(23.0),
    skew: Some(130.0),
};

fn with_term<T>(
    date: &str,
    params: &ModelParams,
    events: &[MacroEvent],
    ask: impl Fn(&TermStructure<'_>) -> T,
) -> T {
    let bills = BillCurve::new(&[(1.0, 4.0)]);
    ask(&TermStructure::new(
        Calendar::nyse(),
        day(date),
        &LEVELS,
        &bills,
        params,
        events,
    ))
}

/// 2022-02-10 was a CPI release, 2022-02-09 a Wednesday: the clock has the sessions after today up to the day itself.
#[test]
fn releases_add_their_sessions_from_the_day_they_fall_on() {
    let weights = EventWeights {
        cpi: 0.5,
        fomc: 0.25,
        payrolls: 0.125,
    };
    let params = ModelParams {
        event_weights: weights,
        ..ModelParams::default()
    };
    let event = |kind, date: &str| MacroEvent {
        date: day(date),
        minute: 510,
        kind,
    };
    let clock = |kind, date: &str, to: &str| {
        with_term("2022-02-08", &params, &[event(kind, date)], |term| {
            term.clock(day(to))
        })
    };
    for (kind, weight) in [
        (EventKind::Cpi, 0.5),
        (EventKind::Fomc, 0.25),
        (EventKind::Payrolls, 0.125),
        (EventKind::Ppi, 0.0),
        (EventKind::GdpAdvance, 0.0),
    ] {
        assert_eq!(clock(kind, "2022-02-10", "2022-02-09"), 1.0, "{kind:?}");
        assert_eq!(
            clock(kind, "2022-02-10", "2022-02-10"),
            2.0 + weight,
            "{kind:?}"
        );
        assert_eq!(
            clock(kind, "2022-02-10", "2022-02-11"),
            3.0 + weight,
            "{kind:?}"
        );
        assert_eq!(
            clock(kind, "2022-02-08", "2022-02-09"),
            1.0,
            "it is over: {kind:?}"
        );
    }
}

#[test]
fn a_closed_day_counts_omega_of_a_session() {
    let params = ModelParams {
        omega: 0.25,
        ..ModelParams::default()
    };
    // From Friday to Tuesday: two sessions and a weekend.
    assert_eq!(
        with_term("2022-02-11", &params, &[], |term| term
            .clock(day("2022-02-15"))),
        2.5
    );
}

/// SciPy's `PchipInterpolator`: a three-point end of more than three times its secant is cut to that where the secants turn.
#[test]
fn the_end_of_a_monotone_curve_is_cut_to_three_secants() {
    // Ends (2 + 1) / 2 x 1 - 1 / 2 x (-5) = 4, cut to 3; the middle is flat, because the secants turn.
    let turned = Pchip::new(&[(0.0, 0.0), (1.0, 1.0), (2.0, -4.0)]);
    assert!((turned.at(0.5) - (0.5 + 0.125 * 3.0)).abs() < 1e-15);
    // (3 x 1 + 2) / 2 = 2.5 is below three secants and stays.
    let gentle = Pchip::new(&[(0.0, 0.0), (1.0, 1.0), (2.0, -1.0)]);
    assert!((gentle.at(0.5) - (0.5 + 0.125 * 2.5)).abs() < 1e-15);
    let line: Vec<(f64, f64)> = (0..6).map(|i| (f64::from(i), 2.0 * f64::from(i))).collect();
    let line = Pchip::new(&line);
    for x in [0.0, 0.5, 2.5, 4.75, 5.0, 7.0] {
        assert!((line.at(x) - 2.0 * x).abs() < 1e-12, "{x}");
    }
}

#[test]
fn an_option_without_time_moves_with_the_index_only_in_the_money() {
    let delta = |right, strike| greeks_merton(right, 100.0, strike, 0.0, 0.0, 0.0, 0.2).delta;
    assert_eq!(
        [
            delta(Right::Call, 99.0),
            delta(Right::Call, 100.0),
            delta(Right::Call, 101.0)
        ],
        [1.0, 0.0, 0.0]
    );
    assert_eq!(
        [
            delta(Right::Put, 99.0),
            delta(Right::Put, 100.0),
            delta(Right::Put, 101.0)
        ]
        .map(f64::abs),
        [0.0, 0.0, 1.0]
    );
}

/// docs/model.md: the regression is linear between its knots, in the logarithm of the future.
#[test]
fn between_two_knots_lies_their_geometric_mean() {
    let term = VixTerm::new(day("2022-02-08"), &LEVELS, None);
    for (low, high) in [(60.0, 90.0), (90.0, 120.0), (120.0, 150.0), (150.0, 180.0)] {
        let middle = term.regression(0.5 * (low + high));
        let mean = (term.regression(low) * term.regression(high)).sqrt();
        assert!((middle - mean).abs() < 1e-12, "{low} to {high}");
    }
    assert_eq!(term.regression(181.0), term.regression(180.0));
    // 22 exp(-0.078 - 0.088 ln(20 / 22) + 1.337 ln(23 / 22)) at ninety days.
    assert!((term.regression(90.0) - 21.777_160_905_8).abs() < 1e-9);
    // 22 exp(-0.081 + 0.274 ln(20 / 22) + 2.703 ln(23 / 22)) at a hundred and eighty.
    let far = 22.0 * exp(-0.081 + 0.274 * ln(20.0 / 22.0) + 2.703 * ln(23.0 / 22.0));
    assert!((term.regression(180.0) - far).abs() < 1e-9);
}

#[test]
fn an_option_without_time_has_no_gamma() {
    let at_its_end = greeks(Right::Call, 101.0, 100.0, 0.0, 1.0, 0.2);
    assert_eq!(
        (at_its_end.price, at_its_end.gamma, at_its_end.vega),
        (1.0, 0.0, 0.0)
    );
}

/// Whatever is taken off a volatility, a tenth of a point is left.
#[test]
fn a_move_leaves_a_volatility_of_a_thousandth() {
    let slice = model("2023-01-27");
    let (strike, t) = (slice.forward, slice.t);
    let calm = Moved {
        forward: slice.forward,
        vol_added: -10.0,
        t,
    };
    let after = price(Right::Call, slice.forward, strike, t, slice.discount, 0.001);
    let wanted = after - slice.price(Right::Call, strike);
    assert!((slice.gain(Right::Call, strike, calm) - wanted).abs() < 1e-9);
    assert!(after > 0.1);
}

pub fn model(expiry: &str) -> Slice {
    with_term("2023-01-10", &ModelParams::domain(), &[], |term| {
        term.slice(day(expiry), Settlement::Pm)
    })
}

#[test]
fn an_error_of_the_model_turns_the_smile_and_scales_its_variance() {
    let slice = model("2023-01-27");
    let error = PricingError {
        spx_level: 0.05,
        spx_skew: -0.1,
        ..PricingError::default()
    };
    let off = error.spx_slice(&slice);
    let turned = tanh(0.5 * ln((1.0 + slice.rho) / (1.0 - slice.rho)) - 0.1);
    assert!((off.rho - turned).abs() < 1e-12, "{} {turned}", off.rho);
    assert!((off.theta / slice.theta - exp(0.1)).abs() < 1e-12);
}

/// Points that lie on a slice give it back, whatever it is and however wide they are quoted.
#[test]
fn a_slice_is_found_through_its_own_points() {
    let start = model("2023-01-27");
    let calm = with_term("2023-01-10", &ModelParams::domain(), &[], |term| {
        term.slice(day("2023-01-11"), Settlement::Pm)
    });
    for (start, theta, psi, rho) in [
        (start, 0.0021, 0.9, -0.45),
        (start, 0.0021, 0.4, 0.6),
        (start, 0.03, 1.2, -0.75),
        (calm, 1.5e-6, 0.9, -0.45),
    ] {
        let truth = start.with_smile(theta, psi, rho);
        let deviation = theta.sqrt();
        for half_width in [0.001, 0.01, 10.0] {
            let points: Vec<Point> = (-8..=6)
                .map(|i| {
                    let k = 0.4 * f64::from(i) * deviation;
                    Point {
                        k,
                        vol: (truth.total_variance(k) / truth.t).sqrt(),
                        half_width,
                    }
                })
                .collect();
            let (found, error) = fit_slice(&start, &points).expect("a slice");
            let close = (found.theta / theta - 1.0).abs() < 1e-6
                && (found.psi - psi).abs() < 1e-5
                && (found.rho - rho).abs() < 1e-5;
            assert!(
                close && error < 1e-7,
                "{theta} {psi} {rho} at {half_width}: {found:?} {error}"
            );
        }
    }
}

#[test]
fn five_points_make_a_smile_and_four_do_not() {
    let start = model("2023-01-27");
    let points: Vec<Point> = (-3..=1)
        .map(|i| Point {
            k: 0.02 * f64::from(i),
            vol: 0.2,
            half_width: 0.01,
        })
        .collect();
    assert!(fit_slice(&start, &points).is_some());
    assert!(fit_slice(&start, &points[..4]).is_none());
    assert!(fit_slice(&Slice { t: 0.0, ..start }, &points).is_none());
}

/// One quote alone gives no forward, so its expiry is not there; it is a quote for all that.
#[test]
fn one_quote_alone_is_read() {
    let quote = RawQuote {
        root: Root::Spxw,
        expiry: day("2023-01-27"),
        right: Right::Put,
        strike: Price::from_points(3900.0),
        bid: Some(Price::from_points(10.0)),
        ask: Some(Price::from_points(10.2)),
    };
    assert!(SessionQuotes::new(&[]).is_empty());
    let quotes = SessionQuotes::new(&[quote]);
    assert!(!quotes.is_empty());
    let model = |_, expiry: NaiveDate| Some(model(&expiry.to_string()));
    let chain = ChainDay::new(&quotes, &model);
    assert!(chain.expiry(Root::Spxw, day("2023-01-27")).is_none());
}

#[test]
fn a_mended_slice_says_how_much_its_volatility_rose() {
    let early = model("2023-01-27");
    let late = model("2023-02-10");
    let mut slices = [
        early,
        late.with_smile(early.theta * 0.9, late.psi, late.rho),
    ];
    let before = slices[1];
    let repairs = enforce_calendar_order(&mut slices);
    let [repair] = repairs[..] else {
        panic!("{repairs:?}")
    };
    let k = repair.at * before.theta.sqrt();
    let vol = |slice: &Slice, k: f64| (slice.total_variance(k) / slice.t).sqrt();
    assert!((repair.lift - (vol(&slices[1], k) - vol(&before, k))).abs() < 1e-15);
    assert!((repair.atm_lift - (vol(&slices[1], 0.0) - vol(&before, 0.0))).abs() < 1e-12);
    assert!(repair.lift > 0.0 && repair.atm_lift > 0.0 && repair.index == 1);
    // The order is kept, and no more than kept.
    let ratio = |k: f64| slices[0].total_variance(k) / slices[1].total_variance(k);
    let worst = (-250..=200)
        .map(|i| ratio(0.01 * f64::from(i) * slices[1].theta.sqrt()))
        .fold(0.0, f64::max);
    assert!((1.0 - 1e-6..=1.0 + 1e-12).contains(&worst), "{worst}");
    assert!(enforce_calendar_order(&mut slices).is_empty());
}
