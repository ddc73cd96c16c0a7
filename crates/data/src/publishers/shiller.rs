//! Robert Shiller's `ie_data`, sheet "Data", saved as text with one header.
//!
//! * Columns: `month,P,D,E,CPI,Fraction,GS10,RealPrice,RealDividend,RealTRPrice,RealEarnings,RealTRScaledEarnings,CAPE`; months
//!   `yyyy-mm`, ascending; `P` is the mean of daily closes of the month.
//! * `D` and `E` are trailing twelve months in index points, interpolated between quarter ends: a month inside a quarter
//!   already holds part of that quarter's accounts, so it is known only with them. CAPE needs the month's CPI.
//! * Blank where not yet available.
//!
//! Example: `2022-01,4570.5,60.75,198.5,281.15,2022.04,1.76,5200.5,69.1,3000000,225.9,131000,36.9`

use super::{Part, SheetLayout, slow_part};
use crate::check::Findings;
use crate::error::Refusal;
use crate::sheet::{DateStyle, Sheet};

pub(super) const LAYOUT: SheetLayout = SheetLayout {
    publisher: "R. Shiller",
    holds: "dividend, earnings and CAPE by month (month,P,D,E,...,CAPE)",
    fits: |sheet| sheet.has_columns(HEADER),
    read,
};

const HEADER: &str = "month,P,D,E,CPI,Fraction,GS10,RealPrice,RealDividend,RealTRPrice,RealEarnings,RealTRScaledEarnings,CAPE";

fn read(sheet: &Sheet, notes: &mut Findings) -> Result<Vec<Part>, Refusal> {
    let sheet = &sheet.arranged(HEADER);
    let days = sheet.days(DateStyle::Month, notes)?;
    Ok(vec![
        slow_part(&days, 2, "spx_dividend", 0)?,
        slow_part(&days, 3, "spx_earnings", 0)?,
        slow_part(&days, 12, "cape", 0)?,
    ])
}
