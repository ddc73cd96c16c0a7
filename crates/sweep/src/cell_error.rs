//! Why a point of a sweep is no cell.

use runfile::KeyError;
use runfile::keys::PathError;

/// What is wrong with the settings of a point.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CellError {
    /// A key leads nowhere.
    #[error("{key}: {why}")]
    Path {
        /// The key of the run file.
        key: String,
        /// Where it ends.
        why: PathError,
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
    /// The run cannot be read with the settings of the point.
    #[error("{0}")]
    Unreadable(String),
    /// The run is refused with the settings of the point.
    #[error(transparent)]
    Refused(#[from] KeyError),
}
