//! `break_evens.csv`: where the open condors begin to lose, and what time value is left in them, session by session.

use chrono::NaiveDate;
use market::price::Money;

use crate::row::row;

row! {
    /// The condors of a window at one close; they are the same under every arm.
    BreakEvenRow = "break_evens.csv" {
        /// Window.
        window: String [""],
        /// Session.
        date: NaiveDate [""],
        /// Condors open at the close, packages.
        open: usize [""],
        /// Highest of their lower break-even points at expiry: the first to lose in a fall.
        lower_break_even: Option<f64> ["index points"],
        /// Lowest of their upper break-even points at expiry: the first to lose in a rally.
        upper_break_even: Option<f64> ["index points"],
        /// Time value sold and not yet decayed: what closing them at the marks would cost beyond intrinsic value.
        extrinsic_usd: Option<Money> ["USD"],
        /// Time value sold at this session's entries, at mid.
        extrinsic_sold_usd: Option<Money> ["USD"],
        /// Time value bought back at this session's exits, at mid; settlements buy none.
        extrinsic_bought_usd: Option<Money> ["USD"],
        /// Time value that went since the close before without a trade; negative where volatility brought some.
        decay_usd: Option<Money> ["USD"],
    }
}
