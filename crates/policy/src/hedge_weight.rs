//! The weight of the whole hedge: what the tier and the signals leave of it.

use book::reason::Reason;

/// The weight of a hedge at a close, and why it is zero if it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HedgeWeight {
    /// Weight in [0, 1].
    pub weight: f64,
    /// The reason to give where the weight is zero.
    pub none: Reason,
}
