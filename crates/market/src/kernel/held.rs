//! One option on the smiles of its expiry, session after session: what it gains in a move of each, and its delta.
//!
//! The columns of the smiles are read where they stand. [`Gains`](super::moved::Gains) and [`Deltas`](super::moved::Deltas)
//! do the same for options of any kind, which they copy.

use std::ops::Range;

use super::moved::{AsTheyAre, Moves, OfOne, Terms};
use super::{Columns, Smiles, dispatch};
use crate::contract::Right;
use crate::math::ln;

/// An option on the slices of some places, and what is worked out of each.
struct Held<'a, F> {
    smiles: &'a Smiles,
    places: Range<usize>,
    sign: f64,
    strike: f64,
    log_strike: f64,
    each: F,
}

impl<F: OfOne> Columns for Held<'_, F> {
    #[inline(always)]
    fn work_out(&self, out: &mut [f64]) {
        let n = out.len();
        // Slices of one length: the bounds are checked here and nowhere in the loop.
        let forward = &self.smiles.forward[self.places.clone()][..n];
        let log_forward = &self.smiles.log_forward[self.places.clone()][..n];
        let discount = &self.smiles.discount[self.places.clone()][..n];
        let theta = &self.smiles.theta[self.places.clone()][..n];
        let phi = &self.smiles.phi[self.places.clone()][..n];
        let rho = &self.smiles.rho[self.places.clone()][..n];
        let t = &self.smiles.t[self.places.clone()][..n];
        for i in 0..n {
            out[i] = self.each.of_one(
                i,
                Terms {
                    sign: self.sign,
                    strike: self.strike,
                    log_strike: self.log_strike,
                    forward: forward[i],
                    log_forward: log_forward[i],
                    discount: discount[i],
                    theta: theta[i],
                    phi: phi[i],
                    rho: rho[i],
                    t: t[i],
                },
            );
        }
    }
}

impl Smiles {
    /// What an option gains (points) on the slices of some places, as [`Slice::gain`](crate::surface::Slice::gain) has it;
    /// `moves` has one for each.
    ///
    /// # Panics
    /// Where there is no such place, or fewer moves than places.
    pub fn gains(
        &self,
        places: Range<usize>,
        (right, strike): (Right, f64),
        moves: Moves<'_>,
    ) -> Vec<f64> {
        let moves = moves.first(places.len());
        self.each(places, (right, strike), moves)
    }

    /// The delta of an option on the slices of some places, as [`Slice::delta`](crate::surface::Slice::delta) has it.
    ///
    /// # Panics
    /// Where there is no such place.
    pub fn deltas(&self, places: Range<usize>, option: (Right, f64)) -> Vec<f64> {
        self.each(places, option, AsTheyAre)
    }

    fn each(
        &self,
        places: Range<usize>,
        (right, strike): (Right, f64),
        each: impl OfOne,
    ) -> Vec<f64> {
        let mut out = vec![0.0; places.len()];
        let held = Held {
            smiles: self,
            places,
            sign: right.sign(),
            strike,
            log_strike: ln(strike),
            each,
        };
        dispatch(&held, &mut out);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{bits, slices};
    use super::*;
    use crate::kernel::moved::Moved;

    #[test]
    fn an_option_held_on_many_smiles_is_that_on_each_to_the_last_bit() {
        let slices = slices();
        let mut smiles = Smiles::default();
        slices.iter().for_each(|slice| smiles.push(slice));
        let factor = [0.95, 1.0, 1.0, 0.0];
        let added = [0.0, 0.01, 0.0, -1.0];
        let years = [0.0, 0.0, 1.0 / 365.0, 0.0];
        for places in [0..0, 0..slices.len(), 3..20, 250..slices.len()] {
            let own = &slices[places.clone()];
            let of = |values: [f64; 4]| move |at: usize| values[at % 4];
            let column = |f: &dyn Fn(usize) -> f64| (0..own.len()).map(f).collect::<Vec<f64>>();
            let forward = column(&|at| own[at].forward * of(factor)(at));
            let vol_added = column(&of(added));
            let t = column(&|at| own[at].t - of(years)(at));
            let moves = Moves {
                forward: &forward,
                vol_added: &vol_added,
                t: &t,
            };
            for option in [
                (Right::Put, 500.0),
                (Right::Put, 3_500.0),
                (Right::Call, 4_000.0),
            ] {
                let (right, strike) = option;
                let gains = smiles.gains(places.clone(), option, moves);
                let deltas = smiles.deltas(places.clone(), option);
                assert_eq!((gains.len(), deltas.len()), (own.len(), own.len()));
                for (at, slice) in own.iter().enumerate() {
                    let moved = Moved {
                        forward: forward[at],
                        vol_added: vol_added[at],
                        t: t[at],
                    };
                    let alone = slice.gain(right, strike, moved);
                    assert_eq!(bits(gains[at]), bits(alone), "{at} of {places:?}");
                    let alone = slice.delta(right, strike);
                    assert_eq!(bits(deltas[at]), bits(alone), "{at} of {places:?}");
                }
            }
        }
    }
}
