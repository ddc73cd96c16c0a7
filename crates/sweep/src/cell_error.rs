//! Why a point of a sweep is no cell.

/// What is wrong with the settings of a point.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CellError {
    /// A key leads nowhere, or its value is none of those allowed.
    #[error("{key}: {why}")]
    Key {
        /// The key of the run file.
        key: String,
        /// What was found and what is allowed.
        why: String,
    },
    /// The start of the cell is out of range.
    #[error("{key} is {found}, allowed is 0 to {most}")]
    Start {
        /// The key of the sweep file.
        key: &'static str,
        /// Its value.
        found: String,
        /// Most sessions.
        most: i64,
    },
    /// The run with the settings of the point is no run.
    #[error("{0}")]
    Run(String),
    /// An axis that cannot be varied.
    #[error("axis {axis:?}{place}: {why}")]
    Axis {
        /// Its name.
        axis: String,
        /// `, key "…"` where one key is meant.
        place: String,
        /// Why not.
        why: String,
    },
}
