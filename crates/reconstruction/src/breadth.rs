//! Advancing and declining issues of the NYSE, and the share of S&P 500 members above their 200-day average.

use market::math::{exp, ln, tanh};

use crate::days::{Days, Knots, round};
use crate::draws::{Draws, Stream};
use crate::noise::{autoregression, average};
use crate::path::Path;

/// Issues traded.
const ISSUES: Knots = Knots(&[
    (2020, 12, 3250.0),
    (2021, 7, 3370.0),
    (2022, 7, 3250.0),
    (2023, 7, 2980.0),
    (2024, 7, 2830.0),
]);
/// Share above the average beyond what the index explains, as a logit: narrow rallies lower it.
const WIDTH: Knots = Knots(&[
    (2020, 12, 0.7),
    (2021, 6, 0.6),
    (2022, 1, 0.1),
    (2022, 12, 0.1),
    (2023, 10, -0.2),
    (2024, 12, -0.2),
]);
/// 200-session average of SPX at the first session, roughly [index points].
const FIRST_AVERAGE: f64 = 3230.0;

/// Breadth, one value per session.
pub(crate) struct Breadth {
    /// Issues that rose, that fell, and that did not change.
    pub(crate) counts: [Vec<f64>; 3],
    /// S&P 500 members above their 200-day average [percent].
    pub(crate) pct_above_200d: Vec<f64>,
}

impl Breadth {
    pub(crate) fn new(days: &Days, path: &Path, seed: u64) -> Breadth {
        let mut draws = Draws::new(seed, Stream::Breadth);
        Breadth {
            counts: counts(days, path, &mut draws),
            pct_above_200d: above(days, path, &mut draws),
        }
    }
}

fn counts(days: &Days, path: &Path, draws: &mut Draws) -> [Vec<f64>; 3] {
    let mut counts = [Vec::new(), Vec::new(), Vec::new()];
    let moves = path.returns().into_iter().zip(path.deviations(days));
    for (day, (r, sigma)) in days.sessions.iter().zip(moves) {
        // Half of the scale is fixed: wide breadth goes with large moves and not only with unusual ones.
        let size = r / (0.5 * sigma + 0.005);
        let balance = tanh(-0.015 + 0.39 * size + 0.26 * draws.normal());
        let unchanged = (115.0 + 32.0 * draws.normal()).clamp(45.0, 220.0).round();
        let moved = (ISSUES.at(*day) + 25.0 * draws.normal()).round() - unchanged;
        let advanced = (moved * 0.5 * (1.0 + balance)).round();
        for (series, value) in counts
            .iter_mut()
            .zip([advanced, moved - advanced, unchanged])
        {
            series.push(value);
        }
    }
    counts
}

fn above(days: &Days, path: &Path, draws: &mut Draws) -> Vec<f64> {
    let usual = average(&path.spx, 200.0, FIRST_AVERAGE);
    let noise = autoregression(draws, usual.len(), 0.97, 0.07);
    (0..usual.len())
        .map(|i| {
            let logit = WIDTH.at(days.sessions[i]) + 10.0 * ln(path.spx[i] / usual[i]) + noise[i];
            round(100.0 / (1.0 + exp(-logit)), 2)
        })
        .collect()
}
