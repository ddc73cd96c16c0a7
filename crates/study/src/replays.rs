//! The replays of a run: every arm over every window, then the twin of every hedged arm.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use engine::execution::Execution;
use engine::run::{Keep, Run};
use market::history::MarketHistory;
use market::price::Money;
use policy::arm::Arm;
use runfile::config::{RunConfig, TWIN_BASE, Window};

use crate::arms::arm;
use crate::batch::{Job, Progress, Stopped, map_until, run_all_until};
use crate::results::{ArmKind, Replay, Twin};
use crate::twin::{equal_spend, gross_premium};

/// What all replays of a run have in common.
pub(crate) struct Runner<'a> {
    pub config: &'a RunConfig,
    /// The unhedged arm first.
    pub arms: &'a [Arm],
    pub capital: Money,
    pub progress: Progress<'a>,
    pub stop: &'a AtomicBool,
}

/// A window of the run, found in the history.
pub(crate) struct Placed<'a> {
    pub window: &'a Window,
    pub range: Range<usize>,
}

impl Runner<'_> {
    pub fn job<'b>(
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

    pub fn run(&self, phase: &'static str, jobs: &[Job<'_>]) -> Result<Vec<Run>, Stopped> {
        (self.progress)(phase, 0, jobs.len());
        run_all_until(
            jobs,
            &|done| (self.progress)(phase, done, jobs.len()),
            self.stop,
        )
    }

    /// The replays of every window: arms in file order, then their twins where the run asks for them.
    pub fn replays(
        &self,
        history: &MarketHistory,
        windows: &[Placed<'_>],
    ) -> Result<Vec<Vec<Replay>>, Stopped> {
        let mut replays = self.headline(history, windows)?;
        if self.config.equal_spend_twins {
            for (window, twin) in self.twins(history, windows, &replays)? {
                replays[window].push(twin);
            }
        }
        Ok(replays)
    }

    fn headline(
        &self,
        history: &MarketHistory,
        windows: &[Placed<'_>],
    ) -> Result<Vec<Vec<Replay>>, Stopped> {
        let execution = &self.config.execution;
        let jobs: Vec<Job<'_>> = windows
            .iter()
            .flat_map(|placed| {
                self.arms
                    .iter()
                    .map(|arm| self.job(history, &placed.range, arm, execution, Keep::Journal))
            })
            .collect();
        let mut runs = self.run("replay", &jobs)?.into_iter();
        Ok(windows
            .iter()
            .map(|_| {
                let runs = runs.by_ref().take(self.arms.len());
                let arms = self.arms.iter().zip(runs).enumerate();
                arms.map(|(index, (arm, run))| match index {
                    0 => self.replay(&arm.name, ArmKind::Unhedged, (arm.clone(), run), history),
                    _ => self.replay(&arm.name, ArmKind::Policy, (arm.clone(), run), history),
                })
                .collect()
            })
            .collect())
    }

    /// The twins, each with the place of its window.
    fn twins(
        &self,
        history: &MarketHistory,
        windows: &[Placed<'_>],
        replays: &[Vec<Replay>],
    ) -> Result<Vec<(usize, Replay)>, Stopped> {
        let base = arm(self.config, TWIN_BASE);
        let hedged: Vec<(usize, &Replay)> = replays
            .iter()
            .enumerate()
            .flat_map(|(window, replays)| replays.iter().map(move |replay| (window, replay)))
            .filter(|(_, replay)| replay.kind == ArmKind::Policy && replay.name != TWIN_BASE)
            .collect();
        let done = AtomicUsize::new(0);
        (self.progress)("twins", 0, hedged.len());
        let twins = map_until(&hedged, self.stop, |(window, of)| {
            let twin = self.twin(history, &windows[*window].range, &base, of);
            let done = done.fetch_add(1, Ordering::Relaxed) + 1;
            (self.progress)("twins", done, hedged.len());
            twin
        })?;
        let places = hedged.iter().map(|(window, _)| *window);
        let placed = places.zip(twins);
        Ok(placed
            .filter_map(|(window, twin)| Some((window, twin?)))
            .collect())
    }

    /// The base scaled to what a hedged arm spent; `None` where no scale comes near it.
    fn twin(
        &self,
        history: &MarketHistory,
        range: &Range<usize>,
        base: &Arm,
        of: &Replay,
    ) -> Option<Replay> {
        let execution = &self.config.execution;
        let target = gross_premium(&of.run);
        let twin = equal_spend(
            history,
            range.clone(),
            base,
            execution,
            self.capital,
            target,
        )?;
        let run = engine::run::run(
            history,
            range.clone(),
            &twin,
            execution,
            self.capital,
            Keep::Journal,
        );
        let ratio = gross_premium(&run).0 as f64 / target.0 as f64;
        let name = format!("{TWIN_BASE}~{}", of.name);
        Some(Replay {
            twin: Some(Twin {
                of: of.name.clone(),
                equal_spend_ratio: ratio,
            }),
            ..self.replay(&name, ArmKind::EqualSpendTwin, (twin, run), history)
        })
    }

    fn replay(
        &self,
        name: &str,
        kind: ArmKind,
        (arm, run): (Arm, Run),
        history: &MarketHistory,
    ) -> Replay {
        Replay {
            name: name.to_string(),
            kind,
            twin: None,
            start: self.capital,
            statement: book::statement::statement(&run.journal, self.capital, arm.layers()),
            sources: crate::sources::count(&run.journal, history),
            arm,
            run,
        }
    }
}
