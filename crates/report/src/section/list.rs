//! Every package: the condors, and what the hedges bought.

use crate::document::{Block, Cell, Column, Row, Section, Table};
use crate::folder::{Placed, RunFolder};
use crate::number;
use crate::section::cells;
use tables::TradeRow;

/// Most rows of the list: a page stays small.
const MOST: usize = 2_500;

/// The list with its filter.
pub fn section(run: &RunFolder) -> Section {
    let base = run.unhedged();
    let condor =
        |trade: &&Placed<TradeRow>| Some(trade.place.1) == base && run.is_condor(&trade.layer);
    let hedge_of = |arms: &[usize]| -> Vec<&Placed<TradeRow>> {
        run.trades
            .iter()
            .filter(|trade: &&Placed<TradeRow>| {
                arms.contains(&trade.place.1) && !run.is_condor(&trade.layer)
            })
            .collect()
    };
    let condors: Vec<&Placed<TradeRow>> = run.trades.iter().filter(condor).collect();
    let policies = run.policies();
    let all = hedge_of(&policies);
    let whole = condors.len() + all.len() <= MOST;
    let hedges = if whole {
        all
    } else {
        hedge_of(&policies[..policies.len().min(1)])
    };
    let intro = match whole {
        true => {
            "The condors of the unhedged book once, and every purchase of every hedge.".to_owned()
        }
        false => format!(
            "The condors of the unhedged book, and the purchases of the first hedge; trades.csv has all {}.",
            number::count(run.trades.len())
        ),
    };
    let rows: Vec<&Placed<TradeRow>> = condors.into_iter().chain(hedges).take(MOST).collect();
    Section {
        id: "list",
        title: "Every trade",
        blocks: vec![Block::Paragraph(intro), Block::Filtered(table(run, &rows))],
    }
}

fn table(run: &RunFolder, rows: &[&Placed<TradeRow>]) -> Table {
    let row = |trade: &&Placed<TradeRow>| {
        Row::plain(vec![
            Cell::text(trade.opened.to_string()),
            Cell::text(trade.closed.to_string()),
            match run.is_condor(&trade.layer) {
                true => Cell::text("all arms"),
                false => Cell::text(run.label(trade.place.1)),
            },
            Cell::text(trade.layer.replace('_', " ")),
            cells::units(trade.contracts),
            Cell::text(trade.legs.replace(" | ", "; ")),
            Cell::text(trade.reason.replace('_', " ")),
            cells::signed_usd(Some(trade.pnl_usd)),
        ])
    };
    let text = ["Opened", "Closed", "Arm", "Layer"]
        .into_iter()
        .map(Column::text);
    let rest = [
        Column::number("Units", ""),
        Column::text("Legs of one unit"),
        Column::text("Left because"),
        Column::number("P&L", "$"),
    ];
    Table {
        caption: number::counted(rows.len(), "trade"),
        columns: text.chain(rest).collect(),
        rows: rows.iter().map(row).collect(),
    }
}
