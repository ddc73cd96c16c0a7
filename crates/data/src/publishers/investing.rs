//! Investing.com daily prices of an index or a fund.
//!
//! * Columns of a download: `Date,Price,Open,High,Low,Vol.,Change %`, every cell quoted, newest first, thousands separators;
//!   `Price` is the close. Dates and decimal marks are those of the site's edition: `01/31/2022` and `4,515.5` of the American,
//!   `31/01/2022` of the British, `31.01.2022` and `4.515,5` of the German one, `Jan 31, 2022` until about 2022. The whole file
//!   decides; a file that could be read both ways is refused.
//! * Cleaned copies (a file is at hand): `Date,Open,High,Low,Close` with dates `yyyy-mm-dd`.
//! * The file does not name its series: the file name does (`SPX`, `S&P 500`, `CBOE Volatility Index`). Futures are no index.
//! * Index points with one or two decimals: a second source that stands in where the others have no value.
//!
//! Example: `"01/31/2022","4,515.5","4,430.5","4,520.2","4,415.8","","1.20%"`

use super::prices::{self, Ranks};
use super::{Part, SheetLayout};
use crate::check::Findings;
use crate::error::Refusal;
use crate::sheet::{DateStyle, Sheet};

pub(super) const LAYOUT: SheetLayout = SheetLayout {
    publisher: "Investing.com",
    holds: "index or fund prices (Date,Price,Open,High,Low,Vol.,Change %; Date,Open,High,Low,Close)",
    fits: |sheet| is_download(sheet) || is_copy(sheet),
    read,
};

fn is_download(sheet: &Sheet) -> bool {
    sheet.has_columns("Date,Price,Open,High,Low") && sheet.header[0].eq_ignore_ascii_case("date")
}

fn is_copy(sheet: &Sheet) -> bool {
    sheet.has_header("Date,Open,High,Low,Close") && !super::stooq::is_download(sheet)
}

fn read(sheet: &Sheet, notes: &mut Findings) -> Result<Vec<Part>, Refusal> {
    let ranks = Ranks {
        index: 2,
        volatility: 4,
        others: 4,
    };
    let close = if is_download(sheet) { "price" } else { "close" };
    prices::read(sheet, DateStyle::Local, close, ranks, notes)
}
