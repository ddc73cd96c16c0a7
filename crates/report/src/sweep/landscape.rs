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
    value: fn(&CellRow<'_>) -> Option<f64>,
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

/// What is explained of each window, in this order.
const MEASURES: [&Measure; 2] = [&REDUCTION, &PNL];

/// The drawdown reduction over the two parameters that explain most of it, window beside window: the picture that decides.
pub fn pictures(sweep: &SweepFolder) -> Vec<Block> {
    let varied = varied(sweep);
    side_by_side((0..sweep.views.len()).flat_map(|view| {
        let explained = explained(sweep, view, &varied, &REDUCTION);
        of_measure(sweep, view, &explained, &REDUCTION)
    }))
}

/// The map of a measure in a window: over two parameters, or a line where one is varied.
fn of_measure(
    sweep: &SweepFolder,
    view: usize,
    explained: &[Explained],
    measure: &Measure,
) -> Option<Block> {
    match explained {
        [] => None,
        [only] => Some(Block::Heat(line(sweep, view, only, measure))),
        _ => Some(Block::Heat(maps(sweep, view, explained, measure))),
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
    let of = |view: usize| MEASURES.map(|measure| explained(sweep, view, &varied, measure));
    let views: Vec<[Vec<Explained>; 2]> = (0..sweep.views.len()).map(of).collect();
    let mut blocks = Vec::new();
    match varied.as_slice() {
        [] => blocks.push(Block::Note(
            "No parameter was varied, so there is no map.".to_owned(),
        )),
        [_] => {}
        _ => {
            blocks.push(Block::Lead(explains_most(sweep, &views)));
            blocks.push(Block::Table(explained_table(sweep, &varied, &views)));
        }
    }
    let views = views.iter().enumerate();
    blocks.extend(side_by_side(views.flat_map(|(view, [_, of_pnl])| {
        of_measure(sweep, view, of_pnl, &PNL)
    })));
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
fn explains_most(sweep: &SweepFolder, views: &[[Vec<Explained>; 2]]) -> String {
    let of = |(view, [of_reduction, _]): (usize, &[Vec<Explained>; 2])| {
        let first = of_reduction.first()?;
        Some(format!(
            "{} {} % in {}",
            sweep.axes[first.axis].short,
            number::percent(first.share),
            sweep.view_name(view)
        ))
    };
    let said: Vec<String> = views.iter().enumerate().filter_map(of).collect();
    format!(
        "What explains most of the drawdown reduction between cells: {}.",
        listed(&said)
    )
}

/// A row per parameter: the share of the variance it explains, by window and measure.
fn explained_table(sweep: &SweepFolder, varied: &[usize], views: &[[Vec<Explained>; 2]]) -> Table {
    let columns = views.as_flattened();
    let share = |of: &[Explained], axis: usize| {
        let own = of.iter().find(|own| own.axis == axis);
        own.map(|own| own.share)
    };
    let first = columns.first();
    let mut order = varied.to_vec();
    order.sort_by_key(|axis: &usize| {
        first.and_then(|of| of.iter().position(|own| own.axis == *axis))
    });
    let heads = (0..views.len()).flat_map(|view| {
        MEASURES.map(|measure| {
            let head = format!("{}, {}", sweep.view_name(view), measure.short);
            Column::number(&head, "%")
        })
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
            let explained = explained(sweep, view, &varied, measure);
            explained
                .iter()
                .map(|own| Block::Heat(line(sweep, view, own, measure)))
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

/// What the levels of one axis explain.
struct Explained {
    axis: usize,
    /// The share of the variance between all cells that is gone when only the level is known.
    share: f64,
    /// The cells at each level.
    levels: Vec<Mean>,
}

/// What each varied axis explains, the largest share first.
fn explained(
    sweep: &SweepFolder,
    view: usize,
    varied: &[usize],
    measure: &Measure,
) -> Vec<Explained> {
    let values = || {
        let cells = sweep.of_view(view);
        cells.filter_map(|cell| {
            let value = (measure.value)(&cell)?;
            Some((cell, value))
        })
    };
    let axes = varied
        .iter()
        .map(|&axis| (axis, sweep.axes[axis].levels.len()));
    let axes: Vec<(usize, usize)> = axes.collect();
    let mut explained = explained_of(values, CellRow::level, &axes);
    explained.sort_by(|a, b| b.share.total_cmp(&a.share).then(a.axis.cmp(&b.axis)));
    explained
}

/// What each axis of some values explains: the sum of squares between its levels over that of all values; 0 where nothing varies.
/// Axes come with the number of their levels. The values are passed over twice.
fn explained_of<R, I: Iterator<Item = (R, f64)>>(
    values: impl Fn() -> I,
    level: impl Fn(&R, usize) -> usize,
    axes: &[(usize, usize)],
) -> Vec<Explained> {
    let mut whole = Mean::default();
    let mut each: Vec<Explained> = axes
        .iter()
        .map(|(axis, levels)| Explained {
            axis: *axis,
            share: 0.0,
            levels: vec![Mean::default(); *levels],
        })
        .collect();
    for (row, value) in values() {
        whole.add(value);
        for own in &mut each {
            own.levels[level(&row, own.axis)].add(value);
        }
    }
    let middle = whole.of();
    let square = |value: f64| (value - middle) * (value - middle);
    let all: f64 = values().map(|(_, value)| square(value)).sum();
    for own in &mut each {
        let levels = own.levels.iter();
        let between: f64 = levels.map(|own| own.n as f64 * square(own.of())).sum();
        own.share = if all > 0.0 { between / all } else { 0.0 };
    }
    each
}

/// A mean that grows; zero of nothing.
#[derive(Clone, Copy, Default)]
struct Mean {
    sum: f64,
    n: usize,
}

impl Mean {
    fn add(&mut self, value: f64) {
        self.sum += value;
        self.n += 1;
    }

    fn of(self) -> f64 {
        self.sum / f64::max(self.n as f64, 1.0)
    }

    fn defined(self) -> Option<f64> {
        (self.n > 0).then(|| self.of())
    }
}

/// One parameter alone: a line of the means of its levels.
fn line(sweep: &SweepFolder, view: usize, own: &Explained, measure: &Measure) -> HeatMaps {
    let axis = &sweep.axes[own.axis];
    let map = HeatMap {
        x: axis.short.clone(),
        y: String::new(),
        x_levels: axis.levels.clone(),
        y_levels: vec!["mean".to_owned()],
        rest: String::new(),
        values: own.levels.iter().map(|mean| mean.defined()).collect(),
        counts: own.levels.iter().map(|mean| mean.n).collect(),
        chosen: chosen(sweep, view).map(|cell| (0, cell.level(own.axis))),
    };
    HeatMaps {
        caption: format!(
            "{}: {} explains {} % of {}",
            sweep.view_name(view),
            axis.short,
            number::percent(own.share),
            measure.alone
        ),
        unit: measure.unit,
        maps: vec![map],
    }
}

/// The fields over two axes: the means of all cells that lie there, and of those that have the other levels of the chosen cell.
struct Fields {
    y: usize,
    x: usize,
    all: Vec<Mean>,
    fixed: Vec<Mean>,
}

fn maps(sweep: &SweepFolder, view: usize, explained: &[Explained], measure: &Measure) -> HeatMaps {
    let best = chosen(sweep, view);
    let mut pairs: Vec<(usize, usize, f64)> = Vec::new();
    for (at, a) in explained.iter().enumerate() {
        let others = explained[at + 1..].iter();
        pairs.extend(others.map(|b| (a.axis.min(b.axis), a.axis.max(b.axis), a.share + b.share)));
    }
    pairs.sort_by(|a, b| b.2.total_cmp(&a.2).then((a.0, a.1).cmp(&(b.0, b.1))));
    let levels = |axis: usize| sweep.axes[axis].levels.len();
    let mut fields: Vec<Fields> = pairs
        .into_iter()
        .take(PAIRS)
        .map(|(y, x, _)| Fields {
            y,
            x,
            all: vec![Mean::default(); levels(y) * levels(x)],
            fixed: vec![Mean::default(); levels(y) * levels(x)],
        })
        .collect();
    let held: Option<Vec<usize>> = best.as_ref().map(|cell| cell.levels().collect());
    let mut own: Vec<usize> = Vec::with_capacity(sweep.axes.len());
    for cell in sweep.of_view(view) {
        let Some(value) = (measure.value)(&cell) else {
            continue;
        };
        own.clear();
        own.extend(cell.levels());
        let others = held.as_ref().and_then(|held| others(&own, held));
        for field in &mut fields {
            let place = own[field.y] * levels(field.x) + own[field.x];
            field.all[place].add(value);
            let is_drawn = |[a, b]: [Option<usize>; 2]| {
                let is_own = |axis: Option<usize>| {
                    axis.is_none_or(|axis| axis == field.x || axis == field.y)
                };
                is_own(a) && is_own(b)
            };
            if others.is_some_and(is_drawn) {
                field.fixed[place].add(value);
            }
        }
    }
    let mut maps = Vec::new();
    for field in &fields {
        maps.push(map(sweep, field, best.as_ref(), false));
        maps.extend(
            best.as_ref()
                .map(|cell| map(sweep, field, Some(cell), true)),
        );
    }
    HeatMaps {
        caption: format!("{}: {}", sweep.view_name(view), measure.name),
        unit: measure.unit,
        maps,
    }
}

/// The axes on which two cells differ, where these are two at most.
fn others(own: &[usize], other: &[usize]) -> Option<[Option<usize>; 2]> {
    let pairs = own.iter().zip(other).enumerate();
    let mut apart = pairs
        .filter(|(_, (own, other))| own != other)
        .map(|(axis, _)| axis);
    let found = [apart.next(), apart.next()];
    apart.next().is_none().then_some(found)
}

fn map(sweep: &SweepFolder, field: &Fields, best: Option<&CellRow<'_>>, is_fixed: bool) -> HeatMap {
    let Fields { y, x, .. } = *field;
    let means = match is_fixed {
        true => &field.fixed,
        false => &field.all,
    };
    HeatMap {
        x: sweep.axes[x].short.clone(),
        y: sweep.axes[y].short.clone(),
        x_levels: sweep.axes[x].levels.clone(),
        y_levels: sweep.axes[y].levels.clone(),
        rest: match is_fixed {
            true => "the others as in the chosen cell",
            false => "the others averaged out",
        }
        .to_owned(),
        values: means.iter().map(|mean| mean.defined()).collect(),
        counts: means.iter().map(|mean| mean.n).collect(),
        chosen: best.map(|cell| (cell.level(y), cell.level(x))),
    }
}

#[cfg(test)]
mod tests {
    use super::explained_of;

    #[test]
    fn a_level_that_decides_explains_all_and_one_that_does_not_nothing() {
        let explained = |values: &[(usize, f64)]| {
            let found = explained_of(|| values.iter().copied(), |level, _| *level, &[(0, 2)]);
            found[0].share
        };
        assert_eq!(explained(&[(0, 1.0), (0, 1.0), (1, 3.0), (1, 3.0)]), 1.0);
        assert_eq!(explained(&[(0, 1.0), (0, 3.0), (1, 1.0), (1, 3.0)]), 0.0);
        assert_eq!(explained(&[(0, 2.0), (1, 2.0)]), 0.0, "nothing varies");
    }
}
