//! Cboe index history with four prices: `VIX_History.csv` and its siblings.
//!
//! * Columns: `DATE,OPEN,HIGH,LOW,CLOSE`; dates `mm/dd/yyyy`, ascending, in copies `yyyy-mm-dd`; prices in vol points with six
//!   decimals.
//! * The file does not name its index: the file name does (`VIX`, `VIX9D`, `VIX3M`, `VIX6M`, `VVIX`, `SKEW`).
//! * The close is the 16:15 value. The open of a settlement day is a regular open, not the settlement value.
//! * Since 2022-05-30 there are rows on United States holidays, which are left out.
//! * A few rows have high and low exchanged.
//!
//! Example: `01/31/2022,24.500000,26.100000,23.900000,25.200000`

use super::prices::{self, Ranks};
use super::{Part, SheetLayout};
use crate::check::Findings;
use crate::error::Refusal;
use crate::sheet::{DateStyle, Sheet};

pub(super) const LAYOUT: SheetLayout = SheetLayout {
    publisher: "Cboe",
    holds: "volatility index, open to close (DATE,OPEN,HIGH,LOW,CLOSE)",
    fits: |sheet| sheet.header[0] == "DATE" && sheet.has_columns("DATE,OPEN,HIGH,LOW,CLOSE"),
    read,
};

fn read(sheet: &Sheet, notes: &mut Findings) -> Result<Vec<Part>, Refusal> {
    let ranks = Ranks {
        index: 1,
        volatility: 0,
        others: 1,
    };
    prices::read(sheet, DateStyle::Us, "close", ranks, notes)
}
