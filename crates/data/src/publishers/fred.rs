//! FRED, Federal Reserve Bank of St. Louis: one series per file, or several side by side (`fredgraph.csv`).
//!
//! * Columns: `observation_date,<SERIES>,...` (until 2024 `DATE,<SERIES>`); dates `yyyy-mm-dd`, ascending. The header names the series.
//! * Copies headed `date,value` are read where their name is FRED's name of the series (`DGS10.csv`).
//! * A blank cell or `.` is a missing value: bank holidays on which the NYSE trades, and all public holidays.
//! * `DFF` has values on every calendar day; only those of sessions are used.
//! * Numbers have a point before their decimals and no mark between thousands, so `251.712` alone in a column is no quarter of
//!   a million. A copy with another delimiter than a comma was written by another program: there the numbers must decide.
//! * Monthly and quarterly series are dated on the first day of their period; values are the latest vintage, not the first release.
//! * Units: percent per year (yields, DFF, SOFR), percentage points (spreads), index points (`SP500`), vol points (`VIXCLS`).
//!
//! Example: `2022-01-31,0.07`

use super::{Part, SheetLayout, daily_part, mark_named, slow_part};
use crate::check::{Findings, Severity};
use crate::error::Refusal;
use crate::numbers::Decimal;
use crate::sheet::{DateStyle, Sheet, on_sessions};

pub(super) const LAYOUT: SheetLayout = SheetLayout {
    publisher: "FRED",
    holds: "one series or several (observation_date,<SERIES>,...; DATE,<SERIES>; date,value named <SERIES>.csv)",
    fits: |sheet| {
        let title = sheet.header[0].to_lowercase();
        let named = || sheet.header.len() > 1 && sheet.header[1..].iter().all(|h| is_known(h));
        title == "observation_date" || (title == "date" && (named() || copy_of(sheet).is_some()))
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

fn is_known(name: &str) -> bool {
    let daily = DAILY.iter().any(|(fred, ..)| *fred == name);
    daily || SLOW.iter().any(|s| s.to_uppercase() == name)
}

/// The series of a copy headed `date,value`, which its name says.
fn copy_of(sheet: &Sheet) -> Option<String> {
    let is_copy = sheet.header.len() == 2 && sheet.header[1].eq_ignore_ascii_case("value");
    let words = sheet.name_words().into_iter().map(|w| w.to_uppercase());
    let mut known: Vec<String> = words.filter(|w| is_known(w)).collect();
    known.dedup();
    (is_copy && known.len() == 1).then(|| known.remove(0))
}

fn read(sheet: &Sheet, notes: &mut Findings) -> Result<Vec<Part>, Refusal> {
    let used: Vec<_> = DAILY
        .iter()
        .map(|d| d.0.to_string())
        .chain(SLOW.iter().map(|s| s.to_uppercase()))
        .collect();
    let used = used.join(", ");
    let mut parts = Vec::new();
    let mut unknown = Vec::new();
    let copy = copy_of(sheet);
    if sheet.delimiter == b',' {
        sheet.assume_decimal(Decimal::Point);
    }
    for column in 1..sheet.header.len() {
        let name = copy.as_ref().unwrap_or(&sheet.header[column]);
        match series(sheet, column, name, notes)? {
            Some(part) => parts.push(part),
            None => unknown.push(name.clone()),
        }
    }
    if parts.is_empty() {
        return Err(Refusal(format!(
            "FRED series {} is not used by this version; used: {used}",
            unknown.join(", ")
        )));
    }
    for name in unknown {
        notes.note(Severity::Info, "series_not_used", &sheet.file, None, || {
            format!(
                "{}: FRED series {name} is not used by this version; used: {used}",
                sheet.file
            )
        });
    }
    if copy.is_none() {
        mark_named(&mut parts);
    }
    Ok(parts)
}

fn series(
    sheet: &Sheet,
    column: usize,
    name: &str,
    notes: &mut Findings,
) -> Result<Option<Part>, Refusal> {
    // What is wrong with the rows of a file of several series is noted once.
    let mut again = Findings::default();
    let notes = if column == 1 { notes } else { &mut again };
    if let Some((_, series, rank)) = DAILY.iter().find(|(fred, ..)| *fred == name) {
        // Under FRED's name: the series may be another publisher's, whose findings are its own.
        let days = on_sessions(
            sheet.days(DateStyle::Iso, notes)?,
            &name.to_lowercase(),
            notes,
        );
        return Ok(Some(daily_part(&days, column, series, *rank)?));
    }
    let slow = SLOW.iter().find(|s| **s == name.to_lowercase());
    slow.map(|series| slow_part(&sheet.days(DateStyle::Iso, notes)?, column, series, 0))
        .transpose()
}
