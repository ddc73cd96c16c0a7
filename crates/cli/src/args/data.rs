//! The arguments of `alvh data` and `alvh fetch`.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args as ClapArgs, Subcommand};

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
    /// Import what there is, although files that should be there could not be had.
    #[arg(long)]
    pub import_anyway: bool,
    /// Print the addresses and files, and ask for nothing.
    #[arg(long)]
    pub dry_run: bool,
}
