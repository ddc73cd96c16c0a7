//! Series that the tests share.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use stats::normal;

/// `n` independent standard normal numbers.
pub fn noise(n: usize, seed: u64) -> Vec<f64> {
    const TWO_POW_53: f64 = 9_007_199_254_740_992.0;
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut uniform = || ((random.next_u64() >> 11) as f64 + 0.5) / TWO_POW_53;
    (0..n)
        .map(|_| normal::quantile(uniform()).unwrap())
        .collect()
}

/// A first-order autoregression `x_t = rho x_{t-1} + e_t` started from its stationary distribution.
pub fn autoregression(rho: f64, n: usize, seed: u64) -> Vec<f64> {
    let shocks = noise(n, seed);
    let mut level = shocks[0] / (1.0 - rho * rho).sqrt();
    shocks
        .iter()
        .map(|shock| {
            level = rho * level + shock;
            level
        })
        .collect()
}
