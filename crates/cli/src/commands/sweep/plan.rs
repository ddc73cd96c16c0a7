//! `alvh sweep plan`: how much work a sweep is, in how many parts, and which of them are there.

use std::collections::BTreeSet;
use std::time::Duration;

use files::Draft;
use serde_json::{Value, json};
use sweep::inference;
use sweep::selection::{Selection, configurations, part};
use sweep::store::Store;
use sweep::work::Ledger;

use crate::args::{Common, PlanArgs};
use crate::clock::Clock;
use crate::commands::parts::Parted;
use crate::commands::sweep::Opened;
use crate::error::Failure;
use crate::out::outln;
use crate::parts::{self, MOST_PARTS};
use crate::progress::Progress;
use crate::schemas::JSON_SCHEMA;
use crate::stop::{Stop, StoppableJob};
use crate::sweep_folder::unjudged;

/// Cells that are computed to see what one costs.
const MEASURED: usize = 64;
/// Configurations that are judged to see what one costs: a few, then many.
const JUDGED: [usize; 2] = [8, 512];

/// What the cells of a sweep cost on one thread of this machine [CPU seconds].
pub(in crate::commands) struct Cost {
    /// A further cell.
    pub cell: f64,
    /// Once for each part: prices, and the unhedged runs.
    pub start: f64,
}

/// What judging them costs on one thread [CPU seconds].
pub(in crate::commands) struct JudgingCost {
    /// A further configuration.
    pub configuration: f64,
    /// Once: draws, and the intervals of the chosen one.
    pub start: f64,
}

/// Who judges the cells that are measured.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::commands) enum Judging {
    /// Each part its own, as far as it can.
    InParts,
    /// One process, afterwards.
    Afterwards,
}

/// Measures a few cells and says what the whole sweep is.
pub fn plan(args: &PlanArgs, common: &Common, stop: &Stop) -> Result<(), Failure> {
    let job = stop.job("nothing was written; the same command starts again");
    let opened = Opened::new(args.sweep.as_deref(), common)?;
    let all = opened.config.points.len();
    let configurations = configurations(&opened.config);
    let cost = measure(&opened, configurations, Judging::InParts, &job)?;
    let hash = opened.hash();
    let home = args.into.as_deref().map(|into| parts::home(into, &hash));
    let sets = home.as_deref().map(parts::present).unwrap_or_default();
    // Parts that are there decide how many there are, unless the caller does.
    let begun = sets.iter().max_by_key(|(_, parts)| parts.len());
    let wanted = (cost.cell * all as f64 / (args.unit_seconds - cost.start).max(0.1)).ceil();
    let of = args
        .parts
        .or(begun.map(|(of, _)| *of))
        .unwrap_or((wanted as usize).clamp(1, configurations.min(MOST_PARTS)));
    let present = sets.get(&of).cloned().unwrap_or_default();
    let missing = parts::missing(&present, of);
    let seconds = cost.cell * all as f64 + cost.start * of as f64;
    if common.json {
        let plan = json!({
            "schema": JSON_SCHEMA,
            "sweep": opened.config.file.name,
            "hash": hash,
            "cells": all,
            "configurations": configurations,
            "cpu_seconds": seconds,
            "cpu_seconds_a_cell": cost.cell,
            "cpu_seconds_a_start": cost.start,
            "unit_seconds": args.unit_seconds,
            "parts": of,
            "folder": home,
            "present": parts::ranges(&present),
            "missing": parts::ranges(&missing),
            "array": array(&missing),
        });
        return outln!("{plan}");
    }
    outln!("{:16}{all}", "cells")?;
    outln!("{:16}{configurations}", "configurations")?;
    outln!(
        "{:16}{seconds:.1} ({:.2} ms a cell, {:.2} s to start a part), by {MEASURED} cells or fewer on one thread",
        "CPU seconds",
        cost.cell * 1000.0,
        cost.start
    )?;
    outln!(
        "{:16}{of}, about {:.1} s each",
        "parts",
        seconds / of as f64
    )?;
    if let Some(home) = home {
        outln!("{:16}{}", "folder", home.display())?;
    }
    outln!("{:16}{}", "present", told(&present))?;
    match missing.is_empty() {
        true => outln!("{:16}none", "missing"),
        false => outln!(
            "{:16}{} (--array={})",
            "missing",
            told(&missing),
            told(&missing)
        ),
    }
}

fn told(numbers: &BTreeSet<usize>) -> String {
    match numbers.is_empty() {
        true => "none".into(),
        false => parts::ranges(numbers),
    }
}

/// What Slurm is told to run what is missing; nothing where nothing is.
fn array(missing: &BTreeSet<usize>) -> Value {
    match missing.is_empty() {
        true => Value::Null,
        false => format!("--array={}", parts::ranges(missing)).into(),
    }
}

/// Computes one configuration, then a few together, on one thread and into a store of its own.
pub(in crate::commands) fn measure(
    opened: &Opened,
    configurations: usize,
    judging: Judging,
    job: &StoppableJob<'_>,
) -> Result<Cost, Failure> {
    let all = opened.config.points.len();
    let several = (all / MEASURED).clamp(1, configurations);
    let first = part(&opened.config, configurations / 2, configurations);
    let more = part(&opened.config, several / 2, several);
    let timed = |cells| timed(opened, cells, judging, job);
    let (one, many) = on_one_thread(|| Ok((timed(&first)?, timed(&more)?)))?;
    let cells = |selection: &Selection| selection.len() as f64;
    let further = cells(&more) - cells(&first);
    let cell = match further > 0.0 && many > one {
        true => (many - one).as_secs_f64() / further,
        false => many.as_secs_f64() / cells(&more),
    };
    let start = (one.as_secs_f64() - cell * cells(&first)).max(0.0);
    Ok(Cost { cell, start })
}

/// Judges a few configurations, then many, on one thread.
pub(in crate::commands) fn measure_judging(
    opened: &Opened,
    configurations: usize,
    job: &StoppableJob<'_>,
) -> Result<JudgingCost, Failure> {
    let counts = JUDGED.map(|count| count.clamp(1, configurations));
    let some = counts.map(|count| {
        let parts = configurations / count;
        part(&opened.config, parts / 2, parts)
    });
    let [few, many] = &some;
    let (short, long) =
        on_one_thread(|| Ok((judged(opened, few, job)?, judged(opened, many, job)?)))?;
    let further = counts[1].saturating_sub(counts[0]);
    let configuration = match further {
        0 => 0.0,
        more => long.saturating_sub(short).as_secs_f64() / more as f64,
    };
    let start = (short.as_secs_f64() - configuration * counts[0] as f64).max(0.0);
    Ok(JudgingCost {
        configuration,
        start,
    })
}

fn on_one_thread<T: Send>(job: impl FnOnce() -> Result<T, Failure> + Send) -> Result<T, Failure> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build();
    let pool = pool.map_err(|e| Failure::fault(format!("cannot start a thread: {e}")))?;
    pool.install(job)
}

/// The CPU time that judging some cells takes this thread, as if the sweep had no others.
fn judged(opened: &Opened, cells: &Selection, job: &StoppableJob<'_>) -> Result<Duration, Failure> {
    let draft = Draft::new(&std::env::temp_dir().join("alvh-plan"))?;
    let store = Store::open(&draft.path().join("cells.store"))?;
    let found = opened.compute(cells, &store, &Progress::new(true), job)?;
    let mut whole = Ledger::new(opened.config.points.len(), store.folder())?;
    for (place, key) in found.keys().enumerate() {
        if let Some(key) = key? {
            whole.found(cells.number(place), key)?;
        }
    }
    let clock = Clock::start();
    let tried = store.tried()?;
    inference::judge(
        &opened.config,
        (&store, None),
        &whole,
        tried,
        &|_, _, _| {},
        job.flag(),
    )
    .map_err(|why| unjudged(why, job))?;
    Ok(clock.elapsed())
}

/// The CPU time that computing some cells takes this thread.
fn timed(
    opened: &Opened,
    cells: &Selection,
    judging: Judging,
    job: &StoppableJob<'_>,
) -> Result<Duration, Failure> {
    let draft = Draft::new(&std::env::temp_dir().join("alvh-plan"))?;
    let store = Store::open(&draft.path().join("cells.store"))?;
    let clock = Clock::start();
    let found = opened.compute(cells, &store, &Progress::new(true), job)?;
    if judging == Judging::InParts {
        let own = (cells, &found);
        let flag = job.flag();
        let judged = inference::judge_part(&opened.config, (&store, &store), own, (0, 1), flag);
        judged.map_err(|why| unjudged(why, job))?;
    }
    let took = clock.elapsed();
    job.check()?;
    Ok(took)
}
