//! The chosen cell of every window, and its neighbours: a peak that falls off at once is luck, a plateau may not be.

use super::cells::CellRow;
use super::folder::SweepFolder;
use crate::document::{Block, Cell, Column, Row, RowRole, Section, Table, side_by_side};
use crate::number::{self, Dollars, Money};
use crate::section::cells;
use crate::words;

/// The chosen cell of a view: the one `inference.csv` names, otherwise that with the largest drawdown reduction.
pub fn chosen(sweep: &SweepFolder, view: usize) -> Option<CellRow<'_>> {
    let named = sweep.statistics(|name| name == "chosen");
    let by_name = named
        .iter()
        .find_map(|row| sweep.cells.called(&row.subject, view));
    by_name.or_else(|| {
        let defined = sweep
            .of_view(view)
            .filter(|cell| cell.reduction().is_some());
        // Of equals the first.
        defined.reduce(|best, cell| {
            if cell.reduction() > best.reduction() {
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

/// Cells that differ from one in a single axis by a single level: their places in its view, and the axis. Where levels are ranges
/// there may be many.
fn neighbours(sweep: &SweepFolder, of: &CellRow<'_>) -> Vec<(usize, usize)> {
    let beside = |cell: &CellRow<'_>| -> Option<usize> {
        let pairs = cell.levels().zip(of.levels()).enumerate();
        let mut apart = pairs.filter(|(_, (own, other))| own != other);
        let (axis, (own, other)) = apart.next()?;
        (apart.next().is_none() && own.abs_diff(other) == 1).then_some(axis)
    };
    sweep
        .of_view(of.view())
        .filter_map(|cell| Some((cell.place(), beside(&cell)?)))
        .collect()
}

/// The chosen cell of every view with its neighbours.
pub fn section(sweep: &SweepFolder) -> Section {
    let intro = format!(
        "Chosen is {}. A neighbour differs in one parameter by one level. Where the neighbours fall off at once, the \
         choice is a peak; where they hold, it is a plateau. Reduction is 1 − hedged / unhedged maximum drawdown in \
         dollars. The interval of the chosen cell does not know that it was chosen; the panel on overfitting does.",
        rule(sweep)
    );
    let mut blocks = vec![Block::List(said(sweep))];
    blocks.extend(side_by_side((0..sweep.views.len()).map(
        |view| match chosen(sweep, view) {
            Some(cell) => Block::Table(table(sweep, &cell)),
            None => Block::Note(format!(
                "No cell of {} has a defined drawdown reduction.",
                sweep.view_name(view)
            )),
        },
    )));
    blocks.push(Block::Note(intro));
    Section {
        id: "chosen",
        title: "The chosen cell and its plateau",
        blocks,
    }
}

/// What the chosen cell of a window did, and its neighbours.
fn said(sweep: &SweepFolder) -> Vec<String> {
    (0..sweep.views.len())
        .map(|view| (view, best(sweep, view)))
        .filter(|(_, said)| !said.is_empty())
        .map(|(view, said)| format!("{}: {said}", sweep.view_name(view)))
        .collect()
}

fn best(sweep: &SweepFolder, view: usize) -> String {
    let Some(cell) = chosen(sweep, view) else {
        return String::new();
    };
    let fall = |value: Option<f64>| value.map_or("undefined".to_owned(), words::fall);
    let span = cell.reduction_span().map_or(String::new(), |(lo, hi)| {
        format!(" (interval {})", words::falls(lo, hi))
    });
    let span = configuration(sweep, view).unwrap_or(span);
    let beside: Vec<f64> = neighbours(sweep, &cell)
        .iter()
        .filter_map(|(place, _)| sweep.cells.at(view, *place).reduction())
        .collect();
    let (lo, hi) = beside
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(lo, hi), v| {
            (lo.min(*v), hi.max(*v))
        });
    let plateau = match beside.is_empty() {
        true => "it has no neighbour".to_owned(),
        false => format!(
            "its {}: {}",
            number::counted(beside.len(), "neighbour"),
            words::falls(lo, hi)
        ),
    };
    let cost = cell.hedge_pnl_usd().map_or(String::new(), |usd| {
        let sign = if usd < Money::ZERO { "−" } else { "+" };
        format!(", at {sign}${} of P&L against unhedged", usd.abs().whole())
    });
    format!(
        "The chosen cell ({}) made it {}{span}{cost}; {plateau}.",
        sweep.cell_words(&cell),
        fall(cell.reduction())
    )
}

/// What `inference.csv` says of the choice in a window: a configuration is the mean over its phases, so that its value may
/// differ from that of the one cell.
fn configuration(sweep: &SweepFolder, view: usize) -> Option<String> {
    let of = sweep.statistics(|name| name == "drawdown_reduction");
    let row = of
        .into_iter()
        .find(|row| row.subject == sweep.views[view].0)?;
    let ((value, (lo, hi)), level) = (row.value.zip(row.lo.zip(row.hi))?, sweep.interval());
    let level = level.map_or(String::new(), |i| {
        format!("{} % ", number::fixed(i.level * 100.0, 0))
    });
    Some(format!(
        " (with its phases averaged {}, {level}interval {}, n {} sessions)",
        words::fall(value),
        words::falls(lo, hi),
        crate::section::cells::plain(row.n)
    ))
}

fn table(sweep: &SweepFolder, cell: &CellRow<'_>) -> Table {
    let beside = neighbours(sweep, cell);
    let values: Vec<f64> = beside
        .iter()
        .filter_map(|(place, _)| sweep.cells.at(cell.view(), *place).reduction())
        .collect();
    let mean = (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64);
    let own = Row {
        role: RowRole::Total,
        ..line(&format!("chosen: {}", sweep.cell_words(cell)), cell)
    };
    let mut rows = vec![own];
    rows.extend(beside.iter().map(|(place, axis): &(usize, usize)| {
        let cell = sweep.cells.at(cell.view(), *place);
        let named = &sweep.axes[*axis];
        line(
            &format!("{} {}", named.short, named.levels[cell.level(*axis)]),
            &cell,
        )
    }));
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
            sweep.view_name(cell.view()),
            cell.id()
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

fn line(name: &str, cell: &CellRow<'_>) -> Row {
    Row::plain(vec![
        Cell::text(name),
        cells::signed_percent(cell.reduction())
            .with_span(cells::percent_span(cell.reduction_span())),
        cells::percent(cell.retained()),
        cells::signed_usd(cell.hedge_pnl_usd()),
        cells::fall(cell.max_drawdown_usd()),
    ])
}
