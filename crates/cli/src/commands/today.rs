//! `alvh today`: what a run would do at the session after the dataset's last.

use market::calendar::Calendar;
use report::{today_html, today_text};
use study::execute::StudyError;
use study::markets::chain_dates;
use study::today::{Asked, TodayError};
use tables::manifest::{Dataset, DatasetKind};
use tables::today::Today;

use crate::args::{Common, TodayArgs};
use crate::commands::replay::load_chains;
use crate::configs::{Loaded, load_dataset_for, load_run};
use crate::error::Failure;
use crate::out::{note, out, outln, width};
use crate::stop::{Stop, StoppableJob};

/// Prints what the run would do, and writes it as a page.
pub fn today(asked: &TodayArgs, common: &Common, stop: &Stop) -> Result<(), Failure> {
    let job = stop.job("nothing was written");
    let found = find(asked, common, &job)?;
    let page = common
        .out()
        .join(format!("today-{}-{}.html", found.run, found.date));
    std::fs::create_dir_all(common.out()).map_err(Failure::io("create", common.out()))?;
    files::write_whole(&page, today_html(&found).as_bytes())?;
    if common.json {
        let text = serde_json::to_string_pretty(&found);
        let text = text.map_err(|e| Failure::fault(e.to_string()))?;
        return outln!("{text}");
    }
    out!("{}", today_text(&found, width()))?;
    outln!("\npage {}", page.display())?;
    if !common.quiet && asked.at.is_none() {
        tell_age(&found);
    }
    Ok(())
}

/// The answer, before it is printed.
pub fn find(asked: &TodayArgs, common: &Common, job: &StoppableJob<'_>) -> Result<Today, Failure> {
    let Loaded {
        config, dataset, ..
    } = load_run(
        asked.run.as_deref(),
        &with_policies(&asked.policies, common),
    )?;
    let path = dataset;
    let loaded = load_dataset_for(&path, &config)?;
    let observations = match asked.at {
        None => loaded.observations,
        Some(date) => {
            let sessions = &loaded.observations.sessions;
            if sessions.binary_search(&date).is_err() {
                return Err(Failure::data(format!(
                    "--at {date}: no session of dataset {:?}, which has {} to {}",
                    loaded.manifest.name,
                    loaded.manifest.first_session,
                    loaded.manifest.last_session
                )));
            }
            loaded.observations.until(date)
        }
    };
    let last = observations.sessions.last().copied();
    let dates = config.reads_chains().then(|| chain_dates(&config));
    let dates = dates.map(|range| *range.start()..=last.unwrap_or(*range.end()));
    let (chains, _) = load_chains(&path, dates)?;
    let manifest = &loaded.manifest;
    let dataset = Dataset {
        name: manifest.name.clone(),
        kind: match manifest.kind {
            data::Kind::History => DatasetKind::History,
            data::Kind::Reconstruction => DatasetKind::Reconstruction,
        },
        notice: manifest.notice.clone(),
        first: manifest.first_session.to_string(),
        last: last.unwrap_or(manifest.last_session).to_string(),
    };
    let asked = Asked {
        config: &config,
        arms: &asked.policies,
        since: asked.since,
        dataset: &dataset,
        observations: &observations,
        chains: &chains,
    };
    study::today::today(&asked, job.flag()).map_err(|error| match error {
        TodayError::Study(StudyError::Stopped(_)) => job.interrupted(),
        other => Failure::data(format!("dataset {:?}: {other}", manifest.name)),
    })
}

/// The run with other arms, where policies are named: the unhedged one first, which a run needs.
fn with_policies(policies: &[String], common: &Common) -> Common {
    let mut common = common.clone();
    if !policies.is_empty() {
        let others = policies.iter().filter(|name| *name != UNHEDGED);
        let quoted = std::iter::once(UNHEDGED).chain(others.map(String::as_str));
        let names: Vec<String> = quoted.map(|name| format!("{name:?}")).collect();
        common.sets.push(format!("arms=[{}]", names.join(", ")));
        common.sets.push("benchmarks=[]".to_string());
    }
    common
}

/// The arm without a hedge.
const UNHEDGED: &str = "unhedged";

/// Says where the machine's calendar is past the session that was decided for.
#[expect(
    clippy::disallowed_methods,
    reason = "a remark on stderr about the age of the data; no result depends on it"
)]
fn tell_age(found: &Today) {
    let now = chrono::DateTime::<chrono::Utc>::from(std::time::SystemTime::now()).date_naive();
    if let Some(next) = found.next_session.filter(|next| *next < now) {
        let missed = Calendar::nyse().sessions_between(next, now);
        note(&format!(
            "alvh: the dataset ends on {}, {missed} sessions before the last one of this machine's calendar; \
             `alvh data fetch` brings what is new",
            found.date
        ));
    }
}
