//! Size rules, slots, budgets and sales: what they ask for, worked out again from the journal and the market.

use book::event::{Action, Detail, Event, LayerId, PackageId};
use book::journal::Entry;
use book::portfolio::Portfolio;
use book::reason::Reason;
use book::statement::statement;
use engine::run::{Keep, Run, run};
use market::contract::Right;
use market::price::Money;
use policy::arm::Arm;
use policy::budget::{AnnualCap, Budget, Every};
use policy::hedge::Hedge;
use policy::layer::{Corridor, Sale, SaleOrder};
use policy::size::{PremiumBase, SizeRule};

use crate::support::{
    CAPITAL, build, condor, execution, hedge, history, observations, replay, window,
};

pub const LAYER: LayerId = LayerId(1);

/// The single-layer hedge with more money than it needs, and one thing changed.
pub fn rich(change: impl FnOnce(&mut Hedge)) -> Arm {
    let mut policy = hedge("single_vix_call");
    policy.budget_fraction_of_credit = 10.0;
    change(&mut policy);
    assert_eq!(policy.check(), Ok(()));
    Arm::new(&[condor()], &policy)
}

pub fn sized(rule: SizeRule) -> Run {
    replay(&rich(|policy| policy.layers[0].size = vec![rule]))
}

/// Openings of the hedge: the account before, without what settles at that day's close, the event, and the index of its session.
pub fn purchases(run: &Run) -> Vec<(Portfolio, Entry)> {
    let mut account = Portfolio::new(CAPITAL, 2);
    let mut found = Vec::new();
    for entry in &run.journal.entries {
        if matches!(entry.event, Event::Opened { layer: LAYER, .. }) {
            let mut live = account.clone();
            live.packages.retain(|p| p.expiry() > entry.date);
            found.push((live, entry.clone()));
        }
        account.apply(entry.date, &entry.event);
    }
    found
}

pub fn contracts(entry: &Entry) -> i64 {
    match &entry.event {
        Event::Opened { fill, .. } => fill.contracts,
        _ => unreachable!("purchases are openings"),
    }
}

pub fn session(entry: &Entry) -> usize {
    (0..history().len())
        .find(|t| history().view(*t).today().date == entry.date)
        .expect("a session")
}

fn condors(account: &Portfolio) -> i64 {
    account.of_layer(LayerId(0)).map(|p| p.contracts).sum()
}

#[test]
fn units_buys_so_many_each_time() {
    let run = sized(SizeRule::Units { units: 3 });
    let all = purchases(&run);
    assert!(all.len() > 20);
    assert!(all.iter().all(|(_, entry)| contracts(entry) == 3));
}

#[test]
fn per_condor_holds_a_ratio_of_the_condor_contracts() {
    let run = sized(SizeRule::PerCondor { ratio: 0.5 });
    let all = purchases(&run);
    assert!(all.len() > 5);
    for (account, entry) in all {
        let held: i64 = account.of_layer(LAYER).map(|p| p.contracts).sum();
        assert_eq!(
            held + contracts(&entry),
            condors(&account) / 2,
            "{}",
            entry.date
        );
    }
}

#[test]
fn premium_spends_a_fraction_of_its_base() {
    for base in [
        PremiumBase::Equity,
        PremiumBase::Credit,
        PremiumBase::MaxLoss,
        PremiumBase::Margin,
    ] {
        let run = sized(SizeRule::Premium {
            base,
            fraction: 0.01,
        });
        let all = purchases(&run);
        assert!(!all.is_empty(), "{base:?}");
        for (account, entry) in all {
            let of = |f: fn(&book::portfolio::Package) -> f64| -> f64 {
                account.of_layer(LayerId(0)).map(f).sum()
            };
            let credit = of(|p| p.entry_net.points() * 100.0 * p.contracts as f64);
            let margin = of(|p| p.margin_per_unit.usd() * p.contracts as f64);
            let money = 0.01
                * match base {
                    PremiumBase::Equity => 1_000_000.0,
                    PremiumBase::Credit => credit,
                    PremiumBase::Margin => margin,
                    _ => margin - credit,
                };
            let Event::Opened { fill, .. } = &entry.event else {
                unreachable!()
            };
            let each = -(fill.cash() + fill.fees).usd() / fill.contracts as f64;
            let bought = fill.contracts as f64;
            assert!(
                bought * each <= money + 1.0 && (bought + 1.0) * each >= money - 1.0,
                "{base:?} {}",
                entry.date
            );
        }
    }
}

/// The rule once more in other words: strikes read from the legs, the loss summed leg by leg in dollars, the call
/// priced by the surface with its forward moved.
#[test]
fn break_even_covers_the_loss_beyond_the_break_even_of_the_last_condor() {
    let phi = 0.30;
    let run = sized(SizeRule::BreakEven { fraction: phi });
    let mut checked = 0;
    for (account, entry) in purchases(&run).into_iter().take(12) {
        let snapshot = history().view(session(&entry)).today();
        let strike = |package: &book::portfolio::Package, right, long: bool| {
            let leg = package
                .legs
                .iter()
                .find(|l| l.contract.option.unwrap().0 == right && (l.quantity > 0) == long);
            leg.unwrap().contract.option.unwrap().1.points()
        };
        let last = account.of_layer(LayerId(0)).last().expect("a condor");
        let (put, call) = (
            strike(last, Right::Put, false),
            strike(last, Right::Call, false),
        );
        let credit = last.entry_net.points();
        let stressed = put - credit - phi * (call - put + 2.0 * credit) / 2.0;
        let loss: f64 = account
            .of_layer(LayerId(0))
            .map(|p| {
                let put_side = (strike(p, Right::Put, false) - stressed).max(0.0)
                    - (strike(p, Right::Put, true) - stressed).max(0.0);
                let call_side = (stressed - strike(p, Right::Call, false)).max(0.0)
                    - (stressed - strike(p, Right::Call, true)).max(0.0);
                (put_side + call_side - p.entry_net.points()) * 100.0 * p.contracts as f64
            })
            .sum();
        let fall = 100.0 * (1.0 - stressed / snapshot.spot);
        let bend = (25.0 - snapshot.vix).max(0.0);
        let front = if fall > bend {
            bend + 1.3 * (fall - bend)
        } else {
            fall
        };
        let gain = |package: &[book::event::LegFill]| {
            let (right, strike) = package[0].contract.option.unwrap();
            let slice = snapshot
                .slice(package[0].contract.root, package[0].contract.expiry)
                .unwrap();
            let days = f64::from(slice.dte);
            let forward = slice.forward
                + front
                    * if days > 30.0 {
                        (30.0 / days).sqrt()
                    } else {
                        1.0
                    };
            let (strike, vol) = (strike.points(), slice.vol(strike.points()));
            let after = market::black::price(right, forward, strike, slice.t, slice.discount, vol);
            100.0 * (after - slice.price(right, strike))
        };
        let held: f64 = account
            .of_layer(LAYER)
            .map(|p| gain(&p.legs) * p.contracts as f64)
            .sum();
        let Event::Opened { fill, .. } = &entry.event else {
            unreachable!()
        };
        assert_eq!(
            fill.contracts,
            ((loss - held) / gain(&fill.legs)).ceil() as i64,
            "{}",
            entry.date
        );
        checked += 1;
    }
    assert!(checked >= 3, "{checked} purchases");
}

#[test]
fn the_gamma_rule_bounds_the_delta_held() {
    let run = sized(SizeRule::Gamma { fraction: 0.35 });
    let all = purchases(&run);
    assert!(!all.is_empty());
    for (account, entry) in all {
        let view = history().view(session(&entry));
        let snapshot = view.today();
        let gamma: f64 = account
            .of_layer(LayerId(0))
            .flat_map(|p| p.legs.iter().map(move |leg| (leg, p.contracts)))
            .map(|(leg, n)| {
                let (right, strike) = leg.contract.option.unwrap();
                let slice = snapshot
                    .slice(leg.contract.root, leg.contract.expiry)
                    .unwrap();
                slice.greeks(right, strike.points()).gamma * (leg.quantity * n * 100) as f64
            })
            .sum();
        let last = account.of_layer(LayerId(0)).last().unwrap();
        let vol = snapshot
            .slice(last.legs[0].contract.root, last.expiry())
            .unwrap()
            .atm_vol;
        let most = 0.35 * gamma.abs() * snapshot.spot * vol / 252.0_f64.sqrt();
        let delta = |legs: &[book::event::LegFill]| {
            let contract = legs[0].contract;
            let month = snapshot
                .futures
                .iter()
                .position(|f| f.expiry == contract.expiry)
                .unwrap();
            let beta = view.future_beta(month).expect("a beta");
            assert!((-8.0..-0.5).contains(&beta), "beta {beta} of month {month}");
            let (right, strike) = contract.option.unwrap();
            let slice = snapshot.slice(contract.root, contract.expiry).unwrap();
            let future = snapshot.futures[month].settle.points();
            100.0 * slice.delta(right, strike.points()) * beta * future / snapshot.spot
        };
        let held: f64 = account
            .of_layer(LAYER)
            .map(|p| delta(&p.legs) * p.contracts as f64)
            .sum();
        let Event::Opened { fill, .. } = &entry.event else {
            unreachable!()
        };
        let after = |units: i64| (held + delta(&fill.legs) * units as f64).abs();
        assert!(after(fill.contracts) <= most + 1e-6, "{}", entry.date);
        assert!(
            after(fill.contracts + 1) > most - 1e-6,
            "{}: one more would fit",
            entry.date
        );
    }
}

#[test]
fn scenario_vega_and_theta_are_limits_that_grow_with_their_number() {
    let held = |rule| {
        let run = sized(rule);
        purchases(&run)
            .iter()
            .map(|(_, entry)| contracts(entry))
            .sum::<i64>()
    };
    let scenario = |fraction| held(SizeRule::Scenario { fraction });
    assert_eq!(scenario(0.0), 0);
    assert!(
        0 < scenario(0.35) && scenario(0.35) < scenario(1.0),
        "{} {}",
        scenario(0.35),
        scenario(1.0)
    );
    let vega = |ratio| held(SizeRule::Vega { ratio });
    assert_eq!(vega(0.0), 0);
    assert!(
        0 < vega(0.5) && vega(0.5) < vega(1.0),
        "{} {}",
        vega(0.5),
        vega(1.0)
    );
    let theta = |at_least_usd_per_day| {
        held(SizeRule::Theta {
            at_least_usd_per_day,
        })
    };
    assert_eq!(theta(1e9), 0, "no book earns that much a day");
    assert!(theta(0.0) > 0 && theta(-2_000.0) > theta(0.0));
}

#[test]
fn every_size_of_zero_is_the_unhedged_run() {
    let unhedged = replay(&Arm::new(&[condor()], &hedge("unhedged")));
    let none = [
        SizeRule::PerCondor { ratio: 0.0 },
        SizeRule::Premium {
            base: PremiumBase::Equity,
            fraction: 0.0,
        },
        SizeRule::Gamma { fraction: 0.0 },
        SizeRule::Scenario { fraction: 0.0 },
        SizeRule::Vega { ratio: 0.0 },
    ];
    for rule in none {
        assert_eq!(sized(rule).curve, unhedged.curve, "{rule:?}");
    }
}

#[test]
fn the_dollars_a_rule_meant_are_in_its_decision() {
    let run = sized(SizeRule::Premium {
        base: PremiumBase::Equity,
        fraction: 0.002,
    });
    let meant = run.journal.entries.iter().filter_map(|e| match e.event {
        Event::Decided {
            layer: LAYER,
            action: Action::Open,
            detail: Detail::Sized { meant, rule, .. },
            ..
        } => Some((meant, rule)),
        _ => None,
    });
    let meant: Vec<_> = meant.collect();
    assert!(!meant.is_empty());
    assert!(
        meant
            .iter()
            .all(|m| *m == (Money(200_000), "premium of equity")),
        "{meant:?}"
    );
}

#[test]
fn slots_hold_one_package_each_and_entries_are_staggered() {
    let run = replay(&rich(|policy| {
        policy.layers[0].slots = Some(3);
        policy.layers[0].cool_down_sessions = Some(5);
    }));
    let all = purchases(&run);
    assert!(all.len() > 6, "{}", all.len());
    assert!(
        all.iter()
            .all(|(account, _)| account.of_layer(LAYER).count() < 3)
    );
    assert!(
        all.iter()
            .any(|(account, _)| account.of_layer(LAYER).count() == 2),
        "all three slots are used"
    );
    for pair in all.windows(2) {
        assert!(
            session(&pair[1].1) - session(&pair[0].1) >= 5,
            "{} after {}",
            pair[1].1.date,
            pair[0].1.date
        );
    }
    let reasons: Vec<Reason> = decided(&run);
    assert!(reasons.contains(&Reason::CoolDown) && reasons.contains(&Reason::SlotsFull));
}

pub fn decided(run: &Run) -> Vec<Reason> {
    let of = |e: &Entry| match e.event {
        Event::Decided {
            layer: LAYER,
            reason,
            ..
        } => Some(reason),
        _ => None,
    };
    run.journal.entries.iter().filter_map(of).collect()
}

#[test]
fn a_budget_of_equity_is_paid_by_the_calendar_and_an_annual_cap_wins() {
    let budget = Budget::EquityPerYear {
        fraction: 0.12,
        every: Every::Month,
    };
    let run = replay(&rich(|policy| {
        policy.budget_fraction_of_credit = 0.0;
        policy.budget = vec![budget];
    }));
    let credits = |run: &Run| -> Vec<(chrono::NaiveDate, Money)> {
        let of = |e: &Entry| match e.event {
            Event::PurseCredited {
                layer: LAYER,
                amount,
                ..
            } if amount > Money::ZERO => Some((e.date, amount)),
            _ => None,
        };
        run.journal.entries.iter().filter_map(of).collect()
    };
    let paid = credits(&run);
    assert_eq!(paid.len(), 6, "January to June");
    assert!(
        paid.iter()
            .all(|(_, amount)| *amount == Money::from_usd(10_000.0)),
        "{paid:?}"
    );
    let capped = replay(&rich(|policy| {
        policy.annual_cap = Some(AnnualCap::Equity { fraction: 0.004 })
    }));
    let spent = capped.portfolio.purses[LayerId(1)].spent;
    assert!(
        spent > Money::from_usd(3_000.0) && spent <= Money::from_usd(4_000.0),
        "{spent}"
    );
    assert!(decided(&capped).contains(&Reason::AnnualCap));
}

#[test]
fn budgets_on_margin_and_maximum_loss_name_their_dollars() {
    for (budget, is_margin) in [
        (Budget::Margin { fraction: 0.01 }, true),
        (Budget::MaxLoss { fraction: 0.01 }, false),
    ] {
        let run = replay(&rich(|policy| {
            policy.budget_fraction_of_credit = 0.0;
            policy.budget = vec![budget];
        }));
        let entries = &run.journal.entries;
        let mut wanted = Vec::new();
        for entry in entries {
            if let Event::Opened {
                layer: LayerId(0),
                fill,
                margin_per_unit,
                ..
            } = &entry.event
            {
                let margin = *margin_per_unit * fill.contracts;
                let base = if is_margin {
                    margin
                } else {
                    margin - fill.cash()
                };
                wanted.push(Money(base.0 / 100));
            }
        }
        let found: Vec<Money> = entries
            .iter()
            .filter_map(|e| match e.event {
                Event::PurseCredited {
                    layer: LAYER,
                    amount,
                    ..
                } if amount > Money::ZERO => Some(amount),
                _ => None,
            })
            .collect();
        assert!(wanted.len() > 15);
        assert_eq!(found, wanted);
    }
}

#[test]
fn monetising_sells_part_once_and_moves_the_money_into_another_layer() {
    let mut policy = hedge("always_on");
    policy.budget_fraction_of_credit = 1.0;
    policy.layers[0].sell = vec![Sale {
        when: None,
        multiple: Some(1.5),
        fraction: 0.5,
        every_sessions: 1,
        into: Some("medium".to_string()),
        order: SaleOrder::Close,
    }];
    assert_eq!(policy.check(), Ok(()));
    let arm = Arm::new(&[condor()], &policy);
    let run = replay(&arm);
    let mut split: Vec<PackageId> = Vec::new();
    let mut account = Portfolio::new(CAPITAL, arm.layers());
    for (index, entry) in run.journal.entries.iter().enumerate() {
        if let Event::Split {
            package,
            part,
            contracts,
        } = entry.event
        {
            assert!(
                !split.contains(&package),
                "each package is sold by its multiple once"
            );
            split.push(package);
            let held = account.package(package).expect("open").clone();
            assert_eq!(contracts, (held.contracts + 1) / 2, "half, rounded up");
            let next = |k: usize| &run.journal.entries[index + k].event;
            let Event::PurseRefilled {
                layer: LayerId(2),
                amount,
            } = next(1)
            else {
                panic!("{:?}", next(1))
            };
            let Event::Closed {
                package,
                fill,
                reason,
            } = next(2)
            else {
                panic!("{:?}", next(2))
            };
            assert_eq!(
                (*package, *reason, fill.contracts),
                (part, Reason::ProfitMultiple, contracts)
            );
            assert_eq!(*amount, fill.cash() + fill.fees);
        }
        account.apply(entry.date, &entry.event);
        account.assert_balanced();
    }
    assert!(split.len() >= 3, "{} sales", split.len());
    let statement = statement(&run.journal, CAPITAL, arm.layers());
    let trades: Money = statement.trades.iter().map(|t| t.pnl).sum();
    assert_eq!(
        trades,
        run.portfolio.trading_equity() - CAPITAL,
        "trades add up to the account, parts included"
    );
    let first_medium = |run: &Run| run.portfolio.purses[LayerId(2)].refilled;
    assert!(first_medium(&run) > Money::ZERO);
}

#[test]
fn a_part_of_a_future_keeps_its_share_of_the_variation_to_the_cent() {
    let mut policy = hedge("always_on_futures");
    policy.budget_fraction_of_credit = 10.0;
    policy.layers.truncate(1);
    policy.layers[0].corridor = Some(Corridor {
        band: 0.05,
        tighten_when: None,
        tighten_to: 1.0,
    });
    policy.layers[0].max_open_units = None;
    assert_eq!(policy.check(), Ok(()));
    let mut large = condor();
    large.size = policy::condor::Size::Fixed { contracts: 60 };
    let arm = Arm::new(&[large], &policy);
    let run = replay(&arm);
    let splits = run
        .journal
        .entries
        .iter()
        .filter(|e| matches!(e.event, Event::Split { .. }))
        .count();
    assert!(splits >= 3, "{splits} partial sales");
    let statement = statement(&run.journal, CAPITAL, arm.layers());
    let trades: Money = statement.trades.iter().map(|t| t.pnl).sum();
    assert_eq!(trades, run.portfolio.trading_equity() - CAPITAL);
}

/// Condors with futures that keep their delta within a tenth of that of the puts sold.
fn cornered() -> Arm {
    let mut policy = hedge("always_on_futures");
    policy.budget_fraction_of_credit = 10.0;
    policy.layers.truncate(1);
    policy.layers[0].share = 1.0;
    policy.layers[0].max_open_units = None;
    policy.layers[0].corridor = Some(Corridor {
        band: 0.10,
        tighten_when: None,
        tighten_to: 1.0,
    });
    Arm::new(&[condor()], &policy)
}

#[test]
fn the_corridor_trades_only_when_the_delta_left_it_and_brings_it_back() {
    let run = replay(&cornered());
    let reasons = decided(&run);
    let count = |reason| reasons.iter().filter(|r| **r == reason).count();
    assert!(
        count(Reason::CorridorHolds) > 10 && count(Reason::CorridorLeft) > 10,
        "{reasons:?}"
    );
    assert!(run.journal.entries.iter().all(|e| match &e.event {
        Event::Opened {
            layer: LAYER, fill, ..
        } => fill.legs[0].quantity == 1,
        _ => true,
    }));
}

/// Futures that never moved have no beta to the index: no number of them brings a delta back.
#[test]
fn the_corridor_trades_no_futures_without_delta() {
    let mut still = observations().clone();
    for row in &mut still.vx {
        (row.settle, row.high) = (20.0, None);
    }
    let run = run(
        &build(&still),
        window(),
        &cornered(),
        &execution(),
        CAPITAL,
        Keep::Journal,
    );
    let asked = decided(&run)
        .iter()
        .filter(|reason| **reason == Reason::CorridorHolds)
        .count();
    assert!(asked > 20, "{asked} decisions");
    assert_eq!(run.portfolio.ledgers[LAYER].openings, 0);
}

#[test]
fn a_financing_spread_makes_purses_buy_less() {
    let plain = replay(&rich(|_| {}));
    let dear = replay(&rich(|policy| {
        policy.layers[0].financing_spread = Some(1.0)
    }));
    let bought = |run: &Run| {
        purchases(run)
            .iter()
            .map(|(_, e)| contracts(e))
            .sum::<i64>()
    };
    assert!(0 < bought(&dear) && bought(&dear) < bought(&plain));
}

/// Where the model prices, there is no quote that came near to what was refused.
#[test]
fn a_refusal_of_the_model_names_no_quote() {
    let mut exact = condor();
    exact.put.delta_tolerance = 0.0;
    let run = replay(&Arm::new(&[exact], &hedge("unhedged")));
    let refused = run.journal.entries.iter().filter_map(|e| match &e.event {
        Event::Refused {
            reason: Reason::NoStrike,
            detail,
            ..
        } => Some(detail),
        _ => None,
    });
    let refused: Vec<&Detail> = refused.collect();
    assert!(refused.len() > 5, "{refused:?}");
    assert!(refused.iter().all(|detail| **detail == Detail::Nothing));
}

#[test]
fn a_liquidity_guard_refuses_quotes_that_are_too_wide() {
    let guarded = replay(&rich(|policy| {
        policy.layers[0].max_width_fraction_of_mid = Some(0.001)
    }));
    assert!(purchases(&guarded).is_empty());
    assert!(decided(&guarded).contains(&Reason::Illiquid));
    let open = replay(&rich(|policy| {
        policy.layers[0].max_width_fraction_of_mid = Some(2.0)
    }));
    assert_eq!(open.curve, replay(&rich(|_| {})).curve);
}

#[test]
fn the_hedge_decays_into_the_expiry_of_the_condors() {
    let plain = replay(&rich(|_| {}));
    let decayed = replay(&rich(|policy| policy.decay_below_days = Some(14)));
    assert!(decayed.portfolio.purses[LayerId(1)].forgone > Money::ZERO);
    assert!(plain.portfolio.purses[LayerId(1)].forgone == Money::ZERO);
}
