//! No price rests on a value that is not there without a refusal or a count.

use chrono::NaiveDate;
use market::history::{MarketHistory, Pricing, Snapshot};
use market::inputs::{Audit, Input, InputCount, InputRules, MissingInputs, Needs, Standing};
use market::observations::{Observations, PublishedBy};
use runfile::config::{Calibrate, RunConfig, Window};
use study::inputs::{WindowInputs, audit, audit_windows, needs};

use crate::support::{config, observations};

/// The reference run with late-morning needs and every stand-in allowed.
fn allowed() -> RunConfig {
    let mut all = config(&[
        "model.event_weights.cpi=0.5",
        "model.event_weights.fomc=0.5",
    ]);
    let keys: Vec<&str> = Input::ALL.into_iter().filter_map(Input::key).collect();
    all.stand_ins = toml::from_str(&keys.join("\n")).expect("the keys that messages name");
    all
}

fn required() -> RunConfig {
    let mut all = allowed();
    all.stand_ins = Default::default();
    all
}

/// Sessions from one cut to the next, unless `ALVH_CUTS` is `all`.
const EVERY: usize = 97;

/// Everything a run can need.
const ALL: Needs = Needs {
    surface: true,
    vix_options: true,
    vx_days: 200,
    am_settlement: true,
    mornings: true,
};

fn found(config: &RunConfig, of: &Observations) -> Result<Vec<WindowInputs>, MissingInputs> {
    audit(config, &ALL, of, &Default::default())
}

/// The observations without what `input` says from `end` on.
fn cut(input: Input, end: NaiveDate) -> Observations {
    let mut of = observations().clone();
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

fn counts(found: &[WindowInputs], input: Input) -> Vec<&InputCount> {
    found
        .iter()
        .flat_map(|window| &window.counts)
        .filter(|count| count.input == input)
        .collect()
}

/// VIX cannot be missing: no history is built without it.
fn inputs() -> impl Iterator<Item = Input> {
    Input::ALL.into_iter().filter(|input| *input != Input::Vix)
}

/// Whether a session of a window reads something of `input` from `end` on, as publication lags have it.
fn is_read_after(input: Input, end: NaiveDate) -> bool {
    let of = observations();
    let windows = required().windows;
    let lag = of.daily.get(input.name()).map_or(0, |s| s.lag_sessions);
    let from = of.sessions.partition_point(|date| *date < end) + lag;
    let last = windows.iter().map(|w| w.last).max().expect("a window");
    let read = of.sessions.iter().skip(from).filter(|date| **date <= last);
    let mut read = read.filter(|date| windows.iter().any(|w| **date >= w.first));
    match input {
        Input::SpxOpen | Input::VixOpen | Input::Vx | Input::Releases => read.next().is_some(),
        Input::Vro => read.any(|date| {
            let settles = market::listing::vix_expiries(*date - chrono::Days::new(1), 1);
            settles.contains(date)
        }),
        _ => read.next().is_some(),
    }
}

/// Pairs of an input and a session it ends before, drawn from a seed among all: `each` for every input.
fn drawn(inputs: impl Iterator<Item = Input>, each: usize) -> Vec<(Input, NaiveDate)> {
    let sessions = &observations().sessions;
    let mut state: u64 = 20_220_103;
    let mut next = || {
        // Knuth's MMIX generator; its high bits are good.
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize
    };
    let mut pairs = Vec::new();
    for input in inputs {
        pairs.extend((0..each).map(|_| (input, sessions[next() % sessions.len()])));
    }
    pairs
}

#[test]
fn every_cut_of_every_input_is_refused_or_counted() {
    let (strict, lenient) = (required(), allowed());
    let whole = found(&strict, observations()).expect("the bundled market is complete");
    // Every session near the ends of the windows, and sixty for each input among all.
    let near_an_end = |date: &&NaiveDate| {
        ["2021-12", "2022-01", "2022-12", "2024-12"]
            .iter()
            .any(|m| date.to_string().starts_with(m))
    };
    let ends = observations().sessions.iter().filter(near_an_end);
    let mut pairs: Vec<(Input, NaiveDate)> = ends
        .flat_map(|end| inputs().map(move |input| (input, *end)))
        .collect();
    pairs.extend(drawn(inputs(), 60));
    assert!(pairs.len() >= 1_500, "{}", pairs.len());
    study::batch::map(&pairs, |(input, end)| {
        let (input, end) = (*input, *end);
        let of = cut(input, end);
        let is_read = is_read_after(input, end);
        match found(&strict, &of) {
            Err(MissingInputs(missing)) => {
                assert!(
                    missing.iter().all(|c| c.input == input),
                    "{input:?} {end}: {missing:?}"
                );
            }
            Ok(now) if is_read => {
                let carried = |all: &[WindowInputs]| -> usize {
                    counts(all, input).iter().map(|count| count.carried).sum()
                };
                assert!(
                    carried(&now) > carried(&whole),
                    "{input:?} cut at {end} leaves no trace"
                );
            }
            Ok(now) => assert_eq!(now, whole, "{input:?} {end}"),
        }
        if is_read {
            let now = found(&lenient, &of).unwrap_or_else(|e| panic!("{input:?} {end}: {e}"));
            let sum = |count: &&InputCount| count.carried + count.stand_in;
            let of_input: usize = counts(&now, input).iter().map(sum).sum();
            let before: usize = counts(&whole, input).iter().map(sum).sum();
            assert!(of_input > before, "{input:?} cut at {end} is not counted");
        }
    });
}

#[test]
fn an_input_that_is_not_there_at_all_is_refused_with_its_name_and_its_key() {
    let none = NaiveDate::MIN;
    for input in inputs() {
        let error = found(&required(), &cut(input, none))
            .expect_err(input.name())
            .to_string();
        assert!(error.contains(input.name()), "{error}");
        assert!(error.contains(input.source()), "{error}");
        assert!(error.contains(input.key().expect("a way out")), "{error}");
    }
}

fn snapshots(
    of: &Observations,
    rules: &InputRules,
    config: &RunConfig,
    (first, last): (NaiveDate, NaiveDate),
) -> Vec<Snapshot> {
    let params = config.model_params();
    let pricing = Pricing {
        params: &|_| params.clone(),
        quotes: config.quotes,
        chains: &Default::default(),
        inputs: rules,
    };
    let history = MarketHistory::build_priced(of, first, last, &pricing, 40).expect("sessions");
    (0..history.len())
        .map(|t| history.view(t).today().clone())
        .collect()
}

/// Sessions before and after the end of an input whose prices are compared. The release calendar reaches 191 days ahead.
fn around(input: Input, end: NaiveDate) -> (NaiveDate, NaiveDate) {
    let (first, last) = study::markets::span(&allowed());
    let sessions = &observations().sessions;
    let at = sessions.partition_point(|date| *date < end);
    let before = if input == Input::Releases { 140 } else { 3 };
    // A month holds a settlement of VIX contracts.
    let after = if input == Input::Vro { 25 } else { 12 };
    let from = sessions[at.saturating_sub(before)].clamp(first, last);
    let to = sessions[(at + after).min(sessions.len() - 1)].clamp(first, last);
    (from, to)
}

/// On each session whose prices differ from those of the whole market the input that ended is counted: every input, cut
/// before every 97th session, other ones for each; `ALVH_CUTS=all` cuts before all (nine minutes).
#[test]
fn no_price_moves_uncounted() {
    let config = allowed();
    let rules = config.stand_ins.rules();
    let weights = config.model_params().event_weights;
    let (first, last) = study::markets::span(&config);
    let whole = snapshots(observations(), &rules, &config, (first, last));
    let all = std::env::var("ALVH_CUTS").is_ok_and(|cuts| cuts == "all");
    let every = if all { 1 } else { EVERY };
    let cuts: Vec<(Input, NaiveDate)> = inputs()
        .enumerate()
        .flat_map(|(i, input)| {
            let ends = observations()
                .sessions
                .iter()
                .skip(i % every)
                .step_by(every);
            ends.map(move |end| (input, *end))
        })
        .collect();
    let moved = study::batch::map(&cuts, |(input, end)| {
        let of = cut(*input, *end);
        let audit = Audit::new(&of, &rules);
        let now = snapshots(&of, &rules, &config, around(*input, *end));
        let moved = now.iter().filter(|now| {
            let at = whole.partition_point(|whole| whole.date < now.date);
            **now != whole[at]
        });
        let mut count = 0;
        for session in moved {
            let standings = audit.standings_on(session.date, &ALL, &weights);
            let of_input = standings.iter().find(|(of, _)| of == input);
            assert!(
                of_input.is_some_and(|(_, how)| *how != Standing::Published),
                "{input:?} cut at {end} moves prices of {} uncounted",
                session.date
            );
            count += 1;
        }
        count
    });
    let by_input = |input: Input| -> usize {
        let of_input = cuts.iter().zip(&moved).filter(|((of, _), _)| *of == input);
        of_input.map(|(_, count)| count).sum()
    };
    for input in inputs().filter(|input| *input != Input::VixOpen) {
        assert!(by_input(input) > 0, "{input:?} moves no price at all");
    }
}

/// What no price rests on may be missing without a word of this kind. Where an extreme is missing an order rests longer.
#[test]
fn other_series_move_no_price() {
    let config = required();
    let rules = config.stand_ins.rules();
    let span = study::markets::span(&config);
    let whole = snapshots(observations(), &rules, &config, span);
    let is_input = |name: &str| Input::ALL.iter().any(|input| input.name() == name);
    let is_fund = |name: &str| market::fund::Fund::ALL.iter().any(|f| f.series() == name);
    for name in observations().daily.keys() {
        let is_extreme = ["spx_low", "vix_high"].contains(&name.as_str());
        if is_input(name) || is_fund(name) || is_extreme || name == "spx_close" {
            continue;
        }
        let mut of = observations().clone();
        of.daily.remove(name);
        assert!(snapshots(&of, &rules, &config, span) == whole, "{name}");
    }
}

#[test]
fn a_run_needs_what_its_arms_can_use() {
    let all = needs(&config(&[]));
    assert!(all.surface && all.vix_options && all.vx_days > 0 && !all.mornings);
    let bare = needs(&config(&["arms=[\"unhedged\"]"]));
    assert!(bare.surface && !bare.vix_options && bare.vx_days == 0 && !bare.am_settlement);
    // A collar of index options needs none of the VIX, but the twin of its premium holds some.
    let collar = r#"arms=["unhedged","user_collar"]"#;
    let [own, twins] = ["false", "true"].map(|twins| {
        let twins = format!("equal_spend_twins={twins}");
        needs(&config(&[collar, &twins])).vix_options
    });
    assert_eq!((own, twins), (false, true));
    let unused = cut(Input::Vvix, NaiveDate::MIN);
    let run = config(&["arms=[\"unhedged\"]"]);
    assert!(audit(&run, &bare, &unused, &Default::default()).is_ok());
}

/// A window stands in the list where a value was not published, or where somebody says who published them.
#[test]
fn a_window_of_which_nothing_is_to_be_said_is_left_out() {
    let run = config(&["arms=[\"unhedged\"]"]);
    let mut data = observations().clone();
    data.published_by.clear();
    let windows: Vec<Window> = (data.sessions.iter().rev().take(60))
        .map(|date| Window {
            name: date.to_string(),
            first: *date,
            last: *date,
        })
        .collect();
    let of = |data: &Observations| {
        let found = audit_windows(&run, &windows, &needs(&run), data, &Default::default());
        found.expect("a complete market")
    };
    let silent = of(&data);
    assert!(silent.iter().all(|window| !window.counts.is_empty()));
    let all = PublishedBy {
        publisher: "one".into(),
        first: data.sessions[0],
        last: data.sessions[data.sessions.len() - 1],
    };
    data.published_by.insert("vix".into(), vec![all]);
    let told = of(&data);
    assert_eq!(told.len(), windows.len());
    assert!(told.iter().all(|window| window.publishers.len() == 1));
    let is_empty = |window: &&WindowInputs| window.counts.is_empty();
    assert_eq!(
        told.iter().filter(is_empty).count(),
        windows.len() - silent.len()
    );
    assert!(
        silent.len() < windows.len(),
        "a day without anything to say"
    );
}

/// The level of published indices is made of a year of prices before the windows: they are asked for and counted too.
#[test]
fn the_level_of_published_indices_rests_on_inputs_before_the_windows() {
    let run = config(&["model.index_implied_level=true"]);
    let first = run.windows.iter().map(|w| w.first).min().expect("a window");
    let middle = first - chrono::Days::new(100);
    let mut of = observations().clone();
    let t = of.sessions.partition_point(|date| *date < middle);
    for name in ["skew", "vvix"] {
        let series = of.daily.get_mut(name).expect("a series of the market");
        series.values[t - 20..t].fill(None);
    }
    let needs = needs(&run);
    let message = audit(&run, &needs, &of, &Default::default())
        .expect_err("SKEW is missing behind the level")
        .to_string();
    assert!(message.contains("skew: no value on"), "{message}");
    assert!(
        !message.contains("vvix"),
        "no index book trades VIX: {message}"
    );
    let mut allowed = run.clone();
    allowed.stand_ins = toml::from_str("skew = 135.0").expect("a key");
    let found = audit(&allowed, &needs, &of, &Default::default()).expect("it may be stood in for");
    let level = found
        .iter()
        .find(|window| window.window == study::inputs::IMPLIED_LEVEL)
        .expect("a window of its own");
    let skew = level.counts.iter().find(|c| c.input == Input::Skew);
    assert!(skew.is_some_and(|c| c.stand_in >= 15), "{level:?}");
    // Without the key nothing before the windows matters.
    let plain = config(&[]);
    assert!(audit(&plain, &needs, &of, &Default::default()).is_ok());
}

#[test]
fn sessions_of_chains_are_audited_where_the_model_follows_them_alone() {
    let date: NaiveDate = "2021-12-20".parse().expect("a date");
    let of = cut(Input::Skew, date);
    let chains = std::iter::once((date, Default::default())).collect();
    let windows = |calibrate: Calibrate| -> Vec<String> {
        let mut config = allowed();
        config.model.calibrate = calibrate;
        let found = audit(&config, &ALL, &of, &chains).expect("everything may be stood in for");
        let named = found
            .into_iter()
            .filter(|w| counts(std::slice::from_ref(w), Input::Skew).len() == 1);
        named.map(|window| window.window).collect()
    };
    let own = ["2022", "2023-2024"].map(String::from).to_vec();
    assert_eq!(windows(Calibrate::None), own);
    let followed = [&own[..], &[study::inputs::CALIBRATION.to_string()]].concat();
    assert_eq!(windows(Calibrate::PreviousChains), followed);
}
