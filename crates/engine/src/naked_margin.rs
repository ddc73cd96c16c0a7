//! What an uncovered short option would tie up. Such a position must never occur; the number goes into the refusal.

use market::contract::Right;
use market::price::{Money, Price};

/// Part of the index that an uncovered short option ties up, before what it is out of the money.
pub(crate) const NAKED_FRACTION: f64 = 0.15;
/// Least part of the index (call) or the strike (put) that it ties up.
pub(crate) const NAKED_FLOOR: f64 = 0.10;

/// Margin of one uncovered short SPX option (Cboe Rule 10.3, broad-based index): premium plus 15 % of the index less
/// what it is out of the money, at least 10 % of the index for a call and of the strike for a put (docs/model.md#margin-and-interest).
pub fn naked_index_margin(right: Right, index: Price, strike: Price, premium: Price) -> Money {
    let index = index.points();
    let strike = strike.points();
    let premium = premium.points();
    let (out_of_the_money, floor) = match right {
        Right::Call => ((strike - index).max(0.0), index),
        Right::Put => ((index - strike).max(0.0), strike),
    };
    Money::from_usd(
        100.0 * (premium + (NAKED_FRACTION * index - out_of_the_money).max(NAKED_FLOOR * floor)),
    )
}
