//! Size rules that bound what a shock does, worked out again package by package.

use std::collections::BTreeMap;

use book::event::{Detail, Event};
use book::portfolio::{Package, Portfolio};
use engine::run::Keep;
use engine::shock::{Shock, gain};
use engine::simulator::Simulator;
use market::history::{MarketView, Snapshot};
use market::price::Money;
use policy::arm::Arm;
use policy::size::{PremiumBase, SizeRule};
use policy::tier::{Band, LevelSignal, Tier, TierTable};

use crate::sizes::{LAYER, contracts, purchases, rich, session, sized};
use crate::support::{CAPITAL, execution, history};

fn gains<'a>(packages: impl Iterator<Item = &'a Package>, today: &Snapshot, shock: &Shock) -> f64 {
    packages
        .map(|p| gain(&p.legs, today, shock).expect("a price") * p.contracts as f64)
        .sum()
}

fn condors(account: &Portfolio) -> impl Iterator<Item = &Package> {
    account.of_layer(book::event::LayerId(0))
}

/// Each purchase is as many units as the limit allows of what one gains under the shock, with what is held; or as many as
/// the purse pays.
fn bound(rule: SizeRule, limit: impl Fn(&Portfolio, &Snapshot) -> (Shock, f64)) {
    let run = sized(rule);
    let all = purchases(&run);
    let mut exact = 0;
    for (account, entry) in &all {
        let today = history().view(session(entry)).today();
        let (shock, most) = limit(account, today);
        let Event::Opened { fill, .. } = &entry.event else {
            unreachable!("purchases are openings")
        };
        let one = gain(&fill.legs, today, &shock).expect("a price");
        let held = gains(account.of_layer(LAYER), today, &shock);
        let wanted = ((most - held) / one).floor() as i64;
        assert!(contracts(entry) <= wanted, "{rule:?} on {}", entry.date);
        exact += usize::from(contracts(entry) == wanted);
    }
    assert!(exact >= 3, "{rule:?}: {exact} of {}", all.len());
}

#[test]
fn scenario_pays_a_fraction_of_what_a_days_fall_takes_from_the_condors() {
    let fraction = 0.5;
    bound(SizeRule::Scenario { fraction }, |account, today| {
        let last = condors(account).last().expect("a condor");
        let slice = today.slice(last.legs[0].contract.root, last.expiry());
        let daily = slice.expect("listed").atm_vol / 252.0_f64.sqrt();
        let fall = Shock {
            spot: -daily,
            ..Shock::default()
        };
        let loss = -gains(condors(account), today, &fall);
        assert!(loss > 0.0, "a fall takes from them");
        (fall, fraction * loss)
    });
}

#[test]
fn vega_offsets_a_share_of_what_a_point_of_volatility_takes_from_the_condors() {
    let ratio = 0.8;
    bound(SizeRule::Vega { ratio }, |account, today| {
        let point = Shock {
            vol_points: 1.0,
            ..Shock::default()
        };
        let taken = gains(condors(account), today, &point);
        (point, ratio * taken.abs())
    });
}

/// At each close on which the rule of the arm's hedge was told: the account, the close, a unit's cost, the dollars it meant.
fn told(rule: SizeRule, mut each: impl FnMut(&Portfolio, &Snapshot, Money, Money)) {
    let arm = rich(|policy| policy.layers[0].size = vec![rule]);
    told_by(&arm, |account, view, cost, meant| {
        each(account, view.today(), cost, meant);
    });
}

fn told_by(arm: &Arm, mut each: impl FnMut(&Portfolio, MarketView<'_>, Money, Money)) {
    let execution = execution();
    let mut simulator = Simulator::new(history(), arm, &execution, CAPITAL, Keep::Journal);
    let mut compared = 0;
    for t in 0..60 {
        simulator.step(t);
        let today = history().view(t).today();
        let Some(Ok((_, cost))) = simulator.unit(LAYER) else {
            continue;
        };
        let entries = simulator.journal().entries.iter().rev();
        let meant = entries
            .take_while(|entry| entry.date == today.date)
            .find_map(|entry| match &entry.event {
                Event::Decided {
                    layer: LAYER,
                    detail: Detail::Sized { meant, .. },
                    ..
                } => Some(*meant),
                _ => None,
            });
        if let Some(meant) = meant {
            let mut account = simulator.portfolio().clone();
            account.packages.retain(|p| p.expiry() > today.date);
            each(&account, history().view(t), cost, meant);
            compared += usize::from(meant > Money::ZERO);
        }
    }
    assert!(compared > 5, "{compared} decisions");
}

#[test]
fn the_dollars_of_a_ratio_of_condors_are_what_all_its_units_cost() {
    let rule = SizeRule::PerCondor { ratio: 0.5 };
    told(rule, |account, today, cost, meant| {
        let sold: i64 = condors(account).map(|p| p.contracts).sum();
        assert_eq!(meant, cost * (sold / 2), "{}", today.date);
    });
}

#[test]
fn the_dollars_of_a_theta_are_what_a_day_brings_beyond_the_least() {
    let least = -500.0;
    let rule = SizeRule::Theta {
        at_least_usd_per_day: least,
    };
    told(rule, |account, today, _, meant| {
        let day = Shock {
            days: 1.0,
            ..Shock::default()
        };
        let book = gains(account.packages.iter(), today, &day);
        let miss = (meant.usd() - (book - least)).abs();
        assert!(miss < 0.011, "{}: {meant} for {}", today.date, book - least);
    });
}

#[test]
fn without_a_condor_there_is_nothing_to_cover() {
    for rule in [
        SizeRule::Gamma { fraction: 0.35 },
        SizeRule::Scenario { fraction: 0.4 },
        SizeRule::BreakEven { fraction: 0.3 },
    ] {
        let run = crate::support::replay(&rich(|policy| {
            policy.layers[0].paid_from = policy::hedge::PaidFrom::Account;
            policy.layers[0].size = vec![rule];
        }));
        let all = purchases(&run);
        assert!(!all.is_empty());
        for (account, entry) in &all {
            assert!(condors(account).count() > 0, "{rule:?} {}", entry.date);
        }
    }
}

#[test]
fn a_layer_without_a_share_of_the_cover_buys_none_of_it() {
    let run = |share: f64| {
        crate::support::replay(&rich(|policy| {
            policy.layers[0].share = share;
            policy.layers[0].paid_from = policy::hedge::PaidFrom::Account;
            policy.layers[0].size = vec![SizeRule::Vega { ratio: 0.5 }];
        }))
    };
    assert!(!purchases(&run(1.0)).is_empty());
    assert!(purchases(&run(0.0)).is_empty());
}

/// The band is a part of the deltas at which the short puts are sold, a hundred dollars a point each.
#[test]
fn a_corridor_brings_the_delta_back_to_its_edge() {
    let mut policy = crate::support::hedge("always_on_futures");
    policy.budget_fraction_of_credit = 10.0;
    policy.layers.truncate(1);
    policy.layers[0].share = 1.0;
    policy.layers[0].max_open_units = None;
    policy.layers[0].corridor = Some(policy::layer::Corridor {
        band: 0.10,
        tighten_when: None,
        tighten_to: 1.0,
    });
    let condor = crate::support::condor();
    let short_delta = condor.put.short_delta;
    let arm = Arm::new(&[condor], &policy);
    let run = crate::support::replay(&arm);
    let all = purchases(&run);
    let mut exact = 0;
    for (account, entry) in &all {
        let view = history().view(session(entry));
        let delta =
            |legs: &[book::event::LegFill]| engine::shock::delta_usd(legs, view).expect("a beta");
        let net: f64 = (account.packages.iter())
            .map(|p| delta(&p.legs) * p.contracts as f64)
            .sum();
        let sold: i64 = condors(account).map(|p| p.contracts).sum();
        let band = 0.10 * 100.0 * short_delta * sold as f64;
        let Event::Opened { fill, .. } = &entry.event else {
            unreachable!("purchases are openings")
        };
        let wanted = ((net - band) / delta(&fill.legs).abs()).ceil() as i64;
        assert!(contracts(entry) <= wanted, "{}: {wanted}", entry.date);
        exact += usize::from(contracts(entry) == wanted);
    }
    assert!(exact > 5, "{exact} of {} purchases", all.len());
    // The dollars it tells are the delta of the whole book, a point each.
    told_by(&arm, |account, view, _, meant| {
        let net: f64 = (account.packages.iter())
            .map(|p| {
                let delta = engine::shock::delta_usd(&p.legs, view);
                delta.expect("a beta") * p.contracts as f64
            })
            .sum();
        let miss = (meant.usd() - net).abs();
        assert!(miss < 0.011, "{}: {meant} for {net}", view.today().date);
    });
}

/// A put so far out that it is worth nothing, without fees and at mid: a unit then counts a cent.
#[test]
fn a_unit_that_costs_nothing_is_sized_as_if_it_cost_a_cent() {
    let arm = rich(|policy| {
        let layer = &mut policy.layers[0];
        layer.underlying = policy::rule::Underlying::Spxw;
        layer.legs[0].right = market::contract::Right::Put;
        layer.legs[0].strike = policy::rule::StrikeRule::Moneyness { ratio: 0.2 };
        layer.max_open_units = Some(10);
        layer.size = vec![SizeRule::Premium {
            base: policy::size::PremiumBase::Equity,
            fraction: 0.01,
        }];
    });
    let free = engine::execution::Execution {
        half_spread_fraction: 0.0,
        fees: engine::execution::Fees::None,
        ..execution()
    };
    let window = 0..history().len();
    let run = engine::run::run(history(), window, &arm, &free, CAPITAL, Keep::Journal);
    let all = purchases(&run);
    assert!(!all.is_empty());
    for (_, entry) in &all {
        let Event::Opened { fill, .. } = &entry.event else {
            unreachable!("purchases are openings")
        };
        assert!(
            fill.cash() < Money::ZERO || fill.contracts == 10,
            "{}",
            entry.date
        );
    }
    let nothing = all.iter().filter(|(_, entry)| contracts(entry) == 10);
    assert!(nothing.count() > 0, "a unit that costs nothing is bought");
}

/// A tier of this weight at any level of the VIX.
fn always(weight: f64) -> Tier {
    Tier::Table(TierTable {
        signal: LevelSignal::Vix,
        hysteresis: 0.0,
        dwell_sessions: 1,
        bands: [(None, Some(1.0)), (Some(1.0), None)]
            .map(|(from, to)| Band {
                from,
                to,
                weight,
                weight_at_to: None,
            })
            .to_vec(),
    })
}

#[test]
fn half_a_weight_is_half_a_fraction() {
    let meant = |rule: SizeRule, weight: f64| {
        let arm = rich(|policy| {
            policy.tier = always(weight);
            policy.layers[0].size = vec![rule];
        });
        let mut found = Vec::new();
        told_by(&arm, |_, view, _, meant| {
            found.push((view.today().date, meant));
        });
        found
    };
    let premium = |fraction| SizeRule::Premium {
        base: PremiumBase::Equity,
        fraction,
    };
    // Two thousandths of a million.
    let found = meant(premium(0.004), 0.5);
    assert_eq!(found[0].1, Money::from_usd(2_000.0));
    let [whole, half] = [(0.3, 1.0), (0.6, 0.5)].map(|(fraction, weight)| {
        let found = meant(SizeRule::BreakEven { fraction }, weight);
        found.into_iter().collect::<BTreeMap<_, _>>()
    });
    let both = whole
        .iter()
        .filter_map(|(day, usd)| Some((usd, half.get(day)?)));
    let both: Vec<_> = both.collect();
    assert!(both.len() > 5, "{both:?}");
    assert!(both.iter().all(|(whole, half)| whole == half), "{both:?}");
}

#[test]
fn a_ratio_of_condors_counts_by_the_weight_of_the_hedge() {
    let run = crate::support::replay(&rich(|policy| {
        policy.tier = always(0.5);
        policy.layers[0].size = vec![SizeRule::PerCondor { ratio: 1.0 }];
    }));
    let all = purchases(&run);
    assert!(all.len() > 5);
    for (account, entry) in &all {
        let held: i64 = account.of_layer(LAYER).map(|p| p.contracts).sum();
        let sold: i64 = condors(account).map(|p| p.contracts).sum();
        assert_eq!(held + contracts(entry), sold / 2, "{}", entry.date);
    }
}
