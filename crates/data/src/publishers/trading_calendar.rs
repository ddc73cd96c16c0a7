//! NYSE sessions, for comparison with the built-in calendar, which wins.
//!
//! * Columns: `date,early_close`; dates `yyyy-mm-dd`, ascending; `1` where the session ends at 13:00 New York time, else `0`.
//!
//! Example: `2022-11-25,1`

use super::{Part, SheetLayout};
use crate::check::Findings;
use crate::error::Refusal;
use crate::sheet::{DateStyle, Sheet};

pub(super) const LAYOUT: SheetLayout = SheetLayout {
    publisher: "NYSE calendar",
    holds: "sessions, for comparison (date,early_close)",
    fits: |sheet| sheet.has_columns("date,early_close"),
    read,
};

fn read(sheet: &Sheet, notes: &mut Findings) -> Result<Vec<Part>, Refusal> {
    let sheet = &sheet.arranged("date,early_close");
    let mut sessions = Vec::new();
    for day in sheet.days(DateStyle::Iso, notes)? {
        let early = match day.text(1) {
            "0" => false,
            "1" => true,
            _ => return Err(day.wrong(1, "0 or 1".into()).into()),
        };
        sessions.push((day.date, early));
    }
    Ok(vec![Part::Sessions(sessions)])
}
