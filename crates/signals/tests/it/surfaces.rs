//! Signals that look at prices of options, against the slices they look at.

use market::contract::{Right, Root};
use market::history::{MarketHistory, Snapshot};
use market::surface::{ModelParams, Slice};

use crate::drawn::{SESSIONS, observations};
use crate::support::book;

/// The last sessions of a drawn market, with options 200 days ahead.
fn history() -> MarketHistory {
    let data = observations(1);
    let (first, last) = (data.sessions[SESSIONS - 25], data.sessions[SESSIONS - 1]);
    MarketHistory::build(&data, first, last, &ModelParams::default(), 200).expect("a market")
}

/// The slice nearest to so many days, the earlier of two, no further off than half of them or a week.
fn near(slices: &[Slice], days: i64) -> Option<&Slice> {
    let far = |slice: &&Slice| (i64::from(slice.dte) - days).abs();
    let of = slices.iter().filter(|slice| slice.dte > 0);
    let best = of.clone().map(|slice| far(&slice)).min()?;
    let found = of.into_iter().find(|slice| far(slice) == best);
    found.filter(|_| best <= (days / 2).max(7))
}

/// The strike of an absolute delta, by halving.
fn strike(slice: &Slice, right: Right, delta: f64) -> f64 {
    let (mut low, mut high) = (0.2 * slice.forward, 5.0 * slice.forward);
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        let is_too_far = slice.delta(right, middle).abs() < delta;
        if is_too_far == (right == Right::Call) {
            high = middle;
        } else {
            low = middle;
        }
    }
    low
}

fn straddle(slice: &Slice, strike: f64, of: impl Fn(Right) -> f64) -> f64 {
    assert!(strike > 0.0 && slice.t > 0.0);
    of(Right::Call) + of(Right::Put)
}

/// A signal of this definition is `of` of each session and the one before.
fn same(definition: &str, of: impl Fn(&Snapshot, Option<&Snapshot>) -> Option<f64>) {
    let history = history();
    let book = book(&format!("[signals]\nt = {{ {definition} }}")).expect("a signal");
    let column = book.signal_column(&history, "t");
    let mut compared = 0;
    for t in 0..history.len() {
        let view = history.view(t);
        let wanted = of(view.today(), view.back(1));
        let found = column.at(view);
        let close = match (found, wanted) {
            (Some(a), Some(b)) => (a - b).abs() <= 1e-7 * b.abs().max(1.0),
            (a, b) => a == b,
        };
        assert!(close, "{definition} on {t}: {found:?}, by hand {wanted:?}");
        assert!(column.flags(view).modelled);
        compared += usize::from(wanted.is_some());
    }
    assert!(compared >= 5, "{definition}: {compared}");
}

#[test]
fn smiles_are_read_at_their_deltas() {
    for (days, delta) in [(30, 0.25), (9, 0.1), (1, 0.4), (170, 0.25)] {
        same(
            &format!("kind = \"risk_reversal\", days = {days}, delta = {delta:?}"),
            |today, _| {
                let slice = near(&today.spxw, days)?;
                let vol = |right| slice.vol(strike(slice, right, delta));
                Some(100.0 * (vol(Right::Put) - vol(Right::Call)))
            },
        );
    }
    // For a few days ahead the next expiry is near up to a week away, and not at eight days.
    let few = (3..=8).map(|days| (days, 0.15));
    for (days, delta) in [(60, 0.3), (25, 0.15), (10, 0.15)].into_iter().chain(few) {
        same(
            &format!("kind = \"vix_call_price\", days = {days}, delta = {delta:?}"),
            |today, _| {
                let slice = near(today.slices(Root::Vix), days)?;
                let strike = strike(slice, Right::Call, delta);
                Some(100.0 * slice.price(Right::Call, strike) / slice.forward)
            },
        );
    }
}

/// A day is one of 252, other spans are of the calendar.
#[test]
fn a_move_grows_with_the_root_of_its_time() {
    for (days, year) in [(1, 252.0), (2, 365.0 / 2.0), (30, 365.0 / 30.0)] {
        same(
            &format!("kind = \"expected_move\", days = {days}, vol_days = 30"),
            |today, _| {
                let vol = near(&today.spxw, 30)?.atm_vol;
                Some(today.spot * vol / f64::sqrt(year))
            },
        );
    }
}

#[test]
fn straddles_decay_and_move_as_their_greeks_say() {
    same(
        "kind = \"theta_ratio\", near_days = 7, far_days = 30",
        |today, _| {
            let rate = |days| {
                let slice = near(&today.spxw, days)?;
                let at = slice.forward;
                let theta = straddle(slice, at, |right| slice.greeks(right, at).theta);
                Some(theta / straddle(slice, at, |right| slice.price(right, at)))
            };
            Some(rate(7)? / rate(30)?)
        },
    );
    for vega in [true, false] {
        same(
            &format!("kind = \"straddle_residual\", days = 14, vega = {vega}"),
            |today, before| {
                let old = near(&before?.spxw, 14)?;
                let new = today.slice(Root::Spxw, old.expiry)?;
                let at = old.forward;
                let sum = |of: fn(&market::black::Greeks) -> f64| {
                    straddle(old, at, |right| of(&old.greeks(right, at)))
                };
                let worth = |slice: &Slice| straddle(slice, at, |right| slice.price(right, at));
                let moved = new.forward - at;
                let by_vol = sum(|g| g.vega) * (new.vol(at) - old.vol(at));
                let explained = sum(|g| g.theta) * (old.t - new.t)
                    + sum(|g| g.delta) * moved
                    + sum(|g| g.gamma) * moved * moved / 2.0
                    + if vega { by_vol } else { 0.0 };
                Some(worth(new) - worth(old) - explained)
            },
        );
    }
}
