//! Gains and deltas of one package for as long as it is held, as [`gain`](crate::shock::gain) and
//! [`delta_usd`](crate::shock::delta_usd) have them: its options are read on the columns of their expiry, which is looked up
//! once and not on every session.

use std::ops::Range;
use std::sync::Arc;

use book::event::LegFill;
use market::contract::{Contract, Right, Root};
use market::expiry_smiles::ExpirySmiles;
use market::history::MarketHistory;
use market::kernel::moved::Moves;

use crate::shock::{Shock, later, leg_delta, vix_response};

/// The shocks of the sessions of a window, in columns.
#[derive(Debug, Default)]
pub(crate) struct Shocks {
    /// Rise of the front VIX future `[index points]`.
    front: Vec<f64>,
    /// What the index is multiplied by.
    factor: Vec<f64>,
    /// Rise of SPX volatilities `[decimal]`.
    vol_added: Vec<f64>,
    /// Years that pass.
    years: Vec<f64>,
}

/// Where a shock moves the options of one expiry, in columns.
struct Moved {
    forward: Vec<f64>,
    vol_added: Vec<f64>,
    t: Vec<f64>,
}

impl Shocks {
    /// One for each session from `first` of the history on.
    pub fn new(shocks: impl Iterator<Item = Shock>, history: &MarketHistory, first: usize) -> Self {
        let mut all = Shocks::default();
        for (t, shock) in (first..).zip(shocks) {
            let vix = history.view(t).today().vix;
            all.front
                .push(vix_response(shock.spot, vix) + shock.vol_points);
            all.factor.push(1.0 + shock.spot);
            all.vol_added.push(shock.vol_points / 100.0);
            all.years.push(shock.days / 365.0);
        }
        all
    }

    /// As [`gain`](crate::shock::gain) has it for one.
    fn moved(&self, root: Root, all: &ExpirySmiles, places: &Range<usize>, from: usize) -> Moved {
        let smiles = all.smiles();
        let own = from..from + places.len();
        let forward = smiles.forward()[places.clone()].iter();
        let (forward, vol_added) = match root {
            Root::Vix => {
                let days = smiles.days()[places.clone()].iter();
                let rises = self.front[own.clone()].iter().zip(days);
                let rises = rises.map(|(front, days)| front * later(*days));
                let moved = forward.zip(rises).map(|(forward, rise)| forward + rise);
                (moved.collect(), vec![0.0; places.len()])
            }
            _ => {
                let factors = &self.factor[own.clone()];
                let moved = forward
                    .zip(factors)
                    .map(|(forward, factor)| forward * factor);
                (moved.collect(), self.vol_added[own.clone()].to_vec())
            }
        };
        let t = smiles.t()[places.clone()].iter();
        let t = t
            .zip(&self.years[own])
            .map(|(t, years)| t - years)
            .collect();
        Moved {
            forward,
            vol_added,
            t,
        }
    }
}

/// The smiles of the options of a package and their places on the sessions; `None` for other contracts, and where a session
/// lacks a smile.
fn options<'l>(
    legs: &'l [LegFill],
    sessions: &'l Range<usize>,
    history: &'l MarketHistory,
) -> impl Iterator<Item = Option<(OfExpiry, &'l LegFill, (Right, f64))>> + 'l {
    let mut last: Option<OfExpiry> = None;
    legs.iter().map(move |leg| {
        let Contract { root, expiry, .. } = leg.contract;
        let (right, strike) = leg.contract.option?;
        let known = last.take().filter(|of| of.key == (root, expiry));
        let of = known.or_else(|| {
            let all = history.expiry_smiles(root, expiry);
            let places = all.places(sessions)?;
            let key = (root, expiry);
            Some(OfExpiry { key, all, places })
        })?;
        last = Some(of.clone());
        Some((of, leg, (right, strike.points())))
    })
}

/// The smiles of one expiry and the places of some sessions among them.
#[derive(Clone)]
struct OfExpiry {
    key: (Root, chrono::NaiveDate),
    all: Arc<ExpirySmiles>,
    places: Range<usize>,
}

/// What one unit of the legs gains `[USD]` on each of these sessions, `from` being the place of the first in the shocks;
/// `None` where [`gains`](crate::shock::gains) must tell it.
pub(crate) fn gains_held(
    legs: &[LegFill],
    sessions: &Range<usize>,
    (shocks, from): (&Shocks, usize),
    history: &MarketHistory,
) -> Option<Vec<f64>> {
    let mut usd = vec![nothing(); sessions.len()];
    let mut last: Option<((Root, chrono::NaiveDate), Moved)> = None;
    for found in options(legs, sessions, history) {
        let (of, leg, option) = found?;
        let known = last.take().filter(|(key, _)| *key == of.key);
        let (key, moved) = known.unwrap_or_else(|| {
            let root = leg.contract.root;
            (of.key, shocks.moved(root, &of.all, &of.places, from))
        });
        let moves = Moves {
            forward: &moved.forward,
            vol_added: &moved.vol_added,
            t: &moved.t,
        };
        let points = of.all.smiles().gains(of.places, option, moves);
        let multiplier = leg.contract.root.multiplier() as f64;
        let quantity = leg.quantity as f64;
        for (usd, points) in usd.iter_mut().zip(&points) {
            *usd += points * multiplier * quantity;
        }
        last = Some((key, moved));
    }
    Some(usd)
}

/// The delta of one unit of the legs on each of these sessions; `None` where [`deltas`](crate::shock::deltas) must tell it.
pub(crate) fn deltas_held(
    legs: &[LegFill],
    sessions: &Range<usize>,
    history: &MarketHistory,
) -> Option<Vec<Option<f64>>> {
    let mut usd = vec![Some(nothing()); sessions.len()];
    for found in options(legs, sessions, history) {
        let (of, leg, option) = found?;
        let deltas = of.all.smiles().deltas(of.places, option);
        for ((usd, delta), t) in usd.iter_mut().zip(deltas).zip(sessions.clone()) {
            let each = leg_delta(leg, delta, history.view(t));
            *usd = usd.zip(each).map(|(sum, each)| sum + each);
        }
    }
    Some(usd)
}

/// What a sum of floating-point numbers begins with.
fn nothing() -> f64 {
    std::iter::empty::<f64>().sum()
}
