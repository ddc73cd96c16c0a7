//! Orders: what to look for at the next snapshot.

use book::event::{LayerId, PackageId};
use book::reason::Reason;
use market::price::{Money, Price};

/// An instruction for the next snapshot. Contracts, strikes and size are resolved there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Order {
    /// Close a package.
    Close {
        /// Which one.
        package: PackageId,
        /// Why.
        reason: Reason,
    },
    /// Sell units of a hedge package.
    Sell {
        /// Which one.
        package: PackageId,
        /// Units, at most what is held.
        contracts: i64,
        /// Why.
        reason: Reason,
        /// Position of the sale among the layer's, or none.
        sale: Option<u8>,
        /// The layer whose purse receives the proceeds; without one the policy's rule for salvage applies.
        into: Option<LayerId>,
    },
    /// A limit order to sell units of a hedge package, for the next session only.
    Rest {
        /// Which one.
        package: PackageId,
        /// Units, at most what is held.
        contracts: i64,
        /// Cash one unit must bring [index points].
        limit: Price,
        /// Position of the sale among the layer's.
        sale: u8,
        /// The layer whose purse receives the proceeds; without one the policy's rule for salvage applies.
        into: Option<LayerId>,
        /// The close already stood at the multiple: what the day does not reach is sold at its close.
        or_close: bool,
    },
    /// Open what the layer's template says.
    Open {
        /// Whose template and, for hedges, whose purse.
        layer: LayerId,
        /// Money of the purse at the decision, or the part of it this purchase may use; zero for condors.
        purse: Money,
        /// Weight of the hedge at the decision; 1 for condors.
        weight: f64,
        /// Condors only: with the strikes of `widen`.
        wide: bool,
    },
}

impl Order {
    /// Whether the order closes this package entirely.
    pub fn ends(&self, id: PackageId) -> bool {
        matches!(self, Order::Close { package, .. } if *package == id)
    }
}
