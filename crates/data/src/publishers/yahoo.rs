//! Yahoo Finance daily prices of an index or a fund, as the site wrote them and as the Python package yfinance does.
//!
//! * Columns by name, in any order, others are not read: `Date`, `Close`, and where there are any `Open`, `High`, `Low`, `Adj Close`,
//!   `Volume`; or `Date,<TICKER>` with closes only. Dates `yyyy-mm-dd`, ascending; `null` is a missing row.
//! * **yfinance in three shapes**: flat (`Date,Close,High,Low,Open,Volume`); of `Ticker.history` with New York time in the date
//!   (`2022-01-31 00:00:00-05:00`) and `Dividends,Stock Splits`; of `download` with three rows above the values, `Price,Close,...`,
//!   `Ticker,^GSPC,...`, `Date,,`: the tickers say which series it is.
//! * Else the file does not name its series (except `Date,<TICKER>`): the file name does, by its ticker (`^VIX.csv`).
//! * Index points for the S&P 500 (`GSPC`, `SPX`), vol points for `VIX`, USD for funds. Closes of funds are adjusted for splits
//!   and dividends, also later ones, so only their returns are free of hindsight. Where `Adj Close` exists it is the fund's
//!   series, and `Close`, which is what was paid (but for later splits), becomes `<fund>_unadjusted`. Without it `Close` is
//!   taken as adjusted.
//! * Single closes of the index differ from the publisher's: other sources win, and differences are a finding.
//! * Weekly and monthly bars are dated at the beginning of their period: they are refused.
//!
//! Example: `2022-01-31,4430.5,4520.25,4415.75,4515.5,3000000000`

use super::prices::{self, Ranks};
use super::{Part, SheetLayout, daily_part};
use crate::check::Findings;
use crate::error::Refusal;
use crate::sheet::{DateStyle, Sheet, on_sessions};

pub(super) const LAYOUT: SheetLayout = SheetLayout {
    publisher: "Yahoo or a copy",
    holds: "index or fund prices (Date,Open,High,Low,Close,Volume; Date,Close,Volume; Date,<TICKER>)",
    fits: |sheet| {
        let begins = sheet.column("date") == Some(0) || sheet.column("datetime") == Some(0);
        let prices = begins && sheet.column("close").is_some();
        let told = sheet.header.len() > 2 || !sheet.symbols.is_empty() || sheet.header[0] == "Date";
        (prices && told) || ticker(sheet).is_some()
    },
    read,
};

fn ticker(sheet: &Sheet) -> Option<&'static str> {
    match &sheet.header[..] {
        [date, symbol] if date.eq_ignore_ascii_case("date") && date != "DATE" => {
            prices::of_symbol(symbol)
        }
        _ => None,
    }
}

fn read(sheet: &Sheet, notes: &mut Findings) -> Result<Vec<Part>, Refusal> {
    if let Some(series) = ticker(sheet) {
        let days = on_sessions(sheet.days(DateStyle::Iso, notes)?, series, notes);
        let mut parts = vec![daily_part(&days, 1, series, rank(series))?];
        super::mark_named(&mut parts);
        return Ok(parts);
    }
    let ranks = Ranks {
        index: 1,
        volatility: 3,
        others: 0,
    };
    prices::read(sheet, DateStyle::Iso, "close", ranks, notes)
}

/// `Date,<TICKER>` is a copy of somebody's, also of Yahoo's own files.
fn rank(series: &str) -> u8 {
    if series.starts_with("vix") && series != "vixy" {
        3
    } else {
        1
    }
}
