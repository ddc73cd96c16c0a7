//! Trades of a Flex query of Interactive Brokers, as CSV with its field names as header.
//!
//! * A row an execution: `AssetClass` (`OPT`), `Symbol` (`SPXW  240119P04500000`) or `UnderlyingSymbol`, `Strike`, `Expiry`
//!   (`20240119` or `2024-01-19`), `Put/Call`, `DateTime` (`20240110;154512`, New York), `Quantity` (signed), `TradePrice` (points),
//!   `IBCommission` (USD, negative), `Open/CloseIndicator` (`O`, `C`), `IBOrderID`; optional `Notes/Codes`, `LevelOfDetail`.
//! * Legs of one order are one package. Rows with the codes `Ep`, `A`, `Ex` are expiries; their packages settle at the official
//!   value. Of several levels of detail `EXECUTION` counts.

use super::assemble::{Execution, class, packages, right, whole};
use super::cells::{Cells, moment};
use super::fault::RowFault;
use super::{Drafted, Layout};
use crate::sheet::Sheet;

pub(super) const LAYOUT: Layout = Layout {
    publisher: "Interactive Brokers",
    header: "AssetClass,Symbol,Strike,Expiry,Put/Call,DateTime,Quantity,TradePrice,IBCommission,Open/CloseIndicator,IBOrderID",
    columns: &[
        "Symbol",
        "Strike",
        "Expiry",
        "Put/Call",
        "Quantity",
        "TradePrice",
        "IBCommission",
        "Open/CloseIndicator",
    ],
    read,
};

fn read(sheet: &Sheet) -> Vec<Drafted> {
    packages(
        Cells::all(sheet).filter(|row: &Cells<'_>| {
            let is_one = matches!(row.text("LevelOfDetail"), "" | "EXECUTION");
            let is_option = matches!(row.text("AssetClass"), "OPT" | "");
            is_one && is_option && !expired(*row)
        }),
        symbol,
        execution,
    )
}

/// Whether the row is an expiry, assignment or exercise.
fn expired(row: Cells<'_>) -> bool {
    let mut codes = row.text("Notes/Codes").split([';', ',', ' ']);
    codes.any(|code| matches!(code, "Ep" | "A" | "Ex"))
}

/// The class, from the first word of the symbol.
fn symbol<'a>(row: Cells<'a>) -> &'a str {
    row.text("Symbol").split_whitespace().next().unwrap_or("")
}

fn execution(row: Cells<'_>) -> Result<Execution, RowFault> {
    let text = match row.text("DateTime") {
        "" => row.text("TradeDate"),
        text => text,
    };
    let when = moment(text).ok_or_else(|| RowFault::cell("DateTime", text, "20240110;154512"))?;
    let opens = match row.text("Open/CloseIndicator") {
        "O" => true,
        "C" => false,
        other => {
            return Err(RowFault::cell("Open/CloseIndicator", other, "O, C"));
        }
    };
    let quantity = row.number("Quantity")?;
    Ok(Execution {
        when,
        order: row.text("IBOrderID").to_string(),
        opens,
        root: class(symbol(row)).ok_or(RowFault::Class)?,
        expiry: row.date("Expiry")?,
        right: right(row.text("Put/Call"))?,
        strike: row.number("Strike")?,
        quantity: whole(quantity.abs())? * if quantity < 0.0 { -1 } else { 1 },
        price: row.number("TradePrice")?,
        fees_usd: -row.maybe("IBCommission")?.unwrap_or(0.0).abs(),
    })
}
