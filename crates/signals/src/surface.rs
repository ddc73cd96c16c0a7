//! What the option surfaces of a session say; only simulated sessions have one.

use market::contract::{Right, Root};
use market::history::{MarketHistory, Snapshot};
use market::kernel::strikes::strikes_of_d1;
use market::math;
use market::surface::Slice;

use crate::window::Values;

/// `f` of each simulated session's snapshot and the one before it.
pub(crate) fn by_snapshot(
    history: &MarketHistory,
    f: impl Fn(&Snapshot, Option<&Snapshot>) -> Option<f64>,
) -> Values {
    let views = (0..history.len()).map(|t| history.view(t));
    after_none(history, views.map(|view| f(view.today(), view.back(1))))
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

/// `f` of each simulated session's slice nearest to `days` and its strike of an absolute delta, not rounded to a listed one.
/// The strikes of all sessions are searched side by side.
fn at_delta(
    history: &MarketHistory,
    (root, days): (Root, i64),
    (right, delta): (Right, f64),
    f: impl Fn(&Slice, f64) -> f64,
) -> Vec<Option<f64>> {
    let slices = (0..history.len()).map(|t| {
        let slice = nearest(history.view(t).today().slices(root), days)?;
        let undiscounted = delta / slice.discount;
        let has_strike = (0.0..1.0).contains(&undiscounted) && slice.t > 0.0;
        has_strike.then(|| (slice, right.sign() * math::norm_inv(undiscounted)))
    });
    let slices: Vec<Option<(&Slice, f64)>> = slices.collect();
    let wanted: Vec<(&Slice, f64)> = slices.iter().flatten().copied().collect();
    let mut strikes = strikes_of_d1(&wanted).into_iter();
    let values = slices.iter().map(|slice| {
        let (slice, _) = (*slice)?;
        let strike = strikes.next().filter(|strike| strike.is_finite())?;
        Some(f(slice, strike))
    });
    values.collect()
}

/// The values of the simulated sessions, after none for those before.
fn after_none(history: &MarketHistory, values: impl Iterator<Item = Option<f64>>) -> Values {
    let mut out = vec![None; history.first_position()];
    out.extend(values.map(|value| value.filter(|v| v.is_finite())));
    out
}

/// Volatility of the put less that of the call [vol points].
pub(crate) fn risk_reversal(history: &MarketHistory, days: i64, delta: f64) -> Values {
    let vols = |right| {
        let vol = |slice: &Slice, strike| slice.vol(strike);
        at_delta(history, (Root::Spxw, days), (right, delta), vol)
    };
    let both = vols(Right::Put).into_iter().zip(vols(Right::Call));
    after_none(
        history,
        both.map(|(put, call)| Some(100.0 * (put? - call?))),
    )
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
pub(crate) fn vix_call_price(history: &MarketHistory, days: i64, delta: f64) -> Values {
    let price = |slice: &Slice, strike| 100.0 * slice.price(Right::Call, strike) / slice.forward;
    let prices = at_delta(history, (Root::Vix, days), (Right::Call, delta), price);
    after_none(history, prices.into_iter())
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
