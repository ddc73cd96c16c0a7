//! `alvh`: does a layered VIX hedge make SPX iron condors better, when, and at what price?
//!
//! The program alone knows where files are. It reads TOML, opens folders, shows progress, and turns every error into
//! one message for its reader and one exit code.

mod args;
mod error;
mod out;
mod progress;

mod configs;
mod folder;
mod sweep_folder;

mod commands;

use std::process::ExitCode;

use clap::Parser;

use crate::args::{Args, Command, DataCommand, SweepCommand};
use crate::error::Failure;

/// Ten thousand cells ask for memory a hundred million times, from every thread (docs/performance.md).
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // A fault is a bug of ours: say so once, without a backtrace that helps nobody, and leave with code 1.
    std::panic::set_hook(Box::new(|info| {
        eprintln!("alvh: internal fault: {info}");
        eprintln!(
            "This is a bug in alvh. Please report it with the command line, the version (alvh --version) and"
        );
        eprintln!("the text above, in the issue tracker of the project.");
    }));
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(message) => {
            let _ = message.print();
            return ExitCode::from(if message.use_stderr() { 2 } else { 0 });
        }
    };
    match std::panic::catch_unwind(|| run(args)) {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(failure)) => {
            eprintln!("alvh: {}", failure.message());
            ExitCode::from(failure.exit_code())
        }
        Err(_) => ExitCode::from(1),
    }
}

fn run(args: Args) -> Result<(), Failure> {
    let common = args.common;
    if let Some(threads) = common.threads {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build_global();
        pool.map_err(|e| Failure::fault(format!("cannot start {threads} threads: {e}")))?;
    }
    match args.command.unwrap_or(Command::Replay { run: None }) {
        Command::Replay { run } => commands::replay::replay(run.as_deref(), &common),
        Command::Sweep {
            command: Some(SweepCommand::Merge { folders, into }),
            ..
        } => commands::sweep::merge(&folders, &into, &common),
        Command::Sweep {
            sweep,
            cells,
            command: None,
        } => commands::sweep::sweep(sweep.as_deref(), cells, &common),
        Command::Report {
            folder,
            compare: None,
        } => commands::report::report(&folder, &common),
        Command::Report {
            folder,
            compare: Some(other),
        } => commands::report::compare(&folder, &other, &common),
        Command::Verify { folder } => commands::verify::verify(&folder, &common),
        Command::Explain { folder, arm, date } => {
            commands::explain::explain(&folder, &arm, date, &common)
        }
        Command::Schema { kind } => commands::schema::schema(kind),
        Command::Policies { name } => commands::policies::policies(name.as_deref(), &common),
        Command::Data { command } => match command {
            DataCommand::Import {
                from,
                into,
                dry_run,
                full,
            } => match into {
                Some(into) if !dry_run => commands::data::import(&from, &into, full, &common),
                _ => commands::data::plan(&from, full, &common),
            },
            DataCommand::Fetch(args) => commands::fetch::fetch(&args, &common),
            DataCommand::Check { dataset } => commands::data::check(dataset.as_deref(), &common),
            DataCommand::Fit { dataset } => commands::fit::fit(dataset.as_deref(), &common),
            DataCommand::Reconstruct { into } => commands::data::reconstruct(&into, &common),
        },
    }
}
