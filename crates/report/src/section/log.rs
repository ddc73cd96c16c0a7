//! The trades of a log as it quotes them, beside what the model says; and those that were left out.

use crate::document::{Block, Cell, Column, Row, Section, Table};
use crate::folder::RunFolder;
use crate::number;
use crate::section::cells;
use tables::{LogTradeRow, Price};

/// Trades in the table; a log may hold thousands.
const MOST: usize = 200;

/// Two tables, where the condors of the run are those of a log.
pub fn section(run: &RunFolder) -> Option<Section> {
    let rows = run.log_trades.as_deref().filter(|rows| !rows.is_empty())?;
    let (used, left_out): (Vec<&LogTradeRow>, Vec<&LogTradeRow>) =
        rows.iter().partition(|row| row.state == "used");
    let words = format!(
        "{} of the {} trades of the log are used, at its prices. Prices are the cash of one unit as the log quotes it: what came \
         in is positive. The model's are those of the same session's close, so a trade of the morning differs by the move of the \
         day as well. Marks between the two ends are tied to both: log_marks.csv.",
        number::count(used.len()),
        number::count(rows.len())
    );
    let mut blocks = vec![Block::Paragraph(words)];
    if !left_out.is_empty() {
        blocks.push(Block::Table(table_of_left_out(&left_out)));
    }
    blocks.push(Block::Table(table_of_used(&used)));
    Some(Section {
        id: "log",
        title: "The trade log",
        blocks,
    })
}

fn head(all: usize, what: &str) -> String {
    match all > MOST {
        true => format!(
            "The first {MOST} of {} trades {what}; log_trades.csv has all",
            number::count(all)
        ),
        false => format!("Trades {what}"),
    }
}

fn table_of_left_out(rows: &[&LogTradeRow]) -> Table {
    let line = |row: &&LogTradeRow| {
        Row::plain(vec![
            Cell::text(row.trade.clone()),
            Cell::text(cells::plain(row.opened)),
            Cell::text(row.legs.clone()),
            Cell::text(row.why.clone()),
        ])
    };
    Table {
        caption: head(rows.len(), "that are left out, and why"),
        columns: ["Trade", "Opened", "Legs", "Why"].map(Column::text).into(),
        rows: rows.iter().take(MOST).map(line).collect(),
    }
}

fn table_of_used(rows: &[&LogTradeRow]) -> Table {
    let points =
        |price: Option<Price>| Cell::maybe(price.map(|price| number::signed(price.points(), 2)));
    let line = |row: &&LogTradeRow| {
        Row::plain(vec![
            Cell::text(row.trade.clone()),
            Cell::text(cells::plain(row.opened)),
            Cell::text(cells::plain(row.closed)),
            Cell::text(row.legs.clone()),
            cells::units(row.contracts),
            points(row.entry_quoted),
            points(row.entry_model),
            points(row.exit_quoted),
            points(row.exit_model),
            cells::usd(row.fees_usd),
            cells::signed_usd(row.pnl_usd),
        ])
    };
    let text = ["Trade", "Opened", "Closed", "Legs"].map(Column::text);
    let numbers = [
        ("Units", ""),
        ("Opened at", "points"),
        ("By the model", "points"),
        ("Ended at", "points"),
        ("By the model", "points"),
        ("Fees", "$"),
        ("P&L", "$"),
    ];
    Table {
        caption: head(rows.len(), "that are used, as quoted"),
        columns: text
            .into_iter()
            .chain(numbers.map(|(head, unit)| Column::number(head, unit)))
            .collect(),
        rows: rows.iter().take(MOST).map(line).collect(),
    }
}
