//! How orders become fills: spreads, costs and margin, as a run file says it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use signals::key_error::{KeyError, check_range};

/// Execution settings. Defaults nowhere: a run file names every one of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Execution {
    /// Fill at mid -/+ this fraction of half the quoted width: 0 is mid, 1 is bid or ask.
    pub half_spread_fraction: f64,
    /// When orders trade.
    pub fill_at: FillAt,
    /// Which fee table applies.
    pub fees: Fees,
    /// Quoted widths.
    pub width: Widths,
    /// Margin of VIX futures and the price of a loan.
    pub margin: MarginRules,
}

/// When an order trades.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FillAt {
    /// At the close of the session after the decision.
    NextSession,
    /// In the late morning (11:00) of the session after the decision, at a market estimated from its open and its close:
    /// SPX options on the model only. Of daily data no more is known of the hour.
    LateMorning,
}

/// Fee tables (docs/model.md#fees).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Fees {
    /// Flat amounts per contract and side, all included.
    AllIn,
    /// Nothing: what a published index pays.
    None,
    /// Dated exchange table by premium, plus clearing, regulatory and broker fees.
    Schedule,
}

/// Full quoted widths: `max(tick, (base + root * sqrt(mid)) * max(1, VIX / reference))` (docs/model.md#widths-and-fills).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Widths {
    /// SPX and SPXW options: constant part (points).
    pub spx_base_points: f64,
    /// SPX and SPXW options: part that grows with the square root of the mid.
    pub spx_root: f64,
    /// VIX options: constant part (points).
    pub vix_base_points: f64,
    /// VIX options: part that grows with the square root of the mid.
    pub vix_root: f64,
    /// Least width of a VIX option (points).
    pub vix_min_points: f64,
    /// VIX level above which option widths grow in proportion.
    pub reference_vix: f64,
    /// VX: width of the first two months [ticks of 0.05].
    pub vx_near_ticks: f64,
    /// VX: width from the third month on [ticks of 0.05].
    pub vx_far_ticks: f64,
    /// VX widths double above this VIX level.
    pub vx_double_above_vix: f64,
}

/// Futures margin and financing (docs/model.md#margin-and-interest).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MarginRules {
    /// Least initial margin of one VX contract (USD).
    pub vx_min_usd: f64,
    /// Initial margin of the first two months as a fraction of notional.
    pub vx_near_fraction: f64,
    /// Initial margin from the third month on.
    pub vx_far_fraction: f64,
    /// Maintenance margin as a fraction of initial margin.
    pub maintenance_fraction: f64,
    /// What a loan costs above the bill rate [per year].
    pub loan_spread: f64,
}

impl Execution {
    /// Checks every value against what is allowed; the message names the key.
    pub fn check(&self) -> Result<(), KeyError> {
        let within = |key: &str, value: f64, low: f64, high: f64| {
            check_range(format!("execution.{key}"), value, low, high)
        };
        within("half_spread_fraction", self.half_spread_fraction, 0.0, 10.0)?;
        let w = &self.width;
        for (key, value) in [
            ("width.spx_base_points", w.spx_base_points),
            ("width.spx_root", w.spx_root),
            ("width.vix_base_points", w.vix_base_points),
            ("width.vix_root", w.vix_root),
            ("width.vix_min_points", w.vix_min_points),
            ("width.vx_near_ticks", w.vx_near_ticks),
            ("width.vx_far_ticks", w.vx_far_ticks),
        ] {
            within(key, value, 0.0, 100.0)?;
        }
        within("width.reference_vix", w.reference_vix, 1.0, 200.0)?;
        within(
            "width.vx_double_above_vix",
            w.vx_double_above_vix,
            1.0,
            1000.0,
        )?;
        let m = &self.margin;
        within("margin.vx_min_usd", m.vx_min_usd, 0.0, 1e6)?;
        within("margin.vx_near_fraction", m.vx_near_fraction, 0.0, 2.0)?;
        within("margin.vx_far_fraction", m.vx_far_fraction, 0.0, 2.0)?;
        within(
            "margin.maintenance_fraction",
            m.maintenance_fraction,
            0.0,
            1.0,
        )?;
        within("margin.loan_spread", m.loan_spread, 0.0, 1.0)
    }
}
