//! From "what to look for" to listed contracts, on the snapshot that is traded.

use book::reason::Reason;
use chrono::{Datelike, NaiveDate};
use market::contract::{Contract, Right, Root};
use market::history::Snapshot;
use market::math;
use market::price::Price;
use market::surface::Slice;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::rule::{ExpiryRule, StrikeRule, Underlying};
pub use crate::side::Side;
use crate::strikes::Strikes;

/// A package to look for.
#[derive(Clone, Debug, PartialEq)]
pub struct Template {
    /// Listed class.
    pub underlying: Underlying,
    /// Which expiry; all legs share it.
    pub expiry: ExpiryRule,
    /// Option legs in order; empty for a future.
    pub legs: Vec<LegRule>,
    /// Side of a future or fund; options carry theirs per leg.
    pub future_side: Side,
    /// The full quoted width of a unit over its mid must not exceed this.
    pub max_width_fraction_of_mid: Option<f64>,
}

/// One option leg to look for.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LegRule {
    /// `long` or `short`.
    pub side: Side,
    /// `call` or `put`.
    pub right: Right,
    /// Contracts per unit of the package.
    #[serde(default = "one")]
    pub ratio: i64,
    /// Which strike.
    pub strike: StrikeRule,
}

fn one() -> i64 {
    1
}

/// A listed package: contracts with their signed quantity per unit, and the slice that prices them.
#[derive(Clone, Debug, PartialEq)]
pub struct Resolved {
    /// Legs; long positive.
    pub legs: Vec<(Contract, i64)>,
    /// Shared expiry.
    pub expiry: NaiveDate,
    /// Listed class.
    pub root: Root,
}

/// Finds the listed package a template means on this snapshot.
///
/// # Errors
/// [`Reason::NoExpiry`] or [`Reason::NoStrike`] where nothing listed satisfies the rules, [`Reason::NoPrice`] for a fund
/// without a close.
pub fn resolve(template: &Template, snapshot: &Snapshot) -> Result<Resolved, Reason> {
    let root = template.underlying.root();
    if let Root::Fund(fund) = root {
        snapshot.fund(fund).ok_or(Reason::NoPrice)?;
        let share = Contract::fund(fund);
        let legs = vec![(share, template.future_side.sign())];
        return Ok(Resolved {
            legs,
            expiry: share.expiry,
            root,
        });
    }
    if root == Root::Vx {
        let listed = snapshot.futures.iter().map(|f| f.expiry);
        let expiry = pick_expiry(template.expiry, snapshot.date, listed).ok_or(Reason::NoExpiry)?;
        let legs = vec![(Contract::future(expiry), template.future_side.sign())];
        return Ok(Resolved { legs, expiry, root });
    }
    let slices = snapshot.slices(root);
    let expiry = pick_expiry(
        template.expiry,
        snapshot.date,
        slices.iter().map(|s| s.expiry),
    )
    .ok_or(Reason::NoExpiry)?;
    let slice = snapshot.slice(root, expiry).ok_or(Reason::NoExpiry)?;
    let mut legs: Vec<(Contract, i64)> = Vec::with_capacity(template.legs.len());
    for rule in &template.legs {
        let before = legs
            .last()
            .and_then(|(contract, _)| contract.option)
            .map(|(_, strike)| strike);
        let strikes = Strikes::of(snapshot, root, slice, rule.right, rule.side);
        let strike =
            pick_strike(rule, &strikes, slice, before, snapshot.spot).ok_or(Reason::NoStrike)?;
        legs.push((
            Contract::option(root, expiry, rule.right, strike),
            rule.side.sign() * rule.ratio,
        ));
    }
    Ok(Resolved { legs, expiry, root })
}

/// The contract nearest to the leg for which nothing listed was close enough, and its absolute delta: what a refusal of
/// [`resolve`] names. `None` where no expiry or no strike was there at all, or nothing is refused.
pub fn nearest_miss(template: &Template, snapshot: &Snapshot) -> Option<(Contract, f64)> {
    let root = template.underlying.root();
    let listed = snapshot.slices(root).iter().map(|s| s.expiry);
    let expiry = pick_expiry(template.expiry, snapshot.date, listed)?;
    let slice = snapshot.slice(root, expiry)?;
    let mut before = None;
    for rule in &template.legs {
        let strikes = Strikes::of(snapshot, root, slice, rule.right, rule.side);
        let picked = pick_strike(rule, &strikes, slice, before, snapshot.spot);
        let strike = picked.or_else(|| match rule.strike {
            StrikeRule::Delta { delta, .. } => {
                nearest_delta_among(&strikes, slice, rule.right, delta).map(|found| found.0)
            }
            _ => before.and_then(|before| strikes.nearest(before)),
        })?;
        let contract = Contract::option(root, expiry, rule.right, strike);
        if picked.is_none() || snapshot.priced(&contract).is_none() {
            return Some((contract, slice.delta(rule.right, strike.points()).abs()));
        }
        before = picked;
    }
    None
}

/// The listed expiry an [`ExpiryRule`] means on `date`; `listed` ascends.
pub fn pick_expiry(
    rule: ExpiryRule,
    date: NaiveDate,
    listed: impl DoubleEndedIterator<Item = NaiveDate>,
) -> Option<NaiveDate> {
    let (min, max) = rule.bounds();
    let today = date.num_days_from_ce();
    let days = |expiry: &NaiveDate| i64::from(expiry.num_days_from_ce() - today);
    let mut allowed = listed.filter(|expiry| (min..=max).contains(&days(expiry)));
    match rule {
        ExpiryRule::Never => None,
        ExpiryRule::First { .. } => allowed.next(),
        ExpiryRule::Latest { .. } => allowed.next_back(),
        ExpiryRule::Nearest { target_days, .. } => {
            allowed.min_by_key(|e| ((days(e) - target_days).abs(), *e))
        }
    }
}

fn pick_strike(
    rule: &LegRule,
    strikes: &Strikes,
    slice: &Slice,
    before: Option<Price>,
    spot: f64,
) -> Option<Price> {
    match rule.strike {
        StrikeRule::Delta { delta, tolerance } => {
            let (strike, found) = nearest_delta_among(strikes, slice, rule.right, delta)?;
            ((found - delta).abs() <= tolerance).then_some(strike)
        }
        StrikeRule::OffsetFromPrevious { points } => {
            let strike = strikes.nearest(before? + Price::from_points(points))?;
            (Some(strike) != before).then_some(strike)
        }
        StrikeRule::Moneyness { ratio } => {
            strikes.nearest(Price::from_points(slice.forward * ratio))
        }
        StrikeRule::AtOrBelow { ratio } => {
            let most = Price::from_points(spot * ratio);
            let nearest = strikes.nearest(most)?;
            if nearest <= most {
                return Some(nearest);
            }
            strikes.below(nearest)
        }
    }
}

/// The strike of the exchange's grid whose absolute delta is closest to `target`, see [`nearest_delta_among`].
pub fn nearest_delta(slice: &Slice, root: Root, right: Right, target: f64) -> Option<(Price, f64)> {
    nearest_delta_among(&Strikes::grid(root, slice), slice, right, target)
}

/// The strike of `strikes` whose absolute delta is closest to `target`, and that delta. Ties go to the strike nearer the
/// money (docs/model.md#forward-and-discounting). `None` if the slice cannot answer, for example without time or volatility.
pub fn nearest_delta_among(
    strikes: &Strikes,
    slice: &Slice,
    right: Right,
    target: f64,
) -> Option<(Price, f64)> {
    let delta_at = |strike: Price| slice.delta(right, strike.points()).abs();
    let start = strikes.nearest(Price::from_points(strike_guess(slice, right, target)?))?;
    // Absolute delta falls with distance from the money, so the error has one minimum: walk down to it.
    let outward = |k| match right {
        Right::Call => strikes.above(k),
        Right::Put => strikes.below(k),
    };
    let inward = |k| match right {
        Right::Call => strikes.below(k),
        Right::Put => strikes.above(k),
    };
    let mut best = (start, delta_at(start));
    for _ in 0..2_000 {
        let too_far_in = best.1 > target;
        let next = if too_far_in {
            outward(best.0)
        } else {
            inward(best.0)
        };
        let Some(next) = next else {
            break;
        };
        let found = delta_at(next);
        let error = (found - target).abs();
        let best_error = (best.1 - target).abs();
        let better = if too_far_in {
            error < best_error
        } else {
            error <= best_error
        };
        if !better {
            break;
        }
        best = (next, found);
    }
    best.1.is_finite().then_some(best)
}

/// A strike near the wanted delta: Black-76 inverted with the smile volatility of the strike before, three times.
fn strike_guess(slice: &Slice, right: Right, target: f64) -> Option<f64> {
    let undiscounted = target / slice.discount;
    if !(0.0..1.0).contains(&undiscounted) || slice.t <= 0.0 {
        return None;
    }
    let d1 = right.sign() * math::norm_inv(undiscounted);
    let mut strike = slice.forward;
    for _ in 0..3 {
        let sd = slice.vol(strike) * slice.t.sqrt();
        strike = slice.forward * math::exp(sd * (0.5 * sd - d1));
    }
    strike.is_finite().then_some(strike)
}
