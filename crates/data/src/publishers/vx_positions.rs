//! VIX futures settlements by position (Vix Central style).
//!
//! * Columns: `Date,M1,M2,M3,M4,M5,M6,M7,days_to_expiration`; dates `yyyy-mm-dd`, ascending; index points, three decimals.
//! * `M1` is the nearest contract that settles after the date; on a settlement day it is already the next one.
//! * Single values are off by whole points. A comparison only: the contract files of the exchange win.
//!
//! Example: `2022-01-31,25.1,25.4,25.6,25.9,26,26.2,26.3,11`

use super::{Part, SheetLayout};
use crate::check::Findings;
use crate::error::Refusal;
use crate::sheet::{DateStyle, Sheet, on_sessions};

pub(super) const LAYOUT: SheetLayout = SheetLayout {
    publisher: "Vix Central style",
    holds: "VIX futures by position, for comparison (Date,M1,...,M7,days_to_expiration)",
    fits: |sheet| sheet.has_columns("Date,M1,M2,M3,M4,M5,M6,M7,days_to_expiration"),
    read,
};

fn read(sheet: &Sheet, notes: &mut Findings) -> Result<Vec<Part>, Refusal> {
    let sheet = &sheet.arranged("Date,M1,M2,M3,M4,M5,M6,M7,days_to_expiration");
    let mut rows = Vec::new();
    for day in on_sessions(sheet.days(DateStyle::Iso, notes)?, "vx_positions", notes) {
        let row = (1..=7).map(|m| Ok(day.number(m, (0.0, 250.0))?.filter(|v| *v > 0.0)));
        rows.push((day.date, row.collect::<Result<_, Refusal>>()?));
    }
    Ok(vec![Part::Positions(rows)])
}
