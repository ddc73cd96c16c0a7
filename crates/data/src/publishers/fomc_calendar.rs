//! Decision days of the Federal Open Market Committee.
//!
//! * Columns: `date,meeting_end,kind,notes`; dates `yyyy-mm-dd`; `kind` is `scheduled` or `unscheduled`. Decisions come at 14:00
//!   New York time on the second day of the meeting.
//! * Unscheduled decisions are left out: nobody could act before them because of them.
//!
//! Example: `2022-01-26,2022-01-26,scheduled,Jan 25-26`

use market::observations::{EventKind, MacroEvent};

use super::{Part, SheetLayout};
use crate::check::{Findings, Severity};
use crate::error::Refusal;
use crate::sheet::{DateStyle, Sheet};

pub(super) const LAYOUT: SheetLayout = SheetLayout {
    publisher: "Federal Reserve calendar",
    holds: "FOMC decision days (date,meeting_end,kind,notes)",
    fits: |sheet| sheet.has_columns("date,meeting_end,kind,notes"),
    read,
};

const DECISION_MINUTE: u16 = 14 * 60;

fn read(sheet: &Sheet, notes: &mut Findings) -> Result<Vec<Part>, Refusal> {
    let sheet = &sheet.arranged("date,meeting_end,kind,notes");
    let mut parts = Vec::new();
    for day in sheet.days(DateStyle::Iso, notes)? {
        match day.text(2) {
            "scheduled" => {
                let event = MacroEvent { date: day.date, minute: DECISION_MINUTE, kind: EventKind::Fomc };
                parts.push(Part::Event(event, None));
            }
            "unscheduled" => notes.note(Severity::Info, "unscheduled_event", "fomc", Some(day.date), || {
                format!(
                    "{}: found an unscheduled decision on {}; left out, for nobody could know it before",
                    day.place(),
                    day.date
                )
            }),
            _ => return Err(day.wrong(2, "scheduled or unscheduled".into()).into()),
        }
    }
    Ok(parts)
}
