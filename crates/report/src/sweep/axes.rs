//! What each parameter does on its own, and where the best cells lie: readable at any number of cells.

use super::cells::CellRow;
use super::folder::SweepFolder;
use super::statistics::quantile;
use crate::chart::{RangeChart, RangeRow, RibbonChart, Unit};
use crate::document::{Block, Section};
use crate::style::Style;

/// The best cells: this share of all.
const BEST: f64 = 0.1;

/// Ribbons through all axes, then every level of every axis with the spread of its cells.
pub fn section(sweep: &SweepFolder) -> Section {
    let intro = "Ribbons follow the tenth of the cells with the largest drawdown reduction from axis to axis: the wider, \
                 the more of them; beside each level its share of the best cells, and of all cells. Below, each level of \
                 each parameter with the median and the 5 to 95 % range of the reduction of its cells.";
    let mut blocks = vec![Block::Paragraph(intro.to_owned())];
    for view in 0..sweep.views.len() {
        blocks.push(Block::Heading(sweep.view_name(view)));
        blocks.extend(ribbons(sweep, view).map(Block::Ribbons));
        blocks.push(Block::Ranges(levels(sweep, view)));
    }
    Section {
        id: "axes",
        title: "Every parameter",
        blocks,
    }
}

/// The best tenth, at least one.
fn best(sweep: &SweepFolder, view: usize) -> Vec<CellRow<'_>> {
    let mut cells: Vec<CellRow<'_>> = sweep
        .of_view(view)
        .filter(|cell| cell.reduction().is_some())
        .collect();
    let reduction = |cell: CellRow<'_>| cell.reduction().unwrap_or(f64::NEG_INFINITY);
    cells.sort_by(|a, b| reduction(*b).total_cmp(&reduction(*a)));
    let keep = (cells.len() as f64 * BEST).ceil() as usize;
    cells.truncate(keep);
    cells
}

fn ribbons(sweep: &SweepFolder, view: usize) -> Option<RibbonChart> {
    let varied: Vec<usize> = (0..sweep.axes.len())
        .filter(|&axis| sweep.axes[axis].levels.len() > 1)
        .collect();
    let top = best(sweep, view);
    if varied.len() < 2 || top.is_empty() {
        return None;
    }
    let shares = varied.iter().map(|&axis| {
        (0..sweep.axes[axis].levels.len())
            .map(|level: usize| {
                let here = |cell: CellRow<'_>| cell.level(axis) == level;
                (
                    share(top.iter().copied(), here),
                    share(sweep.of_view(view), here),
                )
            })
            .collect()
    });
    let mut found = Vec::new();
    for (at, pair) in varied.windows(2).enumerate() {
        for left in 0..sweep.axes[pair[0]].levels.len() {
            for right in 0..sweep.axes[pair[1]].levels.len() {
                let part = share(top.iter().copied(), |cell| {
                    cell.level(pair[0]) == left && cell.level(pair[1]) == right
                });
                if part > 0.0 {
                    found.push((at, left, right, part));
                }
            }
        }
    }
    Some(RibbonChart {
        caption: format!(
            "{}: where the best tenth of the cells lies",
            sweep.view_name(view)
        ),
        axes: varied
            .iter()
            .map(|&axis| {
                (
                    sweep.axes[axis].short.clone(),
                    sweep.axes[axis].levels.clone(),
                )
            })
            .collect(),
        shares: shares.collect(),
        ribbons: found,
    })
}

/// The part of some cells that is wanted.
fn share<'a>(
    cells: impl Iterator<Item = CellRow<'a>>,
    wanted: impl Fn(CellRow<'a>) -> bool,
) -> f64 {
    let (mut own, mut all) = (0usize, 0usize);
    for cell in cells {
        all += 1;
        own += usize::from(wanted(cell));
    }
    own as f64 / all as f64
}

fn levels(sweep: &SweepFolder, view: usize) -> RangeChart {
    let mut rows = Vec::new();
    for (slot, axis) in sweep.axes.iter().enumerate() {
        for (level, name) in axis.levels.iter().enumerate() {
            let own = sweep.of_view(view).filter(|cell| cell.level(slot) == level);
            let mut values: Vec<f64> = own.filter_map(|cell| cell.reduction()).collect();
            values.sort_by(f64::total_cmp);
            let at = |share: f64| (!values.is_empty()).then(|| quantile(&values, share));
            rows.push(RangeRow {
                name: axis.short.clone(),
                group: format!("{name} ({})", crate::number::counted(values.len(), "cell")),
                style: Style::plain(slot + 1),
                value: at(0.5),
                span: at(0.05).zip(at(0.95)),
                points: Vec::new(),
            });
        }
    }
    RangeChart {
        caption: format!(
            "{}: drawdown reduction by level of each parameter [%]",
            sweep.view_name(view)
        ),
        unit: Unit::Percent,
        rows,
        head: "Parameter",
        group_head: "Level",
        value_head: "Median".to_owned(),
        span_head: "5 to 95 % of cells".to_owned(),
    }
}
