//! The shocks by which size rules measure.

use book::event::LegFill;
use market::contract::Right;
use market::history::Snapshot;
use market::price::Price;
use policy::size::SizeRule;

use super::open_book::Position;
use crate::shock::Shock;

/// The shock by which a rule measures at this weight, `last` being the condor opened last; `None` for rules that measure
/// by none, and without condors for those that ask them.
pub(crate) fn shock_of(
    rule: SizeRule,
    weight: f64,
    last: Option<&Position<'_>>,
    snapshot: &Snapshot,
) -> Option<Shock> {
    let fall = |spot| Shock {
        spot,
        ..Shock::default()
    };
    match rule {
        SizeRule::BreakEven { fraction } => {
            let level = stressed_level(last?, fraction * weight)?;
            Some(fall(level / snapshot.spot - 1.0))
        }
        SizeRule::Scenario { .. } => Some(fall(-expected_move(last?, snapshot) / snapshot.spot)),
        SizeRule::Vega { .. } => Some(Shock {
            vol_points: 1.0,
            ..Shock::default()
        }),
        SizeRule::Theta { .. } => Some(Shock {
            days: 1.0,
            ..Shock::default()
        }),
        _ => None,
    }
}

/// The index level at the lower break-even of a condor and `phi` of half its break-even width beyond; `None` for what is no
/// condor.
pub(super) fn stressed_level(condor: &Position<'_>, phi: f64) -> Option<f64> {
    let (low, width) = break_evens(condor.legs, condor.entry_net)?;
    Some(low - phi * width / 2.0)
}

/// One standard deviation of a day `[index points]`, by the at-the-money volatility of a package's expiry.
pub(super) fn expected_move(package: &Position<'_>, snapshot: &Snapshot) -> f64 {
    let contract = &package.legs[0].contract;
    let vol = snapshot
        .slice(contract.root, contract.expiry)
        .map_or(snapshot.vix / 100.0, |s| s.atm_vol);
    snapshot.spot * vol / 252.0_f64.sqrt()
}

/// Lower break-even and width between both `[index points]` of a condor with this credit.
fn break_evens(legs: &[LegFill], credit: Price) -> Option<(f64, f64)> {
    let short = |right: Right| {
        legs.iter()
            .find(|leg| leg.quantity < 0 && leg.contract.option.is_some_and(|(r, _)| r == right))
            .and_then(|leg| leg.contract.option)
            .map(|(_, strike)| strike.points())
    };
    let put = short(Right::Put)?;
    let call = short(Right::Call)?;
    let credit = credit.points();
    Some((put - credit, call - put + 2.0 * credit))
}
