//! The model follows the chains of earlier sessions, never of today (`[model] calibrate = "previous_chains"`).
//!
//! Each chain gives two numbers: the mean logarithm of quoted over modelled at-the-money volatility, and of fitted over
//! modelled psi, over its expiries of 7 to 60 days. The latest chain *before* a session shifts that session's model by
//! them, halved every 30 days, so that what one old snapshot said fades away.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use market::chain::{ChainDay, Quotes, RawChains};
use market::contract::Root;
use market::history::{MarketHistory, Pricing};
use market::inputs::InputRules;
use market::math::{exp, ln};
use market::observations::Observations;
use market::surface::ModelParams;

/// Days after which half of a shift is left.
pub const HALF_LIFE_DAYS: f64 = 30.0;
/// Expiries that are compared (days).
const DAYS: std::ops::RangeInclusive<i32> = 7..=60;
/// No chain moves the model further than this (logarithms): a broken one must not.
const MOST: f64 = 0.25;

/// What the chains said of the model, by session.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Calibration {
    shifts: BTreeMap<NaiveDate, Shift>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Shift {
    log_atm: f64,
    log_psi: f64,
}

impl Calibration {
    /// Compares every chain with the model of its own session under `base`, its inputs as `inputs` lets them be used.
    pub fn new(
        chains: &RawChains,
        observations: &Observations,
        base: &ModelParams,
        inputs: &InputRules,
    ) -> Calibration {
        let none = RawChains::default();
        let pricing = Pricing {
            params: &|_| base.clone(),
            quotes: Quotes::Model,
            chains: &none,
            inputs,
        };
        Calibration {
            shifts: chains
                .keys()
                .filter_map(|date| {
                    let days = i64::from(*DAYS.end());
                    let market =
                        MarketHistory::build_priced(observations, *date, *date, &pricing, days)
                            .ok()?;
                    let today = market.view(0).today();
                    let chain = ChainDay::new(&chains[date], &|root, expiry| {
                        today.slice(root, expiry).copied()
                    });
                    Some((*date, Shift::new(&chain, &market)?))
                })
                .collect(),
        }
    }

    /// Parameters of the session `date`: from the latest chain before it.
    pub fn params(&self, base: &ModelParams, date: NaiveDate) -> ModelParams {
        let Some((from, shift)) = self.shifts.range(..date).next_back() else {
            return base.clone();
        };
        let left = exp(-ln(2.0) * (date - *from).num_days() as f64 / HALF_LIFE_DAYS);
        ModelParams {
            atm_shift: base.atm_shift + left * shift.log_atm,
            psi_factor: base.psi_factor * exp(left * shift.log_psi),
            ..base.clone()
        }
    }
}

impl Shift {
    fn new(chain: &ChainDay, market: &MarketHistory) -> Option<Shift> {
        let today = market.view(0).today();
        let all: Vec<(f64, f64)> = chain
            .expiries()
            .iter()
            .filter_map(|expiry| {
                let quoted = expiry.slice?;
                let model = today.slice(expiry.root, expiry.expiry)?;
                let compared = expiry.root != Root::Vix && DAYS.contains(&model.dte);
                compared.then(|| {
                    (
                        ln(quoted.atm_vol / model.atm_vol),
                        ln(quoted.psi / model.psi),
                    )
                })
            })
            .collect();
        let mean =
            |value: fn(&(f64, f64)) -> f64| all.iter().map(value).sum::<f64>() / all.len() as f64;
        let log_atm = mean(|e| e.0);
        let log_psi = mean(|e| e.1);
        let known = log_atm.is_finite() && log_psi.is_finite();
        known.then(|| Shift {
            log_atm: log_atm.clamp(-MOST, MOST),
            log_psi: log_psi.clamp(-MOST, MOST),
        })
    }
}
