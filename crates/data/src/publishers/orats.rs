//! ORATS near-end-of-day strikes, after its published column list.
//!
//! * A row per strike with a call (`c...`) and a put (`p...`): `ticker,cOpra,pOpra,stkPx,expirDate,yte,strike,cVolu,cOi,pVolu,pOi,`
//!   `cBidPx,cValue,cAskPx,pBidPx,pValue,pAskPx,cBidIv,cMidIv,cAskIv,smoothSmvVol,pBidIv,pMidIv,pAskIv,...,trade_date`.
//! * The snapshot is taken 14 minutes before the close; its quotes carry the time 15:46.
//! * Dates `m/d/yyyy`; points; volatilities as decimals. `ticker` is the index; the root is the beginning of `cOpra`.
//!
//! Example (made up): `SPX,SPXW220218C04300000,SPXW220218P04300000,4515,2/18/2022,0.05,4300,10,50,120,800,240,243,246,29.5,30,30.1,...`

use std::borrow::Cow;

use super::chain_layout::{ChainLayout, RootOf, Side, SideRight, Time, name};
use crate::chains::Duplicates;

pub(super) const LAYOUT: ChainLayout = ChainLayout {
    publisher: name("ORATS"),
    date: name("trade_date"),
    expiry: name("expirDate"),
    dates: (name("%m/%d/%Y"), name("1/31/2022")),
    time: Time::Close(name("15:46")),
    root: RootOf::Column(name("cOpra")),
    strike: name("strike"),
    underlying: Cow::Borrowed(&[name("stkPx")]),
    sides: Cow::Borrowed(&[
        Side {
            right: SideRight::Call,
            quote: [name("cBidPx"), name("cAskPx")],
            counts: [Some(name("cVolu")), Some(name("cOi"))],
            iv: Some(name("cMidIv")),
        },
        Side {
            right: SideRight::Put,
            quote: [name("pBidPx"), name("pAskPx")],
            counts: [Some(name("pVolu")), Some(name("pOi"))],
            iv: Some(name("pMidIv")),
        },
    ]),
    factors: (1.0, 1.0),
    delimiter: b',',
    decimal: None,
    duplicates: Duplicates::Refused,
};
