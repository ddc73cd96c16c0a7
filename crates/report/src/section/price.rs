//! What the hedges cost and what came back, and which of them no other beats on both counts.

use crate::chart::{CloudChart, Front, Unit};
use crate::document::{Block, Cell, Column, Row, Section, Table};
use crate::folder::{Placed, RunFolder};
use crate::section::cells;
use crate::words;
use tables::SummaryRow;

/// Per window a picture of cost against the worst fall beside the numbers.
pub fn section(run: &RunFolder) -> Section {
    let mut blocks: Vec<Block> = (0..run.manifest.windows.len())
        .map(|window| {
            let numbers = vec![Block::Table(table(run, window))];
            Block::Columns(vec![numbers, vec![Block::Cloud(picture(run, window))]])
        })
        .collect();
    blocks.push(Block::Note(NOTE.to_owned()));
    Section {
        id: "price",
        title: "What it cost, and which hedge bought most",
        blocks,
    }
}

const NOTE: &str = "Premium is what was charged for hedges, came back is what sales and settlements returned, both before the cost \
                    of the condors. In the picture a hedge that pays stands right of 0 and above 0; the line joins those that \
                    no other hedge beats on both counts, unhedged at 0 among them.";

fn of_window(run: &RunFolder, window: usize) -> Vec<&Placed<SummaryRow>> {
    let policies = run.policies();
    policies
        .into_iter()
        .filter_map(|arm| run.summary_of(window, arm))
        .collect()
}

/// Added P&L and change of the worst fall.
fn point(run: &RunFolder, row: &Placed<SummaryRow>) -> Option<(f64, f64)> {
    let base = run.summary_of(row.place.0, run.unhedged()?)?.pnl_usd?;
    Some(((row.pnl_usd? - base).usd(), row.drawdown_reduction?))
}

fn picture(run: &RunFolder, window: usize) -> CloudChart {
    let rows = of_window(run, window);
    let points: Vec<(f64, f64)> = rows.iter().filter_map(|row| point(run, row)).collect();
    let all = points.into_iter().chain([(0.0, 0.0)]);
    let trails = rows
        .iter()
        .filter_map(|row| Some((run.style(row.place.1), vec![point(run, row)?])));
    CloudChart {
        caption: format!("{}: cost and worst fall", run.manifest.windows[window].name),
        x: ("P&L against unhedged".to_owned(), Unit::Usd),
        y: ("worst fall shallower".to_owned(), Unit::Percent),
        front: Front::of(all).points().map(|(_, point)| point).collect(),
        points: Vec::new(),
        count: 0,
        beside: Vec::new(),
        chosen: Some((0.0, 0.0)),
        trails: trails.collect(),
    }
}

fn table(run: &RunFolder, window: usize) -> Table {
    let mut columns = vec![
        Column::text("Hedge"),
        Column::number("Premium", "$"),
        Column::number("Came back", "$"),
        Column::number("Against unhedged", "$"),
        Column::text("Worst fall"),
    ];
    columns[4].number = true;
    Table {
        caption: format!(
            "{}: what was paid and what it did",
            run.manifest.windows[window].name
        ),
        columns,
        rows: of_window(run, window)
            .iter()
            .map(|row: &&Placed<SummaryRow>| {
                let base = run
                    .unhedged()
                    .and_then(|base| run.summary_of(window, base)?.pnl_usd);
                let added = row.pnl_usd.zip(base).map(|(own, base)| own - base);
                Row::plain(vec![
                    cells::arm_in(run, window, row.place.1),
                    cells::usd(row.hedge_premium_usd),
                    cells::usd(row.hedge_salvage_usd),
                    cells::signed_usd(added),
                    Cell::maybe(row.drawdown_reduction.map(words::fall)),
                ])
            })
            .collect(),
    }
}
