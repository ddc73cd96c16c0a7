//! What an arm sees: its signals, its triggers, and how far each is from changing.

use market::history::{MarketHistory, MarketView};
use policy::arm::Arm;
use signals::{Column, Condition, TriggerColumn, Truth};
use tables::today::{SignalToday, TestToday, TriggerToday};

/// Signals and triggers of an arm at the close of `view`.
pub fn of_arm(
    arm: &Arm,
    view: MarketView<'_>,
    history: &MarketHistory,
) -> (Vec<SignalToday>, Vec<TriggerToday>) {
    let mut seen = Vec::<SignalToday>::new();
    let mut triggers = Vec::<TriggerToday>::new();
    for book in crate::signal_table::named(arm) {
        let columns = book.columns(history);
        for (name, column) in columns.signals() {
            if seen.iter().all(|known| known.signal != name) {
                seen.push(signal(name, column, view));
            }
        }
        triggers.extend(columns.triggers().map(|(name, of)| trigger(name, of, view)));
    }
    (seen, triggers)
}

fn signal(name: &str, column: &Column, view: MarketView<'_>) -> SignalToday {
    SignalToday {
        signal: name.to_string(),
        value: column.at(view),
        unit: column.unit().to_string(),
        flags: column.flags(view).names(),
    }
}

fn trigger(name: &str, column: &TriggerColumn, view: MarketView<'_>) -> TriggerToday {
    TriggerToday {
        trigger: name.to_string(),
        holds: match column.at(view) {
            Truth::Yes => Some(true),
            Truth::No => Some(false),
            Truth::Missing(_) => None,
        },
        tests: column.conditions(view).into_iter().map(test).collect(),
    }
}

fn test(condition: Condition) -> TestToday {
    TestToday {
        signal: condition.signal,
        value: condition.value,
        unit: condition.unit.to_string(),
        test: condition.test.to_string(),
        holds: condition.holds,
        distance: condition.distance,
    }
}
