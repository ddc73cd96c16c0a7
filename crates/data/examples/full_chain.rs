//! Makes a dataset with a full option chain out of the model's own prices and a stated noise, and measures how it loads.
//!
//! ```sh
//! cargo run --release -p alvh-data --example full_chain -- make datasets/reconstruction DIR 2022-01-03 2022-12-30 0.02
//! cargo run --release -p alvh-data --example full_chain -- load DIR 2022-01-03 2022-12-30
//! cargo run --release -p alvh-data --example full_chain -- csv datasets/reconstruction FOLDER 2022-01-03 2022-12-30 0.02
//! ```
//!
//! `csv` writes the same quotes as publishers' files, a month each, with the closes they need beside them: what
//! `alvh data import` is measured on. `load` prints quotes, seconds and the greatest memory the process had (Linux); docs/performance.md has the figures.

#![expect(
    clippy::disallowed_methods,
    reason = "it measures how long loading takes"
)]

use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::Instant;

use chrono::{Datelike, NaiveDate};
use data::chains::ChainQuote;
use data::{DatasetInfo, Kind};
use market::chain::made::Made;
use market::history::{MarketHistory, MarketView};
use market::surface::ModelParams;

/// Expiries up to here are listed (days).
const HORIZON_DAYS: i64 = 180;

/// Header of the normalised layout.
const HEADER: &str = "quote_date,quote_time,kind,symbol,root,option_symbol,expiration,type,strike,bid,ask,last,volume,\
    open_interest,iv,delta,gamma,underlying";

type Outcome = Result<(), Box<dyn std::error::Error>>;

/// What is made: the days, and how far the prices are off the model's.
struct Job {
    first: NaiveDate,
    last: NaiveDate,
    made: Made,
}

impl Job {
    fn new(first: &str, last: &str, noise: &str) -> Result<Job, Box<dyn std::error::Error>> {
        Ok(Job {
            first: first.parse()?,
            last: last.parse()?,
            made: Made {
                noise: noise.parse()?,
                step: 5.0,
                span: (0.55, 1.3),
            },
        })
    }

    fn history(&self, base: &data::Dataset) -> Result<MarketHistory, Box<dyn std::error::Error>> {
        let params = ModelParams::default();
        let history = MarketHistory::build(
            &base.observations,
            self.first,
            self.last,
            &params,
            HORIZON_DAYS,
        )?;
        Ok(history)
    }

    fn quotes(&self, view: MarketView<'_>) -> Vec<ChainQuote> {
        let today = view.today();
        let quotes = self.made.quotes(today).into_iter();
        quotes
            .map(|raw| ChainQuote::at_close(today.date, &raw, today.spot))
            .collect()
    }
}

fn main() -> Outcome {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["make", from, into, first, last, noise] => make(
            Path::new(from),
            Path::new(into),
            &Job::new(first, last, noise)?,
        ),
        ["csv", from, into, first, last, noise] => csv(
            Path::new(from),
            Path::new(into),
            &Job::new(first, last, noise)?,
        ),
        ["load", dir, first, last] => load(Path::new(dir), first.parse()?, last.parse()?),
        _ => Err("usage: make|csv DATASET INTO FIRST LAST NOISE | load DATASET FIRST LAST".into()),
    }
}

fn make(from: &Path, into: &Path, job: &Job) -> Outcome {
    let base = data::load(from)?;
    let history = job.history(&base)?;
    let window = history.window(job.first, job.last);
    let mut quotes = window.flat_map(|t| job.quotes(history.view(t)));
    let info = DatasetInfo {
        name: format!("made chains {}..{}", job.first, job.last),
        kind: Kind::Reconstruction,
        notice: "Option quotes made of the price model; no market showed them.".into(),
        publisher: "the example full_chain".into(),
        sources: Default::default(),
        findings: Vec::new(),
    };
    let started = Instant::now();
    let manifest = data::write_dataset_with_chains(into, &base.observations, &info, &mut quotes)?;
    let rows: usize = manifest
        .files
        .iter()
        .filter(|(f, _)| f.starts_with("chains/"))
        .map(|(_, e)| e.rows)
        .sum();
    println!(
        "made {rows} quotes in {:.1} s, peak {}",
        started.elapsed().as_secs_f64(),
        peak()
    );
    Ok(())
}

/// Quotes by month in the normalised layout, and the closes of the two indices.
fn csv(from: &Path, into: &Path, job: &Job) -> Outcome {
    std::fs::create_dir_all(into)?;
    let base = data::load(from)?;
    let history = job.history(&base)?;
    let mut files: Vec<(String, BufWriter<File>)> = Vec::new();
    let mut rows = 0;
    let mut levels = [
        "observation_date,SP500\n".to_string(),
        "DATE,OPEN,HIGH,LOW,CLOSE\n".to_string(),
    ];
    for t in history.window(job.first, job.last) {
        let today = history.view(t).today();
        let (date, vix) = (today.date, today.vix);
        writeln!(levels[0], "{date},{}", today.spot)?;
        let us = date.format("%m/%d/%Y");
        writeln!(levels[1], "{us},{vix},{vix},{vix},{vix}")?;
        let name = format!("quotes_{}-{:02}.csv", date.year(), date.month());
        if files.last().is_none_or(|(last, _)| *last != name) {
            let mut file = BufWriter::new(File::create(into.join(&name))?);
            writeln!(file, "{HEADER}")?;
            files.push((name, file));
        }
        if let Some((_, file)) = files.last_mut() {
            for quote in job.quotes(history.view(t)) {
                write_row(file, &quote)?;
                rows += 1;
            }
        }
    }
    for (_, file) in &mut files {
        file.flush()?;
    }
    std::fs::write(into.join("SP500.csv"), &levels[0])?;
    std::fs::write(into.join("VIX_History.csv"), &levels[1])?;
    println!("wrote {rows} quotes in {} files", files.len());
    Ok(())
}

fn write_row(file: &mut impl Write, q: &ChainQuote) -> std::io::Result<()> {
    let price = |price: Option<f64>| price.map_or(String::new(), |p| p.to_string());
    let right = if q.is_call { "C" } else { "P" };
    writeln!(
        file,
        "{},16:15,{},SPX,{},,{},{right},{},{},{},,10,100,0.2,0.5,0.001,{}",
        q.quote_date,
        q.kind,
        q.root,
        q.expiry,
        q.strike,
        price(q.bid),
        price(q.ask),
        price(q.underlying)
    )
}

fn load(dir: &Path, first: NaiveDate, last: NaiveDate) -> Outcome {
    let started = Instant::now();
    let chains = data::chains::load_closes(dir, &(first..=last))?;
    let quotes: usize = chains.values().map(|session| session.iter().count()).sum();
    let seconds = started.elapsed().as_secs_f64();
    println!(
        "loaded {quotes} quotes of {} sessions in {seconds:.1} s, peak {}",
        chains.len(),
        peak()
    );
    Ok(())
}

/// The greatest resident memory so far, as Linux tells it.
fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or("not known".into(), |text| text.trim().to_string())
}
