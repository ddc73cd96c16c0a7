//! Values on a grid of two parameters, one map per pair.

use super::scale::Unit;

/// Maps of one measure over many pairs of axes; the reader picks one, the first is shown at once.
#[derive(Clone, Debug)]
pub struct HeatMaps {
    /// What is shown, units included.
    pub caption: String,
    /// What the values are.
    pub unit: Unit,
    /// The maps; the first is the one that is shown first.
    pub maps: Vec<HeatMap>,
}

/// One map: a row per level of `y`, a column per level of `x`.
#[derive(Clone, Debug)]
pub struct HeatMap {
    /// Name of the axis across.
    pub x: String,
    /// Name of the axis down.
    pub y: String,
    /// Levels across.
    pub x_levels: Vec<String>,
    /// Levels down.
    pub y_levels: Vec<String>,
    /// What was done with the other axes, in words: `the others averaged out`.
    pub rest: String,
    /// Values by row, then column; `None` where no cell lies there.
    pub values: Vec<Option<f64>>,
    /// Cells behind each value.
    pub counts: Vec<usize>,
    /// Row and column of the chosen cell.
    pub chosen: Option<(usize, usize)>,
}

/// The range of values that the colours are spread over.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fit {
    /// Lowest value.
    pub lo: f64,
    /// Highest value.
    pub hi: f64,
}

impl HeatMaps {
    /// One range of colours for all maps, fitted to their values.
    pub fn fit(&self) -> Fit {
        let values = self.maps.iter().flat_map(|map| map.values.iter().flatten());
        let (lo, hi) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(lo, hi), value| {
            (lo.min(*value), hi.max(*value))
        });
        match lo <= hi {
            true => Fit { lo, hi },
            false => Fit { lo: 0.0, hi: 0.0 },
        }
    }
}

impl Fit {
    /// Shade of a value: −4 to 4, the sign is the value's. Values on both sides of 0 share the larger side; values on one
    /// side are told apart from the smallest to the largest of them.
    pub fn shade(self, value: f64) -> i32 {
        if value == 0.0 || !value.is_finite() {
            return 0;
        }
        let (least, most) = match (self.lo < 0.0, self.hi > 0.0) {
            (true, true) => (0.0, self.hi.max(-self.lo)),
            (true, false) => (-self.hi, -self.lo),
            _ => (self.lo, self.hi),
        };
        let share = if most > least {
            (value.abs() - least) / (most - least)
        } else {
            1.0
        };
        // Away from zero, so that the sign of the smallest value is still seen.
        ((share * 4.0).ceil() as i32).clamp(1, 4) * if value < 0.0 { -1 } else { 1 }
    }

    /// The shades that values can have, from the lowest.
    pub fn shades(self) -> std::ops::RangeInclusive<i32> {
        match (self.lo < 0.0, self.hi > 0.0) {
            (true, false) => -4..=-1,
            (false, true) => 1..=4,
            _ => -4..=4,
        }
    }

    /// The values at both ends of the shades.
    pub fn ends(self) -> (f64, f64) {
        match (self.lo < 0.0, self.hi > 0.0) {
            (true, true) => (-self.hi.max(-self.lo), self.hi.max(-self.lo)),
            _ => (self.lo, self.hi),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Fit;

    #[test]
    fn shades_keep_the_sign_and_end_at_four() {
        let fit = Fit { lo: -1.0, hi: 0.8 };
        let shades: Vec<i32> = [-1.0, -0.01, 0.0, 0.01, 0.3, 1.0]
            .map(|value| fit.shade(value))
            .to_vec();
        assert_eq!(shades, [-4, -1, 0, 1, 2, 4]);
        assert_eq!(Fit { lo: 0.0, hi: 0.0 }.shade(0.0), 0);
    }

    #[test]
    fn values_on_one_side_are_told_apart() {
        let fit = Fit {
            lo: -0.12,
            hi: -0.10,
        };
        let shades: Vec<i32> = [-0.10, -0.104, -0.111, -0.12]
            .map(|value| fit.shade(value))
            .to_vec();
        assert_eq!(shades, [-1, -1, -3, -4]);
        assert_eq!((fit.shades(), fit.ends()), (-4..=-1, (-0.12, -0.10)));
    }
}
