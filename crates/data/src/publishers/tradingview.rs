//! TradingView exports of market breadth.
//!
//! * Columns: `date,open,high,low,close` or `time,open,high,low,close`; dates `yyyy-mm-dd`, ascending. Only the close is used.
//! * The file does not name its series: the file name does, by TradingView's symbol or in words.
//! * Issues for counts (`ADV`, `DECL`, `UNCH`, new highs `MAHN`, new lows `MALN`), percent of stocks above their 200-day average
//!   for `S5TH` (S&P 500) and `MMTH` (all). Counts of 16:00 are final in the evening.
//!
//! Example: `2022-01-31,2100,2100,2100,2100`

use super::{Fault, Part, SheetLayout, daily_part, series_by_name};
use crate::check::Findings;
use crate::sheet::{DateStyle, Sheet, on_sessions};

pub(super) const LAYOUT: SheetLayout = SheetLayout {
    publisher: "TradingView",
    holds: "market breadth (date,open,high,low,close)",
    fits: |sheet| {
        sheet.has_header("date,open,high,low,close") || sheet.has_header("time,open,high,low,close")
    },
    read,
};

const SERIES: [(&str, &str); 8] = [
    ("adv", "nyse_adv"),
    ("decl", "nyse_decl"),
    ("unch", "nyse_unch"),
    ("uchg", "nyse_unch"),
    ("mahn", "nyse_new_highs"),
    ("maln", "nyse_new_lows"),
    ("s5th", "pct_above_200d_sp500"),
    ("mmth", "pct_above_200d_all"),
];

fn read(sheet: &Sheet, notes: &mut Findings) -> Result<Vec<Part>, Fault> {
    let series = series_by_name(sheet, &SERIES, notes)?;
    let days = on_sessions(sheet.days(DateStyle::Iso, notes)?, series, notes);
    Ok(vec![daily_part(&days, 4, series, 0)?])
}
