//! Sentences that the page and the terminal share.

use tables::today::{ArmToday, LayerToday, OrderToday, SeriesAge, TestToday, Today};

use crate::number;

/// What `alvh today` is not.
pub const PAPER: &str = "alvh places no orders. This is the decision the backtest makes at this close, on a paper \
                         book. Contracts and prices are those of the close; the run resolves them at the next one.";

/// What an age is.
pub const AGES: &str = "An age counts sessions since the close at which the last value was known. A series that \
                        prices rest on and that is older than the run file allows stops the command.";

/// One line under the title.
pub fn subtitle(today: &Today) -> String {
    let next = match today.next_session {
        Some(next) => format!("for the session of {next}"),
        None => "no session follows in the calendar".to_owned(),
    };
    format!(
        "{next}; paper book since {} with {} USD; dataset {}",
        today.since,
        number::Dollars::whole(today.starting_capital_usd),
        today.dataset.name
    )
}

/// What is to be done, a line for each arm: the last words of the terminal.
pub fn answer(today: &Today) -> Vec<String> {
    let arms = today.arms.iter();
    arms.map(|arm| format!("orders {}: {}", arm.arm, orders_of(arm)))
        .collect()
}

/// `open short x24; close long package 302`; without an order, when the next condor is due.
fn orders_of(arm: &ArmToday) -> String {
    let ordered = arm.layers.iter().flat_map(|layer| {
        let orders = layer.orders.iter();
        orders.map(|order| order_in_brief(layer, order))
    });
    let ordered: Vec<String> = ordered.collect();
    if !ordered.is_empty() {
        return ordered.join("; ");
    }
    let condors = arm.layers.iter().filter(|layer| layer.is_condor);
    match condors.filter_map(|layer| layer.next_entry).min() {
        Some(due) => format!("none; the next condor is due {due}"),
        None => "none".to_owned(),
    }
}

fn order_in_brief(layer: &LayerToday, order: &OrderToday) -> String {
    let mut brief = format!("{} {}", order.order, layer.layer);
    if let Some(package) = order.package {
        brief += &format!(" package {package}");
    }
    match order.contracts {
        Some(units) => brief += &format!(" x{units}"),
        None => brief += ", refused",
    }
    brief
}

/// Series that prices rest on and that were not published for this close.
pub fn stood_in(today: &Today) -> Option<String> {
    let found: Vec<String> = today
        .series
        .iter()
        .filter(|series: &&SeriesAge| series.priced && series.standing != "published")
        .map(|series: &SeriesAge| format!("{} ({})", series.name, series.standing))
        .collect();
    (!found.is_empty()).then(|| {
        format!(
            "Prices of this close rest on earlier values or stand-ins for: {}.",
            found.join(", ").replace('_', " ")
        )
    })
}

/// Why no release is listed.
pub fn no_events(today: &Today) -> String {
    match today.events_known_until {
        Some(until) if until > today.date => {
            "No scheduled release in the coming ten sessions.".to_owned()
        }
        Some(until) => format!("The release calendar ends on {until}: what comes is not known."),
        None => "The dataset has no release calendar.".to_owned(),
    }
}

/// How far a test is from changing: `+0.42 to 1`.
pub fn distance(test: &TestToday) -> Option<String> {
    test.distance.map(value_signed)
}

/// A value of a signal: four decimals for small numbers, two for others.
pub fn value(value: f64) -> String {
    number::fixed(value, decimals(value))
}

fn value_signed(value: f64) -> String {
    number::signed(value, decimals(value))
}

fn decimals(value: f64) -> usize {
    if value != 0.0 && value.abs() < 1.0 {
        4
    } else {
        2
    }
}

/// `yes`, `no`, `cannot be told`.
pub fn holds(answer: Option<bool>) -> &'static str {
    match answer {
        Some(true) => "yes",
        Some(false) => "no",
        None => "cannot be told",
    }
}

/// An action of a decision in words.
pub fn action(action: &str) -> &str {
    match action {
        "order_open" => "open",
        "order_close" => "close",
        other => other,
    }
}
