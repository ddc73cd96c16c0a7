//! The strikes of a delta on many smiles, side by side.

use std::array::from_fn;

use crate::math::{exp, ln};
use crate::surface::{Slice, ssvi};
use crate::widest::widest;

/// Smiles worked out side by side: as many as a vector holds.
const ABREAST: usize = 8;

/// Steps of the search: the smile is flat enough that each shrinks the error by more than half.
const STEPS: usize = 60;

/// What the search reads of a smile, and where it has come to.
struct Abreast {
    forward: [f64; ABREAST],
    log_forward: [f64; ABREAST],
    theta: [f64; ABREAST],
    phi: [f64; ABREAST],
    rho: [f64; ABREAST],
    t: [f64; ABREAST],
    d1: [f64; ABREAST],
    strike: [f64; ABREAST],
}

/// The strike on each smile at which `d1` of Black-76 is what is given beside it, not rounded to a listed one: the strike
/// whose volatility leads to itself. Where the search leads nowhere it is no number. Smiles have time left.
pub fn strikes_of_d1(wanted: &[(&Slice, f64)]) -> Vec<f64> {
    let mut strikes = Vec::with_capacity(wanted.len());
    for wanted in wanted.chunks(ABREAST) {
        let of = |f: fn(&Slice) -> f64| from_fn(|lane| f(wanted[lane.min(wanted.len() - 1)].0));
        let forward = of(|slice| slice.forward);
        let mut abreast = Abreast {
            forward,
            log_forward: of(|slice| slice.log_forward),
            theta: of(|slice| slice.theta),
            phi: of(|slice| slice.phi),
            rho: of(|slice| slice.rho),
            t: of(|slice| slice.t),
            d1: from_fn(|lane| wanted[lane.min(wanted.len() - 1)].1),
            strike: forward,
        };
        search(&mut abreast);
        strikes.extend(&abreast.strike[..wanted.len()]);
    }
    strikes
}

widest! {
    search = search_body(abreast: &mut Abreast)
}

#[inline(always)]
fn search_body(abreast: &mut Abreast) {
    for _ in 0..STEPS {
        let mut next = [0.0; ABREAST];
        for (lane, next) in next.iter_mut().enumerate() {
            let k = ln(abreast.strike[lane]) - abreast.log_forward[lane];
            let variance = ssvi(abreast.theta[lane], abreast.phi[lane], abreast.rho[lane], k);
            let deviation = (variance / abreast.t[lane]).sqrt() * abreast.t[lane].sqrt();
            *next = abreast.forward[lane] * exp(deviation * (0.5 * deviation - abreast.d1[lane]));
        }
        // What leads to itself does so in every step that is left, and what is no number stays none.
        let is_done = |lane| next[lane] == abreast.strike[lane] || f64::is_nan(next[lane]);
        let all_done = (0..ABREAST).all(is_done);
        abreast.strike = next;
        if all_done {
            break;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{bits, slices};
    use super::*;

    /// Step by step, until the strike stays.
    fn alone(slice: &Slice, d1: f64) -> f64 {
        let mut strike = slice.forward;
        for _ in 0..STEPS {
            let deviation = slice.vol(strike) * slice.t.sqrt();
            strike = slice.forward * exp(deviation * (0.5 * deviation - d1));
        }
        strike
    }

    #[test]
    fn strikes_side_by_side_are_each_found_alone_to_the_last_bit() {
        let slices = slices();
        for count in (0..20).chain([slices.len()]) {
            for d1 in [-3.0, -0.6, 0.0, 0.5, 1.2, f64::NAN] {
                let wanted: Vec<(&Slice, f64)> =
                    slices[..count].iter().map(|slice| (slice, d1)).collect();
                let found: Vec<u64> = strikes_of_d1(&wanted).into_iter().map(bits).collect();
                let plain: Vec<u64> = wanted.iter().map(|(s, d1)| bits(alone(s, *d1))).collect();
                assert_eq!(found, plain, "{count} smiles at {d1}");
            }
        }
    }
}
