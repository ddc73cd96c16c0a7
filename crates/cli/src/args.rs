//! The command line.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args as ClapArgs, Parser, Subcommand};

/// Version with the commit it was built from.
const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), " (", env!("ALVH_COMMIT"), ")");

/// Does a layered VIX hedge make SPX iron condors better, when, and at what price?
///
/// Without a command: `alvh replay configs/runs/replay.toml`.
#[derive(Parser)]
#[command(name = "alvh", version = VERSION, max_term_width = 100)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Options of every command.
    #[command(flatten)]
    pub common: Common,
}

/// Options that all commands share.
#[derive(ClapArgs, Clone)]
pub struct Common {
    /// Folder with manifest.json and Parquet tables, instead of the one the run file names.
    #[arg(long, global = true, value_name = "DIR")]
    pub dataset: Option<PathBuf>,
    /// Where result folders are written.
    #[arg(long, global = true, value_name = "DIR", default_value = "reports")]
    pub out: PathBuf,
    /// Change one key of the configuration; repeatable. Same checks as the file.
    #[arg(long = "set", global = true, value_name = "KEY=VALUE")]
    pub sets: Vec<String>,
    /// Threads to use; the results do not depend on it.
    #[arg(long, global = true, value_name = "N", value_parser = parse_threads)]
    pub threads: Option<usize>,
    /// No progress, no notes: results and errors only.
    #[arg(long, global = true)]
    pub quiet: bool,
    /// A machine-readable summary on stdout instead of tables.
    #[arg(long, global = true)]
    pub json: bool,
}

/// What is wrong with the value of an option; clap names the option.
#[derive(Clone, Copy, Debug, thiserror::Error)]
enum ValueError {
    #[error("a whole number from 1 to 1024 is needed")]
    Threads,
    #[error("two whole numbers are needed, like 0..500")]
    Range,
}

fn parse_threads(text: &str) -> Result<usize, ValueError> {
    match text.parse::<usize>() {
        Ok(n) if (1..=1024).contains(&n) => Ok(n),
        _ => Err(ValueError::Threads),
    }
}

/// The commands.
#[derive(Subcommand)]
pub enum Command {
    /// Replay every arm over every window of a run file; print the comparison and write a run folder.
    Replay {
        /// Run file [default: configs/runs/replay.toml].
        #[arg(value_name = "RUN.toml")]
        run: Option<PathBuf>,
    },
    /// A grid or a seeded sample of parameters, in parallel; what was computed before is not computed again.
    #[command(args_conflicts_with_subcommands = true)]
    Sweep {
        /// Sweep file [default: configs/sweeps/small.toml].
        #[arg(value_name = "SWEEP.toml")]
        sweep: Option<PathBuf>,
        /// Only these cells, counted from 0, B excluded: writes a shard for `alvh sweep merge`.
        #[arg(long, value_name = "A..B", value_parser = parse_range)]
        cells: Option<std::ops::Range<usize>>,
        /// What else to do.
        #[command(subcommand)]
        command: Option<SweepCommand>,
    },
    /// Many condor books on every weekday in every year under every hedge; years are the sample.
    Study {
        /// Study file [default: configs/studies/alvh.toml].
        #[arg(value_name = "STUDY.toml")]
        study: Option<PathBuf>,
    },
    /// Render a run folder again, without simulating.
    Report {
        /// Run folder.
        folder: PathBuf,
        /// Put another run folder beside it: writes compare.html and compare.md into --out.
        #[arg(long, value_name = "OTHER")]
        compare: Option<PathBuf>,
    },
    /// Run a folder again from its own stored config and compare every byte of its tables.
    Verify {
        /// Run folder.
        folder: PathBuf,
    },
    /// What the engine saw, decided and did on one day, and why.
    Explain {
        /// Run folder.
        folder: PathBuf,
        /// Arm, as in summary.csv.
        #[arg(long)]
        arm: String,
        /// Session, as YYYY-MM-DD.
        #[arg(long)]
        date: NaiveDate,
    },
    /// List the policies that ship; with a name, print its fully resolved form.
    Policies {
        /// Policy.
        name: Option<String>,
    },
    /// JSON Schema of the config files, for editors.
    Schema {
        /// Which kind of file.
        #[arg(value_enum)]
        kind: SchemaKind,
    },
    /// Make, check and rebuild datasets.
    Data {
        /// What to do.
        #[command(subcommand)]
        command: DataCommand,
    },
}

/// Kinds of config files.
#[derive(Clone, Copy, clap::ValueEnum)]
pub enum SchemaKind {
    /// What to run: configs/runs.
    Run,
    /// What to trade: configs/policies.
    Policy,
    /// What to vary: configs/sweeps.
    Sweep,
    /// Which books, years and arms: configs/studies.
    Study,
}

/// Commands about sweeps.
#[derive(Subcommand)]
pub enum SweepCommand {
    /// Join shards made with --cells into the folder one machine would have written.
    Merge {
        /// Shard folders, all of one sweep.
        #[arg(required = true, value_name = "FOLDER")]
        folders: Vec<PathBuf>,
        /// Folder to write.
        #[arg(long, value_name = "FOLDER")]
        into: PathBuf,
    },
}

fn parse_range(text: &str) -> Result<std::ops::Range<usize>, ValueError> {
    let ends = text
        .split_once("..")
        .and_then(|(a, b)| Some(a.trim().parse().ok()?..b.trim().parse().ok()?));
    ends.ok_or(ValueError::Range)
}

/// Commands about datasets.
#[derive(Subcommand)]
pub enum DataCommand {
    /// Recognise publishers' files by content, clean and check them, and write a dataset.
    Import {
        /// Folder with the publishers' files.
        #[arg(long, value_name = "DIR")]
        from: PathBuf,
        /// Dataset folder to write.
        #[arg(long, value_name = "DATASET", required_unless_present = "dry_run")]
        into: Option<PathBuf>,
        /// Say what each file would be taken for; write nothing.
        #[arg(long)]
        dry_run: bool,
        /// Print every file and finding, not a page of them.
        #[arg(long)]
        full: bool,
    },
    /// Download the free publishers' files (Cboe indices, VIX futures of CFE, FRED, Treasury) and import them.
    Fetch(FetchArgs),
    /// Coverage and quality of a dataset: a finding per line, with counts.
    Check {
        /// Dataset folder [default: that of --dataset, or datasets/reconstruction].
        dataset: Option<PathBuf>,
    },
    /// The index-only price model against every option chain of a dataset: errors, candidates, a picture.
    Fit {
        /// Dataset folder.
        dataset: Option<PathBuf>,
        /// Against published option indices instead: the level shift at which our CNDR and PUT equal them, by year.
        #[arg(long)]
        indices: bool,
    },
    /// Build the bundled dataset again, bit for bit.
    Reconstruct {
        /// Dataset folder to write.
        #[arg(long, value_name = "DATASET")]
        into: PathBuf,
    },
}

/// What to download, from where and how gently.
#[derive(ClapArgs)]
pub struct FetchArgs {
    /// Dataset folder to write.
    #[arg(long, value_name = "DATASET")]
    pub into: PathBuf,
    /// Folder for the publishers' files [default: DATASET-raw, beside the dataset].
    #[arg(long, value_name = "DIR")]
    pub raw: Option<PathBuf>,
    /// First session wanted.
    #[arg(long, value_name = "DATE", default_value = "2021-01-04")]
    pub from: NaiveDate,
    /// Last session wanted [default: today].
    #[arg(long, value_name = "DATE")]
    pub to: Option<NaiveDate>,
    /// Another base address, as publisher=URL; repeatable. Publishers: cboe, cfe, fred, treasury.
    #[arg(long = "base", value_name = "PUBLISHER=URL")]
    pub bases: Vec<String>,
    /// Files asked for at the same time.
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u8).range(1..=8))]
    pub parallel: u8,
    /// Print the addresses and files, and ask for nothing.
    #[arg(long)]
    pub dry_run: bool,
}
