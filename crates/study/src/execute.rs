//! Runs everything a study needs, in parallel, in a fixed order, and puts each result together from finished parts.

use std::sync::atomic::AtomicBool;

use engine::run::Run;
use market::chain::RawChains;
use market::history::MarketHistory;
use market::observations::Observations;
use market::price::Money;
use market::surface::ModelParams;
use policy::arm::Arm;
use runfile::config::RunConfig;

use crate::arms::{arm, other_books};
use crate::batch::{Progress, Stopped, go_on};
use crate::control::{fewer_condors, random_timing};
use crate::implied_level::ImpliedLevel;
use crate::markets::{MarketSource, market_rows, modelled_futures, models, span};
use crate::replays::{Placed, Runner};
use crate::results::{ArmResult, Replay, Study, WindowResult};
use crate::variants::Variants;
use crate::{attribution, measures, other_condors, summary};

pub use crate::error::StudyError;

/// Replays every arm over every window, with twins, bands, slippage variants and intervals. Once `stop` is raised no
/// further simulation or draw begins.
///
/// # Errors
/// Where the observations lack what the simulated sessions need, or `stop` is raised before the end.
pub fn execute(
    config: &RunConfig,
    observations: &Observations,
    chains: &RawChains,
    progress: Progress<'_>,
    stop: &AtomicBool,
) -> Result<Study, StudyError> {
    let arms: Vec<Arm> = config.arms.iter().map(|name| arm(config, name)).collect();
    let others = other_books(config);
    let all_arms = arms.iter().chain(others.iter().flat_map(|o| &o.arms));
    let horizon = all_arms.map(Arm::horizon_days).max().unwrap_or(0);
    let models = models(config);
    let level = ImpliedLevel::of_run(config, observations, stop)?;
    let source = MarketSource {
        config,
        observations,
        chains,
        level: &level,
    };
    let market = |params: &ModelParams| source.priced(span(config), (params, horizon));
    let history = market(&models[0].params)?;
    // Trades of a log that the market contradicts are left out, and told of.
    let (config, logged) = crate::logged::admitted(config, &history)?;
    let config = config.as_ref();
    let arms: Vec<Arm> = config.arms.iter().map(|name| arm(config, name)).collect();
    let needs = crate::inputs::needs(config);
    let inputs = crate::inputs::audit(config, &needs, observations, chains)?;
    let runner = Runner {
        config,
        arms: &arms,
        capital: Money::from_usd(config.starting_capital_usd),
        progress,
        stop,
    };
    let placed = placed(config, &history);
    let replays = runner.replays(&history, &placed)?;
    let variants = runner.variants(&history, (&market, &models), &placed, &replays)?;
    let parts = replays.into_iter().zip(variants);
    let mut windows = Vec::with_capacity(placed.len());
    progress("intervals", 0, config.windows.len());
    for (index, (placed, (replays, variants))) in placed.iter().zip(parts).enumerate() {
        windows.push(window(&runner, &history, placed, replays, variants)?);
        progress("intervals", index + 1, config.windows.len());
    }
    let benchmarks = crate::replicate::rows(&config.benchmarks, observations, &windows);
    let claims = crate::claims::answers(config, &history, &windows, progress, stop)?;
    let other_condors = other_condors::rows(config, &history, &others, progress, stop)?;
    let (runs, scenario_days) = count(&runner, &windows, models.len());
    let log_marks = crate::logged::marks(config, &history);
    let history = history.without_derived();
    Ok(Study {
        logged,
        log_marks,
        claims,
        benchmarks,
        other_condors,
        market: market_rows(&history),
        repairs: *history.repairs(),
        inputs,
        moments: Vec::new(),
        modelled_futures: modelled_futures(&history),
        history,
        scenario_days,
        runs,
        windows,
    })
}

/// The windows of a run in its market.
fn placed<'a>(config: &'a RunConfig, history: &MarketHistory) -> Vec<Placed<'a>> {
    let windows = config.windows.iter().map(|window| Placed {
        window,
        range: history.window(window.first, window.last),
    });
    windows.collect()
}

/// What a window shows, put together from its replays.
fn window(
    runner: &Runner<'_>,
    history: &MarketHistory,
    placed: &Placed<'_>,
    replays: Vec<Replay>,
    variants: Variants,
) -> Result<WindowResult, Stopped> {
    let config = runner.config;
    let stop = runner.stop;
    let name = &placed.window.name;
    let range = &placed.range;
    let runs: Vec<(&Arm, &Run)> = replays.iter().map(|r| (&r.arm, &r.run)).collect();
    let (summaries, draws) = summary::of_runs(&config.inference, &runs, runner.capital, stop)?;
    let level = config.inference.level;
    let mut controls = fewer_condors::deleveraged(name, &replays, &summaries, &draws, level);
    controls.extend(random_timing::rows(
        config, history, placed, &replays, stop,
    )?);
    go_on(stop)?;
    let attributions = attribution::of_window(history, range, &replays);
    let identical: Vec<bool> = replays
        .iter()
        .map(|replay| summary::same_condors(&replays[0], replay))
        .collect();
    let arms: Vec<ArmResult> = replays
        .into_iter()
        .zip(summaries)
        .zip(attributions)
        .zip(identical)
        .map(
            |(((replay, summary), attribution), condors_identical)| ArmResult {
                replay,
                summary,
                attribution,
                condors_identical,
            },
        )
        .collect();
    let dates = range.clone().map(|t| history.view(t).today().date);
    Ok(WindowResult {
        measures: measures::of_window(history, name, range, &arms),
        window: placed.window.clone(),
        sessions: dates.collect(),
        range: range.clone(),
        arms,
        bands: variants.bands,
        worlds: variants.worlds,
        slippage: variants.slippage,
        controls,
    })
}

/// Runs and scenario-days whose results are shown (the searches for twins not counted).
fn count(runner: &Runner<'_>, windows: &[WindowResult], models: usize) -> (usize, usize) {
    let config = runner.config;
    let variants = models - 1
        + config.bands.half_spread_fraction.len()
        + config.price_errors.worlds
        + config.other_condors.len();
    let per_window = |w: &WindowResult| w.arms.len() + variants * runner.arms.len();
    let runs = windows.iter().map(per_window).sum();
    let days = windows
        .iter()
        .map(|w| per_window(w) * w.sessions.len())
        .sum();
    (runs, days)
}
