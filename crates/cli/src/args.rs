//! The command line.

mod data;
pub mod examples;

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use chrono::NaiveDate;
use clap::{Args as ClapArgs, Parser, Subcommand};

use crate::listener::Listener;
use crate::parts::{MOST_PARTS, Part};
use crate::schemas::{FOLDER_SCHEMA, JSON_SCHEMA};

pub use data::{DataCommand, FetchArgs};

/// Version with the commit it was built from.
const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), " (", env!("ALVH_COMMIT"), ")");

/// The version with those of what it writes: the numbers, the folders, what `--json` prints.
fn long_version() -> &'static str {
    static TEXT: LazyLock<String> = LazyLock::new(|| {
        format!(
            "{VERSION}\nresults version {}, folder schema {}, --json schema {JSON_SCHEMA}",
            engine::RESULTS_VERSION,
            FOLDER_SCHEMA
        )
    });
    &TEXT
}

/// Does a layered VIX hedge make SPX iron condors better, when, and at what price?
///
/// Without a command: `alvh replay configs/runs/replay.toml`.
#[derive(Parser)]
#[command(name = "alvh", version = VERSION, long_version = long_version(), max_term_width = 100)]
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
    #[arg(long, global = true, value_name = "DIR", env = "ALVH_DATASET")]
    pub dataset: Option<PathBuf>,
    /// Where result folders are written [default: reports].
    #[arg(long, global = true, value_name = "DIR", env = "ALVH_OUT")]
    pub out: Option<PathBuf>,
    /// Change one key of the configuration; repeatable. Same checks as the file.
    #[arg(long = "set", global = true, value_name = "KEY=VALUE")]
    pub sets: Vec<String>,
    /// Threads to use; the results do not depend on it.
    #[arg(long, global = true, value_name = "N", value_parser = parse_threads, env = "ALVH_THREADS")]
    pub threads: Option<usize>,
    /// No progress, no notes: results and errors only.
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// Also say which files and settings are used.
    #[arg(long, short, global = true, conflicts_with = "quiet")]
    pub verbose: bool,
    /// Colour of tables.
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t = Color::Auto)]
    pub color: Color,
    /// A machine-readable summary on stdout instead of tables.
    #[arg(long, global = true)]
    pub json: bool,
    /// How progress is told on stderr.
    #[arg(long, global = true, value_enum, value_name = "HOW", default_value_t = ProgressKind::Auto)]
    pub progress: ProgressKind,
    /// Hears progress instead of stderr.
    #[arg(skip)]
    pub listener: Option<Listener>,
    /// Dataset of runs that name none of their own, from a file of settings.
    #[arg(skip)]
    pub usual_dataset: Option<PathBuf>,
}

impl Common {
    /// Where result folders are written.
    pub fn out(&self) -> &Path {
        self.out.as_deref().unwrap_or(Path::new("reports"))
    }
}

/// How progress is told.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum ProgressKind {
    /// A bar on a terminal, lines elsewhere.
    Auto,
    /// A line of JSON a second.
    Json,
}

/// When tables have colours.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR says no or CLICOLOR_FORCE says always.
    Auto,
    /// Also in files and pipes.
    Always,
    /// Never.
    Never,
}

/// What is wrong with the value of an option; clap names the option.
#[derive(Clone, Copy, Debug, thiserror::Error)]
enum ValueError {
    #[error("a whole number from 1 to 1024 is needed")]
    Threads,
    #[error("two whole numbers are needed, like 0..500")]
    Range,
    #[error("seconds from 0.1 to 1000000 are needed")]
    Seconds,
    #[error("a whole number from 1 to {MOST_PARTS} is needed")]
    Parts,
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
        /// Also print the twins, what the price model's own error does, and every remark.
        #[arg(long)]
        full: bool,
        /// Say what would be computed and about how long it takes here; write nothing.
        #[arg(long)]
        dry_run: bool,
    },
    /// A grid or a seeded sample of parameters, in parallel; what was computed before is not computed again.
    #[command(args_conflicts_with_subcommands = true)]
    Sweep {
        /// Sweep file [default: configs/sweeps/small.toml].
        #[arg(value_name = "SWEEP.toml")]
        sweep: Option<PathBuf>,
        /// Only these cells, counted from 0, B excluded: writes a shard for `alvh sweep merge`.
        #[arg(long, value_name = "A..B", value_parser = parse_range, conflicts_with = "part")]
        cells: Option<std::ops::Range<usize>>,
        /// Only part I of N, I counted from 0: whole configurations, for a scheduler (docs/scale.md).
        #[arg(long, value_name = "I/N", requires = "into")]
        part: Option<Part>,
        /// Folder that collects the parts: the part becomes parts/HASH/I-of-N in it.
        #[arg(long, value_name = "FOLDER", requires = "part")]
        into: Option<PathBuf>,
        /// Say what would be computed and about how long it takes here; write nothing.
        #[arg(long, conflicts_with_all = ["cells", "part"])]
        dry_run: bool,
        /// What else to do.
        #[command(subcommand)]
        command: Option<SweepCommand>,
    },
    /// Many condor books on every weekday in every year under every hedge; years are the sample.
    #[command(args_conflicts_with_subcommands = true)]
    Study {
        /// Study file [default: configs/studies/alvh.toml].
        #[arg(value_name = "STUDY.toml")]
        study: Option<PathBuf>,
        /// Only part I of N of its cells, I counted from 0, for a scheduler (docs/scale.md).
        #[arg(long, value_name = "I/N", requires = "into")]
        part: Option<Part>,
        /// Folder that collects the parts: the part becomes parts/HASH/I-of-N in it.
        #[arg(long, value_name = "FOLDER", requires = "part")]
        into: Option<PathBuf>,
        /// Say what would be computed and about how long it takes here; write nothing.
        #[arg(long, conflicts_with = "part")]
        dry_run: bool,
        /// What else to do.
        #[command(subcommand)]
        command: Option<StudyCommand>,
    },
    /// Render a run folder again, without simulating.
    Report {
        /// Run folder.
        folder: PathBuf,
        /// Put another run folder beside it: writes compare.html and compare.md into --out.
        #[arg(long, value_name = "OTHER")]
        compare: Option<PathBuf>,
        /// Also print the twins, what the price model's own error does, and every remark.
        #[arg(long)]
        full: bool,
    },
    /// Make a folder of a replay, sweep or study again from its own stored config and compare every byte of its tables.
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
    /// What the run would do at the session after the dataset's last, on paper; places no orders.
    Today(TodayArgs),
    /// List the policies that ship; with a name, print its fully resolved form.
    Policies {
        /// Policy.
        name: Option<String>,
    },
    /// Write a small project: a run, a policy to edit, schemas for editors.
    Init {
        /// Folder to write into.
        #[arg(value_name = "DIR", default_value = ".")]
        folder: PathBuf,
    },
    /// Write a file that starts from a shipped one and says only what differs.
    New {
        /// Kind of file.
        #[arg(value_enum)]
        kind: SchemaKind,
        /// Its name.
        name: String,
        /// The file it starts from [default: tiered, replay, small, alvh].
        #[arg(long, value_name = "SHIPPED")]
        from: Option<String>,
    },
    /// Which datasets there are, and which is the usual one.
    Dataset {
        /// What to do.
        #[command(subcommand)]
        command: DatasetCommand,
    },
    /// Completions for a shell, on stdout.
    Completions {
        /// The shell.
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
    /// A manual page, on stdout: `alvh manual | man -l -`.
    Manual {
        /// Command; the whole program where none is named.
        #[arg(value_name = "COMMAND")]
        page: Option<String>,
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

/// What is asked of today.
#[derive(ClapArgs)]
pub struct TodayArgs {
    /// Run file [default: configs/runs/replay.toml].
    #[arg(value_name = "RUN.toml")]
    pub run: Option<PathBuf>,
    /// Hedge policy to tell of instead of the run's arms; repeatable.
    #[arg(long = "policy", value_name = "NAME")]
    pub policies: Vec<String>,
    /// First session of the paper book [default: that of the run's last window that has begun].
    #[arg(long, value_name = "DATE")]
    pub since: Option<NaiveDate>,
    /// As if the dataset ended at this close.
    #[arg(long, value_name = "DATE")]
    pub at: Option<NaiveDate>,
}

/// Commands about the choice of a dataset.
#[derive(Subcommand)]
pub enum DatasetCommand {
    /// Datasets in this folder and in `datasets`, and those of the settings.
    List,
    /// Make a dataset the usual one: of runs that name none, or the bundled one.
    Use {
        /// Dataset folder.
        #[arg(value_name = "DIR")]
        folder: PathBuf,
    },
}

/// Kinds of config files.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
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

impl SchemaKind {
    /// As it is typed.
    pub fn word(self) -> &'static str {
        match self {
            SchemaKind::Run => "run",
            SchemaKind::Policy => "policy",
            SchemaKind::Sweep => "sweep",
            SchemaKind::Study => "study",
        }
    }
}

/// Commands about sweeps.
#[derive(Subcommand)]
pub enum SweepCommand {
    /// Join parts, or shards made with --cells, into the folder one machine would have written.
    Merge {
        /// The folder that collects the parts, or shard folders; all of one sweep.
        #[arg(required = true, value_name = "FOLDER")]
        folders: Vec<PathBuf>,
        /// Folder to write.
        #[arg(long, value_name = "FOLDER")]
        into: PathBuf,
    },
    /// How much work a sweep is, in how many parts, and which of them are there.
    Plan(PlanArgs),
}

/// What a plan is asked for.
#[derive(ClapArgs)]
pub struct PlanArgs {
    /// Sweep file [default: configs/sweeps/small.toml].
    #[arg(value_name = "SWEEP.toml")]
    pub sweep: Option<PathBuf>,
    /// Folder that collects the parts.
    #[arg(long, value_name = "FOLDER")]
    pub into: Option<PathBuf>,
    /// CPU seconds of a part: 60 for a queue, 5 for Dask.
    #[arg(long, value_name = "SECONDS", default_value_t = 60.0, value_parser = parse_seconds)]
    pub unit_seconds: f64,
    /// So many parts, whatever they cost [default: as many as --unit-seconds asks for].
    #[arg(long, value_name = "N", value_parser = parse_parts)]
    pub parts: Option<usize>,
}

/// Commands about studies.
#[derive(Subcommand)]
pub enum StudyCommand {
    /// Join the parts of a study into the folder one machine would have written.
    Merge {
        /// The folder that collects the parts.
        #[arg(required = true, value_name = "FOLDER")]
        folders: Vec<PathBuf>,
        /// Folder to write.
        #[arg(long, value_name = "FOLDER")]
        into: PathBuf,
    },
}

fn parse_seconds(text: &str) -> Result<f64, ValueError> {
    match text.parse::<f64>() {
        Ok(seconds) if (0.1..=1e6).contains(&seconds) => Ok(seconds),
        _ => Err(ValueError::Seconds),
    }
}

fn parse_parts(text: &str) -> Result<usize, ValueError> {
    match text.parse::<usize>() {
        Ok(parts) if (1..=MOST_PARTS).contains(&parts) => Ok(parts),
        _ => Err(ValueError::Parts),
    }
}

fn parse_range(text: &str) -> Result<std::ops::Range<usize>, ValueError> {
    let ends = text
        .split_once("..")
        .and_then(|(a, b)| Some(a.trim().parse().ok()?..b.trim().parse().ok()?));
    ends.ok_or(ValueError::Range)
}
