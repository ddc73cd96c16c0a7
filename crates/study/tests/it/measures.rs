//! Further numbers of the arms.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use market::price::Money;
use study::measures;
use study::results::{ArmKind, ArmResult, WindowResult};
use tables::{MeasureRow, table_of};

use crate::support::reference;

fn rows(measure: &str) -> Vec<&'static MeasureRow> {
    let all = reference()
        .windows
        .iter()
        .flat_map(|window| &window.measures);
    all.filter(|row| row.measure == measure).collect()
}

#[test]
fn beta_is_given_for_the_window_and_for_every_whole_quarter() {
    let window = &reference().windows[0];
    let of = |row: &&MeasureRow| row.measure == "beta" && row.arm == "unhedged";
    let periods: Vec<&str> = window
        .measures
        .iter()
        .filter(of)
        .map(|row| row.period.as_str())
        .collect();
    // The first quarter of 2022 has 62 sessions, one fewer than an estimate takes.
    assert_eq!(periods, ["", "2022Q2", "2022Q3", "2022Q4"]);
    // Again from the definition, E[xy] - E[x] E[y] over E[xx] - E[x] E[x].
    let levels: Vec<f64> = window
        .range
        .clone()
        .map(|t| reference().market[t].spx_close.expect("a close"))
        .collect();
    let unhedged = &window.arms[0].replay;
    let curve = &unhedged.run.curve;
    let pairs: Vec<(f64, f64)> = (1..curve.len())
        .map(|t| {
            (
                levels[t] / levels[t - 1] - 1.0,
                (curve[t] - curve[t - 1]).usd() / unhedged.start.usd(),
            )
        })
        .collect();
    let mean =
        |of: &dyn Fn(&(f64, f64)) -> f64| pairs.iter().map(of).sum::<f64>() / pairs.len() as f64;
    let (x, y) = (mean(&|p| p.0), mean(&|p| p.1));
    let expected = (mean(&|p| p.0 * p.1) - x * y) / (mean(&|p| p.0 * p.0) - x * x);
    let found = window
        .measures
        .iter()
        .find(of)
        .and_then(|row| row.value)
        .map(f64::from)
        .expect("a beta");
    assert!((found - expected).abs() < 1e-9, "{found} for {expected}");
    assert!(rows("downside_beta").iter().all(|row| row.n > Some(10)));
}

#[test]
fn the_return_on_equity_is_that_of_the_summary() {
    for window in &reference().windows {
        for arm in window
            .arms
            .iter()
            .filter(|arm| arm.replay.kind != ArmKind::EqualSpendTwin)
        {
            let found = window
                .measures
                .iter()
                .find(|r| r.measure == "return_on_equity" && r.arm == arm.replay.name);
            assert_eq!(
                found.and_then(|row| row.value).map(f64::from),
                arm.summary.return_on_capital,
                "{}",
                arm.replay.name
            );
        }
    }
}

#[test]
fn a_layer_has_a_rate_of_return_only_where_there_is_one() {
    for row in rows("hedge_irr") {
        assert_eq!(
            row.value.is_none(),
            row.note.ends_with("no rate"),
            "{}: {}",
            row.arm,
            row.note
        );
    }
    let futures = rows("hedge_irr")
        .into_iter()
        .filter(|row| row.note.starts_with("a future"))
        .count();
    let arms = reference()
        .windows
        .iter()
        .flat_map(|w| &w.arms)
        .filter(|arm| arm.replay.kind == ArmKind::Policy);
    let of_futures =
        |layer: &&policy::layer::Layer| layer.underlying == policy::rule::Underlying::Vx;
    let expected: usize = arms
        .map(|arm| {
            arm.replay
                .arm
                .hedge
                .layers
                .iter()
                .filter(of_futures)
                .count()
        })
        .sum();
    assert!(expected > 0);
    assert_eq!(
        futures, expected,
        "one row for each layer of futures in each window"
    );
}

#[test]
fn at_a_rate_of_zero_the_present_value_would_be_the_profit() {
    // At a few percent a year over one or two years it may differ by a few percent of the money that moved.
    for window in &reference().windows {
        for arm in window
            .arms
            .iter()
            .filter(|arm| arm.replay.kind == ArmKind::Policy)
        {
            for id in arm.replay.arm.hedge_ids() {
                let name = arm.replay.arm.layer_name(id);
                let is = |r: &&MeasureRow| {
                    r.measure == "hedge_npv_usd" && r.arm == arm.replay.name && r.layer == name
                };
                let npv = window
                    .measures
                    .iter()
                    .find(is)
                    .and_then(|row| row.value)
                    .map(f64::from)
                    .expect("a value");
                let ledger = &arm.replay.run.portfolio.ledgers[id];
                let moved = (ledger.premium * 2 + ledger.pnl().abs() + Money(100_000)).usd();
                assert!(
                    (npv - ledger.pnl().usd()).abs() < 0.12 * moved,
                    "{} {name}: {npv}",
                    arm.replay.name
                );
            }
        }
    }
}

#[test]
fn the_market_has_a_half_life_and_the_greeks_explain_most_of_the_book() {
    assert_eq!(rows("vix_half_life_sessions").len(), 2);
    assert!(rows("vix_half_life_sessions").iter().all(|row| {
        row.value
            .map(f64::from)
            .is_some_and(|v| v > 1.0 && v < 250.0)
    }));
    assert!(
        rows("greek_residual_share")
            .iter()
            .all(|row| row.value.map(f64::from).is_some_and(|share| share < 0.25))
    );
    assert!(
        table_of(measures::rows(reference()))
            .csv()
            .starts_with("window,arm,layer,period,measure,n,value,note\n")
    );
}

/// The hedged arms with their windows.
fn hedged() -> impl Iterator<Item = (&'static WindowResult, &'static ArmResult)> {
    let arms = reference().arms();
    arms.filter(|(_, arm)| arm.replay.kind == ArmKind::Policy)
}

fn row_of(
    window: &'static WindowResult,
    arm: &str,
    layer: &str,
    measure: &str,
) -> &'static MeasureRow {
    let mut rows = window.measures.iter();
    let is = |row: &&MeasureRow| row.measure == measure && row.arm == arm && row.layer == layer;
    rows.find(is).expect("a row")
}

#[test]
fn the_flows_of_a_layer_are_its_profit_and_what_it_paid_is_its_premium() {
    let (mut options, mut rates) = (0, [0, 0]);
    for (window, arm) in hedged() {
        let replay = &arm.replay;
        for id in replay.arm.hedge_ids() {
            let ledger = &replay.run.portfolio.ledgers[id];
            let (packages, has_future) = measures::package_flows(&replay.run.journal, id);
            let flows = packages.values().flat_map(|package| &package.flows);
            let pnl: Money = flows.clone().map(|flow| flow.1).sum();
            assert_eq!(pnl, ledger.pnl(), "{}", replay.name);
            if !has_future {
                let premium: Money = packages.values().map(|package| package.premium).sum();
                assert_eq!(premium, ledger.premium, "{}", replay.name);
                options += usize::from(premium > Money::ZERO);
            }
            // One flow a session, in order.
            for package in packages.values() {
                let dates = package.flows.iter().map(|flow| flow.0);
                assert!(dates.is_sorted_by(|a, b| a < b), "{}", replay.name);
            }
            // A rate counts the days on which money moved.
            let mut days: BTreeMap<NaiveDate, Money> = BTreeMap::new();
            flows.for_each(|(date, cash)| *days.entry(*date).or_default() += *cash);
            days.retain(|_, cash| *cash != Money::ZERO);
            let row = row_of(window, &replay.name, replay.arm.layer_name(id), "hedge_irr");
            assert_eq!(row.n, Some(days.len()), "{}", replay.name);
            if row.value.is_some() {
                let first = days.keys().next().expect("a flow");
                let last = days.keys().next_back().expect("a flow");
                let dates = first.iter_days().take_while(|date| date <= last);
                let cash = |date| days.get(&date).map_or(0.0, |cash| cash.usd());
                let by_day: Vec<f64> = dates.map(cash).collect();
                let may_be_another = row.note.contains("another rate");
                assert_eq!(
                    may_be_another,
                    !stats::irr::is_unique(&by_day),
                    "{}",
                    row.note
                );
                rates[usize::from(may_be_another)] += 1;
            }
        }
    }
    assert!(options > 10, "{options}");
    assert!(rates[0] + rates[1] > 5, "{rates:?}");
}

#[test]
fn purchases_per_month_count_what_the_hedge_layers_opened() {
    for (window, arm) in hedged() {
        let replay = &arm.replay;
        let openings: u32 = replay
            .arm
            .hedge_ids()
            .map(|id| replay.run.portfolio.ledgers[id].openings)
            .sum();
        let row = row_of(window, &replay.name, "", "hedge_purchases_per_month");
        assert_eq!(row.n, Some(openings as usize), "{}", replay.name);
        let months = window.sessions.len() as f64 / 21.0;
        let found = row.value.map(f64::from).expect("a value");
        assert!((found - f64::from(openings) / months).abs() < 1e-9);
    }
}

#[test]
fn the_residual_share_is_the_median_of_the_days_on_which_the_index_moved_less_than_two_percent() {
    let study = reference();
    for (window, arm) in hedged() {
        let days = &arm.attribution.as_ref().expect("an attribution").days;
        let spot = |at: usize| study.history.view(window.range.start + at).today().spot;
        let mut shares: Vec<f64> = (1..days.len())
            .filter(|at| (spot(*at) / spot(*at - 1) - 1.0).abs() < 0.02 && days[*at].gross > 0.0)
            .map(|at| days[at].residual.abs() / days[at].gross)
            .collect();
        shares.sort_by(f64::total_cmp);
        let n = shares.len();
        assert!(n < days.len() - 1, "some days moved more");
        let middle = 0.5 * (shares[(n - 1) / 2] + shares[n / 2]);
        let row = row_of(window, &arm.replay.name, "", "greek_residual_share");
        assert_eq!(row.n, Some(n), "{}", arm.replay.name);
        let found = row.value.map(f64::from).expect("a value");
        assert!((found - middle).abs() < 1e-12, "{found} for {middle}");
    }
}
