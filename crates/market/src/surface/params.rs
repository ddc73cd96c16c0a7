//! What a surface is made from: the index levels of a session and the parameters of the model.

use chrono::NaiveDate;

/// Closing levels of one session.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct IndexLevels {
    /// S&P 500 (index points).
    pub spot: f64,
    /// Nine-day VIX (vol points); without it the node is dropped.
    pub vix9d: Option<f64>,
    /// VIX (vol points).
    pub vix: f64,
    /// Three-month VIX (vol points).
    pub vix3m: f64,
    /// Six-month VIX (vol points); without it the node is dropped.
    pub vix6m: Option<f64>,
    /// Cboe SKEW; without it 135.
    pub skew: Option<f64>,
}

/// Extra variance of release days, in sessions (docs/model.md#the-clock).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct EventWeights {
    /// Consumer prices.
    pub cpi: f64,
    /// Rate decisions.
    pub fomc: f64,
    /// Employment.
    pub payrolls: f64,
}

/// A day known in advance to move the index, which no calendar of releases has: an election, a debt ceiling.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DatedEvent {
    /// The day whose variance is larger; on a closed day it acts on the next session.
    pub date: NaiveDate,
    /// By how much, in sessions.
    pub sessions: f64,
    /// From which close on the market knew: earlier sessions are priced without it.
    pub known_from: NaiveDate,
}

/// Knobs of the model.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelParams {
    /// Variance of a closed calendar day, in sessions.
    pub omega: f64,
    /// Added to the constant of the at-the-money ratio: the stress knob of docs/model.md#at-the-money-volatility.
    pub atm_shift: f64,
    /// Multiplies psi before it is clamped, so that a stressed smile is still free of arbitrage.
    pub psi_factor: f64,
    /// Added to the argument of the hyperbolic tangent that gives rho: below zero is a steeper smile.
    pub rho_shift: f64,
    /// Trailing dividend yield, continuous per year.
    pub dividend_yield: f64,
    /// Extra variance of release days.
    pub event_weights: EventWeights,
    /// Extra variance of other known days.
    pub dated_events: Vec<DatedEvent>,
}

impl ModelParams {
    /// The parameters of the reference (docs/model.md#the-clock and after), which its check values are computed with.
    pub fn domain() -> ModelParams {
        ModelParams {
            omega: 0.10,
            atm_shift: 0.0,
            psi_factor: 1.0,
            rho_shift: 0.0,
            dividend_yield: 0.015,
            event_weights: EventWeights::default(),
            dated_events: Vec::new(),
        }
    }
}

impl ModelParams {
    /// The parameters that prices of 2022 and 2023 chose and those of 2024 confirmed (docs/accuracy.md#what-was-tried).
    pub fn measured() -> ModelParams {
        ModelParams {
            rho_shift: 0.20,
            event_weights: EventWeights {
                cpi: 0.5,
                fomc: 0.5,
                payrolls: 0.0,
            },
            ..ModelParams::domain()
        }
    }
}

impl Default for ModelParams {
    fn default() -> ModelParams {
        ModelParams::domain()
    }
}
