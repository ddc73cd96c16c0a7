//! `--dry-run`: what a command would compute, and about how long that takes here, by short probes. Nothing is written.

use std::path::{Path, PathBuf};
use std::time::Duration;

use data::Dataset;
use files::Draft;
use panel::work::Workshop;
use runfile::config::{RunConfig, Window};
use serde_json::{Value, json};
use sweep::selection::configurations;
use sweep::store::Store;

use crate::args::Common;
use crate::clock::Clock;
use crate::commands::parts::Parted;
use crate::commands::replay::simulate;
use crate::commands::sweep::plan::{Judging, measure, measure_judging};
use crate::commands::{study as studies, sweep as sweeps};
use crate::configs::{Loaded, load_dataset_for, load_run};
use crate::error::Failure;
use crate::out::outln;
use crate::progress::Progress;
use crate::schemas::JSON_SCHEMA;
use crate::stop::{Stop, StoppableJob};

/// Sessions of the two probes of a replay: what the longer one costs more is the price of a session.
const PROBES: [usize; 2] = [42, 84];
/// Cells of the longer probe of a study.
const CELLS: usize = 4;
/// Said where a job is stopped.
const NOTHING: &str = "nothing was written; the same command starts again";

/// What would be computed, and about how long it takes.
struct Plan {
    /// Name of the run, sweep or study.
    name: String,
    dataset: PathBuf,
    /// What is counted, and how many.
    counts: Vec<(&'static str, usize)>,
    /// About how long, on the wall, with this command's threads.
    seconds: f64,
    /// How that was found.
    by: String,
}

impl Plan {
    fn say(&self, common: &Common) -> Result<(), Failure> {
        let threads = rayon::current_num_threads();
        if common.json {
            let mut told = json!({
                "schema": JSON_SCHEMA,
                "dry_run": true,
                "name": self.name,
                "dataset": self.dataset,
                "seconds": self.seconds,
                "threads": threads,
            });
            for (what, count) in &self.counts {
                told[what.replace(' ', "_")] = Value::from(*count);
            }
            return outln!("{told}");
        }
        outln!("{:16}{}", "name", self.name)?;
        outln!("{:16}{}", "dataset", self.dataset.display())?;
        for (what, count) in &self.counts {
            outln!("{what:16}{count}")?;
        }
        let seconds = match self.seconds {
            below if below < 10.0 => format!("{below:.1}"),
            many => format!("{many:.0}"),
        };
        outln!("{:16}about {seconds} on {threads} threads", "seconds")?;
        outln!("{:16}{}", "measured by", self.by)?;
        outln!("nothing was written")
    }
}

/// A value at `at`, on the line through two measured times; never below the longer of them in proportion.
fn extrapolated([(n, short), (m, long)]: [(f64, Duration); 2], at: f64) -> f64 {
    let (short, long) = (short.as_secs_f64(), long.as_secs_f64());
    let slope = match m > n && long > short {
        true => (long - short) / (m - n),
        false => long / m.max(1.0),
    };
    let start = (long - slope * m).max(0.0);
    start + slope * at
}

/// What a replay would compute.
pub fn replay(run: Option<&Path>, common: &Common, stop: &Stop) -> Result<(), Failure> {
    let job = stop.job(NOTHING);
    let Loaded {
        config, dataset, ..
    } = load_run(run, common)?;
    let loaded = load_dataset_for(&dataset, &config)?;
    let sessions = |window: &Window| {
        let days = loaded.observations.sessions.iter().copied();
        days.filter(|day| (window.first..=window.last).contains(day))
            .count()
    };
    let all: usize = config.windows.iter().map(sessions).sum();
    let probe = |most: usize| probe(&config, (&loaded, &dataset), most, &job);
    let measured = [probe(PROBES[0])?, probe(PROBES[1])?];
    let plan = Plan {
        name: config.name.clone(),
        dataset,
        counts: vec![
            ("windows", config.windows.len()),
            ("sessions", all),
            ("arms", config.arms.len()),
        ],
        seconds: extrapolated(measured, all as f64),
        by: format!(
            "the first {} and {} sessions of its longest window",
            PROBES[0], PROBES[1]
        ),
    };
    plan.say(common)
}

/// How long the first sessions of the longest window take: sessions, and time on the wall.
fn probe(
    config: &RunConfig,
    (dataset, path): (&Dataset, &Path),
    most: usize,
    job: &StoppableJob<'_>,
) -> Result<(f64, Duration), Failure> {
    let days = |window: &Window| -> Vec<chrono::NaiveDate> {
        let days = dataset.observations.sessions.iter().copied();
        days.filter(|day| (window.first..=window.last).contains(day))
            .take(most)
            .collect()
    };
    let longest = config
        .windows
        .iter()
        .max_by_key(|window| window.last - window.first);
    let days = longest.map(days).unwrap_or_default();
    let mut short = config.clone();
    short.windows.retain(|window| Some(window) == longest);
    if let (Some(window), Some(last)) = (short.windows.first_mut(), days.last()) {
        window.last = *last;
    }
    let clock = Clock::start();
    simulate(&short, dataset, path, &Progress::new(true), job)?;
    job.check()?;
    Ok((days.len() as f64, clock.on_the_wall()))
}

/// What a sweep would compute.
pub fn sweep(path: Option<&Path>, common: &Common, stop: &Stop) -> Result<(), Failure> {
    let job = stop.job(NOTHING);
    let path = path.unwrap_or(Path::new(sweeps::DEFAULT_SWEEP));
    let (_, dataset) = sweeps::load(path, common)?;
    let opened = sweeps::Opened::new(Some(path), common)?;
    let (cells, configurations) = (opened.config.points.len(), configurations(&opened.config));
    let cost = measure(&opened, configurations, Judging::Afterwards, &job)?;
    let judging = measure_judging(&opened, configurations, &job)?;
    let shared = cost.cell * cells as f64 + judging.configuration * configurations as f64;
    let threads = rayon::current_num_threads() as f64;
    let plan = Plan {
        name: opened.config.file.name.clone(),
        dataset,
        counts: vec![("cells", cells), ("configurations", configurations)],
        seconds: cost.start + judging.start + shared / threads,
        by: "some cells on one thread, computed and judged".to_string(),
    };
    plan.say(common)
}

/// What a study would compute.
pub fn study(path: Option<&Path>, common: &Common, stop: &Stop) -> Result<(), Failure> {
    let job = stop.job(NOTHING);
    let studies::Opened {
        config,
        path,
        dataset,
        ..
    } = studies::Opened::open(path, common)?;
    let admitted = panel::logged::admitted(&config, &dataset.observations);
    let admitted = admitted.map_err(|error| studies::failure(error, &job))?;
    let windows = config.windows(&dataset.observations.sessions).all.len();
    let (books, weekdays) = (config.books.len(), config.weekdays().len());
    let worlds = config.file.windows.worlds().map_or(0, |spec| spec.worlds);
    let cells = books * weekdays * windows + worlds;
    let timed = |count: usize| -> Result<(f64, Duration), Failure> {
        let work = Draft::new(&std::env::temp_dir().join("alvh-dry-run"))?;
        let store = Store::open(&work.path().join("cells.store"))?;
        let workshop = Workshop {
            config: &admitted.config,
            observations: &dataset.observations,
            dataset_hash: &dataset.manifest.dataset_hash,
            store: &store,
            stop: job.flag(),
            progress: &|_, _, _, _| {},
        };
        let clock = Clock::start();
        let parts = (cells / count.max(1)).max(1);
        let computed = workshop.compute_part(parts / 2, parts);
        let computed = computed.map_err(|error| studies::failure(error, &job))?;
        Ok((computed as f64, clock.on_the_wall()))
    };
    let measured = match cells {
        0 => [(0.0, Duration::ZERO); 2],
        _ => [timed(1)?, timed(CELLS)?],
    };
    let plan = Plan {
        name: config.file.name.clone(),
        dataset: path,
        counts: vec![
            ("books", books),
            ("weekdays", weekdays),
            ("windows", windows),
            ("worlds", worlds),
            ("cells", cells),
            ("hedges", config.shown()),
        ],
        seconds: extrapolated(measured, cells as f64),
        by: "a few cells, without judging them and named falls".to_string(),
    };
    plan.say(common)
}
