//! Option chains: which publisher's a file is. Those of [`ChainReader`] are imported into the chain store; the others below
//! are recognised and refused.
//!
//! * Implied volatilities: `,Expiry,Texp,Strike,Bid,Ask,Fwd,CallMid`.
//! * Daily bars: `as_of_date,ticker,contract_type,...`, trades without quotes.
//! * An index of snapshots: `symbol,quote_date,time_ET,kind,quotes,...`, which holds no prices.
//! * OptionsDX without a column map that states the root (`optionsdx.rs`).
//!
//! Example: `2024-06-03,O:VIX240618C00010000,call,10.0,2024-06-18,13.1,3.8,1.98,0.81,0.05,-17.6,0.007,3.55,3.87,3.5,17.0`

use super::chain_layout::ChainLayout;
use super::rows::read_normalised;
use super::{cboe_quotes, datashop, ivolatility, level3, optionsdx, orats, yahoo_options};
use crate::DataError;
use crate::chains::Duplicates;
use crate::chains::store::Writer;
use crate::sheet::Sheet;
use crate::unpack::Place;

/// Every layout with bid, ask and a root, told apart by its column names.
const LAYOUTS: &[ChainLayout] = &[
    datashop::LAYOUT,
    datashop::INTERVALS,
    orats::LAYOUT,
    ivolatility::LAYOUT,
    ivolatility::DOWNLOAD,
    level3::LAYOUT,
];

/// What a file with option chains is for this version.
pub(crate) enum Chains {
    /// Imported.
    Imported(ChainReader),
    /// Recognised, but not imported for this reason.
    NotImported(&'static str),
}

/// Who reads a file with option chains.
#[derive(Clone)]
pub(crate) enum ChainReader {
    /// One row per option, see [`crate::chains`].
    Normalised,
    /// A delayed-quote download of Cboe, see `cboe_quotes.rs`.
    CboeQuotes,
    /// A chain of Yahoo's, see `yahoo_options.rs`.
    YahooOptions,
    /// Columns by name: a publisher's, or those of a column map.
    Columns(Box<ChainLayout>),
}

impl ChainReader {
    /// Publisher, for people.
    pub fn publisher(&self) -> &str {
        match self {
            ChainReader::Normalised => "Cboe, normalised",
            ChainReader::CboeQuotes => cboe_quotes::PUBLISHER,
            ChainReader::YahooOptions => yahoo_options::PUBLISHER,
            ChainReader::Columns(layout) => &layout.publisher,
        }
    }

    /// Which of two different quotes of one contract at one moment counts.
    pub fn duplicates(&self) -> Duplicates {
        match self {
            ChainReader::Columns(layout) => layout.duplicates,
            _ => Duplicates::Refused,
        }
    }

    /// Adds the quotes of a file.
    pub fn read(
        &self,
        file: &str,
        place: &Place,
        quotes: &mut Writer<'_>,
    ) -> Result<(), DataError> {
        match self {
            ChainReader::Normalised => read_normalised(file, place, quotes),
            ChainReader::CboeQuotes => cboe_quotes::read(file, place, quotes),
            ChainReader::YahooOptions => yahoo_options::read(file, place, quotes),
            ChainReader::Columns(layout) => layout.read(file, place, quotes),
        }
    }
}

/// The layout of a sheet, if it holds option chains. The first rows suffice.
pub(crate) fn recognise(sheet: &Sheet) -> Option<Chains> {
    let first_cells =
        || std::iter::once(&sheet.header).chain(sheet.rows.iter().take(4).map(|r| &r.cells));
    let index = ["symbol", "quote_date", "time_ET", "kind", "quotes"].map(String::from);
    if sheet.has_header(crate::chains::HEADER) {
        Some(Chains::Imported(ChainReader::Normalised))
    } else if let Some(layout) = LAYOUTS.iter().find(|l| l.fits(&sheet.header)) {
        let of_file = ChainLayout {
            delimiter: sheet.delimiter,
            decimal: sheet.decimal_comma(),
            ..layout.clone()
        };
        Some(Chains::Imported(ChainReader::Columns(Box::new(of_file))))
    } else if first_cells().any(|c| cboe_quotes::is_header(c)) {
        Some(Chains::Imported(ChainReader::CboeQuotes))
    } else if yahoo_options::fits(sheet) {
        Some(Chains::Imported(ChainReader::YahooOptions))
    } else if sheet.has_header(",Expiry,Texp,Strike,Bid,Ask,Fwd,CallMid") {
        Some(Chains::NotImported("implied volatilities without prices"))
    } else if sheet.header[0] == "as_of_date" && sheet.column("contract_type").is_some() {
        Some(Chains::NotImported(
            "daily bars of trades, without bid and ask",
        ))
    } else if sheet.header.iter().any(|h| h == optionsdx::MARK) {
        Some(Chains::NotImported(
            "OptionsDX has no root column, so it does not say whether an SPX option settles in the morning; state the root \
             in alvh.columns.toml beside the file (layout = \"optionsdx\", root = \"SPXW\")",
        ))
    } else if sheet.header.starts_with(&index) {
        Some(Chains::NotImported("an index of snapshots, without prices"))
    } else {
        None
    }
}
