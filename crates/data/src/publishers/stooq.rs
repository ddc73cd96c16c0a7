//! Stooq daily prices of an index or a fund, after its published layouts; no file is at hand.
//!
//! * The download of one symbol: `Date,Open,High,Low,Close,Volume` (an index may lack `Volume`), dates `yyyy-mm-dd`, ascending;
//!   the name of the file is the symbol and `_d` (`^spx_d.csv`, `spy_us_d.csv`): **the same header as Yahoo's**, so the name
//!   decides, and that is a finding. The latest row may lack its volume.
//! * The bulk archive: `<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>`, dates `yyyymmdd`, one symbol per
//!   file (`SPY.US`, `^SPX`); `<PER>` is `D` for days. Other periods are refused.
//! * Index points for `^SPX`, USD for funds. Closes of funds are adjusted for splits and dividends, also later ones, so only
//!   their returns are free of hindsight. A second source: others win.
//!
//! Example: `SPY.US,D,20220131,000000,441.2,450.3,439.8,449.9,152000000,0`

use super::prices::{self, Ranks};
use super::{Part, SheetLayout, distinct};
use crate::check::Findings;
use crate::error::Refusal;
use crate::sheet::{DateStyle, Sheet};

pub(super) const LAYOUT: SheetLayout = SheetLayout {
    publisher: "Stooq",
    holds: "index or fund prices (Date,Open,High,Low,Close,Volume in a file named *_d; <TICKER>,<PER>,<DATE>,...)",
    fits: |sheet| sheet.has_columns(BULK) || is_download(sheet),
    read,
};

const BULK: &str = "<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>";

/// Whether a sheet is the download of one symbol: Yahoo's header, and a name that ends like Stooq's.
pub(super) fn is_download(sheet: &Sheet) -> bool {
    let header = sheet.has_header("Date,Open,High,Low,Close,Volume")
        || sheet.has_header("Date,Open,High,Low,Close");
    header && sheet.name_words().last().is_some_and(|word| word == "d")
}

fn read(sheet: &Sheet, notes: &mut Findings) -> Result<Vec<Part>, Refusal> {
    let ranks = Ranks {
        index: 3,
        volatility: 5,
        others: 3,
    };
    if !sheet.has_columns(BULK) {
        return prices::read(sheet, DateStyle::Iso, "close", ranks, notes);
    }
    let symbol = bulk_symbol(sheet)?;
    let mut dated = sheet.with_date_first(sheet.column("<DATE>").unwrap_or(0));
    for name in &mut dated.header {
        *name = name.trim_matches(['<', '>']).to_string();
    }
    dated.symbols = vec![symbol];
    prices::read(&dated, DateStyle::Iso, "close", ranks, notes)
}

/// The one symbol of a bulk file, without its exchange.
fn bulk_symbol(sheet: &Sheet) -> Result<String, Refusal> {
    let cell = |name: &str| {
        let column = sheet.column(name).unwrap_or(usize::MAX);
        distinct(sheet.rows.iter().filter_map(|row| row.cells.get(column)))
    };
    let symbols = cell("<TICKER>");
    let periods = cell("<PER>");
    if symbols.len() > 1 || periods.len() > 1 {
        let found = format!("{} symbols and {} periods", symbols.len(), periods.len());
        return Err(Refusal(format!(
            "found {found} in one file, allowed: one symbol by the day"
        )));
    }
    if let Some(period) = periods.first().filter(|p| **p != "D") {
        return Err(Refusal(format!(
            "found period `{period}`, allowed: D (days)"
        )));
    }
    Ok(symbols.first().map(ToString::to_string).unwrap_or_default())
}
