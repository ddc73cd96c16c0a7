//! The commands for a host that wants values: a finished run in memory, what a command would print, tables of a folder.
//!
//! Nothing here prints, and nothing installs anything into the process. The same files, the same settings and the same
//! dataset give the same bytes as the command.

mod sweeps;

use std::ffi::OsString;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use clap::Parser;
use runfile::config::RunConfig;
use runfile::settings::Doubted;
use study::journal_table::rows;
use study::results::Study;
use tables::{Table, table_of};
use toml::Value;

use crate::args::Args;
use crate::commands::replay::{publish, simulate, write};
use crate::commands::report::Comparison;
use crate::configs::{DEFAULT_RUN, Loaded, load_dataset, load_dataset_for, load_run};
use crate::error::Failure;
use crate::folder::Finished;
pub use crate::listener::Listener;
use crate::places::{Kind, find};
use crate::progress::Progress;
use crate::stop::Stop;
use crate::{defaults, on_threads, out};
pub use sweeps::{daily, resolved_study, resolved_sweep};

/// Why a call came to no result: the message and the exit code of the command.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    /// For the reader.
    pub message: String,
    /// As [`crate::main`] returns it.
    pub exit_code: u8,
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Error {
        Error {
            message: failure.message().unwrap_or_default(),
            exit_code: failure.exit_code(),
        }
    }
}

/// Runs something whose assertions may fail: a fault of ours, with its message.
fn guarded<T>(job: impl FnOnce() -> Result<T, Failure>) -> Result<T, Error> {
    match catch_unwind(AssertUnwindSafe(job)) {
        Ok(result) => Ok(result?),
        Err(fault) => {
            let text = fault.downcast_ref::<String>().map(String::as_str);
            let text = text.or(fault.downcast_ref::<&str>().copied());
            let message = format!("internal fault: {}", text.unwrap_or("an assertion"));
            Err(Failure::fault(message).into())
        }
    }
}

/// Runs a command line, the program's name first, and returns what it would print on stdout. Notes are not said.
///
/// # Errors
/// The command's own, with its exit code.
pub fn command(
    args: &[OsString],
    listener: Option<Listener>,
    stop: &Stop,
) -> Result<String, Error> {
    let args = crate::args::examples::parse(args).map_err(|error| Error {
        message: error.to_string().trim_end().to_string(),
        exit_code: if error.use_stderr() { 2 } else { 0 },
    });
    let mut args = args?;
    guarded(|| {
        args.common.quiet = true;
        args.common.listener = listener;
        defaults::fill(&mut args.common)?;
        on_threads(args.common.threads, || {
            let (result, text) = out::caught(|| crate::run(args, stop));
            result.map(|()| text)
        })
    })
}

/// A dataset folder, read once for many calls.
#[derive(Debug)]
pub struct Dataset {
    path: PathBuf,
    whole: Mutex<Option<Arc<data::Dataset>>>,
    without_doubted: Mutex<Option<Arc<data::Dataset>>>,
}

impl Dataset {
    /// Reads the folder.
    ///
    /// # Errors
    /// Where it is no dataset, or is damaged.
    pub fn open(path: &Path) -> Result<Dataset, Error> {
        let whole = guarded(|| load_dataset(path))?;
        Ok(Dataset {
            path: path.to_path_buf(),
            whole: Mutex::new(Some(Arc::new(whole))),
            without_doubted: Mutex::new(None),
        })
    }

    /// Its folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// As a run takes it.
    fn for_run(&self, config: &RunConfig) -> Result<Arc<data::Dataset>, Failure> {
        let known = match config.data.doubted {
            Doubted::Kept => &self.whole,
            Doubted::LeftOut => &self.without_doubted,
        };
        let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(dataset) = &*known {
            return Ok(dataset.clone());
        }
        let dataset = Arc::new(load_dataset_for(&self.path, config)?);
        *known = Some(dataset.clone());
        Ok(dataset)
    }
}

/// What a run is asked for.
#[derive(Clone, Default)]
pub struct Request {
    /// Run file, by path or name; the run of `alvh replay` without a file if there is none.
    pub run: Option<PathBuf>,
    /// Its dataset, if not the one the run names.
    pub dataset: Option<Arc<Dataset>>,
    /// Policies that are replayed as well as the run's own arms.
    pub more_arms: Vec<String>,
    /// Settings as `--set` has them.
    pub sets: Vec<String>,
    /// Threads to use.
    pub threads: Option<usize>,
    /// Hears progress.
    pub listener: Option<Listener>,
}

/// A finished run in memory.
pub struct Run {
    config: RunConfig,
    dataset: Arc<data::Dataset>,
    dataset_path: PathBuf,
    shipped: Vec<String>,
    study: Study,
}

/// The table of events.
const JOURNAL: &str = "journal.csv";

/// Replays a run.
///
/// # Errors
/// As `alvh replay`: 2 where a file or setting is wrong, 3 where the data are, 130 where `stop` was raised.
pub fn replay(request: &Request, stop: &Stop) -> Result<Run, Error> {
    guarded(|| {
        let job = stop.job("nothing was written");
        let mut common = Args::try_parse_from(["alvh"])
            .map_err(|e| Failure::fault(e.to_string()))?
            .common;
        common.quiet = true;
        common.listener = request.listener.clone();
        common.threads = request.threads;
        defaults::fill(&mut common)?;
        if let Some(dataset) = &request.dataset {
            common.dataset = Some(dataset.path.clone());
        }
        let run = request.run.as_deref();
        if !request.more_arms.is_empty() {
            let run = run.unwrap_or(Path::new(DEFAULT_RUN));
            common.sets.push(with_arms(run, &request.more_arms)?);
        }
        common.sets.extend(request.sets.iter().cloned());
        let Loaded {
            config,
            dataset: dataset_path,
            shipped,
        } = load_run(run, &common)?;
        let dataset = match &request.dataset {
            Some(dataset) => dataset.for_run(&config)?,
            None => Arc::new(load_dataset_for(&dataset_path, &config)?),
        };
        let study = on_threads(common.threads, || {
            let progress = Progress::of(&common);
            simulate(&config, &dataset, &dataset_path, &progress, &job)
        })?;
        Ok(Run {
            config,
            dataset,
            dataset_path,
            shipped,
            study,
        })
    })
}

/// The setting that adds arms to those of a run file.
fn with_arms(run: &Path, more: &[String]) -> Result<String, Failure> {
    let found = find(run, Kind::Run)?;
    let table: toml::Table =
        toml::from_str(&found.text).map_err(|e| Failure::config(format!("{}: {e}", found.name)))?;
    let mut arms = match table.get("arms") {
        Some(Value::Array(arms)) => arms.clone(),
        _ => Vec::new(),
    };
    for arm in more {
        let arm = Value::String(arm.clone());
        if !arms.contains(&arm) {
            arms.push(arm);
        }
    }
    Ok(format!("arms={}", Value::Array(arms)))
}

impl Run {
    /// The tables of its folder, and the journal.
    pub fn names(&self) -> Vec<String> {
        let finished = self.finished();
        let files = finished.makers().into_iter().map(|(file, _)| file);
        files
            .chain([JOURNAL])
            .map(|file: &str| file.trim_end_matches(".csv").to_string())
            .collect()
    }

    /// A table by its name, as `equity`.
    pub fn table(&self, name: &str) -> Option<Table> {
        let file = format!("{name}.csv");
        if file == JOURNAL {
            return Some(table_of(rows(&self.study)));
        }
        let finished = self.finished();
        let makers = finished.makers();
        let found = makers.iter().find(|(of, _)| *of == file);
        found.map(|(_, make)| make())
    }

    /// Units and meanings of a table's columns, in order.
    pub fn columns(table: &Table) -> Vec<(String, String, String)> {
        let columns = table.columns.iter();
        columns
            .map(|c| (c.name.to_string(), c.unit.to_string(), c.doc.to_string()))
            .collect()
    }

    /// The configuration in full, as `config.toml` of the folder.
    pub fn config(&self) -> String {
        self.config.to_toml()
    }

    /// The hash of the dataset it ran on.
    pub fn dataset_hash(&self) -> &str {
        &self.dataset.manifest.dataset_hash
    }

    /// The folder of the dataset it ran on.
    pub fn dataset_path(&self) -> &Path {
        &self.dataset_path
    }

    /// The comparison of its arms as a terminal of so many columns shows it: with all its tables if `full`.
    ///
    /// # Errors
    /// Where a table cannot be read from its own text: a fault of ours.
    pub fn comparison(&self, full: bool, columns: usize) -> Result<String, Error> {
        let headline = self.finished().headline()?;
        Ok(Comparison::plain(full, columns).of(&headline))
    }

    /// Writes the folder that `alvh replay --out OUT` writes, and returns its path.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn save(&self, out: &Path) -> Result<PathBuf, Error> {
        guarded(|| {
            let stop = Stop::new();
            let job = stop.job("nothing was written");
            on_threads(None, || {
                let paths = (out, self.dataset_path.as_path());
                let quiet = Progress::new(true);
                let written = write(&self.finished(), paths, &self.shipped, &quiet)?;
                publish(written, &job).map(|(folder, _)| folder)
            })
        })
    }

    fn finished(&self) -> Finished<'_> {
        Finished {
            config: &self.config,
            dataset: &self.dataset.manifest,
            study: &self.study,
        }
    }
}

/// Names of the shipped runs, policies, sweeps and studies, and of those of the project this runs in.
pub fn names(kind: &str) -> Vec<String> {
    let kind = match kind {
        "run" => Kind::Run,
        "policy" => Kind::Policy,
        "sweep" => Kind::Sweep,
        "study" => Kind::Study,
        _ => return Vec::new(),
    };
    crate::places::names(kind)
}

/// A table in JSON as TOML; a key whose value is null is left out.
///
/// # Errors
/// Where the text is no JSON object.
pub fn toml_of_json(text: &str) -> Result<String, Error> {
    let wrong = |e: &dyn std::fmt::Display| Failure::config(format!("not a table: {e}"));
    let json: serde_json::Value = serde_json::from_str(text).map_err(|e| wrong(&e))?;
    match toml_value(&json) {
        Some(Value::Table(table)) => Ok(toml::to_string(&table).map_err(|e| wrong(&e))?),
        _ => Err(Failure::config("not a table").into()),
    }
}

/// A value in JSON as `--set` takes it; nothing of null.
///
/// # Errors
/// Where the text is no JSON.
pub fn setting(key: &str, text: &str) -> Result<Option<String>, Error> {
    let json: serde_json::Value =
        serde_json::from_str(text).map_err(|e| Failure::config(format!("{key}: {e}")))?;
    Ok(toml_value(&json).map(|value| format!("{key}={value}")))
}

/// A TOML text as JSON.
///
/// # Errors
/// Where the text is no TOML.
pub fn json_of_toml(text: &str) -> Result<String, Error> {
    let table: toml::Table = toml::from_str(text).map_err(|e| Failure::config(e.to_string()))?;
    let json = serde_json::to_string(&table).map_err(|e| Failure::fault(e.to_string()))?;
    Ok(json)
}

fn toml_value(json: &serde_json::Value) -> Option<Value> {
    Some(match json {
        serde_json::Value::Null => return None,
        serde_json::Value::Bool(value) => Value::Boolean(*value),
        serde_json::Value::Number(number) => match number.as_i64() {
            Some(whole) => Value::Integer(whole),
            None => Value::Float(number.as_f64()?),
        },
        serde_json::Value::String(text) => Value::String(text.clone()),
        serde_json::Value::Array(list) => {
            Value::Array(list.iter().filter_map(toml_value).collect())
        }
        serde_json::Value::Object(object) => {
            let keys = object.iter();
            Value::Table(
                keys.filter_map(|(key, value)| Some((key.clone(), toml_value(value)?)))
                    .collect(),
            )
        }
    })
}
