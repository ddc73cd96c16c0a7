//! OptionsDX end-of-day and intraday chains, after its published column list; no file is at hand.
//!
//! * A row per strike: `[QUOTE_UNIXTIME], [QUOTE_READTIME], [QUOTE_DATE], [QUOTE_TIME_HOURS], [UNDERLYING_LAST], [EXPIRE_DATE],`
//!   `[EXPIRE_UNIX], [DTE], [C_DELTA], ..., [C_IV], [C_VOLUME], [C_LAST], [C_SIZE], [C_BID], [C_ASK], [STRIKE], [P_BID], [P_ASK],`
//!   `[P_SIZE], [P_LAST], [P_DELTA], ..., [P_IV], [P_VOLUME], [STRIKE_DISTANCE], [STRIKE_DISTANCE_PCT]`; a blank follows each comma.
//! * Dates `yyyy-mm-dd`; `[QUOTE_TIME_HOURS]` New York time in hours: 16 and later (13 on half-days) are closing quotes, the
//!   others intraday ones. Points; volatilities decimals; an empty cell is missing.
//! * **There is no root**, so a row of a third Friday does not say whether it settles in the morning. The user states it
//!   beside the files, in `alvh.columns.toml` (`column_map.rs`):
//!   `layout = "optionsdx"`, `root = "SPXW"`, and `third_friday_root = "SPX"` or `"SPXW"`. Without the last, rows of standard
//!   third-Friday expiries are left out and counted: a date must not decide a settlement (docs/pitfalls.md, row W6).
//!
//! Example (made up): `1643662800, 2022-01-31 16:00, 2022-01-31, 16.0, 4515.5, 2022-02-14, 1644872400, 14.0, ..., 4500, 40.1, 40.6, ...`

use std::borrow::Cow;

use super::chain_layout::{ChainLayout, Name, RootOf, Side, SideRight, Time, name};
use crate::chains::Duplicates;

/// A column that no other publisher has.
pub(super) const MARK: &str = "[QUOTE_UNIXTIME]";

const SIDES: &[Side] = &[
    Side {
        right: SideRight::Call,
        quote: [name("[C_BID]"), name("[C_ASK]")],
        counts: [Some(name("[C_VOLUME]")), None],
        iv: Some(name("[C_IV]")),
    },
    Side {
        right: SideRight::Put,
        quote: [name("[P_BID]"), name("[P_ASK]")],
        counts: [Some(name("[P_VOLUME]")), None],
        iv: Some(name("[P_IV]")),
    },
];

/// The layout, with the roots that the user states.
pub(crate) fn layout(root: Name, third_friday: Option<Name>) -> ChainLayout {
    ChainLayout {
        publisher: name("OptionsDX"),
        date: name("[QUOTE_DATE]"),
        expiry: name("[EXPIRE_DATE]"),
        dates: (name("%Y-%m-%d"), name("2022-01-31")),
        time: Time::Hours(name("[QUOTE_TIME_HOURS]")),
        root: RootOf::Stated(root, third_friday),
        strike: name("[STRIKE]"),
        underlying: vec![name("[UNDERLYING_LAST]")].into(),
        sides: Cow::Borrowed(SIDES),
        factors: (1.0, 1.0),
        delimiter: b',',
        decimal: None,
        duplicates: Duplicates::Refused,
    }
}
