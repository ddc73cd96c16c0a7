//! Heat maps of drawdown reduction and P&L: any two parameters, those that explain most first, the others averaged out or
//! held at the chosen cell; and a line per parameter.

use super::cells::CellRow;
use super::chosen::chosen;
use super::folder::SweepFolder;
use crate::chart::{HeatMap, HeatMaps, Unit};
use crate::document::{Block, Cell, Column, Row, Section, Table, side_by_side};
use crate::number;
use crate::section::cells;
use crate::words::listed;

/// Most pairs of axes that are drawn per window: a page of a sweep with many axes stays small.
const PAIRS: usize = 66;

/// What is drawn: its name, its unit, its value.
struct Measure {
    name: &'static str,
    short: &'static str,
    alone: &'static str,
    unit: Unit,
    value: fn(CellRow<'_>) -> Option<f64>,
}

const REDUCTION: Measure = Measure {
    name: "drawdown reduction by two parameters [%]",
    short: "drawdown",
    alone: "the drawdown reduction [%]",
    unit: Unit::Percent,
    value: |cell| cell.reduction(),
};
const PNL: Measure = Measure {
    name: "P&L against unhedged by two parameters [$]",
    short: "P&L",
    alone: "the P&L against unhedged [$]",
    unit: Unit::Usd,
    value: |cell| cell.hedge_pnl_usd().map(|usd| usd.usd()),
};

/// The drawdown reduction over the two parameters that explain most of it, window beside window: the picture that decides.
pub fn pictures(sweep: &SweepFolder) -> Vec<Block> {
    let varied = varied(sweep);
    side_by_side(
        (0..sweep.views.len()).flat_map(|view| of_measure(sweep, view, &varied, &REDUCTION)),
    )
}

/// The map of a measure in a window: over two parameters, or a line where one is varied.
fn of_measure(
    sweep: &SweepFolder,
    view: usize,
    varied: &[usize],
    measure: &Measure,
) -> Option<Block> {
    let shares = shares(sweep, view, varied, measure);
    match shares.as_slice() {
        [] => None,
        [only] => Some(Block::Heat(line(sweep, view, *only, measure))),
        _ => Some(Block::Heat(maps(sweep, view, &shares, measure))),
    }
}

/// Parameters with more than one level.
fn varied(sweep: &SweepFolder) -> Vec<usize> {
    (0..sweep.axes.len())
        .filter(|&axis| sweep.axes[axis].levels.len() > 1)
        .collect()
}

/// How much each parameter explains, and the maps of the P&L.
pub fn section(sweep: &SweepFolder) -> Section {
    let varied = varied(sweep);
    let mut blocks = Vec::new();
    match varied.as_slice() {
        [] => blocks.push(Block::Note(
            "No parameter was varied, so there is no map.".to_owned(),
        )),
        [_] => {}
        _ => {
            blocks.push(Block::Lead(explains_most(sweep, &varied)));
            blocks.push(Block::Table(explained_table(sweep, &varied)));
        }
    }
    let views = 0..sweep.views.len();
    blocks.extend(side_by_side(
        views.flat_map(|view| of_measure(sweep, view, &varied, &PNL)),
    ));
    let all = varied.len() * varied.len().saturating_sub(1) / 2;
    let some = match all > PAIRS {
        true => format!(" Of {all} pairs of parameters the first {PAIRS} are drawn."),
        false => String::new(),
    };
    if !varied.is_empty() {
        blocks.push(Block::Note(format!("{HOW_TO_READ}{some}")));
    }
    Section {
        id: "landscape",
        title: "The landscape",
        blocks,
    }
}

const HOW_TO_READ: &str = "Explained is the share of the variance between all cells that is gone when only the level of one \
                           parameter is known. A field is the mean of the cells that lie there, or the one cell where all other \
                           parameters are those of the chosen cell. Sign and number say what the colour says; ◆ is the chosen \
                           cell; colours span the values of all maps of a window.";

/// The parameter that explains most of the drawdown reduction in each window.
fn explains_most(sweep: &SweepFolder, varied: &[usize]) -> String {
    let of = |view: usize| {
        let (axis, share) = *shares(sweep, view, varied, &REDUCTION).first()?;
        Some(format!(
            "{} {} % in {}",
            sweep.axes[axis].short,
            number::percent(share),
            sweep.view_name(view)
        ))
    };
    let said: Vec<String> = (0..sweep.views.len()).filter_map(of).collect();
    format!(
        "What explains most of the drawdown reduction between cells: {}.",
        listed(&said)
    )
}

/// A row per parameter: the share of the variance it explains, by window and measure.
fn explained_table(sweep: &SweepFolder, varied: &[usize]) -> Table {
    let views = || (0..sweep.views.len()).flat_map(|view| [(view, &REDUCTION), (view, &PNL)]);
    let columns: Vec<Vec<(usize, f64)>> = views()
        .map(|(view, measure)| shares(sweep, view, varied, measure))
        .collect();
    let share = |of: &Vec<(usize, f64)>, axis: usize| {
        of.iter()
            .find(|(own, _)| *own == axis)
            .map(|(_, share)| *share)
    };
    let first = columns.first();
    let mut order = varied.to_vec();
    order.sort_by_key(|axis: &usize| {
        first.and_then(|of| of.iter().position(|(own, _)| own == axis))
    });
    let heads = views().map(|(view, measure)| {
        Column::number(
            &format!("{}, {}", sweep.view_name(view), measure.short),
            "%",
        )
    });
    Table {
        caption: "Explained by each parameter alone".to_owned(),
        columns: [Column::text("Parameter")]
            .into_iter()
            .chain(heads)
            .collect(),
        rows: order
            .iter()
            .map(|axis: &usize| {
                let values = columns.iter().map(|of| cells::percent(share(of, *axis)));
                let name = Cell::text(sweep.axes[*axis].short.clone());
                Row::plain([name].into_iter().chain(values).collect())
            })
            .collect(),
    }
}

/// Every parameter alone: a line of the means of its levels, window by window.
pub fn alone(sweep: &SweepFolder) -> Section {
    let varied = varied(sweep);
    let mut blocks = Vec::new();
    if varied.len() < 2 {
        blocks.push(Block::Note(
            "One parameter was varied at most: its line stands in the answer.".to_owned(),
        ));
    }
    for view in (0..sweep.views.len()).filter(|_| varied.len() > 1) {
        blocks.push(Block::Heading(sweep.view_name(view)));
        let column = |measure: &Measure| -> Vec<Block> {
            let shares = shares(sweep, view, &varied, measure);
            shares
                .iter()
                .map(|share: &(usize, f64)| Block::Heat(line(sweep, view, *share, measure)))
                .collect()
        };
        blocks.push(Block::Columns(vec![column(&REDUCTION), column(&PNL)]));
    }
    Section {
        id: "alone",
        title: "Each parameter alone",
        blocks,
    }
}

/// Each varied axis with the share of the variance that its levels explain, the largest first.
fn shares(
    sweep: &SweepFolder,
    view: usize,
    varied: &[usize],
    measure: &Measure,
) -> Vec<(usize, f64)> {
    let values = |axis: usize| {
        let value = move |cell: CellRow<'_>| Some((cell.level(axis), (measure.value)(cell)?));
        sweep.of_view(view).filter_map(value)
    };
    let mut shares: Vec<(usize, f64)> = varied
        .iter()
        .map(|&axis| {
            let share = explained(values(axis), sweep.axes[axis].levels.len());
            (axis, share)
        })
        .collect();
    shares.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    shares
}

/// Sum of squares between the levels over the sum of squares of all values; 0 where nothing varies.
fn explained(values: impl Iterator<Item = (usize, f64)> + Clone, levels: usize) -> f64 {
    let mut whole = Mean::default();
    let mut each = vec![Mean::default(); levels];
    for (level, value) in values.clone() {
        whole.add(value);
        each[level].add(value);
    }
    let middle = whole.of();
    let square = |value: f64| (value - middle) * (value - middle);
    let all: f64 = values.map(|(_, value)| square(value)).sum();
    let between: f64 = each.iter().map(|own| own.n * square(own.of())).sum();
    if all > 0.0 { between / all } else { 0.0 }
}

/// A mean that grows; zero of nothing.
#[derive(Clone, Copy, Default)]
struct Mean {
    sum: f64,
    n: f64,
}

impl Mean {
    fn add(&mut self, value: f64) {
        self.sum += value;
        self.n += 1.0;
    }

    fn of(self) -> f64 {
        self.sum / f64::max(self.n, 1.0)
    }
}

/// One parameter alone: a line of the means of its levels.
fn line(
    sweep: &SweepFolder,
    view: usize,
    (axis, share): (usize, f64),
    measure: &Measure,
) -> HeatMaps {
    let own = &sweep.axes[axis];
    let mut sums = vec![(0.0, 0usize); own.levels.len()];
    for cell in sweep.of_view(view) {
        if let Some(value) = (measure.value)(cell) {
            let sum = &mut sums[cell.level(axis)];
            *sum = (sum.0 + value, sum.1 + 1);
        }
    }
    let map = HeatMap {
        x: own.short.clone(),
        y: String::new(),
        x_levels: own.levels.clone(),
        y_levels: vec!["mean".to_owned()],
        rest: String::new(),
        values: sums
            .iter()
            .map(|(sum, n)| (*n > 0).then(|| sum / *n as f64))
            .collect(),
        counts: sums.iter().map(|(_, n)| *n).collect(),
        chosen: chosen(sweep, view).map(|cell| (0, cell.level(axis))),
    };
    HeatMaps {
        caption: format!(
            "{}: {} explains {} % of {}",
            sweep.view_name(view),
            own.short,
            number::percent(share),
            measure.alone
        ),
        unit: measure.unit,
        maps: vec![map],
    }
}

fn maps(sweep: &SweepFolder, view: usize, shares: &[(usize, f64)], measure: &Measure) -> HeatMaps {
    let best = chosen(sweep, view);
    let mut pairs: Vec<(usize, usize, f64)> = Vec::new();
    for (at, (a, first)) in shares.iter().enumerate() {
        let others = shares[at + 1..].iter();
        pairs.extend(others.map(|(b, second)| (*a.min(b), *a.max(b), first + second)));
    }
    pairs.sort_by(|a, b| b.2.total_cmp(&a.2).then((a.0, a.1).cmp(&(b.0, b.1))));
    let mut maps = Vec::new();
    for (y, x, _) in pairs.into_iter().take(PAIRS) {
        maps.push(map(sweep, view, (y, x), best, None, measure));
        maps.extend(best.map(|cell| map(sweep, view, (y, x), best, Some(cell), measure)));
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
    best: Option<CellRow<'_>>,
    fixed: Option<CellRow<'_>>,
    measure: &Measure,
) -> HeatMap {
    let rows = sweep.axes[y].levels.len();
    let columns = sweep.axes[x].levels.len();
    let mut sums = vec![(0.0, 0usize); rows * columns];
    let is_drawn = |cell: &CellRow<'_>| {
        fixed.is_none_or(|fixed| {
            let mut pairs = cell.levels().zip(fixed.levels()).enumerate();
            pairs.all(|(at, (own, other))| at == x || at == y || own == other)
        })
    };
    for cell in sweep.of_view(view).filter(is_drawn) {
        if let Some(value) = (measure.value)(cell) {
            let sum = &mut sums[cell.level(y) * columns + cell.level(x)];
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
        chosen: best.map(|cell| (cell.level(y), cell.level(x))),
    }
}

#[cfg(test)]
mod tests {
    use super::explained;

    #[test]
    fn a_level_that_decides_explains_all_and_one_that_does_not_nothing() {
        let explained = |values: &[(usize, f64)]| explained(values.iter().copied(), 2);
        assert_eq!(explained(&[(0, 1.0), (0, 1.0), (1, 3.0), (1, 3.0)]), 1.0);
        assert_eq!(explained(&[(0, 1.0), (0, 3.0), (1, 1.0), (1, 3.0)]), 0.0);
        assert_eq!(explained(&[(0, 2.0), (1, 2.0)]), 0.0, "nothing varies");
    }
}
