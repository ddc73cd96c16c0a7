//! Option chains. The normalised layout and those of [`LAYOUTS`] are imported into `chains.parquet`; the others below are
//! recognised and refused.
//!
//! * Normalised: one row per option, see [`crate::chains`] for its columns.
//! * Cboe quote download: a line with the index name, a line with date and quotes, then `Expiration Date,Calls,...,Strike,Puts,...`.
//! * Implied volatilities: `,Expiry,Texp,Strike,Bid,Ask,Fwd,CallMid`.
//! * Daily bars: `as_of_date,ticker,contract_type,...`, trades without quotes.
//! * Vendor sample: `underlying,underlying_last,exchange,optionroot,optionext,type,expiration,...`.
//! * An index of snapshots: `symbol,quote_date,time_ET,kind,quotes,...`, which holds no prices.
//!
//! * OptionsDX: `[QUOTE_UNIXTIME],[QUOTE_READTIME],[QUOTE_DATE],...`, without a root: on a third Friday its SPX files do not
//!   say which option settles in the morning, and a date must not decide that (PITFALLS W6).
//!
//! Example: `Mon Jan 31 2022,SPXW220131C04300000,210.5,0,215.1,217.3,12,0.3371,0.98,0.0004,800,4300.00,SPXW220131P04300000,...`

use super::chain_layout::{ChainLayout, LAYOUTS};
use crate::sheet::Sheet;

/// What a file with option chains is for this version.
pub(crate) enum Chains {
    /// Imported; the publisher's layout, `None` for the normalised one.
    Imported(Option<&'static ChainLayout>),
    /// Recognised, but not imported for this reason.
    NotImported(&'static str),
}

/// The layout of a sheet, if it holds option chains. The first rows suffice.
pub(crate) fn recognise(sheet: &Sheet) -> Option<Chains> {
    let first_cells = || sheet.rows.iter().take(4).map(|r| &r.cells);
    let index = ["symbol", "quote_date", "time_ET", "kind", "quotes"].map(String::from);
    if sheet.has_header(crate::chains::HEADER) {
        Some(Chains::Imported(None))
    } else if let Some(layout) = LAYOUTS.iter().find(|l| l.fits(&sheet.header)) {
        Some(Chains::Imported(Some(layout)))
    } else if is_quote_header(&sheet.header) || first_cells().any(|c| is_quote_header(c)) {
        Some(Chains::NotImported("a quote download of Cboe"))
    } else if sheet.has_header(",Expiry,Texp,Strike,Bid,Ask,Fwd,CallMid") {
        Some(Chains::NotImported("implied volatilities without prices"))
    } else if sheet.header[0] == "as_of_date" && sheet.column("contract_type").is_some() {
        Some(Chains::NotImported("daily bars of trades, without bid and ask"))
    } else if sheet.header[0] == "underlying" && sheet.column("optionroot").is_some() {
        Some(Chains::NotImported("a sample of a vendor's end-of-day file"))
    } else if sheet.header.iter().any(|h| h == "[QUOTE_UNIXTIME]") {
        Some(Chains::NotImported(
            "OptionsDX, which does not say whether an SPX option settles in the morning (no root column)",
        ))
    } else if sheet.header.starts_with(&index) {
        Some(Chains::NotImported("an index of snapshots, without prices"))
    } else {
        None
    }
}

fn is_quote_header(cells: &[String]) -> bool {
    cells.len() > 1 && cells[0] == "Expiration Date" && cells[1] == "Calls"
}
