//! What is decided for one layer.

use book::event::Detail;
use book::reason::Reason;

use crate::order::Order;

/// An order, or the reason why there is none.
pub struct Choice {
    /// What is ordered.
    pub order: Option<Order>,
    /// Why, or why not.
    pub reason: Reason,
    /// The numbers behind it.
    pub detail: Detail,
    /// Units of the layer to be sold.
    pub surplus: i64,
}

impl Choice {
    pub(crate) fn none(reason: Reason, detail: Detail) -> Choice {
        Choice {
            order: None,
            reason,
            detail,
            surplus: 0,
        }
    }

    pub(crate) fn open(order: Order, reason: Reason, detail: Detail) -> Choice {
        Choice {
            order: Some(order),
            reason,
            detail,
            surplus: 0,
        }
    }
}
