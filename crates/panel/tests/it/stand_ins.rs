//! No cell of a study rests on a value that is not there without a refusal or a count: every input, cut before many sessions.

use chrono::NaiveDate;
use market::inputs::{Input, MissingInputs};
use market::observations::Observations;
use panel::cell::Cell;
use panel::spec::StudyConfig;
use panel::work::{Computed, StudyError};
use runfile::config::Window;
use runfile::study_file::Years;
use runfile::study_worlds::StudyWindows;

use crate::support::{compute, folder, observations, small_with};

/// Cuts of each input.
const EACH: usize = 8;

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

/// Two books on one weekday of one spring, with hedges of VIX options and of VIX futures.
fn strict() -> StudyConfig {
    let mut config = small_with(
        "arms = [\"unhedged\", \"always_on\", \"always_on_futures\"]",
        "",
    );
    config.file.weekdays.truncate(1);
    config.file.years = Years::Listed(Vec::new());
    config.file.whole = false;
    config.file.crashes.clear();
    config.file.windows = StudyWindows::Named(vec![Window {
        name: "spring".into(),
        first: day("2022-03-01"),
        last: day("2022-06-30"),
    }]);
    config
}

/// The same with everything that may stand in.
fn lenient() -> StudyConfig {
    let mut config = strict();
    let keys: Vec<&str> = Input::ALL.into_iter().filter_map(Input::key).collect();
    config.base.stand_ins = toml::from_str(&keys.join("\n")).expect("the keys that messages name");
    config
}

/// The observations without what `input` says from `end` on.
fn cut(of: &Observations, input: Input, end: NaiveDate) -> Observations {
    let mut of = of.clone();
    match input {
        Input::Vx => of
            .vx
            .retain(|row| row.trade_date < end || row.trade_date == row.expiry),
        Input::Vro => of
            .vx
            .retain(|row| row.trade_date < end || row.trade_date != row.expiry),
        Input::Releases => of.events.retain(|event| event.date < end),
        _ => {
            let from = of.sessions.partition_point(|date| *date < end);
            let series = of.daily.get_mut(input.name());
            series.expect("a series of the market").values[from..].fill(None);
        }
    }
    of
}

/// How often an input was carried or stood in for.
fn counted(computed: &Computed, input: Input) -> usize {
    let counts = computed.inputs.iter().flat_map(|window| &window.counts);
    let own = counts.filter(|count| count.input == input);
    own.map(|count| count.carried + count.stand_in).sum()
}

/// The cells of a study in a store of its own, which no other cut fills.
fn cells(config: &StudyConfig, of: &Observations, name: &str) -> Result<Computed, StudyError> {
    let folder = folder(name);
    let computed = compute(config, of, &folder);
    std::fs::remove_dir_all(folder).expect("the store");
    computed
}

/// Sessions before, in and after the window, other ones for each input.
fn cuts(of: &Observations) -> Vec<(Input, NaiveDate)> {
    let first = of.sessions.partition_point(|d| *d < day("2022-02-01"));
    let last = of.sessions.partition_point(|d| *d <= day("2022-07-08"));
    let step = (last - first) / EACH;
    let inputs = Input::ALL.into_iter().enumerate();
    // Without VIX no history is built.
    let inputs = inputs.filter(|(_, input)| *input != Input::Vix);
    let of_input = |(i, input)| {
        let places = (first + i * step / Input::ALL.len()..last).step_by(step);
        places.map(move |at| (input, of.sessions[at]))
    };
    inputs.flat_map(of_input).collect()
}

#[test]
fn a_study_whose_input_ends_is_refused_or_counts_it() {
    let observations = observations().until(day("2022-08-31"));
    let [strict, lenient] = [strict(), lenient()];
    let whole = cells(&strict, &observations, "cut_none").expect("the bundled market is complete");
    let standing = cells(&lenient, &observations, "cut_none_lenient").expect("the same");
    assert_eq!(whole.cells, standing.cells);
    let cuts = cuts(&observations);
    assert!(cuts.len() >= 15 * EACH, "{}", cuts.len());
    let moved = study::batch::map(&cuts, |(input, end)| {
        let of = cut(&observations, *input, *end);
        let name = format!("cut_{}_{end}", input.name());
        match cells(&strict, &of, &name) {
            Err(StudyError::Inputs(MissingInputs(missing))) => {
                assert!(
                    missing.iter().all(|c| c.input == *input),
                    "{name}: {missing:?}"
                );
            }
            Err(other) => panic!("{name}: {other}"),
            Ok(now) => is_counted(&whole.cells, &now, *input, counted(&whole, *input), &name),
        }
        let now = cells(&lenient, &of, &name).unwrap_or_else(|error| panic!("{name}: {error}"));
        is_counted(&whole.cells, &now, *input, counted(&whole, *input), &name);
        usize::from(now.cells != whole.cells)
    });
    let moved: usize = moved.into_iter().sum();
    // Cuts after the window move nothing, and opens of the index settle nothing here.
    assert!(
        moved > cuts.len() / 3,
        "only {moved} of {} cuts move a cell",
        cuts.len()
    );
}

/// A cell that differs has its input counted more often.
fn is_counted(whole: &[Cell], now: &Computed, input: Input, before: usize, name: &str) {
    let is_moved = now.cells != whole;
    assert!(
        !is_moved || counted(now, input) > before,
        "{name} moves a cell uncounted"
    );
}
