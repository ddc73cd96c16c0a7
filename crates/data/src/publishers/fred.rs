//! FRED, Federal Reserve Bank of St. Louis: one series per file.
//!
//! * Columns: `observation_date,<SERIES>` (until 2024 `DATE,<SERIES>`); dates `yyyy-mm-dd`, ascending. The header names the series.
//! * A blank cell or `.` is a missing value: bank holidays on which the NYSE trades, and all public holidays.
//! * `DFF` has values on every calendar day; only those of sessions are used.
//! * Monthly and quarterly series are dated on the first day of their period; values are the latest vintage, not the first release.
//! * Units: percent per year (yields, DFF, SOFR), percentage points (spreads), index points (`SP500`), vol points (`VIXCLS`).
//!
//! Example: `2022-01-31,0.07`

use super::{Fault, Part, SheetLayout, daily_part, slow_part};
use crate::check::Findings;
use crate::sheet::{DateStyle, Sheet, on_sessions};

pub(super) const LAYOUT: SheetLayout = SheetLayout {
    publisher: "FRED",
    holds: "one series (observation_date,<SERIES>)",
    fits: |sheet| {
        let old = || sheet.header[0] == "DATE" && sheet.dates_are(DateStyle::Iso);
        sheet.header.len() == 2 && (sheet.header[0] == "observation_date" || old())
    },
    read,
};

/// FRED's name, ours, and the rank among the publishers of the series. S&P Dow Jones gives `SP500` to FRED directly, so
/// it wins over exports of other sites; `VIXCLS` is a copy of Cboe's file and only stands in for it.
const DAILY: [(&str, &str, u8); 15] = [
    ("DFF", "dff", 0),
    ("SOFR", "sofr", 0),
    ("DGS1MO", "dgs1mo", 0),
    ("DGS3MO", "dgs3mo", 0),
    ("DGS6MO", "dgs6mo", 0),
    ("DGS1", "dgs1", 0),
    ("DGS2", "dgs2", 0),
    ("DGS10", "dgs10", 0),
    ("BAA10Y", "baa10y", 0),
    ("BAMLH0A0HYM2", "hy_oas", 0),
    ("BAMLC0A0CM", "ig_oas", 0),
    ("DTWEXBGS", "dtwexbgs", 0),
    ("VIXCLS", "vix", 2),
    ("VXVCLS", "vix3m", 2),
    ("SP500", "spx_close", 0),
];
const SLOW: [&str; 6] = ["cpiaucsl", "ppiaco", "ppifis", "gdp", "gdpc1", "rbusbis"];

fn read(sheet: &Sheet, notes: &mut Findings) -> Result<Vec<Part>, Fault> {
    let name = &sheet.header[1];
    if let Some((_, series, rank)) = DAILY.iter().find(|(fred, ..)| fred == name) {
        // Under FRED's name: the series may be another publisher's, whose findings are its own.
        let days = on_sessions(
            sheet.days(DateStyle::Iso, notes)?,
            &name.to_lowercase(),
            notes,
        );
        return Ok(vec![daily_part(&days, 1, series, *rank)?]);
    }
    if let Some(series) = SLOW.iter().find(|s| **s == name.to_lowercase()) {
        return Ok(vec![slow_part(
            &sheet.days(DateStyle::Iso, notes)?,
            1,
            series,
            0,
        )?]);
    }
    let used: Vec<_> = DAILY
        .iter()
        .map(|d| d.0.to_string())
        .chain(SLOW.iter().map(|s| s.to_uppercase()))
        .collect();
    Err(Fault::Refused(format!(
        "FRED series {name} is not used by this version; used: {}",
        used.join(", ")
    )))
}
