//! Books without a purse: sizes by the account, puts secured by cash, a fund held as a share, and fills before the close.

use book::event::{Event, LayerId, PackageFill, Stage};
use book::journal::Entry;
use book::portfolio::Portfolio;
use engine::execution::{Execution, Fees, FillAt};
use engine::run::{Keep, Run, run};
use engine::simulator::Simulator;
use market::calendar::{spx_am_settlement, vix_settlement};
use market::chain::Source;
use market::contract::Contract;
use market::history::MarketHistory;
use market::listing::next_strike_above;
use market::observations::{Observations, names};
use market::price::{Money, Price};
use policy::arm::Arm;
use policy::condor::{Condor, Size};
use policy::hedge::Hedge;
use policy::size::{PremiumBase, SizeRule};

use crate::support::{build, condor, execution, hedge, history, observations, read_condor};
use chrono::Datelike;

/// Large, so that whole contracts come close to what was meant.
const CAPITAL: Money = Money(100_000_000_000);

/// Mid prices and no costs.
fn free() -> Execution {
    Execution {
        half_spread_fraction: 0.0,
        fees: Fees::None,
        ..execution()
    }
}

fn late() -> Execution {
    Execution {
        fill_at: FillAt::LateMorning,
        ..free()
    }
}

fn monthly() -> Condor {
    let path = format!(
        "{}/../../configs/policies/cndr_index.toml",
        env!("CARGO_MANIFEST_DIR")
    );
    read_condor(&std::fs::read_to_string(path).expect("the policy"))
}

fn tail() -> Hedge {
    hedge("vxth_index")
}

fn puts() -> Arm {
    Arm::new(&[], &hedge("put_write"))
}

fn replay(market: &MarketHistory, arm: &Arm, execution: &Execution, keep: Keep) -> Run {
    run(market, 0..market.len(), arm, execution, CAPITAL, keep)
}

/// Openings of a layer with the account just before each.
fn openings(run: &Run, layer: LayerId, layers: usize) -> Vec<(Portfolio, Entry, PackageFill)> {
    let mut account = Portfolio::new(CAPITAL, layers);
    let mut found = Vec::new();
    for entry in &run.journal.entries {
        match &entry.event {
            Event::Opened {
                layer: of, fill, ..
            } if *of == layer => {
                found.push((account.clone(), entry.clone(), fill.clone()));
            }
            _ => {}
        }
        account.apply(entry.date, &entry.event);
    }
    found
}

/// What an account is worth when nothing but `cash` is open, or at the marks of the close before.
fn worth(account: &Portfolio, market: &MarketHistory, entry: &Entry) -> Money {
    let before = market.window(entry.date, entry.date).start - 1;
    let snapshot = market.view(before).today();
    let value = |p: &book::portfolio::Package| {
        let unit: Price = p
            .legs
            .iter()
            .map(|l| snapshot.mid(&l.contract).expect("a price") * l.quantity)
            .sum();
        (unit * p.contracts).dollars(p.multiplier)
    };
    account.cash
        + account
            .packages
            .iter()
            .filter(|p| p.opened < entry.date)
            .map(value)
            .sum::<Money>()
}

#[test]
fn a_condor_by_margin_is_a_tenth_of_the_account_in_its_wider_wing() {
    let arm = Arm::new(&[monthly()], &hedge("unhedged"));
    let run = replay(history(), &arm, &free(), Keep::Journal);
    let all = openings(&run, LayerId(0), 1);
    assert!(all.len() >= 5, "{} condors", all.len());
    for (account, entry, fill) in &all {
        assert!(
            account.packages.is_empty(),
            "the old condor settled that morning"
        );
        let strikes: Vec<i64> = fill
            .legs
            .iter()
            .map(|l| l.contract.option.expect("an option").1.0)
            .collect();
        let wider = Price(
            (strikes[0] - strikes[1])
                .abs()
                .max((strikes[3] - strikes[2]).abs()),
        )
        .dollars(100);
        let tenth = account.cash.0 / 10;
        assert!(
            fill.contracts * wider.0 <= tenth && (fill.contracts + 1) * wider.0 > tenth,
            "{}",
            entry.date
        );
        assert_eq!(
            Some(entry.date),
            spx_am_settlement(entry.date.year(), entry.date.month())
        );
    }
    let sizes: std::collections::BTreeSet<i64> =
        all.iter().map(|(_, _, fill)| fill.contracts).collect();
    assert!(sizes.len() > 2, "the size follows the account: {sizes:?}");
}

#[test]
fn puts_are_sold_at_or_below_the_index_and_cash_pays_every_strike() {
    let run = replay(history(), &puts(), &free(), Keep::Journal);
    let all = openings(&run, LayerId(0), 1);
    assert!(all.len() >= 5, "{} sales", all.len());
    for (account, entry, fill) in &all {
        let leg = &fill.legs[0];
        let strike = leg.contract.option.expect("a put").1;
        let t = history().window(entry.date, entry.date).start;
        let today = history().view(t).today();
        let slice = today
            .slice(leg.contract.root, leg.contract.expiry)
            .expect("listed");
        assert!(strike <= Price::from_points(today.spot), "{}", entry.date);
        let next = next_strike_above(leg.contract.root, strike, slice.forward, slice.dte);
        assert!(
            next > Price::from_points(today.spot),
            "{}: {} is nearer",
            entry.date,
            next.points()
        );
        let need = |n: i64| (strike * n).dollars(100) - (leg.fill * n).dollars(100);
        assert!(
            need(fill.contracts) <= account.cash && need(fill.contracts + 1) > account.cash,
            "{}",
            entry.date
        );
    }
    assert_eq!(
        run.portfolio.purses[LayerId(0)],
        book::purse::Purse::default(),
        "no purse is touched"
    );
    let premium: Money = run.portfolio.ledgers.iter().map(|l| l.premium).sum();
    assert_eq!(premium, Money::ZERO, "what is sold costs no premium");
}

#[test]
fn the_tail_hedge_is_reset_on_settlement_days_to_its_shares_of_the_account() {
    let arm = Arm::new(&[], &tail());
    let run = replay(history(), &arm, &free(), Keep::Journal);
    let mut bought = 0;
    for (layer, share) in [(LayerId(0), 0.01), (LayerId(1), 0.005)] {
        for (account, entry, fill) in openings(&run, layer, 3) {
            assert_eq!(
                Some(entry.date),
                vix_settlement(entry.date.year(), entry.date.month())
            );
            let t = history().window(entry.date, entry.date).start;
            let next = history().view(t - 1).today().futures[1].settle.points();
            let (low, high) = if share == 0.01 {
                (15.0, 30.0)
            } else {
                (30.0, 50.0)
            };
            assert!(
                next > low && next <= high,
                "{}: next future {next}",
                entry.date
            );
            let meant = worth(&account, history(), &entry).usd() * share;
            let one = fill.legs[0].fill.points() * 100.0;
            assert!(
                (fill.contracts as f64 * one - meant).abs() <= one + 0.02,
                "{}",
                entry.date
            );
            bought += 1;
        }
    }
    assert!(bought >= 4, "{bought} purchases");
    let sold = |e: &&Entry| matches!(e.event, Event::Closed { reason, .. } if reason.code() == "share_exceeded");
    let added = openings(&run, LayerId(2), 3).len();
    let given = run.journal.entries.iter().filter(sold).count();
    assert!(
        added >= 2 && given >= 1,
        "{added} purchases and {given} sales of the fund"
    );
}

/// SPX and VIX as they opened: a morning that differs from every close.
fn mornings() -> Observations {
    let mut data = observations().clone();
    for (close, open) in [
        (names::SPX_CLOSE, names::SPX_OPEN),
        (names::VIX, names::VIX_OPEN),
    ] {
        let opens = data.daily[open].values.clone();
        let closes = &mut data.daily.get_mut(close).expect("a series").values;
        closes
            .iter_mut()
            .zip(opens)
            .for_each(|(close, open)| *close = open.or(*close));
    }
    data
}

fn with_mornings() -> MarketHistory {
    build(observations()).with_mornings(build(&mornings()))
}

#[test]
fn orders_of_a_late_morning_meet_that_morning_and_are_marked_at_closes() {
    let market = with_mornings();
    let morning = market.mornings().expect("mornings");
    let mut exits = condor();
    exits.size = Size::Margin {
        pct_of_account: 2.0,
    };
    for arm in [
        Arm::new(&[monthly()], &hedge("unhedged")),
        Arm::new(&[exits], &hedge("unhedged")),
        puts(),
    ] {
        let run = replay(&market, &arm, &late(), Keep::Journal);
        let (mut fills, mut apart) = (0, 0);
        for entry in run
            .journal
            .entries
            .iter()
            .filter(|e| e.stage == Stage::Fill)
        {
            let (Event::Opened { fill, .. } | Event::Closed { fill, .. }) = &entry.event else {
                continue;
            };
            let t = market.window(entry.date, entry.date).start;
            let at = |of: &MarketHistory, contract: &Contract| {
                of.view(t).today().mid(contract).expect("a price")
            };
            for leg in fill.legs.iter() {
                assert_eq!(
                    (leg.mid, leg.source),
                    (at(morning, &leg.contract), Source::Model),
                    "{}",
                    entry.date
                );
                apart += usize::from(leg.mid != at(&market, &leg.contract));
            }
            fills += 1;
        }
        assert!(
            fills >= 5 && apart >= fills,
            "{fills} fills, {apart} legs away from the close"
        );
        // What is open at a close is worth what the close says.
        let mut account = Portfolio::new(CAPITAL, 1);
        for entry in &run.journal.entries {
            account.apply(entry.date, &entry.event);
            let Event::Marked { values, .. } = &entry.event else {
                continue;
            };
            let t = market.window(entry.date, entry.date).start;
            let value = |p: &book::portfolio::Package| {
                let price = |l: &book::event::LegFill| {
                    market.view(t).today().mid(&l.contract).unwrap_or(l.mid)
                };
                let unit: Price = p.legs.iter().map(|l| price(l) * l.quantity).sum();
                (unit * p.contracts).dollars(p.multiplier)
            };
            assert_eq!(
                values[0],
                account.packages.iter().map(value).sum::<Money>(),
                "{}",
                entry.date
            );
        }
    }
}

#[test]
fn the_late_morning_of_a_session_changes_nothing_before_it() {
    let market = with_mornings();
    let arm = Arm::new(&[monthly()], &hedge("put_write"));
    let full = replay(&market, &arm, &late(), Keep::Journal);
    for n in [12, 40, 77, 100] {
        let mut spoilt = mornings();
        let last = market.view(n).today().date;
        let from = spoilt.sessions.partition_point(|date| *date <= last);
        for name in [names::SPX_CLOSE, names::VIX] {
            let values = &mut spoilt.daily.get_mut(name).expect("a series").values;
            values
                .iter_mut()
                .skip(from)
                .enumerate()
                .for_each(|(i, v)| *v = Some(20.0 + (i % 17) as f64));
        }
        let other = build(observations()).with_mornings(build(&spoilt));
        let execution = late();
        let mut simulator = Simulator::new(&other, &arm, &execution, CAPITAL, Keep::Journal);
        (0..=n).for_each(|t| simulator.step(t));
        let seen = &simulator.journal().entries;
        assert_eq!(
            seen[..],
            full.journal.entries[..seen.len()],
            "garbage in the mornings after session {n}"
        );
    }
}

#[test]
fn without_a_record_such_books_take_the_straight_way_and_end_the_same() {
    let market = with_mornings();
    let mut share = hedge("single_vix_call");
    share.layers[0].size = vec![SizeRule::Premium {
        base: PremiumBase::Account,
        fraction: 0.001,
    }];
    let arms = [
        Arm::new(&[monthly()], &hedge("unhedged")),
        puts(),
        Arm::new(&[], &tail()),
        Arm::new(&[condor()], &share),
    ];
    for (index, arm) in arms.iter().enumerate() {
        assert!(arm.asks_account().is_some(), "{}", arm.name);
        for execution in [free(), late()] {
            if execution.fill_at == FillAt::LateMorning && index > 1 {
                continue; // Volatility has no late morning here.
            }
            let straight = replay(&market, arm, &execution, Keep::Journal);
            let short = replay(&market, arm, &execution, Keep::Curve);
            assert_eq!(
                (short.curve, short.portfolio),
                (straight.curve, straight.portfolio),
                "{}",
                arm.name
            );
        }
    }
    // A plain arm too, once it fills before the close.
    let plain = Arm::new(&[condor()], &hedge("unhedged"));
    assert_eq!(plain.asks_account(), None);
    let straight = replay(&market, &plain, &late(), Keep::Journal);
    assert_eq!(
        replay(&market, &plain, &late(), Keep::Curve).curve,
        straight.curve
    );
    assert_ne!(
        replay(&market, &plain, &free(), Keep::Curve).curve,
        straight.curve
    );
}
