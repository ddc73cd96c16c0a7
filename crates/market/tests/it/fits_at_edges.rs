//! Quotes at their weights, and smiles at the limits of no arbitrage.

use market::black::implied_vol;
use market::chain::{ChainDay, Point, Quoted, RawQuote, SessionQuotes, fit_slice, parity};
use market::contract::{Right, Root};
use market::price::Price;
use market::surface::{Slice, enforce_calendar_order};

use crate::model_edges::model;

fn quoted(mid: f64, half: f64) -> Quoted {
    Quoted {
        bid: Price::from_points(mid - half),
        ask: Price::from_points(mid + half),
    }
}

/// Misses within the quoted widths: the line of least squares, each pair weighted by the square of its width.
#[test]
fn parity_weights_a_pair_by_its_width() {
    // At most three tenths of a width, then up to nine.
    let worst = [1.0, 2.5].map(line_of_least_squares);
    assert!(
        worst[0] < 0.4 && (0.5..1.0).contains(&worst[1]),
        "{worst:?}"
    );
}

/// Checks the line through quotes with these misses; gives back the largest that is left, in widths.
fn line_of_least_squares(times: f64) -> f64 {
    let (forward, discount) = (4010.0, 0.999);
    // Strike, miss of call less put, half-width of each.
    let rows = [
        (3800.0, 0.3, 0.5),
        (3900.0, -0.2, 0.4),
        (4000.0, 0.05, 0.1),
        (4100.0, 0.6, 1.0),
        (4200.0, -0.1, 0.2),
    ];
    let mut quotes = Vec::new();
    let mut sums = [0.0; 5];
    for (strike, miss, half) in rows {
        let put = 150.0;
        let call = put + discount * (forward - strike) + times * miss;
        quotes.push((
            (Right::Call, Price::from_points(strike)),
            quoted(call, half),
        ));
        quotes.push(((Right::Put, Price::from_points(strike)), quoted(put, half)));
        // Half of both widths together is a whole width of one.
        let (x, y, w) = (strike - 4000.0, call - put, (2.0 * half).powi(-2));
        for (sum, part) in sums.iter_mut().zip([w, w * x, w * y, w * x * x, w * x * y]) {
            *sum += part;
        }
    }
    let [n, x, y, xx, xy] = sums;
    let slope = (n * xy - x * y) / (n * xx - x * x);
    let level = (y - slope * x) / n;
    let found = parity(&quotes, 4000.0, discount, 30.0 / 365.0).expect("five pairs");
    assert!(!found.discount_from_curve && found.strikes == 5);
    assert!(
        (found.discount + slope).abs() < 1e-9,
        "{} {slope}",
        found.discount
    );
    assert!(
        (found.forward - (4000.0 - level / slope)).abs() < 1e-6,
        "{} {}",
        found.forward,
        4000.0 - level / slope
    );
    let left = rows.iter().map(|(strike, miss, half)| {
        let (x, exact) = (strike - 4000.0, discount * (forward - strike));
        (exact + times * miss - level - slope * x).abs() / (2.0 * half)
    });
    left.fold(0.0, f64::max)
}

/// A chain's smile is the fit of its volatilities, each as uncertain as its ask is dear.
#[test]
fn a_chain_weights_a_quote_by_the_volatility_of_its_width() {
    let truth = model("2023-01-27");
    let strikes: Vec<f64> = (-24..=12).map(|i| 4000.0 + 25.0 * f64::from(i)).collect();
    let mut quotes = Vec::new();
    for (i, strike) in strikes.iter().enumerate() {
        for right in [Right::Call, Right::Put] {
            // Wide quotes are off, narrow ones are not.
            let half = if i % 3 == 0 { 1.0 } else { 0.1 };
            let mid = truth.price(right, *strike) + if i % 3 == 0 { 0.6 } else { 0.0 };
            let price = |x: f64| Some(Price::from_points(x.max(0.0)));
            quotes.push(RawQuote {
                root: Root::Spxw,
                expiry: truth.expiry,
                right,
                strike: Price::from_points(*strike),
                bid: price(mid - half),
                ask: price(mid + half),
            });
        }
    }
    let chain = ChainDay::new(&SessionQuotes::new(&quotes), &|_, _| {
        Some(model("2023-01-27"))
    });
    let found = chain.expiry(Root::Spxw, truth.expiry).expect("an expiry");
    let (slice, forward) = (
        found.slice.expect("a slice"),
        found.slice.expect("a slice").forward,
    );
    let start = Slice {
        forward,
        log_forward: slice.log_forward,
        discount: slice.discount,
        ..model("2023-01-27")
    };
    let deviation = slice.atm_vol * slice.t.sqrt();
    let point = |quote: &RawQuote| {
        let strike = quote.strike.points();
        let is_outside = if strike <= forward {
            quote.right == Right::Put
        } else {
            quote.right == Right::Call
        };
        let k = market::math::ln(strike / forward);
        let (bid, ask) = (quote.bid?, quote.ask?);
        let is_near = (-5.0..=3.5).contains(&(k / deviation));
        let vol = |price: f64| {
            implied_vol(quote.right, forward, strike, slice.t, slice.discount, price).ok()
        };
        let mid = vol(0.5 * (bid.points() + ask.points()))?;
        (is_outside && is_near && bid > Price::ZERO).then_some(Point {
            k,
            vol: mid,
            half_width: (vol(ask.points())? - mid).max(0.001),
        })
    };
    let mut points: Vec<Point> = quotes.iter().filter_map(point).collect();
    points.sort_by(|a, b| a.k.total_cmp(&b.k));
    let (wanted, _) = fit_slice(&start, &points).expect("a smile");
    let close = |a: f64, b: f64| (a - b).abs() < 1e-4 * b.abs();
    assert!(
        close(slice.theta, wanted.theta)
            && close(slice.psi, wanted.psi)
            && close(slice.rho, wanted.rho),
        "{slice:?} {wanted:?}"
    );
}

/// J. Gatheral and A. Jacquier (2014): no butterfly arbitrage while `theta phi (1 + |rho|) < 4` and `theta phi^2 (1 + |rho|) <= 4`.
#[test]
fn a_fit_keeps_to_smiles_without_arbitrage() {
    let start = model("2023-01-27");
    let fitted = |theta: f64, psi: f64, rho: f64| {
        let truth = start.with_smile(theta, psi, rho);
        let deviation = theta.sqrt();
        let point = |i: i32| {
            let k = 0.3 * f64::from(i) * deviation;
            Point {
                k,
                vol: (truth.total_variance(k) / truth.t).sqrt(),
                half_width: 0.01,
            }
        };
        let points: Vec<Point> = (-6..=6).map(point).collect();
        fit_slice(&start, &points).expect("a smile").0
    };
    // Steeper than allowed: the limit itself, 2 / sqrt(1 + |rho|).
    for rho in [-0.5, 0.0, 0.4] {
        let found = fitted(0.01, 3.0, rho);
        let most = 2.0 / (1.0 + found.rho.abs()).sqrt();
        assert!((found.psi - most).abs() < 1e-6, "{} {most}", found.psi);
    }
    // Where the variance is large the other limit is 3.99 / 3 = 1.33: 0.8 lies below it.
    let found = fitted(9.0, 0.8, 0.0);
    assert!((found.psi - 0.8).abs() < 1e-3, "{}", found.psi);
    // And 1.9 above it: what is found keeps to it.
    let found = fitted(9.0, 1.9, 0.0);
    let size = found.theta.sqrt() * found.psi * (1.0 + found.rho.abs());
    assert!(found.psi > 1.0 && size <= 3.99 + 1e-9, "{size} {found:?}");
}

/// Two expiries of one variance at the money: a wing that lies below the earlier one is raised, the rest stays.
#[test]
fn a_wing_is_raised_and_the_money_stays() {
    let later = model("2023-02-10");
    let early = model("2023-01-27");
    for side in [-1.0, 1.0] {
        let earlier = early.with_smile(later.theta * 0.95, 0.9, 0.6 * side);
        let flat = later.with_smile(later.theta, 0.55, 0.3 * side);
        let mut slices = [earlier, flat];
        let repairs = enforce_calendar_order(&mut slices);
        assert_eq!(repairs.len(), 1, "{side}");
        assert_eq!(repairs[0].atm_lift, 0.0, "{side}");
        assert!(repairs[0].at * side > 0.0, "{side}: {}", repairs[0].at);
        assert_eq!(slices[1].theta, flat.theta);
        let k = repairs[0].at * flat.theta.sqrt();
        let over = slices[1].total_variance(k) / earlier.total_variance(k);
        assert!((1.0..1.01).contains(&over), "{side}: {over}");
    }
}
