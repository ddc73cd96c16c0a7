//! `alvh data fit DATASET --indices`: the level of implied volatility that published option indices say.

use std::path::Path;

use market::inputs::{Audit, InputRules};
use market::observations::Observations;
use market::surface::ModelParams;
use serde_json::json;
use study::implied_level::{ImpliedLevel, ImpliedLevelError, ImpliedShift, IndexLevels};
use study::inputs::WindowInputs;

use crate::args::Common;
use crate::configs::{asked_dataset, load_dataset};
use crate::error::Failure;
use crate::out::outln;
use crate::stop::Stop;

/// Prints, by index and year, the shift at which our account equals the published one, and what the account earns when it
/// follows the shift of earlier months.
pub fn fit(dataset: Option<&Path>, common: &Common, stop: &Stop) -> Result<(), Failure> {
    let job = stop.job("nothing was written; the same command starts again");
    let path = asked_dataset(dataset, common).ok_or_else(|| {
        Failure::config("alvh data fit --indices needs a dataset: alvh data fit DATASET --indices")
    })?;
    let loaded = load_dataset(&path)?;
    job.check()?;
    let model = ModelParams::domain();
    let failed = |e: ImpliedLevelError| Failure::data(format!("{}: {e}", path.display()));
    let level = ImpliedLevel::new(
        &loaded.observations,
        &model,
        InputRules::lenient(),
        job.flag(),
    )
    .map_err(failed)?;
    job.check()?;
    let mut rows = Vec::new();
    for index in level.indices() {
        rows.extend(years(&level, index, &loaded.observations, &model).map_err(failed)?);
    }
    let notes = notes(&loaded.observations, &model)?;
    if common.json {
        let rows: Vec<_> = rows.iter().map(Row::json).collect();
        return outln!("{}", json!({ "years": rows, "notes": notes }));
    }
    print(&rows)?;
    notes.iter().try_for_each(|note| outln!("\n{note}"))
}

/// What stood in for missing series in the replays: none is refused, all is counted.
fn notes(observations: &Observations, model: &ModelParams) -> Result<Vec<String>, Failure> {
    let sessions = &observations.sessions;
    let (Some(first), Some(last)) = (sessions.first(), sessions.last()) else {
        return Ok(Vec::new());
    };
    let needs = study::inputs::needs_behind_a_level(*first, *last)?;
    let rules = InputRules::lenient();
    let audit = Audit::new(observations, &rules);
    Ok(study::inputs::notes(&[WindowInputs {
        window: "the dataset".into(),
        counts: audit.counts((*first, *last), &needs, &model.event_weights),
        publishers: audit.publishers((*first, *last), &needs),
    }]))
}

/// One year of one index.
struct Row {
    index: &'static str,
    year: i32,
    found: ImpliedShift,
    followed: Option<f64>,
}

impl Row {
    fn json(&self) -> serde_json::Value {
        json!({
            "index": self.index,
            "year": self.year,
            "from": self.found.from.to_string(),
            "published": self.found.published,
            "model": self.found.ours,
            "shift": self.found.shift,
            "with_earlier_months": self.followed,
        })
    }
}

fn years(
    level: &ImpliedLevel,
    index: &IndexLevels,
    observations: &Observations,
    model: &ModelParams,
) -> Result<Vec<Row>, ImpliedLevelError> {
    let followed = level.followed(index, observations, model)?;
    Ok(index
        .years()
        .into_iter()
        .map(|(year, found)| Row {
            index: index.index.name(),
            year,
            found,
            followed: followed.get(&year).copied(),
        })
        .collect())
}

fn print(rows: &[Row]) -> Result<(), Failure> {
    outln!("# The level that published option indices say\n")?;
    outln!(
        "Returns by year: published, of the shipped run with the plain model, and with the shift of earlier months. `shift` is\n\
         what added to the at-the-money constant makes the plain one equal to the published.\n"
    )?;
    outln!(
        "| index | from       | to end of | published % | model % | shift | with earlier months % |"
    )?;
    outln!("|---|---|---:|---:|---:|---:|---:|")?;
    for row in rows {
        let shift = row
            .found
            .shift
            .map_or("beyond".to_string(), |s| format!("{s:+.3}"));
        let followed = row
            .followed
            .map_or("-".to_string(), |r| format!("{:+.2}", 100.0 * r));
        outln!(
            "| {:<5} | {} | {:>9} | {:>+11.2} | {:>+7.2} | {shift:>6} | {followed:>21} |",
            row.index,
            row.found.from,
            row.year,
            100.0 * row.found.published,
            100.0 * row.found.ours
        )?;
    }
    Ok(())
}
