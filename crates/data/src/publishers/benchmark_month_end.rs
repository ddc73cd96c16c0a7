//! Month-end levels of Cboe's option-writing indices.
//!
//! * Columns: `date,PUT,CNDR,PPUT`; dates `yyyy-mm-dd`, the last session of each month, ascending; index points.
//! * PUT writes at-the-money puts, CNDR iron condors, PPUT holds the index with 5 % puts.
//!
//! Example: `2022-01-31,2400.5,690.25,1460.75`

use super::{Part, SheetLayout, slow_part};
use crate::check::Findings;
use crate::error::Refusal;
use crate::sheet::{DateStyle, Sheet};

pub(super) const LAYOUT: SheetLayout = SheetLayout {
    publisher: "Cboe",
    holds: "month-end levels of option-writing indices (date,PUT,CNDR,PPUT)",
    fits: |sheet| sheet.has_columns("date,PUT,CNDR,PPUT"),
    read,
};

fn read(sheet: &Sheet, notes: &mut Findings) -> Result<Vec<Part>, Refusal> {
    let sheet = &sheet.arranged("date,PUT,CNDR,PPUT");
    let days = sheet.days(DateStyle::Iso, notes)?;
    let names = ["put_month_end", "cndr_month_end", "pput_month_end"];
    names
        .iter()
        .zip(1..)
        .map(|(name, column)| slow_part(&days, column, name, 0))
        .collect()
}
