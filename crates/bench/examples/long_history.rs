//! Makes a dataset of decades of sessions out of a shorter one, to measure what long runs take.
//!
//! ```sh
//! cargo build --release -p alvh -p alvh-bench --example long_history
//! target/release/examples/long_history datasets/reconstruction DIR 1992-01-02 2026-12-31
//! ```
//!
//! The days are those of one world (docs/worlds.md): whole days of the dataset in matched blocks, on the exchange's real sessions,
//! with every expiry and settlement of those years. Monthly and quarterly values come again every few years, so that every rule
//! has something to read. The index and the funds end where they began. No market was like this one: it says what a run costs, and nothing about hedges.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::{Datelike, Months, NaiveDate};
use data::{DatasetInfo, Kind};
use market::fund::Fund;
use market::math::{exp, ln};
use market::observations::{Observations, Release, names};
use worlds::plan::Plan;
use worlds::world::Worlds;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [from, into, first, last] = &args[..] else {
        return Err("usage: long_history DATASET INTO FIRST LAST".into());
    };
    let (first, last): (NaiveDate, NaiveDate) = (first.parse()?, last.parse()?);
    let base = data::load(Path::new(from))?;
    let plan = Plan {
        seed: 1,
        mean_block_sessions: 21.0,
        neighbours: None,
        stress: 0.0,
        stresses: Vec::new(),
    };
    let worlds = Worlds::new(&base.observations, (first, last), plan)?;
    let mut made = worlds.world(0).observations;
    // Returns of a few years, again and again, leave every range that prices can have.
    let index = [
        names::SPX_OPEN,
        "spx_high",
        names::SPX_LOW,
        names::SPX_CLOSE,
        names::SPX_SET,
    ];
    level(&mut made, names::SPX_CLOSE, &index);
    for fund in Fund::ALL.map(Fund::series) {
        level(&mut made, &fund, &[&fund]);
    }
    let begins = made.sessions[0];
    let years = base.observations.sessions.len().div_ceil(252).max(1);
    let every = Months::new(12 * u32::try_from(years)?);
    made.slow = again(&made.slow, every, (begins, last));
    let info = DatasetInfo {
        name: format!("made history {begins}..{last}"),
        kind: Kind::Reconstruction,
        notice: "Days of another dataset in another order; no market was like this.".into(),
        publisher: "the example long_history".into(),
        sources: BTreeMap::new(),
        findings: Vec::new(),
    };
    data::write_dataset(Path::new(into), &made, &info)?;
    println!(
        "wrote {} sessions, {} futures settlements, {} to {last}",
        made.sessions.len(),
        made.vx.len(),
        begins.year()
    );
    Ok(())
}

/// Takes out of some series the growth of one of them, the same share each session, so that it ends where it began.
fn level(made: &mut Observations, by: &str, names: &[&str]) {
    let Some(values) = made.daily.get(by).map(|series| &series.values) else {
        return;
    };
    let known: Vec<(usize, f64)> = (values.iter().enumerate())
        .filter_map(|(t, value)| Some((t, (*value)?)))
        .collect();
    let (Some(first), Some(last)) = (known.first(), known.last()) else {
        return;
    };
    let growth = ln(last.1 / first.1) / (last.0 - first.0).max(1) as f64;
    for name in names {
        let series = made.daily.get_mut(*name);
        let values = series
            .into_iter()
            .flat_map(|s| s.values.iter_mut().enumerate());
        for (t, value) in values {
            *value = value.map(|v| v * exp(-growth * t as f64));
        }
    }
}

/// Every series once more each so many months, from the first day to the last.
fn again(
    slow: &BTreeMap<String, Vec<Release>>,
    every: Months,
    (first, last): (NaiveDate, NaiveDate),
) -> BTreeMap<String, Vec<Release>> {
    let earlier = |release: &Release| {
        Some(Release {
            period: release.period.checked_sub_months(every)?,
            known: release.known.checked_sub_months(every)?,
            value: release.value,
        })
    };
    let later = |release: &Release| {
        Some(Release {
            period: release.period.checked_add_months(every)?,
            known: release.known.checked_add_months(every)?,
            value: release.value,
        })
    };
    let series = |releases: &Vec<Release>| {
        let mut all = releases.clone();
        let mut before = releases.clone();
        let mut after = releases.clone();
        for _ in 0..60 {
            before = before.iter().filter_map(earlier).collect();
            after = after.iter().filter_map(later).collect();
            all.extend(before.iter().chain(&after));
        }
        all.retain(|release| (first..=last).contains(&release.known));
        all.sort_by_key(|release| (release.known, release.period));
        all.dedup_by_key(|release| release.period);
        all
    };
    slow.iter()
        .map(|(name, releases)| (name.clone(), series(releases)))
        .collect()
}
