//! Forward and discount factor of an expiry from put-call parity: `C - P = D (F - K)` (docs/model.md#forward-and-discounting).

use super::Quoted;
use crate::contract::Right;
use crate::math::ln;
use crate::price::Price;

/// What parity says about an expiry.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Parity {
    /// Forward (points).
    pub forward: f64,
    /// Discount factor.
    pub discount: f64,
    /// The regression gave no credible rate, so the discount factor is the curve's.
    pub discount_from_curve: bool,
    /// Strikes used.
    pub strikes: usize,
}

/// Fewer strikes than this with both sides say nothing.
const LEAST_STRIKES: usize = 3;
/// Strikes within this of the money carry the forward; deep ones are wide.
const NEAR: f64 = 0.25;
/// A rate this far from the curve's is noise of a short expiry [per year], and so is a factor this far off.
const RATE_GAP: f64 = 0.03;

/// A robust regression of `C - P` on the strike, each weighted by the inverse of its quoted width, which also bounds
/// how much one bad pair can pull (Huber). `None` with fewer than three strikes quoted on both sides.
pub fn parity(
    quotes: &[((Right, Price), Quoted)],
    near_forward: f64,
    curve_discount: f64,
    t: f64,
) -> Option<Parity> {
    let of = |side: Right| quotes.iter().filter(move |((right, _), _)| *right == side);
    let mut calls: Vec<(Price, Quoted)> = of(Right::Call).map(|((_, k), q)| (*k, *q)).collect();
    // In order already where they are of an expiry of a chain.
    calls.sort_by_key(|(strike, _)| *strike);
    let pair = |((_, strike), put): &((Right, Price), Quoted)| {
        let x = strike.points() - near_forward;
        let at = (x.abs() <= NEAR * near_forward).then(|| {
            calls
                .binary_search_by_key(strike, |(strike, _)| *strike)
                .ok()
        })??;
        Some(Pair::new(x, calls[at].1, *put))
    };
    let pairs: Vec<Pair> = of(Right::Put).filter_map(pair).collect();
    if pairs.len() < LEAST_STRIKES {
        return None;
    }
    let (level, slope) = regression(&pairs, None);
    let gap = ln((-slope).max(1e-300) / curve_discount).abs();
    let credible = gap <= RATE_GAP * t && gap.is_finite();
    let (level, discount) = if credible {
        (level, -slope)
    } else {
        (regression(&pairs, Some(-curve_discount)).0, curve_discount)
    };
    let forward = near_forward + level / discount;
    (forward.is_finite() && forward > 0.0).then_some(Parity {
        forward,
        discount,
        discount_from_curve: !credible,
        strikes: pairs.len(),
    })
}

struct Pair {
    /// Strike less the forward looked for (points).
    x: f64,
    /// Call less put (points).
    y: f64,
    /// Half the width of both together (points).
    scale: f64,
}

impl Pair {
    fn new(x: f64, call: Quoted, put: Quoted) -> Pair {
        let scale = 0.5 * (call.width() + put.width()).points();
        Pair {
            x,
            y: (call.mid() - put.mid()).points(),
            scale: scale.max(0.01),
        }
    }
}

/// Level at `x = 0` and slope; a given slope is kept.
fn regression(pairs: &[Pair], slope: Option<f64>) -> (f64, f64) {
    let mut line = (0.0, slope.unwrap_or(-1.0));
    let mut first = true;
    for _ in 0..8 {
        let mut sums = [0.0; 5];
        for pair in pairs {
            let miss = (pair.y - line.0 - line.1 * pair.x).abs() / pair.scale;
            // A miss beyond the quoted widths counts like one at them.
            let huber = if first || miss <= 1.0 {
                1.0
            } else {
                1.0 / miss
            };
            let w = huber / (pair.scale * pair.scale);
            for (sum, value) in
                sums.iter_mut()
                    .zip([1.0, pair.x, pair.y, pair.x * pair.x, pair.x * pair.y])
            {
                *sum += w * value;
            }
        }
        let [n, x, y, xx, xy] = sums;
        let slope = slope.unwrap_or_else(|| (n * xy - x * y) / (n * xx - x * x));
        line = ((y - slope * x) / n, slope);
        first = false;
    }
    line
}
