//! The points of a sweep by their numbers. Those of a grid are never listed: a point is worked out from its number.

use std::ops::Range;

use crate::SpecError;
use crate::axis::Axis;
use crate::constraint::Constraint;

/// Most points a sweep looks at.
pub(super) const MOST_POINTS: usize = 50_000_000;

/// A point: the place of a level on every axis.
pub type Point = Vec<u16>;

/// All points of a sweep, in the order that numbers the cells.
#[derive(Clone, Debug, PartialEq)]
pub struct Points(Kind);

#[derive(Clone, Debug, PartialEq)]
enum Kind {
    /// As drawn.
    Listed(Vec<Point>),
    /// A grid, the last axis fastest.
    Grid(Grid),
}

/// Axes that constraints tie together, in groups that know nothing of one another; an axis without a constraint is a
/// group of its own. Any point of one group goes with any point of the others, so only the points of groups are listed.
#[derive(Clone, Debug, PartialEq)]
struct Grid {
    /// Per axis its group, and its place in it.
    axes: Vec<(usize, usize)>,
    groups: Vec<Group>,
}

/// The points over some axes that satisfy their constraints, in ascending order.
#[derive(Clone, Debug, PartialEq)]
struct Group(Vec<Point>);

impl Group {
    /// Which of the points in `range` have this level on an axis on which they are in order.
    fn with(&self, range: &Range<usize>, axis: usize, level: u16) -> Range<usize> {
        let points = &self.0[range.clone()];
        let start = points.partition_point(|point| point[axis] < level);
        let end = points.partition_point(|point| point[axis] <= level);
        range.start + start..range.start + end
    }
}

impl Points {
    /// Points as they were drawn.
    pub(super) fn listed(points: Vec<Point>) -> Points {
        Points(Kind::Listed(points))
    }

    /// The points of a grid that satisfy the constraints.
    ///
    /// # Errors
    /// Where the grid is too large.
    pub(super) fn grid(axes: &[Axis], constraints: &[Constraint]) -> Result<Points, SpecError> {
        let size = axes
            .iter()
            .try_fold(1_usize, |size, axis| size.checked_mul(axis.len()));
        if size.is_none_or(|size| size > MOST_POINTS) {
            return Err(SpecError::GridTooLarge { most: MOST_POINTS });
        }
        let groups = groups(axes.len(), constraints);
        let mut places = vec![(0, 0); axes.len()];
        for (group, members) in groups.iter().enumerate() {
            for (place, &axis) in members.iter().enumerate() {
                places[axis] = (group, place);
            }
        }
        Ok(Points(Kind::Grid(Grid {
            axes: places,
            groups: groups
                .iter()
                .map(|members| Group(points_of(axes, members, constraints)))
                .collect(),
        })))
    }

    /// Whether they are a grid's, each there once.
    pub fn is_grid(&self) -> bool {
        matches!(self.0, Kind::Grid(_))
    }

    /// Number of points.
    pub fn len(&self) -> usize {
        match &self.0 {
            Kind::Listed(points) => points.len(),
            Kind::Grid(grid) => grid.groups.iter().map(|group| group.0.len()).product(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The point with a number below [`Points::len`].
    ///
    /// # Panics
    /// Beyond the last point.
    pub fn get(&self, number: usize) -> Point {
        assert!(number < self.len(), "there are {} points", self.len());
        match &self.0 {
            Kind::Listed(points) => points[number].clone(),
            Kind::Grid(grid) => grid.get(number),
        }
    }

    /// The number of a point, if it is one.
    pub fn number(&self, point: &[u16]) -> Option<usize> {
        match &self.0 {
            Kind::Listed(points) => points.iter().position(|one| one == point),
            Kind::Grid(grid) => grid.number(point),
        }
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = Point> + '_ {
        (0..self.len()).map(|number| self.get(number))
    }
}

impl Grid {
    /// Per group the points that are left, all of them before an axis is fixed.
    fn all(&self) -> Vec<Range<usize>> {
        self.groups.iter().map(|group| 0..group.0.len()).collect()
    }

    /// How many points there are for one of a group.
    fn beside(left: &[Range<usize>], group: usize) -> usize {
        let others = left.iter().enumerate().filter(|(other, _)| *other != group);
        others.map(|(_, range)| range.len()).product()
    }

    fn get(&self, number: usize) -> Point {
        let mut left = self.all();
        let mut rest = number;
        self.axes
            .iter()
            .map(|&(group, axis)| {
                let beside = Grid::beside(&left, group);
                let range = left[group].clone();
                // Points of the group with lower levels on this axis come first, each with all points of the others.
                let level = self.groups[group].0[range.start + rest / beside][axis];
                left[group] = self.groups[group].with(&range, axis, level);
                rest -= (left[group].start - range.start) * beside;
                level
            })
            .collect()
    }

    fn number(&self, point: &[u16]) -> Option<usize> {
        let mut left = self.all();
        let mut number = 0;
        if point.len() != self.axes.len() {
            return None;
        }
        for (&(group, axis), &level) in self.axes.iter().zip(point) {
            let beside = Grid::beside(&left, group);
            let range = left[group].clone();
            left[group] = self.groups[group].with(&range, axis, level);
            number += (left[group].start - range.start) * beside;
        }
        left.iter().all(|range| range.len() == 1).then_some(number)
    }
}

/// Axes in groups: two are in one if a constraint names both, directly or by way of others. Each group in order.
fn groups(axes: usize, constraints: &[Constraint]) -> Vec<Vec<usize>> {
    let mut group_of: Vec<usize> = (0..axes).collect();
    for constraint in constraints {
        let named = constraint.axes();
        let Some(&first) = named.first() else {
            continue;
        };
        let target = group_of[first];
        for axis in named {
            let merged = group_of[axis];
            group_of
                .iter_mut()
                .filter(|group| **group == merged)
                .for_each(|group| *group = target);
        }
    }
    let members = |group: usize| (0..axes).filter(|&axis| group_of[axis] == group).collect();
    let all = (0..axes).map(members);
    all.filter(|members: &Vec<usize>| !members.is_empty())
        .collect()
}

/// The points over the axes of a group that satisfy every constraint on it, the last axis fastest.
fn points_of(axes: &[Axis], members: &[usize], constraints: &[Constraint]) -> Vec<Point> {
    // A constraint that names no axis holds everywhere or nowhere.
    let own: Vec<&Constraint> = constraints
        .iter()
        .filter(|constraint| constraint.axes().iter().all(|axis| members.contains(axis)))
        .collect();
    let size: usize = members.iter().map(|&axis| axes[axis].len()).product();
    let mut point = vec![0; axes.len()];
    let mut found = Vec::new();
    for _ in 0..size {
        if own.iter().all(|constraint| constraint.holds(axes, &point)) {
            found.push(members.iter().map(|&axis| point[axis] as u16).collect());
        }
        for &axis in members.iter().rev() {
            point[axis] += 1;
            if point[axis] < axes[axis].len() {
                break;
            }
            point[axis] = 0;
        }
    }
    found
}
