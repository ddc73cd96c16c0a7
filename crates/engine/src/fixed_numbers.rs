//! Numbers that move money and are not keys of a run file. `docs/method.md` lists them; a test holds the list to this one.

use crate::{admit, fees, fill, naked_margin, shock};

/// A number the code fixes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FixedNumber {
    /// Name of the constant.
    pub name: &'static str,
    /// Its value.
    pub value: f64,
    /// Unit of the value.
    pub unit: &'static str,
    /// Why it is no key.
    pub reason: &'static str,
}

/// All of them.
pub const FIXED_NUMBERS: &[FixedNumber] = &[
    fixed(
        "CLEARING",
        usd(fees::CLEARING),
        "USD per option",
        "the broker passes the clearing fee on",
    ),
    fixed(
        "REGULATORY",
        usd(fees::REGULATORY),
        "USD per option",
        "options regulatory fee",
    ),
    fixed(
        "BROKER",
        usd(fees::BROKER),
        "USD per option or future",
        "commission, an assumption",
    ),
    fixed(
        "NFA",
        usd(fees::NFA),
        "USD per future",
        "assessment of the National Futures Association",
    ),
    fixed(
        "FUND_SHARE",
        usd(fees::FUND_SHARE),
        "USD per share",
        "commission, an assumption",
    ),
    fixed(
        "FUND_WIDTH_LEAST",
        fill::FUND_WIDTH_LEAST,
        "USD per real share",
        "one tick of a share",
    ),
    fixed(
        "FUND_WIDTH_FRACTION",
        fill::FUND_WIDTH_FRACTION,
        "of the price",
        "liquid funds, an assumption",
    ),
    fixed(
        "SHORT_FUND_FRACTION",
        admit::SHORT_FUND_FRACTION,
        "of the value",
        "Regulation T",
    ),
    fixed(
        "STEEP_ABOVE",
        shock::STEEP_ABOVE,
        "vol points of VIX",
        "the stated shock, not a forecast",
    ),
    fixed(
        "STEEP",
        shock::STEEP,
        "points of the future per 1 % fall",
        "the stated shock, not a forecast",
    ),
    fixed(
        "FRONT_DAYS",
        shock::FRONT_DAYS,
        "calendar days",
        "the stated shock, not a forecast",
    ),
    fixed(
        "NAKED_FRACTION",
        naked_margin::NAKED_FRACTION,
        "of the index",
        "Cboe Rule 10.3; only in refusals",
    ),
    fixed(
        "NAKED_FLOOR",
        naked_margin::NAKED_FLOOR,
        "of index or strike",
        "Cboe Rule 10.3; only in refusals",
    ),
];

const fn fixed(
    name: &'static str,
    value: f64,
    unit: &'static str,
    reason: &'static str,
) -> FixedNumber {
    FixedNumber {
        name,
        value,
        unit,
        reason,
    }
}

/// Fees are kept in 1/10,000 of a dollar.
const fn usd(ten_thousandths: i64) -> f64 {
    ten_thousandths as f64 / 10_000.0
}
