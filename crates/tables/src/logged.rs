//! `log_trades.csv` and `log_marks.csv`: the trades of a run's logs, and what they were worth between their prices.

use chrono::NaiveDate;
use market::price::{Money, Price};

use crate::row::row;

row! {
    /// A trade of a log, used or not. Prices are the log's, as quoted: the cash one unit brings.
    LogTradeRow = "log_trades.csv" {
        /// The condor tier that repeats the log.
        tier: String [""],
        /// The trade's name in the log.
        trade: String [""],
        /// `used`, or `left_out`.
        state: String [""],
        /// Session of its opening.
        opened: Option<NaiveDate> [""],
        /// Session of its end.
        closed: Option<NaiveDate> [""],
        /// Units.
        contracts: Option<i64> [""],
        /// The legs of one unit as the log quotes them.
        legs: String [""],
        /// Price of the opening as quoted.
        entry_quoted: Option<Price> ["points"],
        /// Price of the end as quoted; empty where it settles at the official value.
        exit_quoted: Option<Price> ["points"],
        /// What the model says the opening would have brought at that session's close.
        entry_model: Option<Price> ["points"],
        /// What the model says the end would have brought.
        exit_model: Option<Price> ["points"],
        /// Commissions and fees; never positive.
        fees_usd: Option<Money> ["USD"],
        /// Profit or loss by the log's prices, net of fees; empty where it settles at the official value.
        pnl_usd: Option<Money> ["USD"],
        /// Why it is left out.
        why: String [""],
    }
}

row! {
    /// One unit of a used trade at one close of its life.
    LogMarkRow = "log_marks.csv" {
        /// The condor tier that repeats the log.
        tier: String [""],
        /// The trade's name in the log.
        trade: String [""],
        /// Session.
        date: NaiveDate [""],
        /// What one unit is worth by the model.
        model: Option<Price> ["SPX points"],
        /// What is added to it: the difference to the log, carried linearly from entry to exit.
        difference: Option<Price> ["SPX points"],
        /// The mark.
        mark: Option<Price> ["SPX points"],
    }
}
