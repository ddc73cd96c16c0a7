//! A run whose condors are those of a log: the engine's own trades, given back to it as a log, are the same run.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

use book::event::LayerId;
use book::statement::TradeRow;
use book::trade_log::{LoggedLeg, LoggedRoot, LoggedTrade, TradeLog};
use market::contract::{Right, Root};
use market::price::{Money, Price};
use policy::condor::Condor;
use runfile::config::RunConfig;
use study::execute::execute;
use study::results::{ArmKind, ArmResult, Study};

use crate::support::{config, observations};

const ARMS: &str = "arms=[\"unhedged\", \"always_on\", \"tiered\", \"always_on_futures\"]";

fn run(config: &RunConfig) -> Study {
    let stop = AtomicBool::new(false);
    let chains = Default::default();
    execute(config, observations(), &chains, &|_, _, _| {}, &stop).expect("a complete market")
}

/// A trade of the engine as a log would have it.
fn logged(window: &str, trade: &TradeRow) -> LoggedTrade {
    let package = &trade.package;
    let leg = |(open, close): (&book::event::LegFill, &book::event::LegFill)| {
        let (right, strike) = open.contract.option.expect("an option");
        LoggedLeg {
            root: match open.contract.root {
                Root::Spx => LoggedRoot::Spx,
                _ => LoggedRoot::Spxw,
            },
            expiry: open.contract.expiry,
            right,
            strike: strike.points(),
            quantity: open.quantity,
            open_points: Some(open.fill.points()),
            close_points: Some(close.fill.points()),
        }
    };
    LoggedTrade {
        id: format!("{window}/{}", package.id.0),
        opened: package.opened,
        closed: trade.closed,
        contracts: package.contracts,
        entry_points: package.entry_net.points(),
        exit_points: Some(trade.exit.net.points()),
        entry_fees_usd: package.entry_fees.usd(),
        exit_fees_usd: trade.exit.fees.usd(),
        legs: trade.legs().map(leg).collect(),
    }
}

fn condors(arm: &ArmResult) -> Vec<&TradeRow> {
    let trades = arm.replay.statement.trades.iter();
    trades.filter(|t| t.package.layer == LayerId(0)).collect()
}

fn hedges(arm: &ArmResult) -> Vec<TradeRow> {
    let trades = arm.replay.statement.trades.iter();
    let own = trades.filter(|t| t.package.layer != LayerId(0));
    own.cloned().collect()
}

/// The run with its condors taken from a log of the unhedged arm's trades.
fn with_log(config: &RunConfig, study: &Study, change: impl Fn(&mut TradeLog)) -> RunConfig {
    let unhedged = study
        .arms()
        .filter(|(_, arm)| arm.replay.kind == ArmKind::Unhedged);
    let trades = unhedged.flat_map(|(window, arm)| {
        let trades = condors(arm).into_iter();
        trades.map(move |trade| logged(&window.window.name, trade))
    });
    let mut log = TradeLog {
        file: "own.csv".into(),
        publisher: "a test".into(),
        trades: trades.collect(),
        refused: Vec::new(),
    };
    change(&mut log);
    let mut own = config.clone();
    own.condor_tiers = vec!["condor_weekly_14d".into()];
    let tier = Condor::of_log("condor_weekly_14d", log);
    own.condors.insert("condor_weekly_14d".to_string(), tier);
    own.check().expect("a whole configuration");
    own
}

#[test]
fn the_engines_own_trades_as_a_log_are_the_same_condors_to_the_cent_and_the_same_hedges() {
    let config = config(&[ARMS]);
    let base = run(&config);
    let own = with_log(&config, &base, |_| ());
    let logged = run(&own);
    assert!(logged.logged.iter().all(|row| row.state == "used"));
    let unhedged = base
        .arms()
        .filter(|(_, arm)| arm.replay.kind == ArmKind::Unhedged);
    let gains: BTreeMap<String, Money> = unhedged
        .flat_map(|(window, arm)| condors(arm).into_iter().map(move |trade| (window, trade)))
        .map(|(window, trade)| {
            let id = format!("{}/{}", window.window.name, trade.package.id.0);
            (id, trade.pnl)
        })
        .collect();
    for row in &logged.logged {
        assert_eq!(row.pnl_usd, Some(gains[&row.trade]), "{}", row.trade);
    }
    let mut compared = (0, 0);
    for ((window, arm), (_, other)) in base.arms().zip(logged.arms()) {
        let at = format!("{} {}", window.window.name, arm.replay.name);
        assert_eq!(arm.replay.name, other.replay.name);
        let (mine, theirs) = (condors(arm), condors(other));
        assert_eq!(mine.len(), theirs.len(), "{at}");
        let key = |t: &&TradeRow| (t.package.opened, t.package.id);
        let (mut mine, mut theirs) = (mine, theirs);
        mine.sort_by_key(key);
        theirs.sort_by_key(key);
        for (a, b) in mine.iter().zip(&theirs) {
            let sides = |t: &TradeRow| (t.package.opened, t.closed, t.package.entry_net);
            assert_eq!(sides(a), sides(b), "{at}");
            let money = |t: &TradeRow| (t.exit.net, t.fees, t.pnl, t.package.contracts);
            assert_eq!(money(a), money(b), "{at}");
        }
        let (mine, theirs) = (hedges(arm), hedges(other));
        assert_eq!(mine, theirs, "{at}");
        compared = (compared.0 + condors(arm).len(), compared.1 + mine.len());
        let ends = |arm: &ArmResult| arm.replay.run.portfolio.trading_equity();
        assert_eq!(ends(arm), ends(other), "{at}");
    }
    assert!(compared.0 > 300 && compared.1 > 100, "{compared:?}");
}

#[test]
fn marks_are_the_models_and_meet_the_log_at_both_ends() {
    let config = config(&["arms=[\"unhedged\"]", "equal_spend_twins=false"]);
    let base = run(&config);
    let dearer = |log: &mut TradeLog| {
        for trade in &mut log.trades {
            trade.entry_points += 0.5;
            trade.legs.iter_mut().for_each(|leg| leg.open_points = None);
        }
    };
    let own = run(&with_log(&config, &base, dearer));
    let mut ends = 0;
    for row in &own.logged {
        let marks: Vec<_> = (own.log_marks.iter())
            .filter(|mark| mark.trade == row.trade)
            .collect();
        let (Some(first), Some(entry)) = (marks.first(), row.entry_quoted) else {
            continue;
        };
        assert_eq!(first.mark, Some(-entry), "{}", row.trade);
        for mark in &marks {
            let sum = mark.model.zip(mark.difference).map(|(a, b)| a + b);
            assert_eq!(mark.mark, sum, "{}", row.trade);
        }
        ends += 1;
    }
    assert!(ends > 100, "{ends}");
    // Half a point more for each of them, and nothing else.
    let pnl = |study: &Study| -> Vec<_> {
        study
            .arms()
            .map(|(_, arm)| arm.replay.run.portfolio.trading_equity())
            .collect()
    };
    let units = |(_, arm): (_, &ArmResult)| -> i64 {
        condors(arm).iter().map(|t| t.package.contracts).sum()
    };
    let more = base
        .arms()
        .map(units)
        .map(|n| (Price::from_points(0.5) * n).dollars(100));
    let wanted: Vec<_> = pnl(&base)
        .into_iter()
        .zip(more)
        .map(|(a, b)| a + b)
        .collect();
    assert_eq!(pnl(&own), wanted);
}

#[test]
fn what_the_market_contradicts_is_left_out_with_its_reason() {
    let config = config(&["arms=[\"unhedged\"]", "equal_spend_twins=false"]);
    let base = run(&config);
    let spoilt = |log: &mut TradeLog| {
        log.trades[0].legs[0].open_points = Some(300.0);
        log.trades[0].entry_points = 3.0;
        let listed = "2023-06-01".parse().expect("a date");
        let old = |t: &&mut LoggedTrade| t.opened >= listed;
        // A Sunday expires nothing.
        let trade = log.trades.iter_mut().find(old).expect("a later trade");
        let sunday = trade.legs[0].expiry.succ_opt().and_then(|d| d.succ_opt());
        let sunday = sunday.expect("a date");
        trade.legs.iter_mut().for_each(|leg| leg.expiry = sunday);
        trade.closed = trade.opened;
        let puts = |leg: &&LoggedLeg| leg.right == Right::Put;
        assert_eq!(trade.legs.iter().filter(puts).count(), 2);
    };
    let study = run(&with_log(&config, &base, spoilt));
    let left_out: Vec<_> = study
        .logged
        .iter()
        .filter(|row| row.state != "used")
        .collect();
    assert_eq!(left_out.len(), 2, "{left_out:?}");
    assert!(
        left_out[0].why.contains("no market had"),
        "{}",
        left_out[0].why
    );
    assert!(
        left_out[1].why.contains("was not listed"),
        "{}",
        left_out[1].why
    );
    let notes = study::logged::notes(&study.logged);
    let all = study.logged.len();
    assert!(
        notes[0].contains(&format!("{} of the {all} trades", all - 2)),
        "{notes:?}"
    );
    let counts: Vec<_> = study::logged::findings(&study)
        .map(|row| row.count)
        .collect();
    assert_eq!(counts, [1, 1]);
}

/// A run without hedges, its market, and the trades of its condors as a log.
fn own_log() -> (RunConfig, Study) {
    let config = config(&[
        "arms=[\"unhedged\"]",
        "equal_spend_twins=false",
        "claims.rows={}",
    ]);
    let base = run(&config);
    (with_log(&config, &base, |_| ()), base)
}

fn log_of(config: &mut RunConfig) -> &mut TradeLog {
    let tier = config
        .condors
        .get_mut("condor_weekly_14d")
        .expect("the tier");
    tier.log.as_mut().expect("a log")
}

#[test]
fn a_leg_is_a_price_of_the_market_within_the_move_of_the_day_and_the_slack_about_its_model() {
    let (config, base) = own_log();
    let history = &base.history;
    let mut own = config.clone();
    let trades = log_of(&mut own).trades.clone();
    // The model's price and the move of the day for a leg at the opening.
    let about = |trade: &LoggedTrade, leg: &LoggedLeg| {
        let t = history.window(trade.opened, trade.opened).start;
        let today = history.view(t).today();
        let before = history.view(t).back(1).map_or(today.spot, |s| s.spot);
        let low = today.extremes.spx_low.unwrap_or(today.spot);
        let moved = (today.spot - low).max((today.spot - before).abs());
        let model = today.mid(&leg.contract()).expect("a price");
        (model.points(), moved)
    };
    let state = |trade: &LoggedTrade, leg: usize, points: f64| {
        let mut own = config.clone();
        let log = log_of(&mut own);
        let mut changed = trade.clone();
        changed.legs[leg].open_points = Some(points);
        log.trades.retain(|other| other.id != trade.id);
        log.trades.truncate(1);
        log.trades.insert(0, changed);
        let (_, rows) = study::logged::admitted(&own, history).expect("one is left");
        rows[0].state.clone()
    };
    let (mut most, mut least) = (0, 0);
    for trade in &trades {
        for (at, leg) in trade.legs.iter().enumerate() {
            let (model, moved) = about(trade, leg);
            let bound = (model + moved + 5.0) * 2.0;
            if most < 20 {
                let states = [bound - 0.01, bound + 0.01].map(|points| state(trade, at, points));
                assert_eq!(states, ["used", "left_out"]);
                most += 1;
            }
            let bound = (model - moved - 5.0) / 2.0;
            if bound > 0.1 && least < 20 {
                let states = [bound - 0.01, bound + 0.01].map(|points| state(trade, at, points));
                assert_eq!(states, ["left_out", "used"]);
                least += 1;
            }
        }
    }
    assert!(most > 0 && least > 0, "{most} and {least}");
}

#[test]
fn a_trade_of_one_day_needs_its_expiry_in_the_calendar_of_the_day_before() {
    let (config, base) = own_log();
    let state = |days: u64| {
        let mut own = config.clone();
        let log = log_of(&mut own);
        log.trades.truncate(2);
        let trade = &mut log.trades[0];
        let expiry = trade.legs[0].expiry + chrono::Days::new(days);
        for leg in &mut trade.legs {
            leg.expiry = expiry;
            leg.open_points = None;
            leg.close_points = None;
        }
        (trade.opened, trade.closed) = (expiry, expiry);
        let (_, rows) = study::logged::admitted(&own, &base.history).expect("one is left");
        (rows[0].state.clone(), rows[0].why.clone())
    };
    assert_eq!(state(0), ("used".to_string(), String::new()));
}

#[test]
fn a_run_without_logs_is_itself() {
    let (_, base) = own_log();
    let plain = config(&[]);
    let (same, rows) = study::logged::admitted(&plain, &base.history).expect("no log");
    assert!(matches!(same, Cow::Borrowed(_)) && rows.is_empty());
}

#[test]
fn a_tenth_of_a_contract_is_worth_a_tenth_by_the_model() {
    let (config, base) = own_log();
    let mut tenth = config.clone();
    for trade in &mut log_of(&mut tenth).trades {
        trade.entry_points /= 10.0;
        trade.exit_points = trade.exit_points.map(|points| points / 10.0);
        for leg in &mut trade.legs {
            leg.root = LoggedRoot::Xsp;
            leg.strike /= 10.0;
            leg.open_points = leg.open_points.map(|points| points / 10.0);
            leg.close_points = leg.close_points.map(|points| points / 10.0);
        }
    }
    let rows = |config: &RunConfig| {
        let (_, rows) = study::logged::admitted(config, &base.history).expect("trades");
        rows
    };
    let mut compared = 0;
    for (whole, tenth) in rows(&config).iter().zip(&rows(&tenth)) {
        let (Some(whole), Some(tenth)) = (whole.entry_model, tenth.entry_model) else {
            continue;
        };
        assert!(
            (whole.points() / 10.0 - tenth.points()).abs() < 1e-3,
            "{whole} {tenth}"
        );
        compared += 1;
    }
    assert!(compared > 100, "{compared}");
}
