//! Condors that are left early, and several tiers side by side.

use book::event::LayerId;
use book::reason::Reason;
use book::statement::{TradeRow, statement};
use market::calendar::Calendar;
use market::price::Money;
use policy::arm::Arm;
use policy::condor::Condor;
use policy::rule::ExitRule;

use crate::support::{CAPITAL, condor, hedge, replay};

fn trades(tiers: &[Condor]) -> Vec<TradeRow> {
    let arm = Arm::new(tiers, &hedge("unhedged"));
    statement(&replay(&arm).journal, CAPITAL, arm.layers()).trades
}

fn with(exit: ExitRule) -> Vec<TradeRow> {
    trades(&[Condor {
        exit: vec![exit],
        ..condor()
    }])
}

fn left_by(trades: &[TradeRow], reason: Reason) -> Vec<&TradeRow> {
    let left: Vec<&TradeRow> = trades.iter().filter(|t| t.reason == reason).collect();
    assert!(!left.is_empty(), "no condor was left by {reason}");
    left
}

#[test]
fn a_profit_target_leaves_winners_the_session_after_it_is_reached() {
    let all = with(ExitRule::ProfitTarget {
        fraction_of_credit: 0.5,
    });
    for trade in left_by(&all, Reason::ProfitTarget) {
        assert!(trade.closed > trade.package.opened && trade.closed < trade.package.expiry());
    }
    let won = left_by(&all, Reason::ProfitTarget)
        .iter()
        .filter(|t| t.pnl > Money::ZERO)
        .count();
    assert!(
        won * 10 >= left_by(&all, Reason::ProfitTarget).len() * 8,
        "most are still winners a session later"
    );
}

#[test]
fn a_stop_leaves_losers() {
    let all = with(ExitRule::StopLoss {
        multiple_of_credit: 1.0,
    });
    assert!(
        left_by(&all, Reason::StopLoss)
            .iter()
            .filter(|t| t.pnl < Money::ZERO)
            .count()
            > 0
    );
}

#[test]
fn a_tested_strike_is_left_at_its_delta() {
    let all = with(ExitRule::TestedDelta { at_least: 0.40 });
    for trade in left_by(&all, Reason::TestedDelta) {
        assert!(trade.closed < trade.package.expiry());
    }
}

#[test]
fn w35_days_to_expiry_closes_all_legs_on_the_first_session_within_them() {
    for trade in with(ExitRule::DaysToExpiry { at_most: 7 })
        .iter()
        .filter(|t| t.reason != Reason::WindowEnd)
    {
        assert_eq!(trade.reason, Reason::DaysToExpiry);
        assert!((trade.package.expiry() - trade.closed).num_days() <= 7);
        assert!((trade.package.expiry() - trade.package.opened).num_days() > 7);
        assert_eq!(trade.exit.legs.len(), 4);
    }
}

#[test]
fn half_its_life_is_the_first_session_by_which_half_of_its_calendar_days_have_passed() {
    let exit = ExitRule::LifeElapsed { fraction: 0.5 };
    let all = with(exit);
    let left = left_by(&all, Reason::LifeElapsed);
    assert!(left.len() > 15, "{} condors", left.len());
    for trade in left {
        let life = (trade.package.expiry() - trade.package.opened).num_days();
        let held = (trade.closed - trade.package.opened).num_days();
        let before = Calendar::nyse().previous(trade.closed).expect("a session");
        assert!(2 * held >= life, "{held} of {life} days");
        assert!(
            2 * (before - trade.package.opened).num_days() < life,
            "a session too late"
        );
    }
}

#[test]
fn several_tiers_trade_side_by_side_as_each_would_alone() {
    let mut calm = condor();
    calm.name = "conservative".to_string();
    (calm.put.short_delta, calm.call.short_delta) = (0.10, 0.10);
    let bold = Condor {
        name: "aggressive".to_string(),
        ..condor()
    };
    let both = trades(&[calm.clone(), bold.clone()]);
    for (index, tier) in [calm, bold].into_iter().enumerate() {
        let cells = |t: &TradeRow| {
            (
                t.package.opened,
                t.closed,
                t.package.legs.clone(),
                t.package.contracts,
                t.pnl,
            )
        };
        let own: Vec<_> = both
            .iter()
            .filter(|t| t.package.layer == LayerId(index as u8))
            .map(cells)
            .collect();
        let alone: Vec<_> = trades(&[tier]).iter().map(cells).collect();
        assert!(!own.is_empty());
        assert_eq!(own, alone, "tier {index}");
    }
}
