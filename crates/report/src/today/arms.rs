//! What every arm would order, why not where it would not, what it holds and sees.

use tables::Price;
use tables::today::{ArmToday, Held, LayerToday, OrderToday, TestToday, Today, UnitToday};

use super::words;
use crate::document::{Block, Cell, Column, Row, Section, Table};
use crate::number::{self, Dollars, Money};

fn points(price: Option<Price>) -> Cell {
    Cell::maybe(price.map(|price| number::signed(price.points(), 2)))
}

fn usd(money: Option<Money>) -> Cell {
    Cell::maybe(money.map(Dollars::signed))
}

/// What would be ordered for the next session.
pub fn orders(today: &Today) -> Section {
    let mut rows = Vec::new();
    for arm in &today.arms {
        for layer in &arm.layers {
            rows.extend(
                layer
                    .orders
                    .iter()
                    .map(|order| order_row(arm, layer, order)),
            );
        }
    }
    let lead = match (rows.len(), today.next_session) {
        (_, None) => "No session follows in the calendar.".to_owned(),
        (0, Some(next)) => format!("No arm orders anything for {next}."),
        (n, Some(next)) => format!("{} for {next}.", number::counted(n, "order")),
    };
    let mut blocks = vec![Block::Lead(lead)];
    if !rows.is_empty() {
        blocks.push(Block::Table(Table {
            caption: "Orders as they would fill at this close. Price and mid are the cash one unit brings.".into(),
            columns: vec![
                Column::text("arm"),
                Column::text("layer"),
                Column::text("order"),
                Column::number("units", ""),
                Column::text("legs"),
                Column::number("price", "points"),
                Column::number("mid", "points"),
                Column::number("cash", "$"),
                Column::number("fees", "$"),
                Column::number("purse left", "$"),
                Column::text("why"),
            ],
            rows,
        }));
    }
    Section {
        id: "answer",
        title: "Orders for the next session",
        blocks,
    }
}

fn order_row(arm: &ArmToday, layer: &LayerToday, order: &OrderToday) -> Row {
    let why = match order.refused.as_str() {
        "" => order.reason.clone(),
        refused => format!("would be refused: {refused}"),
    };
    Row::quiet_if(
        !order.refused.is_empty(),
        vec![
            Cell::text(&arm.arm),
            Cell::text(&layer.layer),
            Cell::text(&order.order),
            Cell::maybe(order.contracts.map(|n| n.to_string())),
            Cell::text(&order.legs),
            points(order.price),
            points(order.mid),
            usd(order.cash_usd),
            usd(order.fees_usd),
            usd(order.purse_left_usd),
            Cell::text(why),
        ],
    )
}

/// What every layer decided, and one unit of it at this close.
pub fn layers(today: &Today) -> Section {
    let mut blocks = Vec::new();
    for arm in &today.arms {
        let regime = &arm.regime;
        blocks.push(Block::Heading(arm.arm.clone()));
        blocks.push(Block::Paragraph(format!(
            "{}. Equity {} USD, trading P&L {} USD, margin {} USD, free {} USD. Regime {}{}.",
            arm.title,
            arm.account.equity_usd.whole(),
            arm.account.trading_pnl_usd.signed(),
            arm.account.margin_usd.whole(),
            arm.account.free_usd.whole(),
            regime.words,
            edges(arm),
        )));
        blocks.push(Block::Table(Table {
            caption: "Decisions, and one unit at this close, ordered or not.".into(),
            columns: vec![
                Column::text("layer"),
                Column::text("decision"),
                Column::text("why"),
                Column::number("purse", "$"),
                Column::text("unit"),
                Column::number("price", "points"),
                Column::number("width", "points"),
                Column::number("charge", "$"),
                Column::text("next entry"),
            ],
            rows: arm.layers.iter().map(layer_row).collect(),
        }));
    }
    Section {
        id: "decisions",
        title: "Every layer, and why",
        blocks,
    }
}

/// Where the regime of an arm changes.
pub fn edges(arm: &ArmToday) -> String {
    let below = (arm.regime.left_below).map(|edge| format!("below {}", words::value(edge)));
    let from = (arm.regime.left_from).map(|edge| format!("from {}", words::value(edge)));
    let both: Vec<String> = below.into_iter().chain(from).collect();
    if both.is_empty() {
        return String::new();
    }
    format!("; left {}", both.join(" or "))
}

fn layer_row(layer: &LayerToday) -> Row {
    let unit = layer.unit.as_ref();
    Row::plain(vec![
        Cell::text(&layer.layer),
        Cell::text(words::action(&layer.action)),
        Cell::text(why(layer)),
        usd(layer.purse_usd),
        Cell::text(unit.map_or_else(|| layer.no_unit.clone(), unit_legs)),
        points(unit.map(|unit| unit.price)),
        Cell::maybe(unit.map(|unit| number::fixed(unit.width.points(), 2))),
        usd(unit.and_then(|unit| unit.charge_usd)),
        Cell::maybe(layer.next_entry.map(|date| date.to_string())),
    ])
}

/// A decision's reason with its code and numbers, and what its triggers say.
pub fn why(layer: &LayerToday) -> String {
    let mut text = format!("{} ({})", layer.reason, layer.reason_code);
    for more in [&layer.detail].into_iter().chain(&layer.signals) {
        if !more.is_empty() {
            text += &format!("; {more}");
        }
    }
    text
}

/// Legs of a unit with their signs as held.
pub fn unit_legs(unit: &UnitToday) -> String {
    let legs = unit
        .legs
        .iter()
        .map(|leg| format!("{:+} {}", leg.quantity, leg.contract));
    legs.collect::<Vec<_>>().join(" | ")
}

/// What is held.
pub fn held(today: &Today) -> Section {
    let mut rows = Vec::new();
    for arm in &today.arms {
        for layer in &arm.layers {
            rows.extend(layer.holds.iter().map(|held| held_row(arm, layer, held)));
        }
    }
    let blocks = if rows.is_empty() {
        vec![Block::Note("No arm holds anything.".into())]
    } else {
        vec![Block::Table(Table {
            caption:
                "Open packages of the paper book at this close. Entry and mark are points per unit."
                    .into(),
            columns: vec![
                Column::text("arm"),
                Column::text("layer"),
                Column::number("package", ""),
                Column::number("units", ""),
                Column::text("legs"),
                Column::text("opened"),
                Column::number("left", "days"),
                Column::number("entry", "points"),
                Column::number("mark", "points"),
                Column::number("P&L", "$"),
            ],
            rows,
        })]
    };
    Section {
        id: "held",
        title: "What is held",
        blocks,
    }
}

fn held_row(arm: &ArmToday, layer: &LayerToday, held: &Held) -> Row {
    Row::plain(vec![
        Cell::text(&arm.arm),
        Cell::text(&layer.layer),
        Cell::text(held.package.to_string()),
        Cell::text(held.contracts.to_string()),
        Cell::text(&held.legs),
        Cell::text(held.opened.to_string()),
        Cell::maybe(held.days_left.map(|days| days.to_string())),
        points(Some(held.entry_price)),
        points(Some(held.mark)),
        usd(Some(held.pnl_usd)),
    ])
}

/// Every test of every trigger, with its distance.
pub fn signals(today: &Today) -> Section {
    let mut blocks = Vec::new();
    for arm in &today.arms {
        let mut rows = Vec::new();
        for trigger in &arm.triggers {
            let name = format!("{}: {}", trigger.trigger, words::holds(trigger.holds));
            rows.extend(trigger.tests.iter().map(|test| test_row(&name, test)));
        }
        if rows.is_empty() {
            continue;
        }
        blocks.push(Block::Heading(arm.arm.clone()));
        blocks.push(Block::Table(Table {
            caption: "Triggers, test by test. The distance is what the signal must gain to reach the level.".into(),
            columns: vec![
                Column::text("trigger"),
                Column::text("signal"),
                Column::number("value", ""),
                Column::text("unit"),
                Column::text("test"),
                Column::text("passes"),
                Column::number("distance", ""),
            ],
            rows,
        }));
    }
    if blocks.is_empty() {
        blocks.push(Block::Note(
            "No arm has triggers; regimes stand above.".into(),
        ));
    }
    Section {
        id: "signals",
        title: "Signals and their distance to the triggers",
        blocks,
    }
}

fn test_row(trigger: &str, test: &TestToday) -> Row {
    Row::plain(vec![
        Cell::text(trigger),
        Cell::text(&test.signal),
        Cell::maybe(test.value.map(words::value)),
        Cell::text(&test.unit),
        Cell::text(&test.test),
        Cell::text(words::holds(test.holds)),
        Cell::maybe(words::distance(test)),
    ])
}
