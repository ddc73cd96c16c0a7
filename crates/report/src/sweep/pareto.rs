//! What drawdown reduction costs at best: the front of cells that none beats on both.

use super::cells::CellRow;
use super::chosen::chosen;
use super::folder::SweepFolder;
use crate::chart::{CloudChart, Unit, front};
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
    let height = |cell: CellRow<'_>| match retained {
        true => cell.retained(),
        false => cell.hedge_pnl_usd().map(|usd| usd.usd()),
    };
    let points = sweep
        .of_view(view)
        .filter_map(|cell| Some((cell, (cell.reduction()?, height(cell)?))));
    let (known, points): (Vec<CellRow<'_>>, Vec<(f64, f64)>) = points.unzip();
    if known.is_empty() {
        return vec![Block::Note(
            "No cell of this window has both values.".to_owned(),
        )];
    }
    let places = front(&points);
    let best = chosen(sweep, view).and_then(|cell| Some((cell.reduction()?, height(cell)?)));
    let beside = random_dates(sweep, view, retained);
    let reach = points.iter().chain(&beside).map(|point| point.0);
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
        front: places.iter().map(|&at| points[at]).collect(),
        count: points.len(),
        points,
        chosen: best,
        beside,
        trails: fewer.into_iter().collect(),
    };
    let table = Block::Table(table(sweep, view, &known, &places));
    let mut blocks = vec![Block::Cloud(chart.thinned()), table];
    if places.len() > ROWS {
        let step = places.len().div_ceil(ROWS);
        blocks.push(Block::Note(format!(
            "Of the {} cells of the front one in {step} is listed.",
            places.len()
        )));
    }
    blocks
}

/// Reduction and profit of every cell with its purchases at dates drawn at random.
fn random_dates(sweep: &SweepFolder, view: usize, retained: bool) -> Vec<(f64, f64)> {
    let point = |cell: CellRow<'_>| {
        let (reduction, pnl) = cell.random_dates()?;
        let alone = alone(cell)?;
        let height = match retained {
            true => pnl.usd() / alone,
            false => pnl.usd() - alone,
        };
        Some((reduction, height))
    };
    sweep.of_view(view).filter_map(point).collect()
}

/// P&L of the condors alone (USD).
fn alone(cell: CellRow<'_>) -> Option<f64> {
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
    let mut all = sweep.of_view(view).filter_map(alone);
    let first = all.next()?;
    let is_one = all.all(|other| other == first);
    is_one.then(|| (style, vec![(0.0, 0.0), (reach, -reach * first)]))
}

fn table(sweep: &SweepFolder, view: usize, known: &[CellRow<'_>], places: &[usize]) -> Table {
    let step = places.len().div_ceil(ROWS).max(1);
    let row = |&at: &usize| {
        let cell = known[at];
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
        rows: places.iter().step_by(step).map(row).collect(),
    }
}
