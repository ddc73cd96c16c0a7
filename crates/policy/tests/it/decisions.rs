//! When condors are entered, what is left, and what is sold of a package: each rule on both sides and at its edge.

use book::event::{Action, Detail, LayerId, PackageId};
use book::reason::Reason;
use book::trade_log::TradeLog;
use market::contract::{Contract, Right, Root};
use policy::decision_context::PackageMark;
use policy::order::Order;

use crate::scene::{ALWAYS, Scene, calls, condor, day, hedge, mark, market, option, points, usd};

/// 2022-01-14 was a Friday.
const THURSDAY: &str = "2022-01-13";

fn of_condor(underlying: &str, more: &str) -> Scene {
    let text = condor(underlying, more);
    Scene::new(&[&text], &hedge(ALWAYS, ""))
}

fn short_put(root: Root, expiry: &str) -> Contract {
    Contract::option(root, day(expiry), Right::Put, points(3900.0))
}

#[test]
fn a_condor_is_ordered_on_the_day_before_its_entry() {
    let scene = of_condor("spxw", "max_open = 4");
    let entered = scene.decide(THURSDAY);
    let order = Order::Open {
        layer: LayerId(0),
        purse: usd(0.0),
        weight: 1.0,
        wide: false,
    };
    assert_eq!(entered.orders, [order]);
    let due = Detail::Date(day("2022-01-14"));
    assert_eq!(entered.layers, [(Action::Open, Reason::EntryDue, due)]);
    let other = scene.decide("2022-01-12");
    let next = Detail::Date(day("2022-01-13"));
    assert_eq!(
        other.layers,
        [(Action::None, Reason::NotEntrySession, next)]
    );
    assert!(other.orders.is_empty());
}

#[test]
fn triggers_let_in_keep_out_and_widen() {
    let mut when = of_condor("spxw", "max_open = 4\nwhen = \"good\"");
    assert_eq!(when.decide(THURSDAY).reason(0), Reason::SignalMissing);
    when.history = market(&[], &[(THURSDAY, 0.5)]);
    assert_eq!(when.decide(THURSDAY).reason(0), Reason::NotTriggered);
    when.history = market(&[], &[(THURSDAY, 0.51)]);
    assert_eq!(when.decide(THURSDAY).reason(0), Reason::EntryDue);
    // A bar that cannot be told does not bar.
    let mut bar = of_condor("spxw", "max_open = 4\nno_entry_when = \"good\"");
    assert_eq!(bar.decide(THURSDAY).reason(0), Reason::EntryDue);
    bar.history = market(&[], &[(THURSDAY, 0.51)]);
    assert_eq!(bar.decide(THURSDAY).reason(0), Reason::EntryBarred);
    let wing =
        "{ short_delta = 0.1, delta_tolerance = 0.05, long = { by = \"width\", points = 100.0 } }";
    let widen = format!("max_open = 4\nwiden = {{ when = \"high\", put = {wing}, call = {wing} }}");
    let mut wide = of_condor("spxw", &widen);
    assert_eq!(wide.decide(THURSDAY).reason(0), Reason::EntryDue);
    wide.history = market(&[(THURSDAY, 25.01)], &[]);
    let decided = wide.decide(THURSDAY);
    assert_eq!(decided.reason(0), Reason::Widened);
    assert!(matches!(
        decided.orders[..],
        [Order::Open { wide: true, .. }]
    ));
    let template = wide.arm.wide_template(LayerId(0)).expect("wider strikes");
    assert_ne!(template, wide.arm.template(LayerId(0)));
}

#[test]
fn a_place_is_free_once_its_condor_has_settled_or_is_closed() {
    let reason = |underlying: &str, root: Root, expiry: &str, more: &str| {
        let mut scene = of_condor(underlying, &format!("max_open = 1\n{more}"));
        scene.hold(0, 1, 2.0, &[short_put(root, expiry)], mark(-1.0, 3));
        scene.decide(THURSDAY).layers[0]
    };
    let limit = Detail::Limit {
        found: 1.0,
        limit: 1.0,
    };
    let full = (Action::Hold, Reason::MaxOpen, limit);
    // What settles at the close of the entry session is still there when the order fills; what settled in the morning is not.
    assert_eq!(reason("spxw", Root::Spxw, "2022-01-14", ""), full);
    assert_eq!(
        reason("spx", Root::Spx, "2022-01-14", "").1,
        Reason::EntryDue
    );
    assert_eq!(reason("spx", Root::Spx, "2022-01-21", ""), full);
    let leaves = "exit = [{ kind = \"days_to_expiry\", at_most = 3 }]";
    assert_eq!(
        reason("spxw", Root::Spxw, "2022-01-21", leaves).1,
        Reason::EntryDue
    );
    let stays = "exit = [{ kind = \"days_to_expiry\", at_most = 2 }]";
    assert_eq!(reason("spxw", Root::Spxw, "2022-01-21", stays), full);
    let mut two = of_condor("spxw", "max_open = 2");
    two.hold(
        0,
        1,
        2.0,
        &[short_put(Root::Spxw, "2022-01-21")],
        mark(-1.0, 3),
    );
    assert_eq!(two.decide(THURSDAY).reason(0), Reason::EntryDue);
}

#[test]
fn closings_stand_in_front_of_entries() {
    let mut scene = of_condor(
        "spxw",
        "max_open = 1\nexit = [{ kind = \"profit_target\", fraction_of_credit = 0.5 }]",
    );
    let held = scene.hold(
        0,
        1,
        2.0,
        &[short_put(Root::Spxw, "2022-01-21")],
        mark(-1.0, 8),
    );
    let decided = scene.decide(THURSDAY);
    let close = Order::Close {
        package: held,
        reason: Reason::ProfitTarget,
    };
    assert_eq!(decided.orders[0], close);
    assert!(matches!(decided.orders[1], Order::Open { .. }));
    assert_eq!(decided.layers[0].0, Action::Open);
    // Without an entry the closing is what was done.
    let only = scene.decide("2022-01-12");
    let done = (Action::Close, Reason::ProfitTarget, Detail::Package(held));
    assert_eq!((only.orders, only.layers), (vec![close], vec![done]));
}

#[test]
fn a_tier_that_repeats_a_log_enters_nothing_itself() {
    let mut scene = of_condor("spxw", "max_open = 4");
    scene.arm.condors[0].log = Some(TradeLog {
        file: "log.csv".into(),
        publisher: "test".into(),
        trades: Vec::new(),
        refused: Vec::new(),
    });
    let decided = scene.decide(THURSDAY);
    assert_eq!(decided.reason(0), Reason::Logged);
    assert!(decided.orders.is_empty());
}

#[test]
fn days_left_to_condors_decay_the_weight() {
    let put = short_put(Root::Spxw, "2022-01-21");
    let weight = |packages: &[(i64, i64)]| {
        let text = condor("spxw", "max_open = 9");
        let before = "decay_below_days = 10\ntier = { by = \"always\" }";
        let mut scene = Scene::new(&[&text], &hedge(before, &calls("a", "")));
        for (contracts, days_left) in packages {
            scene.hold(0, *contracts, 2.0, &[put], mark(-1.0, *days_left));
        }
        let call = option(Root::Vix, "2022-02-16", 25.0);
        scene.hold(1, 7, -1.0, &[call], mark(1.0, 1));
        scene.unit_cost = Ok(usd(1.0));
        let decided = scene.decide("2022-01-12");
        decided.orders.iter().find_map(|order| match order {
            Order::Open { weight, .. } => Some(*weight),
            _ => None,
        })
    };
    assert_eq!(weight(&[]), Some(1.0), "no condor, nothing to decay");
    assert_eq!(weight(&[(1, 10)]), Some(1.0));
    assert_eq!(weight(&[(1, 9)]), Some(0.9));
    assert_eq!(weight(&[(1, 30)]), Some(1.0));
    // Two contracts at half and one in full: two thirds.
    let mixed = weight(&[(2, 5), (1, 20)]).expect("an order");
    assert!((mixed - 2.0 / 3.0).abs() < 1e-15);
    assert_eq!(weight(&[(1, 0)]), None);
    assert_eq!(weight(&[(1, -1)]), None);
    assert_eq!(weight(&[(1, -5), (1, 10)]), Some(0.5));
}

/// A scene with ten VIX calls bought for 2.00 and a rule of sale.
fn selling(sell: &str, mark: PackageMark) -> (Scene, PackageId) {
    let layers = format!("{}{}", calls("a", sell), calls("b", ""));
    let mut scene = Scene::new(&[], &hedge(ALWAYS, &layers));
    scene.unit_cost = Err(Reason::NoPrice);
    let call = option(Root::Vix, "2022-02-16", 25.0);
    let held = scene.hold(0, 10, -2.0, &[call], mark);
    (scene, held)
}

fn sold(sell: &str, mark: PackageMark) -> Option<(i64, Reason, Option<u8>, Option<LayerId>)> {
    let (scene, held) = selling(sell, mark);
    match scene.decide(THURSDAY).orders[..] {
        [] => None,
        [
            Order::Sell {
                package,
                contracts,
                reason,
                sale,
                into,
            },
        ] if package == held => Some((contracts, reason, sale, into)),
        ref other => panic!("{other:?}"),
    }
}

#[test]
fn a_part_is_sold_at_a_multiple_of_the_debit_once() {
    let rule = "sell = [{ multiple = 3.0, fraction = 0.25 }, { multiple = 4.0, fraction = 1.0, into = \"b\" }]";
    assert_eq!(sold(rule, mark(5.99, 30)), None);
    let first = Some((3, Reason::ProfitMultiple, Some(0), None));
    assert_eq!(
        sold(rule, mark(6.0, 30)),
        first,
        "a quarter of ten, rounded up"
    );
    let made = |sold, value| PackageMark {
        sold,
        ..mark(value, 30)
    };
    assert_eq!(sold(rule, made(0b01, 7.99)), None);
    let second = Some((10, Reason::ProfitMultiple, Some(1), Some(LayerId(1))));
    assert_eq!(sold(rule, made(0b01, 8.0)), second);
    assert_eq!(sold(rule, made(0b10, 8.0)), first);
    assert_eq!(sold(rule, made(0b11, 8.0)), None);
    assert_eq!(sold(rule, mark(6.0, 1)), first);
    assert_eq!(sold(rule, mark(6.0, 0)), None, "it settles");
}

#[test]
fn a_package_without_a_debit_has_no_multiple() {
    for net in [0.0, 2.0] {
        let rule = calls("a", "sell = [{ multiple = 3.0, fraction = 0.5 }]");
        let mut scene = Scene::new(&[], &hedge(ALWAYS, &rule));
        scene.unit_cost = Err(Reason::NoPrice);
        let call = option(Root::Vix, "2022-02-16", 25.0);
        scene.hold(0, 10, net, &[call], mark(60.0, 30));
        assert!(scene.decide(THURSDAY).orders.is_empty(), "{net}");
    }
}

#[test]
fn a_part_is_sold_by_a_trigger_as_often_as_it_says() {
    let rule = "sell = [{ when = \"good\", fraction = 0.5, every_sessions = 5 }]";
    let since = |since_sale| PackageMark {
        since_sale,
        ..mark(0.5, 30)
    };
    let at = |mood: f64, since_sale: u32, rule: &str| {
        let (mut scene, _) = selling(rule, since(since_sale));
        scene.history = market(&[], &[(THURSDAY, mood)]);
        let decided = scene.decide(THURSDAY);
        decided.orders.first().map(|order| match order {
            Order::Sell {
                contracts, reason, ..
            } => (*contracts, *reason),
            other => panic!("{other:?}"),
        })
    };
    let sold = Some((5, Reason::TriggerSale));
    assert_eq!((at(0.6, 5, rule), at(0.6, 4, rule)), (sold, None));
    assert_eq!(at(0.5, 5, rule), None, "the trigger does not hold");
    let shift = "sell = [{ when = \"good\", fraction = 0.5, into = \"b\" }]";
    let shifted = Some((5, Reason::Shifted));
    assert_eq!((at(0.6, 1, shift), at(0.6, 0, shift)), (shifted, None));
    // With a multiple both are asked for.
    let both = "sell = [{ when = \"good\", multiple = 3.0, fraction = 0.5 }]";
    let (mut scene, _) = selling(both, mark(6.0, 30));
    assert!(scene.decide(THURSDAY).orders.is_empty());
    scene.history = market(&[], &[(THURSDAY, 0.6)]);
    assert_eq!(scene.decide(THURSDAY).orders.len(), 1);
    let decided = scene.decide(THURSDAY);
    assert_eq!(decided.layers[0].0, Action::Close);
    assert_eq!(decided.layers[0].1, Reason::ProfitMultiple);
}

/// Cboe: VIX options of one leg trade in 0.01 below 3.00 and 0.05 from there; a spread in 0.05.
#[test]
fn a_resting_order_stands_at_the_next_tick_above_its_multiple() {
    let limit = |debit: f64, legs: usize, multiple: f64| {
        let rule =
            format!("sell = [{{ multiple = {multiple:?}, fraction = 0.5, order = \"limit\" }}]");
        let mut scene = Scene::new(&[], &hedge(ALWAYS, &calls("a", &rule)));
        scene.unit_cost = Err(Reason::NoPrice);
        let leg = option(Root::Vix, "2022-02-16", 25.0);
        scene.hold(0, 10, -debit, &vec![leg; legs], mark(0.5, 30));
        match scene.decide(THURSDAY).orders[..] {
            [Order::Rest { limit, .. }] => limit,
            ref other => panic!("{other:?}"),
        }
    };
    assert_eq!(limit(1.01, 1, 2.0), points(2.02));
    assert_eq!(limit(1.01, 1, 3.0), points(3.05));
    assert_eq!(limit(1.01, 2, 2.0), points(2.05));
    assert_eq!(limit(1.0, 1, 3.0), points(3.0));
}

#[test]
fn resting_orders_share_what_is_held() {
    let rule = "sell = [{ multiple = 2.0, fraction = 0.5, order = \"limit\", into = \"b\" }, \
                { multiple = 3.0, fraction = 1.0, order = \"limit\" }, { multiple = 4.0, fraction = 1.0, order = \"limit\" }]";
    let rests = |mark: PackageMark| {
        let (scene, held) = selling(rule, mark);
        let orders = scene.decide(THURSDAY).orders;
        let rest = |order: &Order| match *order {
            Order::Rest {
                package,
                contracts,
                limit,
                sale,
                into,
                or_close,
            } if package == held => (contracts, limit, sale, into, or_close),
            ref other => panic!("{other:?}"),
        };
        orders.iter().map(rest).collect::<Vec<_>>()
    };
    let into = Some(LayerId(1));
    let first = (5, points(4.0), 0, into, false);
    let second = (5, points(6.0), 1, None, false);
    assert_eq!(rests(mark(1.0, 30)), [first, second], "nothing is left");
    assert_eq!(rests(mark(1.0, 1)), [first, second]);
    assert_eq!(rests(mark(1.0, 0)), [], "it settles");
    // The close already stands at the first multiple.
    let reached = (5, points(4.0), 0, into, true);
    assert_eq!(rests(mark(4.0, 30)), [reached, second]);
    assert_eq!(rests(mark(3.99, 30)), [first, second]);
    let made = |sold| PackageMark {
        sold,
        ..mark(1.0, 30)
    };
    assert_eq!(rests(made(0b001)), [(10, points(6.0), 1, None, false)]);
    assert_eq!(rests(made(0b011)), [(10, points(8.0), 2, None, false)]);
    assert_eq!(rests(made(0b111)), []);
    let (scene, held) = selling(rule, mark(4.0, 30));
    let part = Detail::Part {
        package: held,
        contracts: 5,
    };
    let done = (Action::Close, Reason::ProfitMultiple, part);
    assert_eq!(scene.decide(THURSDAY).layers[0], done);
    let (quiet, _) = selling(rule, mark(3.0, 30));
    assert_eq!(quiet.decide(THURSDAY).layers[0].0, Action::Hold);
}

#[test]
fn a_resting_order_needs_a_debit() {
    let rule = calls(
        "a",
        "sell = [{ multiple = 2.0, fraction = 0.5, order = \"limit\" }]",
    );
    for net in [0.0, 1.0] {
        let mut scene = Scene::new(&[], &hedge(ALWAYS, &rule));
        scene.unit_cost = Err(Reason::NoPrice);
        let call = option(Root::Vix, "2022-02-16", 25.0);
        scene.hold(0, 10, net, &[call], mark(9.0, 30));
        assert!(scene.decide(THURSDAY).orders.is_empty(), "{net}");
    }
}
