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
use crate::sheet::{DateStyle, Sheet, on_sessions};

pub(super) const LAYOUT: SheetLayout = SheetLayout {
    publisher: "Cboe",
    holds: "index, close only (DATE,<INDEX>)",
    // FRED wrote `DATE,<SERIES>` too, and is asked first.
    fits: |sheet| {
        sheet.header[0] == "DATE" && (sheet.header.len() == 2 || !indices(sheet).is_empty())
    },
    read,
};

const SERIES: [&str; 15] = [
    "vix", "vix9d", "vix3m", "vix6m", "vvix", "skew", "cndr", "put", "pput", "bxm", "cll", "bfly",
    "vxth", "spx", "set",
];

/// The columns whose names are indices, and the series of each.
fn indices(sheet: &Sheet) -> Vec<(usize, &'static str)> {
    sheet
        .header
        .iter()
        .enumerate()
        .skip(1)
        .filter_map(|(column, name): (usize, &String)| {
            let known = SERIES.iter().find(|s| s.eq_ignore_ascii_case(name))?;
            let series = match *known {
                "spx" => "spx_close",
                "set" => "spx_set",
                other => other,
            };
            Some((column, series))
        })
        .collect()
}

fn read(sheet: &Sheet, notes: &mut Findings) -> Result<Vec<Part>, Refusal> {
    let indices = indices(sheet);
    let Some((_, first)) = indices.first() else {
        return Err(Refusal(format!(
            "`{}` is neither a Cboe index nor a FRED series that this version uses; Cboe indices used: {}",
            sheet.header[1],
            SERIES.join(", ")
        )));
    };
    let days = on_sessions(sheet.days(DateStyle::Us, notes)?, first, notes);
    let parts = indices
        .iter()
        .map(|(column, series)| daily_part(&days, *column, series, 1));
    let mut parts = parts.collect::<Result<Vec<_>, _>>()?;
    mark_named(&mut parts);
    Ok(parts)
}
