//! Cboe DataShop, option end-of-day summary (with or without calculations), after its published column list.
//!
//! * A row per option: `underlying_symbol,quote_date,root,expiration,strike,option_type,open,high,low,close,trade_volume,`
//!   `bid_size_1545,bid_1545,ask_size_1545,ask_1545,underlying_bid_1545,...,bid_size_eod,bid_eod,ask_size_eod,ask_eod,`
//!   `underlying_bid_eod,underlying_ask_eod,vwap,open_interest,delivery_code`.
//! * Two snapshots a day, 15:45 and the close. **The close (`_eod`) is read**, as marks and fills are of the close.
//!   Volatility and greeks are of 15:45 only and are not kept beside a closing quote.
//! * Dates `yyyy-mm-dd`; `option_type` `C` or `P`; points. `root` tells SPX from SPXW; index symbols begin with `^`.
//! * **Option quote intervals**: `underlying_symbol,quote_datetime,root,expiration,strike,option_type,...,bid,ask`, a row per option
//!   and snapshot, New York time: rows from the close of the session on (16:00) are closing quotes, the others intraday ones.
//! * An ask of zero is no quote, an underlying of zero is not available.
//!
//! Example (made up):
//! `^SPX,2022-01-31,SPXW,2022-02-18,4300.000,P,30,31,29,30,120,5,29.8,7,30.2,4505,4506,9,29.5,8,30.1,4515,4516,30.4,800,`

use std::borrow::Cow;

use super::chain_layout::{ChainLayout, RootOf, Side, SideRight, Time, name};
use crate::chains::Duplicates;

pub(super) const LAYOUT: ChainLayout = ChainLayout {
    publisher: name("Cboe DataShop"),
    date: name("quote_date"),
    expiry: name("expiration"),
    dates: (name("%Y-%m-%d"), name("2022-01-31")),
    time: Time::Close(name("close")),
    root: RootOf::Column(name("root")),
    strike: name("strike"),
    underlying: Cow::Borrowed(&[name("underlying_bid_eod"), name("underlying_ask_eod")]),
    sides: Cow::Borrowed(&[Side {
        right: SideRight::Column(name("option_type")),
        quote: [name("bid_eod"), name("ask_eod")],
        counts: [Some(name("trade_volume")), Some(name("open_interest"))],
        iv: None,
    }]),
    factors: (1.0, 1.0),
    delimiter: b',',
    decimal: None,
    duplicates: Duplicates::Refused,
};

/// Quotes every so many minutes.
pub(super) const INTERVALS: ChainLayout = ChainLayout {
    publisher: name("Cboe DataShop"),
    date: name("quote_datetime"),
    expiry: name("expiration"),
    dates: (name("%Y-%m-%d"), name("2022-01-31")),
    time: Time::Close(name("close")),
    root: RootOf::Column(name("root")),
    strike: name("strike"),
    underlying: Cow::Borrowed(&[]),
    sides: Cow::Borrowed(&[Side {
        right: SideRight::Column(name("option_type")),
        quote: [name("bid"), name("ask")],
        counts: [None, None],
        iv: None,
    }]),
    factors: (1.0, 1.0),
    delimiter: b',',
    decimal: None,
    duplicates: Duplicates::Refused,
};
