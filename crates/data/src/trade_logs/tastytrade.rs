//! Transaction histories of tastytrade, as its web site exports them.
//!
//! * A row an execution: `Date` (`2024-01-10T15:45:12-0600`), `Type` (`Trade`, `Receive Deliver`, `Money Movement`), `Action`
//!   (`SELL_TO_OPEN`, or `Sell to Open`), `Instrument Type`, `Quantity`, `Average Price` (USD a contract), `Commissions`, `Fees` (USD,
//!   negative), `Multiplier`, `Root Symbol`, `Expiration Date` (`1/19/24`), `Strike Price`, `Call or Put`, `Order #`.
//! * Legs of one order are one package. `Receive Deliver` rows are expiries; their packages settle at the official value.

use super::assemble::{Execution, class, packages};
use super::cells::{Cells, moment};
use super::fault::RowFault;
use super::{Drafted, Layout};
use crate::sheet::Sheet;

pub(super) const LAYOUT: Layout = Layout {
    publisher: "tastytrade",
    header: "Date,Type,Sub Type,Action,Symbol,Instrument Type,…,Root Symbol,…,Order #",
    columns: &[
        "Date",
        "Type",
        "Action",
        "Average Price",
        "Root Symbol",
        "Expiration Date",
        "Strike Price",
        "Call or Put",
        "Order #",
    ],
    read,
};

fn read(sheet: &Sheet) -> Vec<Drafted> {
    let trades = Cells::all(sheet).filter(|row| row.text("Type") == "Trade");
    packages(trades, |row| row.text("Root Symbol"), execution)
}

fn execution(row: Cells<'_>) -> Result<Execution, RowFault> {
    let action = row.text("Action").to_uppercase().replace(' ', "_");
    let (sign, opens) = match action.as_str() {
        "SELL_TO_OPEN" => (-1, true),
        "BUY_TO_OPEN" => (1, true),
        "BUY_TO_CLOSE" => (1, false),
        "SELL_TO_CLOSE" => (-1, false),
        _ => {
            return Err(RowFault::cell(
                "Action",
                row.text("Action"),
                "SELL_TO_OPEN, BUY_TO_OPEN, BUY_TO_CLOSE, SELL_TO_CLOSE",
            ));
        }
    };
    let when = row.text("Date");
    let when =
        moment(when).ok_or_else(|| RowFault::cell("Date", when, "2024-01-10T15:45:12-0600"))?;
    let multiplier = row.maybe("Multiplier")?.unwrap_or(100.0);
    let fees = row.maybe("Commissions")?.unwrap_or(0.0) + row.maybe("Fees")?.unwrap_or(0.0);
    Ok(Execution {
        when,
        order: row.text("Order #").to_string(),
        opens,
        root: class(row.text("Root Symbol")).ok_or(RowFault::Class)?,
        expiry: row.date("Expiration Date")?,
        right: super::assemble::right(row.text("Call or Put"))?,
        strike: row.number("Strike Price")?,
        quantity: sign * super::assemble::whole(row.number("Quantity")?.abs())?,
        price: row.number("Average Price")?.abs() / multiplier,
        fees_usd: -fees.abs(),
    })
}
