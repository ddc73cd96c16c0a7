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
    let mut loss = weighted_loss(&at, start.t, points);
    let mut damping = 1e-3;
    for _ in 0..60 {
        let Some(step) = gauss_newton(&at, start.t, points, damping) else {
            break;
        };
        let next = [at[0] + step[0], at[1] + step[1], at[2] + step[2]];
        let next_loss = weighted_loss(&next, start.t, points);
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

    fn vol(&self, k: f64) -> f64 {
        (ssvi(self.theta, self.phi, self.rho, k) / self.t).sqrt()
    }
}

fn square(x: f64) -> f64 {
    x * x
}

fn weighted_loss(at: &[f64; 3], t: f64, points: &[Point]) -> f64 {
    let smile = Smile::new(at, t);
    points
        .iter()
        .map(|p| square((smile.vol(p.k) - p.vol) / p.half_width))
        .sum()
}

/// One damped step; `None` where the normal equations have no solution.
fn gauss_newton(at: &[f64; 3], t: f64, points: &[Point], damping: f64) -> Option<[f64; 3]> {
    const H: f64 = 1e-6;
    let mut normal = [[0.0; 3]; 3];
    let mut right = [0.0; 3];
    let smile = Smile::new(at, t);
    let moved: [Smile; 3] = std::array::from_fn(|i| {
        let mut moved = *at;
        moved[i] += H;
        Smile::new(&moved, t)
    });
    for point in points {
        let here = smile.vol(point.k);
        let slope: [f64; 3] =
            std::array::from_fn(|i| (moved[i].vol(point.k) - here) / (H * point.half_width));
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
