//! Which published series the prices of a run rest on, and how they stood in its windows.
//!
//! A run whose prices would rest on a series that is missing is refused, unless its file names what stands in for it
//! (docs/method.md). What was carried or stood in for is counted, window by window.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use engine::execution::FillAt;
use market::chain::RawChains;
use market::inputs::{Audit, Input, InputCount, MissingInputs, Needs};
use market::observations::Observations;
use market::surface::EventWeights;
use policy::arm::Arm;
use runfile::config::{Calibrate, RunConfig, TWIN_BASE, Window};
use runfile::published_index::PublishedIndex;
use tables::manifest::Input as Stood;
use tables::{CARRIED, INPUT, PUBLISHER, STAND_IN, SourceRow};

use crate::arms::{arm, other_books};
use crate::implied_level;

/// How the inputs of a window stood; those that were always published are left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WindowInputs {
    /// The window; [`CALIBRATION`] for the sessions of the chains that the model follows, [`IMPLIED_LEVEL`] for those
    /// behind the level of published indices.
    pub window: String,
    /// One per input.
    pub counts: Vec<InputCount>,
    /// Sessions of the window by series and publisher, of series that prices can rest on and a dataset that says who
    /// published them.
    pub publishers: BTreeMap<String, BTreeMap<String, usize>>,
}

/// Stands for the sessions of the chains that the model follows.
pub const CALIBRATION: &str = "calibration";
/// Stands for the sessions whose prices the level of published indices rests on.
pub const IMPLIED_LEVEL: &str = "index_implied_level";

/// What the prices of a run can rest on: all its arms, and the base of their twins. The first arm is the unhedged one,
/// which has none.
pub fn needs(config: &RunConfig) -> Needs {
    let has_twins = config.equal_spend_twins && config.arms.len() > 1;
    let twins = has_twins.then_some(TWIN_BASE);
    let names = config.arms.iter().map(String::as_str).chain(twins);
    let mornings = Needs {
        mornings: config.execution.fill_at == FillAt::LateMorning,
        ..Needs::default()
    };
    let others = other_books(config);
    names
        .map(|name| Arm::inputs(&arm(config, name)))
        .chain(others.iter().flat_map(|o| o.arms.iter().map(Arm::inputs)))
        .fold(mornings, Needs::or)
}

/// How the inputs of a run stood in each of its windows.
///
/// # Errors
/// Where a series is missing on a session whose prices can rest on it, and the run file lets nothing stand in for it.
pub fn audit(
    config: &RunConfig,
    needs: &Needs,
    observations: &Observations,
    chains: &RawChains,
) -> Result<Vec<WindowInputs>, MissingInputs> {
    audit_windows(config, &config.windows, needs, observations, chains)
}

/// The same over other windows than those of the run.
///
/// # Errors
/// As [`audit`].
pub fn audit_windows(
    config: &RunConfig,
    windows: &[Window],
    needs: &Needs,
    observations: &Observations,
    chains: &RawChains,
) -> Result<Vec<WindowInputs>, MissingInputs> {
    let rules = config.input_rules();
    let audit = Audit::new(observations, &rules);
    let weights = config.model_params().event_weights;
    let mut all: Vec<WindowInputs> = Vec::new();
    for window in windows {
        all.push(WindowInputs {
            window: window.name.clone(),
            counts: audit.counts((window.first, window.last), needs, &weights),
            publishers: audit.publishers((window.first, window.last), needs),
        });
    }
    let followed = (config.model.calibrate == Calibrate::PreviousChains).then(|| {
        let surface = Needs {
            surface: true,
            ..Needs::default()
        };
        let days: Vec<NaiveDate> = chains.keys().copied().collect();
        WindowInputs {
            window: CALIBRATION.to_string(),
            counts: audit.counts_on(&days, &surface, &weights),
            publishers: BTreeMap::new(),
        }
    });
    all.extend(followed);
    if config.model.index_implied_level {
        all.extend(behind_the_level(windows, &audit, &weights));
    }
    all.retain(|window| !(window.counts.is_empty() && window.publishers.is_empty()));
    match missing(&all) {
        none if none.is_empty() => Ok(all),
        missing => Err(MissingInputs(missing)),
    }
}

/// What the prices behind a level can rest on: those of both shipped runs.
///
/// # Errors
/// Where a shipped run is wrong.
pub fn needs_behind_a_level(
    first: NaiveDate,
    last: NaiveDate,
) -> Result<Needs, runfile::ConfigError> {
    let name = String::from("all");
    let window = Window { name, first, last };
    let runs = PublishedIndex::ALL.map(|index| index.run(window.clone()));
    let mut all = Needs::default();
    for run in runs {
        all = all.or(needs(&run?));
    }
    Ok(all)
}

/// How the inputs stood on the sessions that the level of published indices rests on.
fn behind_the_level(
    windows: &[Window],
    audit: &Audit<'_>,
    weights: &EventWeights,
) -> Option<WindowInputs> {
    let first = windows.iter().map(|window| window.first).min()?;
    let last = windows.iter().map(|window| window.last).max()?;
    let (first, last) = implied_level::rests_on(first, last);
    let needs = needs_behind_a_level(first, last).expect("the shipped runs are sound");
    Some(WindowInputs {
        window: IMPLIED_LEVEL.to_string(),
        counts: audit.counts((first, last), &needs, weights),
        publishers: BTreeMap::new(),
    })
}

/// What is missing in any window, one count for each input.
fn missing(all: &[WindowInputs]) -> Vec<InputCount> {
    let mut found: BTreeMap<Input, InputCount> = BTreeMap::new();
    let counts = all.iter().flat_map(|window| &window.counts);
    for count in counts.filter(|count| count.missing > 0) {
        found
            .entry(count.input)
            .and_modify(|known| *known = known.and(*count))
            .or_insert(*count);
    }
    found.into_values().collect()
}

/// The same for a manifest.
pub fn stood(all: &[WindowInputs]) -> Vec<Stood> {
    all.iter().flat_map(of_window).collect()
}

fn of_window(w: &WindowInputs) -> Vec<Stood> {
    let named = |series: &str| w.publishers.get(series).cloned().unwrap_or_default();
    let counts = w.counts.iter().map(|count| Stood {
        window: w.window.clone(),
        series: count.input.name().to_string(),
        sessions: count.sessions,
        carried: count.carried,
        oldest_sessions: count.oldest,
        stand_in: count.stand_in,
        publishers: named(count.input.name()),
    });
    let is_counted = |series: &str| w.counts.iter().any(|count| count.input.name() == series);
    let whole = w
        .publishers
        .iter()
        .filter(|(series, _)| !is_counted(series));
    let whole = whole.map(|(series, publishers)| Stood {
        window: w.window.clone(),
        series: series.clone(),
        sessions: publishers.values().sum(),
        publishers: publishers.clone(),
        ..Stood::default()
    });
    counts.chain(whole).collect()
}

/// The rows of `sources.csv` about inputs.
pub fn rows(all: &[Stood]) -> Vec<SourceRow> {
    let row = |input: &Stood, source: &str, sessions: usize| SourceRow {
        window: input.window.clone(),
        arm: String::new(),
        what: INPUT.to_string(),
        root: input.series.clone(),
        source: source.to_string(),
        count: sessions,
    };
    let mut rows = Vec::new();
    for input in all {
        rows.push(row(input, CARRIED, input.carried));
        rows.push(row(input, STAND_IN, input.stand_in));
        rows.extend(
            input
                .publishers
                .iter()
                .map(|(publisher, sessions)| SourceRow {
                    what: PUBLISHER.to_string(),
                    ..row(input, publisher, *sessions)
                }),
        );
    }
    rows.retain(|row| row.count > 0);
    rows
}

/// The same in words, one sentence for each window and way; the remarks of a run.
pub fn notes(all: &[WindowInputs]) -> Vec<String> {
    let mut notes = Vec::new();
    for WindowInputs { window, counts, .. } in all {
        let carried = |count: &InputCount| {
            let session = if count.oldest == 1 {
                "session"
            } else {
                "sessions"
            };
            let age = format!(", at most {} {session} old", count.oldest);
            (count.carried, count.sessions, age)
        };
        let stand_in = |count: &InputCount| (count.stand_in, count.sessions, String::new());
        let said = [
            ("Something else stood in for", listed(counts, &stand_in)),
            (
                "An earlier value was used where none was published of",
                listed(counts, &carried),
            ),
        ];
        for (what, list) in said {
            notes.extend((!list.is_empty()).then(|| format!("{what} {list} of {window}.")));
        }
    }
    notes
}

/// Sessions, of how many, and a remark.
type How = (usize, usize, String);
/// Series that stood alike.
type Alike<'a> = (How, Vec<&'a str>);

/// `a, b on 2 of 251 sessions; c on 1 of 251 sessions`: series that stood alike together.
fn listed(counts: &[InputCount], of: &dyn Fn(&InputCount) -> How) -> String {
    let mut alike: Vec<Alike<'_>> = Vec::new();
    for count in counts {
        let how = of(count);
        match alike.iter_mut().find(|(known, _)| *known == how) {
            Some((_, names)) => names.push(count.input.name()),
            None if how.0 > 0 => alike.push((how, vec![count.input.name()])),
            None => {}
        }
    }
    let parts = alike.iter().map(|((n, all, more), names)| {
        format!("{} on {n} of {all} sessions{more}", names.join(", "))
    });
    parts.collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(input: Input, (carried, oldest): (usize, u32), stand_in: usize) -> InputCount {
        InputCount {
            input,
            sessions: 251,
            carried,
            oldest,
            stand_in,
            missing: 0,
            first_missing: None,
        }
    }

    fn inputs() -> WindowInputs {
        let publishers = BTreeMap::from([("made".to_string(), 251)]);
        WindowInputs {
            window: "2022".to_string(),
            counts: vec![
                count(Input::Vix3m, (3, 1), 0),
                count(Input::Vix6m, (3, 1), 0),
                count(Input::Vix9d, (4, 2), 0),
                count(Input::Skew, (0, 0), 7),
            ],
            publishers: BTreeMap::from([(Input::Vix.name().to_string(), publishers)]),
        }
    }

    #[test]
    fn what_was_carried_and_what_stood_in_are_sentences_and_series_alike_stand_together() {
        let notes = notes(&[inputs()]);
        let names = [Input::Vix3m, Input::Vix6m, Input::Vix9d, Input::Skew].map(|i| i.name());
        let [three, six, nine, skew] = names;
        assert_eq!(
            notes,
            [
                format!("Something else stood in for {skew} on 7 of 251 sessions of 2022."),
                format!(
                    "An earlier value was used where none was published of {three}, {six} on 3 of 251 sessions, at most \
                     1 session old; {nine} on 4 of 251 sessions, at most 2 sessions old of 2022."
                ),
            ]
        );
    }

    #[test]
    fn a_row_stands_for_each_way_in_which_sessions_were_counted_and_for_no_other() {
        let rows = rows(&stood(&[inputs()]));
        let found: Vec<(&str, &str, usize)> = rows
            .iter()
            .map(|row| (row.root.as_str(), row.source.as_str(), row.count))
            .collect();
        let [three, six, nine] = [Input::Vix3m, Input::Vix6m, Input::Vix9d].map(|i| i.name());
        assert_eq!(
            found,
            [
                (three, CARRIED, 3),
                (six, CARRIED, 3),
                (nine, CARRIED, 4),
                (Input::Skew.name(), STAND_IN, 7),
                (Input::Vix.name(), "made", 251),
            ]
        );
    }
}
