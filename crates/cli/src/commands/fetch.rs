//! `alvh data fetch`: from the free publishers to a dataset.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chrono::{DateTime, NaiveDate};
use fetch::manners::Manners;
use fetch::plan::{Addresses, Item, plan};
use fetch::run::{Outcome, run};
use serde_json::json;

use crate::args::{Common, FetchArgs};
use crate::commands::data;
use crate::error::Failure;
use crate::out::outln;
use crate::progress::Progress;
use crate::stop::Stop;

/// Downloads what the plan names and imports it.
pub fn fetch(args: &FetchArgs, common: &Common, stop: &Stop) -> Result<(), Failure> {
    let job = stop.job("what was fetched stays; the same command goes on from there");
    let mut addresses = Addresses::default();
    args.bases
        .iter()
        .try_for_each(|base| addresses.set(base))
        .map_err(|e| Failure::config(e.to_string()))?;
    let last = args.to.unwrap_or_else(today);
    if args.from >= last {
        return Err(Failure::config(format!(
            "--from {} must be before --to {last}",
            args.from
        )));
    }
    let items = plan(args.from, last, &addresses);
    if args.dry_run {
        return show(&items, common);
    }
    let place = data::place(&args.into, common)?;
    let raw = args.raw.clone().unwrap_or_else(|| beside(&args.into));
    let progress = Progress::new(common.quiet);
    let manners = Manners {
        parallel: usize::from(args.parallel),
        attempts: 4,
        first_wait: Duration::from_secs(1),
        longest_wait: Duration::from_secs(120),
        timeout: Duration::from_secs(60),
        wait: &|length| pause(length, job.flag()),
        stop: job.flag(),
    };
    let outcomes = run(&items, &raw, &manners, &|done| {
        progress.tell("fetch", done, items.len())
    });
    progress.finish();
    let outcomes = outcomes.map_err(|e| Failure::data(e.to_string()))?;
    job.check()?;
    drop(job);
    report(&items, &outcomes, args.import_anyway, common)?;
    data::import(&raw, place, false, common, stop)
}

/// Waits, a little at a time, for as long as nobody wants to stop.
fn pause(length: Duration, stop: &AtomicBool) {
    let mut left = length;
    while !left.is_zero() && !stop.load(Ordering::Relaxed) {
        let step = left.min(Duration::from_millis(50));
        std::thread::sleep(step);
        left -= step;
    }
}

fn show(items: &[Item], common: &Common) -> Result<(), Failure> {
    if common.json {
        let all = items
            .iter()
            .map(|item| json!({ "path": item.path, "url": item.url }))
            .collect::<Vec<_>>();
        outln!("{}", json!({ "files": all }))?;
    } else {
        items
            .iter()
            .try_for_each(|item| outln!("{:42} {}", item.path, item.url))?;
        outln!("{} files, none asked for (dry run)", items.len())?;
    }
    Ok(())
}

/// Says what came of the plan. Files that could not be had are an error unless the user wants the others `anyway`: a dataset
/// with holes nobody saw helps nobody.
fn report(
    items: &[Item],
    outcomes: &[Outcome],
    anyway: bool,
    common: &Common,
) -> Result<(), Failure> {
    let count = |wanted: fn(&Outcome) -> bool| outcomes.iter().filter(|o| wanted(o)).count();
    let new = count(|o| matches!(o, Outcome::New(_)));
    let unchanged = count(|o| *o == Outcome::Unchanged);
    let absent = count(|o| *o == Outcome::Absent);
    if !common.quiet && !common.json {
        outln!("fetched {new} files, {unchanged} unchanged, {absent} not published")?;
    }
    let failed: Vec<String> = items
        .iter()
        .zip(outcomes)
        .filter_map(|(item, outcome)| match outcome {
            Outcome::Failed(message) => {
                Some(format!("  {} from {}: {message}", item.path, item.url))
            }
            _ => None,
        })
        .collect();
    if failed.is_empty() {
        return Ok(());
    }
    let text = failed.join("\n");
    if anyway && failed.len() < items.len() {
        let said = format!(
            "{} of {} files could not be had:\n{text}",
            failed.len(),
            items.len()
        );
        eprintln!("{}", report::terminal::plain(&said));
        return Ok(());
    }
    Err(Failure::data(format!(
        "{} of {} files could not be had, and nothing was imported:\n{text}\nWhat was fetched stays; the same command \
         goes on from there, and with --import-anyway imports what there is.",
        failed.len(),
        items.len()
    )))
}

/// `DATASET-raw`.
fn beside(dataset: &Path) -> PathBuf {
    let name = dataset
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or("dataset");
    dataset.with_file_name(format!("{name}-raw"))
}

#[expect(
    clippy::disallowed_methods,
    reason = "which files exist depends on the day; no result does"
)]
fn today() -> NaiveDate {
    DateTime::<chrono::Utc>::from(std::time::SystemTime::now()).date_naive()
}
