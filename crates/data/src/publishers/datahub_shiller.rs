//! DataHub's copy of Shiller's table (`s-and-p-500`).
//!
//! * Columns: `Date,SP500,Dividend,Earnings,Consumer Price Index,Long Interest Rate,Real Price,Real Dividend,Real Earnings,PE10`; dates
//!   `yyyy-mm-dd`, the first of each month, ascending.
//! * **Zero means not available.** Units as in Shiller's own table, which wins where both have a value.
//!
//! Example: `2022-01-01,4570.5,60.75,198.5,281.15,1.76,5200.5,69.1,225.9,36.9`

use super::{Part, SheetLayout, slow_part};
use crate::check::Findings;
use crate::error::Refusal;
use crate::sheet::{DateStyle, Sheet};

pub(super) const LAYOUT: SheetLayout = SheetLayout {
    publisher: "DataHub, after R. Shiller",
    holds: "dividend, earnings and CAPE by month (Date,SP500,Dividend,...,PE10)",
    fits: |sheet| sheet.has_columns(HEADER),
    read,
};

const HEADER: &str = "Date,SP500,Dividend,Earnings,Consumer Price Index,Long Interest Rate,Real Price,Real Dividend,Real Earnings,PE10";

fn read(sheet: &Sheet, notes: &mut Findings) -> Result<Vec<Part>, Refusal> {
    let sheet = &sheet.arranged(HEADER);
    let available = sheet.with_rows(sheet.rows.iter().map(blank_zeros).collect());
    let days = available.days(DateStyle::Iso, notes)?;
    Ok(vec![
        slow_part(&days, 2, "spx_dividend", 1)?,
        slow_part(&days, 3, "spx_earnings", 1)?,
        slow_part(&days, 9, "cape", 1)?,
    ])
}

fn blank_zeros(row: &crate::sheet::Row) -> crate::sheet::Row {
    crate::sheet::Row {
        line: row.line,
        cells: row
            .cells
            .iter()
            .map(|c: &String| {
                if c.parse() == Ok(0.0) {
                    String::new()
                } else {
                    c.clone()
                }
            })
            .collect(),
    }
}
