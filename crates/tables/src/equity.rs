//! `equity.csv`: the account, session by session.

use chrono::NaiveDate;
use market::price::Money;

use crate::column::{Column, Kind};
use crate::csv_table::{CsvRow, CsvTable};
use crate::error::ReadError;
use crate::field::Field;
use crate::row::{Row, row};
use crate::table::Table;
use crate::word::Word;

row! {
    /// One window × arm × session, without the columns of the layers. P&L and costs are that session's amounts.
    EquityRow = "equity.csv" {
        /// Window.
        window: Word [""],
        /// Arm.
        arm: Word [""],
        /// Session.
        date: NaiveDate [""],
        /// Account equity, with interest.
        equity_usd: Money ["USD"],
        /// Starting capital plus trading P&L net of costs, without interest.
        trading_equity_usd: Money ["USD"],
        /// Cash.
        cash_usd: Money ["USD"],
        /// Margin required.
        margin_usd: Money ["USD"],
        /// Fall of trading equity from its running peak; never positive.
        drawdown_usd: Money ["USD"],
        /// Interest.
        interest_usd: Money ["USD"],
        /// Fees; never positive.
        fees_usd: Money ["USD"],
        /// Slippage; never positive.
        slippage_usd: Money ["USD"],
        /// P&L of the condors at mid, before costs.
        condor_pnl_usd: Money ["USD"],
    }
}

impl EquityRow {
    /// The columns that say whose a row is; every table of windows and arms names them so.
    pub const KEY: [&'static str; 2] = ["window", "arm"];
}

/// The whole table: its rows, each with the P&L at mid of all hedge layers of all arms.
pub struct Equity;

/// What takes a row of `equity.csv` with the amount of each layer, or refuses it.
pub type EachRow<'e> =
    &'e mut dyn FnMut(CsvRow<'_>, EquityRow, Vec<Money>) -> Result<(), ReadError>;

impl Equity {
    /// The column with a layer's P&L at mid, before costs.
    pub fn layer_column(layer: &str) -> String {
        format!("{layer}_pnl_usd")
    }

    /// The table of some rows, each with one amount per layer; with room for so many.
    pub fn table<P: IntoIterator<Item = Money>>(
        layers: &[String],
        rows: impl IntoIterator<Item = (EquityRow, P)>,
        room: usize,
    ) -> Table {
        let fixed = EquityRow::COLUMNS.len();
        let columns = EquityRow::COLUMNS.iter().cloned();
        let columns = columns
            .chain(layers.iter().map(|name: &String| {
                let doc = format!("P&L of layer {name} at mid, before costs.");
                Column::named(Equity::layer_column(name), Kind::Money, "USD", doc)
            }))
            .collect();
        let mut table = Table::new(EquityRow::FILE, columns);
        table.reserve(room);
        for (row, layers) in rows {
            let (own, of_layers) = table.series.split_at_mut(fixed);
            row.push(own);
            for (series, pnl) in of_layers.iter_mut().zip(layers) {
                pnl.put(series);
            }
        }
        table
    }

    /// The columns that a file with these layers must have.
    pub fn required(layers: &[String]) -> Vec<String> {
        let fixed = EquityRow::required().into_iter().map(str::to_owned);
        fixed
            .chain(layers.iter().map(|layer| Equity::layer_column(layer)))
            .collect()
    }

    /// Hands on the rows of a file, one after the other, each with the amounts of these layers. An empty cell of a layer is a
    /// layer that the arm does not have: it earned nothing.
    ///
    /// # Errors
    /// Where the file has no such table, a cell is not what its column allows, or `each` refuses a row.
    pub fn stream(file: &[u8], layers: &[String], each: EachRow<'_>) -> Result<(), ReadError> {
        let wanted = Equity::required(layers);
        let wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
        let columns = &wanted[wanted.len() - layers.len()..];
        let mut places = None;
        CsvTable::stream(EquityRow::FILE, file, &wanted, &mut |csv| {
            let (own, of_layers) = places.get_or_insert_with(|| {
                let table = csv.table();
                let of_layers: Vec<_> = columns.iter().map(|column| table.place(column)).collect();
                (table.places(EquityRow::COLUMNS), of_layers)
            });
            let own = EquityRow::read_at(csv, own)?;
            let cells = columns.iter().zip(of_layers.iter());
            let layers = cells
                .map(|(column, place)| Option::<Money>::read_cell(csv.cell_at(*place, column)))
                .map(|amount| Ok(amount?.unwrap_or_default()))
                .collect::<Result<_, ReadError>>()?;
            each(csv, own, layers)
        })?;
        Ok(())
    }
}
