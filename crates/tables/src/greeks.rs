//! `greeks.csv`: the greeks of the books, session by session.

use chrono::NaiveDate;

use crate::row::row;
use crate::word::Word;

row! {
    /// The greeks of an arm's whole book at one close.
    GreekRow = "greeks.csv" {
        /// Window.
        window: Word [""],
        /// Arm.
        arm: Word [""],
        /// Session.
        date: NaiveDate [""],
        /// Delta of the SPX options.
        delta: Option<f64> ["USD/point"],
        /// Gamma of the SPX options.
        gamma: Option<f64> ["USD/point²"],
        /// Vega of the SPX options.
        vega: Option<f64> ["USD/vol point"],
        /// Theta of the whole book.
        theta: Option<f64> ["USD/day"],
    } later {
        /// Delta of the VIX options and futures.
        vix_delta: Option<f64> ["USD/point"],
        /// Gamma of the VIX options.
        vix_gamma: Option<f64> ["USD/point²"],
        /// Vega of the VIX options.
        vix_vega: Option<f64> ["USD/vol point"],
    }
}
