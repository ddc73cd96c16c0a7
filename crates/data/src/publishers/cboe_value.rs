//! Cboe index history with one value: `VVIX_History.csv`, `SKEW_History.csv`, `CNDR_History.csv` and others.
//!
//! * Columns: `DATE,<INDEX>`; dates `mm/dd/yyyy`, ascending, in copies `yyyy-mm-dd`; six decimals. The header names the index.
//! * The value is the close. Units: vol points (VVIX), a skewness index about 100 to 180 (SKEW), index points (strategy indices).
//! * `SET` is the special opening quotation of the S&P 500 at which AM-settled options become cash; only settlement days count.
//! * SKEW lacks single sessions, such as 2024-11-29.
//!
//! Example: `01/31/2022,131.250000`

use super::{Part, SheetLayout, daily_part, mark_named};
use crate::check::Findings;
use crate::error::Refusal;
use crate::schema;
use crate::sheet::{DateStyle, Sheet, on_sessions};

pub(super) const LAYOUT: SheetLayout = SheetLayout {
    publisher: "Cboe",
    holds: "index, close only (DATE,<INDEX>)",
    // FRED wrote `DATE,<SERIES>` too, and is asked first.
    fits: |sheet| sheet.header.len() == 2 && sheet.header[0] == "DATE",
    read,
};

const SERIES: [&str; 15] = [
    "vix", "vix9d", "vix3m", "vix6m", "vvix", "skew", "cndr", "put", "pput", "bxm", "cll", "bfly",
    "vxth", "spx", "set",
];

fn read(sheet: &Sheet, notes: &mut Findings) -> Result<Vec<Part>, Refusal> {
    let index = sheet.header[1].to_lowercase();
    let known = SERIES.iter().find(|s| **s == index).ok_or_else(|| {
        Refusal(format!(
            "`{}` is neither a Cboe index nor a FRED series that this version uses; Cboe indices used: {}",
            sheet.header[1],
            SERIES.join(", ")
        ))
    })?;
    let series = match *known {
        "spx" => "spx_close",
        "set" => "spx_set",
        other => other,
    };
    debug_assert!(schema::daily(series).is_some());
    let days = on_sessions(sheet.days(DateStyle::Us, notes)?, series, notes);
    let mut parts = vec![daily_part(&days, 1, series, 1)?];
    mark_named(&mut parts);
    Ok(parts)
}
