//! Opens, highs and lows of SPX and the open of VIX.

use market::math::{exp, ln};

use crate::days::{Days, round};
use crate::draws::{Draws, Stream};
use crate::path::Path;

/// What is known of a session besides its closes, one value per session.
pub(crate) struct Intraday {
    /// S&P 500 [index points].
    pub(crate) spx_open: Vec<f64>,
    /// S&P 500 [index points].
    pub(crate) spx_high: Vec<f64>,
    /// S&P 500 [index points].
    pub(crate) spx_low: Vec<f64>,
    /// VIX [vol points].
    pub(crate) vix_open: Vec<f64>,
}

impl Intraday {
    pub(crate) fn new(days: &Days, path: &Path, seed: u64) -> Intraday {
        let mut draws = Draws::new(seed, Stream::Intraday);
        let returns = path.returns();
        let changes = path.vix_changes();
        let deviations = path.deviations(days);
        let n = path.spx.len();
        let empty = || Vec::with_capacity(n);
        let mut day = Intraday {
            spx_open: empty(),
            spx_high: empty(),
            spx_low: empty(),
            vix_open: empty(),
        };
        for i in 0..n {
            let close = path.spx[i];
            let sigma = deviations[i];
            let gap = 0.25 * returns[i] + 0.36 * sigma * draws.student8();
            let open = round(close * exp(gap - returns[i]), 2);
            let (high, low) = range(ln(close / open), 0.72 * sigma, &mut draws);
            day.spx_open.push(open);
            day.spx_high
                .push(round(open * exp(high), 2).max(open).max(close));
            day.spx_low
                .push(round(open * exp(low), 2).min(open).min(close));
            // Regression of 2021-2024: the VIX opens 1% above its close on average and follows the index at the open.
            let vix_gap = 0.0115 + 0.15 * changes[i] - 2.2 * gap + 0.032 * draws.student4();
            day.vix_open
                .push(round(path.vix[i] * exp(vix_gap - changes[i]), 2));
        }
        day
    }
}

/// Highest and lowest log level of a Brownian path from 0 to `end` with deviation `sigma`, each from its exact law.
fn range(end: f64, sigma: f64, draws: &mut Draws) -> (f64, f64) {
    let mut extreme = |sign: f64| {
        let spread = end * end - 2.0 * sigma * sigma * ln(draws.uniform());
        0.5 * (end + sign * spread.sqrt())
    };
    (extreme(1.0), extreme(-1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_range_holds_both_ends() {
        let mut draws = Draws::new(1, Stream::Intraday);
        for end in [-0.02, 0.0, 0.01] {
            let (high, low) = range(end, 0.01, &mut draws);
            assert!(high >= end.max(0.0) && low <= end.min(0.0), "{low} {high}");
        }
    }
}
