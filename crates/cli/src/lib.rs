//! `alvh` as a library: does a layered VIX hedge make SPX iron condors better, when, and at what price?
//!
//! This crate alone knows where files are. It reads TOML, opens folders, shows progress, and turns every error into
//! one message for its reader and one exit code. [`main`] is the whole command line without the process around it: it
//! ends nothing, installs nothing, and computes on threads of its own. The program, and any other host, hands over the
//! arguments and a [`Stop`].

mod args;
mod defaults;
mod error;
pub mod host;
mod listener;
mod manifest;
mod missing_keys;
mod out;
mod parts;
mod places;
mod progress;
mod schemas;
mod stop;

mod configs;
mod folder;
mod settings;
mod study_folder;
mod sweep_folder;
mod trade_log;

mod clock;
mod commands;

use std::ffi::OsString;
use std::panic::{AssertUnwindSafe, PanicHookInfo};
use std::path::{Path, PathBuf};

use crate::args::{Args, Command, Common, DataCommand, DatasetCommand, StudyCommand, SweepCommand};
use crate::commands::{study, sweep};
use crate::error::Failure;
use crate::parts::Part;
pub use crate::stop::Stop;

/// Stack of a computing thread [bytes]: as much as the first thread of a program has.
const STACK: usize = 8 << 20;

/// Runs one command line, the program's name first, and returns its exit code: 0 done, 1 a fault of ours, 2 the command
/// line or a configuration is wrong, 3 the data are, 4 `verify` found a difference, 130 stopped.
///
/// Results go to stdout, notes and errors to stderr.
pub fn main<A: Into<OsString> + Clone>(args: impl IntoIterator<Item = A>, stop: &Stop) -> u8 {
    let args = match crate::args::examples::parse(args) {
        Ok(args) => args,
        Err(message) => {
            let _ = message.print();
            return if message.use_stderr() { 2 } else { 0 };
        }
    };
    match std::panic::catch_unwind(AssertUnwindSafe(|| on_own_threads(args, stop))) {
        Ok(Ok(())) => 0,
        Ok(Err(failure)) => {
            if let Some(message) = failure.message() {
                out::note(&format!("alvh: {message}"));
            }
            failure.exit_code()
        }
        Err(_) => 1,
    }
}

/// For the panic hook of a program. A fault is a bug of ours: it is said once, without a backtrace that helps nobody.
pub fn say_fault(info: &PanicHookInfo<'_>) {
    eprintln!("alvh: internal fault: {info}");
    eprintln!(
        "This is a bug in alvh. Please report it with the command line, the version (alvh --version) and"
    );
    eprintln!("the text above, in the issue tracker of the project.");
}

/// Runs the command on threads that end with it.
fn on_own_threads(mut args: Args, stop: &Stop) -> Result<(), Failure> {
    crate::defaults::fill(&mut args.common)?;
    let threads = args.common.threads;
    on_threads(threads, || run(args, stop))
}

/// Runs something on so many threads that end with it.
fn on_threads<T: Send>(
    threads: Option<usize>,
    job: impl FnOnce() -> Result<T, Failure> + Send,
) -> Result<T, Failure> {
    let pool = rayon::ThreadPoolBuilder::new()
        // Zero: as many as the machine has, or as RAYON_NUM_THREADS says.
        .num_threads(threads.unwrap_or(0))
        .stack_size(STACK)
        .build()
        .map_err(|e| match threads {
            Some(threads) => Failure::fault(format!("cannot start {threads} threads: {e}")),
            None => Failure::fault(format!("cannot start threads: {e}")),
        })?;
    pool.install(job)
}

fn run(args: Args, stop: &Stop) -> Result<(), Failure> {
    let common = args.common;
    match args.command.unwrap_or(Command::Replay {
        run: None,
        full: false,
        dry_run: false,
    }) {
        Command::Replay { run, dry_run, .. } if dry_run => {
            commands::dry::replay(run.as_deref(), &common, stop)
        }
        Command::Replay { run, full, .. } => {
            commands::replay::replay(run.as_deref(), full, &common, stop)
        }
        Command::Sweep { sweep, dry_run, .. } if dry_run => {
            commands::dry::sweep(sweep.as_deref(), &common, stop)
        }
        Command::Sweep {
            sweep,
            cells,
            part,
            into,
            command,
            ..
        } => match (command, part.zip(into)) {
            (Some(command), _) => run_on_sweeps(command, &common, stop),
            (None, Some((part, into))) => {
                commands::parts::part::<sweep::Opened>(sweep.as_deref(), part, &into, &common, stop)
            }
            (None, None) => commands::sweep::sweep(sweep.as_deref(), cells, &common, stop),
        },
        Command::Study { study, dry_run, .. } if dry_run => {
            commands::dry::study(study.as_deref(), &common, stop)
        }
        Command::Study {
            study,
            part,
            into,
            command,
            ..
        } => run_study(study.as_deref(), (command, part.zip(into)), &common, stop),
        Command::Report {
            folder,
            compare,
            full,
        } => match compare {
            None => commands::report::report(&folder, full, &common),
            Some(other) => commands::report::compare(&folder, &other, &common),
        },
        Command::Verify { folder } => commands::verify::verify(&folder, &common, stop),
        Command::Explain { folder, arm, date } => {
            commands::explain::explain(&folder, &arm, date, &common)
        }
        Command::Data { command } => run_data(command, &common, stop),
        Command::Today(args) => commands::today::today(&args, &common, stop),
        Command::Init { folder } => commands::new::init(&folder, &common),
        Command::New { kind, name, from } => {
            commands::new::new(kind, &name, from.as_deref(), &common)
        }
        Command::Dataset { command } => match command {
            DatasetCommand::List => commands::dataset::list(&common),
            DatasetCommand::Use { folder } => commands::dataset::choose(&folder, &common),
        },
        Command::Completions { shell } => commands::manual::completions(shell),
        Command::Manual { page } => commands::manual::manual(page.as_deref()),
        Command::Schema { kind } => commands::schema::schema(kind),
        Command::Policies { name } => commands::policies::policies(name.as_deref(), &common),
    }
}

fn run_study(
    study: Option<&Path>,
    what: (Option<StudyCommand>, Option<(Part, PathBuf)>),
    common: &Common,
    stop: &Stop,
) -> Result<(), Failure> {
    match what {
        (Some(StudyCommand::Merge { folders, into }), _) => {
            commands::study::merge(&folders, &into, common, stop)
        }
        (None, Some((part, into))) => {
            commands::parts::part::<study::Opened>(study, part, &into, common, stop)
        }
        (None, None) => commands::study::study(study, common, stop),
    }
}

fn run_on_sweeps(command: SweepCommand, common: &Common, stop: &Stop) -> Result<(), Failure> {
    match command {
        SweepCommand::Merge { folders, into } => {
            commands::sweep::merge(&folders, &into, common, stop)
        }
        SweepCommand::Plan(args) => commands::sweep::plan::plan(&args, common, stop),
    }
}

fn run_data(command: DataCommand, common: &Common, stop: &Stop) -> Result<(), Failure> {
    match command {
        DataCommand::Import {
            from,
            into,
            dry_run,
            full,
        } => match into {
            Some(into) if !dry_run => {
                let place = commands::data::place(&into, common)?;
                commands::data::import(&from, place, full, common, stop)
            }
            _ => commands::data::plan(&from, full, common, stop),
        },
        DataCommand::Fetch(args) => commands::fetch::fetch(&args, common, stop),
        DataCommand::Check { dataset } => commands::data::check(dataset.as_deref(), common),
        DataCommand::Fit { dataset, indices } => match indices {
            true => commands::fit_indices::fit(dataset.as_deref(), common, stop),
            false => commands::fit::fit(dataset.as_deref(), common, stop),
        },
        DataCommand::Reconstruct { into } => commands::data::reconstruct(&into, common, stop),
    }
}
