//! A market as it would be if the model were off by this much: one world of the error model (docs/accuracy.md).
//!
//! Only prices of options that the model makes are off. What was published (index, VIX, futures, funds, settlement values)
//! and what a chain quotes stays.

use std::sync::Arc;

use super::{MarketHistory, Snapshot};
use crate::contract::Root;
use crate::math::exp;
use crate::memo::SharedValues;
use crate::surface::{Slice, enforce_calendar_order};

/// How far the option prices of one session are off.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PricingError {
    /// Of SPX options: logarithm of the volatility over the model's, at all strikes and expiries.
    pub spx_level: f64,
    /// Of SPX options: added to the inverse hyperbolic tangent of rho. Above zero is a flatter smile.
    pub spx_skew: f64,
    /// Of VIX options: logarithm of the volatility over the model's, at all strikes and expiries.
    pub vix_level: f64,
    /// Of VIX options: the same for one without time left; it dies out with [`VIX_NEAR_DAYS`].
    pub vix_near: f64,
}

/// Days to expiry after which 1/e of [`PricingError::vix_near`] is left: on 2023-10-27 options on VIX were off by 10.1 vol
/// points at 19 days, by 4.1 at 54 and by 1.6 at 82.
pub const VIX_NEAR_DAYS: f64 = 35.0;

impl MarketHistory {
    /// The same market, off by one error per session. What was derived from this one is not taken along.
    ///
    /// # Panics
    /// If there are more or fewer errors than sessions.
    pub fn with_errors(&self, errors: &[PricingError]) -> MarketHistory {
        assert_eq!(self.snapshots.len(), errors.len(), "one error per session");
        let snapshots = self.snapshots.iter().zip(errors);
        MarketHistory {
            snapshots: snapshots
                .map(|(snapshot, error)| snapshot.with_error(error))
                .collect(),
            mornings: self
                .mornings
                .as_ref()
                .map(|mornings| Arc::new(mornings.with_errors(errors))),
            offset: self.offset,
            series: Arc::clone(&self.series),
            slow: Arc::clone(&self.slow),
            sessions: Arc::clone(&self.sessions),
            events: Arc::clone(&self.events),
            repairs: self.repairs,
            days: Arc::clone(&self.days),
            betas: Arc::clone(&self.betas),
            derived: SharedValues::default(),
            published: Arc::clone(&self.published),
            quotes: self.quotes,
        }
    }
}

impl Snapshot {
    fn with_error(&self, error: &PricingError) -> Snapshot {
        let quoted = |root, slice: &Slice| {
            let chain = self.chain.as_ref();
            let expiry = chain.and_then(|chain| chain.expiry(root, slice.expiry));
            expiry.is_some_and(|expiry| expiry.slice.is_some())
        };
        // Once per session: of the variance, and of (1 + rho) / (1 - rho).
        let grown = exp(2.0 * error.spx_level);
        let turned = exp(2.0 * error.spx_skew);
        let spx = |root, slices: &[Slice]| {
            let mut off: Vec<Slice> = slices
                .iter()
                .map(|slice| spx_slice(slice, grown, turned))
                .collect();
            enforce_calendar_order(&mut off);
            for (off, slice) in off.iter_mut().zip(slices) {
                if quoted(root, slice) {
                    *off = *slice;
                }
            }
            off
        };
        Snapshot {
            spxw: spx(Root::Spxw, &self.spxw),
            spx: spx(Root::Spx, &self.spx),
            vix_options: self
                .vix_options
                .iter()
                .map(|slice| match quoted(Root::Vix, slice) {
                    true => *slice,
                    false => error.of_vix(slice),
                })
                .collect(),
            date: self.date,
            spot: self.spot,
            vix: self.vix,
            overnight_rate: self.overnight_rate,
            bill_rate: self.bill_rate,
            futures: self.futures.clone(),
            funds: self.funds.clone(),
            settlements: self.settlements,
            extremes: self.extremes,
            quotes: self.quotes,
            chain: self.chain.clone(),
            vix_expected: self.vix_expected.clone(),
        }
    }
}

/// One factor for the variance of all expiries keeps them in order: SSVI at `c theta` is `c` times SSVI at `k / sqrt(c)`.
fn spx_slice(slice: &Slice, grown: f64, turned: f64) -> Slice {
    if slice.t <= 0.0 {
        return *slice;
    }
    // tanh(atanh(rho) + s) without either.
    let up = (1.0 + slice.rho) * turned;
    let down = 1.0 - slice.rho;
    let rho = (up - down) / (up + down);
    slice.with_smile(slice.theta * grown, slice.psi, rho)
}

impl PricingError {
    /// A slice of SPX options, off by this. Calendar order is a matter of all slices of a session.
    pub fn spx_slice(&self, slice: &Slice) -> Slice {
        spx_slice(slice, exp(2.0 * self.spx_level), exp(2.0 * self.spx_skew))
    }

    fn of_vix(&self, slice: &Slice) -> Slice {
        let near = self.vix_near * exp(-f64::from(slice.dte) / VIX_NEAR_DAYS);
        let grown = exp(2.0 * (self.vix_level + near));
        slice.with_smile(slice.theta * grown, slice.psi, slice.rho)
    }
}
