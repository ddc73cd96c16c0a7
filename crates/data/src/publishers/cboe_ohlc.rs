//! Cboe index history with four prices: `VIX_History.csv` and its siblings.
//!
//! * Columns: `DATE,OPEN,HIGH,LOW,CLOSE`; dates `mm/dd/yyyy`, ascending; prices in vol points with six decimals.
//! * The file does not name its index: the file name does (`VIX`, `VIX9D`, `VIX3M`, `VIX6M`).
//! * The close is the 16:15 value. The open of a settlement day is a regular open, not the settlement value.
//! * Since 2022-05-30 there are rows on United States holidays, which are left out.
//! * A few rows have high and low exchanged.
//!
//! Example: `01/31/2022,24.500000,26.100000,23.900000,25.200000`

use super::{Fault, Part, SheetLayout, check_ohlc, daily, daily_part, series_by_name};
use crate::check::Findings;
use crate::sheet::{DateStyle, Sheet, on_sessions};

pub(super) const LAYOUT: SheetLayout = SheetLayout {
    publisher: "Cboe",
    holds: "volatility index, open to close (DATE,OPEN,HIGH,LOW,CLOSE)",
    fits: |sheet| sheet.has_header("DATE,OPEN,HIGH,LOW,CLOSE"),
    read,
};

const SERIES: [(&str, &str); 4] = [
    ("vix", "vix"),
    ("vix9d", "vix9d"),
    ("vix3m", "vix3m"),
    ("vix6m", "vix6m"),
];

fn read(sheet: &Sheet, notes: &mut Findings) -> Result<Vec<Part>, Fault> {
    let series = series_by_name(sheet, &SERIES, notes)?;
    let days = on_sessions(sheet.days(DateStyle::Us, notes)?, series, notes);
    check_ohlc(&days, [1, 2, 3, 4], series, daily(series).range, notes)?;
    let mut parts = vec![daily_part(&days, 4, series, 0)?];
    if series == "vix" {
        for (column, name) in [(1, "vix_open"), (2, "vix_high"), (3, "vix_low")] {
            parts.push(daily_part(&days, column, name, 0)?);
        }
    }
    Ok(parts)
}
