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

impl HeatMaps {
    /// Largest value without its sign over all maps: one colour scale for all.
    pub fn largest(&self) -> f64 {
        let values = self.maps.iter().flat_map(|map| map.values.iter().flatten());
        values.fold(0.0, |most, value| most.max(value.abs()))
    }
}

impl HeatMap {
    /// Shade of a value: −4 to 4, zero in the middle; the sign is the value's.
    pub fn shade(value: f64, largest: f64) -> i32 {
        let share = if largest > 0.0 { value / largest } else { 0.0 };
        // Away from zero, so that the sign of the smallest value is still seen.
        (share * 4.0).abs().ceil().min(4.0) as i32 * if share < 0.0 { -1 } else { 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::HeatMap;

    #[test]
    fn shades_keep_the_sign_and_end_at_four() {
        let shades: Vec<i32> = [-1.0, -0.01, 0.0, 0.01, 0.3, 1.0]
            .map(|value| HeatMap::shade(value, 1.0))
            .to_vec();
        assert_eq!(shades, [-4, -1, 0, 1, 2, 4]);
        assert_eq!(HeatMap::shade(0.0, 0.0), 0);
    }
}
