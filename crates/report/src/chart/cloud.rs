//! Many points, few of them named: a cloud with a front.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use super::scale::{Scale, Unit};
use crate::style::Style;

/// Columns and rows of the places that dots are drawn at, on a page.
pub const PAGE: (i64, i64) = (600, 400);
/// The same on a sheet of its own.
pub const SHEET: (i64, i64) = (425, 170);

/// Points on two scales.
#[derive(Clone, Debug)]
pub struct CloudChart {
    /// What it shows.
    pub caption: String,
    /// Name and unit of the values across.
    pub x: (String, Unit),
    /// Name and unit of the values upwards.
    pub y: (String, Unit),
    /// All points, or those of them that make the picture ([`CloudChart::filled`]).
    pub points: Vec<(f64, f64)>,
    /// How many points there are.
    pub count: usize,
    /// Points to compare with, drawn in grey below the others.
    pub beside: Vec<(f64, f64)>,
    /// The points of the front, from left to right; joined by a line.
    pub front: Vec<(f64, f64)>,
    /// The chosen point.
    pub chosen: Option<(f64, f64)>,
    /// Rows of points with a look of their own, joined; a table below names them.
    pub trails: Vec<(Style, Vec<(f64, f64)>)>,
}

impl CloudChart {
    /// The scale across; zero is always on it.
    pub fn x_scale(&self) -> Scale {
        Scale::over(self.drawn().map(|point| point.0).chain([0.0]), self.x.1, 5)
    }

    /// The scale upwards; zero is always on it.
    pub fn y_scale(&self) -> Scale {
        Scale::over(self.drawn().map(|point| point.1).chain([0.0]), self.y.1, 5)
    }

    /// Every point but those of the front, which other points or the caller keep in view.
    fn drawn(&self) -> impl Iterator<Item = &(f64, f64)> {
        let trails = self.trails.iter().flat_map(|(_, points)| points);
        self.points.iter().chain(&self.beside).chain(trails)
    }

    /// Points on a grid of columns × rows, each place once, from the upper left: what an eye can tell apart.
    pub fn places(&self, points: &[(f64, f64)], grid: (i64, i64)) -> Vec<(i64, i64)> {
        let scales = (self.x_scale(), self.y_scale());
        let mut places: Vec<(i64, i64)> = points
            .iter()
            .map(|point| place(*point, &scales, grid))
            .collect();
        places.sort_unstable();
        places.dedup();
        places
    }

    /// The chart with those points that make its picture: of the points at one place of both grids the first, and the outermost, which
    /// make the scales. A sweep may have millions: each of `points` and `beside` is asked for all of them three times.
    pub fn filled<P, B>(mut self, points: impl Fn() -> P, beside: impl Fn() -> B) -> CloudChart
    where
        P: Iterator<Item = (f64, f64)>,
        B: Iterator<Item = (f64, f64)>,
    {
        let kept = [outermost(points()), outermost(beside())];
        // The outermost make the scales.
        let ends = points().enumerate().filter(|(at, _)| kept[0].contains(at));
        self.points = ends.map(|(_, point)| point).collect();
        let ends = beside().enumerate().filter(|(at, _)| kept[1].contains(at));
        self.beside = ends.map(|(_, point)| point).collect();
        let scales = (self.x_scale(), self.y_scale());
        let mut count = 0;
        self.points = thin(points().inspect(|_| count += 1), &kept[0], &scales);
        self.count = count;
        self.beside = thin(beside(), &kept[1], &scales);
        self
    }
}

/// Of the points at one place of both grids the first, and those that are `kept` by their numbers.
fn thin(
    points: impl Iterator<Item = (f64, f64)>,
    kept: &[usize; 4],
    scales: &(Scale, Scale),
) -> Vec<(f64, f64)> {
    let mut seen = BTreeSet::new();
    let is_kept = |(at, point): &(usize, (f64, f64))| {
        seen.insert([PAGE, SHEET].map(|grid| place(*point, scales, grid))) || kept.contains(at)
    };
    let points = points.enumerate().filter(is_kept);
    points.map(|(_, point)| point).collect()
}

/// Where a point lies on a grid of columns × rows, from the upper left.
fn place((x, y): (f64, f64), scales: &(Scale, Scale), (columns, rows): (i64, i64)) -> (i64, i64) {
    (
        (scales.0.place(x) * columns as f64).round() as i64,
        ((1.0 - scales.1.place(y)) * rows as f64).round() as i64,
    )
}

/// Which points are farthest to the left, right, bottom and top.
fn outermost(points: impl Iterator<Item = (f64, f64)>) -> [usize; 4] {
    let mut found = [0; 4];
    let mut best = [f64::INFINITY; 4];
    for (at, (x, y)) in points.enumerate() {
        for (side, value) in [x, -x, y, -y].into_iter().enumerate() {
            if value.is_finite() && value < best[side] {
                (best[side], found[side]) = (value, at);
            }
        }
    }
    found
}

/// The points that no other beats on both values; more is better on both. They come one after the other.
#[derive(Clone, Debug, Default)]
pub struct Front {
    /// By the value across, each with the value upwards and its number: who lies further to the right lies lower.
    points: BTreeMap<Across, (f64, usize)>,
}

/// A value across, in the order of numbers.
#[derive(Clone, Copy, Debug)]
struct Across(f64);

impl PartialEq for Across {
    fn eq(&self, other: &Across) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Across {}

impl PartialOrd for Across {
    fn partial_cmp(&self, other: &Across) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Across {
    fn cmp(&self, other: &Across) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl Front {
    /// That of some points, numbered from 0.
    pub fn of(points: impl Iterator<Item = (f64, f64)>) -> Front {
        let mut front = Front::default();
        points
            .enumerate()
            .for_each(|(number, point)| front.consider(number, point));
        front
    }

    /// The next point and its number; of equal points the first stays.
    pub fn consider(&mut self, number: usize, (x, y): (f64, f64)) {
        let to_the_right = self.points.range(Across(x)..).next();
        if y == f64::NEG_INFINITY || to_the_right.is_some_and(|(_, (other, _))| *other >= y) {
            return;
        }
        while let Some((&beaten, _)) = self
            .points
            .range(..=Across(x))
            .next_back()
            .filter(|(_, (other, _))| *other <= y)
        {
            self.points.remove(&beaten);
        }
        self.points.insert(Across(x), (y, number));
    }

    /// Numbers and points, from left to right.
    pub fn points(&self) -> impl ExactSizeIterator<Item = (usize, (f64, f64))> {
        let all = self.points.iter();
        all.map(|(x, (y, number))| (*number, (x.0, *y)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thinned_cloud_is_the_same_picture() {
        // Most points lie close together, a few far out.
        let mut dice = dice::Dice(1);
        let mut next = || dice.share();
        let mut points = |count: usize, reach: f64| -> Vec<(f64, f64)> {
            (0..count)
                .map(|at| match at % 5_000 {
                    17 => (reach * (next() - 0.5), reach * (next() - 0.5)),
                    _ => (next() * 0.3, -next() * 0.2),
                })
                .collect()
        };
        let whole = CloudChart {
            caption: "a cloud".to_owned(),
            x: ("x".to_owned(), Unit::Percent),
            y: ("y".to_owned(), Unit::Usd),
            points: points(100_000, 4.0),
            count: 100_000,
            beside: points(60_000, 7.0),
            front: Vec::new(),
            chosen: None,
            trails: Vec::new(),
        };
        let fill = |chart: &CloudChart| {
            let all = chart.clone();
            let empty = CloudChart {
                points: vec![],
                beside: vec![],
                count: 0,
                ..chart.clone()
            };
            empty.filled(|| all.points.iter().copied(), || all.beside.iter().copied())
        };
        let thin = fill(&whole);
        assert!(thin.points.len() < 50_000, "{}", thin.points.len());
        assert_eq!(thin.count, whole.count);
        let scales = |chart: &CloudChart| format!("{:?}", (chart.x_scale(), chart.y_scale()));
        assert_eq!(scales(&thin), scales(&whole));
        for grid in [PAGE, SHEET] {
            for of in [
                |chart: &CloudChart| chart.points.clone(),
                |chart: &CloudChart| chart.beside.clone(),
            ] {
                assert_eq!(
                    thin.places(&of(&thin), grid),
                    whole.places(&of(&whole), grid)
                );
            }
        }
        let none = CloudChart {
            points: vec![],
            beside: vec![],
            ..thin
        };
        assert!(fill(&none).points.is_empty());
    }

    #[test]
    fn the_front_holds_what_nothing_beats_on_both() {
        let points = [
            (0.0, 5.0),
            (1.0, 4.0),
            (1.0, 4.5),
            (0.5, 4.0),
            (2.0, 1.0),
            (2.0, 1.0),
        ];
        let front = |points: &[(f64, f64)]| -> Vec<usize> {
            let front = Front::of(points.iter().copied());
            front.points().map(|(number, _)| number).collect()
        };
        assert_eq!(front(&points), [0, 2, 4], "of equal points the first");
        assert_eq!(front(&[]), Vec::<usize>::new());
        // Against the plain definition, with many equal values.
        let mut dice = dice::Dice(7);
        let mut next = || (dice.share() * 12.0).floor();
        for _ in 0..300 {
            let points: Vec<(f64, f64)> = (0..40).map(|_| (next(), next())).collect();
            let beats = |(a, p): (usize, &(f64, f64)), (b, q): (usize, &(f64, f64))| {
                p.0 >= q.0 && p.1 >= q.1 && (p != q || a < b)
            };
            let mut plain: Vec<usize> = (0..points.len())
                .filter(|&at| {
                    !points
                        .iter()
                        .enumerate()
                        .any(|one| beats(one, (at, &points[at])))
                })
                .collect();
            plain.sort_by(|a, b| points[*a].0.total_cmp(&points[*b].0));
            assert_eq!(front(&points), plain, "{points:?}");
        }
    }
}
