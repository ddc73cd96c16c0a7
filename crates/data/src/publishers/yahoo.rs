//! Yahoo Finance daily prices of an index or a fund.
//!
//! * Columns: `Date,Open,High,Low,Close,Volume`, in downloads also `Adj Close` before `Volume`; or `Date,Close,Volume`; or
//!   `Date,<TICKER>` with closes only. Dates `yyyy-mm-dd`, ascending; `null` is a missing row.
//! * The file does not name its series (except the last form): the file name does, by its ticker.
//! * Index points for the S&P 500 (`GSPC`, `SPX`), USD for funds. Closes of funds are adjusted for splits and dividends, also
//!   later ones, so only their returns are free of hindsight. Where `Adj Close` exists it is the fund's series, and `Close`,
//!   which is what was paid (but for later splits), becomes `<fund>_unadjusted`. Without it `Close` is taken as adjusted.
//! * Single closes of the index differ from the publisher's: other sources win, and differences are a finding.
//!
//! Example: `2022-01-31,4430.5,4520.25,4415.75,4515.5,3000000000`

use super::{Fault, Part, SheetLayout, check_ohlc, daily, daily_part, series_by_name};
use crate::check::Findings;
use crate::sheet::{DateStyle, Sheet, on_sessions};

pub(super) const LAYOUT: SheetLayout = SheetLayout {
    publisher: "Yahoo or a copy",
    holds: "index or fund prices (Date,Open,High,Low,Close,Volume; Date,Close,Volume; Date,<TICKER>)",
    fits: |sheet| {
        let named =
            LAYOUTS.iter().any(|h| sheet.has_header(h)) && !super::stooq::is_download(sheet);
        named || ticker(sheet).is_some()
    },
    read,
};

const LAYOUTS: [&str; 3] = [
    "Date,Open,High,Low,Close,Volume",
    "Date,Open,High,Low,Close,Adj Close,Volume",
    "Date,Close,Volume",
];

/// Tickers as they stand in file names, and the series of their closes.
const SERIES: [(&str, &str); 12] = [
    ("gspc", "spx_close"),
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

fn ticker(sheet: &Sheet) -> Option<&'static str> {
    let named = |name: &String| {
        SERIES
            .iter()
            .find(|(ticker, _)| *ticker == name.to_lowercase())
    };
    if sheet.header.len() == 2 && sheet.header[0] == "Date" {
        named(&sheet.header[1]).map(|s| s.1)
    } else {
        None
    }
}

fn read(sheet: &Sheet, notes: &mut Findings) -> Result<Vec<Part>, Fault> {
    if let Some(series) = ticker(sheet) {
        let days = on_sessions(sheet.days(DateStyle::Iso, notes)?, series, notes);
        return Ok(vec![daily_part(&days, 1, series, 1)?]);
    }
    let series = series_by_name(sheet, &SERIES, notes)?;
    let days = on_sessions(sheet.days(DateStyle::Iso, notes)?, series, notes);
    if series == "spx_close" {
        return index(sheet, &days, notes);
    }
    let close = sheet
        .column("Adj Close")
        .or(sheet.column("Close"))
        .unwrap_or(1);
    if sheet.column("Open").is_some() {
        check_ohlc(&days, [1, 2, 3, 4], series, daily(series).range, notes)?;
    }
    let mut parts = vec![daily_part(&days, close, series, 0)?];
    if let (Some(_), Some(paid)) = (sheet.column("Adj Close"), sheet.column("Close")) {
        parts.push(daily_part(&days, paid, &format!("{series}_unadjusted"), 0)?);
    }
    Ok(parts)
}

fn index(
    sheet: &Sheet,
    days: &[crate::sheet::Day],
    notes: &mut Findings,
) -> Result<Vec<Part>, Fault> {
    let close = sheet.column("Close").unwrap_or(1);
    let mut parts = vec![daily_part(days, close, "spx_close", 1)?];
    if sheet.column("Open").is_some() {
        check_ohlc(days, [1, 2, 3, 4], "spx", daily("spx_close").range, notes)?;
        for (column, name) in [(1, "spx_open"), (2, "spx_high"), (3, "spx_low")] {
            parts.push(daily_part(days, column, name, 1)?);
        }
    }
    Ok(parts)
}
