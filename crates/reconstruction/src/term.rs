//! The other volatility indices: nine days, six months, VIX of VIX, SKEW.
//!
//! Each is a regression on VIX and VIX3M plus autoregressive noise; coefficients and noise are fitted to 2021-2024.

use market::math::{exp, ln};

use crate::days::{Days, Knots, round};
use crate::draws::{Draws, Stream};
use crate::noise::{accumulate, autoregression, average};
use crate::path::Path;

/// Slow component of ln VVIX beyond what VIX explains.
const VVIX_LEVEL: Knots = Knots(&[
    (2020, 12, 0.13),
    (2021, 12, 0.13),
    (2022, 11, -0.10),
    (2023, 12, -0.06),
    (2024, 12, 0.04),
]);
/// Slow component of SKEW.
const SKEW_LEVEL: Knots = Knots(&[
    (2020, 12, 146.0),
    (2021, 11, 146.0),
    (2022, 3, 127.0),
    (2022, 12, 122.0),
    (2023, 7, 134.0),
    (2024, 4, 146.0),
    (2024, 12, 152.0),
]);

/// Closes of the volatility indices, one value per session.
pub(crate) struct Term {
    /// Nine-day VIX [vol points].
    pub(crate) vix9d: Vec<f64>,
    /// Six-month VIX [vol points].
    pub(crate) vix6m: Vec<f64>,
    /// VIX of VIX [vol points].
    pub(crate) vvix: Vec<f64>,
    /// SKEW.
    pub(crate) skew: Vec<f64>,
}

impl Term {
    pub(crate) fn new(days: &Days, path: &Path, seed: u64) -> Term {
        Term {
            vix9d: vix9d(path, &mut Draws::new(seed, Stream::Vix9d)),
            vix6m: vix6m(path, &mut Draws::new(seed, Stream::Vix6m)),
            vvix: vvix(days, path, &mut Draws::new(seed, Stream::Vvix)),
            skew: skew(days, path, &mut Draws::new(seed, Stream::Skew)),
        }
    }
}

fn vix9d(path: &Path, draws: &mut Draws) -> Vec<f64> {
    let innovations: Vec<f64> = path.vix.iter().map(|_| 0.041 * draws.student8()).collect();
    let noise = accumulate(&innovations, 0.84);
    let changes = path.vix_changes();
    (0..path.vix.len())
        .map(|i| {
            let v = ln(path.vix[i]);
            let slope = ln(path.vix3m[i] / path.vix[i]);
            round(
                exp(v + 0.046 - 0.98 * slope + 0.12 * changes[i] + noise[i]),
                2,
            )
        })
        .collect()
}

fn vix6m(path: &Path, draws: &mut Draws) -> Vec<f64> {
    let noise = autoregression(draws, path.vix.len(), 0.94, 0.006);
    (0..path.vix.len())
        .map(|i| {
            let m3 = ln(path.vix3m[i]);
            round(
                exp(m3 + 0.323 + 0.35 * (m3 - ln(path.vix[i])) - 0.0917 * m3 + noise[i]),
                2,
            )
        })
        .collect()
}

fn vvix(days: &Days, path: &Path, draws: &mut Draws) -> Vec<f64> {
    let ln_vix: Vec<f64> = path.vix.iter().map(|v| ln(*v)).collect();
    let usual = average(&ln_vix, 20.0, ln_vix[0]);
    let noise = autoregression(draws, ln_vix.len(), 0.93, 0.0255);
    (0..ln_vix.len())
        .map(|i| {
            let excess = ln_vix[i] - usual[i];
            let level = 3.89 + VVIX_LEVEL.at(days.sessions[i]) + 0.24 * ln_vix[i];
            round(exp(level + 0.44 * excess + noise[i]), 2)
        })
        .collect()
}

fn skew(days: &Days, path: &Path, draws: &mut Draws) -> Vec<f64> {
    let noise = autoregression(draws, days.sessions.len(), 0.93, 3.2);
    let changes = path.vix_changes();
    (0..days.sessions.len())
        .map(|i| {
            let level = SKEW_LEVEL.at(days.sessions[i]) - 1.8 * changes[i] + noise[i];
            round(level.clamp(110.0, 175.0), 2)
        })
        .collect()
}
