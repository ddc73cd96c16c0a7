//! Calendar order: no later slice of a session lies below an earlier one, so that no calendar spread has a negative value
//! (docs/model.md#the-smile), mended where it is broken and nowhere else.
//!
//! A slice is three numbers: its variance at the money and the slopes of its two wings far out,
//! `call = theta phi (1 + rho) / 2` and `put = theta phi (1 - rho) / 2`. At the money SSVI is `theta` whatever the slopes
//! are. So where a wing of the later slice is too low, the slope of that wing is raised until it meets the earlier slice,
//! in closed form, and the money stays where the variance curve has it. `theta` is lifted only where the order is broken
//! at the money itself, and then to the earlier `theta`, which is below the earlier variance swap and so below the later
//! one. What no slope within the conditions of Gatheral & Jacquier (2014, theorem 4.2) can mend lifts the slice.

use super::{Slice, ssvi};
use crate::widest::widest;

/// A slice that was mended, where and how much.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Repair {
    /// Position among the slices.
    pub index: usize,
    /// Where the order was broken most: log-moneyness over the at-the-money deviation.
    pub at: f64,
    /// Implied volatility gained there `[decimal]`.
    pub lift: f64,
    /// Implied volatility gained at the money `[decimal]`.
    pub atm_lift: f64,
}

/// The part of a smile that is kept in order, in at-the-money deviations of the later slice.
const RANGE: (f64, f64) = (-2.5, 2.0);
/// Where it is looked at first.
const COARSE_GRID: [f64; 7] = [-2.5, -1.6, -0.8, 0.0, 0.6, 1.3, 2.0];
/// A ratio below this on the coarse grid has no peak above 1 between.
const NEAR: f64 = 0.97;
/// What is raised is raised by so much more, so that rounding does not undo it.
const OVER: f64 = 1.0 + 1e-12;

/// Total variance of `earlier` over that of `later` at `x` deviations of the later one; above 1 is an arbitrage.
fn calendar_ratio(earlier: &Slice, later: &Slice, x: f64) -> f64 {
    let k = x * later.theta.sqrt();
    earlier.total_variance(k) / later.total_variance(k)
}

/// The worst ratio and its place: on the coarse grid, and where that comes near 1 at its peak, looked for among tenths of a
/// deviation and between them.
fn worst_ratio(earlier: &Slice, later: &Slice) -> (f64, f64) {
    let ratio = |x: f64| calendar_ratio(earlier, later, x);
    let worst_of = |places: &mut dyn Iterator<Item = f64>| {
        places.fold((0.0, 0.0), |best, x| {
            let here = ratio(x);
            if here > best.0 { (here, x) } else { best }
        })
    };
    let coarse = worst_of(&mut COARSE_GRID.into_iter());
    if coarse.0 < NEAR {
        return coarse;
    }
    let fine = worst_of(&mut (-25..=20).map(|i| f64::from(i) * 0.1));
    let at = peak(
        ratio,
        (fine.1 - 0.1).max(RANGE.0),
        (fine.1 + 0.1).min(RANGE.1),
    );
    let peak = (ratio(at), at);
    if peak.0 > fine.0 { peak } else { fine }
}

/// By how much the total variance of `earlier` is above that of `later` where it is most so, as a part of the latter;
/// negative where they are in order.
pub(crate) fn calendar_excess(earlier: &Slice, later: &Slice) -> f64 {
    worst_ratio(earlier, later).0 - 1.0
}

/// The place of the largest value of a smooth function with one peak between `low` and `high`, by cutting thirds off.
fn peak(f: impl Fn(f64) -> f64, mut low: f64, mut high: f64) -> f64 {
    // Near its peak a function is flat: a place known to 1e-6 gives a height known to 1e-12.
    for _ in 0..30 {
        let third = (high - low) / 3.0;
        if f(low + third) < f(high - third) {
            low += third
        } else {
            high -= third
        }
    }
    0.5 * (low + high)
}

/// `later` with its wing at log-moneyness `k` raised to total variance `w`; `None` where no slope does it that leaves the
/// slice free of butterfly arbitrage.
///
/// With `S = sqrt(((p + c) k)^2 + 2 theta (c - p) k + theta^2)` SSVI is `w = (theta + (c - p) k + S) / 2`; squared and
/// solved for the slope of the side of `k`.
fn with_wing(later: &Slice, k: f64, w: f64) -> Option<Slice> {
    let theta = later.theta;
    let slope = |sign: f64| 0.5 * theta * later.phi * (1.0 + sign * later.rho);
    let side = if k > 0.0 { 1.0 } else { -1.0 };
    let near = slope(side);
    let far = slope(-side);
    let j = k.abs();
    let other = far * k.abs();
    let raised = w * (w - theta + other) / (j * (w + other));
    let sum = raised + far;
    let phi = sum / theta;
    let rho = side * (raised - far) / sum;
    let size = phi * (1.0 + rho.abs());
    let is_free = theta * size < 4.0 && theta * phi * size <= 4.0;
    (raised > near && is_free).then(|| later.with_smile(theta, phi * theta.sqrt(), rho))
}

/// `later`, not below `earlier` anywhere in the range.
fn in_order(earlier: &Slice, later: &Slice) -> Slice {
    let mut mended = *later;
    if earlier.theta > mended.theta {
        mended = mended.with_theta(earlier.theta * OVER);
    }
    for _ in 0..60 {
        let (worst, x) = worst_ratio(earlier, &mended);
        if worst <= 1.0 {
            return mended;
        }
        let k = x * mended.theta.sqrt();
        match with_wing(&mended, k, earlier.total_variance(k) * OVER) {
            Some(raised) => mended = raised,
            None => break,
        }
    }
    // Lifting theta also flattens phi, so the ratio may have to be met in a few steps.
    for _ in 0..50 {
        let (worst, _) = worst_ratio(earlier, &mended);
        if worst <= 1.0 {
            break;
        }
        mended = mended.with_theta(mended.theta * worst * OVER);
    }
    mended
}

/// Mends every slice whose total variance lies below the earlier one at some `-2.5 <= x <= 2`. Slices must share one session
/// and ascend in expiry.
pub fn enforce_calendar_order(slices: &mut [Slice]) -> Vec<Repair> {
    let mut repairs = Vec::new();
    let coarse = coarse_ratios(slices);
    let mut is_mended = false;
    for index in 1..slices.len() {
        // The coarse grid is of the slices as they came: where the earlier one still is, it decides nearly always.
        if !std::mem::take(&mut is_mended) && coarse[index - 1] < NEAR {
            continue;
        }
        let earlier = slices[index - 1];
        let later = slices[index];
        let (worst, at) = worst_ratio(&earlier, &later);
        if worst <= 1.0 {
            continue;
        }
        let mended = in_order(&earlier, &later);
        slices[index] = mended;
        is_mended = true;
        let vol = |slice: &Slice, k: f64| (slice.total_variance(k) / slice.t).sqrt();
        let k = at * later.theta.sqrt();
        repairs.push(Repair {
            index,
            at,
            lift: vol(&mended, k) - vol(&later, k),
            atm_lift: mended.atm_vol - later.atm_vol,
        });
    }
    repairs
}

/// Pairs of slices compared at a time.
const PAIRS: usize = 64;

/// One number of each slice.
type Column = [f64; PAIRS + 1];

/// The worst ratio on the coarse grid of every slice but the first to the one before, all at once.
fn coarse_ratios(slices: &[Slice]) -> Vec<f64> {
    let pairs = slices.len().saturating_sub(1);
    let mut found = vec![0.0; pairs];
    for (at, worst) in found.chunks_mut(PAIRS).enumerate() {
        let mut columns = [[0.0; PAIRS + 1]; 3];
        let slices = &slices[at * PAIRS..at * PAIRS + worst.len() + 1];
        for (at, slice) in slices.iter().enumerate() {
            columns[0][at] = slice.theta;
            columns[1][at] = slice.phi;
            columns[2][at] = slice.rho;
        }
        coarse(&columns, worst);
    }
    found
}

widest! {
    coarse = coarse_body(slices: &[Column; 3], worst: &mut [f64])
}

#[inline(always)]
fn coarse_body([theta, phi, rho]: &[Column; 3], worst: &mut [f64]) {
    let pairs = worst.len().min(PAIRS);
    let worst = &mut worst[..pairs];
    let mut roots = [0.0; PAIRS];
    for at in 0..pairs {
        roots[at] = theta[at + 1].sqrt();
    }
    for x in COARSE_GRID {
        for at in 0..pairs {
            let k = x * roots[at];
            let later = ssvi(theta[at + 1], phi[at + 1], rho[at + 1], k);
            let ratio = ssvi(theta[at], phi[at], rho[at], k) / later;
            worst[at] = if ratio > worst[at] { ratio } else { worst[at] };
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;
    use crate::contract::Settlement;

    /// Slices of one session, some below the one before, some without variance and some that are none.
    fn slices(count: usize, seed: usize) -> Vec<Slice> {
        let expiry = NaiveDate::from_ymd_opt(2023, 6, 16).expect("a date");
        let slice = |at: usize| {
            let t = (at + 1) as f64 / 365.0;
            let odd = (at * 7919 + seed * 104_729) % 1_009;
            let atm_vol = 0.12 + odd as f64 * 4e-5;
            let theta = match odd {
                0..4 => 0.0,
                4..8 => f64::NAN,
                _ => atm_vol * atm_vol * t,
            };
            let psi = 0.6 + (odd % 11) as f64 * 0.02;
            Slice {
                expiry,
                settlement: Settlement::Pm,
                dte: at as i32 + 1,
                t,
                forward: 4_000.0,
                log_forward: 8.3,
                discount: 1.0,
                atm_vol,
                psi,
                rho: -0.8 + (odd % 7) as f64 * 0.05,
                theta,
                phi: psi / theta.sqrt(),
            }
        };
        (0..count).map(slice).collect()
    }

    fn plain(slices: &mut [Slice]) -> usize {
        let mut repairs = 0;
        for index in 1..slices.len() {
            let (earlier, later) = (slices[index - 1], slices[index]);
            if worst_ratio(&earlier, &later).0 > 1.0 {
                slices[index] = in_order(&earlier, &later);
                repairs += 1;
            }
        }
        repairs
    }

    /// A later slice that is lower everywhere is lifted to the earlier one, and its wings stay what they are.
    #[test]
    fn what_is_broken_at_the_money_is_lifted_there_and_in_no_wing() {
        let earlier = slices(20, 1)[19];
        for part in [0.5, 0.9, 0.999_999] {
            let later = earlier.with_theta(earlier.theta * part);
            let mended = in_order(&earlier, &later);
            assert!(mended.theta >= earlier.theta, "{part}");
            assert!(mended.theta < earlier.theta * (1.0 + 1e-9), "{part}");
            let shape = |slice: &Slice| [slice.psi, slice.rho];
            assert_eq!(shape(&mended), shape(&later), "{part}");
        }
    }

    /// No slope of its lower wing meets the earlier one without arbitrage: the whole slice is lifted, as far as it must be.
    #[test]
    fn what_no_wing_can_mend_lifts_the_slice_and_no_further() {
        let base = slices(20, 1)[19];
        let earlier = base.with_smile(base.theta, 1.48, -0.8);
        for psi in [0.6, 0.8, 1.0] {
            let later = base.with_smile(base.theta * 1.001, psi, 0.8);
            let mended = in_order(&earlier, &later);
            let (worst, _) = worst_ratio(&earlier, &mended);
            assert!(worst <= 1.0 && worst > 1.0 - 1e-9, "{psi}: {worst}");
            assert!(mended.theta > later.theta * 1.01, "{psi}");
        }
    }

    /// Gatheral & Jacquier (2014), theorem 4.2: `theta phi (1 + |rho|) < 4` binds where a slice has more variance than slope.
    #[test]
    fn a_wing_of_a_slice_of_much_variance_is_bound_by_the_other_condition() {
        let base = slices(20, 1)[19];
        // theta phi (1 + |rho|) is 3.0 and 5.0, theta phi^2 (1 + |rho|) less than four.
        for (theta, is_free) in [(4.0, true), (6.6, false)] {
            let phi = 0.5_f64;
            let later = base.with_smile(theta, phi * theta.sqrt(), -0.5);
            let k = -0.5;
            let raised = with_wing(&later, k, later.total_variance(k) * 1.001);
            assert_eq!(raised.is_some(), is_free, "{theta}");
        }
    }

    #[test]
    fn slices_compared_side_by_side_are_mended_as_pair_by_pair_to_the_last_bit() {
        let bits = |slice: &Slice| [slice.theta, slice.phi, slice.psi, slice.rho].map(f64::to_bits);
        let mut mended = 0;
        for (seed, count) in (0..70).chain([127, 128, 129, 130, 300]).enumerate() {
            let mut found = slices(count, seed);
            let mut wanted = found.clone();
            for (pair, coarse) in found.windows(2).zip(coarse_ratios(&found)) {
                let alone = COARSE_GRID.into_iter().fold(0.0, |worst, x| {
                    let here = calendar_ratio(&pair[0], &pair[1], x);
                    if here > worst { here } else { worst }
                });
                assert_eq!(coarse.to_bits(), alone.to_bits());
            }
            let repairs = enforce_calendar_order(&mut found);
            assert_eq!(repairs.len(), plain(&mut wanted), "{count}");
            for (found, wanted) in found.iter().zip(&wanted) {
                assert_eq!(bits(found), bits(wanted), "{count}");
            }
            mended += repairs.len();
        }
        assert!(mended > 100, "{mended}");
    }
}
