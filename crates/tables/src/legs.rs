//! `legs.csv`: the legs of the closed packages.

use chrono::NaiveDate;
use market::price::Price;

use crate::column::Decimals;
use crate::row::row;
use crate::word::Word;

row! {
    /// A leg of a closed package.
    LegRow = "legs.csv" {
        /// Number of its package.
        id: Word [""],
        /// Option root or future.
        root: Word [""],
        /// Expiry; a fund has none.
        expiry: Option<NaiveDate> [""],
        /// `P` or `C`; a future has none.
        right: Word [""],
        /// Strike; a future has none.
        strike: Option<f64> ["index points", Decimals::Shortest],
        /// Contracts held; long is positive.
        quantity: Option<i64> [""],
        /// Price at the opening.
        open_price: Option<Price> ["points"],
        /// Price at the close.
        close_price: Option<Price> ["points"],
        /// Delta at the opening.
        open_delta: Option<f64> [""],
        /// The value that settled it, with ` (proxy)` where it is a stand-in; empty where it was traded out.
        settlement: Word [""],
    }
}
