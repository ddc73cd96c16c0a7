//! The chosen cell of every window, and its neighbours: a peak that falls off at once is luck, a plateau may not be.

use super::folder::{CellRow, SweepFolder};
use crate::document::{Block, Cell, Column, Row, RowRole, Section, Table};
use crate::section::cells;

/// The chosen cell of a view: the one `inference.csv` names, otherwise that with the largest drawdown reduction.
pub fn chosen(sweep: &SweepFolder, view: usize) -> Option<&CellRow> {
    let named = sweep.statistics(|name| name == "chosen");
    let by_name = named
        .iter()
        .find_map(|row| sweep.of_view(view).find(|cell| cell.id == row.subject));
    by_name.or_else(|| {
        let defined = sweep.of_view(view).filter(|cell| cell.reduction.is_some());
        // Of equals the first.
        defined.reduce(|best, cell| {
            if cell.reduction > best.reduction {
                cell
            } else {
                best
            }
        })
    })
}

/// How the chosen cell was chosen, in words.
pub fn rule(sweep: &SweepFolder) -> &'static str {
    match sweep.statistics(|name| name == "chosen").is_empty() {
        true => "the cell with the largest drawdown reduction of its window, chosen after the fact",
        false => "the cell that inference.csv names",
    }
}

/// Cells that differ from one in a single axis by a single level.
pub fn neighbours<'a>(sweep: &'a SweepFolder, of: &CellRow) -> Vec<(&'a CellRow, usize)> {
    let beside = |cell: &&CellRow| -> Option<usize> {
        let apart: Vec<usize> = (0..of.levels.len())
            .filter(|&at| cell.levels[at] != of.levels[at])
            .collect();
        let near = apart.len() == 1 && cell.levels[apart[0]].abs_diff(of.levels[apart[0]]) == 1;
        near.then(|| apart[0])
    };
    sweep
        .of_view(of.view)
        .filter_map(|cell| beside(&cell).map(|axis| (cell, axis)))
        .collect()
}

/// The chosen cell of every view with its neighbours.
pub fn section(sweep: &SweepFolder) -> Section {
    let intro = format!(
        "Chosen is {}. A neighbour differs in one parameter by one level. Where the neighbours fall off at once, the \
         choice is a peak; where they hold, it is a plateau.",
        rule(sweep)
    );
    let mut blocks = vec![Block::Paragraph(intro)];
    for view in 0..sweep.views.len() {
        blocks.push(Block::Heading(sweep.view_name(view)));
        match chosen(sweep, view) {
            Some(cell) => blocks.push(Block::Table(table(sweep, cell))),
            None => blocks.push(Block::Note(
                "No cell of this window has a defined drawdown reduction.".to_owned(),
            )),
        }
    }
    Section {
        id: "chosen",
        title: "The chosen cell and its plateau",
        blocks,
    }
}

fn table(sweep: &SweepFolder, cell: &CellRow) -> Table {
    let beside = neighbours(sweep, cell);
    let values: Vec<f64> = beside
        .iter()
        .filter_map(|(cell, _)| cell.reduction)
        .collect();
    let mean = (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64);
    let change = |(cell, axis): &(&CellRow, usize)| {
        let named = &sweep.axes[*axis];
        line(
            &format!("{} {}", named.short, named.levels[cell.levels[*axis]]),
            cell,
        )
    };
    let own = Row {
        role: RowRole::Total,
        ..line(&format!("chosen: {}", sweep.cell_words(cell)), cell)
    };
    let mut rows = vec![own];
    rows.extend(beside.iter().map(change));
    rows.push(Row {
        role: RowRole::Total,
        cells: vec![
            Cell::text(format!(
                "mean of {}",
                crate::number::counted(values.len(), "neighbour")
            )),
            cells::signed_percent(mean),
            Cell::text("\u{a0}"),
            Cell::text("\u{a0}"),
            Cell::text("\u{a0}"),
        ],
    });
    Table {
        caption: format!(
            "{}: the chosen cell, number {}, and its neighbours",
            sweep.view_name(cell.view),
            cell.id
        ),
        columns: vec![
            Column::text("Cell"),
            Column::number("Drawdown reduction", "%"),
            Column::number("Profit retained", "%"),
            Column::number("Against unhedged", "$"),
            Column::number("Max drawdown", "$"),
        ],
        rows,
    }
}

fn line(name: &str, cell: &CellRow) -> Row {
    Row::plain(vec![
        Cell::text(name),
        cells::signed_percent(cell.reduction).with_span(cells::percent_span(cell.reduction_span)),
        cells::percent(cell.retained),
        cells::signed_usd(cell.hedge_pnl_usd),
        cells::fall(cell.max_drawdown_usd),
    ])
}
