//! Nothing that happens later changes anything that happened before.

use book::event::Stage;
use book::journal::Entry;
use engine::run::{Keep, run};
use engine::simulator::Simulator;
use market::history::MarketHistory;
use market::observations::Observations;
use market::surface::ModelParams;

use crate::support::{
    ARMS, CAPITAL, arm, build, execution, history, observations, replay, shipped, window,
};

/// EntrySessions of normal sessions: the closing of a window happens after the last session's record.
fn normal(entries: &[Entry]) -> Vec<&Entry> {
    entries
        .iter()
        .filter(|e| e.stage != Stage::WindowEnd)
        .collect()
}

#[test]
fn a_run_on_the_first_n_sessions_is_the_beginning_of_the_full_run_for_every_n() {
    let execution = execution();
    for name in ARMS {
        let arm = arm(name);
        let full = replay(&arm);
        let full = normal(&full.journal.entries);
        for n in 1..=window().end {
            let part = run(history(), 0..n, &arm, &execution, CAPITAL, Keep::Journal);
            let part = normal(&part.journal.entries);
            assert_eq!(
                part.len(),
                full.partition_point(|e| e.date <= history().view(n - 1).today().date),
                "{name}"
            );
            assert_eq!(part[..], full[..part.len()], "{name}, first {n} sessions");
        }
    }
}

/// Every series and settlement after session `n` (counted in the window) replaced by nonsense that still loads.
fn garbage_after(n: usize) -> Observations {
    let mut spoilt = observations().clone();
    let last = history().view(n).today().date;
    let start = spoilt.sessions.partition_point(|d| *d <= last);
    for (index, series) in spoilt.daily.values_mut().enumerate() {
        for (t, value) in series.values.iter_mut().enumerate().skip(start) {
            *value = Some(1.0 + ((t * 7919 + index * 104_729) % 997) as f64);
        }
    }
    for row in spoilt.vx.iter_mut().filter(|row| row.trade_date > last) {
        row.settle = 5.0 + (row.settle * 1000.0) % 90.0;
        row.high = Some(2.0 * row.settle);
    }
    spoilt
        .slow
        .values_mut()
        .flatten()
        .filter(|r| r.known > last)
        .for_each(|r| r.value = -r.value);
    spoilt
}

#[test]
fn w20_garbage_after_session_n_changes_nothing_up_to_n_for_every_n() {
    let execution = execution();
    let arms: Vec<_> = ARMS.iter().map(|name| arm(name)).collect();
    let full: Vec<_> = arms.iter().map(replay).collect();
    for n in 0..window().end - 1 {
        let spoilt = build(&garbage_after(n));
        for (arm, full) in arms.iter().zip(&full) {
            let mut simulator = Simulator::new(&spoilt, arm, &execution, CAPITAL, Keep::Journal);
            (0..=n).for_each(|t| simulator.step(t));
            let seen = &simulator.journal().entries;
            assert_eq!(
                seen[..],
                full.journal.entries[..seen.len()],
                "{}, garbage after session {n}",
                arm.name
            );
        }
    }
}

/// Every policy that ships, on fewer days: signals are computed anew on every market.
#[test]
fn w20_no_shipped_policy_looks_ahead() {
    let execution = execution();
    let names = shipped();
    let arms: Vec<_> = names.iter().map(|name| arm(name)).collect();
    let full: Vec<_> = arms.iter().map(replay).collect();
    for n in [3, 25, 50, 75, 100] {
        let spoilt = build(&garbage_after(n));
        for (arm, full) in arms.iter().zip(&full) {
            let mut simulator = Simulator::new(&spoilt, arm, &execution, CAPITAL, Keep::Journal);
            (0..=n).for_each(|t| simulator.step(t));
            let seen = &simulator.journal().entries;
            assert_eq!(
                seen[..],
                full.journal.entries[..seen.len()],
                "{}, garbage after session {n}",
                arm.name
            );
            let part = run(history(), 0..n + 1, arm, &execution, CAPITAL, Keep::Journal);
            let part = normal(&part.journal.entries);
            assert_eq!(
                part,
                full.journal.entries[..part.len()]
                    .iter()
                    .collect::<Vec<_>>(),
                "{}",
                arm.name
            );
        }
    }
}

/// The dataset as it would have been after session `n` of the window: everything later is cut off, the release calendar
/// stays, which is announced in advance.
fn cut_after(n: usize) -> Observations {
    observations().until(history().view(n).today().date)
}

/// With weights on releases, whose calendar reaches ahead: bit for bit, a snapshot holds every price of its session.
#[test]
fn a_dataset_cut_after_any_session_prices_all_earlier_ones_to_the_same_bits() {
    let weighted = market::surface::EventWeights {
        cpi: 0.5,
        fomc: 0.5,
        payrolls: 0.25,
    };
    let params = ModelParams {
        event_weights: weighted,
        ..ModelParams::default()
    };
    let first = history().view(0).today().date;
    let priced = |observations: &Observations, last| {
        MarketHistory::build(observations, first, last, &params, 180).expect("a complete market")
    };
    let last = history().view(window().end - 1).today().date;
    let full = priced(observations(), last);
    for n in 0..window().end {
        let cut = priced(&cut_after(n), history().view(n).today().date);
        assert_eq!(cut.len(), n + 1);
        for t in 0..=n {
            assert_eq!(
                cut.view(t).today(),
                full.view(t).today(),
                "cut after session {n}"
            );
        }
    }
}

#[test]
fn the_garbage_does_change_what_comes_after() {
    let spoilt = build(&garbage_after(60));
    let arm = arm("always_on");
    let execution = execution();
    let other = run(&spoilt, window(), &arm, &execution, CAPITAL, Keep::Journal);
    assert_ne!(other.curve, replay(&arm).curve);
}

#[test]
fn w21_no_order_fills_on_the_session_that_decided_it() {
    use book::event::{Action, Event};
    for name in ARMS {
        let run = replay(&arm(name));
        for (date, entries) in run.journal.by_session() {
            let first_decision = entries
                .iter()
                .position(|e| matches!(e.event, Event::Decided { .. }));
            let last_fill = entries
                .iter()
                .rposition(|e| matches!(e.event, Event::Opened { .. }));
            assert!(
                last_fill.is_none_or(|fill| Some(fill) < first_decision),
                "{name} {date}"
            );
        }
        let first = run.journal.by_session().next().expect("a session").1;
        let ordered = |e: &Entry| {
            matches!(
                e.event,
                Event::Decided {
                    action: Action::Open,
                    ..
                }
            )
        };
        assert!(
            !first
                .iter()
                .any(|e| matches!(e.event, Event::Opened { .. })),
            "{name} traded on its first session"
        );
        assert!(
            run.journal.entries.iter().any(ordered),
            "{name} never ordered anything"
        );
    }
}

/// Daily series that enter late: macro, breadth and funds. Index levels and settlements are the market itself.
const MARKET: [&str; 9] = [
    "spx", "spx_open", "spx_high", "spx_low", "vix", "vix_open", "vix9d", "vix3m", "vix6m",
];

/// What is published of one slow series after session `n` comes `days` later, and its revisions with it.
fn released_later(name: &str, n: usize, days: i64) -> Observations {
    let mut shifted = observations().clone();
    let last = history().view(n).today().date;
    let later = shifted
        .slow
        .get_mut(name)
        .expect("a slow series")
        .iter_mut()
        .filter(|r| r.known > last);
    later.for_each(|release| release.known += chrono::Duration::days(days));
    shifted
}

/// A daily series whose values after session `n` come one session later.
fn one_session_later(name: &str, n: usize) -> Observations {
    let mut shifted = observations().clone();
    let last = history().view(n).today().date;
    let start = shifted.sessions.partition_point(|d| *d <= last);
    let values = &mut shifted.daily.get_mut(name).expect("a daily series").values;
    values[start..].rotate_right(1);
    values[start] = values[start - 1];
    shifted
}

/// How many of the arms trade differently after session `n`; none may before.
fn arms_changed_after(
    n: usize,
    shifted: &Observations,
    arms: &[policy::arm::Arm],
    full: &[Vec<Entry>],
) -> usize {
    let (execution, market) = (execution(), build(shifted));
    let changed = |(arm, full): (&policy::arm::Arm, &Vec<Entry>)| {
        let other = run(&market, window(), arm, &execution, CAPITAL, Keep::Journal)
            .journal
            .entries;
        let now = full.partition_point(|e| e.date <= history().view(n).today().date);
        assert_eq!(
            other[..now],
            full[..now],
            "{}, shifted after session {n}",
            arm.name
        );
        other != *full
    };
    arms.iter()
        .zip(full)
        .map(changed)
        .filter(|changed| *changed)
        .count()
}

#[test]
fn shifting_a_macro_or_slow_series_later_changes_no_earlier_fill_of_any_policy() {
    let arms: Vec<_> = shipped()
        .iter()
        .map(|name| arm(name))
        .filter(|arm| !arm.hedge.signals.is_empty())
        .collect();
    assert!(arms.len() > 8, "{} policies name signals", arms.len());
    let full: Vec<_> = arms.iter().map(|arm| replay(arm).journal.entries).collect();
    let (mut slow, mut daily) = (0, 0);
    for (index, name) in observations().slow.keys().enumerate() {
        let n = 10 + 7 * index;
        slow += arms_changed_after(n, &released_later(name, n, 45), &arms, &full);
    }
    for (index, name) in observations()
        .daily
        .keys()
        .filter(|name| !MARKET.contains(&name.as_str()))
        .enumerate()
    {
        let n = 5 + (index * 11) % 90;
        daily += arms_changed_after(n, &one_session_later(name, n), &arms, &full);
    }
    assert!(
        slow > 0 && daily > 10,
        "the shifts are felt afterwards: {slow} and {daily} times"
    );
}
