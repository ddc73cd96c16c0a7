//! VIX futures: daily variation in cash, the margin call, and the loan that follows a loss beyond the account.

use book::event::{Event, Stage};
use book::portfolio::Portfolio;
use book::reason::Reason;
use book::statement::statement;
use chrono::NaiveDate;
use engine::run::{Keep, Run, run};
use market::history::MarketHistory;
use market::price::Money;
use policy::arm::Arm;
use policy::rule::{ExpiryRule, Underlying};
use policy::select::Side;

use crate::support::{build, condor, day, execution, hedge, observations};

/// One condor a week, and as many short front futures as margin and purse allow, up to two.
fn short_futures() -> Arm {
    let mut tier = condor();
    tier.size = policy::condor::Size::Fixed { contracts: 1 };
    let mut policy = hedge("always_on_futures");
    policy.budget_fraction_of_credit = 10.0;
    policy.layers.truncate(1);
    let layer = &mut policy.layers[0];
    assert_eq!(layer.underlying, Underlying::Vx);
    layer.share = 1.0;
    layer.expiry = ExpiryRule::Latest {
        min_days: 20,
        max_days: 60,
    };
    layer.future_side = Some(Side::Short);
    layer.max_open_units = Some(2);
    Arm::new(&[tier], &policy)
}

const CAPITAL: Money = Money(6_000_000);

/// A market in which every VIX future stands `points` higher from `from` on.
fn jump(from: NaiveDate, points: f64) -> MarketHistory {
    let mut changed = observations().clone();
    for row in changed.vx.iter_mut().filter(|row| row.trade_date >= from) {
        row.settle += points;
    }
    build(&changed)
}

fn replay(history: &MarketHistory) -> Run {
    run(
        history,
        0..history.len(),
        &short_futures(),
        &execution(),
        CAPITAL,
        Keep::Journal,
    )
}

/// The sessions with their events.
fn events(run: &Run) -> Vec<(NaiveDate, Vec<(Stage, Event)>)> {
    let of = |entries: &[book::journal::Entry]| {
        entries.iter().map(|e| (e.stage, e.event.clone())).collect()
    };
    run.journal
        .by_session()
        .map(|(date, entries)| (date, of(entries)))
        .collect()
}

const JUMP: &str = "2022-03-01";

#[test]
fn a_future_below_maintenance_is_closed_at_the_next_snapshot() {
    let history = jump(day(JUMP), 15.0);
    let run = replay(&history);
    let sessions = events(&run);
    let at = sessions
        .iter()
        .position(|(date, _)| *date == day(JUMP))
        .expect("a session");
    let called = |session: &(NaiveDate, Vec<(Stage, Event)>)| {
        let calls = session.1.iter().filter(|(_, e)| {
            matches!(
                e,
                Event::Closed {
                    reason: Reason::MarginCall,
                    ..
                }
            )
        });
        calls.count()
    };
    assert!(
        sessions[..=at].iter().all(|s| called(s) == 0),
        "nobody was called before the jump"
    );
    assert!(
        called(&sessions[at + 1]) > 0,
        "the futures are closed on the session after"
    );
    assert!(
        sessions[at + 1].1.iter().all(|(stage, e)| {
            !matches!(
                e,
                Event::Closed {
                    reason: Reason::MarginCall,
                    ..
                }
            ) || *stage == Stage::Fill
        }),
        "as orders of the close before"
    );
    // The account at that close: less than what the condors tie up and eight tenths of the initial margin.
    let upto = run
        .journal
        .entries
        .iter()
        .take_while(|entry| entry.date <= day(JUMP));
    let mut portfolio = Portfolio::new(CAPITAL, short_futures().layers());
    upto.for_each(|entry| portfolio.apply(entry.date, &entry.event));
    let need = portfolio.defined_risk_margin.usd() + 0.8 * portfolio.futures_margin.usd();
    assert!(portfolio.futures_margin > Money::ZERO && portfolio.cash.usd() < need);
    // Without the jump nobody is called.
    assert!(
        events(&replay(crate::support::history()))
            .iter()
            .all(|s| called(s) == 0)
    );
}

#[test]
fn w04_cash_below_zero_is_a_loan_at_the_bill_rate_plus_one_percent_and_is_reported() {
    let history = jump(day(JUMP), 60.0);
    let run = replay(&history);
    let rows = statement(&run.journal, CAPITAL, short_futures().layers()).sessions;
    let at = rows
        .iter()
        .position(|row| row.date == day(JUMP))
        .expect("a session");
    assert!(
        rows[at].cash < Money::ZERO,
        "two short futures lost 60 points each: cash {}",
        rows[at].cash
    );
    let mut loans = 0;
    for (index, pair) in rows.windows(2).enumerate() {
        let before = history.view(index).today();
        let days = (pair[1].date - pair[0].date).num_days() as f64;
        let is_loan = pair[0].cash < Money::ZERO;
        let rate = if is_loan {
            before.bill_rate + 0.01
        } else {
            before.overnight_rate
        };
        let interest = (pair[0].cash.0 as f64 * rate * days / 360.0).round_ties_even() as i64;
        assert_eq!(pair[1].interest, Money(interest), "{}", pair[1].date);
        loans += usize::from(is_loan && interest < 0);
    }
    assert!(loans > 3, "the loan costs on every session it lasts");
}

#[test]
fn daily_variation_sums_to_the_change_of_the_settlements() {
    let history = jump(day(JUMP), 15.0);
    let run = replay(&history);
    let trades = statement(&run.journal, CAPITAL, short_futures().layers()).trades;
    let futures: Vec<_> = trades.iter().filter(|t| t.package.margined).collect();
    assert!(futures.len() > 1);
    for trade in futures {
        let package = &trade.package;
        let opened = package.legs[0].mid;
        let left = trade
            .settlement
            .map_or(trade.exit.legs[0].mid, |(value, _)| value);
        let held = package.contracts * package.legs[0].quantity;
        assert_eq!(
            package.variation,
            ((left - opened) * held).dollars(1000),
            "{}",
            package.opened
        );
        assert!(held < 0, "sold futures");
    }
}
