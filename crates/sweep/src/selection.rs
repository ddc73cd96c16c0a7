//! Some cells of a sweep, by their numbers: all of them, a range, or those of a part.

use std::collections::BTreeMap;
use std::ops::Range;

use runfile::axis::{Axis, Role};
use runfile::constraint::Constraint;
use runfile::space::{Point, Points, Sample, points};

use crate::spec::SweepConfig;

/// Numbers of cells in ascending order, as ranges. Its cells also have places, counted from 0 without gaps.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    ranges: Vec<Range<usize>>,
    /// Per range, how many cells lie before it.
    before: Vec<usize>,
    len: usize,
}

impl Selection {
    /// The cells of a range.
    pub fn range(range: Range<usize>) -> Selection {
        Selection::of_ranges([range])
    }

    /// The cells of ranges in ascending order that do not overlap; those that touch become one.
    pub fn of_ranges(ranges: impl IntoIterator<Item = Range<usize>>) -> Selection {
        let mut found = Selection::default();
        for range in ranges.into_iter().filter(|range| !range.is_empty()) {
            let length = range.len();
            match found.ranges.last_mut() {
                Some(last) if last.end == range.start => last.end = range.end,
                _ => {
                    found.before.push(found.len);
                    found.ranges.push(range);
                }
            }
            found.len += length;
        }
        found
    }

    /// Number of cells.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The ranges.
    pub fn ranges(&self) -> &[Range<usize>] {
        &self.ranges
    }

    /// The number of the cell at a place below [`Selection::len`].
    pub fn number(&self, place: usize) -> usize {
        let range = self.before.partition_point(|before| *before <= place) - 1;
        self.ranges[range].start + place - self.before[range]
    }
}

/// How many configurations there are, an arm not counted: cells that differ by phase or error only are one.
pub fn configurations(config: &SweepConfig) -> usize {
    match Order::of(config) {
        Order::Single => config.points.len(),
        Order::Product(product) => product.len(),
        Order::Listed(groups) => groups.ranges.len(),
    }
}

/// The cells of part `index` of `of`: a range of configurations, in the order of their first cells, each with all its
/// cells. Parts differ by one configuration at most; there may be more parts than configurations.
pub fn part(config: &SweepConfig, index: usize, of: usize) -> Selection {
    Order::of(config).part(config, index, of)
}

/// The cells of every one of `of` parts, as [`part`] has them.
pub fn parts(config: &SweepConfig, of: usize) -> impl Iterator<Item = Selection> {
    let order = Order::of(config);
    (0..of).map(move |index| order.part(config, index, of))
}

/// How the cells of a configuration are found.
pub(crate) enum Order {
    /// Every cell is a configuration of its own.
    Single,
    /// Any configuration goes with any phase and error: nothing is listed.
    Product(Product),
    /// All cells were looked at.
    Listed(Groups),
}

impl Order {
    pub(crate) fn of(config: &SweepConfig) -> Order {
        if config.of_role(Role::Parameter).len() == config.axes.len() {
            return Order::Single;
        }
        match Product::of(config) {
            Some(product) => Order::Product(product),
            None => Order::Listed(Groups::of(config)),
        }
    }

    /// See [`part`].
    fn part(&self, config: &SweepConfig, index: usize, of: usize) -> Selection {
        let share = |all: usize| {
            let at = |index: usize| (all as u128 * index as u128 / of as u128) as usize;
            at(index)..at(index + 1)
        };
        let mut numbers: Vec<usize> = match self {
            Order::Single => return Selection::range(share(config.points.len())),
            Order::Product(product) => {
                let others: Vec<Point> = product.others(config).collect();
                share(product.len())
                    .flat_map(|place| product.cells(config, place, &others))
                    .collect()
            }
            Order::Listed(groups) => groups.ranges[share(groups.ranges.len())]
                .iter()
                .flat_map(|range| &groups.cells[range.clone()])
                .map(|(_, number)| *number)
                .collect(),
        };
        numbers.sort_unstable();
        Selection::of_ranges(numbers.into_iter().map(|number| number..number + 1))
    }
}

/// A grid in which no constraint ties a parameter to a phase or an error.
pub(crate) struct Product {
    /// Places of the parameters among the axes, and of the others.
    axes: [Vec<usize>; 2],
    /// The configurations. Their order is that of their first cells, because both grids count alike.
    parameters: Points,
    /// Phases and errors.
    others: Points,
}

impl Product {
    pub(crate) fn of(config: &SweepConfig) -> Option<Product> {
        if config.file.sample != Sample::Grid {
            return None;
        }
        let own = config.of_role(Role::Parameter);
        let others: Vec<usize> = (0..config.axes.len())
            .filter(|a| !own.contains(a))
            .collect();
        let axes = [own, others];
        let grid = |places: &[usize]| {
            let axes: Vec<Axis> = places.iter().map(|&a| config.axes[a].clone()).collect();
            let parsed = config.file.constraints.iter();
            let parsed: Vec<Option<Constraint>> = parsed
                .map(|text| Constraint::parse(text, &axes).ok())
                .collect();
            let own: Vec<Constraint> = parsed.iter().flatten().cloned().collect();
            let is_told = parsed.iter().map(Option::is_some).collect::<Vec<bool>>();
            Some((points(&axes, &own, Sample::Grid).ok()?, is_told))
        };
        let (parameters, of_parameters) = grid(&axes[0])?;
        let (others, of_others) = grid(&axes[1])?;
        // One that names no axis is told by both.
        let mut told = of_parameters.iter().zip(of_others);
        told.all(|(one, other)| *one || other).then_some(Product {
            axes,
            parameters,
            others,
        })
    }

    /// Number of configurations.
    pub(crate) fn len(&self) -> usize {
        self.parameters.len()
    }

    /// Points of phases and errors, with zeros for the parameters.
    pub(crate) fn others(&self, config: &SweepConfig) -> impl Iterator<Item = Point> {
        let width = config.axes.len();
        self.others.iter().map(move |other: Point| {
            let mut point: Point = vec![0; width];
            let levels = self.axes[1].iter().zip(other);
            levels.for_each(|(&axis, level)| point[axis] = level);
            point
        })
    }

    /// The cells of a configuration at some of the [`others`](Product::others), in order.
    pub(crate) fn cells(&self, config: &SweepConfig, place: usize, others: &[Point]) -> Vec<usize> {
        let own = self.parameters.get(place);
        let number = |other: &Point| {
            let mut point = other.clone();
            let levels = self.axes[0].iter().zip(&own);
            levels.for_each(|(&axis, &level)| point[axis] = level);
            config.points.number(&point)
        };
        let mut cells: Vec<usize> = others.iter().filter_map(number).collect();
        cells.sort_unstable();
        cells
    }

    /// The configuration of a cell.
    pub(crate) fn place(&self, point: &[u16]) -> Option<usize> {
        let own: Point = self.axes[0].iter().map(|&axis| point[axis]).collect();
        self.parameters.number(&own)
    }
}

/// The cells of each configuration.
pub(crate) struct Groups {
    /// Of every cell what tells its configuration from others, and its number; in this order.
    cells: Vec<(usize, usize)>,
    /// Where the cells of each configuration are, in the order of their first cells at the run's own errors.
    ranges: Vec<Range<usize>>,
}

impl Groups {
    fn of(config: &SweepConfig) -> Groups {
        let parameters = config.of_role(Role::Parameter);
        let mut cells: Vec<(usize, usize)> = match config.file.sample {
            Sample::Grid => {
                // A grid has few points, so the digits of the parameters alone fit a number as well.
                let digits = |point: Vec<u16>| {
                    parameters.iter().fold(0_usize, |sum, &axis| {
                        sum * config.axes[axis].len() + usize::from(point[axis])
                    })
                };
                config.points.iter().map(digits).zip(0..).collect()
            }
            _ => {
                let mut known = BTreeMap::new();
                let mut key = |point: Vec<u16>| {
                    let levels: Vec<u16> = parameters.iter().map(|&axis| point[axis]).collect();
                    let next = known.len();
                    *known.entry(levels).or_insert(next)
                };
                config.points.iter().map(&mut key).zip(0..).collect()
            }
        };
        cells.sort_unstable();
        let mut ranges: Vec<Range<usize>> = Vec::new();
        for group in cells.chunk_by(|a, b| a.0 == b.0) {
            let start = ranges.last().map_or(0, |last| last.end);
            ranges.push(start..start + group.len());
        }
        // The first at the run's own errors, where there is one: by these configurations are judged.
        let is_own = config.at_errors(&config.own_errors());
        ranges.sort_by_cached_key(|range| {
            let mut numbers = cells[range.clone()].iter().map(|(_, number)| *number);
            let first = cells[range.start].1;
            numbers
                .find(|number| is_own(&config.points.get(*number)))
                .unwrap_or(first)
        });
        Groups { cells, ranges }
    }
}

#[cfg(test)]
mod tests {
    use super::{Groups, Order, Point, Selection, configurations, part, parts};
    use crate::spec::shipped;

    #[test]
    fn a_product_of_grids_is_what_a_look_at_every_cell_finds() {
        for (name, is_product) in [("small", true), ("tiers", false)] {
            let config = shipped(name);
            let groups = Groups::of(&config);
            assert_eq!(configurations(&config), groups.ranges.len(), "{name}");
            let all: Vec<Selection> = parts(&config, 7).collect();
            let cells = all.iter().map(Selection::len);
            assert_eq!(cells.sum::<usize>(), config.points.len(), "{name}");
            assert_eq!(all[3], part(&config, 3, 7), "{name}");
            let Order::Product(product) = Order::of(&config) else {
                // Nothing but parameters: every cell is a configuration.
                assert!(!is_product, "{name} is a product");
                assert_eq!(groups.ranges.len(), config.points.len(), "{name}");
                continue;
            };
            assert!(is_product, "{name} is no product");
            let others: Vec<Point> = product.others(&config).collect();
            for (place, range) in groups.ranges.iter().enumerate().step_by(7) {
                let listed: Vec<usize> = groups.cells[range.clone()].iter().map(|c| c.1).collect();
                let found = product.cells(&config, place, &others);
                assert_eq!(found, listed, "{name}, configuration {place}");
            }
        }
    }

    #[test]
    fn places_count_without_gaps() {
        let cells = Selection::of_ranges([2..4, 4..5, 9..9, 10..12]);
        assert_eq!(cells.ranges(), [2..5, 10..12]);
        let numbers: Vec<usize> = (0..cells.len()).map(|place| cells.number(place)).collect();
        assert_eq!(numbers, [2, 3, 4, 10, 11]);
        assert!(Selection::range(3..3).is_empty());
    }
}
