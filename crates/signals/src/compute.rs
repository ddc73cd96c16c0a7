//! From a definition to its column.

mod composite;
mod windows;

use std::sync::Arc;

use market::history::MarketHistory;
use market::memo::MemoMap;

use crate::breadth::{self, Market, half_life, realised_vol, steepness};
use crate::column::{Column, Flags};
use crate::definitions::SignalDefinitions;
use crate::signal::{CurvePair, EventName, Signal, Timeframe};
use crate::window::{
    Values, against_before, both, max, mean, min, on_timeframe, spread, trailing, weekly,
};
use crate::{indicator, releases, source, surface, valuation};

use windows::{ranks, relative_return, z_score};

/// Columns kept of one history. A policy names a few dozen; a sweep over their numbers makes new ones all the time.
pub(crate) const MOST_KEPT: usize = 1_024;

/// Signal columns of one history, by the canonical text of their definition.
#[derive(Debug)]
struct KnownColumns(MemoMap<String, Column>);

impl Default for KnownColumns {
    fn default() -> KnownColumns {
        KnownColumns(MemoMap::new(MOST_KEPT))
    }
}

/// A history and the names a policy gave.
#[derive(Clone, Copy)]
pub(crate) struct SignalContext<'a> {
    pub(crate) definitions: &'a SignalDefinitions,
    pub(crate) history: &'a MarketHistory,
}

impl SignalContext<'_> {
    /// The column of a name, from the cache of the history, or of all worlds of one market where no price of an option
    /// is read.
    pub(crate) fn column(self, name: &str) -> Arc<Column> {
        let key = self.definitions.canonical(name);
        let known = match self.definitions.reads_options(name) {
            true => self.history.derived::<KnownColumns>(),
            false => self.history.published::<KnownColumns>(),
        };
        known
            .0
            .get(key.as_str(), || match self.definitions.signals.get(name) {
                Some(signal) => self.compute(signal),
                None => source::column(name, self.history),
            })
    }

    fn compute(self, signal: &Signal) -> Column {
        let inputs: Vec<Arc<Column>> = signal
            .inputs()
            .into_iter()
            .map(|name| self.column(name))
            .collect();
        let (values, marks) = self.values(signal, &inputs);
        let unit = match (signal.unit(), inputs.first()) {
            ("of source", Some(input)) => input.unit(),
            (unit, _) => unit,
        };
        let mut column = Column::new(values, unit)
            .with_flags(self.own_flags(signal))
            .with_marks(&marks);
        for input in &inputs {
            column = column.with_flags(input.fixed_flags());
            if !input.marks().is_empty() {
                column = column.with_marks(input.marks());
            }
        }
        column
    }

    fn own_flags(self, signal: &Signal) -> Flags {
        Flags {
            modelled: signal.reads_options(),
            ..Flags::default()
        }
    }

    fn values(self, signal: &Signal, inputs: &[Arc<Column>]) -> (Values, Vec<Flags>) {
        use Signal::*;
        let x = |i: usize| inputs[i].values();
        let plain = match signal {
            Percentile {
                sessions,
                min_sessions,
                ..
            } => return ranks(x(0), *sessions, *min_sessions),
            BreadthBreak { .. } => return self.breadth_breaks(signal),
            BreadthDivergence {
                sessions,
                timeframe,
            } => return self.breadth_divergence(*sessions, *timeframe),
            SlowZScore { .. }
            | SlowPercentile { .. }
            | SlowChange { .. }
            | FallingPrints { .. }
            | Surprise { .. }
            | GdpStratum { .. } => return self.of_releases(signal),
            EquityRiskPremium { .. } => return self.equity_risk_premium(signal, x(1)),
            MonthlyPercentile {
                months, min_months, ..
            } => {
                return valuation::monthly_percentile(self.history, x(0), *months, *min_months);
            }
            Contango { pair } => self.contango(*pair),
            SessionsTo { event } => releases::sessions_to(self.history, *event),
            SessionsSince { event } => releases::sessions_since(self.history, *event),
            Beta {
                sessions,
                recomputed,
                ..
            } => valuation::beta(self.history, x(0), x(1), x(2), *sessions, *recomputed),
            InflationBeforeFomc { sessions, .. } => {
                let near = releases::sessions_to(self.history, EventName::Fomc);
                let sum = both(x(0), x(1), |a, b| a + b);
                both(&sum, &near, |sum, left| {
                    if left <= *sessions as f64 { sum } else { 0.0 }
                })
            }
            HeadlineDay {
                deviations,
                vix_fall,
            } => self.headline(*deviations, *vix_fall),
            ResolutionScore {
                vix_ratio,
                advance_ratio,
                ..
            } => self.resolution(*vix_ratio, *advance_ratio, x(0), x(1)),
            TemporalTheta { .. } => self.temporal_theta(signal),
            RiskReversal { .. }
            | ExpectedMove { .. }
            | VixCallPrice { .. }
            | ThetaRatio { .. }
            | StraddleResidual { .. } => self.of_surface(signal),
            _ => self.of_inputs(signal, inputs),
        };
        (plain, Vec::new())
    }

    fn breadth_breaks(self, signal: &Signal) -> (Values, Vec<Flags>) {
        let Signal::BreadthBreak {
            low_sessions,
            mean_sessions,
            slope_sessions,
            confirm_sessions,
        } = signal
        else {
            return (Vec::new(), Vec::new());
        };
        let market = self.market();
        breadth::breaks(
            &market,
            *low_sessions,
            *mean_sessions,
            *slope_sessions,
            *confirm_sessions,
        )
    }

    fn equity_risk_premium(self, signal: &Signal, yields: &[Option<f64>]) -> (Values, Vec<Flags>) {
        let Signal::EquityRiskPremium {
            dividends,
            min_growth,
            max_growth,
            ..
        } = signal
        else {
            return (Vec::new(), Vec::new());
        };
        let spx = self.column("spx");
        let bounds = (*min_growth, *max_growth);
        valuation::equity_risk_premium(self.history, dividends, spx.values(), yields, bounds)
    }

    /// Kinds that count the prints of a slow series; what a print is marked with comes along.
    fn of_releases(self, signal: &Signal) -> (Values, Vec<Flags>) {
        use Signal::*;
        let slow = |of: &str,
                    f: &dyn Fn(market::released_series::Known<'_>) -> Option<releases::Marked>| {
            releases::by_print(self.history, of, f)
        };
        match signal {
            SlowZScore {
                of,
                prints,
                window,
                log,
            } => slow(of, &|known| {
                releases::z_score(known, *prints, *window, *log)
            }),
            SlowPercentile {
                of,
                prints,
                min_prints,
            } => slow(of, &|known| releases::rank(known, *prints, *min_prints)),
            SlowChange {
                of,
                prints,
                measure,
            } => slow(of, &|known| releases::change(known, *prints, *measure)),
            FallingPrints { of, prints } => slow(of, &|known| releases::falling(known, *prints)),
            Surprise {
                of,
                forecast_prints,
                sd_prints,
            } => slow(of, &|known| {
                releases::surprise(known, *forecast_prints, *sd_prints)
            }),
            GdpStratum { of } => slow(of, &releases::gdp_stratum),
            _ => (Vec::new(), Vec::new()),
        }
    }

    /// Kinds whose value follows from their inputs alone.
    fn of_inputs(self, signal: &Signal, inputs: &[Arc<Column>]) -> Values {
        use Signal::*;
        let x = |i: usize| inputs[i].values();
        let dates = self.history.sessions();
        match signal {
            Change {
                sessions, measure, ..
            } => against_before(x(0), *sessions, |new, old| measure.of(new, old)),
            Ratio { .. } => both(x(0), x(1), |a, b| a / b),
            Difference { .. } => both(x(0), x(1), |a, b| a - b),
            WeightedSum { terms } => {
                let start = vec![Some(0.0); dates.len()];
                terms.iter().zip(inputs).fold(start, |sum, (term, input)| {
                    both(&sum, input.values(), |s, v| s + term.weight * v)
                })
            }
            MovingAverage { sessions, .. } => trailing(x(0), *sessions, mean),
            Slope { sessions, .. } => trailing(x(0), *sessions, steepness),
            FromHigh { sessions, .. } => {
                trailing(x(0), *sessions, |w| Some(w.last()? / max(w) - 1.0))
            }
            FromLow { sessions, .. } => {
                trailing(x(0), *sessions, |w| Some(w.last()? / min(w) - 1.0))
            }
            ZScore {
                sessions, window, ..
            } => z_score(x(0), *sessions, *window),
            Rsi {
                sessions,
                timeframe,
                ..
            } => on_timeframe(x(0), dates, *timeframe, |v| indicator::rsi(v, *sessions)),
            Macd {
                sessions,
                output,
                timeframe,
                ..
            } => on_timeframe(x(0), dates, *timeframe, |v| {
                indicator::macd(v, *sessions, *output)
            }),
            MacdDivergence {
                macd,
                sessions,
                timeframe,
                ..
            } => on_timeframe(x(0), dates, *timeframe, |v| {
                indicator::divergence(v, *macd, *sessions)
            }),
            RealisedVol { sessions, .. } => realised_vol(x(0), *sessions),
            ImpliedMinusRealised { sessions, .. } => {
                both(x(0), &realised_vol(x(1), *sessions), |iv, rv| iv - rv)
            }
            HalfLife { sessions, .. } => trailing(x(0), *sessions, half_life),
            RelativeReturn { sessions, .. } => relative_return(x(0), x(1), *sessions),
            CostOfEquity { .. } => {
                let excess = both(x(0), x(1), |beta, premium| beta * premium);
                both(&excess, x(2), |e, rf| rf / 100.0 + e)
            }
            CostOfCapital {
                equity_share, tax, ..
            } => both(x(0), x(1), |ke, kd| {
                equity_share * ke + (1.0 - equity_share) * kd / 100.0 * (1.0 - tax)
            }),
            _ => inputs
                .first()
                .map(|input| input.values().to_vec())
                .unwrap_or_default(),
        }
    }

    fn of_surface(self, signal: &Signal) -> Values {
        match signal {
            Signal::RiskReversal { days, delta } => {
                return surface::risk_reversal(self.history, *days, *delta);
            }
            Signal::VixCallPrice { days, delta } => {
                return surface::vix_call_price(self.history, *days, *delta);
            }
            _ => {}
        }
        surface::by_snapshot(self.history, |today, before| match signal {
            Signal::ExpectedMove { days, vol_days } => {
                surface::expected_move(today, *days, *vol_days)
            }
            Signal::ThetaRatio {
                near_days,
                far_days,
            } => surface::theta_ratio(today, *near_days, *far_days),
            Signal::StraddleResidual { days, vega } => {
                surface::straddle_residual(today, before?, *days, *vega)
            }
            _ => None,
        })
    }

    fn source(self, name: &str) -> Values {
        self.column(name).values().to_vec()
    }

    fn market(self) -> Market {
        let equal_weight = both(&self.source("rsp"), &self.source("spy"), |rsp, spy| {
            rsp / spy
        });
        Market {
            spx: self.source("spx"),
            ad_line: self.source("ad_line"),
            equal_weight,
        }
    }

    fn contango(self, pair: CurvePair) -> Values {
        let month = |near: &str, far: &str| {
            both(&self.source(near), &self.source(far), |n, f| {
                market::math::ln(f / n)
            })
        };
        match pair {
            CurvePair::Cmf30Cmf60 => month("cmf30", "cmf60"),
            CurvePair::VixVix3m => both(&self.source("vix"), &self.source("vix3m"), |near, far| {
                far / near - 1.0
            }),
            CurvePair::Vx1Vx2 => {
                let gap = both(
                    &self.source("vx1_days"),
                    &self.source("vx2_days"),
                    |n, f| f - n,
                );
                both(&month("vx1", "vx2"), &gap, |slope, days| {
                    slope * 30.0 / days
                })
            }
        }
    }

    fn breadth_divergence(self, n: usize, timeframe: Timeframe) -> (Values, Vec<Flags>) {
        let market = self.market();
        let dates = self.history.sessions();
        let of = |line: &[Option<f64>]| match timeframe {
            Timeframe::Daily => breadth::diverges(&market.spx, line, n),
            Timeframe::Weekly => {
                let ((ends, spx), (_, line)) = (weekly(&market.spx, dates), weekly(line, dates));
                spread(&breadth::diverges(&spx, &line, n), &ends, dates.len())
            }
        };
        breadth::divergence(of(&market.ad_line), of(&market.equal_weight))
    }
}
