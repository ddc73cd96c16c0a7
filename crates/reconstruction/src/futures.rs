//! Settlements of the VIX futures.
//!
//! `ln F = ln VIX3M + c + a*ln(VIX/VIX3M) + g*ln(VIX6M/VIX3M)` with coefficients by days to settlement, refitted to
//! 2021-2024, plus noise that a whole curve shares (level and slope) and a little of each contract's own. All of it
//! fades towards settlement, so that the front converges to VIX.

use chrono::NaiveDate;
use market::math::{exp, ln};
use market::observations::VxSettlement;

use crate::days::{Days, interpolate, listed_from, round};
use crate::draws::{Draws, Stream};
use crate::intraday::Intraday;
use crate::noise::{accumulate, autoregression, average};
use crate::path::Path;
use crate::term::Term;

/// Days to settlement, then c, a, g.
#[rustfmt::skip]
const CURVE: [[f64; 4]; 12] = [
    [0.0, 0.000, 1.000, 0.000],
    [2.0, -0.007, 0.940, 0.082],
    [7.0, -0.028, 0.672, 0.114],
    [15.0, -0.048, 0.374, 0.225],
    [27.0, -0.057, 0.100, 0.210],
    [50.0, -0.064, -0.107, 0.475],
    [80.0, -0.076, -0.104, 0.995],
    [110.0, -0.091, -0.050, 1.495],
    [140.0, -0.099, 0.005, 1.850],
    [170.0, -0.099, 0.060, 2.060],
    [200.0, -0.101, 0.084, 2.253],
    [268.0, -0.113, 0.220, 2.750],
];
/// Weight of the curve's common level noise by days to settlement.
const LEVEL_WEIGHT: [(f64, f64); 6] = [
    (0.0, 0.3),
    (2.0, 0.6),
    (8.0, 1.0),
    (60.0, 1.0),
    (120.0, 0.6),
    (268.0, 0.4),
];
/// Share of VIX's distance from its recent average that futures see through, by days to settlement.
const PATIENCE: [(f64, f64); 6] = [
    (0.0, 0.0),
    (5.0, 0.12),
    (15.0, 0.27),
    (60.0, 0.28),
    (100.0, 0.41),
    (268.0, 0.37),
];
/// Span of that average [sessions].
const RECENT: f64 = 12.0;
/// Elasticities of VIX3M and VIX6M to VIX.
const ELASTICITIES: [f64; 2] = [0.63, 0.44];
/// Sessions over which futures follow what moves VIX3M and VIX6M apart from VIX: they see through daily noise there.
const SMOOTHING: f64 = 10.0;
/// Deviation of the final settlement value from the VIX open of the settlement morning [vol points].
const FINAL_SD: f64 = 0.8;

/// All settlements, sorted by trade date and settlement day.
pub(crate) fn settlements(
    days: &Days,
    path: &Path,
    term: &Term,
    intraday: &Intraday,
    seed: u64,
) -> Vec<VxSettlement> {
    let n = days.sessions.len();
    let mut draws = Draws::new(seed, Stream::Curve);
    let level = level(days, path, &mut draws);
    let slope = autoregression(&mut draws, n, 0.95, 0.0070);
    let vix: Vec<f64> = path.vix.iter().map(|v| ln(*v)).collect();
    let recent = average(&vix, RECENT, vix[0]);
    let [vix3m, vix6m] = [
        (&path.vix3m, ELASTICITIES[0]),
        (&term.vix6m, ELASTICITIES[1]),
    ]
    .map(|x| smooth(x, &vix));
    let mut finals = Draws::new(seed, Stream::Settlement);
    let mut rows = Vec::new();
    for (number, &expiry) in days.vix_settlements.iter().enumerate() {
        let own = autoregression(
            &mut Draws::numbered(seed, Stream::Future, number as u64),
            n,
            0.90,
            0.0022,
        );
        for (i, &trade_date) in days.sessions.iter().enumerate() {
            if trade_date >= expiry || trade_date < listed_from(expiry) {
                continue;
            }
            let left = days_between(trade_date, expiry);
            let noise = interpolate(LEVEL_WEIGHT.into_iter(), left) * (level[i] + own[i])
                + slope[i] * left / 268.0;
            let seen_through = interpolate(PATIENCE.into_iter(), left) * (vix[i] - recent[i]);
            let [vix3m, vix6m] = [
                vix3m[i] - ELASTICITIES[0] * seen_through,
                vix6m[i] - ELASTICITIES[1] * seen_through,
            ];
            let fair = fair(vix[i] - seen_through, vix3m, vix6m, left);
            rows.push(VxSettlement {
                trade_date,
                expiry,
                settle: round(exp(fair + noise), 4),
                high: None,
            });
        }
        if let Ok(i) = days.sessions.binary_search(&expiry) {
            let settle = round(intraday.vix_open[i] + FINAL_SD * finals.student4(), 2);
            rows.push(VxSettlement {
                trade_date: expiry,
                expiry,
                settle,
                high: None,
            });
        }
    }
    rows.sort_by_key(|row| (row.trade_date, row.expiry));
    rows
}

/// Noise that all contracts share; it leans against the index as VIX does.
fn level(days: &Days, path: &Path, draws: &mut Draws) -> Vec<f64> {
    let news: Vec<f64> = path
        .shocks(days)
        .map(|shock| 0.0150 * (0.93 * draws.normal() - 0.37 * shock))
        .collect();
    accumulate(&news, 0.80)
}

/// Logarithm of an index whose part that does not follow VIX, with the given elasticity, is averaged.
fn smooth((index, elasticity): (&Vec<f64>, f64), ln_vix: &[f64]) -> Vec<f64> {
    let own: Vec<f64> = index
        .iter()
        .zip(ln_vix)
        .map(|(x, v)| ln(*x) - elasticity * v)
        .collect();
    average(&own, SMOOTHING, own[0])
        .iter()
        .zip(ln_vix)
        .map(|(x, v)| x + elasticity * v)
        .collect()
}

fn days_between(from: NaiveDate, to: NaiveDate) -> f64 {
    (to - from).num_days() as f64
}

/// Logarithm of the regression's price, `left` days before settlement.
fn fair(vix: f64, vix3m: f64, vix6m: f64, left: f64) -> f64 {
    let at = |column: usize| interpolate(CURVE.iter().map(|row| (row[0], row[column])), left);
    vix3m + at(1) + at(2) * (vix - vix3m) + at(3) * (vix6m - vix3m)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_curve_meets_vix_at_settlement() {
        assert_eq!(fair(2.7, 2.9, 3.0, 0.0), 2.7);
        assert!(fair(2.7, 2.9, 3.0, 30.0) > 2.75 && fair(3.5, 3.4, 3.35, 30.0) < 3.45);
    }
}
