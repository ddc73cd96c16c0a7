//! The same arms under other assumptions: the price model shifted by its own error, fills at another part of the spread,
//! and worlds drawn from the error of the price model. What comes back is one list of rows per window.

use std::sync::atomic::{AtomicUsize, Ordering};

use engine::execution::Execution;
use engine::run::{Keep, Run};
use market::history::{HistoryError, MarketHistory};
use market::surface::ModelParams;
use policy::arm::Arm;
use tables::{BandRow, SlippageRow, WorldsRow};

use crate::batch::{Job, Stopped, map_until, run_all_until};
use crate::curves;
use crate::error::StudyError;
use crate::markets::Model;
use crate::replays::{Placed, Runner};
use crate::results::Replay;
use crate::worlds::WorldRuns;

/// What each window shows under other assumptions.
pub(crate) struct Variants {
    pub bands: Vec<BandRow>,
    pub worlds: Vec<WorldsRow>,
    pub slippage: Vec<SlippageRow>,
}

/// A market by its model.
pub(crate) type Market<'m> =
    &'m (dyn Fn(&ModelParams) -> Result<MarketHistory, HistoryError> + Sync);

impl Runner<'_> {
    /// Everything of every window. The first model is that of `base`.
    pub fn variants(
        &self,
        base: &MarketHistory,
        (market, models): (Market<'_>, &[Model]),
        windows: &[Placed<'_>],
        replays: &[Vec<Replay>],
    ) -> Result<Vec<Variants>, StudyError> {
        let bands = self.bands((market, models), windows, replays)?;
        let worlds = self.worlds(base, windows)?;
        let slippage = self.slippage(base, windows)?;
        Ok(bands
            .into_iter()
            .zip(worlds)
            .zip(slippage)
            .map(|((bands, worlds), slippage)| Variants {
                bands,
                worlds,
                slippage,
            })
            .collect())
    }

    /// The arms under every price model. A market is let go once its runs are done: they are the largest things that a
    /// run holds.
    fn bands(
        &self,
        (market, models): (Market<'_>, &[Model]),
        windows: &[Placed<'_>],
        replays: &[Vec<Replay>],
    ) -> Result<Vec<Vec<BandRow>>, StudyError> {
        let (headline, shifted) = models.split_first().expect("the headline has a model");
        let runs = shifted.len() * windows.len() * self.arms.len();
        let done = AtomicUsize::new(0);
        let tell = |_| {
            let done = done.fetch_add(1, Ordering::Relaxed) + 1;
            (self.progress)("model bands", done, runs);
        };
        (self.progress)("model bands", 0, runs);
        let variants = map_until(shifted, self.stop, |model| {
            let history = market(&model.params)?;
            windows
                .iter()
                .map(|placed| {
                    let runs = self.curves(&history, placed, &tell)?;
                    let runs: Vec<&Run> = runs.iter().collect();
                    Ok(self.band_rows(placed, model, &runs))
                })
                .collect::<Result<Vec<Vec<BandRow>>, StudyError>>()
        })?;
        let headline = windows.iter().zip(replays).map(|(placed, replays)| {
            let arms = &replays[..self.arms.len()];
            let runs: Vec<&Run> = arms.iter().map(|arm| &arm.run).collect();
            self.band_rows(placed, headline, &runs)
        });
        let mut bands: Vec<Vec<BandRow>> = headline.collect();
        for variant in variants {
            for (rows, more) in bands.iter_mut().zip(variant?) {
                rows.extend(more);
            }
        }
        Ok(bands)
    }

    /// Every arm over one window, curves only.
    fn curves(
        &self,
        history: &MarketHistory,
        placed: &Placed<'_>,
        tell: &(dyn Fn(usize) + Sync),
    ) -> Result<Vec<Run>, Stopped> {
        let execution = &self.config.execution;
        let jobs: Vec<Job<'_>> = self
            .arms
            .iter()
            .map(|arm| self.job(history, &placed.range, arm, execution, Keep::Curve))
            .collect();
        run_all_until(&jobs, tell, self.stop)
    }

    fn band_rows(&self, placed: &Placed<'_>, model: &Model, runs: &[&Run]) -> Vec<BandRow> {
        let unhedged = runs[0];
        let condor_pnl = curves::pnl(unhedged, self.capital);
        let hedged = self.arms.iter().zip(runs).skip(1);
        hedged
            .map(|(arm, run)| BandRow {
                window: placed.window.name.clone(),
                arm: arm.name.clone(),
                variant: model.name.clone(),
                condor_pnl_usd: Some(condor_pnl),
                hedge_effect_usd: Some(curves::pnl(run, self.capital) - condor_pnl),
                drawdown_reduction: curves::reduction(unhedged, run, self.capital),
            })
            .collect()
    }

    fn worlds(
        &self,
        history: &MarketHistory,
        windows: &[Placed<'_>],
    ) -> Result<Vec<Vec<WorldsRow>>, Stopped> {
        let worlds = WorldRuns {
            history,
            params: &self.config.model_params(),
            windows,
            arms: self.arms,
            execution: &self.config.execution,
            capital: self.capital,
            worlds: self.config.price_errors.worlds,
            seed: self.config.price_errors.seed,
        };
        worlds.rows(self.config.inference.level, self.progress, self.stop)
    }

    fn slippage(
        &self,
        history: &MarketHistory,
        windows: &[Placed<'_>],
    ) -> Result<Vec<Vec<SlippageRow>>, Stopped> {
        let fractions = &self.config.bands.half_spread_fraction;
        let executions: Vec<Execution> = fractions
            .iter()
            .map(|f| Execution {
                half_spread_fraction: *f,
                ..self.config.execution.clone()
            })
            .collect();
        let mut jobs: Vec<Job<'_>> = Vec::new();
        for placed in windows {
            for execution in &executions {
                let arms = self.arms.iter();
                jobs.extend(
                    arms.map(|arm| self.job(history, &placed.range, arm, execution, Keep::Curve)),
                );
            }
        }
        // All windows in one phase: a second one would seem to begin anew.
        let runs = self.run("slippage", &jobs)?;
        let mut of_fractions = runs.chunks(self.arms.len());
        Ok(windows
            .iter()
            .map(|placed| {
                let of_window = of_fractions.by_ref().take(fractions.len());
                of_window
                    .zip(fractions)
                    .flat_map(|(runs, fraction)| self.slippage_rows(placed, *fraction, runs))
                    .collect()
            })
            .collect())
    }

    fn slippage_rows(&self, placed: &Placed<'_>, fraction: f64, runs: &[Run]) -> Vec<SlippageRow> {
        let arms = self.arms.iter().zip(runs).enumerate();
        arms.map(|(index, (arm, run)): (usize, (&Arm, &Run))| SlippageRow {
            window: placed.window.name.clone(),
            arm: arm.name.clone(),
            half_spread_fraction: fraction,
            pnl_usd: Some(curves::pnl(run, self.capital)),
            max_drawdown_usd: Some(curves::max_drawdown(&run.curve, self.capital)),
            // The unhedged arm compared with itself is no finding.
            drawdown_reduction: (index > 0)
                .then(|| curves::reduction(&runs[0], run, self.capital))
                .flatten(),
        })
        .collect()
    }
}
