//! Orders: what to look for at the next snapshot.

use book::event::{LayerId, PackageId};
use book::reason::Reason;
use market::price::Money;

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
    /// Open what the layer's template says.
    Open {
        /// Whose template and, for hedges, whose purse.
        layer: LayerId,
        /// Money of the purse at the decision; zero for condors.
        purse: Money,
        /// Weight of the regime at the decision; 1 for condors.
        weight: f64,
    },
}
