//! ORATS near-end-of-day strikes, after its published column list.
//!
//! * A row per strike with a call (`c...`) and a put (`p...`): `ticker,cOpra,pOpra,stkPx,expirDate,yte,strike,cVolu,cOi,pVolu,pOi,`
//!   `cBidPx,cValue,cAskPx,pBidPx,pValue,pAskPx,cBidIv,cMidIv,cAskIv,smoothSmvVol,pBidIv,pMidIv,pAskIv,...,trade_date`.
//! * The snapshot is taken 14 minutes before the close; its quotes carry the time 15:46.
//! * Dates `m/d/yyyy`; points; volatilities as decimals. `ticker` is the index; the root is the beginning of `cOpra`.
//!
//! Example (made up): `SPX,SPXW220218C04300000,SPXW220218P04300000,4515,2/18/2022,0.05,4300,10,50,120,800,240,243,246,29.5,30,30.1,...`

use super::chain_layout::{ChainLayout, Side, SideRight};

pub(super) const LAYOUT: ChainLayout = ChainLayout {
    publisher: "ORATS",
    date: "trade_date",
    expiry: "expirDate",
    dates: ("%m/%d/%Y", "1/31/2022"),
    time: "15:46",
    symbol: "cOpra",
    strike: "strike",
    underlying: &["stkPx"],
    sides: &[
        Side { right: SideRight::Call, quote: ["cBidPx", "cAskPx"], counts: ["cVolu", "cOi"], iv: Some("cMidIv") },
        Side { right: SideRight::Put, quote: ["pBidPx", "pAskPx"], counts: ["pVolu", "pOi"], iv: Some("pMidIv") },
    ],
};
