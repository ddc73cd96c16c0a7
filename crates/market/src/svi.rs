//! Raw SVI slices, for chains that are fitted expiry by expiry and as a yardstick for arbitrage checks.
//!
//! Gatheral & Jacquier, "Arbitrage-free SVI volatility surfaces", *Quantitative Finance* 14 (2014).

use crate::surface::durrleman;

/// `w(k) = a + b (rho (k - m) + sqrt((k - m)^2 + sigma^2))`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RawSvi {
    /// Level of total variance.
    pub a: f64,
    /// Slope of the wings.
    pub b: f64,
    /// Rotation.
    pub rho: f64,
    /// Shift in log-moneyness.
    pub m: f64,
    /// Smoothness of the vertex.
    pub sigma: f64,
}

impl RawSvi {
    /// Total implied variance at log-moneyness `k`.
    pub fn total_variance(&self, k: f64) -> f64 {
        self.a + self.b * (self.rho * (k - self.m) + self.root(k))
    }

    /// Its derivative in `k`.
    pub fn slope(&self, k: f64) -> f64 {
        self.b * (self.rho + (k - self.m) / self.root(k))
    }

    /// Its second derivative in `k`.
    pub fn curvature(&self, k: f64) -> f64 {
        let root = self.root(k);
        self.b * self.sigma * self.sigma / (root * root * root)
    }

    /// Durrleman's function; the density is not negative where it is not.
    pub fn density_factor(&self, k: f64) -> f64 {
        durrleman(k, self.total_variance(k), self.slope(k), self.curvature(k))
    }

    fn root(&self, k: f64) -> f64 {
        ((k - self.m) * (k - self.m) + self.sigma * self.sigma).sqrt()
    }
}
