//! How values are spread: a histogram with named marks.

use super::scale::{Scale, Unit};

/// A histogram.
#[derive(Clone, Debug)]
pub struct Histogram {
    /// What it shows.
    pub caption: String,
    /// What the values are.
    pub unit: Unit,
    /// Name of the values.
    pub head: String,
    /// What is counted: `cells`, `splits`.
    pub counted: &'static str,
    /// The bins: from, to, count.
    pub bins: Vec<(f64, f64, usize)>,
    /// Values with a line through the picture, and what they are.
    pub marks: Vec<(f64, String)>,
}

impl Histogram {
    /// Bins of round width over weighted values; the marks lie within the scale too. `values` is asked for all of them three times.
    pub fn of<I: Iterator<Item = (f64, usize)>>(
        values: impl Fn() -> I,
        unit: Unit,
        marks: Vec<(f64, String)>,
    ) -> Histogram {
        let all = values()
            .map(|(value, _)| value)
            .chain(marks.iter().map(|(value, _)| *value));
        let scale = Scale::over(all, unit, 24);
        let whole = ((scale.hi - scale.lo) / scale.step).round().max(1.0) as usize;
        // A bin holds its lower end, so a value at the upper end of the scale needs one more.
        let at_end = values().any(|(value, _)| value >= scale.hi - scale.step * 1e-6);
        let count = whole + usize::from(at_end);
        let edge = |at: usize| scale.lo + at as f64 * scale.step;
        let mut bins: Vec<(f64, f64, usize)> =
            (0..count).map(|at| (edge(at), edge(at + 1), 0)).collect();
        for (value, weight) in values().filter(|(value, _)| value.is_finite()) {
            let at = ((value - scale.lo) / scale.step).floor().max(0.0) as usize;
            bins[at.min(count - 1)].2 += weight;
        }
        Histogram {
            caption: String::new(),
            unit,
            head: String::new(),
            counted: "cells",
            bins,
            marks,
        }
    }

    /// The same for values that are the middles of bins already: these bins, the empty ones between them too. Where the
    /// values do not stand on a common grid it is a histogram of them.
    pub fn of_middles(values: &[(f64, usize)], unit: Unit, marks: Vec<(f64, String)>) -> Histogram {
        let mut sorted: Vec<(f64, usize)> = values
            .iter()
            .copied()
            .filter(|(value, _)| value.is_finite())
            .collect();
        sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
        let gaps = sorted
            .windows(2)
            .map(|pair| pair[1].0 - pair[0].0)
            .filter(|gap| *gap > 0.0);
        let width = gaps.clone().fold(f64::INFINITY, f64::min);
        let first = sorted.first().map_or(0.0, |first| first.0);
        let count = sorted
            .last()
            .map_or(0.0, |last| ((last.0 - first) / width).round())
            + 1.0;
        if !width.is_finite()
            || !gaps
                .clone()
                .all(|gap: f64| ((gap / width).round() - gap / width).abs() < 1e-3)
            || count > 400.0
        {
            return Histogram::of(|| values.iter().copied(), unit, marks);
        }
        let edge = |at: usize| first + (at as f64 - 0.5) * width;
        let mut bins: Vec<(f64, f64, usize)> = (0..count as usize)
            .map(|at| (edge(at), edge(at + 1), 0))
            .collect();
        for (value, weight) in sorted {
            bins[((value - first) / width).round() as usize].2 += weight;
        }
        Histogram {
            caption: String::new(),
            unit,
            head: String::new(),
            counted: "cells",
            bins,
            marks,
        }
    }

    /// The scale across.
    pub fn scale(&self) -> Scale {
        let ends = self
            .bins
            .first()
            .zip(self.bins.last())
            .map(|(first, last)| [first.0, last.1]);
        let marks = self.marks.iter().map(|(value, _)| *value);
        Scale::over(ends.into_iter().flatten().chain(marks), self.unit, 6)
    }

    /// The largest count.
    pub fn tallest(&self) -> usize {
        self.bins.iter().map(|bin| bin.2).max().unwrap_or(0).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn middles_of_bins_stay_the_bins_they_are() {
        let bars = Histogram::of_middles(
            &[(-0.75, 3), (-0.25, 5), (0.75, 2)],
            Unit::Ratio,
            Vec::new(),
        );
        assert_eq!(
            bars.bins,
            [
                (-1.0, -0.5, 3),
                (-0.5, 0.0, 5),
                (0.0, 0.5, 0),
                (0.5, 1.0, 2)
            ]
        );
        let loose = Histogram::of_middles(
            &[(0.0, 1), (0.3, 1), (0.31, 1), (1.007, 1)],
            Unit::Ratio,
            Vec::new(),
        );
        assert_eq!(loose.bins.iter().map(|bin| bin.2).sum::<usize>(), 4);
    }

    #[test]
    fn every_value_lies_in_one_bin() {
        let values: Vec<(f64, usize)> = (-10..=10).map(|n| (f64::from(n) * 0.013, 2)).collect();
        let bars = Histogram::of(
            || values.iter().copied(),
            Unit::Percent,
            vec![(0.3, "chosen".to_owned())],
        );
        assert_eq!(bars.bins.iter().map(|bin| bin.2).sum::<usize>(), 42);
        assert!(bars.bins.last().unwrap().1 >= 0.3);
        for pair in bars.bins.windows(2) {
            assert!((pair[0].1 - pair[1].0).abs() < 1e-12);
        }
    }
}
