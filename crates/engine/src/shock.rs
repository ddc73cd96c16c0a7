//! What a package would be worth at once after a move of the market: the measure of every size rule.
//!
//! A stated rule, not a forecast. SPX options keep the volatility of their strike. The front VIX future rises by 1.0
//! point for each percent the index falls up to a VIX of 25 and by 1.3 above, later months by the square root of 30
//! over their days (docs/model.md#stress-and-sizes); VIX options keep their volatility on the future of their expiry.

use book::event::LegFill;
use market::contract::{Contract, Right, Root};
use market::history::{MarketView, Snapshot};
use market::kernel::moved::{Deltas, Gains, Moved};
use market::surface::Slice;

/// VIX level from which the response is steeper `[vol points]`.
pub(crate) const STEEP_ABOVE: f64 = 25.0;
/// Response of the front future to a fall of one percent above it `[index points]`.
pub(crate) const STEEP: f64 = 1.3;

/// Days to expiry up to which a future answers like the front one; beyond them by the square root of these days over its
/// own.
pub(crate) const FRONT_DAYS: f64 = 30.0;

/// A move of the market.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Shock {
    /// Relative move of the index: -0.05 is a fall of 5 %.
    pub spot: f64,
    /// Rise of every SPX volatility and of the front VIX future `[vol points]`.
    pub vol_points: f64,
    /// Calendar days that pass.
    pub days: f64,
}

/// Points the front VIX future gains when the index moves by `spot` (relative) at this VIX `[vol points]`.
pub fn vix_response(spot: f64, vix: f64) -> f64 {
    let fall = -100.0 * spot;
    let flat = fall.min((STEEP_ABOVE - vix).max(0.0));
    flat + STEEP * (fall - flat)
}

/// What one unit of the legs gains `[USD]` if the shock happened at this snapshot. `None` where a leg has no price.
pub fn gain(legs: &[LegFill], snapshot: &Snapshot, shock: &Shock) -> Option<f64> {
    let front = vix_response(shock.spot, snapshot.vix) + shock.vol_points;
    legs.iter()
        .map(|leg| {
            let each = match leg_move(&leg.contract, snapshot, shock, front)? {
                LegMove::Linear { usd } => usd,
                LegMove::Option {
                    slice,
                    right,
                    strike,
                    moved,
                } => slice.gain(right, strike, moved) * leg.contract.root.multiplier() as f64,
            };
            Some(each * leg.quantity as f64)
        })
        .sum()
}

/// What a future with these days to expiry answers for each point of the front one.
pub(crate) fn later(days: f64) -> f64 {
    if days > FRONT_DAYS {
        (FRONT_DAYS / days).sqrt()
    } else {
        1.0
    }
}

/// How a shock moves one contract.
enum LegMove<'s> {
    /// It gains this `[USD]`.
    Linear { usd: f64 },
    /// An option, and where its market moves to.
    Option {
        slice: &'s Slice,
        right: Right,
        strike: f64,
        moved: Moved,
    },
}

fn leg_move<'s>(
    contract: &Contract,
    snapshot: &'s Snapshot,
    shock: &Shock,
    front: f64,
) -> Option<LegMove<'s>> {
    let multiplier = contract.root.multiplier() as f64;
    if let Root::Fund(fund) = contract.root {
        // Funds on VIX futures move with their underlying, near thirty days; how others answer is not modelled.
        let held = fund
            .is_volatility()
            .then(|| snapshot.constant_maturity_future(FRONT_DAYS))
            .flatten()?;
        let usd = snapshot.fund(fund)?.close.points() * front / held * multiplier;
        return Some(LegMove::Linear { usd });
    }
    let Some((right, strike)) = contract.option else {
        snapshot.future(contract.expiry)?;
        let days = (contract.expiry - snapshot.date).num_days() as f64;
        let usd = front * later(days) * multiplier;
        return Some(LegMove::Linear { usd });
    };
    let slice = snapshot.slice(contract.root, contract.expiry)?;
    let (forward, vol_added) = match contract.root {
        Root::Vix => (slice.forward + front * later(f64::from(slice.dte)), 0.0),
        _ => (slice.forward * (1.0 + shock.spot), shock.vol_points / 100.0),
    };
    Some(LegMove::Option {
        slice,
        right,
        strike: strike.points(),
        moved: Moved {
            forward,
            vol_added,
            t: slice.t - shock.days / 365.0,
        },
    })
}

/// [`gain`] of many units, each at its snapshot and shock, by the kernel of columns.
pub(crate) fn gains<'p>(
    items: impl Iterator<Item = (&'p [LegFill], &'p Snapshot, Shock)>,
) -> Vec<Option<f64>> {
    /// What one contract gains: dollars, or the points at a place of the column times its multiplier.
    enum Each {
        Usd(f64),
        Points(usize, f64),
    }
    let mut options = Gains::default();
    let mut counts = Vec::new();
    let mut all: Vec<Option<(Each, f64)>> = Vec::new();
    for (legs, snapshot, shock) in items {
        let front = vix_response(shock.spot, snapshot.vix) + shock.vol_points;
        counts.push(legs.len());
        for leg in legs {
            let each = leg_move(&leg.contract, snapshot, &shock, front).map(|step| match step {
                LegMove::Linear { usd } => Each::Usd(usd),
                LegMove::Option {
                    slice,
                    right,
                    strike,
                    moved,
                } => {
                    options.push(slice, right, strike, moved);
                    Each::Points(options.len() - 1, leg.contract.root.multiplier() as f64)
                }
            });
            all.push(each.map(|each| (each, leg.quantity as f64)));
        }
    }
    let points = options.points();
    let mut start = 0;
    let units = counts.into_iter().map(|count| {
        let unit = &all[start..start + count];
        start += count;
        unit.iter()
            .map(|leg| {
                let (each, quantity) = leg.as_ref()?;
                let usd = match each {
                    Each::Usd(usd) => *usd,
                    Each::Points(at, multiplier) => points[*at] * multiplier,
                };
                Some(usd * quantity)
            })
            .sum()
    });
    units.collect()
}

/// Delta of one unit of the legs (USD per index point): options on the index by their smile, VIX instruments by the beta
/// of the future of their expiry. `None` until that beta is known.
pub fn delta_usd(legs: &[LegFill], view: MarketView<'_>) -> Option<f64> {
    let delta = |leg: &LegFill| crate::fill::delta(&leg.contract, view.today());
    legs.iter()
        .map(|leg| leg_delta(leg, delta(leg), view))
        .sum()
}

/// That of one leg, `delta` being that of its contract on its own underlying.
pub(crate) fn leg_delta(leg: &LegFill, delta: f64, view: MarketView<'_>) -> Option<f64> {
    let snapshot = view.today();
    let contract = &leg.contract;
    let each = match contract.root {
        Root::Spx | Root::Spxw => delta,
        Root::Fund(fund) if fund.is_volatility() => {
            view.future_beta(0)? * snapshot.fund(fund)?.close.points() / snapshot.spot
        }
        Root::Fund(_) => return None,
        Root::Vix | Root::Vx => {
            let month = snapshot
                .futures
                .iter()
                .position(|f| f.expiry == contract.expiry)?;
            let future = snapshot.futures[month].settle.points();
            delta * view.future_beta(month)? * future / snapshot.spot
        }
    };
    Some(each * (leg.quantity * contract.root.multiplier()) as f64)
}

/// [`delta_usd`] of many units, each at its close, by the kernel of columns.
pub(crate) fn deltas<'p>(
    items: impl Iterator<Item = (&'p [LegFill], MarketView<'p>)> + Clone,
) -> Vec<Option<f64>> {
    let mut options = Deltas::default();
    let slice_of = |leg: &LegFill, view: MarketView<'p>| {
        let (right, strike) = leg.contract.option?;
        let slice = view.today().slice(leg.contract.root, leg.contract.expiry)?;
        Some((slice, right, strike.points()))
    };
    for (legs, view) in items.clone() {
        for (slice, right, strike) in legs.iter().filter_map(|leg| slice_of(leg, view)) {
            options.push(slice, right, strike);
        }
    }
    let mut column = options.deltas().into_iter();
    let mut delta = |leg: &LegFill, view: MarketView<'p>| match slice_of(leg, view) {
        Some(_) => column.next().unwrap_or_default(),
        None => crate::fill::delta(&leg.contract, view.today()),
    };
    items
        .map(|(legs, view)| {
            let each: Vec<f64> = legs.iter().map(|leg| delta(leg, view)).collect();
            let legs = legs.iter().zip(each);
            legs.map(|(leg, delta)| leg_delta(leg, delta, view)).sum()
        })
        .collect()
}

/// Gamma of one unit of index options (USD per point squared).
pub fn gamma_usd(legs: &[LegFill], snapshot: &Snapshot) -> f64 {
    legs.iter()
        .filter_map(|leg| {
            let (right, strike) = leg.contract.option?;
            let slice = snapshot.slice(leg.contract.root, leg.contract.expiry)?;
            Some(
                slice.greeks(right, strike.points()).gamma
                    * (leg.quantity * leg.contract.root.multiplier()) as f64,
            )
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_response_of_the_front_future_is_steeper_above_a_vix_of_25() {
        assert!(
            (vix_response(-0.05, 18.0) - 5.0).abs() < 1e-12,
            "five percent, seven points below the bend"
        );
        assert!(
            (vix_response(-0.10, 20.0) - (5.0 + 1.3 * 5.0)).abs() < 1e-12,
            "five below the bend, five above"
        );
        assert!((vix_response(-0.02, 30.0) - 2.6).abs() < 1e-12);
        assert!(
            (vix_response(0.01, 18.0) + 1.0).abs() < 1e-12,
            "a rally takes a point"
        );
    }
}
