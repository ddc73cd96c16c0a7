//! What a run would have shown if the price model were off: the same arms in worlds drawn from the error model.
//!
//! A world is the run's market with one error per session ([`market::error_model`]): strikes are chosen again, and entries,
//! marks and exits are priced in it. What was published stays, and so do quotes of chains. Worlds are numbered streams of one
//! seed, simulated in parallel, each by one thread: any number of threads gives the same bytes.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use chrono::NaiveDate;
use engine::execution::Execution;
use engine::run::{Keep, Run, run};
use market::error_model::errors_of_world;
use market::history::{MarketHistory, PricingError};
use market::price::Money;
use market::surface::ModelParams;
use policy::arm::Arm;
use stats::interval::quantile;
use tables::WorldsRow;

use crate::batch::{Progress, Stopped, map_until};
use crate::curves;
use crate::replays::Placed;

/// What is run in every world.
pub struct WorldRuns<'a> {
    /// The market without error.
    pub history: &'a MarketHistory,
    /// Its windows.
    pub(crate) windows: &'a [Placed<'a>],
    /// Its parameters.
    pub params: &'a ModelParams,
    /// The arms; the first is the unhedged one.
    pub arms: &'a [Arm],
    /// How orders become fills.
    pub execution: &'a Execution,
    /// Capital at the start of each window.
    pub capital: Money,
    /// How many worlds.
    pub worlds: usize,
    /// Seed of their errors.
    pub seed: u64,
}

/// One arm in one window of one world \[USD\].
#[derive(Clone, Copy, Debug, PartialEq)]
struct Outcome {
    pnl: f64,
    hedge_effect: f64,
    drawdown_reduction: Option<f64>,
}

impl WorldRuns<'_> {
    /// Rows of every arm, by window; none where no world is asked for.
    ///
    /// # Errors
    /// Where `stop` is raised before the end.
    pub fn rows(
        &self,
        level: f64,
        progress: Progress<'_>,
        stop: &AtomicBool,
    ) -> Result<Vec<Vec<WorldsRow>>, Stopped> {
        let numbers: Vec<u64> = (0..self.worlds as u64).collect();
        let done = AtomicUsize::new(0);
        progress("worlds of the price error", 0, numbers.len());
        let worlds = map_until(&numbers, stop, |number| {
            let outcomes = self.outcomes(*number);
            progress(
                "worlds of the price error",
                done.fetch_add(1, Ordering::Relaxed) + 1,
                numbers.len(),
            );
            outcomes
        })?;
        Ok(self
            .windows
            .iter()
            .enumerate()
            .map(|(at, placed)| {
                let arms = self
                    .arms
                    .iter()
                    .enumerate()
                    .take_while(|_| !worlds.is_empty());
                arms.map(|(index, arm)| {
                    let all: Vec<Outcome> = worlds.iter().map(|w| w[at][index]).collect();
                    row((&placed.window.name, &arm.name), &all, level)
                })
                .collect()
            })
            .collect())
    }

    /// Every arm in every window of one world.
    fn outcomes(&self, number: u64) -> Vec<Vec<Outcome>> {
        let off = self
            .history
            .with_errors(&errors(self.history, self.params, self.seed, number));
        let of_window = |placed: &Placed<'_>| {
            let runs: Vec<Run> = self
                .arms
                .iter()
                .map(|arm| {
                    let execution = self.execution;
                    let capital = self.capital;
                    run(
                        &off,
                        placed.range.clone(),
                        arm,
                        execution,
                        capital,
                        Keep::Curve,
                    )
                })
                .collect();
            runs.iter().map(|run| self.outcome(&runs[0], run)).collect()
        };
        self.windows.iter().map(of_window).collect()
    }

    fn outcome(&self, unhedged: &Run, run: &Run) -> Outcome {
        let pnl = curves::pnl(run, self.capital);
        Outcome {
            pnl: pnl.usd(),
            hedge_effect: (pnl - curves::pnl(unhedged, self.capital)).usd(),
            drawdown_reduction: curves::reduction(unhedged, run, self.capital),
        }
    }
}

/// The error of each session of a market in one world. The errors were measured about the parameters that are kept: a market
/// of other parameters is off by the difference in every world.
pub fn errors(
    history: &MarketHistory,
    params: &ModelParams,
    seed: u64,
    number: u64,
) -> Vec<PricingError> {
    let today = |t| history.view(t).today();
    let sessions: Vec<(NaiveDate, f64)> = (0..history.len())
        .map(|t| (today(t).date, today(t).vix))
        .collect();
    let kept = ModelParams::measured();
    let errors = errors_of_world(&sessions, seed, number);
    errors
        .into_iter()
        .map(|error: PricingError| PricingError {
            spx_level: error.spx_level + kept.atm_shift - params.atm_shift,
            spx_skew: error.spx_skew + kept.rho_shift - params.rho_shift,
            ..error
        })
        .collect()
}

fn row((window, arm): (&str, &str), all: &[Outcome], level: f64) -> WorldsRow {
    let pnl = middle(all.iter().map(|o| o.pnl).collect(), level);
    let effect = middle(all.iter().map(|o| o.hedge_effect).collect(), level);
    let reductions: Option<Vec<f64>> = all.iter().map(|o| o.drawdown_reduction).collect();
    let reduction = reductions.map_or([None; 3], |values| middle(values, level));
    let usd = |value: Option<f64>| value.map(Money::from_usd);
    let positive = all.iter().filter(|o| o.hedge_effect > 0.0).count();
    WorldsRow {
        window: window.to_string(),
        arm: arm.to_string(),
        worlds: all.len(),
        pnl_lo_usd: usd(pnl[0]),
        pnl_median_usd: usd(pnl[1]),
        pnl_hi_usd: usd(pnl[2]),
        hedge_effect_lo_usd: usd(effect[0]),
        hedge_effect_median_usd: usd(effect[1]),
        hedge_effect_hi_usd: usd(effect[2]),
        hedge_effect_positive: positive as f64 / all.len() as f64,
        drawdown_reduction_lo: reduction[0],
        drawdown_reduction_median: reduction[1],
        drawdown_reduction_hi: reduction[2],
    }
}

/// The quantiles `(1 - level) / 2`, one half and `(1 + level) / 2`; none without values.
fn middle(mut values: Vec<f64>, level: f64) -> [Option<f64>; 3] {
    values.sort_by(f64::total_cmp);
    let tail = (1.0 - level) / 2.0;
    [tail, 0.5, 1.0 - tail].map(|p| quantile(&values, p))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_the_middle_of_all_worlds_and_counts_those_in_which_the_hedge_helped() {
        let world = |pnl: f64| Outcome {
            pnl,
            hedge_effect: pnl - 3.0,
            drawdown_reduction: Some(pnl / 10.0),
        };
        // From the greatest down: 1 to 5 dollars, of which two lie above three and none counts that is nothing.
        let all: Vec<Outcome> = (1..=5).rev().map(|pnl| world(f64::from(pnl))).collect();
        let found = row(("window", "arm"), &all, 0.5);
        let usd = |value: f64| Some(Money::from_usd(value));
        assert_eq!(found.worlds, 5);
        assert_eq!(
            [found.pnl_lo_usd, found.pnl_median_usd, found.pnl_hi_usd],
            [usd(2.0), usd(3.0), usd(4.0)]
        );
        assert_eq!(
            [found.hedge_effect_lo_usd, found.hedge_effect_hi_usd],
            [usd(-1.0), usd(1.0)]
        );
        assert_eq!(found.hedge_effect_median_usd, usd(0.0));
        assert_eq!(found.hedge_effect_positive, 0.4);
        assert_eq!(
            [
                found.drawdown_reduction_lo,
                found.drawdown_reduction_median,
                found.drawdown_reduction_hi
            ],
            [Some(0.2), Some(0.3), Some(0.4)]
        );
        // A world without a drawdown leaves the reduction undefined, and nothing else.
        let mut none = all;
        none[2].drawdown_reduction = None;
        let found = row(("window", "arm"), &none, 0.5);
        assert_eq!(found.drawdown_reduction_median, None);
        assert_eq!(found.pnl_median_usd, usd(3.0));
    }

    #[test]
    fn the_ends_of_a_level_leave_half_of_the_rest_on_each_side() {
        let hundred: Vec<f64> = (0..=100).map(f64::from).collect();
        assert_eq!(middle(hundred.clone(), 0.5), [25.0, 50.0, 75.0].map(Some));
        assert_eq!(middle(hundred, 0.0), [50.0; 3].map(Some));
        assert_eq!(middle(Vec::new(), 0.9), [None; 3]);
    }
}
