//! Many points, few of them named: a cloud with a front.

use std::collections::BTreeSet;

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
    /// All points, or those of them that make the picture ([`CloudChart::thinned`]).
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

    /// The same picture of fewer points: of those at one place of both grids the first, and the outermost, which make the scales.
    /// A sweep may have millions.
    pub fn thinned(mut self) -> CloudChart {
        let scales = (self.x_scale(), self.y_scale());
        let thin = |points: &[(f64, f64)]| {
            let mut seen = BTreeSet::new();
            let outermost = outermost(points);
            let is_kept = |(at, point): &(usize, &(f64, f64))| {
                seen.insert([PAGE, SHEET].map(|grid| place(**point, &scales, grid)))
                    || outermost.contains(at)
            };
            let kept = points.iter().enumerate().filter(is_kept);
            kept.map(|(_, point)| *point).collect()
        };
        (self.points, self.beside) = (thin(&self.points), thin(&self.beside));
        self
    }
}

/// Where a point lies on a grid of columns × rows, from the upper left.
fn place((x, y): (f64, f64), scales: &(Scale, Scale), (columns, rows): (i64, i64)) -> (i64, i64) {
    (
        (scales.0.place(x) * columns as f64).round() as i64,
        ((1.0 - scales.1.place(y)) * rows as f64).round() as i64,
    )
}

/// Which points are farthest to the left, right, bottom and top.
fn outermost(points: &[(f64, f64)]) -> [usize; 4] {
    let mut found = [0; 4];
    let mut best = [f64::INFINITY; 4];
    for (at, (x, y)) in points.iter().enumerate() {
        for (side, value) in [*x, -x, *y, -y].into_iter().enumerate() {
            if value.is_finite() && value < best[side] {
                (best[side], found[side]) = (value, at);
            }
        }
    }
    found
}

/// The points that no other beats on both values, from left to right; more is better on both.
pub fn front(points: &[(f64, f64)]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..points.len()).collect();
    let by = |a: &usize, b: &usize| {
        points[*b]
            .0
            .total_cmp(&points[*a].0)
            .then(points[*b].1.total_cmp(&points[*a].1))
            .then(a.cmp(b))
    };
    order.sort_by(by);
    let mut best = f64::NEG_INFINITY;
    let mut front: Vec<usize> = Vec::new();
    for at in order {
        if points[at].1 > best {
            best = points[at].1;
            front.push(at);
        }
    }
    front.reverse();
    front
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
        let thin = whole.clone().thinned();
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
        assert!(
            CloudChart {
                points: vec![],
                beside: vec![],
                ..thin
            }
            .thinned()
            .points
            .is_empty()
        );
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
        assert_eq!(front(&points), [0, 2, 4], "of equal points the first");
        assert_eq!(front(&[]), Vec::<usize>::new());
    }
}
