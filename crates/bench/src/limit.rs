//! How fast this processor prices options when it does nothing else: what a simulator that prices every mark of every day
//! could reach at best.
//!
//! A pair is the Black-76 call and put of one strike: one logarithm, one root, two normal distributions, the put by
//! parity. Columns of a few thousand strikes that stay in the cache, the functions of `market::math`, and the vector
//! unit picked at run time as the engine's own kernel does.

use market::math::{ln, norm_cdf};

/// Strikes to price: columns of forward, strike, variance to expiry and discount.
#[derive(Clone, Debug)]
pub struct Board {
    forward: Vec<f64>,
    strike: Vec<f64>,
    variance: Vec<f64>,
    discount: Vec<f64>,
}

impl Board {
    /// `count` strikes around forwards of a few thousand points, one to sixty days from expiry.
    pub fn new(count: usize) -> Board {
        let column =
            |f: &dyn Fn(f64) -> f64| (0..count).map(|i| f(i as f64 / count as f64)).collect();
        Board {
            forward: column(&|x| 4_000.0 + 800.0 * x),
            strike: column(&|x| 3_600.0 + 1_600.0 * (x * 37.0).fract()),
            variance: column(&|x| 0.04 * (1.0 + (x * 59.0).fract() * 59.0) / 365.0),
            discount: column(&|x| 1.0 - 0.01 * x),
        }
    }

    /// Number of strikes.
    pub fn len(&self) -> usize {
        self.forward.len()
    }

    /// Whether there is no strike.
    pub fn is_empty(&self) -> bool {
        self.forward.is_empty()
    }

    /// Prices every call and every put (points) into `calls` and `puts`.
    ///
    /// # Panics
    /// If those are not as long as the board.
    pub fn price(&self, calls: &mut [f64], puts: &mut [f64]) {
        dispatch(self, calls, puts);
    }
}

#[inline(always)]
fn body(board: &Board, calls: &mut [f64], puts: &mut [f64]) {
    let n = calls.len();
    let forward = &board.forward[..n];
    let strike = &board.strike[..n];
    let puts = &mut puts[..n];
    let variance = &board.variance[..n];
    let discount = &board.discount[..n];
    for i in 0..n {
        let deviation = variance[i].sqrt();
        let d1 = ln(forward[i] / strike[i]) / deviation + 0.5 * deviation;
        let call = discount[i] * (forward[i] * norm_cdf(d1) - strike[i] * norm_cdf(d1 - deviation));
        calls[i] = call;
        puts[i] = call - discount[i] * (forward[i] - strike[i]);
    }
}

#[cfg(target_arch = "x86_64")]
mod wide {
    use super::{Board, body};

    #[target_feature(enable = "avx512f,avx512dq,avx512vl")]
    pub(super) fn avx512(board: &Board, calls: &mut [f64], puts: &mut [f64]) {
        body(board, calls, puts);
    }

    #[target_feature(enable = "avx2")]
    pub(super) fn avx2(board: &Board, calls: &mut [f64], puts: &mut [f64]) {
        body(board, calls, puts);
    }
}

#[cfg(target_arch = "x86_64")]
#[expect(
    unsafe_code,
    reason = "the only way to call code for vectors that not every processor has"
)]
fn dispatch(board: &Board, calls: &mut [f64], puts: &mut [f64]) {
    let has_avx512 = is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512dq")
        && is_x86_feature_detected!("avx512vl");
    if has_avx512 {
        // SAFETY: the processor has every feature the function is compiled for.
        unsafe { wide::avx512(board, calls, puts) }
    } else if is_x86_feature_detected!("avx2") {
        // SAFETY: as above.
        unsafe { wide::avx2(board, calls, puts) }
    } else {
        body(board, calls, puts);
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn dispatch(board: &Board, calls: &mut [f64], puts: &mut [f64]) {
    body(board, calls, puts);
}

#[cfg(test)]
mod tests {
    use market::contract::Right;

    use super::*;

    #[test]
    fn the_limit_prices_what_the_market_prices() {
        let board = Board::new(1_001);
        let (mut calls, mut puts) = (vec![0.0; board.len()], vec![0.0; board.len()]);
        board.price(&mut calls, &mut puts);
        for i in 0..board.len() {
            let of = |right| {
                let (forward, strike, deviation) =
                    (board.forward[i], board.strike[i], board.variance[i].sqrt());
                market::black::price_by_deviation(
                    right,
                    forward,
                    strike,
                    board.discount[i],
                    deviation,
                )
            };
            assert!((calls[i] - of(Right::Call)).abs() < 1e-8, "call {i}");
            assert!((puts[i] - of(Right::Put)).abs() < 1e-8, "put {i}");
        }
    }
}
