//! `market.csv`: levels for pictures.

use chrono::NaiveDate;

use crate::column::Decimals;
use crate::row::row;

row! {
    /// The market at one close.
    MarketRow = "market.csv" {
        /// Session.
        date: NaiveDate [""],
        /// S&P 500.
        spx_close: Option<f64> ["index points", Decimals::Fixed(2)],
        /// VIX.
        vix: Option<f64> ["vol points", Decimals::Fixed(2)],
    } later {
        /// Front VIX future.
        vx_front: Option<f64> ["vol points", Decimals::Fixed(4)],
    }
}
