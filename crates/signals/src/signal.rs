//! The kinds of signals. Every parameter is written in the policy file: nothing has a hidden default.
//!
//! One subject, and long: a kind is one variant with its parameters and what each of them means.

mod check;
mod traits;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use crate::parameter::{
    CurvePair, EventName, MacdOutput, MacdSessions, Measure, Recomputed, TEXTBOOK_MACD, Term,
    Timeframe, Window,
};

/// One number per session. `of` and the other names mean another signal of the policy, a built-in source
/// (see [`crate::definitions::SOURCES`]) or a series of the dataset (`series:NAME` for one this program does not know).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Signal {
    /// The source itself.
    Level {
        /// Source.
        of: String,
    },
    /// Today's value against that of some sessions ago.
    Change {
        /// Source.
        of: String,
        /// Distance (sessions).
        sessions: usize,
        /// How the change is measured.
        measure: Measure,
    },
    /// One source over another.
    Ratio {
        /// Numerator.
        of: String,
        /// Denominator.
        over: String,
    },
    /// One source minus another, in their common unit.
    Difference {
        /// Minuend.
        of: String,
        /// Subtrahend.
        minus: String,
    },
    /// A linear score: the sum of weight times source.
    WeightedSum {
        /// Its terms.
        terms: Vec<Term>,
    },
    /// Simple mean of the last sessions, today's included.
    MovingAverage {
        /// Source.
        of: String,
        /// Window (sessions).
        sessions: usize,
    },
    /// Least-squares slope over the last sessions [units of the source per session].
    Slope {
        /// Source.
        of: String,
        /// Window (sessions).
        sessions: usize,
    },
    /// Value over the greatest of the last sessions, minus 1 [fraction, never positive].
    FromHigh {
        /// Source.
        of: String,
        /// Window (sessions).
        sessions: usize,
    },
    /// Value over the smallest of the last sessions, minus 1 [fraction, never negative].
    FromLow {
        /// Source.
        of: String,
        /// Window (sessions).
        sessions: usize,
    },
    /// Distance from the mean in standard deviations (n - 1) of a window.
    ZScore {
        /// Source.
        of: String,
        /// Window (sessions).
        sessions: usize,
        /// Whether today's value is part of the window.
        window: Window,
    },
    /// Percent of the sessions before today whose value lies below today's, ties counting half.
    Percentile {
        /// Source.
        of: String,
        /// Longest window (sessions).
        sessions: usize,
        /// Shortest window, flagged `short_history` (sessions).
        min_sessions: usize,
    },
    /// Wilder's relative strength index [0 to 100].
    Rsi {
        /// Source.
        of: String,
        /// Length [sessions or weeks].
        sessions: usize,
        /// Daily closes or completed weeks.
        timeframe: Timeframe,
    },
    /// Moving-average convergence/divergence.
    Macd {
        /// Source.
        of: String,
        /// Lengths.
        sessions: MacdSessions,
        /// Which of its lines.
        output: MacdOutput,
        /// Daily closes or completed weeks.
        timeframe: Timeframe,
    },
    /// Price against MACD histogram: -1 a new high with a lower histogram than at the high before, +1 a new low with
    /// a higher one, else 0.
    MacdDivergence {
        /// Source.
        of: String,
        /// Lengths of the MACD.
        macd: MacdSessions,
        /// Highs and lows are those of this window [sessions or weeks].
        sessions: usize,
        /// Daily closes or completed weeks.
        timeframe: Timeframe,
    },
    /// Realised volatility without mean, 252 sessions a year [vol points].
    RealisedVol {
        /// A price.
        of: String,
        /// Window (sessions).
        sessions: usize,
    },
    /// Implied less realised volatility, the variance risk premium as known today [vol points].
    ImpliedMinusRealised {
        /// Implied volatility [vol points].
        implied: String,
        /// A price.
        of: String,
        /// Window of the realised part (sessions).
        sessions: usize,
    },
    /// Sessions in which a deviation from the mean halves, by a first-order autoregression over the window.
    HalfLife {
        /// Source.
        of: String,
        /// Window (sessions).
        sessions: usize,
    },
    /// Slope of the volatility curve.
    Contango {
        /// Which two points.
        pair: CurvePair,
    },
    /// Volatility of the SPX put less that of the call of the same delta [vol points]; modelled.
    RiskReversal {
        /// Wanted days to expiry [calendar days].
        days: i64,
        /// Absolute delta.
        delta: f64,
    },
    /// One standard deviation of SPX to an expiry, S * sigma * sqrt(T) [index points]; modelled. One day is 1/252 year.
    ExpectedMove {
        /// Days over which the move is expected [calendar days]; 1 is one session.
        days: i64,
        /// Days to the expiry whose at-the-money volatility is taken [calendar days].
        vol_days: i64,
    },
    /// Price of a VIX call over its future (percent); modelled.
    VixCallPrice {
        /// Wanted days to expiry [calendar days].
        days: i64,
        /// Absolute delta.
        delta: f64,
    },
    /// Decay per price of a short straddle over that of a longer one (ratio); modelled.
    ThetaRatio {
        /// Days of the short straddle [calendar days].
        near_days: i64,
        /// Days of the longer one [calendar days].
        far_days: i64,
    },
    /// What yesterday's at-the-money straddle lost or gained beyond theta, vega, delta and gamma [index points];
    /// modelled.
    StraddleResidual {
        /// Wanted days to expiry [calendar days].
        days: i64,
        /// Whether the vega term is taken out too; without it the fall of implied volatility remains.
        vega: bool,
    },
    /// Whether the advance-decline line breaks [0 or 1]; where it is missing, RSP over SPY stands in.
    BreadthBreak {
        /// Window of the low (sessions).
        low_sessions: usize,
        /// Window of the mean (sessions).
        mean_sessions: usize,
        /// Window of the slope (sessions).
        slope_sessions: usize,
        /// Sessions below the mean with negative slope in a row.
        confirm_sessions: usize,
    },
    /// Whether SPX makes a high without the advance-decline line [0 or 1]; where it is missing, RSP over SPY stands in.
    BreadthDivergence {
        /// Window of the high [sessions or weeks].
        sessions: usize,
        /// Daily closes or completed weeks.
        timeframe: Timeframe,
    },
    /// Return of one price less that of another (fraction).
    RelativeReturn {
        /// A price.
        of: String,
        /// The price it is compared with.
        against: String,
        /// Distance (sessions).
        sessions: usize,
    },
    /// Distance of the latest print from the mean of the last prints of a slow series, in standard deviations.
    SlowZScore {
        /// Slow series.
        of: String,
        /// Window (prints).
        prints: usize,
        /// Whether the latest print is part of the window.
        window: Window,
        /// Whether logarithms are taken first.
        log: bool,
    },
    /// Percent of the prints before the latest that lie below it.
    SlowPercentile {
        /// Slow series.
        of: String,
        /// Longest window (prints).
        prints: usize,
        /// Shortest window, flagged `short_history` (prints).
        min_prints: usize,
    },
    /// The latest print of a slow series against an earlier one.
    SlowChange {
        /// Slow series.
        of: String,
        /// Distance (prints).
        prints: usize,
        /// How the change is measured.
        measure: Measure,
    },
    /// How many prints in a row the change over `prints` has fallen.
    FallingPrints {
        /// Slow series.
        of: String,
        /// Distance over which the change is taken (prints); 12 is year on year of a monthly series.
        prints: usize,
    },
    /// Surprise of the latest print: its change less the mean of the changes before, in standard deviations of the
    /// surprises before.
    Surprise {
        /// Slow series of index levels.
        of: String,
        /// Changes that make the forecast (prints).
        forecast_prints: usize,
        /// Surprises that make the standard deviation (prints).
        sd_prints: usize,
    },
    /// Sum of two surprises while a rate decision is near, else 0 [standard deviations].
    InflationBeforeFomc {
        /// A surprise of consumer prices.
        cpi: String,
        /// A surprise of producer prices.
        ppi: String,
        /// The decision lies at most this far ahead (sessions).
        sessions: usize,
    },
    /// Sessions to the next event of a kind, 0 on its day.
    SessionsTo {
        /// Which release.
        event: EventName,
    },
    /// Sessions since the last event of a kind, 0 on its day.
    SessionsSince {
        /// Which release.
        event: EventName,
    },
    /// 1 growing and accelerating, 2 growing and slowing, 3 shrinking and recovering, 4 shrinking and worsening.
    GdpStratum {
        /// Slow series of real output.
        of: String,
    },
    /// Implied equity premium D1/P + g - y [fraction a year]; g is the growth of dividends over ten years, or as long
    /// as known, within its bounds.
    EquityRiskPremium {
        /// Slow series of trailing dividends [index points a year].
        dividends: String,
        /// Ten-year yield [percent a year].
        yield_10y: String,
        /// Least growth [fraction a year].
        min_growth: f64,
        /// Most growth [fraction a year].
        max_growth: f64,
    },
    /// Percent of the month-ends before today whose value lies below today's.
    MonthlyPercentile {
        /// Source.
        of: String,
        /// Longest window (months).
        months: usize,
        /// Shortest window, flagged `short_history` (months).
        min_months: usize,
    },
    /// Beta of a price on a benchmark: covariance of excess returns over variance.
    Beta {
        /// A price.
        of: String,
        /// Benchmark price.
        against: String,
        /// Risk-free yield [percent a year].
        risk_free: String,
        /// Window [daily returns].
        sessions: usize,
        /// Each session, or at the last session of each quarter.
        recomputed: Recomputed,
    },
    /// Cost of equity rf + beta * premium [fraction a year].
    CostOfEquity {
        /// Beta: a signal.
        beta: String,
        /// Equity premium: a signal [fraction a year].
        premium: String,
        /// Risk-free yield [percent a year].
        risk_free: String,
    },
    /// Weighted average cost of capital [fraction a year].
    CostOfCapital {
        /// Cost of equity: a signal [fraction a year].
        equity: String,
        /// Yield of debt: a signal or source [percent a year].
        debt_yield: String,
        /// Share of equity (fraction).
        equity_share: f64,
        /// Tax rate (fraction).
        tax: f64,
    },
    /// Whether a headline day lifted SPX [0 or 1]: a rise of so many daily implied deviations with a falling VIX, or a
    /// rise on the day of a rate decision or a CPI release.
    HeadlineDay {
        /// Rise [daily implied standard deviations].
        deviations: f64,
        /// Fall of VIX over two sessions (fraction).
        vix_fall: f64,
    },
    /// Points for a resolution, 0 to 6 (docs/model.md#regimes).
    ResolutionScore {
        /// VIX over VIX3M below this counts.
        vix_ratio: f64,
        /// Ten-day mean of advances over advances and declines above this counts.
        advance_ratio: f64,
        /// A surprise of consumer prices.
        cpi: String,
        /// A surprise of producer prices.
        ppi: String,
    },
    /// Whether time decay is pressed near the highs [0 or 1] (docs/model.md#regimes).
    TemporalTheta {
        /// SPX at least this part of its 252-session high.
        high_ratio: f64,
        /// VIX9D over VIX at most this, or its z-score below.
        vix9d_ratio: f64,
        /// 63-session z-score of VIX9D over VIX at most this.
        vix9d_z: f64,
        /// Fall of VIX over five sessions (fraction).
        vix_fall: f64,
    },
}
