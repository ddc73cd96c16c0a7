//! TradingView exports: market breadth, indices and funds.
//!
//! * Columns: `time,open,high,low,close` or `date,...`, and any others after them (`Volume`, indicators). Ascending.
//! * `time` is a day (`2022-01-31`), an instant with its zone (`2022-01-31T09:30:00-05:00`) or UNIX seconds of the session's open.
//! * The file does not name its series: the file name does, by TradingView's symbol or in words (`USI_ADV, 1D.csv`).
//! * Of breadth only the close is used: issues for counts (`ADV`, `DECL`, `UNCH`, new highs `MAHN`, new lows `MALN`), percent of
//!   stocks above their 200-day average for `S5TH` (S&P 500) and `MMTH` (all). Counts of 16:00 are final in the evening.
//!
//! Example: `2022-01-31,2100,2100,2100,2100`

use super::prices::{self, Ranks};
use super::{Part, SheetLayout};
use crate::check::Findings;
use crate::error::Refusal;
use crate::sheet::{DateStyle, Sheet};

pub(super) const LAYOUT: SheetLayout = SheetLayout {
    publisher: "TradingView",
    holds: "market breadth, index or fund (date,open,high,low,close; time,open,high,low,close)",
    fits: |sheet| {
        ["date", "time"].contains(&sheet.header[0].as_str())
            && sheet.has_columns("open,high,low,close")
    },
    read,
};

fn read(sheet: &Sheet, notes: &mut Findings) -> Result<Vec<Part>, Refusal> {
    let ranks = Ranks {
        index: 3,
        volatility: 3,
        others: 0,
    };
    prices::read(sheet, DateStyle::Iso, "close", ranks, notes)
}
