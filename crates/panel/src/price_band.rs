//! What the error of the price model does to the numbers of indicative years.

use stats::interval::quantile;

use crate::numbers::Number;

/// Medians over books and weekdays in every world; empty where no world is drawn or no year is indicative.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bands {
    /// Places of the windows that were replayed.
    pub(crate) windows: Vec<usize>,
    /// World by world, in each window by window, arm by arm, number by number.
    pub(crate) worlds: Vec<Vec<Option<f64>>>,
    pub(crate) arms: usize,
    pub(crate) level: f64,
}

impl Bands {
    /// The middle of the worlds at the level of the study; none unless the number is defined in every world.
    pub fn of(&self, window: usize, arm: usize, number: usize) -> Option<(f64, f64)> {
        let place = self.windows.iter().position(|known| *known == window)?;
        let at = (place * self.arms + arm) * Number::ALL.len() + number;
        let found = self.worlds.iter().map(|world| world[at]);
        let mut values = found.collect::<Option<Vec<f64>>>()?;
        values.sort_by(f64::total_cmp);
        let tail = (1.0 - self.level) / 2.0;
        quantile(&values, tail).zip(quantile(&values, 1.0 - tail))
    }
}
