//! What `today` says is what the backtest does: the decision of every close, and the fills that follow it.

use std::collections::BTreeSet;
use std::sync::atomic::AtomicBool;

use book::event::{Event, LayerId, Stage};
use book::journal::Entry;
use chrono::NaiveDate;
use engine::run::{Keep, Run, straight};
use market::history::MarketHistory;
use market::observations::Observations;
use market::price::Money;
use policy::arm::Arm;
use policy::layer::PaidFrom;
use runfile::config::RunConfig;
use study::execute::StudyError;
use study::markets::headline_market;
use study::today::{Asked, TodayError, today};
use tables::manifest::{Dataset, DatasetKind};
use tables::today::{ArmToday, LayerToday, Today};

use crate::support::{config, observations};

/// The arms of the test: condors alone, purses with tiers, signals, futures, sales that rest, sizes the account pays.
const ARMS: &str = "arms=[\"unhedged\", \"tiered\", \"adaptive_confluence\", \"always_on_futures\", \
                    \"always_on_monetised\", \"alvh_best_effort\"]";
/// Every so many sessions of two years: more than 60 dates, all weekdays.
const STEP: usize = 8;

fn run_config() -> RunConfig {
    config(&[ARMS])
}

fn dataset() -> Dataset {
    Dataset {
        name: "made".into(),
        kind: DatasetKind::Reconstruction,
        notice: String::new(),
        first: String::new(),
        last: String::new(),
    }
}

fn asked(config: &RunConfig, observations: &Observations) -> Result<Today, TodayError> {
    let asked = Asked {
        config,
        arms: &[],
        since: None,
        dataset: &dataset(),
        observations,
        chains: &Default::default(),
    };
    today(&asked, &AtomicBool::new(false))
}

/// The long run of every arm over the last window, and its market.
fn long_runs(config: &RunConfig) -> (MarketHistory, Vec<(Arm, Run)>) {
    let mut own = config.clone();
    own.windows = vec![config.windows.last().expect("a window").clone()];
    let arms: Vec<Arm> = own.arms.iter().map(|n| study::arms::arm(&own, n)).collect();
    let horizon = arms.iter().map(Arm::horizon_days).max().unwrap_or(0);
    let stop = AtomicBool::new(false);
    let history = headline_market(&own, observations(), &Default::default(), horizon, &stop)
        .expect("the bundled market is complete");
    let capital = Money::from_usd(own.starting_capital_usd);
    let runs = arms.into_iter().map(|arm| {
        let all = 0..history.len();
        let run = straight(&history, all, &arm, &own.execution, capital, Keep::Journal);
        (arm, run)
    });
    let runs = runs.collect();
    (history, runs)
}

/// The entries of one session.
fn on(run: &Run, date: NaiveDate) -> &[Entry] {
    let entries = &run.journal.entries;
    let of = |date: NaiveDate| entries.partition_point(|entry| entry.date < date);
    &entries[of(date)..of(date.succ_opt().expect("a day"))]
}

fn layer_of<'a>(arm: &Arm, told: &'a ArmToday, id: LayerId) -> &'a LayerToday {
    let name = arm.layer_name(id);
    told.layers
        .iter()
        .find(|layer| layer.layer == name)
        .expect("every layer is told of")
}

/// Decisions of a session, as the journal of the long run has them, against those that were told.
fn same_decisions(arm: &Arm, told: &ArmToday, entries: &[Entry]) -> usize {
    let mut decided = 0;
    for entry in entries {
        if let Event::Decided {
            layer,
            action,
            reason,
            detail,
        } = &entry.event
        {
            let now = layer_of(arm, told, *layer);
            let wanted = [action.name().into(), reason.to_string(), detail.to_string()];
            let found = [&now.action, &now.reason_code, &now.detail];
            assert_eq!(
                found.map(String::clone),
                wanted,
                "{} {}",
                arm.name,
                entry.date
            );
            decided += 1;
        }
    }
    decided
}

/// What filled on the session of the decision itself.
fn same_fills(arm: &Arm, told: &ArmToday, entries: &[Entry]) {
    let before_marks = |e: &&Entry| e.stage < Stage::Mark;
    for entry in entries.iter().filter(before_marks) {
        if let Event::Opened {
            package,
            layer,
            fill,
            ..
        } = &entry.event
        {
            let now = layer_of(arm, told, *layer);
            let done = now.done.iter().find(|done| done.package == Some(package.0));
            let done = done.expect("the fill is told of");
            let found = (done.contracts, done.price);
            assert_eq!(
                found,
                (Some(fill.contracts), Some(fill.net)),
                "{}",
                entry.date
            );
        }
    }
}

/// Layers that trade or are refused at the fills of the session after, against those with orders.
fn same_orders(arm: &Arm, told: &ArmToday, after: &[Entry], held: &Run) -> usize {
    let owner = |package| {
        let of = held
            .journal
            .entries
            .iter()
            .find_map(|entry| match &entry.event {
                Event::Opened {
                    package: p, layer, ..
                } if *p == package => Some(*layer),
                _ => None,
            });
        of.map(|layer| arm.layer_name(layer).to_string())
    };
    let mut traded = BTreeSet::new();
    for entry in after.iter().filter(|entry| entry.stage == Stage::Fill) {
        match &entry.event {
            Event::Opened { layer, .. } | Event::Refused { layer, .. } => {
                traded.insert(arm.layer_name(*layer).to_string());
            }
            Event::Closed { package, .. } => traded.extend(owner(*package)),
            Event::Split { package, .. } => traded.extend(owner(*package)),
            _ => {}
        }
    }
    let has_order = |layer: &&LayerToday| layer.orders.iter().any(|o| o.order != "rest");
    let ordered = told.layers.iter().filter(has_order);
    let ordered: BTreeSet<String> = ordered.map(|layer| layer.layer.clone()).collect();
    let resting = told.layers.iter().filter(|layer| !layer.orders.is_empty());
    let allowed: BTreeSet<String> = resting.map(|layer| layer.layer.clone()).collect();
    assert!(
        ordered.is_subset(&traded),
        "{}: {ordered:?} {traded:?}",
        arm.name
    );
    assert!(
        traded.is_subset(&allowed),
        "{}: {allowed:?} {traded:?}",
        arm.name
    );
    ordered.len()
}

/// The margin of the last marks of the session is not free, and a purse is told of where a layer is paid from one.
/// One where there is a margin.
fn same_account(arm: &Arm, told: &ArmToday, entries: &[Entry]) -> usize {
    let account = &told.account;
    let marked = entries.iter().rev().find_map(|entry| match &entry.event {
        Event::Marked {
            defined_risk_margin,
            futures_margin,
            ..
        } => Some(*defined_risk_margin + *futures_margin),
        _ => None,
    });
    assert_eq!(Some(account.margin_usd), marked, "{}", arm.name);
    assert_eq!(account.free_usd, account.cash_usd - account.margin_usd);
    for id in (0..arm.layers()).map(|at| LayerId(at as u8)) {
        let layer = layer_of(arm, told, id);
        assert_eq!(layer.is_condor, arm.is_condor(id), "{}", layer.layer);
        let paid_from = arm.layer(id).map(|rules| rules.paid_from);
        let has_purse = paid_from == Some(PaidFrom::Purse);
        assert_eq!(layer.purse_usd.is_some(), has_purse, "{}", layer.layer);
    }
    usize::from(account.margin_usd > Money::ZERO)
}

/// Orders that say what they leave in a purse: those of layers that have one.
fn purses_left(told: &ArmToday) -> usize {
    let mut left = 0;
    for layer in &told.layers {
        let says = layer.orders.iter().filter(|o| o.purse_left_usd.is_some());
        let says = says.count();
        assert!(says == 0 || layer.purse_usd.is_some(), "{}", layer.layer);
        left += says;
    }
    left
}

#[test]
fn today_on_a_dataset_cut_at_any_close_decides_what_the_long_run_decided() {
    let config = run_config();
    let (history, runs) = long_runs(&config);
    // The last session closes the window, the one before has its fills there.
    let dates: Vec<usize> = (0..history.len() - 2).step_by(STEP).collect();
    assert!(dates.len() >= 60, "{} dates", dates.len());
    let (mut decided, mut ordered, mut margined, mut left) = (0, 0, 0, 0);
    for t in dates {
        let date = history.view(t).today().date;
        let next = history.view(t + 1).today().date;
        let known = observations().until(date);
        let told = asked(&config, &known).expect("a priced close");
        assert_eq!((told.date, told.next_session), (date, Some(next)));
        assert!(!told.places_orders);
        let last_event = known.events.iter().map(|event| event.date).max();
        assert_eq!(told.events_known_until, last_event);
        for ((arm, run), now) in runs.iter().zip(&told.arms) {
            decided += same_decisions(arm, now, on(run, date));
            same_fills(arm, now, on(run, date));
            ordered += same_orders(arm, now, on(run, next), run);
            assert_eq!(now.regime.words, arm.hedge.tier.describe(&run.regimes[t]));
            assert_eq!(
                now.account.trading_pnl_usd,
                run.curve[t] - run.portfolio.start
            );
            margined += same_account(arm, now, on(run, date));
            left += purses_left(now);
        }
    }
    assert!(
        decided > 1000 && ordered > 60,
        "{decided} decisions, {ordered} orders"
    );
    assert!(
        margined > 60 && left > 20,
        "{margined} accounts with a margin, {left} orders from a purse"
    );
}

#[test]
fn a_pricing_input_that_is_too_old_refuses_and_an_old_signal_does_not() {
    let config = run_config();
    let date: NaiveDate = "2024-06-14".parse().expect("a date");
    let mut stale = observations().until(date);
    let last = stale.sessions.len();
    let series = stale.daily.get_mut("vix3m").expect("it has the series");
    series.values[last - 3..].fill(None);
    let error = asked(&config, &stale).expect_err("three sessions are too old");
    assert!(
        matches!(error, TodayError::Study(StudyError::Inputs(_))),
        "{error}"
    );
    assert!(error.to_string().contains("vix3m"), "{error}");

    let mut old = observations().until(date);
    let series = old.daily.get_mut("hyg").or(None);
    if let Some(series) = series {
        series.values[last - 3..].fill(None);
        let told = asked(&config, &old).expect("no price rests on it");
        let hyg = told.series.iter().find(|series| series.name == "hyg");
        let hyg = hyg.expect("every series is listed");
        assert_eq!((hyg.age_sessions, hyg.priced), (Some(3), false));
    }
}

#[test]
fn a_paper_book_begins_with_the_last_window_that_has_begun() {
    let day = |text: &str| -> NaiveDate { text.parse().expect("a date") };
    let config = run_config();
    let first = |text: &str| asked(&config, &observations().until(day(text))).map(|t| t.since);
    let window = |at: usize| config.windows[at].first;
    assert_eq!(first("2022-12-30").expect("2022 has begun"), window(0));
    assert_eq!(first("2023-01-03").expect("2023 begins"), window(1));
    let error = first("2021-12-31").expect_err("every window begins later");
    assert!(error.to_string().contains("--since"), "{error}");
}

#[test]
fn every_signal_of_an_arm_is_told_once() {
    let config = run_config();
    let told = asked(&config, observations()).expect("a complete market");
    let mut most = 0;
    for (name, of) in config.arms.iter().zip(&told.arms) {
        let found: Vec<&str> = of.signals.iter().map(|row| &*row.signal).collect();
        let different: BTreeSet<&str> = found.iter().copied().collect();
        assert_eq!(found.len(), different.len(), "{name}: {found:?}");
        let arm = study::arms::arm(&config, name);
        let definitions = arm.hedge.definitions();
        let named: Vec<&String> = definitions.signals.keys().collect();
        let is_told = |signal: &&String| different.contains(signal.as_str());
        assert!(named.iter().all(is_told), "{name}: {named:?} {found:?}");
        most = most.max(named.len());
    }
    assert!(most > 2, "{most}");
}
