//! What each parameter does on its own, and where the best cells lie: readable at any number of cells.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::cells::{CellRow, Cells};
use super::folder::SweepFolder;
use crate::chart::{RangeChart, RangeRow, RibbonChart, Unit};
use crate::document::{Block, Section};
use crate::style::Style;
use stats::order;

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

/// Where cells lie: how many of them at each level of each varied axis, and at each pair of levels of two axes beside each other.
struct Tally {
    all: usize,
    levels: Vec<Vec<usize>>,
    pairs: Vec<BTreeMap<(usize, usize), usize>>,
}

impl Tally {
    fn of<'a>(
        cells: impl Iterator<Item = CellRow<'a>>,
        sweep: &SweepFolder,
        varied: &[usize],
    ) -> Tally {
        let levels = varied.iter().map(|&axis| sweep.axes[axis].levels.len());
        let mut tally = Tally {
            all: 0,
            levels: levels.map(|count| vec![0; count]).collect(),
            pairs: vec![BTreeMap::new(); varied.len().saturating_sub(1)],
        };
        let mut own: Vec<usize> = Vec::with_capacity(varied.len());
        for cell in cells {
            tally.all += 1;
            own.clear();
            own.extend(varied.iter().map(|&axis| cell.level(axis)));
            let counts = tally.levels.iter_mut().zip(&own);
            counts.for_each(|(levels, own)| levels[*own] += 1);
            for (pairs, own) in tally.pairs.iter_mut().zip(own.windows(2)) {
                *pairs.entry((own[0], own[1])).or_default() += 1;
            }
        }
        tally
    }

    fn share(&self, count: usize) -> f64 {
        count as f64 / self.all as f64
    }
}

/// The best tenth, at least one: of equals the first.
fn best(cells: &Cells, view: usize) -> impl Iterator<Item = CellRow<'_>> {
    let values = || {
        let cells = cells.computed(view);
        cells.filter_map(|cell| cell.reduction())
    };
    let all = values().count();
    let keep = (all as f64 * BEST).ceil() as usize;
    let named = || values().map(|value| (0, value));
    // Without a cell nothing is above.
    let last = order::at_ranks(named, &[(0, all - keep)])[0].unwrap_or(f64::INFINITY);
    let above = values().filter(|value| value.total_cmp(&last).is_gt());
    let mut equals = keep - above.count();
    cells.computed(view).filter(move |cell| {
        let Some(value) = cell.reduction() else {
            return false;
        };
        match value.total_cmp(&last) {
            Ordering::Greater => true,
            Ordering::Less => false,
            Ordering::Equal => {
                let is_one = equals > 0;
                equals -= usize::from(is_one);
                is_one
            }
        }
    })
}

fn ribbons(sweep: &SweepFolder, view: usize) -> Option<RibbonChart> {
    let varied: Vec<usize> = (0..sweep.axes.len())
        .filter(|&axis| sweep.axes[axis].levels.len() > 1)
        .collect();
    if varied.len() < 2 {
        return None;
    }
    let top = Tally::of(best(&sweep.cells, view), sweep, &varied);
    if top.all == 0 {
        return None;
    }
    let all = Tally::of(sweep.of_view(view), sweep, &varied);
    let shares = top.levels.iter().zip(&all.levels).map(|(own, whole)| {
        let both = own.iter().zip(whole);
        both.map(|(own, whole)| (top.share(*own), all.share(*whole)))
            .collect()
    });
    let mut found = Vec::new();
    for (at, pairs) in top.pairs.iter().enumerate() {
        for ((left, right), count) in pairs {
            found.push((at, *left, *right, top.share(*count)));
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

fn levels(sweep: &SweepFolder, view: usize) -> RangeChart {
    let mut rows = Vec::new();
    for (slot, axis) in sweep.axes.iter().enumerate() {
        let values = || {
            let cells = sweep.of_view(view);
            cells.filter_map(move |cell| Some((cell.level(slot), cell.reduction()?)))
        };
        let found = order::quantiles_of(values, axis.levels.len(), &[0.05, 0.5, 0.95]);
        for (name, found) in axis.levels.iter().zip(found) {
            rows.push(RangeRow {
                name: axis.short.clone(),
                group: format!("{name} ({})", crate::number::counted(found.count, "cell")),
                style: Style::plain(slot + 1),
                value: found.at[1],
                span: found.at[0].zip(found.at[2]),
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

#[cfg(test)]
mod tests {
    use super::super::cells::tests::{cells, reduction};
    use super::best;

    #[test]
    fn the_best_tenth_is_that_of_the_sorted_cells() {
        for rows in [0, 2, 9, 3_000] {
            let cells = cells(rows);
            for view in 0..2 {
                let own = (0..rows).filter(|row| row % 2 == view && row % 7 != 3);
                let mut plain: Vec<usize> = own.filter(|row| reduction(*row).is_some()).collect();
                plain.sort_by(|a, b| reduction(*b).unwrap().total_cmp(&reduction(*a).unwrap()));
                plain.truncate(plain.len().div_ceil(10));
                plain.sort_unstable();
                let found: Vec<usize> = best(&cells, view).map(|cell| cell.number()).collect();
                assert_eq!(found, plain, "{rows}, {view}");
            }
        }
    }
}
