//! The choice on other starts and under other errors of model and fills.

use runfile::axis::Role;
use tables::InferenceRow as Row;

use super::Judge;
use crate::configurations::{Configuration, Series};

impl Judge<'_> {
    /// How far the day of the start moves the choice.
    pub(super) fn phases(&self) -> Vec<Row> {
        let own = self.all.get(self.best);
        if own.cells.len() < 2 {
            return Vec::new();
        }
        let mut rows = Vec::new();
        for (place, window) in self.windows.iter().enumerate() {
            let pnl = |cell: &usize| {
                let series = self.shelf.series_of_cell(*cell, own.arm)?;
                Some(series.gains()[window.clone()].iter().sum::<f64>())
            };
            let values: Vec<f64> = own.cells.iter().filter_map(pnl).collect();
            let (low, high) = extremes(&values);
            let note = "gain over the condors alone (USD), mean over the phases; interval: the luckiest and the unluckiest \
                        phase; n phases";
            let row = self.row(
                "timing_luck_gain_usd",
                self.window(place),
                values.len(),
                note,
            );
            rows.push(Row {
                value: stats::moments::mean(&values),
                lo: Some(low),
                hi: Some(high),
                ..row
            });
        }
        rows
    }

    /// How far the model's error and the fills move the choice.
    pub(super) fn bands(&self, base: &[u16]) -> Vec<Row> {
        let axes = self.config.of_role(Role::Error);
        if axes.is_empty() {
            return Vec::new();
        }
        let mut rows = Vec::new();
        let mut gains: Vec<Vec<f64>> = vec![Vec::new(); self.windows.len()];
        for levels in self.error_levels(&axes) {
            let Some(series) = self.at_errors(&axes, &levels) else {
                continue;
            };
            let name = axes.iter().zip(&levels).map(|(&axis, &level)| {
                let axis = &self.config.axes[axis];
                format!("{} {}", axis.name, axis.texts[usize::from(level)])
            });
            let name = name.collect::<Vec<_>>().join(", ");
            let words = if levels == base {
                "; the run's own"
            } else {
                ""
            };
            for (place, window) in self.windows.iter().enumerate() {
                let gain: f64 = series.gains()[window.clone()].iter().sum();
                gains[place].push(gain);
                let note =
                    format!("gain over the condors alone (USD) at {name}{words}; n sessions");
                let row = self.row("band_gain_usd", self.window(place), window.len(), note);
                rows.push(Row {
                    value: Some(gain),
                    ..row
                });
            }
        }
        for (place, gains) in gains.iter().enumerate() {
            let note = "gain over the condors alone (USD), lowest and highest over model errors and fills; n variants";
            let row = self.row("band_gain_range_usd", self.window(place), gains.len(), note);
            let (low, high) = extremes(gains);
            rows.push(Row {
                lo: Some(low),
                hi: Some(high),
                ..row
            });
        }
        rows
    }

    /// Every combination of error levels that the points have, in order.
    fn error_levels(&self, axes: &[usize]) -> std::collections::BTreeSet<Vec<u16>> {
        self.config
            .points
            .iter()
            .map(|point| axes.iter().map(|&axis| point[axis]).collect())
            .collect()
    }

    /// The choice under other errors.
    fn at_errors(&self, axes: &[usize], levels: &[u16]) -> Option<Series> {
        let own = self.all.get(self.best);
        let cells = own
            .cells
            .iter()
            .map(|cell: &usize| {
                let mut wanted = self.config.points.get(*cell);
                axes.iter()
                    .zip(levels)
                    .for_each(|(&axis, &level)| wanted[axis] = level);
                self.config.points.number(&wanted)
            })
            .collect::<Option<Vec<_>>>()?;
        self.shelf.series(&Configuration {
            cell: cells[0],
            arm: own.arm,
            cells,
        })
    }
}

fn extremes(values: &[f64]) -> (f64, f64) {
    values
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
            (low.min(*value), high.max(*value))
        })
}
