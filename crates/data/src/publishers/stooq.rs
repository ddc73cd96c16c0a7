//! Stooq daily prices of an index or a fund, after its published layouts; no file is at hand.
//!
//! * The download of one symbol: `Date,Open,High,Low,Close,Volume` (an index may lack `Volume`), dates `yyyy-mm-dd`, ascending;
//!   the name of the file is the symbol and `_d` (`^spx_d.csv`, `spy_us_d.csv`): **the same header as Yahoo's**, so the name
//!   decides, and that is a finding.
//! * The bulk archive: `<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>`, dates `yyyymmdd`, one symbol per
//!   file (`SPY.US`, `^SPX`); `<PER>` is `D` for days. Other periods are refused.
//! * Index points for `^SPX`, USD for funds. Closes of funds are adjusted for splits and dividends, also later ones, so only
//!   their returns are free of hindsight. A second source: others win.
//!
//! Example: `SPY.US,D,20220131,000000,441.2,450.3,439.8,449.9,152000000,0`

use super::{Fault, Part, SheetLayout, check_ohlc, daily, daily_part, distinct};
use crate::check::{Findings, Severity};
use crate::sheet::{DateStyle, Sheet, on_sessions};

pub(super) const LAYOUT: SheetLayout = SheetLayout {
    publisher: "Stooq",
    holds: "index or fund prices (Date,Open,High,Low,Close,Volume in a file named *_d; <TICKER>,<PER>,<DATE>,...)",
    fits: |sheet| sheet.has_header(BULK) || is_download(sheet),
    read,
};

const BULK: &str = "<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>";

/// Symbols without Stooq's ending, and the series of their closes.
const SERIES: [(&str, &str); 11] = [
    ("spx", "spx_close"),
    ("spy", "spy"),
    ("rsp", "rsp"),
    ("iwm", "iwm"),
    ("hyg", "hyg"),
    ("lqd", "lqd"),
    ("tlt", "tlt"),
    ("vnq", "vnq"),
    ("iyr", "iyr"),
    ("vixy", "vixy"),
    ("vxx", "vxx"),
];

/// Whether a sheet is the download of one symbol: Yahoo's header, and a name that ends like Stooq's.
pub(super) fn is_download(sheet: &Sheet) -> bool {
    let header = sheet.has_header("Date,Open,High,Low,Close,Volume")
        || sheet.has_header("Date,Open,High,Low,Close");
    header && sheet.name_words().last().is_some_and(|word| word == "d")
}

fn read(sheet: &Sheet, notes: &mut Findings) -> Result<Vec<Part>, Fault> {
    let bulk = sheet.has_header(BULK);
    let symbol = if bulk {
        bulk_symbol(sheet)?
    } else {
        sheet.name_words().first().cloned().unwrap_or_default()
    };
    let Some((_, series)) = SERIES.iter().find(|(name, _)| *name == symbol) else {
        let known: Vec<&str> = SERIES.iter().map(|s| s.0).collect();
        return Err(Fault::Refused(format!(
            "symbol `{symbol}` is not used by this version; used: {}",
            known.join(", ")
        )));
    };
    if !bulk {
        notes.note(Severity::Info, "name_decides", series, None, || {
            format!(
                "{}: the layout does not say which series it is; `{symbol}` in the file name does",
                sheet.file
            )
        });
    }
    let (sheet, style, columns) = if bulk {
        (&sheet.with_date_first(2), DateStyle::Compact, [4, 5, 6, 7])
    } else {
        (sheet, DateStyle::Iso, [1, 2, 3, 4])
    };
    let days = on_sessions(sheet.days(style, notes)?, series, notes);
    check_ohlc(&days, columns, series, daily(series).range, notes)?;
    let names = if *series == "spx_close" {
        vec!["spx_open", "spx_high", "spx_low", "spx_close"]
    } else {
        vec![*series]
    };
    let from = columns.len() - names.len();
    let parts = names
        .iter()
        .zip(&columns[from..])
        .map(|(name, column)| daily_part(&days, *column, name, 3));
    Ok(parts.collect::<Result<_, _>>()?)
}

/// The one symbol of a bulk file, without its exchange.
fn bulk_symbol(sheet: &Sheet) -> Result<String, Fault> {
    let cell = |column: usize| distinct(sheet.rows.iter().filter_map(|row| row.cells.get(column)));
    let (symbols, periods) = (cell(0), cell(1));
    if symbols.len() > 1 || periods.len() > 1 {
        let found = format!("{} symbols and {} periods", symbols.len(), periods.len());
        return Err(Fault::Refused(format!(
            "found {found} in one file, allowed: one symbol by the day"
        )));
    }
    if let Some(period) = periods.first().filter(|p| **p != "D") {
        return Err(Fault::Refused(format!(
            "found period `{period}`, allowed: D (days)"
        )));
    }
    let symbol = symbols
        .first()
        .map(|s| s.to_lowercase())
        .unwrap_or_default();
    Ok(symbol
        .trim_start_matches('^')
        .trim_end_matches(".us")
        .to_string())
}
