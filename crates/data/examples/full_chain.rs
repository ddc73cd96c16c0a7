//! Makes a dataset with a full option chain out of the model's own prices and a stated noise, and measures how it loads.
//!
//! ```sh
//! cargo run --release -p data --example full_chain -- make datasets/reconstruction DIR 2022-01-03 2022-12-30 0.02
//! cargo run --release -p data --example full_chain -- load DIR 2022-01-03 2022-12-30
//! ```
//!
//! `load` prints quotes, seconds and the greatest memory the process had (Linux); docs/performance.md has the figures.

#![expect(
    clippy::disallowed_methods,
    reason = "it measures how long loading takes"
)]

use std::path::Path;
use std::time::Instant;

use chrono::NaiveDate;
use data::chains::ChainQuote;
use data::{DatasetInfo, Kind};
use market::chain::made::Made;
use market::history::MarketHistory;
use market::surface::ModelParams;

/// Expiries up to here are listed (days).
const HORIZON_DAYS: i64 = 180;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["make", from, into, first, last, noise] => make(
            Path::new(from),
            Path::new(into),
            first.parse()?,
            last.parse()?,
            noise.parse()?,
        ),
        ["load", dir, first, last] => load(Path::new(dir), first.parse()?, last.parse()?),
        _ => Err("usage: make DATASET INTO FIRST LAST NOISE | load DATASET FIRST LAST".into()),
    }
}

fn make(
    from: &Path,
    into: &Path,
    first: NaiveDate,
    last: NaiveDate,
    noise: f64,
) -> Result<(), Box<dyn std::error::Error>> {
    let base = data::load(from)?;
    let history = MarketHistory::build(
        &base.observations,
        first,
        last,
        &ModelParams::default(),
        HORIZON_DAYS,
    )?;
    let made = Made {
        noise,
        step: 5.0,
        span: (0.55, 1.3),
    };
    let window = history.window(first, last);
    let mut quotes = window.flat_map(|t| {
        let today = history.view(t).today();
        made.quotes(today)
            .into_iter()
            .map(|raw| ChainQuote::at_close(today.date, &raw, today.spot))
    });
    let info = DatasetInfo {
        name: format!("made chains {first}..{last}"),
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

fn load(dir: &Path, first: NaiveDate, last: NaiveDate) -> Result<(), Box<dyn std::error::Error>> {
    let started = Instant::now();
    let chains = data::chains::load_closes(dir, &(first..=last))?;
    let quotes: usize = chains.values().map(Vec::len).sum();
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
