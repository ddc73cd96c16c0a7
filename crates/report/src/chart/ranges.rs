//! Values with their intervals, one row each, on a common scale.

use super::scale::{Scale, Unit};
use crate::style::Style;

/// Rows of values with intervals.
#[derive(Clone, Debug)]
pub struct RangeChart {
    /// What it shows, units included.
    pub caption: String,
    /// What the values are.
    pub unit: Unit,
    /// The rows.
    pub rows: Vec<RangeRow>,
    /// Heading of the column that names a row.
    pub head: &'static str,
    /// Heading of the column with the second name.
    pub group_head: &'static str,
    /// Heading of the value.
    pub value_head: String,
    /// Heading of the interval.
    pub span_head: String,
}

/// One value with its interval.
#[derive(Clone, Debug)]
pub struct RangeRow {
    /// What it belongs to.
    pub name: String,
    /// A second name, such as the window; may be empty.
    pub group: String,
    /// Its look.
    pub style: Style,
    /// The value.
    pub value: Option<f64>,
    /// The interval.
    pub span: Option<(f64, f64)>,
    /// Further points.
    pub points: Vec<f64>,
}

impl RangeChart {
    /// The horizontal axis; zero is always on it.
    pub fn scale(&self) -> Scale {
        Scale::over(
            self.rows
                .iter()
                .flat_map(|row: &RangeRow| {
                    let span = row.span.map(|(lo, hi)| [lo, hi]);
                    row.value
                        .into_iter()
                        .chain(span.into_iter().flatten())
                        .chain(row.points.clone())
                        .collect::<Vec<f64>>()
                })
                .chain([0.0]),
            self.unit,
            5,
        )
    }
}
