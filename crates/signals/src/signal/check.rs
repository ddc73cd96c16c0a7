//! Ranges of the parameters of signals.

use super::Signal;
use crate::key_error::{KeyError, within};

impl Signal {
    /// Checks its parameters; the message names the key and what is allowed. Names are checked by the definitions.
    ///
    /// # Errors
    /// The first parameter out of range.
    pub fn check(&self, at: &str) -> Result<(), KeyError> {
        use Signal::*;
        let count = |key: &str, n: usize, low: usize| counted(at, key, n, low);
        match self {
            Change { sessions, .. }
            | MovingAverage { sessions, .. }
            | FromHigh { sessions, .. }
            | FromLow { sessions, .. }
            | RelativeReturn { sessions, .. } => count("sessions", *sessions, 1),
            InflationBeforeFomc { sessions, .. } => count("sessions", *sessions, 0),
            Slope { sessions, .. }
            | RealisedVol { sessions, .. }
            | ImpliedMinusRealised { sessions, .. }
            | BreadthDivergence { sessions, .. }
            | Rsi { sessions, .. } => count("sessions", *sessions, 2),
            ZScore { sessions, .. } | HalfLife { sessions, .. } | Beta { sessions, .. } => {
                count("sessions", *sessions, 3)
            }
            Macd { sessions, .. } => sessions.check(at),
            MacdDivergence { macd, sessions, .. } => {
                macd.check(at).and(count("sessions", *sessions, 2))
            }
            RiskReversal { .. }
            | VixCallPrice { .. }
            | ExpectedMove { .. }
            | StraddleResidual { .. }
            | ThetaRatio { .. } => self.check_surface(at),
            SlowZScore { .. }
            | SlowPercentile { .. }
            | SlowChange { .. }
            | FallingPrints { .. }
            | Surprise { .. }
            | Percentile { .. }
            | MonthlyPercentile { .. }
            | BreadthBreak { .. } => self.check_counts(at),
            EquityRiskPremium { .. }
            | CostOfCapital { .. }
            | HeadlineDay { .. }
            | ResolutionScore { .. }
            | TemporalTheta { .. } => self.check_levels(at),
            WeightedSum { terms } if terms.is_empty() => {
                Err(KeyError::at(at, "terms is empty, at least one is needed"))
            }
            WeightedSum { terms } => terms
                .iter()
                .try_for_each(|t| within(at, "weight", t.weight, -1e9, 1e9)),
            Level { .. }
            | Ratio { .. }
            | Difference { .. }
            | Contango { .. }
            | SessionsTo { .. }
            | SessionsSince { .. }
            | GdpStratum { .. }
            | CostOfEquity { .. } => Ok(()),
        }
    }

    /// Of the kinds that look at option prices: calendar days and deltas.
    fn check_surface(&self, at: &str) -> Result<(), KeyError> {
        use Signal::*;
        let days = |n: i64| within(at, "days", n as f64, 1.0, 270.0);
        match self {
            RiskReversal { days: n, delta } | VixCallPrice { days: n, delta } => {
                days(*n).and(within(at, "delta", *delta, 0.01, 0.49))
            }
            ExpectedMove { days: n, vol_days } => {
                days(*n).and(within(at, "vol_days", *vol_days as f64, 1.0, 270.0))
            }
            StraddleResidual { days: n, .. } => days(*n),
            ThetaRatio {
                near_days,
                far_days,
            } => {
                within(at, "near_days", *near_days as f64, 1.0, 270.0)?;
                within(
                    at,
                    "far_days",
                    *far_days as f64,
                    *near_days as f64 + 1.0,
                    270.0,
                )
            }
            _ => Ok(()),
        }
    }

    /// Of the kinds that count prints of a slow series, or count more than one thing.
    fn check_counts(&self, at: &str) -> Result<(), KeyError> {
        use Signal::*;
        let count = |key: &str, n: usize, low: usize| counted(at, key, n, low);
        match self {
            SlowZScore { prints, .. } => count("prints", *prints, 3),
            SlowPercentile {
                prints, min_prints, ..
            } => {
                count("min_prints", *min_prints, 1)?;
                count("prints", *prints, *min_prints)
            }
            SlowChange { prints, .. } | FallingPrints { prints, .. } => count("prints", *prints, 1),
            Surprise {
                forecast_prints,
                sd_prints,
                ..
            } => {
                count("forecast_prints", *forecast_prints, 1)?;
                count("sd_prints", *sd_prints, 3)
            }
            Percentile {
                sessions,
                min_sessions,
                ..
            } => {
                count("min_sessions", *min_sessions, 1)?;
                count("sessions", *sessions, *min_sessions)
            }
            BreadthBreak {
                low_sessions,
                mean_sessions,
                slope_sessions,
                confirm_sessions,
            } => {
                count("low_sessions", *low_sessions, 2)?;
                count("mean_sessions", *mean_sessions, 2)?;
                count("slope_sessions", *slope_sessions, 2)?;
                count("confirm_sessions", *confirm_sessions, 1)
            }
            MonthlyPercentile {
                months, min_months, ..
            } => {
                count("min_months", *min_months, 1)?;
                count("months", *months, *min_months)
            }
            _ => Ok(()),
        }
    }

    /// Of the kinds whose parameters are levels, shares and growth rates.
    fn check_levels(&self, at: &str) -> Result<(), KeyError> {
        use Signal::*;
        match self {
            EquityRiskPremium {
                min_growth,
                max_growth,
                ..
            } => {
                within(at, "min_growth", *min_growth, -0.2, 0.2)?;
                within(at, "max_growth", *max_growth, *min_growth, 0.2)
            }
            CostOfCapital {
                equity_share, tax, ..
            } => {
                within(at, "equity_share", *equity_share, 0.0, 1.0)?;
                within(at, "tax", *tax, 0.0, 1.0)
            }
            HeadlineDay {
                deviations,
                vix_fall,
            } => {
                within(at, "deviations", *deviations, 0.0, 10.0)?;
                within(at, "vix_fall", *vix_fall, 0.0, 1.0)
            }
            ResolutionScore {
                vix_ratio,
                advance_ratio,
                ..
            } => {
                within(at, "vix_ratio", *vix_ratio, 0.1, 3.0)?;
                within(at, "advance_ratio", *advance_ratio, 0.0, 1.0)
            }
            TemporalTheta {
                high_ratio,
                vix9d_ratio,
                vix9d_z,
                vix_fall,
            } => {
                within(at, "high_ratio", *high_ratio, 0.5, 1.0)?;
                within(at, "vix9d_ratio", *vix9d_ratio, 0.1, 3.0)?;
                within(at, "vix9d_z", *vix9d_z, -10.0, 10.0)?;
                within(at, "vix_fall", *vix_fall, 0.0, 1.0)
            }
            _ => Ok(()),
        }
    }
}

/// Checks a number of sessions, months or prints.
fn counted(at: &str, key: &str, n: usize, low: usize) -> Result<(), KeyError> {
    within(at, key, n as f64, low as f64, 2600.0)
}
