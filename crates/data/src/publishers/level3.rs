//! "L3" end-of-day option files (historicaloptiondata.com and resellers). From files at hand, of one day and two roots.
//!
//! * A row per option: `underlying,underlying_last, exchange,optionroot,optionext,type,expiration,quotedate,strike,last,bid,ask,`
//!   `volume,openinterest,impliedvol,delta,gamma,theta,vega,optionalias,IVBid,IVAsk`; rows may end before the last three.
//! * `optionroot` is the whole option symbol, whose beginning is the root; `underlying` is the root too in files of SPXW.
//! * Dates `mm/dd/yyyy`; `quotedate` with a time (`04:00:00 PM`), always that of the close. Points; `type` `call` or `put`.
//! * `impliedvol` of the deepest options is a placeholder (0.3 in the files at hand), so it is not read.
//!
//! Example (made up): `SPX,4515.5,*,SPX220218P04300000,,put,02/18/2022,1/31/2022 04:00:00 PM,4300,30,29.5,30.1,120,800,0.24,-0.2,0,0,0`

use std::borrow::Cow;

use super::chain_layout::{ChainLayout, RootOf, Side, SideRight, Time, name};
use crate::chains::Duplicates;

pub(super) const LAYOUT: ChainLayout = ChainLayout {
    publisher: name("historicaloptiondata.com"),
    date: name("quotedate"),
    expiry: name("expiration"),
    dates: (name("%m/%d/%Y"), name("1/31/2022, a time may follow")),
    time: Time::Close(name("16:00")),
    root: RootOf::Column(name("optionroot")),
    strike: name("strike"),
    underlying: Cow::Borrowed(&[name("underlying_last")]),
    sides: Cow::Borrowed(&[Side {
        right: SideRight::Column(name("type")),
        quote: [name("bid"), name("ask")],
        counts: [Some(name("volume")), Some(name("openinterest"))],
        iv: None,
    }]),
    factors: (1.0, 1.0),
    delimiter: b',',
    decimal: None,
    duplicates: Duplicates::Refused,
};
