//! Forward price/earnings ratio of the S&P 500, about twice a week; the provider is not named.
//!
//! * Columns: `date,forward_pe`; dates `yyyy-mm-dd`, ascending; a ratio. The definition of its earnings is not documented.
//!
//! Example: `2022-01-31,19.85`

use super::{Part, SheetLayout, slow_part};
use crate::check::Findings;
use crate::error::Refusal;
use crate::sheet::{DateStyle, Sheet};

pub(super) const LAYOUT: SheetLayout = SheetLayout {
    publisher: "not named by the file",
    holds: "forward P/E (date,forward_pe)",
    fits: |sheet| sheet.has_columns("date,forward_pe"),
    read,
};

fn read(sheet: &Sheet, notes: &mut Findings) -> Result<Vec<Part>, Refusal> {
    let sheet = &sheet.arranged("date,forward_pe");
    Ok(vec![slow_part(
        &sheet.days(DateStyle::Iso, notes)?,
        1,
        "forward_pe",
        0,
    )?])
}
