//! Many points, few of them named: a cloud with a front.

use super::scale::{Scale, Unit};
use crate::style::Style;

/// Points on two scales.
#[derive(Clone, Debug)]
pub struct CloudChart {
    /// What it shows.
    pub caption: String,
    /// Name and unit of the values across.
    pub x: (String, Unit),
    /// Name and unit of the values upwards.
    pub y: (String, Unit),
    /// All points.
    pub points: Vec<(f64, f64)>,
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

    /// Points on a grid of `columns` × `rows`, each place once, from the lower left: what an eye can tell apart.
    pub fn places(&self, points: &[(f64, f64)], columns: i64, rows: i64) -> Vec<(i64, i64)> {
        let (x, y) = (self.x_scale(), self.y_scale());
        let place = |point: &(f64, f64)| {
            let across = (x.place(point.0) * columns as f64).round() as i64;
            (
                across,
                ((1.0 - y.place(point.1)) * rows as f64).round() as i64,
            )
        };
        let mut places: Vec<(i64, i64)> = points.iter().map(place).collect();
        places.sort_unstable();
        places.dedup();
        places
    }
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
    use super::front;

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
