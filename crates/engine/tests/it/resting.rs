//! Resting limit orders: what fills, at what, and what happens where nothing does.

use std::collections::BTreeMap;

use book::event::{Event, PackageId};
use book::reason::Reason;
use chrono::NaiveDate;
use engine::resting::sold_at_limit;
use engine::run::{Keep, Run, run};
use market::contract::{Contract, Right, Root};
use market::history::MarketHistory;
use market::listing;
use market::observations::Observations;
use market::price::Price;
use policy::arm::Arm;
use policy::hedge::Hedge;
use policy::layer::{Sale, SaleOrder};

use crate::support::{
    CAPITAL, build, condor, execution, hedge, history, leg_at, observations, window,
};

/// `always_on` whose VIX calls are sold at a multiple.
fn selling(order: SaleOrder, sales: &[(f64, f64)]) -> Arm {
    let mut policy: Hedge = hedge("always_on");
    policy.budget_fraction_of_credit = 1.0;
    let sale = |(multiple, fraction): &(f64, f64)| Sale {
        when: None,
        multiple: Some(*multiple),
        fraction: *fraction,
        every_sessions: 1,
        into: None,
        order,
    };
    policy.layers[0].sell = sales.iter().map(sale).collect();
    assert_eq!(policy.check(), Ok(()));
    Arm::new(&[condor()], &policy)
}

fn replay(market: &MarketHistory, arm: &Arm) -> Run {
    run(market, window(), arm, &execution(), CAPITAL, Keep::Journal)
}

fn without_highs() -> MarketHistory {
    let mut plain = observations().clone();
    plain.vx.iter_mut().for_each(|row| row.high = None);
    build(&plain)
}

#[test]
fn a_limit_fills_at_its_limit_where_the_extreme_pays_it_and_never_better() {
    let multiples = [(1.5, 0.5), (2.5, 1.0)];
    let arm = selling(SaleOrder::Limit, &multiples);
    let run = replay(history(), &arm);
    let mut debits: BTreeMap<PackageId, Price> = BTreeMap::new();
    let (mut filled, mut missed) = (0, 0);
    for entry in &run.journal.entries {
        match &entry.event {
            Event::Opened { package, fill, .. } => {
                debits.insert(*package, -fill.net);
            }
            Event::Split { package, part, .. } => {
                debits.insert(*part, debits[package]);
            }
            Event::Closed {
                package,
                reason: Reason::LimitReached,
                fill,
            } => {
                filled += 1;
                let debit = debits[package].points();
                let limits = multiples.map(|(multiple, _)| {
                    let limit = Price::from_points(multiple * debit);
                    limit.ceil_to(listing::tick(fill.legs[0].contract.root, limit))
                });
                assert!(limits.contains(&fill.net), "{} of {debit}", fill.net);
                assert_eq!(fill.net, fill.net_mid, "a resting order pays no spread");
                let t = history().window(entry.date, entry.date).start;
                let future = history()
                    .view(t)
                    .today()
                    .future(fill.legs[0].contract.expiry)
                    .and_then(|f| f.high);
                let high = future.expect("a published high");
                // The same order, a tick above the extreme, would not have filled.
                let view = history().view(t);
                let reached =
                    |limit| sold_at_limit(&fill.legs, limit, view, &execution()).is_some();
                assert!(reached(fill.net) && !reached(Price::from_points(high.points())));
            }
            Event::Closed {
                reason: Reason::ProfitMultiple,
                ..
            } => missed += 1,
            _ => {}
        }
    }
    assert!(
        filled > 5,
        "{filled} orders filled, {missed} went to the close"
    );
}

#[test]
fn a_session_above_both_limits_sells_both_parts() {
    let run = replay(
        history(),
        &selling(SaleOrder::Limit, &[(1.2, 0.5), (1.4, 1.0)]),
    );
    let both = run.journal.by_session().filter(|(_, entries)| {
        let sold = |e: &&book::journal::Entry| {
            matches!(
                e.event,
                Event::Closed {
                    reason: Reason::LimitReached,
                    ..
                }
            )
        };
        entries.iter().filter(sold).count() > 1
    });
    assert!(both.count() > 0);
}

#[test]
fn without_published_highs_a_limit_is_a_sale_at_the_close() {
    let plain = without_highs();
    let limit = replay(&plain, &selling(SaleOrder::Limit, &[(1.5, 0.5)]));
    let close = replay(&plain, &selling(SaleOrder::Close, &[(1.5, 0.5)]));
    assert_eq!(limit.journal, close.journal);
    assert_ne!(
        limit.curve,
        replay(history(), &selling(SaleOrder::Limit, &[(1.5, 0.5)])).curve
    );
}

/// A future that printed three times its settlement went no further than its index that day, or than it closed.
#[test]
fn a_wrong_print_counts_as_far_as_the_index_went() {
    let mut wrong = observations().clone();
    let vix = wrong.daily["vix"].clone();
    let level = |wrong: &Observations, on: NaiveDate| -> Option<(f64, NaiveDate, f64)> {
        let at = wrong.sessions.binary_search(&on).ok()?.checked_sub(1)?;
        Some((vix.values[at + 1]?, wrong.sessions[at], vix.values[at]?))
    };
    let settles: BTreeMap<_, _> = (wrong.vx.iter())
        .map(|row| ((row.trade_date, row.expiry), row.settle))
        .collect();
    let mut right = wrong.clone();
    for (wrong_row, right_row) in wrong.vx.iter_mut().zip(&mut right.vx) {
        wrong_row.high = Some(3.0 * wrong_row.settle);
        let most =
            level(observations(), right_row.trade_date).and_then(|(now, before_on, before)| {
                let last = settles.get(&(before_on, right_row.expiry))?;
                Some(last + (now - before).max(right_row.settle - last).max(0.0))
            });
        right_row.high = most;
    }
    // Its highest was its close.
    wrong.daily.insert("vix_high".to_string(), vix.clone());
    let (wrong, right) = (build(&wrong), build(&right));
    let (mut reached, mut missed) = (0, 0);
    for session in 1..100 {
        let view = wrong.view(session);
        let expiry = view.today().vix_options[1].expiry;
        let contract = Contract::option(Root::Vix, expiry, Right::Call, Price::from_points(25.0));
        let Some((mid, _)) = view.today().priced(&contract) else {
            continue;
        };
        let limit = mid + Price::from_points(0.10);
        let fills = |market: &MarketHistory| {
            let legs = [leg_at(contract, 1, mid)];
            let sold = sold_at_limit(&legs, limit, market.view(session), &execution());
            sold.map(|legs| legs[0].fill)
        };
        assert_eq!(fills(&wrong), fills(&right), "session {session}");
        match fills(&wrong) {
            Some(_) => reached += 1,
            None => missed += 1,
        }
    }
    assert!(reached > 3 && missed > 3, "{reached} reached, {missed} not");
}

/// What a limit is compared with is worked out from the close before: a session older than that says nothing.
#[test]
fn a_limit_knows_the_close_before_and_nothing_older() {
    let (mut moved, mut before) = (0, 0);
    for session in [20, 40, 60, 80] {
        let changed = |at: usize| {
            let mut other = observations().clone();
            let date = history().view(at).today().date;
            let place = other.sessions.binary_search(&date).expect("a session");
            for name in ["vix", "vix3m", "vvix"] {
                let series = other.daily.get_mut(name).expect("a series");
                series.values[place] = series.values[place].map(|value| 1.2 * value);
            }
            for row in other.vx.iter_mut().filter(|row| row.trade_date == date) {
                (row.settle, row.high) = (1.2 * row.settle, row.high.map(|high| 1.2 * high));
            }
            build(&other)
        };
        let view = history().view(session);
        let expiry = view.today().vix_options[1].expiry;
        let contract = Contract::option(Root::Vix, expiry, Right::Call, Price::from_points(25.0));
        let (mid, _) = view.today().priced(&contract).expect("a price");
        let highest = |market: &MarketHistory| {
            let limits = (-60..60).map(|cents| mid + Price(cents * 500));
            let is_sold = |limit: &Price| {
                let legs = [leg_at(contract, 1, mid)];
                sold_at_limit(&legs, *limit, market.view(session), &execution()).is_some()
            };
            limits.filter(is_sold).max()
        };
        let own = highest(history());
        assert_eq!(highest(&changed(session - 2)), own, "session {session}");
        before += usize::from(highest(&changed(session - 1)) != own);
        moved += usize::from(own.is_some());
    }
    assert!(moved > 2 && before > 0, "{moved} {before}");
}

#[test]
fn highs_change_nothing_for_policies_without_resting_orders() {
    let plain = without_highs();
    let arm = selling(SaleOrder::Close, &[(1.5, 0.5), (2.5, 1.0)]);
    assert_eq!(
        replay(&plain, &arm).journal,
        replay(history(), &arm).journal
    );
}

#[test]
fn limits_where_they_mean_nothing_are_refused() {
    let with = |change: &dyn Fn(&mut Hedge)| {
        let mut policy = selling(SaleOrder::Limit, &[(3.0, 0.5)]).hedge;
        change(&mut policy);
        policy.check().expect_err("a wrong policy").to_string()
    };
    assert!(with(&|p| p.layers[0].sell[0].multiple = None).contains("`when`, `multiple` or both"));
    let mut futures = hedge("always_on_futures");
    futures.layers[0].sell = selling(SaleOrder::Limit, &[(3.0, 0.5)]).hedge.layers[0]
        .sell
        .clone();
    assert!(
        futures
            .check()
            .expect_err("futures")
            .to_string()
            .contains("is for options")
    );
}
