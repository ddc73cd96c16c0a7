//! Cash, ledgers and journals agree to the cent.

use book::event::Event;
use book::statement::statement;
use market::price::Money;

use crate::support::{ARMS, CAPITAL, arm, replay};

#[test]
fn replaying_the_journal_rebuilds_the_portfolio_exactly() {
    for name in ARMS {
        let arm = arm(name);
        let run = replay(&arm);
        assert_eq!(
            run.journal.replay(CAPITAL, arm.layers()),
            run.portfolio,
            "{name}"
        );
    }
}

#[test]
fn layers_interest_fees_and_slippage_sum_to_the_change_of_equity_on_every_session() {
    for name in ARMS {
        let arm = arm(name);
        let run = replay(&arm);
        let mut before = CAPITAL;
        for row in statement(&run.journal, CAPITAL, arm.layers()).sessions {
            let layers: Money = row.layer_pnl.iter().copied().sum();
            assert_eq!(
                row.equity - before,
                layers + row.interest + row.fees + row.slippage,
                "{name} {}",
                row.date
            );
            assert!(
                row.fees <= Money::ZERO && row.slippage <= Money::ZERO,
                "{name} {}",
                row.date
            );
            before = row.equity;
        }
    }
}

#[test]
fn the_trades_of_a_flat_book_sum_to_its_profit() {
    for name in ARMS {
        let arm = arm(name);
        let run = replay(&arm);
        let trades = statement(&run.journal, CAPITAL, arm.layers()).trades;
        assert!(
            run.portfolio.packages.is_empty(),
            "{name} is flat after its window"
        );
        let sum: Money = trades.iter().map(|t| t.pnl).sum();
        assert_eq!(sum, run.portfolio.trading_equity() - CAPITAL, "{name}");
        let opened = run
            .journal
            .entries
            .iter()
            .filter(|e| matches!(e.event, Event::Opened { .. }))
            .count();
        assert_eq!(
            trades.len(),
            opened,
            "{name}: every package ends exactly once"
        );
    }
}

#[test]
fn purses_spend_what_condors_credited_and_nothing_else() {
    for name in &ARMS[1..] {
        let arm = arm(name);
        let run = replay(&arm);
        let credit: Money = run
            .journal
            .entries
            .iter()
            .filter_map(|e| match &e.event {
                Event::Opened { layer, fill, .. } if layer.0 == 0 => Some(fill.cash()),
                _ => None,
            })
            .sum();
        let credited: Money = run.portfolio.purses.iter().map(|p| p.credited).sum();
        let shares: f64 = arm.hedge.layers.iter().map(|l| l.share).sum();
        let budget = credit.usd() * arm.hedge.budget_fraction_of_credit * shares;
        assert!(
            (credited.usd() - budget).abs() < 5.0,
            "{name}: {credited} credited of {budget}"
        );
        let spent: Money = run.portfolio.purses.iter().map(|p| p.spent).sum();
        assert!(
            spent > Money::ZERO && spent <= credited,
            "{name}: {spent} of {credited}"
        );
    }
}

#[test]
fn redeployed_salvage_is_what_packages_brought_the_last_day_of_a_future_included() {
    for name in ["always_on", "always_on_futures"] {
        let mut policy = crate::support::hedge(name);
        policy.redeploy_salvage = true;
        let arm = policy::arm::Arm::new(&[crate::support::condor()], &policy);
        let run = replay(&arm);
        let trades = statement(&run.journal, CAPITAL, arm.layers()).trades;
        for id in arm.hedge_ids() {
            let own = trades.iter().filter(|t| t.package.layer == id);
            let brought = own.map(|t| {
                let proceeds = t.exit.cash() + t.exit.fees;
                if t.package.margined {
                    t.package.variation + proceeds
                } else {
                    proceeds
                }
            });
            let positive: Money = brought.filter(|amount| *amount > Money::ZERO).sum();
            let purse = &run.portfolio.purses[id];
            assert_eq!(purse.refilled, positive, "{name} {}", arm.layer_name(id));
            assert!(
                positive > Money::ZERO,
                "{name} {}: something was salvaged",
                arm.layer_name(id)
            );
        }
    }
}
