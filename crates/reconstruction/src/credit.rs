//! Credit spreads [percentage points] and the dollar.

use crate::days::{Days, Knots, round};
use crate::draws::{Draws, Stream};
use crate::noise::{accumulate, autoregression, average};
use crate::path::Path;

#[rustfmt::skip]
const HIGH_YIELD: Knots = Knots(&[
    (2020, 12, 4.3), (2021, 4, 3.5), (2021, 7, 3.2), (2022, 1, 3.2), (2022, 7, 5.1), (2022, 9, 4.8), (2023, 1, 4.5),
    (2023, 4, 4.5), (2024, 1, 3.5), (2024, 7, 3.2), (2025, 1, 2.9),
]);
const BAA: Knots = Knots(&[
    (2020, 12, 0.80),
    (2021, 12, 0.78),
    (2022, 7, 0.62),
    (2023, 4, 0.55),
    (2024, 1, 0.35),
    (2025, 1, 0.42),
]);
const DOLLAR: Knots = Knots(&[
    (2020, 12, 112.0),
    (2021, 6, 111.0),
    (2021, 12, 116.0),
    (2022, 10, 127.0),
    (2023, 2, 119.0),
    (2024, 1, 120.0),
    (2024, 10, 122.0),
    (2025, 1, 129.0),
]);
/// VIX in excess of its usual level as at the first session, so that the averages need no history [vol points].
const USUAL_VIX: f64 = 24.0;

/// Spreads and dollar, one value per session.
pub(crate) struct Credit {
    /// High-yield option-adjusted spread.
    pub(crate) high_yield: Vec<f64>,
    /// Investment-grade option-adjusted spread.
    pub(crate) investment_grade: Vec<f64>,
    /// Moody's Baa yield less the ten-year Treasury.
    pub(crate) baa: Vec<f64>,
    /// Nominal broad dollar index.
    pub(crate) dollar: Vec<f64>,
}

impl Credit {
    pub(crate) fn new(days: &Days, path: &Path, seed: u64) -> Credit {
        let mut draws = Draws::new(seed, Stream::Credit);
        let high_yield = high_yield(days, path, &mut draws);
        let investment_grade = investment_grade(&high_yield, &mut draws);
        let slow = average(&high_yield, 15.0, high_yield[0]);
        let noise = autoregression(&mut draws, slow.len(), 0.95, 0.028);
        let baa = |i: usize| round(BAA.at(days.sessions[i]) + 0.34 * slow[i] + noise[i], 2);
        let baa = (0..slow.len()).map(baa).collect();
        Credit {
            high_yield,
            investment_grade,
            baa,
            dollar: dollar(days, path, seed),
        }
    }
}

fn high_yield(days: &Days, path: &Path, draws: &mut Draws) -> Vec<f64> {
    let quick = average(&path.vix, 3.0, path.vix[0]);
    let usual = average(&path.vix, 120.0, USUAL_VIX);
    let noise = autoregression(draws, path.vix.len(), 0.93, 0.070);
    (0..noise.len())
        .map(|i| {
            round(
                HIGH_YIELD.at(days.sessions[i]) + 0.05 * (quick[i] - usual[i]) + noise[i],
                2,
            )
        })
        .collect()
}

fn investment_grade(high_yield: &[f64], draws: &mut Draws) -> Vec<f64> {
    let smooth = average(high_yield, 7.0, high_yield[0]);
    smooth
        .iter()
        .map(|hy| round(-0.14 + 0.35 * hy + 0.006 * draws.normal(), 2))
        .collect()
}

fn dollar(days: &Days, path: &Path, seed: u64) -> Vec<f64> {
    let mut draws = Draws::new(seed, Stream::Dollar);
    let news: Vec<f64> = path
        .shocks(days)
        .map(|e| 0.38 * (0.95 * draws.normal() - 0.32 * e))
        .collect();
    let noise = accumulate(&news, 0.95);
    days.sessions
        .iter()
        .zip(noise)
        .map(|(d, e)| round(DOLLAR.at(*d) + e, 4))
        .collect()
}
