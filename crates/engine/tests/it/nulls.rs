//! Runs whose result is known without running them.

use book::event::{Event, LayerId};
use engine::run::{Keep, Run, run};
use market::price::Money;
use policy::arm::Arm;
use policy::condor::Size;
use policy::rule::{ExpiryRule, Underlying};
use policy::select::Side;

use crate::support::{ARMS, CAPITAL, arm, condor, execution, hedge, history, replay, window};

fn condor_trades(run: &Run) -> Vec<&Event> {
    let is_condor = |e: &&Event| match e {
        Event::Opened { layer, .. } => layer.0 == 0,
        _ => false,
    };
    run.journal
        .entries
        .iter()
        .map(|e| &e.event)
        .filter(is_condor)
        .collect()
}

#[test]
fn a_hedge_without_a_budget_is_the_unhedged_run() {
    let unhedged = replay(&arm("unhedged"));
    for name in &ARMS[1..] {
        let mut policy = hedge(name);
        policy.budget_fraction_of_credit = 0.0;
        let run = replay(&Arm::new(&[condor()], &policy));
        assert_eq!(run.curve, unhedged.curve, "{name}");
        assert_eq!(run.portfolio.cash, unhedged.portfolio.cash, "{name}");
    }
}

#[test]
fn all_arms_fill_the_same_condors() {
    let unhedged = replay(&arm("unhedged"));
    assert!(condor_trades(&unhedged).len() > 15);
    for name in &ARMS[1..] {
        let run = replay(&arm(name));
        let fills = |run: &Run| {
            let fills = condor_trades(run).into_iter().map(|e| match e {
                Event::Opened { fill, .. } => fill.clone(),
                _ => unreachable!("only openings are listed"),
            });
            fills.collect::<Vec<_>>()
        };
        assert_eq!(fills(&run), fills(&unhedged), "{name}");
    }
}

/// One VIX future at a time, at mid, with a purse that never binds.
fn one_future(side: Side) -> Arm {
    let mut policy = hedge("always_on_futures");
    policy.budget_fraction_of_credit = 10.0;
    policy.layers.truncate(1);
    let layer = &mut policy.layers[0];
    layer.share = 1.0;
    layer.underlying = Underlying::Vx;
    layer.future_side = Some(side);
    layer.expiry = ExpiryRule::First {
        min_days: 5,
        max_days: 60,
    };
    layer.max_open_units = Some(1);
    Arm::new(&[condor()], &policy)
}

#[test]
fn swapping_the_sign_of_a_future_flips_its_profit_before_costs_exactly() {
    let (long, short) = (
        replay(&one_future(Side::Long)),
        replay(&one_future(Side::Short)),
    );
    let pnl = |run: &Run| run.portfolio.ledgers[LayerId(1)].pnl_at_mid();
    assert_ne!(pnl(&long), Money::ZERO);
    assert_eq!(pnl(&long), -pnl(&short));
    let daily = |run: &Run| -> Vec<Money> {
        let statement = book::statement::statement(&run.journal, CAPITAL, 2);
        statement
            .sessions
            .iter()
            .map(|row| row.layer_pnl[LayerId(1)])
            .collect()
    };
    let flipped: Vec<Money> = daily(&short).into_iter().map(|m| -m).collect();
    assert_eq!(daily(&long), flipped, "day by day");
    let opened = |run: &Run| {
        run.journal
            .entries
            .iter()
            .filter(|e| {
                matches!(
                    e.event,
                    Event::Opened {
                        layer: LayerId(1),
                        ..
                    }
                )
            })
            .count()
    };
    assert!(opened(&long) >= 3, "several contracts were rolled");
}

/// Fixed contract counts; hedges limited by their cap, so that both runs buy the multiples asked for.
fn fixed(multiple: i64) -> Arm {
    let mut tier = condor();
    tier.size = Size::Fixed {
        contracts: 3 * multiple,
    };
    let mut policy = hedge("always_on_futures");
    policy.budget_fraction_of_credit = 10.0;
    for layer in &mut policy.layers {
        layer.max_open_units = Some(2 * multiple);
    }
    Arm::new(&[tier], &policy)
}

#[test]
fn w40_doubling_capital_and_contracts_doubles_trading_profit_exactly() {
    let execution = execution();
    let once = run(
        history(),
        window(),
        &fixed(1),
        &execution,
        CAPITAL,
        Keep::Curve,
    );
    let twice = run(
        history(),
        window(),
        &fixed(2),
        &execution,
        CAPITAL * 2,
        Keep::Curve,
    );
    let profit =
        |run: &Run, capital: Money| run.curve.iter().map(|e| *e - capital).collect::<Vec<_>>();
    let doubled: Vec<Money> = profit(&once, CAPITAL).into_iter().map(|m| m * 2).collect();
    assert!(
        once.portfolio.ledgers.iter().all(|l| l.fees < Money::ZERO),
        "every layer traded"
    );
    assert_eq!(profit(&twice, CAPITAL * 2), doubled);
}

#[test]
fn without_a_journal_the_account_and_the_curve_are_the_same() {
    let execution = execution();
    for name in ARMS {
        let full = replay(&arm(name));
        let curve = run(
            history(),
            window(),
            &arm(name),
            &execution,
            CAPITAL,
            Keep::Curve,
        );
        assert!(curve.journal.entries.is_empty());
        assert_eq!(
            (&curve.curve, &curve.portfolio, &curve.regimes),
            (&full.curve, &full.portfolio, &full.regimes)
        );
    }
}

#[test]
fn w31_any_number_of_threads_gives_the_same_runs() {
    let execution = execution();
    let arms: Vec<Arm> = ARMS.iter().map(|name| arm(name)).collect();
    let jobs: Vec<_> = arms
        .iter()
        .map(|arm| study::batch::Job {
            history: history(),
            window: window(),
            arm,
            execution: &execution,
            capital: CAPITAL,
            keep: Keep::Journal,
        })
        .collect();
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .expect("a pool");
        pool.install(|| study::batch::run_all(&jobs, &|_| {}))
    };
    let one = with(1);
    assert_eq!(one, with(2));
    assert_eq!(one, with(7));
}
