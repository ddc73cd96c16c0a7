//! What scenarios share is what each of them would have worked out alone.

use book::event::{LayerId, LegFill, PackageId};
use book::portfolio::Package;
use engine::mark::Holding;
use engine::run::{Keep, run};
use market::chain::Source;
use market::contract::{Contract, Right, Root};
use market::price::{Money, Price};

use crate::support::{ARMS, CAPITAL, arm, execution, history, leg, window};

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

/// A package comes from where the worst of its legs does, whichever that is.
#[test]
fn the_source_of_a_package_is_the_worst_of_its_fills() {
    let view = history().view(0);
    let expiry = view.today().futures[0].expiry;
    let leg = |source| LegFill {
        source,
        ..leg(Contract::future(expiry), 1)
    };
    let of = |sources: [Source; 2]| {
        let package = Package {
            id: PackageId(1),
            layer: LayerId(1),
            opened: view.today().date,
            legs: sources.map(leg).into(),
            contracts: 1,
            entry_net: Price::ZERO,
            multiplier: 1,
            margin_per_unit: Money::ZERO,
            margined: false,
            last_settle: Price::ZERO,
            variation: Money::ZERO,
            entry_fees: Money::ZERO,
            entry_slippage: Money::ZERO,
        };
        let path = view.mark_path(&[(Contract::future(expiry), 1)]);
        Holding::new(&package, path).source
    };
    assert_eq!(of([Source::Chain, Source::Model]), Source::Model);
    assert_eq!(
        of([Source::Interpolated, Source::Chain]),
        Source::Interpolated
    );
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
