//! Release dates of the consumer price index.
//!
//! * Columns: `release_date,time_ET,reference_month`; dates `yyyy-mm-dd`, New York times `hh:mm`, months `yyyy-mm`.
//! * Adds to the built-in release calendar and wins where the two differ, which is a finding.
//!
//! Example: `2022-02-10,08:30,2022-01`

use chrono::{NaiveDate, NaiveTime, Timelike};
use market::observations::{EventKind, MacroEvent};

use super::{Part, SheetLayout};
use crate::check::Findings;
use crate::error::Refusal;
use crate::sheet::{DateStyle, Sheet};

pub(super) const LAYOUT: SheetLayout = SheetLayout {
    publisher: "BLS calendar",
    holds: "CPI release dates (release_date,time_ET,reference_month)",
    fits: |sheet| sheet.has_columns("release_date,time_ET,reference_month"),
    read,
};

fn read(sheet: &Sheet, notes: &mut Findings) -> Result<Vec<Part>, Refusal> {
    let sheet = &sheet.arranged("release_date,time_ET,reference_month");
    let mut parts = Vec::new();
    for day in sheet.days(DateStyle::Iso, notes)? {
        let time = NaiveTime::parse_from_str(day.text(1), "%H:%M")
            .map_err(|_| day.wrong(1, "a time like 08:30".into()))?;
        let period = NaiveDate::parse_from_str(&format!("{}-01", day.text(2)), "%Y-%m-%d");
        let period = period.map_err(|_| day.wrong(2, "a month like 2022-01".into()))?;
        let minute = (time.hour() * 60 + time.minute()) as u16;
        parts.push(Part::Event(
            MacroEvent {
                date: day.date,
                minute,
                kind: EventKind::Cpi,
            },
            Some(period),
        ));
    }
    Ok(parts)
}
