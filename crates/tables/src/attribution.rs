//! `attribution.csv`: what made the P&L of each layer.

use market::price::Money;

use crate::row::row;

row! {
    /// A part of the P&L of one layer. Parts that are zero have no row.
    AttributionRow = "attribution.csv" {
        /// Window.
        window: String [""],
        /// Arm.
        arm: String [""],
        /// Condor tier, hedge layer, or `account`.
        layer: String [""],
        /// How the P&L was cut: `reason`, `greek` or `leg`.
        kind: String [""],
        /// The part.
        component: String [""],
        /// Its P&L.
        usd: Money ["USD"],
    }
}
