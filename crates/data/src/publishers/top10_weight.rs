//! Weight of the ten largest lines of SPY, from its quarterly holdings (SEC form N-PORT).
//!
//! * Columns: `date,source,lines,top1_pct,top10_pct,sum_pct`; dates `yyyy-mm-dd`, quarter ends, ascending; percent of net assets.
//! * Two share classes of one company are two lines. Filings are public 60 days after the quarter's end.
//!
//! Example: `2022-03-31,"SEC N-PORT",505,7.05,29.4,99.98`

use super::{Part, SheetLayout, slow_part};
use crate::check::Findings;
use crate::error::Refusal;
use crate::sheet::{DateStyle, Sheet};

pub(super) const LAYOUT: SheetLayout = SheetLayout {
    publisher: "SEC N-PORT",
    holds: "weight of SPY's ten largest lines (date,source,lines,top1_pct,top10_pct,sum_pct)",
    fits: |sheet| sheet.has_columns("date,source,lines,top1_pct,top10_pct,sum_pct"),
    read,
};

fn read(sheet: &Sheet, notes: &mut Findings) -> Result<Vec<Part>, Refusal> {
    let sheet = &sheet.arranged("date,source,lines,top1_pct,top10_pct,sum_pct");
    Ok(vec![slow_part(
        &sheet.days(DateStyle::Iso, notes)?,
        4,
        "top10_weight",
        0,
    )?])
}
