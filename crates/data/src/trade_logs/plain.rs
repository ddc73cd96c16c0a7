//! A row a trade, in the columns of our own `trades.csv`: what a column map turns a spreadsheet into.
//!
//! * `opened`, `closed` (New York dates), `contracts`, `legs`, `entry_price`, `exit_price`; optional `id`, `fees_usd` (all at the
//!   opening), `entry_fees_usd` and `exit_fees_usd` (both never positive).
//! * `legs`: `-1 SPXW 2022-02-04 P 4300 | +1 SPXW 2022-02-04 P 4250`, for one unit; behind ` @ ` a leg's price at the opening, and
//!   behind ` / ` that at the end.
//! * Prices are the cash one unit brings in points: a credit is positive, what is paid to close is negative. An empty
//!   `exit_price` settles at the official value of its expiry, which `closed` then names.
//! * Of a run's `trades.csv`, which has the columns `window` and `arm`, the rows of its first arm are the log.

use book::trade_log::{LoggedLeg, LoggedRoot, LoggedTrade, RefusedTrade};
use market::contract::Right;
use tables::{ENTRY_PRICE, EXIT_PRICE, FEES_USD};

use super::cells::{Cells, day};
use super::fault::RowFault;
use super::{Drafted, Layout};
use crate::sheet::Sheet;

pub(super) const LAYOUT: Layout = Layout {
    publisher: "alvh",
    header: "id,opened,closed,contracts,legs,entry_price,exit_price,fees_usd",
    columns: &[
        "opened",
        "closed",
        "contracts",
        "legs",
        ENTRY_PRICE,
        EXIT_PRICE,
    ],
    read,
};

pub(super) fn read(sheet: &Sheet) -> Vec<Drafted> {
    let arm = Cells::all(sheet)
        .next()
        .map(|row| row.text("arm").to_string());
    Cells::all(sheet)
        .filter(|row| Some(row.text("arm")) == arm.as_deref())
        .map(|row| {
            let id = match row.text("id") {
                "" => row.name(),
                id => id.to_string(),
            };
            trade(row, id.clone()).map_err(|fault| RefusedTrade {
                id,
                why: fault.to_string(),
            })
        })
        .collect()
}

fn trade(row: Cells<'_>, id: String) -> Result<LoggedTrade, RowFault> {
    let contracts = row.number("contracts")?;
    if contracts.fract() != 0.0 || !(1.0..=1e6).contains(&contracts) {
        return Err(RowFault::Units(contracts));
    }
    let total = row.maybe(FEES_USD)?;
    let entry = row.maybe("entry_fees_usd")?.or(total).unwrap_or(0.0);
    let legs: Result<Vec<LoggedLeg>, RowFault> = row.text("legs").split('|').map(leg).collect();
    Ok(LoggedTrade {
        id,
        opened: row.date("opened")?,
        closed: row.date("closed")?,
        contracts: contracts as i64,
        entry_points: row.number(ENTRY_PRICE)?,
        exit_points: row.maybe(EXIT_PRICE)?,
        entry_fees_usd: entry,
        exit_fees_usd: row.maybe("exit_fees_usd")?.unwrap_or(0.0),
        legs: legs?,
    })
}

/// `-1 SPXW 2022-02-04 P 4300`, perhaps with prices behind it.
fn leg(text: &str) -> Result<LoggedLeg, RowFault> {
    let wrong = || {
        RowFault::cell(
            "legs",
            text.trim(),
            "legs like `-1 SPXW 2022-02-04 P 4300`, parted by |",
        )
    };
    let (contract, prices) = text.split_once('@').unwrap_or((text, ""));
    let (open, close) = prices.split_once('/').unwrap_or((prices, ""));
    let price = |text: &str| match text.trim() {
        "" => Ok(None),
        price => super::cells::number(price).map(Some).ok_or_else(wrong),
    };
    let words: Vec<&str> = contract.split_whitespace().collect();
    let &[quantity, root, expiry, right, strike] = words.as_slice() else {
        return Err(wrong());
    };
    Ok(LoggedLeg {
        root: LoggedRoot::named(root).ok_or_else(wrong)?,
        expiry: day(expiry).ok_or_else(wrong)?,
        right: match right {
            "C" => Right::Call,
            "P" => Right::Put,
            _ => return Err(wrong()),
        },
        strike: strike.parse().map_err(|_| wrong())?,
        quantity: quantity.parse().map_err(|_| wrong())?,
        open_points: price(open)?,
        close_points: price(close)?,
    })
}
