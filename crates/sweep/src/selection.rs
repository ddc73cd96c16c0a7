//! Some cells of a sweep, by their numbers: all of them, a range, or those of a part.

use std::collections::BTreeMap;
use std::ops::Range;

use runfile::axis::Role;
use runfile::space::Sample;

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
    Groups::of(config).map_or(config.points.len(), |groups| groups.ranges.len())
}

/// The cells of part `index` of `of`: a range of configurations, in the order of their first cells, each with all its
/// cells. Parts differ by one configuration at most; there may be more parts than configurations.
pub fn part(config: &SweepConfig, index: usize, of: usize) -> Selection {
    let share = |all: usize| {
        let at = |index: usize| (all as u128 * index as u128 / of as u128) as usize;
        at(index)..at(index + 1)
    };
    let Some(groups) = Groups::of(config) else {
        return Selection::range(share(config.points.len()));
    };
    let wanted = &groups.ranges[share(groups.ranges.len())];
    let mut numbers: Vec<usize> = wanted
        .iter()
        .flat_map(|range| &groups.cells[range.clone()])
        .map(|(_, number)| *number)
        .collect();
    numbers.sort_unstable();
    Selection::of_ranges(numbers.into_iter().map(|number| number..number + 1))
}

/// The cells of each configuration.
struct Groups {
    /// Of every cell what tells its configuration from others, and its number; in this order.
    cells: Vec<(usize, usize)>,
    /// Where the cells of each configuration are, in the order of their first cells.
    ranges: Vec<Range<usize>>,
}

impl Groups {
    /// Nothing where every cell is a configuration of its own.
    fn of(config: &SweepConfig) -> Option<Groups> {
        let parameters = config.of_role(Role::Parameter);
        if parameters.len() == config.axes.len() {
            return None;
        }
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
        ranges.sort_unstable_by_key(|range| cells[range.start].1);
        Some(Groups { cells, ranges })
    }
}

#[cfg(test)]
mod tests {
    use super::Selection;

    #[test]
    fn places_count_without_gaps() {
        let cells = Selection::of_ranges([2..4, 4..5, 9..9, 10..12]);
        assert_eq!(cells.ranges(), [2..5, 10..12]);
        let numbers: Vec<usize> = (0..cells.len()).map(|place| cells.number(place)).collect();
        assert_eq!(numbers, [2, 3, 4, 10, 11]);
        assert!(Selection::range(3..3).is_empty());
    }
}
