//! Runs everything a study needs, in parallel, in a fixed order.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::batch::{Job, Progress, Stopped, go_on, map_until, run_all_until};
use engine::execution::{Execution, FillAt};
use engine::run::{Keep, Run};
use market::chain::RawChains;
use market::history::{HistoryError, MarketHistory, Pricing};
use market::inputs::MissingInputs;
use market::observations::Observations;
use market::price::Money;
use market::surface::ModelParams;
use policy::arm::Arm;

use crate::arms::{arm, other_books};
use crate::calibrate::Calibration;
use crate::implied_level::{ImpliedLevel, ImpliedLevelError};
use crate::replicate::morning::late_morning;
use crate::results::{ArmKind, ArmResult, Study, WindowResult};
use crate::twin::{equal_spend, gross_premium};
use crate::worlds::WorldRuns;
use crate::{curves, other_condors, summary};
use runfile::config::{Calibrate, RunConfig, TWIN_BASE, Window};
use tables::{BandRow, MarketRow, SlippageRow};

/// Why there is no study.
#[derive(Debug, thiserror::Error)]
pub enum StudyError {
    /// The observations lack what the simulated sessions need.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// Prices would rest on series that are missing.
    #[error(transparent)]
    Inputs(#[from] MissingInputs),
    /// The user wanted to stop.
    #[error(transparent)]
    Stopped(#[from] Stopped),
    /// `[model] index_implied_level` has nothing to follow.
    #[error("model.index_implied_level: {0}")]
    ImpliedLevel(ImpliedLevelError),
}

impl From<ImpliedLevelError> for StudyError {
    fn from(error: ImpliedLevelError) -> StudyError {
        match error {
            ImpliedLevelError::Stopped(stopped) => StudyError::Stopped(stopped),
            other => StudyError::ImpliedLevel(other),
        }
    }
}

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
    let span = span(config);
    let others = other_books(config);
    let all_arms = arms.iter().chain(others.iter().flat_map(|o| &o.arms));
    let horizon = all_arms.map(Arm::horizon_days).max().unwrap_or(0);
    let models = model_variants(config);
    let level = match config.model.index_implied_level {
        true => ImpliedLevel::new(observations, &config.model_params(), stop)?,
        false => ImpliedLevel::default(),
    };
    let given = Given {
        config,
        observations,
        chains,
        level: &level,
    };
    let market = |params: &ModelParams| priced(&given, span, (params, horizon));
    let history = market(&models[0].1)?;
    let base = &history;
    let needs = crate::inputs::needs(config);
    let inputs = crate::inputs::audit(config, &needs, observations, chains)?;
    let capital = Money::from_usd(config.starting_capital_usd);
    let bench = Bench {
        config,
        arms: &arms,
        capital,
        progress,
        stop,
    };
    let results = bench.results(base, &market, &models)?;
    let benchmarks = crate::replicate::rows(&config.benchmarks, observations, &results);
    let claims = crate::claims::answers(config, base, &results, progress, stop)?;
    let other_condors = other_condors::rows(config, base, &others, progress, stop)?;
    let runs = bench.count(&results, models.len());
    Ok(Study {
        claims,
        benchmarks,
        other_condors,
        market: market_rows(&history),
        repairs: *history.repairs(),
        inputs,
        modelled_futures: modelled(&history),
        history,
        scenario_days: runs.1,
        runs: runs.0,
        windows: results,
    })
}

/// What every market of a study is made of.
struct Given<'a> {
    config: &'a RunConfig,
    observations: &'a Observations,
    chains: &'a RawChains,
    level: &'a ImpliedLevel,
}

/// The market of a run whose model has no level implied by indices.
///
/// # Errors
/// Where the observations lack what the simulated sessions need.
pub fn market(
    config: &RunConfig,
    observations: &Observations,
    chains: &RawChains,
    span: (chrono::NaiveDate, chrono::NaiveDate),
    priced_by: (&ModelParams, i64),
) -> Result<MarketHistory, HistoryError> {
    let given = Given {
        config,
        observations,
        chains,
        level: &ImpliedLevel::default(),
    };
    priced(&given, span, priced_by)
}

/// The market of one model, with the quotes, the calibration, the stand-ins and the level the run asks for.
fn priced(
    given: &Given<'_>,
    span: (chrono::NaiveDate, chrono::NaiveDate),
    (params, horizon): (&ModelParams, i64),
) -> Result<MarketHistory, HistoryError> {
    let Given {
        config,
        observations,
        chains,
        level,
    } = *given;
    let rules = config.input_rules();
    let calibration = match config.model.calibrate {
        Calibrate::None => Calibration::default(),
        // What the chains say of the headline's model; a band's shift comes on top of it, not into it.
        Calibrate::PreviousChains => {
            Calibration::new(chains, observations, &config.model_params(), &rules)
        }
    };
    let of_session = |date| calibration.params(&level.params(params, date), date);
    let pricing = Pricing {
        params: &of_session,
        quotes: config.quotes,
        chains,
        inputs: &rules,
    };
    let build =
        |of: &Observations| MarketHistory::build_priced(of, span.0, span.1, &pricing, horizon);
    let closes = build(observations)?;
    match config.execution.fill_at {
        FillAt::NextSession => Ok(closes),
        FillAt::LateMorning => Ok(closes.with_mornings(build(&late_morning(observations))?)),
    }
}

struct Bench<'a> {
    config: &'a RunConfig,
    arms: &'a [Arm],
    capital: Money,
    progress: Progress<'a>,
    stop: &'a AtomicBool,
}

impl Bench<'_> {
    fn job<'b>(
        &self,
        history: &'b MarketHistory,
        window: &Range<usize>,
        arm: &'b Arm,
        execution: &'b Execution,
        keep: Keep,
    ) -> Job<'b> {
        Job {
            history,
            window: window.clone(),
            arm,
            execution,
            capital: self.capital,
            keep,
        }
    }

    fn run(&self, phase: &'static str, jobs: &[Job<'_>]) -> Result<Vec<Run>, Stopped> {
        let done = |done| (self.progress)(phase, done, jobs.len());
        run_all_until(jobs, &done, self.stop)
    }

    /// Everything of every window.
    fn results(
        &self,
        base: &MarketHistory,
        market: &(dyn Fn(&ModelParams) -> Result<MarketHistory, HistoryError> + Sync),
        models: &[(String, ModelParams)],
    ) -> Result<Vec<WindowResult>, StudyError> {
        let windows: Vec<(Window, Range<usize>)> = self
            .config
            .windows
            .iter()
            .map(|w| (w.clone(), base.window(w.first, w.last)))
            .collect();
        let mut results = self.headline(base, &windows)?;
        if self.config.equal_spend_twins {
            self.add_twins(base, &mut results)?;
        }
        self.add_bands(market, models, &mut results)?;
        self.add_worlds(base, &mut results)?;
        self.add_slippage(base, &mut results)?;
        for (index, window) in results.iter_mut().enumerate() {
            summary::fill_in(self.config, window, self.stop)?;
            crate::control::random_timing::add_random_timing(self.config, base, window, self.stop)?;
            go_on(self.stop)?;
            crate::attribution::fill_in(base, window);
            crate::measures::fill_in(base, window);
            (self.progress)("intervals", index + 1, windows.len());
        }
        Ok(results)
    }

    fn headline(
        &self,
        history: &MarketHistory,
        windows: &[(Window, Range<usize>)],
    ) -> Result<Vec<WindowResult>, Stopped> {
        let execution = &self.config.execution;
        let jobs: Vec<Job<'_>> = windows
            .iter()
            .flat_map(|(_, range)| {
                self.arms
                    .iter()
                    .map(|arm| self.job(history, range, arm, execution, Keep::Journal))
            })
            .collect();
        let mut runs = self.run("replay", &jobs)?.into_iter();
        let mut results = Vec::with_capacity(windows.len());
        for (window, range) in windows {
            let of_window: Vec<Run> = runs.by_ref().take(self.arms.len()).collect();
            let arms = self.arms.iter().zip(of_window).enumerate();
            let arms = arms.map(|(index, (arm, run))| {
                let kind = if index == 0 {
                    ArmKind::Unhedged
                } else {
                    ArmKind::Policy
                };
                result(
                    arm.name.clone(),
                    kind,
                    arm.clone(),
                    run,
                    self.capital,
                    history,
                )
            });
            results.push(WindowResult {
                window: window.clone(),
                sessions: range
                    .clone()
                    .map(|t| history.view(t).today().date)
                    .collect(),
                range: range.clone(),
                arms: arms.collect(),
                bands: Vec::new(),
                worlds: Vec::new(),
                slippage: Vec::new(),
                controls: Vec::new(),
                measures: Vec::new(),
            });
        }
        Ok(results)
    }

    fn add_twins(
        &self,
        history: &MarketHistory,
        results: &mut [WindowResult],
    ) -> Result<(), Stopped> {
        let execution = &self.config.execution;
        let base = arm(self.config, TWIN_BASE);
        let wanted: Vec<(usize, String, Range<usize>, Money)> = results
            .iter()
            .enumerate()
            .flat_map(|(index, window)| {
                let hedged = window
                    .arms
                    .iter()
                    .filter(|a| a.kind == ArmKind::Policy && a.name != TWIN_BASE);
                hedged.map(move |a| {
                    (
                        index,
                        a.name.clone(),
                        window.range.clone(),
                        gross_premium(&a.run),
                    )
                })
            })
            .collect();
        let twins = map_until(&wanted, self.stop, |(_, _, range, target)| {
            let twin = equal_spend(
                history,
                range.clone(),
                &base,
                execution,
                self.capital,
                *target,
            )?;
            let run = engine::run::run(
                history,
                range.clone(),
                &twin,
                execution,
                self.capital,
                Keep::Journal,
            );
            Some((twin, run))
        })?;
        for ((index, of, _, target), twin) in wanted.into_iter().zip(twins) {
            let Some((twin, run)) = twin else { continue };
            let ratio = gross_premium(&run).0 as f64 / target.0 as f64;
            let mut twin = result(
                format!("{TWIN_BASE}~{of}"),
                ArmKind::EqualSpendTwin,
                twin,
                run,
                self.capital,
                history,
            );
            twin.twin_of = Some(of.clone());
            twin.equal_spend_ratio = Some(ratio);
            results[index].arms.push(twin);
        }
        Ok(())
    }

    /// The arms under every other price model. A market is let go once its runs are done: they are the largest things
    /// that a run holds.
    fn add_bands(
        &self,
        market: &(dyn Fn(&ModelParams) -> Result<MarketHistory, HistoryError> + Sync),
        models: &[(String, ModelParams)],
        results: &mut [WindowResult],
    ) -> Result<(), StudyError> {
        let base = |window: &WindowResult| -> Vec<BandRow> {
            let arms = &window.arms[..self.arms.len()];
            let runs: Vec<&Run> = arms.iter().map(|arm| &arm.run).collect();
            self.band_rows(&window.window.name, &models[0].0, &runs)
        };
        let bases: Vec<Vec<BandRow>> = results.iter().map(base).collect();
        let runs = (models.len() - 1) * results.len() * self.arms.len();
        let done = AtomicUsize::new(0);
        let tell = |_| {
            let done = done.fetch_add(1, Ordering::Relaxed) + 1;
            (self.progress)("model bands", done, runs);
        };
        let execution = &self.config.execution;
        let variants = map_until(&models[1..], self.stop, |(variant, params)| {
            let history = market(params)?;
            let of_window = |window: &WindowResult| {
                let job = |arm| self.job(&history, &window.range, arm, execution, Keep::Curve);
                let jobs: Vec<Job<'_>> = self.arms.iter().map(job).collect();
                let runs = run_all_until(&jobs, &tell, self.stop)?;
                let runs: Vec<&Run> = runs.iter().collect();
                Ok::<_, StudyError>(self.band_rows(&window.window.name, variant, &runs))
            };
            results.iter().map(of_window).collect::<Result<Vec<_>, _>>()
        })?;
        let variants: Vec<Vec<Vec<BandRow>>> =
            variants.into_iter().collect::<Result<_, StudyError>>()?;
        for (window, bands) in results.iter_mut().zip(bases) {
            window.bands = bands;
        }
        for variant in variants {
            for (window, bands) in results.iter_mut().zip(variant) {
                window.bands.extend(bands);
            }
        }
        Ok(())
    }

    fn add_worlds(
        &self,
        history: &MarketHistory,
        results: &mut [WindowResult],
    ) -> Result<(), Stopped> {
        let windows: Vec<(String, Range<usize>)> = results
            .iter()
            .map(|w| (w.window.name.clone(), w.range.clone()))
            .collect();
        let worlds = WorldRuns {
            history,
            params: &self.config.model_params(),
            windows: &windows,
            arms: self.arms,
            execution: &self.config.execution,
            capital: self.capital,
            worlds: self.config.price_errors.worlds,
            seed: self.config.price_errors.seed,
        };
        let rows = worlds.rows(self.config.inference.level, self.progress, self.stop)?;
        for (window, rows) in results.iter_mut().zip(rows) {
            window.worlds = rows;
        }
        Ok(())
    }

    fn band_rows(&self, window: &str, variant: &str, runs: &[&Run]) -> Vec<BandRow> {
        let unhedged = runs[0];
        let row = |(arm, run): (&Arm, &&Run)| BandRow {
            window: window.to_string(),
            arm: arm.name.clone(),
            variant: variant.to_string(),
            condor_pnl_usd: Some(curves::pnl(unhedged, self.capital)),
            hedge_effect_usd: Some(
                curves::pnl(run, self.capital) - curves::pnl(unhedged, self.capital),
            ),
            drawdown_reduction: curves::reduction(unhedged, run, self.capital),
        };
        self.arms.iter().zip(runs).skip(1).map(row).collect()
    }

    fn add_slippage(
        &self,
        history: &MarketHistory,
        results: &mut [WindowResult],
    ) -> Result<(), Stopped> {
        let fractions = &self.config.bands.half_spread_fraction;
        let executions: Vec<Execution> = fractions
            .iter()
            .map(|f| Execution {
                half_spread_fraction: *f,
                ..self.config.execution.clone()
            })
            .collect();
        for window in results.iter_mut() {
            let jobs: Vec<Job<'_>> = executions
                .iter()
                .flat_map(|e| {
                    self.arms
                        .iter()
                        .map(|arm| self.job(history, &window.range, arm, e, Keep::Curve))
                })
                .collect();
            let runs = self.run("slippage", &jobs)?;
            for (chunk, fraction) in runs.chunks(self.arms.len()).zip(fractions) {
                let row = |(index, (arm, run)): (usize, (&Arm, &Run))| SlippageRow {
                    window: window.window.name.clone(),
                    arm: arm.name.clone(),
                    half_spread_fraction: *fraction,
                    pnl_usd: Some(curves::pnl(run, self.capital)),
                    max_drawdown_usd: Some(curves::max_drawdown(&run.curve, self.capital)),
                    // The unhedged arm compared with itself is no finding.
                    drawdown_reduction: (index > 0)
                        .then(|| curves::reduction(&chunk[0], run, self.capital))
                        .flatten(),
                };
                let rows: Vec<SlippageRow> =
                    self.arms.iter().zip(chunk).enumerate().map(row).collect();
                window.slippage.extend(rows);
            }
        }
        Ok(())
    }

    /// Runs and scenario-days whose results are shown (the searches for twins not counted).
    fn count(&self, results: &[WindowResult], models: usize) -> (usize, usize) {
        let variants = models - 1
            + self.config.bands.half_spread_fraction.len()
            + self.config.price_errors.worlds
            + self.config.other_condors.len();
        let per_window = |w: &WindowResult| w.arms.len() + variants * self.arms.len();
        let runs = results.iter().map(per_window).sum();
        let days = results
            .iter()
            .map(|w| per_window(w) * w.sessions.len())
            .sum();
        (runs, days)
    }
}

fn result(
    name: String,
    kind: ArmKind,
    arm: Arm,
    run: Run,
    capital: Money,
    history: &MarketHistory,
) -> ArmResult {
    let sources = crate::sources::count(&run.journal, history);
    let statement = book::statement::statement(&run.journal, capital, arm.layers());
    ArmResult {
        name,
        kind,
        twin_of: None,
        arm,
        start: capital,
        run,
        statement,
        summary: summary::Summary::default(),
        sources,
        attribution: None,
        condors_identical: true,
        equal_spend_ratio: None,
    }
}

/// First and last session any window needs.
pub fn span(config: &RunConfig) -> (chrono::NaiveDate, chrono::NaiveDate) {
    let first = config
        .windows
        .iter()
        .map(|w| w.first)
        .min()
        .expect("a checked configuration has a window");
    let last = config
        .windows
        .iter()
        .map(|w| w.last)
        .max()
        .expect("a checked configuration has a window");
    (first, last)
}

/// The sessions whose chains a run reads: those of its windows and, where the model follows earlier chains, all before.
pub fn chain_dates(config: &RunConfig) -> std::ops::RangeInclusive<chrono::NaiveDate> {
    let (first, last) = span(config);
    match config.model.calibrate {
        Calibrate::None => first..=last,
        Calibrate::PreviousChains => chrono::NaiveDate::MIN..=last,
    }
}

/// The headline model, then each shift of the bands.
fn model_variants(config: &RunConfig) -> Vec<(String, ModelParams)> {
    let base = config.model_params();
    let mut all = vec![("base".to_string(), base.clone())];
    for shift in &config.bands.atm_shift {
        let params = ModelParams {
            atm_shift: base.atm_shift + shift,
            ..base.clone()
        };
        all.push((format!("atm_shift={shift}"), params));
    }
    for factor in &config.bands.psi_factor {
        let params = ModelParams {
            psi_factor: base.psi_factor * factor,
            ..base.clone()
        };
        all.push((format!("psi_factor={factor}"), params));
    }
    all
}

fn market_rows(history: &MarketHistory) -> Vec<MarketRow> {
    (0..history.len())
        .map(|t| {
            let today = history.view(t).today();
            let vx_front = today.futures.first().map(|f| f.settle.points());
            MarketRow {
                date: today.date,
                spx_close: Some(today.spot),
                vix: Some(today.vix),
                vx_front,
            }
        })
        .collect()
}

fn modelled(history: &MarketHistory) -> usize {
    (0..history.len())
        .map(|t| {
            history
                .view(t)
                .today()
                .futures
                .iter()
                .filter(|f| f.modelled)
                .count()
        })
        .sum()
}
