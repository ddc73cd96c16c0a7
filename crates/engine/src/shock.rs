//! What a package would be worth at once after a move of the market: the measure of every size rule.
//!
//! A stated rule, not a forecast. SPX options keep the volatility of their strike. The front VIX future rises by 1.0
//! point for each percent the index falls up to a VIX of 25 and by 1.3 above, later months by the square root of 30
//! over their days (docs/model.md#stress-and-sizes); VIX options keep their volatility on the future of their expiry.

use book::event::LegFill;
use market::black;
use market::contract::{Contract, Root};
use market::history::{MarketView, Snapshot};

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
        .map(|leg| Some(leg_gain(&leg.contract, snapshot, shock, front)? * leg.quantity as f64))
        .sum()
}

fn leg_gain(contract: &Contract, snapshot: &Snapshot, shock: &Shock, front: f64) -> Option<f64> {
    let multiplier = contract.root.multiplier() as f64;
    let later = |days: f64| {
        if days > FRONT_DAYS {
            (FRONT_DAYS / days).sqrt()
        } else {
            1.0
        }
    };
    if let Root::Fund(fund) = contract.root {
        // Funds on VIX futures move with their underlying, near thirty days; how others answer is not modelled.
        let held = fund
            .is_volatility()
            .then(|| snapshot.constant_maturity_future(FRONT_DAYS))
            .flatten()?;
        return Some(snapshot.fund(fund)?.close.points() * front / held * multiplier);
    }
    let Some((right, strike)) = contract.option else {
        snapshot.future(contract.expiry)?;
        return Some(
            front * later((contract.expiry - snapshot.date).num_days() as f64) * multiplier,
        );
    };
    let slice = snapshot.slice(contract.root, contract.expiry)?;
    let strike = strike.points();
    let (vol, before) = slice.vol_and_price(right, strike);
    let (forward, vol) = match contract.root {
        Root::Vix => (slice.forward + front * later(f64::from(slice.dte)), vol),
        _ => (
            slice.forward * (1.0 + shock.spot),
            vol + shock.vol_points / 100.0,
        ),
    };
    let t = (slice.t - shock.days / 365.0).max(0.0);
    let after = black::price(
        right,
        forward.max(0.01),
        strike,
        t,
        slice.discount,
        vol.max(0.001),
    );
    Some((after - before) * multiplier)
}

/// Delta of one unit of the legs (USD per index point): options on the index by their smile, VIX instruments by the beta
/// of the future of their expiry. `None` until that beta is known.
pub fn delta_usd(legs: &[LegFill], view: MarketView<'_>) -> Option<f64> {
    let snapshot = view.today();
    let of = |leg: &LegFill| {
        let contract = &leg.contract;
        let each = match contract.root {
            Root::Spx | Root::Spxw => crate::fill::delta(contract, snapshot),
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
                crate::fill::delta(contract, snapshot) * view.future_beta(month)? * future
                    / snapshot.spot
            }
        };
        Some(each * (leg.quantity * contract.root.multiplier()) as f64)
    };
    legs.iter().map(of).sum()
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
