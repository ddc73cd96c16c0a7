//! When a hedge layer buys, and what keeps it from buying: each rule on both sides and at its edge.

use book::event::{Action, Detail, LayerId};
use book::reason::Reason;
use market::contract::Root;
use market::price::Money;
use policy::decision_context::Wanted;
use policy::order::Order;
use policy::purchase::allowed;

use crate::scene::{ALWAYS, Scene, calls, hedge, mark, market, option, read_hedge, usd};

/// A Thursday in the middle of the month.
const TODAY: &str = "2022-01-13";

fn scene(more: &str) -> Scene {
    Scene::new(&[], &hedge(ALWAYS, &calls("a", more)))
}

/// Each key of a layer that looks at more than its purse, alone.
#[test]
fn a_layer_asks_its_purse_alone_where_no_key_asks_more() {
    let alone = |more: &str| {
        let policy = read_hedge(&hedge(ALWAYS, &calls("a", more)));
        policy.layers[0].asks_purse_alone()
    };
    assert!(alone(""));
    assert!(alone("max_open_units = 5\nwhen = \"high\""));
    for more in [
        "paid_from = \"account\"",
        "entry = { every = \"week\", weekday = \"fri\" }",
        "cool_down_sessions = 5",
        "slots = 4",
        "financing_spread = 0.01",
        "hurdle = { signal = \"vix\" }",
        "size = [{ by = \"units\", units = 2 }]",
        "corridor = { band = 0.1 }",
    ] {
        assert!(!alone(more), "{more}");
    }
}

fn spends(purse: Money) -> Order {
    Order::Open {
        layer: LayerId(0),
        purse,
        weight: 1.0,
        wide: false,
    }
}

#[test]
fn a_layer_buys_once_its_purse_pays_a_unit() {
    let mut scene = scene("");
    scene.unit_cost = Ok(usd(1_000.0));
    let bought = scene.decide(TODAY);
    assert_eq!(bought.orders, [spends(usd(1_000.0))], "to the cent");
    let detail = Detail::Weighted {
        weight: 1.0,
        have: usd(1_000.0),
        need: usd(1_000.0),
    };
    assert_eq!(bought.layers, [(Action::Open, Reason::PurseCovers, detail)]);
    scene.unit_cost = Ok(usd(1_000.01));
    let short = scene.decide(TODAY);
    assert_eq!((short.orders.len(), short.layers[0].0), (0, Action::None));
    assert_eq!(short.reason(0), Reason::PurseShort);
    scene.unit_cost = Err(Reason::NoStrike);
    assert_eq!(scene.decide(TODAY).reason(0), Reason::NoStrike);
}

#[test]
fn a_purse_that_never_had_money_is_empty() {
    let never = |more: &str| {
        let mut scene = scene(more);
        scene.portfolio.purses = book::layers::LayerVec::defaults(1);
        scene
    };
    assert_eq!(never("").decide(TODAY).reason(0), Reason::PurseEmpty);
    // Salvage that came back is money too.
    let mut refilled = never("");
    let event = book::event::Event::PurseRefilled {
        layer: LayerId(0),
        amount: usd(100.0),
    };
    refilled.portfolio.apply(crate::scene::day(TODAY), &event);
    assert_eq!(refilled.decide(TODAY).reason(0), Reason::PurseCovers);
    // The account is no purse.
    let mut account = never("paid_from = \"account\"\nsize = [{ by = \"units\", units = 1 }]");
    account.wanted = Ok(wanted(1));
    assert_eq!(account.decide(TODAY).reason(0), Reason::AccountPays);
    assert_eq!(account.decide(TODAY).orders, [spends(Money(i64::MAX))]);
}

fn wanted(units: i64) -> Wanted {
    Wanted {
        units,
        meant: usd(500.0),
        rule: "units",
    }
}

#[test]
fn the_annual_cap_wins_over_the_purse() {
    let mut scene = scene("");
    scene.cap_left = Some(usd(100.0));
    assert_eq!(scene.decide(TODAY).orders, [spends(usd(100.0))]);
    scene.cap_left = Some(usd(99.99));
    assert_eq!(scene.decide(TODAY).reason(0), Reason::AnnualCap);
    scene.cap_left = Some(usd(5_000.0));
    assert_eq!(scene.decide(TODAY).orders, [spends(usd(1_000.0))]);
    // The purse is too small and the cap is not: it is the purse.
    scene.unit_cost = Ok(usd(5_000.0));
    assert_eq!(scene.decide(TODAY).reason(0), Reason::PurseShort);
}

#[test]
fn weight_scales_the_money_of_a_layer_without_sizes() {
    let mut half = Scene::new(
        &[],
        &hedge(
            "tier = { by = \"always\" }\nsteps = [{ when = \"high\", add = 0.5 }]",
            &calls("a", ""),
        ),
    );
    half.history = market(&[(TODAY, 30.0)], &[]);
    half.unit_cost = Ok(usd(500.0));
    assert_eq!(half.decide(TODAY).reason(0), Reason::PurseCovers);
    half.unit_cost = Ok(usd(500.01));
    assert_eq!(half.decide(TODAY).reason(0), Reason::PurseShort);
    let mut sized = Scene::new(
        &[],
        &hedge(
            "tier = { by = \"always\" }\nsteps = [{ when = \"high\", add = 0.5 }]",
            &calls("a", "size = [{ by = \"units\", units = 1 }]"),
        ),
    );
    sized.history = market(&[(TODAY, 30.0)], &[]);
    sized.wanted = Ok(wanted(1));
    sized.unit_cost = Ok(usd(1_000.0));
    assert_eq!(sized.decide(TODAY).reason(0), Reason::PurseCovers);
}

#[test]
fn a_part_of_a_purse_is_rounded_down_to_the_cent() {
    assert_eq!(allowed(Money(101), 0.5), Money(50));
    assert_eq!(allowed(Money(100), 0.5), Money(50));
    assert_eq!(allowed(Money(99), 0.0), Money(0));
    // More cents than a fraction can tell apart: a full weight takes no detour through one.
    let large = Money((1 << 53) + 1);
    assert_eq!(allowed(large, 1.0), large);
}

#[test]
fn entries_triggers_and_weights_hold_back() {
    // 2022-01-14 is a Friday.
    let friday = scene("entry = { every = \"week\", weekday = \"fri\" }");
    assert_eq!(friday.decide("2022-01-13").reason(0), Reason::PurseCovers);
    let tuesday = friday.decide("2022-01-11");
    assert_eq!(tuesday.layers[0].1, Reason::NotEntrySession);
    assert_eq!(
        tuesday.layers[0].2,
        Detail::Date(crate::scene::day("2022-01-12"))
    );
    let mut when = scene("when = \"good\"");
    assert_eq!(when.decide(TODAY).reason(0), Reason::SignalMissing);
    when.history = market(&[], &[(TODAY, 0.5)]);
    assert_eq!(when.decide(TODAY).reason(0), Reason::NotTriggered);
    when.history = market(&[], &[(TODAY, 0.51)]);
    assert_eq!(when.decide(TODAY).reason(0), Reason::PurseCovers);
    let capped = "tier = { by = \"always\" }\ncap = [{ when = \"good\", weight = 0.0 }]";
    let mut capped = Scene::new(&[], &hedge(capped, &calls("a", "")));
    capped.history = market(&[], &[(TODAY, 0.6)]);
    assert_eq!(capped.decide(TODAY).reason(0), Reason::WeightZero);
}

#[test]
fn a_layer_rests_as_many_sessions_as_it_says() {
    let mut scene = scene("cool_down_sessions = 3");
    let session = scene.view(TODAY).session();
    for (bought, reason) in [
        (None, Reason::PurseCovers),
        (Some(session - 3), Reason::PurseCovers),
        (Some(session - 2), Reason::CoolDown),
        (Some(session), Reason::CoolDown),
    ] {
        scene.bought = vec![bought];
        assert_eq!(scene.decide(TODAY).reason(0), reason, "{bought:?}");
    }
    scene.bought = vec![Some(session - 2)];
    let detail = Detail::Sessions { passed: 2, wait: 3 };
    assert_eq!(scene.decide(TODAY).layers[0].2, detail);
}

#[test]
fn a_slot_has_its_part_of_what_the_free_ones_share() {
    let call = option(Root::Vix, "2022-02-16", 25.0);
    let mut scene = scene("slots = 3");
    assert_eq!(scene.decide(TODAY).orders, [spends(Money(33_333))]);
    scene.hold(0, 5, -1.0, &[call], mark(1.0, 30));
    assert_eq!(scene.decide(TODAY).orders, [spends(usd(500.0))]);
    scene.hold(0, 5, -1.0, &[call], mark(1.0, 30));
    assert_eq!(scene.decide(TODAY).orders, [spends(usd(1_000.0))]);
    scene.hold(0, 5, -1.0, &[call], mark(1.0, 30));
    let full = scene.decide(TODAY);
    let detail = Detail::Limit {
        found: 3.0,
        limit: 3.0,
    };
    assert_eq!(full.layers, [(Action::Hold, Reason::SlotsFull, detail)]);
    scene.cap_left = Some(usd(1.0));
    assert!(full.orders.is_empty());
}

#[test]
fn units_are_counted_up_to_the_most() {
    let call = option(Root::Vix, "2022-02-16", 25.0);
    let mut scene = scene("max_open_units = 10");
    scene.hold(0, 4, -1.0, &[call], mark(1.0, 30));
    scene.hold(0, 5, -1.0, &[call], mark(1.0, 30));
    assert_eq!(scene.decide(TODAY).reason(0), Reason::PurseCovers);
    scene.hold(0, 1, -1.0, &[call], mark(1.0, 30));
    let detail = Detail::Limit {
        found: 10.0,
        limit: 10.0,
    };
    let full = (Action::Hold, Reason::MaxUnits, detail);
    assert_eq!(scene.decide(TODAY).layers, [full]);
}

#[test]
fn a_hurdle_is_met_at_its_height() {
    let mut scene = scene("hurdle = { signal = \"series:mood\" }");
    scene.earned = Some(0.01);
    assert_eq!(
        scene.decide(TODAY).reason(0),
        Reason::PurseCovers,
        "it has no value"
    );
    scene.history = market(&[], &[(TODAY, 0.08)]);
    for (earned, reason) in [
        (None, Reason::PurseCovers),
        (Some(0.08), Reason::PurseCovers),
        (Some(0.0799), Reason::HurdleMissed),
    ] {
        scene.earned = earned;
        assert_eq!(scene.decide(TODAY).reason(0), reason, "{earned:?}");
    }
}

#[test]
fn a_size_rule_buys_holds_or_gives_back() {
    let call = option(Root::Vix, "2022-02-16", 25.0);
    let mut scene = scene("size = [{ by = \"per_condor\", ratio = 1.0 }]");
    let first = scene.hold(0, 3, -1.0, &[call], mark(1.0, 30));
    let second = scene.hold(0, 5, -1.0, &[call], mark(1.0, 30));
    scene.wanted = Ok(wanted(1));
    let bought = scene.decide(TODAY);
    let detail = |units| Detail::Sized {
        rule: "units",
        weight: 1.0,
        meant: usd(500.0),
        units,
    };
    assert_eq!(
        bought.layers,
        [(Action::Open, Reason::PurseCovers, detail(1))]
    );
    scene.wanted = Ok(wanted(0));
    let held = scene.decide(TODAY);
    assert_eq!(held.layers, [(Action::Hold, Reason::TargetHeld, detail(0))]);
    // Five units too many: all of the first package, two of the second.
    scene.wanted = Ok(wanted(-5));
    let given = scene.decide(TODAY);
    let sells = |package, contracts| Order::Sell {
        package,
        contracts,
        reason: Reason::ShareExceeded,
        sale: None,
        into: None,
    };
    assert_eq!(given.orders, [sells(first, 3), sells(second, 2)]);
    assert_eq!(
        given.layers,
        [(Action::Close, Reason::ShareExceeded, detail(-5))]
    );
    // No more than one unit too many.
    scene.wanted = Ok(wanted(-1));
    assert_eq!(scene.decide(TODAY).orders, [sells(first, 1)]);
    scene.wanted = Err(Reason::NoPrice);
    assert_eq!(scene.decide(TODAY).reason(0), Reason::NoPrice);
}

#[test]
fn what_leaves_anyway_is_not_given_back_again() {
    let call = option(Root::Vix, "2022-02-16", 25.0);
    let mut scene = scene(
        "size = [{ by = \"per_condor\", ratio = 1.0 }]\nexit = [{ kind = \"days_to_expiry\", at_most = 5 }]",
    );
    let leaving = scene.hold(0, 3, -1.0, &[call], mark(1.0, 5));
    let staying = scene.hold(0, 5, -1.0, &[call], mark(1.0, 6));
    scene.wanted = Ok(wanted(-2));
    let close = Order::Close {
        package: leaving,
        reason: Reason::DaysToExpiry,
    };
    let sell = Order::Sell {
        package: staying,
        contracts: 2,
        reason: Reason::ShareExceeded,
        sale: None,
        into: None,
    };
    assert_eq!(scene.decide(TODAY).orders, [close, sell]);
}

#[test]
fn a_corridor_buys_on_one_side_and_sells_on_the_other() {
    let futures = "[[layers]]\nname = \"f\"\nshare = 0.5\nunderlying = \"vx\"\nfuture_side = \"long\"\n\
         expiry = { rule = \"first\", min_days = 20, max_days = 60 }\ncorridor = { band = 0.1 }\nmax_open_units = 10\n";
    let mut scene = Scene::new(&[], &hedge(ALWAYS, futures));
    let vx = market::contract::Contract::future(crate::scene::day("2022-02-16"));
    let held = scene.hold(0, 9, 0.0, &[vx], mark(0.0, 30));
    scene.wanted = Ok(wanted(0));
    assert_eq!(scene.decide(TODAY).reason(0), Reason::CorridorHolds);
    assert!(scene.decide(TODAY).orders.is_empty());
    scene.wanted = Ok(wanted(1));
    scene.unit_cost = Ok(usd(1_000.0));
    assert_eq!(scene.decide(TODAY).reason(0), Reason::CorridorLeft);
    assert_eq!(scene.decide(TODAY).orders, [spends(usd(1_000.0))]);
    scene.unit_cost = Ok(usd(1_000.01));
    assert_eq!(scene.decide(TODAY).reason(0), Reason::PurseShort);
    scene.unit_cost = Err(Reason::NoExpiry);
    assert_eq!(scene.decide(TODAY).reason(0), Reason::NoExpiry);
    scene.wanted = Ok(wanted(-1));
    let given = scene.decide(TODAY);
    let sell = Order::Sell {
        package: held,
        contracts: 1,
        reason: Reason::CorridorLeft,
        sale: None,
        into: None,
    };
    assert_eq!(
        (given.orders, given.layers[0].0),
        (vec![sell], Action::Close)
    );
    scene.wanted = Err(Reason::NoPrice);
    assert_eq!(scene.decide(TODAY).reason(0), Reason::NoPrice);
    // What holds other layers back holds a corridor back from buying.
    scene.hold(0, 1, 0.0, &[vx], mark(0.0, 30));
    scene.wanted = Ok(wanted(1));
    assert_eq!(scene.decide(TODAY).reason(0), Reason::MaxUnits);
}
