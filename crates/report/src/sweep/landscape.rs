//! Heat maps of drawdown reduction and P&L over any two axes: the others averaged out, or held at the chosen cell.

use super::chosen::chosen;
use super::folder::{CellRow, SweepFolder};
use crate::chart::{HeatMap, HeatMaps, Unit};
use crate::document::{Block, Section};

/// Most pairs of axes that are drawn per window: a page of a sweep with many axes stays small.
const PAIRS: usize = 66;

/// What is drawn: its name, its unit, its value.
struct Measure {
    name: &'static str,
    unit: Unit,
    value: fn(&CellRow) -> Option<f64>,
}

const REDUCTION: Measure = Measure {
    name: "drawdown reduction by two parameters [%]",
    unit: Unit::Percent,
    value: |cell| cell.reduction,
};
const PNL: Measure = Measure {
    name: "P&L against unhedged by two parameters [$]",
    unit: Unit::Usd,
    value: |cell| cell.hedge_pnl_usd.map(|usd| usd.usd()),
};

/// One set of maps per window and per measure.
pub fn section(sweep: &SweepFolder) -> Section {
    let intro = "Each field is the mean of the cells that lie there, or the one cell where all other parameters are those \
                 of the chosen cell. Sign and number say what the colour says; ◆ is the chosen cell; all maps of a window \
                 have one colour scale.";
    let mut blocks = vec![Block::Paragraph(intro.to_owned())];
    let varied: Vec<usize> = (0..sweep.axes.len())
        .filter(|&axis| sweep.axes[axis].levels.len() > 1)
        .collect();
    if varied.len() < 2 {
        blocks.push(Block::Note(
            "Fewer than two parameters were varied, so there is no map; see the axes.".to_owned(),
        ));
        return Section {
            id: "landscape",
            title: "The landscape",
            blocks,
        };
    }
    let all = varied.len() * (varied.len() - 1) / 2;
    if all > PAIRS {
        blocks.push(Block::Note(format!(
            "Of {all} pairs of parameters the first {PAIRS} are drawn."
        )));
    }
    for view in 0..sweep.views.len() {
        blocks.push(Block::Heading(sweep.view_name(view)));
        blocks.push(Block::Heat(maps(sweep, view, &varied, &REDUCTION)));
        blocks.push(Block::Heat(maps(sweep, view, &varied, &PNL)));
    }
    Section {
        id: "landscape",
        title: "The landscape",
        blocks,
    }
}

fn maps(sweep: &SweepFolder, view: usize, varied: &[usize], measure: &Measure) -> HeatMaps {
    let best = chosen(sweep, view);
    let pairs = varied
        .iter()
        .enumerate()
        .flat_map(|(at, &y)| varied[at + 1..].iter().map(move |&x| (y, x)));
    let mut maps = Vec::new();
    for (y, x) in pairs.take(PAIRS) {
        maps.push(map(sweep, view, (y, x), None, measure));
        maps.extend(best.map(|cell| map(sweep, view, (y, x), Some(cell), measure)));
    }
    HeatMaps {
        caption: format!("{}: {}", sweep.view_name(view), measure.name),
        unit: measure.unit,
        maps,
    }
}

fn map(
    sweep: &SweepFolder,
    view: usize,
    (y, x): (usize, usize),
    fixed: Option<&CellRow>,
    measure: &Measure,
) -> HeatMap {
    let best = chosen(sweep, view);
    let (rows, columns) = (sweep.axes[y].levels.len(), sweep.axes[x].levels.len());
    let mut sums = vec![(0.0, 0usize); rows * columns];
    let like = |cell: &&CellRow| {
        fixed.is_none_or(|fixed| {
            (0..cell.levels.len())
                .all(|at| at == x || at == y || cell.levels[at] == fixed.levels[at])
        })
    };
    for cell in sweep.of_view(view).filter(like) {
        if let Some(value) = (measure.value)(cell) {
            let sum = &mut sums[cell.levels[y] * columns + cell.levels[x]];
            *sum = (sum.0 + value, sum.1 + 1);
        }
    }
    HeatMap {
        x: sweep.axes[x].short.clone(),
        y: sweep.axes[y].short.clone(),
        x_levels: sweep.axes[x].levels.clone(),
        y_levels: sweep.axes[y].levels.clone(),
        rest: if fixed.is_some() {
            "the others as in the chosen cell"
        } else {
            "the others averaged out"
        }
        .to_owned(),
        values: sums
            .iter()
            .map(|(sum, n)| (*n > 0).then(|| sum / *n as f64))
            .collect(),
        counts: sums.iter().map(|(_, n)| *n).collect(),
        chosen: best.map(|cell| (cell.levels[y], cell.levels[x])),
    }
}
