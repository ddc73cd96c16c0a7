//! iVolatility end-of-day options ("raw IV"), after its published column list.
//!
//! * A row per option: `symbol,exchange,date,adjusted stock close price,option symbol,expiration,strike,call/put,style,ask,bid,`
//!   `mean price,settlement,iv,volume,open interest,stock price for iv,forward price,...`.
//! * **Samples and downloads** spell it `option_symbol,option_expiration,stock_price_for_iv,open_interest`: both are read.
//! * Closing quotes. Dates `mm/dd/yyyy`; `call/put` `C` or `P`; points; `iv` a decimal, negative where it is not computed:
//!   it is not read, for nothing needs a publisher's volatility where there is a quote.
//! * **Ask stands before bid.** `option symbol` begins with the root, padded with blanks (`SPXW  220218P04300000`).
//!
//! Example (made up): `SPX,CBOE,01/31/2022,4515.5,SPXW  220218P04300000,02/18/2022,4300,P,E,30.1,29.5,29.8,0,0.24,120,800,4515.5,4512`

use std::borrow::Cow;

use super::chain_layout::{ChainLayout, RootOf, Side, SideRight, Time, name};
use crate::chains::Duplicates;

pub(super) const LAYOUT: ChainLayout = ChainLayout {
    publisher: name("iVolatility"),
    date: name("date"),
    expiry: name("expiration"),
    dates: (name("%m/%d/%Y"), name("01/31/2022")),
    time: Time::Close(name("close")),
    root: RootOf::Column(name("option symbol")),
    strike: name("strike"),
    underlying: Cow::Borrowed(&[name("stock price for iv")]),
    sides: Cow::Borrowed(&[Side {
        right: SideRight::Column(name("call/put")),
        quote: [name("bid"), name("ask")],
        counts: [Some(name("volume")), Some(name("open interest"))],
        iv: None,
    }]),
    factors: (1.0, 1.0),
    delimiter: b',',
    decimal: None,
    duplicates: Duplicates::Refused,
};

/// The names of samples and downloads.
pub(super) const DOWNLOAD: ChainLayout = ChainLayout {
    publisher: name("iVolatility"),
    date: name("date"),
    expiry: name("option_expiration"),
    dates: (name("%m/%d/%Y"), name("01/31/2022")),
    time: Time::Close(name("close")),
    root: RootOf::Column(name("option_symbol")),
    strike: name("strike"),
    underlying: Cow::Borrowed(&[name("stock_price_for_iv")]),
    sides: Cow::Borrowed(&[Side {
        right: SideRight::Column(name("call/put")),
        quote: [name("bid"), name("ask")],
        counts: [Some(name("volume")), Some(name("open_interest"))],
        iv: None,
    }]),
    factors: (1.0, 1.0),
    delimiter: b',',
    decimal: None,
    duplicates: Duplicates::Refused,
};
