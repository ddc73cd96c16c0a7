//! Trade logs of Option Omega, after its published column list.
//!
//! * A row a trade: `Date Opened`, `Time Opened` (New York), `Opening Price` (the index then), `Legs`, `Premium` (USD a contract,
//!   received positive), `Date Closed`, `Avg. Closing Cost` (USD a contract), `Reason For Close`, `P/L` (USD of the trade),
//!   `No. of Contracts`, `Opening Commissions + Fees`, `Closing Commissions + Fees` (USD of the trade, positive).
//! * `Legs` is described in `publishers/option_omega.rs`. Its counts are those of the whole trade.
//! * The sign of the closing cost differs between versions. The profit decides: premium, plus or minus the cost, less the fees.
//!   Where neither gives it within a dollar a contract, the trade is left out.
//! * The class is not said: SPXW; XSP where the index stands below 1,000.

use book::trade_log::{LoggedLeg, LoggedRoot, LoggedTrade, RefusedTrade};
use market::contract::Right;

use super::cells::Cells;
use super::fault::RowFault;
use super::{Drafted, Layout};
use crate::publishers::option_omega_leg;
use crate::sheet::Sheet;

pub(super) const LAYOUT: Layout = Layout {
    publisher: "Option Omega",
    header: "Date Opened,Time Opened,Opening Price,Legs,Premium,…",
    columns: &[
        "Date Opened",
        "Legs",
        "Premium",
        "Date Closed",
        "P/L",
        "No. of Contracts",
    ],
    read,
};

/// Below it an index of the last fifteen years is a tenth of the S&P 500.
const MINI_BELOW: f64 = 1000.0;

fn read(sheet: &Sheet) -> Vec<Drafted> {
    Cells::all(sheet)
        .map(|row| {
            let id = row.name();
            trade(row, id.clone()).map_err(|fault| RefusedTrade {
                id,
                why: fault.to_string(),
            })
        })
        .collect()
}

fn trade(row: Cells<'_>, id: String) -> Result<LoggedTrade, RowFault> {
    let opened = row.date("Date Opened")?;
    if row.text("Date Closed").is_empty() {
        return Err(RowFault::Open);
    }
    let contracts = row.number("No. of Contracts")?;
    if contracts.fract() != 0.0 || !(1.0..=1e6).contains(&contracts) {
        return Err(RowFault::Contracts(contracts));
    }
    let is_mini = row
        .number("Opening Price")
        .is_ok_and(|level| level < MINI_BELOW);
    let root = if is_mini {
        LoggedRoot::Xsp
    } else {
        LoggedRoot::Spxw
    };
    let mut legs = Vec::new();
    for text in row.text("Legs").split('|').map(str::trim) {
        let (count, mark) = option_omega_leg(text, opened)
            .ok_or_else(|| RowFault::cell("Legs", text, "legs like `1 Feb 25 4725 P STO 11.50`"))?;
        let per_unit = f64::from(count.abs()) / contracts;
        if per_unit.fract() != 0.0 {
            return Err(RowFault::Leg {
                count,
                units: contracts,
            });
        }
        legs.push(LoggedLeg {
            root,
            expiry: mark.expiry,
            right: if mark.is_call {
                Right::Call
            } else {
                Right::Put
            },
            strike: mark.strike,
            quantity: per_unit as i64 * i64::from(count.signum()),
            open_points: Some(mark.mid),
            close_points: None,
        });
    }
    let fees = |column: &str| row.maybe(column).map(|fee| -fee.unwrap_or(0.0).abs());
    let entry_fees = fees("Opening Commissions + Fees")?;
    let exit_fees = fees("Closing Commissions + Fees")?;
    let premium = row.number("Premium")?;
    let closing = closing_cash(row, premium, contracts, entry_fees + exit_fees)?;
    Ok(LoggedTrade {
        id,
        opened,
        closed: row.date("Date Closed")?,
        contracts: contracts as i64,
        entry_points: premium / 100.0,
        exit_points: Some(closing / 100.0),
        entry_fees_usd: entry_fees,
        exit_fees_usd: exit_fees,
        legs,
    })
}

/// Cash of the end of one contract \[USD\].
fn closing_cash(row: Cells<'_>, premium: f64, contracts: f64, fees: f64) -> Result<f64, RowFault> {
    let profit = row.number("P/L")?;
    let implied = (profit - fees) / contracts - premium;
    let Some(cost) = row.maybe("Avg. Closing Cost")? else {
        return Ok(implied);
    };
    let near = |cash: &f64| (cash - implied).abs() <= 1.0;
    let gross = profit / contracts - premium;
    let near_gross = |cash: &f64| (cash - gross).abs() <= 1.0;
    [cost, -cost]
        .into_iter()
        .find(|cash| near(cash) || near_gross(cash))
        .ok_or(RowFault::Profit {
            profit,
            premium,
            cost,
        })
}
