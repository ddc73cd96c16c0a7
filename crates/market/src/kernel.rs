//! One option on many smiles at once: the same expiry, session after session.
//!
//! One body, compiled for the processor's widest vectors and picked when the program runs. It holds nothing but
//! `+ - * /`, `sqrt`, comparisons and bit patterns, and no path may fuse a multiplication with an addition, so every
//! path gives the bits of [`Slice::price`]; `every_path_gives_the_bits_of_the_slice` is the proof.

mod added;
pub mod flows;
pub mod held;
pub mod implied;
pub mod moved;
pub mod strikes;

use std::ops::Range;

use crate::black;
use crate::contract::Right;
use crate::math::ln;
use crate::surface::{Slice, ssvi};

pub use added::{add_scaled, add_scaled_whole};

/// What a price needs of each slice, in columns.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Smiles {
    forward: Vec<f64>,
    log_forward: Vec<f64>,
    discount: Vec<f64>,
    theta: Vec<f64>,
    phi: Vec<f64>,
    rho: Vec<f64>,
    t: Vec<f64>,
    days: Vec<f64>,
}

impl Smiles {
    /// No slices yet, with room for some.
    pub fn with_capacity(slices: usize) -> Smiles {
        let column = || Vec::with_capacity(slices);
        Smiles {
            forward: column(),
            log_forward: column(),
            discount: column(),
            theta: column(),
            phi: column(),
            rho: column(),
            t: column(),
            days: column(),
        }
    }

    /// Appends a slice.
    pub fn push(&mut self, slice: &Slice) {
        self.forward.push(slice.forward);
        self.log_forward.push(slice.log_forward);
        self.discount.push(slice.discount);
        self.theta.push(slice.theta);
        self.phi.push(slice.phi);
        self.rho.push(slice.rho);
        self.t.push(slice.t);
        self.days.push(f64::from(slice.dte));
    }

    /// Number of slices.
    pub fn len(&self) -> usize {
        self.forward.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.forward.is_empty()
    }

    /// Forwards (index points).
    pub fn forward(&self) -> &[f64] {
        &self.forward
    }

    /// Years to expiry.
    pub fn t(&self) -> &[f64] {
        &self.t
    }

    /// Calendar days to expiry.
    pub fn days(&self) -> &[f64] {
        &self.days
    }

    /// Prices of an option (points) on each slice with its own smile volatility, as [`Slice::price`] has them.
    pub fn prices(&self, right: Right, strike: f64) -> Vec<f64> {
        self.prices_at(0..self.len(), right, strike)
    }

    /// Those on the slices of some places.
    ///
    /// # Panics
    /// Where there is no such place.
    pub fn prices_at(&self, places: Range<usize>, right: Right, strike: f64) -> Vec<f64> {
        let mut out = vec![0.0; places.len()];
        let option = Terms {
            sign: right.sign(),
            strike,
            log_strike: ln(strike),
        };
        let prices = Prices {
            smiles: self,
            places,
            option,
        };
        dispatch(&prices, &mut out);
        out
    }
}

/// The option, in the form the body wants.
#[derive(Clone, Copy)]
struct Terms {
    sign: f64,
    strike: f64,
    log_strike: f64,
}

/// Inputs in columns of one length, and what is worked out of them element by element.
trait Columns {
    /// One output for each element. Inlined into each path.
    fn work_out(&self, out: &mut [f64]);
}

/// One option on many smiles.
#[derive(Clone)]
struct Prices<'a> {
    smiles: &'a Smiles,
    places: Range<usize>,
    option: Terms,
}

impl Columns for Prices<'_> {
    #[inline(always)]
    fn work_out(&self, out: &mut [f64]) {
        body(self.smiles, &self.places, self.option, out);
    }
}

#[inline(always)]
fn body(smiles: &Smiles, places: &Range<usize>, option: Terms, out: &mut [f64]) {
    let n = out.len();
    // Slices of one length: the bounds are checked here and nowhere in the loop.
    let forward = &smiles.forward[places.clone()][..n];
    let log_forward = &smiles.log_forward[places.clone()][..n];
    let discount = &smiles.discount[places.clone()][..n];
    let theta = &smiles.theta[places.clone()][..n];
    let phi = &smiles.phi[places.clone()][..n];
    let rho = &smiles.rho[places.clone()][..n];
    for i in 0..n {
        let k = option.log_strike - log_forward[i];
        let deviation = ssvi(theta[i], phi[i], rho[i], k).sqrt();
        out[i] = black::price_at(
            option.sign,
            forward[i],
            option.strike,
            discount[i],
            k,
            deviation,
        );
    }
}

#[cfg(target_arch = "x86_64")]
mod wide {
    use super::Columns;

    #[target_feature(enable = "avx512f,avx512dq,avx512vl")]
    pub(super) fn avx512<C: Columns>(columns: &C, out: &mut [f64]) {
        columns.work_out(out);
    }

    #[target_feature(enable = "avx2")]
    pub(super) fn avx2<C: Columns>(columns: &C, out: &mut [f64]) {
        columns.work_out(out);
    }
}

#[cfg(target_arch = "x86_64")]
#[expect(
    unsafe_code,
    reason = "the only way to call code for vectors that not every processor has"
)]
fn dispatch<C: Columns>(columns: &C, out: &mut [f64]) {
    let has_avx512 = is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512dq")
        && is_x86_feature_detected!("avx512vl");
    if has_avx512 {
        // SAFETY: the processor has every feature the function is compiled for.
        unsafe { wide::avx512(columns, out) }
    } else if is_x86_feature_detected!("avx2") {
        // SAFETY: as above.
        unsafe { wide::avx2(columns, out) }
    } else {
        columns.work_out(out);
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn dispatch<C: Columns>(columns: &C, out: &mut [f64]) {
    columns.work_out(out);
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;
    use crate::contract::Settlement;

    /// Ordinary, far, nearly worthless and impossible smiles.
    pub(super) fn slices() -> Vec<Slice> {
        let expiry = NaiveDate::from_ymd_opt(2023, 6, 16).expect("a date");
        let slice = |i: i32| {
            let t = f64::from(i + 1) / 365.0;
            let forward = 3_000.0 + f64::from(i * 7919 % 2_003);
            let atm_vol = 0.08 + f64::from(i % 37) * 0.02;
            let theta = if i % 41 == 40 {
                0.0
            } else {
                atm_vol * atm_vol * t
            };
            let psi = 0.25 + f64::from(i % 11) * 0.1;
            let theta = if i % 43 == 42 { f64::NAN } else { theta };
            Slice {
                expiry,
                settlement: Settlement::Pm,
                dte: i,
                t,
                forward,
                log_forward: ln(forward),
                discount: 1.0 - f64::from(i % 13) * 0.004,
                atm_vol,
                psi,
                rho: -0.8 + f64::from(i % 7) * 0.2,
                theta,
                phi: psi / theta.sqrt(),
            }
        };
        (0..259).map(slice).collect()
    }

    /// Any NaN is as good as another: which one the processor makes is not defined.
    pub(super) fn bits(x: f64) -> u64 {
        if x.is_nan() {
            f64::NAN.to_bits()
        } else {
            x.to_bits()
        }
    }

    type Path<C> = fn(&C, &mut [f64]);

    #[cfg(target_arch = "x86_64")]
    #[expect(
        unsafe_code,
        reason = "each path is called only where the processor has it"
    )]
    fn paths<C: Columns>() -> Vec<(&'static str, Path<C>)> {
        let mut all: Vec<(&'static str, Path<C>)> =
            vec![("plain", C::work_out), ("dispatch", dispatch)];
        if is_x86_feature_detected!("avx2") {
            // SAFETY: just detected.
            all.push(("avx2", |c, out| unsafe { wide::avx2(c, out) }));
        }
        if is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512dq")
            && is_x86_feature_detected!("avx512vl")
        {
            // SAFETY: just detected.
            all.push(("avx512", |c, out| unsafe { wide::avx512(c, out) }));
        }
        all
    }

    #[cfg(not(target_arch = "x86_64"))]
    fn paths<C: Columns>() -> Vec<(&'static str, Path<C>)> {
        vec![("plain", C::work_out), ("dispatch", dispatch)]
    }

    #[test]
    fn every_path_gives_the_bits_of_the_slice() {
        let slices = slices();
        for n in (0..20).chain([slices.len()]) {
            let mut smiles = Smiles::default();
            slices[..n].iter().for_each(|s| smiles.push(s));
            for (strike, right) in [500.0, 2_995.0, 3_500.0, 4_000.0, 9_000.0]
                .map(|k| (k, Right::Put))
                .into_iter()
                .chain([2_000.0, 3_800.0, 4_505.0, 7_000.0].map(|k| (k, Right::Call)))
            {
                let wanted: Vec<u64> = slices[..n]
                    .iter()
                    .map(|s| bits(s.price(right, strike)))
                    .collect();
                for slice in &slices[..n] {
                    let (vol, price) = slice.vol_and_price(right, strike);
                    let alone = (slice.vol(strike), slice.price(right, strike));
                    assert_eq!((bits(vol), bits(price)), (bits(alone.0), bits(alone.1)));
                }
                let option = Terms {
                    sign: right.sign(),
                    strike,
                    log_strike: ln(strike),
                };
                for (name, path) in paths() {
                    let mut found = vec![0.0; n];
                    let prices = Prices {
                        smiles: &smiles,
                        places: 0..n,
                        option,
                    };
                    path(&prices, &mut found);
                    let found: Vec<u64> = found.into_iter().map(bits).collect();
                    assert_eq!(found, wanted, "{name}: {n} slices, strike {strike}");
                }
            }
        }
    }

    #[test]
    fn a_column_of_moves_is_the_slices_moved_one_by_one() {
        use moved::{Deltas, Gains, Moved};
        let slices = slices();
        let strikes = [500.0, 3_500.0, 4_000.0, 9_000.0];
        let moves = [
            (0.95, 0.0, 0.0),
            (1.0, 0.01, 0.0),
            (1.0, 0.0, 1.0 / 365.0),
            (0.0, -1.0, 0.0),
        ];
        let mut gains = Gains::default();
        let mut deltas = Deltas::default();
        let mut wanted = (Vec::new(), Vec::new());
        for (at, slice) in slices.iter().enumerate() {
            let (factor, vol_added, days) = moves[at % 4];
            let moved = Moved {
                forward: slice.forward * factor,
                vol_added,
                t: slice.t - days,
            };
            for (right, strike) in [Right::Put, Right::Call]
                .into_iter()
                .zip(&strikes[at % 3..])
            {
                gains.push(slice, right, *strike, moved);
                deltas.push(slice, right, *strike);
                let plain = {
                    let (vol, before) = slice.vol_and_price(right, *strike);
                    let forward = moved.forward.max(0.01);
                    let vol = (vol + vol_added).max(0.001);
                    let t = moved.t.max(0.0);
                    black::price(right, forward, *strike, t, slice.discount, vol) - before
                };
                assert_eq!(bits(slice.gain(right, *strike, moved)), bits(plain));
                wanted.0.push(bits(plain));
                wanted.1.push(bits(slice.delta(right, *strike)));
            }
        }
        for (name, path) in paths() {
            let mut found = vec![0.0; gains.len()];
            path(&gains, &mut found);
            let found: Vec<u64> = found.into_iter().map(bits).collect();
            assert_eq!(found, wanted.0, "{name}: gains");
        }
        for (name, path) in paths() {
            let mut found = vec![0.0; deltas.len()];
            path(&deltas, &mut found);
            let found: Vec<u64> = found.into_iter().map(bits).collect();
            assert_eq!(found, wanted.1, "{name}: deltas");
        }
    }
}
