//! `trades.csv`: what was opened and closed.

use chrono::NaiveDate;
use market::price::{Money, Price};

use crate::row::row;
use crate::word::Word;

/// Columns that a trade log of our own layout shares with this table, which is such a log.
pub const ENTRY_PRICE: &str = "entry_price";
/// See [`ENTRY_PRICE`].
pub const EXIT_PRICE: &str = "exit_price";
/// See [`ENTRY_PRICE`].
pub const FEES_USD: &str = "fees_usd";

row! {
    /// A closed package. Prices are the cash one unit brings: a credit is positive. A future's price is its level.
    TradeRow = "trades.csv" {
        /// Window.
        window: Word [""],
        /// Arm.
        arm: Word [""],
        /// Number of the package, unique within the folder.
        id: Word [""],
        /// Condor tier or hedge layer.
        layer: Word [""],
        /// Session it was filled in.
        opened: NaiveDate [""],
        /// Session it was closed or settled in.
        closed: NaiveDate [""],
        /// Why it was closed.
        reason: Word [""],
        /// Units.
        contracts: Option<i64> [""],
        /// The legs of one unit, as `+1 SPXW 2022-02-04 P 4300 | …`.
        legs: String [""],
        /// What one unit brought when it was opened.
        entry_price: Option<Price> ["points"],
        /// What one unit brought when it was closed.
        exit_price: Option<Price> ["points"],
        /// Fees of all fills; never positive.
        fees_usd: Money ["USD"],
        /// Profit or loss net of costs.
        pnl_usd: Money ["USD"],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::row::Row;

    #[test]
    fn the_columns_of_a_log_are_those_of_the_table() {
        for name in [ENTRY_PRICE, EXIT_PRICE, FEES_USD] {
            assert!(TradeRow::COLUMNS.iter().any(|column| column.name == name));
        }
    }
}
