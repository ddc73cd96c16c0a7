//! Axes: a range, round ticks in it, and how its values are printed.

use crate::number::{self, Dollars, Money};

/// What the values of a chart are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unit {
    /// US dollars.
    #[default]
    Usd,
    /// Fractions, printed as percent.
    Percent,
    /// Index or vol points.
    Points,
    /// A ratio without unit.
    Ratio,
    /// How many.
    Count,
}

impl Unit {
    /// A value as the tables print it.
    pub fn print(self, value: f64) -> String {
        match self {
            // Rounded as the tables round money: halves away from zero.
            Unit::Usd => {
                number::nearest_cent(value).map_or_else(|| number::fixed(value, 0), Money::whole)
            }
            Unit::Count => number::fixed(value, 0),
            Unit::Percent => number::percent(value),
            Unit::Points | Unit::Ratio => number::fixed(value, 2),
        }
    }

    /// The unit's sign, for captions and headings.
    pub fn sign(self) -> &'static str {
        match self {
            Unit::Usd => "$",
            Unit::Percent => "%",
            Unit::Points => "points",
            Unit::Ratio | Unit::Count => "",
        }
    }

    /// The value with its unit, for sentences.
    pub fn spoken(self, value: f64) -> String {
        match self {
            Unit::Usd if value < 0.0 => format!("−${}", self.print(-value)),
            Unit::Usd => format!("${}", self.print(value)),
            Unit::Percent => format!("{} %", self.print(value)),
            Unit::Points | Unit::Ratio | Unit::Count => self.print(value),
        }
    }
}

/// A range of values with round ticks.
#[derive(Clone, Debug)]
pub struct Scale {
    /// Lower end, itself a tick.
    pub lo: f64,
    /// Upper end, itself a tick.
    pub hi: f64,
    /// Distance between ticks.
    pub step: f64,
    unit: Unit,
}

impl Scale {
    /// The smallest round range over `values` with about `ticks` intervals.
    pub fn over(values: impl Iterator<Item = f64>, unit: Unit, ticks: usize) -> Scale {
        let (lo, hi) = values
            .filter(|value| value.is_finite())
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(lo, hi), value| {
                (lo.min(value), hi.max(value))
            });
        let (lo, hi) = if lo > hi { (0.0, 1.0) } else { (lo, hi) };
        // A flat curve still needs a band to be drawn in.
        let span = if hi - lo > 0.0 {
            hi - lo
        } else {
            lo.abs().max(1.0) * 0.02
        };
        let step = round_step(span / ticks as f64);
        let step = if unit == Unit::Count {
            step.max(1.0)
        } else {
            step
        };
        let first = (lo / step).floor() * step;
        let last = (hi / step).ceil() * step;
        Scale {
            lo: first,
            hi: if last > first { last } else { first + step },
            step,
            unit,
        }
    }

    /// Where a value lies, 0 at the lower and 1 at the upper end.
    pub fn place(&self, value: f64) -> f64 {
        ((value - self.lo) / (self.hi - self.lo)).clamp(0.0, 1.0)
    }

    /// The ticks with their labels, from below.
    pub fn ticks(&self) -> Vec<(f64, String)> {
        let count = ((self.hi - self.lo) / self.step).round() as usize;
        (0..=count)
            .map(|at| self.lo + at as f64 * self.step)
            .map(|value| (value, self.label(value)))
            .collect()
    }

    fn label(&self, value: f64) -> String {
        // A tick near zero that is not exactly zero is rounding noise of the multiplication above.
        let value = if value.abs() < self.step * 1e-6 {
            0.0
        } else {
            value
        };
        match self.unit {
            Unit::Usd => dollars(value, self.step),
            Unit::Count => number::fixed(value, 0),
            Unit::Percent => format!(
                "{} %",
                number::fixed(value * 100.0, decimals(self.step * 100.0))
            ),
            Unit::Points | Unit::Ratio => number::fixed(value, decimals(self.step)),
        }
    }
}

/// `$1.05M`, `−$20k`, `$500`: as many decimals as the distance of the ticks asks for.
fn dollars(value: f64, step: f64) -> String {
    let sign = if value < 0.0 { "−" } else { "" };
    let size = value.abs();
    if size >= 1e6 {
        let places = (0..=3).find(|places| step * [1.0, 10.0, 100.0, 1000.0][*places] >= 1e6);
        return format!("{sign}${}M", number::fixed(size / 1e6, places.unwrap_or(3)));
    }
    if size >= 1e3 {
        return format!(
            "{sign}${}k",
            number::fixed(size / 1e3, usize::from(step < 1e3))
        );
    }
    format!("{sign}${}", number::fixed(size, 0))
}

/// The next of 1, 2, 5 × a power of ten that is not below `raw`; by multiplication, to be the same everywhere.
fn round_step(raw: f64) -> f64 {
    let mut power = 1.0;
    while power * 10.0 <= raw {
        power *= 10.0;
    }
    while power > raw {
        power /= 10.0;
    }
    [1.0, 2.0, 5.0]
        .into_iter()
        .map(|digit| digit * power)
        .find(|step| *step >= raw)
        .unwrap_or(power * 10.0)
}

fn decimals(step: f64) -> usize {
    if step >= 1.0 {
        0
    } else if step >= 0.1 {
        1
    } else {
        2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_cover_the_values() {
        let scale = Scale::over([982_345.0, 1_043_210.0].into_iter(), Unit::Usd, 5);
        let labels: Vec<String> = scale.ticks().into_iter().map(|tick| tick.1).collect();
        assert_eq!(labels, ["$980k", "$1.00M", "$1.02M", "$1.04M", "$1.06M"]);
    }

    #[test]
    fn nothing_and_one_value_still_make_a_scale() {
        for values in [
            vec![],
            vec![0.0],
            vec![f64::NAN],
            vec![1_000_000.0, 1_000_000.0],
        ] {
            let scale = Scale::over(values.into_iter(), Unit::Usd, 5);
            assert!(scale.hi > scale.lo && scale.ticks().len() >= 2);
        }
    }

    #[test]
    fn percent_ticks_have_no_negative_zero() {
        let labels: Vec<String> = Scale::over([-0.03, 0.0].into_iter(), Unit::Percent, 3)
            .ticks()
            .into_iter()
            .map(|tick| tick.1)
            .collect();
        assert_eq!(labels, ["−3 %", "−2 %", "−1 %", "0 %"]);
    }
}
