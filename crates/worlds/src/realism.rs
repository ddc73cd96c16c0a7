//! How real a market looks: what is known of returns and of VIX, measured the same way on a dataset and on worlds.
//!
//! The list follows Cont, "Empirical properties of asset returns: stylized facts and statistical issues", *Quantitative
//! Finance* 1 (2001): fat tails, clustering, leverage; and what a hedge with VIX options lives on besides.

use std::collections::BTreeMap;
use std::ops::Range;

use chrono::NaiveDate;
use market::math::{exp, ln};
use market::observations::{Observations, names};

/// A measure of a market over some sessions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Mean logarithmic return, per year (fraction).
    Drift,
    /// Standard deviation of daily returns, per year (fraction).
    Volatility,
    /// Excess kurtosis of daily returns.
    Kurtosis,
    /// Least daily return (fraction).
    WorstDay,
    /// One in a hundred daily returns lies below (fraction).
    FirstPercentile,
    /// Greatest daily return (fraction).
    BestDay,
    /// Correlation of returns with those of the day before.
    Autocorrelation,
    /// Correlation of absolute returns with those of the day before.
    Clustering1,
    /// The same of five days before.
    Clustering5,
    /// The same of 21 days before.
    Clustering21,
    /// Deepest fall from a peak (fraction).
    DeepestFall,
    /// Mean of VIX (vol points).
    MeanVix,
    /// Greatest VIX (vol points).
    GreatestVix,
    /// Standard deviation of daily changes of the logarithm of VIX.
    VixChanges,
    /// Sessions after which half of an excursion of the logarithm of VIX is gone, by its first autocorrelation.
    VixHalfLife,
    /// Correlation of returns with changes of the logarithm of VIX.
    Leverage,
    /// Slope of these changes on negative returns.
    SlopeDown,
    /// The same on positive ones.
    SlopeUp,
    /// Share of sessions with VIX above three-month VIX.
    Backwardation,
    /// Share of sessions with the front future above the second.
    FuturesBackwardation,
    /// Standard deviation of daily changes of the logarithm of the front future.
    FutureChanges,
    /// Standard deviation of the logarithm of the final settlement over the last daily one.
    SettlementGap,
    /// Mean of VIX less the volatility of the 21 sessions after it (vol points).
    Premium,
}

impl Measure {
    /// All of them, in the order of the table.
    pub const ALL: [Measure; 23] = [
        Measure::Drift,
        Measure::Volatility,
        Measure::Kurtosis,
        Measure::WorstDay,
        Measure::FirstPercentile,
        Measure::BestDay,
        Measure::Autocorrelation,
        Measure::Clustering1,
        Measure::Clustering5,
        Measure::Clustering21,
        Measure::DeepestFall,
        Measure::MeanVix,
        Measure::GreatestVix,
        Measure::VixChanges,
        Measure::VixHalfLife,
        Measure::Leverage,
        Measure::SlopeDown,
        Measure::SlopeUp,
        Measure::Backwardation,
        Measure::FuturesBackwardation,
        Measure::FutureChanges,
        Measure::SettlementGap,
        Measure::Premium,
    ];

    /// Its name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Measure::Drift => "drift",
            Measure::Volatility => "volatility",
            Measure::Kurtosis => "kurtosis",
            Measure::WorstDay => "worst_day",
            Measure::FirstPercentile => "first_percentile",
            Measure::BestDay => "best_day",
            Measure::Autocorrelation => "autocorrelation",
            Measure::Clustering1 => "clustering_1",
            Measure::Clustering5 => "clustering_5",
            Measure::Clustering21 => "clustering_21",
            Measure::DeepestFall => "deepest_fall",
            Measure::MeanVix => "mean_vix",
            Measure::GreatestVix => "greatest_vix",
            Measure::VixChanges => "vix_changes",
            Measure::VixHalfLife => "vix_half_life",
            Measure::Leverage => "spx_vix_correlation",
            Measure::SlopeDown => "vix_slope_down",
            Measure::SlopeUp => "vix_slope_up",
            Measure::Backwardation => "backwardation",
            Measure::FuturesBackwardation => "futures_backwardation",
            Measure::FutureChanges => "future_changes",
            Measure::SettlementGap => "settlement_gap",
            Measure::Premium => "vix_over_realised",
        }
    }
}

/// Sessions in a year, and in a month.
const YEAR: f64 = 252.0;
const MONTH: usize = 21;

/// The market of some sessions as columns.
struct Path<'a> {
    observations: &'a Observations,
    window: Range<usize>,
    /// Daily logarithmic returns from the second session on, and changes of the logarithm of VIX.
    returns: Vec<f64>,
    changes: Vec<f64>,
    close: Vec<f64>,
    vix: Vec<f64>,
}

/// Every measure of [`Measure::ALL`] over some sessions; `None` where the market does not have what it needs.
pub fn measures(observations: &Observations, window: Range<usize>) -> Vec<Option<f64>> {
    let column = |name: &str| -> Option<Vec<f64>> {
        let values = &observations.daily.get(name)?.values;
        values.get(window.clone())?.iter().copied().collect()
    };
    let (Some(close), Some(vix)) = (column(names::SPX_CLOSE), column(names::VIX)) else {
        return vec![None; Measure::ALL.len()];
    };
    if close.len() < 2 * MONTH {
        return vec![None; Measure::ALL.len()];
    }
    let path = Path {
        observations,
        returns: logs(&close),
        changes: logs(&vix),
        close,
        vix,
        window,
    };
    let futures = path.futures();
    let of = |measure| path.measure(measure, &futures);
    Measure::ALL
        .map(|measure| of(measure).filter(|value| value.is_finite()))
        .to_vec()
}

/// What futures did, session by session.
#[derive(Default)]
struct Futures {
    /// Front above second.
    inverted: Vec<bool>,
    /// Changes of the logarithm of the front, within one contract.
    changes: Vec<f64>,
    /// Logarithms of final settlements over the last daily ones.
    gaps: Vec<f64>,
}

impl Path<'_> {
    fn measure(&self, measure: Measure, futures: &Futures) -> Option<f64> {
        let absolute = || self.returns.iter().map(|r| r.abs()).collect::<Vec<f64>>();
        match measure {
            Measure::Drift => Some(mean(&self.returns)? * YEAR),
            Measure::Volatility => Some(deviation(&self.returns)? * YEAR.sqrt()),
            Measure::Kurtosis => kurtosis(&self.returns),
            Measure::WorstDay => self.returns.iter().copied().reduce(f64::min).map(simple),
            Measure::FirstPercentile => percentile(&self.returns, 0.01).map(simple),
            Measure::BestDay => self.returns.iter().copied().reduce(f64::max).map(simple),
            Measure::Autocorrelation => lagged(&self.returns, 1),
            Measure::Clustering1 => lagged(&absolute(), 1),
            Measure::Clustering5 => lagged(&absolute(), 5),
            Measure::Clustering21 => lagged(&absolute(), MONTH),
            Measure::DeepestFall => Some(deepest_fall(&self.close)),
            Measure::MeanVix => mean(&self.vix),
            Measure::GreatestVix => self.vix.iter().copied().reduce(f64::max),
            Measure::VixChanges => deviation(&self.changes),
            Measure::VixHalfLife => half_life(&self.vix),
            Measure::Leverage => correlation(&self.returns, &self.changes),
            Measure::SlopeDown => self.slope(|r| r < 0.0),
            Measure::SlopeUp => self.slope(|r| r > 0.0),
            Measure::Backwardation => self.backwardation(),
            Measure::FuturesBackwardation => share(&futures.inverted),
            Measure::FutureChanges => deviation(&futures.changes),
            Measure::SettlementGap => deviation(&futures.gaps),
            Measure::Premium => self.premium(),
        }
    }

    /// Slope of changes of VIX on the returns that are wanted.
    fn slope(&self, wanted: impl Fn(f64) -> bool) -> Option<f64> {
        let pairs = self.returns.iter().zip(&self.changes);
        let (x, y): (Vec<f64>, Vec<f64>) = pairs.filter(|(r, _)| wanted(**r)).unzip();
        Some(correlation(&x, &y)? * deviation(&y)? / deviation(&x)?)
    }

    fn backwardation(&self) -> Option<f64> {
        let far = &self.observations.daily.get(names::VIX3M)?.values;
        let far = far.get(self.window.clone())?.iter();
        let both = self.vix.iter().zip(far);
        let above = both.filter_map(|(vix, far)| Some(*vix > (*far)?));
        share(&above.collect::<Vec<bool>>())
    }

    /// VIX less what the index then did.
    fn premium(&self) -> Option<f64> {
        let realised = self.returns.windows(MONTH).map(|month| {
            let sum: f64 = month.iter().map(|r| r * r).sum();
            100.0 * (sum / MONTH as f64 * YEAR).sqrt()
        });
        let gaps: Vec<f64> = self.vix.iter().zip(realised).map(|(v, r)| v - r).collect();
        mean(&gaps)
    }

    fn futures(&self) -> Futures {
        let mut found = Futures::default();
        let mut before: BTreeMap<NaiveDate, f64> = BTreeMap::new();
        for t in self.window.clone() {
            let date = self.observations.sessions[t];
            let vx = &self.observations.vx;
            let from = vx.partition_point(|row| row.trade_date < date);
            let rows: Vec<_> = vx[from..]
                .iter()
                .take_while(|row| row.trade_date == date && row.settle > 0.0)
                .collect();
            let gap = |expiry: &NaiveDate, settle: f64| before.get(expiry).map(|b| ln(settle / b));
            let last = rows.iter().find(|row| row.expiry == date);
            found
                .gaps
                .extend(last.and_then(|row| gap(&row.expiry, row.settle)));
            let live: Vec<_> = rows.iter().filter(|row| row.expiry > date).collect();
            if let [front, second, ..] = live.as_slice() {
                found.inverted.push(front.settle > second.settle);
                found.changes.extend(gap(&front.expiry, front.settle));
            }
            before = live.iter().map(|row| (row.expiry, row.settle)).collect();
        }
        found
    }
}

fn simple(ln_return: f64) -> f64 {
    exp(ln_return) - 1.0
}

fn logs(levels: &[f64]) -> Vec<f64> {
    levels
        .windows(2)
        .map(|pair| ln(pair[1] / pair[0]))
        .collect()
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

fn share(values: &[bool]) -> Option<f64> {
    let wanted = values.iter().filter(|value| **value).count();
    (!values.is_empty()).then(|| wanted as f64 / values.len() as f64)
}

/// The mean of a power of what values are off their mean.
fn moment(values: &[f64], power: i32) -> Option<f64> {
    let middle = mean(values)?;
    let off = values.iter().map(|value| (value - middle).powi(power));
    Some(off.sum::<f64>() / values.len() as f64)
}

fn deviation(values: &[f64]) -> Option<f64> {
    (values.len() > 1).then_some(())?;
    Some(moment(values, 2)?.sqrt())
}

fn kurtosis(values: &[f64]) -> Option<f64> {
    let variance = moment(values, 2)?;
    Some(moment(values, 4)? / (variance * variance) - 3.0)
}

fn percentile(values: &[f64], share: f64) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get((share * sorted.len() as f64) as usize).copied()
}

fn correlation(x: &[f64], y: &[f64]) -> Option<f64> {
    let (at_x, at_y) = (mean(x)?, mean(y)?);
    let both = x.iter().zip(y).map(|(x, y)| (x - at_x) * (y - at_y));
    Some(both.sum::<f64>() / x.len() as f64 / (deviation(x)? * deviation(y)?))
}

fn lagged(values: &[f64], lag: usize) -> Option<f64> {
    correlation(
        values.get(lag..)?,
        values.get(..values.len().checked_sub(lag)?)?,
    )
}

fn half_life(levels: &[f64]) -> Option<f64> {
    let logs: Vec<f64> = levels.iter().map(|level| ln(*level)).collect();
    let kept = lagged(&logs, 1)?;
    (kept > 0.0 && kept < 1.0).then(|| ln(0.5) / ln(kept))
}

fn deepest_fall(levels: &[f64]) -> f64 {
    let mut peak = f64::MIN_POSITIVE;
    let fall = |level: &f64| {
        peak = peak.max(*level);
        1.0 - level / peak
    };
    levels.iter().map(fall).fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_by_hand() {
        let close = |value: Option<f64>, wanted: f64| {
            let value = value.expect("a number");
            assert!((value - wanted).abs() < 1e-12, "{value} is not {wanted}");
        };
        let flat = [1.0, -1.0, 1.0, -1.0];
        close(deviation(&flat), 1.0);
        close(kurtosis(&flat), -2.0);
        close(lagged(&flat, 2), 1.0);
        close(correlation(&[1.0, 2.0, 3.0], &[2.0, 4.0, 6.0]), 1.0);
        close(percentile(&[3.0, 1.0, 2.0], 0.5), 2.0);
        assert!((deepest_fall(&[100.0, 120.0, 90.0, 130.0]) - 0.25).abs() < 1e-12);
        assert_eq!(share(&[]), None);
    }
}
