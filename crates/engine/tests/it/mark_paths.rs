//! What scenarios share is what each of them would have worked out alone.

use engine::run::{Keep, run};
use market::contract::{Contract, Right, Root};
use market::price::Price;

use crate::support::{ARMS, CAPITAL, arm, execution, history, window};

/// Every expiry the history lists, options at three strikes each, and every future.
fn contracts() -> Vec<Contract> {
    let mut all = Vec::new();
    for t in window().step_by(5) {
        let today = history().view(t).today();
        for (root, slices) in [
            (Root::Spxw, &today.spxw),
            (Root::Spx, &today.spx),
            (Root::Vix, &today.vix_options),
        ] {
            for slice in slices {
                let strike = |ratio: f64| Price::from_points((slice.forward * ratio).round());
                let option =
                    |right, ratio| Contract::option(root, slice.expiry, right, strike(ratio));
                all.extend([
                    option(Right::Put, 0.9),
                    option(Right::Put, 1.0),
                    option(Right::Call, 1.1),
                ]);
            }
        }
        all.extend(
            today
                .futures
                .iter()
                .map(|future| Contract::future(future.expiry)),
        );
    }
    all.sort();
    all.dedup();
    all
}

#[test]
fn a_tape_has_the_mid_of_every_snapshot_that_lists_the_contract() {
    let contracts = contracts();
    assert!(contracts.len() > 1_000);
    let mut seen = 0;
    for contract in contracts {
        for t in window() {
            let view = history().view(t);
            let Some(mid) = view.today().mid(&contract) else {
                continue;
            };
            let mark_path = view.mark_path(&[(contract, -3)]);
            assert_eq!(
                mark_path.leg(0, view),
                Some(mid),
                "{contract} on {}",
                view.today().date
            );
            assert_eq!(
                mark_path.value(view),
                (mid * -3, false),
                "{contract} on {}",
                view.today().date
            );
            seen += 1;
        }
    }
    assert!(seen > 20_000, "{seen} marks");
}

#[test]
fn after_its_last_session_a_tape_keeps_the_last_mid_and_says_so() {
    let view = history().view(0);
    let future = view.today().futures[0];
    let mark_path = view.mark_path(&[(Contract::future(future.expiry), 1)]);
    let end = history().window(future.expiry, future.expiry).start;
    let last = history()
        .view(end - 1)
        .today()
        .future(future.expiry)
        .expect("listed until it settles")
        .settle;
    assert_eq!(mark_path.value(history().view(end)), (last, true));
}

#[test]
fn a_run_on_a_market_others_have_traded_on_is_the_run_on_a_new_one() {
    let execution = execution();
    for name in ARMS {
        let arm = arm(name);
        let replay = |market| run(market, window(), &arm, &execution, CAPITAL, Keep::Journal);
        let others: Vec<_> = ARMS
            .iter()
            .map(|other| crate::support::replay(&crate::support::arm(other)))
            .collect();
        assert!(others.iter().any(|run| run.curve.len() == window().len()));
        // A copy has no mark paths and no quotes yet.
        assert_eq!(replay(history()), replay(&history().clone()), "{name}");
    }
}
