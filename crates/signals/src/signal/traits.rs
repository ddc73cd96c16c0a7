//! What a signal needs and what it is measured in.

use super::Signal;
use crate::parameter::{CurvePair, MacdOutput};

impl Signal {
    /// Names it reads: signals, sources or series. Sources a kind always reads are not among them.
    pub fn inputs(&self) -> Vec<&str> {
        use Signal::*;
        let names: Vec<&String> = match self {
            Level { of }
            | Change { of, .. }
            | MovingAverage { of, .. }
            | Slope { of, .. }
            | FromHigh { of, .. }
            | FromLow { of, .. }
            | ZScore { of, .. }
            | Percentile { of, .. }
            | Rsi { of, .. }
            | Macd { of, .. }
            | MacdDivergence { of, .. }
            | RealisedVol { of, .. }
            | HalfLife { of, .. }
            | SlowZScore { of, .. }
            | SlowPercentile { of, .. }
            | SlowChange { of, .. }
            | FallingPrints { of, .. }
            | Surprise { of, .. }
            | GdpStratum { of }
            | MonthlyPercentile { of, .. } => vec![of],
            Ratio { of, over } => vec![of, over],
            Difference { of, minus } => vec![of, minus],
            WeightedSum { terms } => terms.iter().map(|t| &t.of).collect(),
            ImpliedMinusRealised { implied, of, .. } => vec![implied, of],
            RelativeReturn { of, against, .. } => vec![of, against],
            InflationBeforeFomc { cpi, ppi, .. } | ResolutionScore { cpi, ppi, .. } => {
                vec![cpi, ppi]
            }
            EquityRiskPremium {
                dividends,
                yield_10y,
                ..
            } => vec![dividends, yield_10y],
            Beta {
                of,
                against,
                risk_free,
                ..
            } => vec![of, against, risk_free],
            CostOfEquity {
                beta,
                premium,
                risk_free,
            } => vec![beta, premium, risk_free],
            CostOfCapital {
                equity, debt_yield, ..
            } => vec![equity, debt_yield],
            Contango { .. }
            | RiskReversal { .. }
            | ExpectedMove { .. }
            | VixCallPrice { .. }
            | ThetaRatio { .. }
            | StraddleResidual { .. }
            | BreadthBreak { .. }
            | BreadthDivergence { .. }
            | SessionsTo { .. }
            | SessionsSince { .. }
            | HeadlineDay { .. }
            | TemporalTheta { .. } => Vec::new(),
        };
        names.into_iter().map(String::as_str).collect()
    }

    /// Whether `of` must be a slow series, whose prints are counted.
    pub fn counts_prints(&self) -> bool {
        use Signal::*;
        matches!(
            self,
            SlowZScore { .. }
                | SlowPercentile { .. }
                | SlowChange { .. }
                | FallingPrints { .. }
                | Surprise { .. }
                | GdpStratum { .. }
        )
    }

    /// Unit of its values.
    pub fn unit(&self) -> &'static str {
        use Signal::*;
        match self {
            Level { .. } | Difference { .. } | MovingAverage { .. } | Slope { .. } => "of source",
            Change { measure, .. } | SlowChange { measure, .. } => measure.unit(),
            Ratio { .. } | ThetaRatio { .. } => "ratio",
            WeightedSum { .. } => "score",
            FromHigh { .. } | FromLow { .. } | RelativeReturn { .. } => "fraction",
            ZScore { .. } | SlowZScore { .. } | Surprise { .. } | InflationBeforeFomc { .. } => {
                "sd"
            }
            Percentile { .. } | SlowPercentile { .. } | MonthlyPercentile { .. } => "percentile",
            Rsi { .. } => "0..100",
            Macd {
                output: MacdOutput::Strength,
                ..
            } => "sd",
            Macd { .. } => "of source",
            MacdDivergence { .. } => "-1, 0, 1",
            RealisedVol { .. } | ImpliedMinusRealised { .. } | RiskReversal { .. } => "vol points",
            HalfLife { .. } | SessionsTo { .. } | SessionsSince { .. } => "sessions",
            Contango {
                pair: CurvePair::VixVix3m,
            } => "fraction",
            Contango { .. } => "per month",
            ExpectedMove { .. } | StraddleResidual { .. } => "index points",
            VixCallPrice { .. } => "% of future",
            BreadthBreak { .. }
            | BreadthDivergence { .. }
            | HeadlineDay { .. }
            | TemporalTheta { .. } => "0 or 1",
            FallingPrints { .. } => "prints",
            GdpStratum { .. } => "1..4",
            EquityRiskPremium { .. } | CostOfEquity { .. } | CostOfCapital { .. } => "per year",
            Beta { .. } => "beta",
            ResolutionScore { .. } => "0..6",
        }
    }

    /// Most calendar days to expiry of the SPX options it looks at; 0 for most signals.
    pub fn horizon_days(&self) -> i64 {
        match self {
            Signal::RiskReversal { days, .. } | Signal::StraddleResidual { days, .. } => 2 * days,
            Signal::ExpectedMove { vol_days, .. } => 2 * vol_days,
            Signal::ThetaRatio { far_days, .. } => 2 * far_days,
            _ => 0,
        }
    }

    /// Whether it looks at prices of options itself; what it reads by name is not asked.
    pub(crate) fn reads_options(&self) -> bool {
        self.horizon_days() > 0 || self.vix_horizon_days() > 0
    }

    /// Most calendar days to expiry of the VIX options it looks at; 0 for most signals.
    pub fn vix_horizon_days(&self) -> i64 {
        match self {
            Signal::VixCallPrice { days, .. } => days + (days / 2).max(7),
            _ => 0,
        }
    }
}
