//! What the option surfaces of a session say; only simulated sessions have one.

use market::contract::{Right, Root};
use market::history::{MarketHistory, Snapshot};
use market::math;
use market::surface::Slice;

use crate::window::Values;

/// `f` of each simulated session's snapshot and the one before it.
pub(crate) fn by_snapshot(
    history: &MarketHistory,
    f: impl Fn(&Snapshot, Option<&Snapshot>) -> Option<f64>,
) -> Values {
    let mut out = vec![None; history.first_position()];
    out.extend((0..history.len()).map(|t| {
        let view = history.view(t);
        f(view.today(), view.back(1)).filter(|v| v.is_finite())
    }));
    out
}

/// The listed slice nearest to `days`, the earlier of two; none where it is further off than half of them or a week.
fn nearest(slices: &[Slice], days: i64) -> Option<&Slice> {
    let distance = |s: &&Slice| (i64::from(s.dte) - days).abs();
    slices
        .iter()
        .filter(|s| s.dte > 0)
        .min_by_key(distance)
        .filter(|s| distance(s) <= (days / 2).max(7))
}

/// The strike of an absolute delta on the smile, not rounded to a listed one.
fn strike_of_delta(slice: &Slice, right: Right, delta: f64) -> Option<f64> {
    let undiscounted = delta / slice.discount;
    if !(0.0..1.0).contains(&undiscounted) || slice.t <= 0.0 {
        return None;
    }
    let d1 = right.sign() * math::norm_inv(undiscounted);
    let mut strike = slice.forward;
    // The smile is flat enough that each step shrinks the error by more than half.
    for _ in 0..60 {
        let deviation = slice.vol(strike) * slice.t.sqrt();
        let next = slice.forward * math::exp(deviation * (0.5 * deviation - d1));
        // What leads to itself does so in every step that is left.
        if next == strike {
            break;
        }
        strike = next;
    }
    strike.is_finite().then_some(strike)
}

/// Volatility of the put less that of the call [vol points].
pub(crate) fn risk_reversal(today: &Snapshot, days: i64, delta: f64) -> Option<f64> {
    let slice = nearest(&today.spxw, days)?;
    let vol = |right| Some(slice.vol(strike_of_delta(slice, right, delta)?));
    Some(100.0 * (vol(Right::Put)? - vol(Right::Call)?))
}

/// S * sigma * sqrt(T); the factor is a product, not a quotient: a longer time means a wider move.
pub(crate) fn expected_move(today: &Snapshot, days: i64, vol_days: i64) -> Option<f64> {
    let years = if days == 1 {
        1.0 / 252.0
    } else {
        days as f64 / 365.0
    };
    Some(today.spot * nearest(&today.spxw, vol_days)?.atm_vol * years.sqrt())
}

/// Price of the call over its future [percent].
pub(crate) fn vix_call_price(today: &Snapshot, days: i64, delta: f64) -> Option<f64> {
    let slice = nearest(today.slices(Root::Vix), days)?;
    let strike = strike_of_delta(slice, Right::Call, delta)?;
    Some(100.0 * slice.price(Right::Call, strike) / slice.forward)
}

/// Decay per price of the near straddle over that of the far one.
pub(crate) fn theta_ratio(today: &Snapshot, near: i64, far: i64) -> Option<f64> {
    let rate = |days| {
        let slice = nearest(&today.spxw, days)?;
        let straddle = Straddle::new(slice, slice.forward);
        Some(straddle.theta / straddle.price)
    };
    Some(rate(near)? / rate(far)?)
}

/// Both options of one strike.
struct Straddle {
    price: f64,
    delta: f64,
    gamma: f64,
    vega: f64,
    theta: f64,
}

impl Straddle {
    fn new(slice: &Slice, strike: f64) -> Straddle {
        let call = slice.greeks(Right::Call, strike);
        let put = slice.greeks(Right::Put, strike);
        Straddle {
            price: slice.price(Right::Call, strike) + slice.price(Right::Put, strike),
            delta: call.delta + put.delta,
            gamma: call.gamma + put.gamma,
            vega: call.vega + put.vega,
            theta: call.theta + put.theta,
        }
    }
}

/// Yesterday's straddle today: change of its price less what the Greeks of yesterday explain.
pub(crate) fn straddle_residual(
    today: &Snapshot,
    before: &Snapshot,
    days: i64,
    with_vega: bool,
) -> Option<f64> {
    let old = nearest(&before.spxw, days)?;
    let new = today.slice(Root::Spxw, old.expiry)?;
    let strike = old.forward;
    let was = Straddle::new(old, strike);
    let is = Straddle::new(new, strike);
    let forward = new.forward - old.forward;
    let years = old.t - new.t;
    let vol = new.vol(strike) - old.vol(strike);
    let explained = was.theta * years
        + was.delta * forward
        + 0.5 * was.gamma * forward * forward
        + if with_vega { was.vega * vol } else { 0.0 };
    Some(is.price - was.price - explained)
}
