//! Investing.com daily prices of the S&P 500.
//!
//! * Columns of a download: `Date,Price,Open,High,Low,Vol.,Change %`, every cell quoted, newest first, thousands separators;
//!   `Price` is the close. Dates `mm/dd/yyyy`; **in downloads until about 2022** `Jan 31, 2022`: the first row decides. No
//!   download is at hand: both are written from the site's documented layout.
//! * Cleaned copies (a file is at hand): `Date,Open,High,Low,Close` with dates `yyyy-mm-dd`.
//! * The file does not name its series: the file name does (`SPX`, `S&P 500`).
//! * Index points with one or two decimals: a second source that stands in where the others have no value.
//!
//! Example: `"01/31/2022","4,515.5","4,430.5","4,520.2","4,415.8","","1.20%"`

use super::{Fault, Part, SheetLayout, check_ohlc, daily, daily_part, series_by_name};
use crate::check::Findings;
use crate::sheet::{DateStyle, Sheet, on_sessions};

pub(super) const LAYOUT: SheetLayout = SheetLayout {
    publisher: "Investing.com",
    holds: "index prices (Date,Price,Open,High,Low,Vol.,Change %; Date,Open,High,Low,Close)",
    fits: |sheet| {
        let copy =
            sheet.has_header("Date,Open,High,Low,Close") && !super::stooq::is_download(sheet);
        sheet.has_header(DOWNLOAD) || copy
    },
    read,
};

const DOWNLOAD: &str = "Date,Price,Open,High,Low,Vol.,Change %";
const SERIES: [(&str, &str); 4] = [
    ("spx", "spx_close"),
    ("gspc", "spx_close"),
    ("500", "spx_close"),
    ("sp500", "spx_close"),
];

fn read(sheet: &Sheet, notes: &mut Findings) -> Result<Vec<Part>, Fault> {
    series_by_name(sheet, &SERIES, notes)?;
    let download = sheet.has_header(DOWNLOAD);
    let (style, columns) = match download {
        true if sheet.dates_are(DateStyle::Words) && !sheet.rows.is_empty() => {
            (DateStyle::Words, [2, 3, 4, 1])
        }
        true => (DateStyle::Us, [2, 3, 4, 1]),
        false => (DateStyle::Iso, [1, 2, 3, 4]),
    };
    let days = on_sessions(sheet.days(style, notes)?, "spx", notes);
    check_ohlc(&days, columns, "spx", daily("spx_close").range, notes)?;
    let names = ["spx_open", "spx_high", "spx_low", "spx_close"];
    Ok(names
        .iter()
        .zip(columns)
        .map(|(name, column)| daily_part(&days, column, name, 2))
        .collect::<Result<_, _>>()?)
}
