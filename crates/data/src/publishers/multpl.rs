//! Monthly Shiller price/earnings ratio (multpl.com style).
//!
//! * Columns: `date,close`; dates `yyyy-mm-dd`, the first of each month, ascending; a ratio.
//! * The file does not name its series: the file name does (`shiller` or `cape`). Shiller's own table wins.
//!
//! Example: `2022-01-01,36.9`

use super::{Part, SheetLayout, series_by_name, slow_part};
use crate::check::Findings;
use crate::error::Refusal;
use crate::sheet::{DateStyle, Sheet};

pub(super) const LAYOUT: SheetLayout = SheetLayout {
    publisher: "multpl style",
    holds: "CAPE by month (date,close)",
    fits: |sheet| sheet.has_columns("date,close") && sheet.header.len() == 2,
    read,
};

fn read(sheet: &Sheet, notes: &mut Findings) -> Result<Vec<Part>, Refusal> {
    let series = series_by_name(sheet, &[("shiller", "cape"), ("cape", "cape")], notes)?;
    Ok(vec![slow_part(
        &sheet.days(DateStyle::Iso, notes)?,
        1,
        series,
        2,
    )?])
}
