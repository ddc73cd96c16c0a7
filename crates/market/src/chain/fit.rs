//! One arbitrage-free SSVI slice through the quotes of an expiry (docs/model.md#the-smile).
//!
//! Least squares in volatility, each point weighted by how well it is quoted. The three parameters are searched by
//! Gauss-Newton steps with Levenberg damping; butterfly-free by construction, because `psi` is kept at
//! `psi^2 (1 + |rho|) <= 4` and `psi sqrt(theta) (1 + |rho|) < 4` (Gatheral & Jacquier 2014, theorem 4.2).

use super::{Parity, Quoted};
use crate::black::ImpliedVolError;
use crate::contract::Right;
use crate::kernel::implied::{Expiry, implied_vols};
use crate::math::{exp, ln, tanh};
use crate::price::Price;
use crate::surface::{Slice, ssvi};
use crate::widest::widest;

/// One quoted volatility.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Log-moneyness on the forward.
    pub k: f64,
    /// Volatility of the mid (decimal).
    pub vol: f64,
    /// Volatility of the ask less that of the mid (decimal): how uncertain it is.
    pub half_width: f64,
}

/// Fewer points than this do not make a smile of three parameters.
const LEAST_POINTS: usize = 5;
/// Quotes beyond this many deviations are left out: their price is mostly the tick.
const DEVIATIONS: (f64, f64) = (-5.0, 3.5);
/// No quote is trusted beyond this (decimal volatility).
const LEAST_HALF_WIDTH: f64 = 0.001;

/// Volatilities of the out-of-the-money quotes that have a bid, ascending in strike.
pub(super) fn points(quotes: &[((Right, Price), Quoted)], parity: &Parity, t: f64) -> Vec<Point> {
    let outside = |(right, strike): &(Right, Price)| match right {
        Right::Put => strike.points() <= parity.forward,
        Right::Call => strike.points() > parity.forward,
    };
    let asked = quotes
        .iter()
        .filter(|(key, quote)| outside(key) && quote.bid > Price::ZERO)
        .map(|(key, quote)| (ln(key.1.points() / parity.forward), *key, quote));
    let mut asked: Vec<Asked<'_>> = asked.collect();
    asked.sort_by(|a, b| a.0.total_cmp(&b.0));
    // The nearest that has a volatility says how far out a strike may lie: no volatility is worked out beyond.
    let expiry = Expiry {
        forward: parity.forward,
        discount: parity.discount,
        t,
    };
    let point = |one: &Asked<'_>| points_of(expiry, &[*one]).pop();
    let Some(nearest) = nearest_first(&asked).find_map(point) else {
        return Vec::new();
    };
    let deviation = nearest.vol * t.sqrt();
    asked.retain(|(k, ..)| (DEVIATIONS.0..=DEVIATIONS.1).contains(&(k / deviation)));
    points_of(expiry, &asked)
}

/// A quote out of the money, after its log-moneyness.
type Asked<'a> = (f64, (Right, Price), &'a Quoted);

/// Quotes in ascending order of log-moneyness, the nearest to the money first; of two as near the lower one.
fn nearest_first<'a, 'q>(asked: &'a [Asked<'q>]) -> impl Iterator<Item = &'a Asked<'q>> {
    let middle = asked.partition_point(|(k, ..)| *k < 0.0);
    let (mut below, mut above) = asked.split_at(middle);
    std::iter::from_fn(move || match (below.split_last(), above.split_first()) {
        (Some((lower, rest)), higher) if higher.is_none_or(|(h, _)| -lower.0 <= h.0) => {
            below = rest;
            Some(lower)
        }
        (_, Some((higher, rest))) => {
            above = rest;
            Some(higher)
        }
        (_, None) => None,
    })
}

/// The points of those quotes whose mid and ask have a volatility.
fn points_of(expiry: Expiry, asked: &[Asked<'_>]) -> Vec<Point> {
    let prices = asked.iter().flat_map(|(_, (right, strike), quote)| {
        [quote.mid(), quote.ask].map(|price| (*right, strike.points(), price.points()))
    });
    let vols = implied_vols(expiry, &prices.collect::<Vec<_>>());
    let points = asked.iter().zip(vols.chunks_exact(2));
    let point = |((k, ..), vols): (&Asked<'_>, &[Result<f64, ImpliedVolError>])| {
        let [mid, ask] = [vols[0].ok()?, vols[1].ok()?];
        Some(Point {
            k: *k,
            vol: mid,
            half_width: (ask - mid).max(LEAST_HALF_WIDTH),
        })
    };
    points.filter_map(point).collect()
}

/// Fits a slice to volatilities; `start` gives expiry, time, forward, discount and the parameters to start from.
/// Returns it with the root mean square error (decimal volatility). `None` with too few points.
pub fn fit_slice(start: &Slice, points: &[Point]) -> Option<(Slice, f64)> {
    if points.len() < LEAST_POINTS || start.t <= 0.0 {
        return None;
    }
    let nearest = points
        .iter()
        .min_by(|a, b| a.k.abs().total_cmp(&b.k.abs()))?;
    let mut at = [
        ln(nearest.vol * nearest.vol * start.t),
        ln(start.psi.max(0.05)),
        start.rho.atanh_bounded(),
    ];
    let mut fit = Fit::new(start.t, points);
    let mut loss = fit.weighted_loss(&at);
    let mut damping = 1e-3;
    for _ in 0..60 {
        let Some(step) = fit.gauss_newton(&at, damping) else {
            break;
        };
        let next = [at[0] + step[0], at[1] + step[1], at[2] + step[2]];
        let next_loss = fit.weighted_loss(&next);
        if next_loss < loss {
            let gain = (loss - next_loss) / loss;
            (at, loss, damping) = (next, next_loss, damping * 0.3);
            if gain < 1e-10 {
                break;
            }
        } else {
            damping *= 8.0;
            if damping > 1e9 {
                break;
            }
        }
    }
    let (theta, psi, rho) = parameters(&at);
    let slice = start.with_smile(theta, psi, rho);
    let smile = Smile::new(&at, start.t);
    let squares: f64 = points.iter().map(|p| square(smile.vol(p.k) - p.vol)).sum();
    let error = (squares / points.len() as f64).sqrt();
    error.is_finite().then_some((slice, error))
}

trait AtanhBounded {
    /// Inverse of `0.98 tanh`, for a start within the bounds.
    fn atanh_bounded(self) -> f64;
}

impl AtanhBounded for f64 {
    fn atanh_bounded(self) -> f64 {
        let r = (self / RHO_LIMIT).clamp(-0.99, 0.99);
        0.5 * ln((1.0 + r) / (1.0 - r))
    }
}

const RHO_LIMIT: f64 = 0.98;

/// `theta`, `psi`, `rho` from the numbers the search moves, within the conditions of no butterfly arbitrage.
fn parameters(at: &[f64; 3]) -> (f64, f64, f64) {
    let theta = exp(at[0].clamp(-25.0, 5.0));
    let rho = RHO_LIMIT * tanh(at[2]);
    let most = f64::min(
        2.0 / (1.0 + rho.abs()).sqrt(),
        3.99 / (theta.sqrt() * (1.0 + rho.abs())),
    );
    (theta, exp(at[1].clamp(-6.0, 3.0)).min(most), rho)
}

/// The smile at some parameters, which are worked out once for all its points.
struct Smile {
    theta: f64,
    phi: f64,
    rho: f64,
    t: f64,
}

impl Smile {
    fn new(at: &[f64; 3], t: f64) -> Smile {
        let (theta, psi, rho) = parameters(at);
        Smile {
            theta,
            phi: psi / theta.sqrt(),
            rho,
            t,
        }
    }

    #[inline(always)]
    fn vol(&self, k: f64) -> f64 {
        (ssvi(self.theta, self.phi, self.rho, k) / self.t).sqrt()
    }
}

fn square(x: f64) -> f64 {
    x * x
}

/// Points in columns, and what a step of the search works out of each.
struct Fit {
    t: f64,
    k: Vec<f64>,
    vol: Vec<f64>,
    half_width: Vec<f64>,
    /// Volatility of the smile less that of the point, in half widths.
    misses: Vec<f64>,
    /// What a miss gains with each parameter.
    slopes: [Vec<f64>; 3],
}

/// How far a parameter is moved for its slope.
const H: f64 = 1e-6;

impl Fit {
    fn new(t: f64, points: &[Point]) -> Fit {
        let column = |value: fn(&Point) -> f64| points.iter().map(value).collect::<Vec<_>>();
        let room = || vec![0.0; points.len()];
        Fit {
            t,
            k: column(|point| point.k),
            vol: column(|point| point.vol),
            half_width: column(|point| point.half_width),
            misses: room(),
            slopes: [(); 3].map(|()| room()),
        }
    }

    fn weighted_loss(&mut self, at: &[f64; 3]) -> f64 {
        miss(self, &Smile::new(at, self.t));
        self.misses.iter().map(|miss| square(*miss)).sum()
    }

    /// One damped step; `None` where the normal equations have no solution.
    fn gauss_newton(&mut self, at: &[f64; 3], damping: f64) -> Option<[f64; 3]> {
        let mut normal = [[0.0; 3]; 3];
        let mut right = [0.0; 3];
        let smile = Smile::new(at, self.t);
        miss(self, &smile);
        for moved in 0..3 {
            let mut there = *at;
            there[moved] += H;
            slope(self, moved, &smile, &Smile::new(&there, self.t));
        }
        let [first, second, third] = &self.slopes;
        let slopes = first.iter().zip(second).zip(third);
        for (((first, second), third), miss) in slopes.zip(&self.misses) {
            let slope = [*first, *second, *third];
            for i in 0..3 {
                right[i] -= slope[i] * miss;
                for j in 0..3 {
                    normal[i][j] += slope[i] * slope[j];
                }
            }
        }
        for (i, row) in normal.iter_mut().enumerate() {
            row[i] += damping * row[i] + 1e-12;
        }
        solve(normal, right)
    }
}

widest! {
    miss = miss_body(fit: &mut Fit, smile: &Smile)
}

#[inline(always)]
fn miss_body(fit: &mut Fit, smile: &Smile) {
    // Slices of one length: the bounds are checked here and nowhere in the loop.
    let n = fit.misses.len();
    let k = &fit.k[..n];
    let vol = &fit.vol[..n];
    let half_width = &fit.half_width[..n];
    for i in 0..n {
        fit.misses[i] = (smile.vol(k[i]) - vol[i]) / half_width[i];
    }
}

widest! {
    slope = slope_body(fit: &mut Fit, parameter: usize, here: &Smile, there: &Smile)
}

#[inline(always)]
fn slope_body(fit: &mut Fit, parameter: usize, here: &Smile, there: &Smile) {
    let out = &mut fit.slopes[parameter];
    let n = out.len();
    let k = &fit.k[..n];
    let half_width = &fit.half_width[..n];
    for i in 0..n {
        out[i] = (there.vol(k[i]) - here.vol(k[i])) / (H * half_width[i]);
    }
}

/// Cramer's rule.
fn solve(m: [[f64; 3]; 3], b: [f64; 3]) -> Option<[f64; 3]> {
    let det = |a: &[[f64; 3]; 3]| {
        a[0][0] * (a[1][1] * a[2][2] - a[1][2] * a[2][1])
            - a[0][1] * (a[1][0] * a[2][2] - a[1][2] * a[2][0])
            + a[0][2] * (a[1][0] * a[2][1] - a[1][1] * a[2][0])
    };
    let all = det(&m);
    if !(all.is_finite() && all.abs() > 0.0) {
        return None;
    }
    let mut out = [0.0; 3];
    for (column, out) in out.iter_mut().enumerate() {
        let mut replaced = m;
        for row in 0..3 {
            replaced[row][column] = b[row];
        }
        *out = det(&replaced) / all;
    }
    out.iter().all(|x: &f64| x.is_finite()).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One step, point by point.
    fn plain_step(at: &[f64; 3], t: f64, points: &[Point], damping: f64) -> Option<[f64; 3]> {
        let mut normal = [[0.0; 3]; 3];
        let mut right = [0.0; 3];
        let smile = Smile::new(at, t);
        for point in points {
            let here = smile.vol(point.k);
            let slope: [f64; 3] = std::array::from_fn(|i| {
                let mut moved = *at;
                moved[i] += H;
                (Smile::new(&moved, t).vol(point.k) - here) / (H * point.half_width)
            });
            let miss = (point.vol - here) / point.half_width;
            for i in 0..3 {
                right[i] += slope[i] * miss;
                for j in 0..3 {
                    normal[i][j] += slope[i] * slope[j];
                }
            }
        }
        for (i, row) in normal.iter_mut().enumerate() {
            row[i] += damping * row[i] + 1e-12;
        }
        solve(normal, right)
    }

    #[test]
    fn a_step_and_a_loss_in_columns_are_those_of_the_plain_loop_to_the_last_bit() {
        for count in [5, 7, 8, 9, 31, 200] {
            let point = |i: usize| {
                let k = -0.4 + 0.6 * i as f64 / count as f64;
                Point {
                    k,
                    vol: 0.2 - 0.3 * k + (i as f64 * 0.71).rem_euclid(0.01),
                    half_width: 0.001 + (i as f64 * 0.37).rem_euclid(0.02),
                }
            };
            let points: Vec<Point> = (0..count).map(point).collect();
            for t in [2.0 / 365.0, 0.3, 1.5] {
                for at in [[-4.0, -0.5, -0.8], [-7.5, 0.4, 0.3], [-30.0, 9.0, -4.0]] {
                    let mut fit = Fit::new(t, &points);
                    let smile = Smile::new(&at, t);
                    let misses = points
                        .iter()
                        .map(|p| square((smile.vol(p.k) - p.vol) / p.half_width));
                    let loss: f64 = misses.sum();
                    assert_eq!(fit.weighted_loss(&at).to_bits(), loss.to_bits());
                    let wanted = plain_step(&at, t, &points, 0.02);
                    let found = fit.gauss_newton(&at, 0.02);
                    assert_eq!(
                        found.map(|step| step.map(f64::to_bits)),
                        wanted.map(|step| step.map(f64::to_bits)),
                        "{count} points at {at:?}"
                    );
                }
            }
        }
    }
}
