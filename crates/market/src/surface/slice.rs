//! One smile: an SSVI slice with its forward and discount factor.

use chrono::NaiveDate;

use crate::black;
use crate::contract::{Right, Settlement};
use crate::math::ln;

/// The smile of one expiry: an SSVI slice with its forward and discount factor. Also used for VIX options.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Slice {
    /// Day of settlement.
    pub expiry: NaiveDate,
    /// When on that day.
    pub settlement: Settlement,
    /// Calendar days to expiry.
    pub dte: i32,
    /// Years to expiry, ACT/365.
    pub t: f64,
    /// Forward of the underlying to expiry (index points).
    pub forward: f64,
    /// Its logarithm.
    pub log_forward: f64,
    /// Discount factor to expiry.
    pub discount: f64,
    /// At-the-money volatility.
    pub atm_vol: f64,
    /// Curvature parameter; `phi = psi / sqrt(theta)`.
    pub psi: f64,
    /// Correlation parameter: the skew.
    pub rho: f64,
    /// At-the-money total variance, `atm_vol^2 t`.
    pub theta: f64,
    /// Slope parameter of SSVI.
    pub phi: f64,
}

impl Slice {
    /// Sets `theta` and what follows from it.
    pub(super) fn with_theta(self, theta: f64) -> Slice {
        Slice {
            theta,
            atm_vol: (theta / self.t).sqrt(),
            phi: self.psi / theta.sqrt(),
            ..self
        }
    }

    /// The same smile on another forward and discount factor.
    pub fn moved_to(self, forward: f64, discount: f64) -> Slice {
        Slice {
            forward,
            log_forward: ln(forward),
            discount,
            ..self
        }
    }

    /// The same expiry with another smile.
    pub fn with_smile(self, theta: f64, psi: f64, rho: f64) -> Slice {
        Slice { psi, rho, ..self }.with_theta(theta)
    }

    /// Total implied variance at log-moneyness `k = ln(K/F)`.
    #[inline(always)]
    pub fn total_variance(&self, k: f64) -> f64 {
        ssvi(self.theta, self.phi, self.rho, k)
    }

    /// Implied volatility of a strike (index points); 0 without time.
    #[inline]
    pub fn vol(&self, strike: f64) -> f64 {
        if self.t <= 0.0 {
            return 0.0;
        }
        (self.total_variance(ln(strike) - self.log_forward) / self.t).sqrt()
    }

    /// Price of an option (points) with its own smile volatility; intrinsic without time. What [`crate::kernel`] does
    /// for a column, for one.
    #[inline]
    pub fn price(&self, right: Right, strike: f64) -> f64 {
        let k = ln(strike) - self.log_forward;
        let deviation = self.total_variance(k).sqrt();
        black::price_at(
            right.sign(),
            self.forward,
            strike,
            self.discount,
            k,
            deviation,
        )
    }

    /// [`Slice::vol`] and [`Slice::price`] of a strike, the smile read once.
    #[inline]
    pub fn vol_and_price(&self, right: Right, strike: f64) -> (f64, f64) {
        let k = ln(strike) - self.log_forward;
        let variance = self.total_variance(k);
        let vol = match self.t <= 0.0 {
            true => 0.0,
            false => (variance / self.t).sqrt(),
        };
        let price = black::price_at(
            right.sign(),
            self.forward,
            strike,
            self.discount,
            k,
            variance.sqrt(),
        );
        (vol, price)
    }

    /// Discounted Black-76 delta with the strike's own smile volatility (docs/model.md#forward-and-discounting).
    #[inline]
    pub fn delta(&self, right: Right, strike: f64) -> f64 {
        black::delta(
            right,
            self.forward,
            strike,
            self.t,
            self.discount,
            self.vol(strike),
        )
    }

    /// Black-76 greeks with the strike's own smile volatility.
    pub fn greeks(&self, right: Right, strike: f64) -> black::Greeks {
        black::greeks(
            right,
            self.forward,
            strike,
            self.t,
            self.discount,
            self.vol(strike),
        )
    }

    /// Durrleman's function: the density is not negative where `g(k) >= 0` (Gatheral & Jacquier 2014, lemma 2.2).
    pub fn density_factor(&self, k: f64) -> f64 {
        let root = ((self.phi * k + self.rho) * (self.phi * k + self.rho) + 1.0
            - self.rho * self.rho)
            .sqrt();
        let first = 0.5 * self.theta * self.phi * (self.rho + (self.phi * k + self.rho) / root);
        let second = 0.5 * self.theta * self.phi * self.phi * (1.0 - self.rho * self.rho)
            / (root * root * root);
        durrleman(k, self.total_variance(k), first, second)
    }
}

/// SSVI total variance (Gatheral & Jacquier 2014, equation 4.1).
#[inline(always)]
pub fn ssvi(theta: f64, phi: f64, rho: f64, k: f64) -> f64 {
    let a = phi * k + rho;
    0.5 * theta * (1.0 + rho * phi * k + (a * a + 1.0 - rho * rho).sqrt())
}

/// Durrleman's `g` from total variance and its two derivatives in log-moneyness.
pub fn durrleman(k: f64, w: f64, first: f64, second: f64) -> f64 {
    let a = 1.0 - k * first / (2.0 * w);
    a * a - first * first / 4.0 * (1.0 / w + 0.25) + second / 2.0
}
