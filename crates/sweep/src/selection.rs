//! Some cells of a sweep, by their numbers: all of them, a range, or those of a part.

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
    match groups(config) {
        None => config.points.len(),
        Some(groups) => groups.len(),
    }
}

/// The cells of part `index` of `of`: a range of configurations, in the order of their first cells, each with all its
/// cells. Parts differ by one configuration at most; there may be more parts than configurations.
pub fn part(config: &SweepConfig, index: usize, of: usize) -> Selection {
    let share = |all: usize| {
        let at = |index: usize| (all as u128 * index as u128 / of as u128) as usize;
        at(index)..at(index + 1)
    };
    let Some(mut groups) = groups(config) else {
        return Selection::range(share(config.points.len()));
    };
    let range = share(groups.len());
    let mut numbers: Vec<usize> = groups.drain(range).flatten().collect();
    numbers.sort_unstable();
    Selection::of_ranges(numbers.into_iter().map(|number| number..number + 1))
}

/// The cells of each configuration, in the order of their first cells; nothing where every cell is one.
fn groups(config: &SweepConfig) -> Option<Vec<Vec<usize>>> {
    let parameters = config.of_role(Role::Parameter);
    if parameters.len() == config.axes.len() {
        return None;
    }
    // A grid is numbered with few digits; points of a sample are few.
    let levels = |place: usize| config.axes[parameters[place]].len();
    let whole = |point: &[u16]| {
        let digits = parameters.iter().map(|&axis| usize::from(point[axis]));
        digits
            .enumerate()
            .fold(0_usize, |sum, (place, digit)| sum * levels(place) + digit)
    };
    let is_grid = config.file.sample == Sample::Grid;
    let mut found: Vec<(Vec<u16>, usize, usize)> = Vec::with_capacity(config.points.len());
    for (number, point) in config.points.iter().enumerate() {
        found.push(match is_grid {
            true => (Vec::new(), whole(&point), number),
            false => (
                parameters.iter().map(|&axis| point[axis]).collect(),
                0,
                number,
            ),
        });
    }
    found.sort_unstable();
    let mut groups: Vec<Vec<usize>> = found
        .chunk_by(|a, b| (&a.0, a.1) == (&b.0, b.1))
        .map(|group| group.iter().map(|(_, _, number)| *number).collect())
        .collect();
    groups.sort_unstable_by_key(|group| group[0]);
    Some(groups)
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
