//! A script of an arm's own purchases gives the arm's own curve.

use book::event::Event;
use engine::placebo_trades::PlaceboTrades;
use engine::run::Run;
use market::price::Money;
use policy::arm::Arm;

use crate::support::{ARMS, CAPITAL, arm, execution, history, replay, window};

/// Daily trading P&L.
fn daily(run: &Run) -> Vec<Money> {
    let before = std::iter::once(&CAPITAL).chain(&run.curve);
    run.curve
        .iter()
        .zip(before)
        .map(|(after, before)| *after - *before)
        .collect()
}

fn scripted(arm: &Arm, run: &Run, unhedged: &Run) -> (Vec<Money>, usize) {
    let mut total = daily(unhedged);
    let stocks: Vec<PlaceboTrades<'_>> = arm
        .hedge_ids()
        .map(|id| PlaceboTrades::new(history(), window(), arm, id, &execution()))
        .collect();
    let mut bought = 0;
    for (session, (_, entries)) in run.journal.by_session().enumerate() {
        for entry in entries {
            let Event::Opened { layer, fill, .. } = &entry.event else {
                continue;
            };
            let Some(at) = usize::from(layer.0).checked_sub(arm.condors.len()) else {
                continue;
            };
            let unit = stocks[at]
                .unit(session)
                .expect("what was bought had a quote");
            unit.add(session, fill.contracts, &mut total);
            bought += 1;
        }
    }
    (total, bought)
}

#[test]
fn an_arms_own_purchases_on_their_own_days_give_its_own_curve_to_the_cent() {
    let unhedged = replay(&arm("unhedged"));
    for name in &ARMS[1..] {
        let (arm, run) = (arm(name), replay(&arm(name)));
        let (total, bought) = scripted(&arm, &run, &unhedged);
        assert!(
            bought > 10,
            "{name} bought {bought} times: too little to prove anything"
        );
        assert_eq!(total, daily(&run), "{name}");
    }
}

#[test]
fn every_session_with_a_quote_has_a_unit_and_nothing_reaches_beyond_the_window() {
    let arm = arm("always_on");
    for id in arm.hedge_ids() {
        let short = 0..20;
        let stock = PlaceboTrades::new(history(), short.clone(), &arm, id, &execution());
        for at in short {
            let unit = stock
                .unit(at)
                .expect("the market of the test quotes every layer on every session");
            let mut total = vec![Money::ZERO; 20];
            unit.add(at, 3, &mut total);
            assert!(total[..at].iter().all(|day| *day == Money::ZERO));
            assert!(!unit.is_future() && unit.premium > Money::ZERO);
        }
    }
}

#[test]
fn bought_and_sold_on_the_last_session_costs_the_round_trip() {
    let arm = arm("single_vix_call");
    let id = arm.hedge_ids().next().expect("a layer");
    let stock = PlaceboTrades::new(history(), 0..10, &arm, id, &execution());
    let mut total = vec![Money::ZERO; 10];
    stock.unit(9).expect("a quote").add(9, 10, &mut total);
    assert!(total[9] < Money::ZERO, "{}", total[9]);
}
