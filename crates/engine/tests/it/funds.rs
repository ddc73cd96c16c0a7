//! Funds: bought by the share, paid in full, sold at a spread, never settled.

use book::event::Event;
use book::reason::Reason;
use book::statement::statement;
use engine::admit::defined_risk_margin;
use engine::run::{Keep, Run, run};
use engine::shock::delta_usd;
use market::contract::{Contract, Root};
use market::fund::Fund;
use market::history::MarketHistory;
use market::observations::DailySeries;
use market::price::Money;
use policy::arm::Arm;
use policy::hedge::Hedge;
use policy::select::Side;

use crate::support::{CAPITAL, build, condor, execution, hedge, history, leg, observations};

fn vixy() -> Arm {
    Arm::new(&[condor()], &hedge("single_vixy"))
}

fn replay(history: &MarketHistory, arm: &Arm, keep: Keep) -> Run {
    run(history, 0..history.len(), arm, &execution(), CAPITAL, keep)
}

#[test]
fn shares_gain_what_the_fund_gains_less_the_spread_and_half_a_cent() {
    let arm = vixy();
    let run = replay(history(), &arm, Keep::Journal);
    let trades = statement(&run.journal, CAPITAL, arm.layers()).trades;
    let shares: Vec<_> = trades
        .iter()
        .filter(|t| t.package.legs[0].contract == Contract::fund(Fund::Vixy))
        .collect();
    assert!(shares.len() > 5, "{} purchases", shares.len());
    for trade in shares {
        let (open, close) = (&trade.package.legs[0], &trade.exit.legs[0]);
        let count = trade.package.contracts;
        let fee = |n: i64| Money(-(n * 50 + 50) / 100);
        assert_eq!(
            trade.fees,
            fee(count) + fee(count),
            "half a cent a share and side"
        );
        let cents = (close.fill - open.fill).0 * count / 100;
        assert_eq!(
            trade.pnl,
            Money(cents) + trade.fees,
            "{}",
            trade.package.opened
        );
        assert!(
            open.fill > open.mid && close.fill < close.mid,
            "against the trader"
        );
        assert!(
            [open.fill, open.mid, close.fill, close.mid]
                .iter()
                .all(|p| p.0 % 100 == 0),
            "whole cents"
        );
        assert_eq!(trade.package.margin_per_unit, Money::ZERO, "paid in full");
        assert_eq!(trade.settlement, None, "a fund never settles");
    }
    let ended = trades
        .iter()
        .filter(|t| t.package.legs[0].contract.root == Root::Fund(Fund::Vixy));
    assert!(ended.clone().any(|t| t.reason == Reason::WindowEnd) && ended.count() > 0);
}

#[test]
fn funds_give_the_same_curve_with_and_without_a_journal_and_look_no_further_than_today() {
    let arm = vixy();
    let full = replay(history(), &arm, Keep::Journal);
    assert_eq!(replay(history(), &arm, Keep::Curve).curve, full.curve);
    for n in [40, 80, 110] {
        let part = run(history(), 0..n, &arm, &execution(), CAPITAL, Keep::Journal);
        let before = |e: &&book::journal::Entry| e.stage < book::event::Stage::WindowEnd;
        let own: Vec<_> = part.journal.entries.iter().filter(before).collect();
        assert_eq!(
            own,
            full.journal
                .entries
                .iter()
                .take(own.len())
                .collect::<Vec<_>>(),
            "{n} sessions"
        );
    }
}

#[test]
fn a_split_changes_what_is_charged_by_the_share_and_nothing_else() {
    let mut data = observations().clone();
    let adjusted = data.daily["vixy"].values.clone();
    let values = adjusted.iter().map(|v| v.map(|v| v / 20.0)).collect();
    data.daily.insert(
        "vixy_unadjusted".into(),
        DailySeries {
            lag_sessions: 0,
            values,
        },
    );
    let market = build(&data);
    let first = |history: &MarketHistory| {
        let run = replay(history, &vixy(), Keep::Journal);
        let fill = run.journal.entries.iter().find_map(|e| match &e.event {
            Event::Opened { fill, layer, .. } if layer.0 == 1 => Some(fill.clone()),
            _ => None,
        });
        fill.expect("a purchase")
    };
    let (plain, split) = (first(history()), first(&market));
    assert_eq!(plain.legs[0].mid, split.legs[0].mid, "the same value");
    let per_unit = |fill: &book::event::PackageFill| -fill.fees.0 as f64 / fill.contracts as f64;
    assert!(
        (per_unit(&plain) - 0.5).abs() < 0.51 && (per_unit(&split) - 10.0).abs() < 0.51,
        "twenty real shares"
    );
}

#[test]
fn a_session_without_a_close_buys_nothing_and_says_so() {
    let mut data = observations().clone();
    data.daily.remove("vixy");
    let market = build(&data);
    let run = replay(&market, &vixy(), Keep::Journal);
    let reason = |e: &&book::journal::Entry| {
        matches!(
            e.event,
            Event::Decided {
                reason: Reason::NoPrice,
                ..
            }
        )
    };
    assert!(run.journal.entries.iter().filter(reason).count() > 50);
    assert!(
        !run.journal
            .entries
            .iter()
            .any(|e| matches!(e.event, Event::Opened { layer, .. } if layer.0 == 1))
    );
}

#[test]
fn a_short_share_is_uncovered() {
    let share = |quantity| leg(Contract::fund(Fund::Spy), quantity);
    assert_eq!(defined_risk_margin(&[share(1)], 1), Some(Money::ZERO));
    assert_eq!(defined_risk_margin(&[share(-1)], 1), None);
}

#[test]
fn a_fund_layer_says_that_it_never_expires_and_has_no_options() {
    let check = |change: fn(&mut Hedge)| {
        let mut policy = hedge("single_vixy");
        change(&mut policy);
        policy.check()
    };
    assert_eq!(check(|_| {}), Ok(()));
    let expiry = check(|p| {
        p.layers[0].expiry = policy::rule::ExpiryRule::First {
            min_days: 1,
            max_days: 30,
        }
    });
    assert!(
        expiry
            .expect_err("refused")
            .to_string()
            .contains("rule \"never\" must be given for a fund")
    );
    let future = check(|p| p.layers[0].underlying = policy::rule::Underlying::Vx);
    assert!(
        future
            .expect_err("refused")
            .to_string()
            .contains("only for a fund")
    );
    let exit = check(|p| {
        p.layers[0]
            .exit
            .push(policy::rule::ExitRule::DaysToExpiry { at_most: 5 })
    });
    assert!(
        exit.expect_err("refused")
            .to_string()
            .contains("has no expiry")
    );
}

/// `single_vixy` as it ships, and with its shares sold short.
fn sleeve(side: Side) -> Arm {
    let mut policy = hedge("single_vixy");
    policy.layers[0].underlying = policy::rule::Underlying::Vnq;
    policy.layers[0].future_side = Some(side);
    policy.layers[0].exit.clear();
    assert_eq!(policy.check(), Ok(()));
    Arm::new(&[condor()], &policy)
}

#[test]
fn shares_sold_short_lose_what_the_fund_gains_and_tie_up_half_of_it() {
    let (long, short) = (sleeve(Side::Long), sleeve(Side::Short));
    let (long_run, run) = (
        replay(history(), &long, Keep::Journal),
        replay(history(), &short, Keep::Journal),
    );
    let trades = |run: &Run, arm: &Arm| statement(&run.journal, CAPITAL, arm.layers()).trades;
    let of_fund = |trades: Vec<book::statement::TradeRow>| -> Vec<_> {
        trades
            .into_iter()
            .filter(|t| matches!(t.package.legs[0].contract.root, Root::Fund(_)))
            .collect()
    };
    let (bought, sold) = (
        of_fund(trades(&long_run, &long)),
        of_fund(trades(&run, &short)),
    );
    assert!(sold.len() > 5, "{} sales", sold.len());
    for trade in &sold {
        let (open, close) = (&trade.package.legs[0], &trade.exit.legs[0]);
        let cents = (open.fill - close.fill).0 * trade.package.contracts / 100;
        assert_eq!(
            trade.pnl,
            Money(cents) + trade.fees,
            "{}",
            trade.package.opened
        );
        assert!(
            open.fill < open.mid && close.fill > close.mid,
            "against the trader"
        );
    }
    assert_eq!(bought[0].package.opened, sold[0].package.opened);
    assert!(
        (bought[0].package.contracts - sold[0].package.contracts).abs() <= 1,
        "the purse pays for as many"
    );
    let marked = run
        .journal
        .entries
        .iter()
        .rev()
        .find_map(|e| match e.event {
            Event::Marked { futures_margin, .. } if futures_margin > Money::ZERO => {
                Some((e.date, futures_margin))
            }
            _ => None,
        });
    let (date, margin) = marked.expect("margin for what is short");
    let t = (0..history().len())
        .find(|t| history().view(*t).today().date == date)
        .expect("a session");
    let close = history()
        .view(t)
        .today()
        .fund(Fund::Vnq)
        .expect("a close")
        .close;
    let shares: i64 = sold
        .iter()
        .filter(|s| s.package.opened <= date)
        .map(|s| s.package.contracts)
        .sum();
    assert!(
        (margin.usd() - 0.5 * close.points() * shares as f64).abs() < 0.01 * shares as f64,
        "half of {shares} shares"
    );
    assert_eq!(replay(history(), &short, Keep::Curve).curve, run.curve);
}

/// A share of a fund on VIX futures moves with the front future: by its beta, and in proportion to its own price.
#[test]
fn the_delta_of_a_share_is_the_beta_of_the_front_future() {
    let (mut seen, mut unlike) = (0, 0);
    for t in 0..history().len() {
        let view = history().view(t);
        let today = view.today();
        let shares = [leg(Contract::fund(Fund::Vixy), -7)];
        let (Some(fund), Some(beta)) = (today.fund(Fund::Vixy), view.future_beta(0)) else {
            continue;
        };
        let wanted = -7.0 * beta * fund.close.points() / today.spot;
        let found = delta_usd(&shares, view).expect("a delta");
        assert!((found - wanted).abs() < 1e-12, "{}", today.date);
        seen += 1;
        unlike += usize::from(view.future_beta(1) != Some(beta));
    }
    assert!(seen > 20 && unlike > 20, "{seen} {unlike}");
}

#[test]
fn a_side_is_for_futures_and_funds() {
    let mut policy = hedge("single_vix_call");
    policy.layers[0].future_side = Some(Side::Short);
    assert!(
        policy
            .check()
            .expect_err("an option has legs")
            .to_string()
            .contains("futures and funds")
    );
}
