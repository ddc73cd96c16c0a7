//! United States Treasury: daily par yield curve.
//!
//! * Columns: `Date`, then one per term: `1 Mo,1.5 Mo,2 Mo,3 Mo,4 Mo,6 Mo,1 Yr,2 Yr,3 Yr,5 Yr,7 Yr,10 Yr,20 Yr,30 Yr`; terms
//!   differ between years, so they are found by name; dates `mm/dd/yyyy`, in the yearly archives `m/d/yy`, ascending or descending.
//! * Percent per year, bond equivalent; blank where the term was not quoted.
//! * FRED's constant-maturity series are copies of it: FRED wins where both exist, and differences are a finding.
//!
//! Example: `01/31/2022,0.03,,0.12,0.22,,0.49,0.78,1.18,1.39,1.62,1.75,1.79,2.17,2.11`

use super::{Part, SheetLayout, daily_part};
use crate::check::Findings;
use crate::error::Refusal;
use crate::sheet::{DateStyle, Sheet, on_sessions};

pub(super) const LAYOUT: SheetLayout = SheetLayout {
    publisher: "US Treasury",
    holds: "par yield curve (Date,1 Mo,...,30 Yr)",
    fits: |sheet| {
        sheet.column("Date") == Some(0)
            && sheet.column("3 Mo").is_some()
            && sheet.column("1 Yr").is_some()
    },
    read,
};

const TERMS: [(&str, &str); 6] = [
    ("1 Mo", "dgs1mo"),
    ("3 Mo", "dgs3mo"),
    ("6 Mo", "dgs6mo"),
    ("1 Yr", "dgs1"),
    ("2 Yr", "dgs2"),
    ("10 Yr", "dgs10"),
];

fn read(sheet: &Sheet, notes: &mut Findings) -> Result<Vec<Part>, Refusal> {
    let days = on_sessions(sheet.days(DateStyle::Us, notes)?, "treasury_curve", notes);
    let mut parts = Vec::new();
    for (term, series) in TERMS {
        if let Some(column) = sheet.column(term) {
            parts.push(daily_part(&days, column, series, 1)?);
        }
    }
    Ok(parts)
}
