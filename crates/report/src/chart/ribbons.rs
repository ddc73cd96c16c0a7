//! Parallel coordinates that stay readable at any number of cells: levels on upright axes, and between neighbouring
//! axes one ribbon per pair of levels, as wide as the share of the best cells that passes through it.

/// Ribbons between axes.
#[derive(Clone, Debug)]
pub struct RibbonChart {
    /// What it shows.
    pub caption: String,
    /// Name and levels of every axis, from left to right.
    pub axes: Vec<(String, Vec<String>)>,
    /// Share of the best cells on every level of every axis, then that of all cells.
    pub shares: Vec<Vec<(f64, f64)>>,
    /// Ribbons: axis on the left, level there, level on the next axis, share of the best cells.
    pub ribbons: Vec<(usize, usize, usize, f64)>,
}

impl RibbonChart {
    /// Where a level lies on its axis: 0 at the top, 1 at the bottom.
    pub fn place(&self, axis: usize, level: usize) -> f64 {
        let levels = self.axes[axis].1.len();
        (level as f64 + 0.5) / levels as f64
    }
}
