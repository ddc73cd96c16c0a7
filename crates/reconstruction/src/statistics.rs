//! The look of a dataset in numbers: what a reconstruction is compared with the real history by.
//!
//! [`figures`] works on any [`Observations`] that cover 2021 to 2024, real or reconstructed. [`BOUNDS`] are the limits a
//! seed has to meet to be taken; none of them knows of a position, a hedge or a profit.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use chrono::Datelike;
use market::math::ln;
use market::observations::{Observations, names};

/// Smallest and greatest accepted value of a figure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bound {
    /// Name of the figure.
    pub figure: &'static str,
    /// Smallest accepted value.
    pub low: f64,
    /// Greatest accepted value.
    pub high: f64,
}

/// The bounds of all figures, in the order of [`figures`]. The real history meets every one of them.
#[rustfmt::skip]
pub const BOUNDS: [Bound; 44] = [
    bound("2021-24 daily return sd %", 0.99, 1.09),
    bound("2021-24 daily return kurtosis", 4.2, 5.6),
    bound("2021-24 autocorrelation of r2, lag 1", 0.06, 0.20),
    bound("2021-24 autocorrelation of r2, lag 5", 0.04, 0.20),
    bound("2021-24 autocorrelation of r2, lag 20", 0.02, 0.16),
    bound("2021-24 correlation r, VIX change", -0.78, -0.70),
    bound("2021-24 sd of ln VIX change", 0.070, 0.082),
    bound("2021-24 autocorrelation of ln VIX change", -0.10, 0.05),
    bound("2021-24 VIX9D/VIX mean", 0.91, 0.96),
    bound("2021-24 VIX9D/VIX sd", 0.08, 0.11),
    bound("2021-24 VX1/VIX - 1 mean", 0.03, 0.055),
    bound("2021-24 sd of ln VX1 change", 0.045, 0.058),
    bound("2021-24 sd of ln VX4 change", 0.019, 0.026),
    bound("2021-24 sd of ln VX7 change", 0.014, 0.022),
    bound("2021 realised/implied", 0.61, 0.70),
    bound("2021 VIX mean", 18.9, 20.4),
    bound("2022 daily return sd %", 1.43, 1.62),
    bound("2022 realised/implied", 0.88, 0.98),
    bound("2022 VIX mean", 24.9, 26.3),
    bound("2022 VIX greatest close", 35.0, 37.0),
    bound("2022 share VIX < 15", 0.0, 0.0),
    bound("2022 share VIX 15-22", 0.18, 0.29),
    bound("2022 share VIX 22-25", 0.19, 0.31),
    bound("2022 share VIX > 25", 0.46, 0.57),
    bound("2022 share VIX > VIX3M", 0.02, 0.10),
    bound("2022 share VX1 > VX2", 0.12, 0.30),
    bound("2022 drawdown %", -25.5, -25.4),
    bound("2022 |14-day return|/expected move, median", 0.52, 0.80),
    bound("2022 |14-day return|/expected move, 75%", 0.90, 1.20),
    bound("2022 |14-day return|/expected move, 90%", 1.28, 1.68),
    bound("2023-24 daily return sd %", 0.77, 0.87),
    bound("2023-24 realised/implied", 0.74, 0.83),
    bound("2023-24 VIX mean", 15.9, 16.7),
    bound("2023-24 VIX least close", 11.8, 12.3),
    bound("2023-24 share VIX < 15", 0.40, 0.52),
    bound("2023-24 share VIX 15-22", 0.42, 0.56),
    bound("2023-24 share VIX 22-25", 0.01, 0.06),
    bound("2023-24 share VIX > 25", 0.005, 0.025),
    bound("2023-24 share VIX > VIX3M", 0.008, 0.035),
    bound("2023-24 share VX1 > VX2", 0.03, 0.12),
    bound("2023-24 drawdown %", -12.0, -9.5),
    bound("2023-24 |14-day return|/expected move, median", 0.54, 0.72),
    bound("2023-24 |14-day return|/expected move, 75%", 0.84, 1.05),
    bound("2023-24 |14-day return|/expected move, 90%", 1.12, 1.42),
];

const fn bound(figure: &'static str, low: f64, high: f64) -> Bound {
    Bound { figure, low, high }
}

/// Every figure of [`BOUNDS`] with its value, in that order.
pub fn figures(data: &Observations) -> Vec<(&'static str, f64)> {
    let values: Vec<f64> = [whole(data), of_2021(data), of_2022(data), of_2023_24(data)].concat();
    assert_eq!(values.len(), BOUNDS.len(), "one figure per bound");
    BOUNDS.iter().map(|b| b.figure).zip(values).collect()
}

/// The figures outside their bounds, as sentences.
pub fn violations(data: &Observations) -> Vec<String> {
    figures(data)
        .iter()
        .zip(&BOUNDS)
        .filter_map(|((name, value), b)| {
            let inside = *value >= b.low && *value <= b.high;
            (!inside).then(|| format!("{name} is {value:.4}, not within {} and {}", b.low, b.high))
        })
        .collect()
}

fn whole(data: &Observations) -> Vec<f64> {
    let w = Years::new(data, 2021..=2024);
    let returns = w.changes(names::SPX_CLOSE);
    let squares: Vec<f64> = returns.iter().map(|r| r * r).collect();
    let vix_changes = w.changes(names::VIX);
    let levels = w.series(names::VIX);
    let vix_moves: Vec<f64> = w.sessions().map(|i| levels[i] - levels[i - 1]).collect();
    let short = w.ratios(names::VIX9D, names::VIX);
    let curve = Futures::new(data);
    let basis: Vec<f64> = w
        .sessions()
        .map(|i| curve.settle(i, 0) / levels[i] - 1.0)
        .collect();
    let mut values = vec![100.0 * deviation(&returns), kurtosis(&returns)];
    values.extend([1, 5, 20].map(|lag| autocorrelation(&squares, lag)));
    values.push(correlation(&returns, &vix_moves));
    values.extend([deviation(&vix_changes), autocorrelation(&vix_changes, 1)]);
    values.extend([mean(&short), deviation(&short), mean(&basis)]);
    values.extend([0, 3, 6].map(|month| deviation(&curve.changes(&w, month))));
    values
}

fn of_2021(data: &Observations) -> Vec<f64> {
    let w = Years::new(data, 2021..=2021);
    vec![w.realised_over_implied(), mean(&w.values(names::VIX))]
}

fn of_2022(data: &Observations) -> Vec<f64> {
    let w = Years::new(data, 2022..=2022);
    let vix = w.values(names::VIX);
    let mut values = vec![
        100.0 * deviation(&w.changes(names::SPX_CLOSE)),
        w.realised_over_implied(),
        mean(&vix),
    ];
    values.push(vix.iter().copied().fold(0.0, f64::max));
    values.extend(tiers(&vix));
    values.extend(w.ends());
    values
}

fn of_2023_24(data: &Observations) -> Vec<f64> {
    let w = Years::new(data, 2023..=2024);
    let vix = w.values(names::VIX);
    let mut values = vec![
        100.0 * deviation(&w.changes(names::SPX_CLOSE)),
        w.realised_over_implied(),
        mean(&vix),
    ];
    values.push(vix.iter().copied().fold(f64::INFINITY, f64::min));
    values.extend(tiers(&vix));
    values.extend(w.ends());
    values
}

/// Shares of sessions with VIX below 15, 15 to 22, 22 to 25, above 25 (docs/model.md#regimes).
fn tiers(vix: &[f64]) -> [f64; 4] {
    let share =
        |of: &dyn Fn(f64) -> bool| vix.iter().filter(|v| of(**v)).count() as f64 / vix.len() as f64;
    let at_most_25 = |v: f64| (22.0..=25.0).contains(&v);
    [
        share(&|v| v < 15.0),
        share(&|v| (15.0..22.0).contains(&v)),
        share(&at_most_25),
        share(&|v| v > 25.0),
    ]
}

/// Some years of a dataset.
struct Years<'a> {
    data: &'a Observations,
    first: usize,
    end: usize,
}

impl<'a> Years<'a> {
    fn new(data: &'a Observations, years: RangeInclusive<i32>) -> Years<'a> {
        let before = |year: i32| data.sessions.partition_point(|d| d.year() < year);
        Years {
            data,
            first: before(*years.start()),
            end: before(*years.end() + 1),
        }
    }

    fn sessions(&self) -> std::ops::Range<usize> {
        self.first..self.end
    }

    /// All sessions of the dataset; a gap carries the value before it.
    fn series(&self, name: &str) -> Vec<f64> {
        let mut last = f64::NAN;
        self.data.daily[name]
            .values
            .iter()
            .map(|v| {
                last = v.unwrap_or(last);
                last
            })
            .collect()
    }

    fn values(&self, name: &str) -> Vec<f64> {
        self.series(name)[self.sessions()].to_vec()
    }

    /// Log changes into each session of the window.
    fn changes(&self, name: &str) -> Vec<f64> {
        let x = self.series(name);
        self.sessions().map(|i| ln(x[i] / x[i - 1])).collect()
    }

    fn ratios(&self, above: &str, below: &str) -> Vec<f64> {
        self.values(above)
            .iter()
            .zip(self.values(below))
            .map(|(a, b)| a / b)
            .collect()
    }

    /// Root mean square return, annualised, over the root mean square of the VIX closes before.
    fn realised_over_implied(&self) -> f64 {
        let vix = self.series(names::VIX);
        let implied: Vec<f64> = self.sessions().map(|i| vix[i - 1] / 100.0).collect();
        root_mean_square(&self.changes(names::SPX_CLOSE)) * 252f64.sqrt()
            / root_mean_square(&implied)
    }

    /// Share of sessions with VIX above VIX3M and with the first future above the second; drawdown [percent]; quantiles
    /// of the move over 14 days.
    fn ends(&self) -> Vec<f64> {
        let inverted = self
            .ratios(names::VIX, names::VIX3M)
            .iter()
            .filter(|r| **r > 1.0)
            .count();
        let curve = Futures::new(self.data);
        let front_above = self
            .sessions()
            .filter(|i| curve.settle(*i, 0) > curve.settle(*i, 1))
            .count();
        let n = self.sessions().len() as f64;
        let mut values = vec![inverted as f64 / n, front_above as f64 / n];
        values.push(100.0 * drawdown(&self.values(names::SPX_CLOSE)));
        let moves = self.fortnights();
        values.extend([0.50, 0.75, 0.90].map(|q| quantile(&moves, q)));
        values
    }

    /// Absolute SPX log return over the next ten sessions in units of `VIX*sqrt(14/365)`: what a condor feels.
    fn fortnights(&self) -> Vec<f64> {
        let spx = self.series(names::SPX_CLOSE);
        let vix = self.series(names::VIX);
        let scale = (14f64 / 365.0).sqrt() / 100.0;
        let inside = self.sessions().filter(|i| i + 10 < self.end);
        inside
            .map(|i| ln(spx[i + 10] / spx[i]).abs() / (vix[i] * scale))
            .collect()
    }
}

/// Settlements of the futures that have not settled, nearest first.
struct Futures {
    /// Per session: settlement day (as days from the common era) and settlement.
    curves: Vec<Vec<(i32, f64)>>,
}

impl Futures {
    fn new(data: &Observations) -> Futures {
        let mut by_day = BTreeMap::new();
        for row in data
            .vx
            .iter()
            .filter(|row| row.expiry > row.trade_date && row.settle > 0.0)
        {
            let curve: &mut Vec<_> = by_day.entry(row.trade_date).or_default();
            curve.push((row.expiry.num_days_from_ce(), row.settle));
        }
        Futures {
            curves: data
                .sessions
                .iter()
                .map(|d| by_day.remove(d).unwrap_or_default())
                .collect(),
        }
    }

    fn settle(&self, session: usize, month: usize) -> f64 {
        self.curves[session][month].1
    }

    /// Daily log changes of the contract that is the `month`-th at the end of the change.
    fn changes(&self, window: &Years, month: usize) -> Vec<f64> {
        window
            .sessions()
            .filter_map(|i| {
                let (expiry, now) = self.curves[i][month];
                let before = self.curves[i - 1].iter().find(|c| c.0 == expiry)?.1;
                Some(ln(now / before))
            })
            .collect()
    }
}

fn mean(x: &[f64]) -> f64 {
    x.iter().sum::<f64>() / x.len() as f64
}

fn root_mean_square(x: &[f64]) -> f64 {
    (x.iter().map(|x| x * x).sum::<f64>() / x.len() as f64).sqrt()
}

/// Mean product of the deviations from the means.
fn covariance(x: &[f64], y: &[f64]) -> f64 {
    let mx = mean(x);
    let my = mean(y);
    x.iter()
        .zip(y)
        .map(|(x, y)| (x - mx) * (y - my))
        .sum::<f64>()
        / x.len() as f64
}

fn deviation(x: &[f64]) -> f64 {
    let n = x.len() as f64;
    (covariance(x, x) * n / (n - 1.0)).sqrt()
}

fn correlation(x: &[f64], y: &[f64]) -> f64 {
    covariance(x, y) / (covariance(x, x) * covariance(y, y)).sqrt()
}

fn autocorrelation(x: &[f64], lag: usize) -> f64 {
    correlation(&x[lag..], &x[..x.len() - lag])
}

/// Fourth standardised moment; 3 for a normal distribution.
fn kurtosis(x: &[f64]) -> f64 {
    let m = mean(x);
    let variance = covariance(x, x);
    x.iter()
        .map(|x| (x - m) * (x - m) * (x - m) * (x - m))
        .sum::<f64>()
        / x.len() as f64
        / (variance * variance)
}

/// Deepest fall from a preceding high, as a negative fraction.
fn drawdown(x: &[f64]) -> f64 {
    let mut high = 0.0_f64;
    let mut deepest = 0.0_f64;
    for x in x {
        high = high.max(*x);
        deepest = deepest.min(x / high - 1.0);
    }
    deepest
}

/// Linear between order statistics.
fn quantile(x: &[f64], q: f64) -> f64 {
    let mut x = x.to_vec();
    x.sort_by(f64::total_cmp);
    let place = q * (x.len() - 1) as f64;
    let below = place as usize;
    let above = (below + 1).min(x.len() - 1);
    x[below] + (x[above] - x[below]) * (place - below as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_samples_by_hand() {
        let x = [1.0, 2.0, 3.0, 4.0];
        assert_eq!(deviation(&x), (5.0f64 / 3.0).sqrt());
        assert_eq!(correlation(&x, &[2.0, 4.0, 6.0, 8.0]), 1.0);
        assert_eq!(autocorrelation(&[1.0, -1.0, 1.0, -1.0, 1.0], 1), -1.0);
        assert_eq!(kurtosis(&[-1.0, 1.0]), 1.0);
        assert_eq!(quantile(&x, 0.5), 2.5);
        assert_eq!(drawdown(&[4.0, 5.0, 2.0, 6.0]), -0.6);
        assert_eq!(tiers(&[14.9, 15.0, 22.0, 25.0]), [0.25, 0.25, 0.5, 0.0]);
    }
}
