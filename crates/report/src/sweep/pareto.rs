//! What drawdown reduction costs at best: the front of cells that none beats on both.

use super::cells::CellRow;
use super::chosen::chosen;
use super::folder::SweepFolder;
use crate::chart::{CloudChart, Front, Unit};
use crate::document::{Block, Cell, Column, Row, Section, Table};
use crate::section::cells;
use crate::style::Style;

/// Most rows of a front's table.
const ROWS: usize = 40;

/// A cloud and the table of its front per window.
pub fn section(sweep: &SweepFolder) -> Section {
    let intro = "To the right: more drawdown reduction. Upwards: more profit kept, as a share of the unhedged profit where \
                 that is positive in every cell, otherwise in dollars against unhedged. The line joins the cells that no \
                 other beats on both. The black one is fewer condors, where all cells have the same condors. A grey dot \
                 is a cell with the same purchases at dates drawn at random, which look ahead: a yardstick, no policy.";
    let mut blocks = vec![Block::Paragraph(intro.to_owned())];
    for view in 0..sweep.views.len() {
        blocks.push(Block::Heading(sweep.view_name(view)));
        blocks.extend(one(sweep, view));
    }
    Section {
        id: "pareto",
        title: "Reduction against retained profit",
        blocks,
    }
}

fn one(sweep: &SweepFolder, view: usize) -> Vec<Block> {
    let retained = sweep.of_view(view).all(|cell| cell.retained().is_some());
    let point = |cell: &CellRow<'_>| {
        let height = match retained {
            true => cell.retained()?,
            false => cell.hedge_pnl_usd()?.usd(),
        };
        Some((cell.reduction()?, height))
    };
    let points = || sweep.of_view(view).filter_map(|cell| point(&cell));
    let beside = || {
        let cells = sweep.of_view(view);
        cells.filter_map(|cell| at_random_dates(&cell, retained))
    };
    let mut front = Front::default();
    for cell in sweep.of_view(view) {
        if let Some(point) = point(&cell) {
            front.consider(cell.place(), point);
        }
    }
    if front.points().len() == 0 {
        return vec![Block::Note(
            "No cell of this window has both values.".to_owned(),
        )];
    }
    let reach = points().chain(beside()).map(|point| point.0);
    let fewer = fewer_condors(sweep, view, retained, reach.fold(0.0, f64::max));
    let chart = CloudChart {
        caption: format!(
            "{}: every cell, its drawdown reduction and its profit",
            sweep.view_name(view)
        ),
        x: ("Drawdown reduction".to_owned(), Unit::Percent),
        y: if retained {
            ("Profit retained".to_owned(), Unit::Percent)
        } else {
            ("Against unhedged".to_owned(), Unit::Usd)
        },
        front: front.points().map(|(_, point)| point).collect(),
        points: Vec::new(),
        count: 0,
        chosen: chosen(sweep, view).and_then(|cell| point(&cell)),
        beside: Vec::new(),
        trails: fewer.into_iter().collect(),
    };
    let chart = chart.filled(points, beside);
    let mut blocks = vec![
        Block::Cloud(chart),
        Block::Table(table(sweep, view, &front)),
    ];
    let count = front.points().len();
    if count > ROWS {
        let step = count.div_ceil(ROWS);
        blocks.push(Block::Note(format!(
            "Of the {count} cells of the front one in {step} is listed."
        )));
    }
    blocks
}

/// Reduction and profit of a cell with its purchases at dates drawn at random.
fn at_random_dates(cell: &CellRow<'_>, retained: bool) -> Option<(f64, f64)> {
    let (reduction, pnl) = cell.random_dates()?;
    let alone = alone(cell)?;
    let height = match retained {
        true => pnl.usd() / alone,
        false => pnl.usd() - alone,
    };
    Some((reduction, height))
}

/// P&L of the condors alone (USD).
fn alone(cell: &CellRow<'_>) -> Option<f64> {
    Some((cell.pnl_usd()? - cell.hedge_pnl_usd()?).usd())
}

/// A share of the condors keeps the same share of drawdown and of P&L: a straight line, as far as any point reaches. In
/// dollars there is one where all cells have the same condors.
fn fewer_condors(
    sweep: &SweepFolder,
    view: usize,
    retained: bool,
    reach: f64,
) -> Option<(Style, Vec<(f64, f64)>)> {
    let style = Style::plain(0);
    if retained {
        return Some((style, vec![(0.0, 1.0), (reach, 1.0 - reach)]));
    }
    let mut all = sweep.of_view(view).filter_map(|cell| alone(&cell));
    let first = all.next()?;
    let is_one = all.all(|other| other == first);
    is_one.then(|| (style, vec![(0.0, 0.0), (reach, -reach * first)]))
}

fn table(sweep: &SweepFolder, view: usize, front: &Front) -> Table {
    let step = front.points().len().div_ceil(ROWS).max(1);
    let row = |(place, _): (usize, (f64, f64))| {
        let cell = sweep.cells.at(view, place);
        let own = [
            cells::signed_percent(cell.reduction()),
            cells::percent(cell.retained()),
            cells::signed_usd(cell.hedge_pnl_usd()),
        ];
        let levels = sweep
            .axes
            .iter()
            .zip(cell.levels())
            .map(|(axis, level)| Cell::text(axis.levels[level].clone()));
        Row::plain(
            std::iter::once(Cell::text(cell.id()))
                .chain(own)
                .chain(levels)
                .collect(),
        )
    };
    let numbers = [
        ("Drawdown reduction", "%"),
        ("Profit retained", "%"),
        ("Against unhedged", "$"),
    ];
    Table {
        caption: format!(
            "{}: the front, from least to most reduction",
            sweep.view_name(view)
        ),
        columns: std::iter::once(Column::text("Cell"))
            .chain(
                numbers
                    .into_iter()
                    .map(|(head, unit)| Column::number(head, unit)),
            )
            .chain(sweep.axes.iter().map(|axis| Column::text(&axis.short)))
            .collect(),
        rows: front.points().step_by(step).map(row).collect(),
    }
}
