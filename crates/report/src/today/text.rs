//! The same for a terminal: a block for each arm, and the orders once more as the last lines.

use tables::Price;
use tables::today::{ArmToday, LayerToday, Level, OrderToday, SeriesAge, Today};

use super::{arms, words};
use crate::number::{self, Dollars};
use crate::terminal::wrap;
use crate::text::one_line;

/// What was found, in lines of at most `width`.
pub fn text(today: &Today, width: usize) -> String {
    let mut out = Lines {
        width: width.max(60),
        text: String::new(),
    };
    out.line(0, &format!("{}  close of {}", today.run, today.date));
    out.line(0, &words::subtitle(today));
    out.line(0, words::PAPER);
    if today.dataset.kind == tables::manifest::DatasetKind::Reconstruction {
        out.line(0, &format!("NOT MARKET HISTORY: {}", today.dataset.notice));
    }
    out.gap();
    let levels: Vec<String> = today.market.iter().map(level).collect();
    out.line(0, &format!("market  {}", levels.join(", ")));
    out.line(0, &format!("coming  {}", coming(today)));
    out.line(0, &format!("data    {}", ages(today)));
    for arm in &today.arms {
        out.gap();
        arm_lines(arm, &mut out);
    }
    out.gap();
    for line in words::answer(today) {
        out.line(0, &line);
    }
    out.text.replace(['−', '–'], "-")
}

struct Lines {
    width: usize,
    text: String,
}

impl Lines {
    fn gap(&mut self) {
        self.text.push('\n');
    }

    /// Text at an indent; what does not fit continues below and further in.
    fn line(&mut self, indent: usize, text: &str) {
        let parts = wrap(&one_line(text), self.width - indent - 4);
        for (at, part) in parts.iter().enumerate() {
            let further = if at == 0 { 0 } else { 4 };
            self.text += &format!("{:1$}{part}\n", "", indent + further);
        }
    }
}

fn level(level: &Level) -> String {
    let print = |value: Option<f64>| value.map_or("none".to_owned(), |v| number::fixed(v, 2));
    format!(
        "{} {} ({} before)",
        level.name,
        print(level.value),
        print(level.before)
    )
}

fn coming(today: &Today) -> String {
    if today.events.is_empty() {
        return words::no_events(today);
    }
    let each = today
        .events
        .iter()
        .map(|event| format!("{} {} {}", event.date, event.time, event.event));
    each.collect::<Vec<_>>().join("; ")
}

/// The oldest series, those that prices rest on and others.
fn ages(today: &Today) -> String {
    let old = |series: &&SeriesAge| series.age_sessions.is_none_or(|age| age > 0);
    let old: Vec<String> = today
        .series
        .iter()
        .filter(old)
        .map(|series: &SeriesAge| match series.age_sessions {
            Some(age) => format!("{} {}", series.name, number::counted(age, "session")),
            None => format!("{} without a value", series.name),
        })
        .collect();
    let stood_in = words::stood_in(today).map_or(String::new(), |text| format!(" {text}"));
    match old.len() {
        0 => format!("every series is as new as it can be.{stood_in}"),
        _ => format!("last value so long ago: {}.{stood_in}", old.join(", ")),
    }
}

fn arm_lines(arm: &ArmToday, out: &mut Lines) {
    out.line(0, &format!("{}  {}", arm.arm, arm.title));
    let account = &arm.account;
    out.line(
        2,
        &format!(
            "account  equity {}, trading P&L {}, margin {}, free {} USD",
            account.equity_usd.whole(),
            account.trading_pnl_usd.signed(),
            account.margin_usd.whole(),
            account.free_usd.whole()
        ),
    );
    let regime = format!("regime   {}{}", arm.regime.words, arms::edges(arm));
    out.line(2, &regime);
    for layer in &arm.layers {
        layer_lines(layer, out);
    }
    for trigger in &arm.triggers {
        let tests = trigger.tests.iter().map(|test| {
            let value = test.value.map_or("?".to_owned(), words::value);
            let distance = words::distance(test).unwrap_or_default();
            format!("{} {value} {} ({distance} to go)", test.signal, test.test)
        });
        let tests: Vec<String> = tests.collect();
        let holds = words::holds(trigger.holds);
        let name = &trigger.trigger;
        out.line(
            2,
            &format!("trigger  {name}: {holds}; {}", tests.join("; ")),
        );
    }
}

fn layer_lines(layer: &LayerToday, out: &mut Lines) {
    let action = words::action(&layer.action);
    out.line(
        2,
        &format!("{}  {action}: {}", layer.layer, arms::why(layer)),
    );
    for done in &layer.done {
        let package = done
            .package
            .map_or(String::new(), |n| format!(" package {n}"));
        let units = done.contracts.map_or(String::new(), |n| format!(" x{n}"));
        let price = done
            .price
            .map_or(String::new(), |p| format!(" at {}", points(p)));
        let reason = &done.reason;
        out.line(
            4,
            &format!("today   {}{package}{units}{price} {reason}", done.what),
        );
    }
    for order in &layer.orders {
        out.line(4, &format!("ORDER   {}", order_text(order)));
    }
    for held in &layer.holds {
        let left = held
            .days_left
            .map_or(String::new(), |days| format!(", {days} days left"));
        out.line(
            4,
            &format!(
                "holds   package {} x{} {}: entry {}, mark {}, P&L {} USD{left}",
                held.package,
                held.contracts,
                held.legs,
                points(held.entry_price),
                points(held.mark),
                held.pnl_usd.signed()
            ),
        );
    }
    if layer.orders.is_empty() {
        unit_line(layer, out);
    }
}

/// One unit at this close, of a layer that orders nothing.
fn unit_line(layer: &LayerToday, out: &mut Lines) {
    let due = match layer.next_entry {
        Some(date) if layer.is_condor => format!("; due {date}"),
        _ => String::new(),
    };
    let purse = layer
        .purse_usd
        .map_or(String::new(), |purse| format!("; purse {purse}"));
    match &layer.unit {
        None => out.line(4, &format!("unit    none: {}{purse}{due}", layer.no_unit)),
        Some(unit) => {
            let charge = unit
                .charge_usd
                .map_or(String::new(), |usd| format!(", charge {usd} USD"));
            let legs = arms::unit_legs(unit);
            let price = points(unit.price);
            let width = number::fixed(unit.width.points(), 2);
            out.line(
                4,
                &format!("unit    {legs}: price {price}, width {width}{charge}{purse}{due}"),
            );
        }
    }
}

fn order_text(order: &OrderToday) -> String {
    if !order.refused.is_empty() {
        return format!("{}: would be refused: {}", order.order, order.refused);
    }
    let units = order.contracts.map_or(String::new(), |n| format!(" x{n}"));
    let package = order
        .package
        .map_or(String::new(), |n| format!(" package {n}"));
    let price = order
        .price
        .map_or(String::new(), |p| format!(" at {}", points(p)));
    let mid = order
        .mid
        .map_or(String::new(), |p| format!(", mid {}", points(p)));
    let cash = order
        .cash_usd
        .map_or(String::new(), |m| format!(", cash {} USD", m.signed()));
    let purse = order
        .purse_left_usd
        .map_or(String::new(), |m| format!(", purse left {m}"));
    format!(
        "{}{package}{units} {}{price}{mid}{cash}{purse}; {}",
        order.order, order.legs, order.reason
    )
}

fn points(price: Price) -> String {
    number::signed(price.points(), 2)
}
