//! `cells.csv`: one row per cell, window and hedged arm. Its parameters, the columns of `summary.csv`, status, error.

use std::io::Write;

use tables::cells::{CellStatus, CellsTable, Parameter};
use tables::{CsvForm, Money, Table, texts_of};

use crate::cell::CellResult;
use crate::selection::Selection;
use crate::spec::SweepConfig;
use crate::store::{Key, Store, StoreError};
use crate::work::Ledger;

/// Rows of a typed block.
const BLOCK: usize = 65_536;

/// Why the table could not be written.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// The store could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The file could not be written.
    #[error("cannot write cells.csv: {0}")]
    Csv(#[from] csv::Error),
}

/// Writes the rows of some cells and their ledger, one after the other, and hands the same rows on as typed blocks, at
/// least one: memory does not grow with their number. `written` hears of every cell.
///
/// # Errors
/// Where the store cannot be read, the file cannot be written, or a block is refused.
pub fn write<E: From<TableError>>(
    config: &SweepConfig,
    store: &Store,
    ledger: &Ledger,
    selection: &Selection,
    (out, form): (impl Write, CsvForm),
    mut block: impl FnMut(&Table) -> Result<(), E>,
    written: &dyn Fn(),
) -> Result<(), E> {
    let axes = config.axes.iter();
    let parameters: Vec<Parameter> = axes
        .map(|axis| Parameter::of(&axis.name, axis.texts.iter().map(String::as_str)))
        .collect();
    let mut cells = CellsTable::new(out, &parameters, form).map_err(TableError::from)?;
    let mut typed = cells.table();
    for (place, key) in ledger.keys().enumerate() {
        let key = key.map_err(TableError::from)?;
        cell(
            config,
            (store, ledger),
            key,
            (place, selection.number(place)),
            &mut cells,
            &mut typed,
        )?;
        written();
        if typed.rows() >= BLOCK {
            block(&typed)?;
            typed = cells.table();
        }
    }
    block(&typed)?;
    cells.finish().map_err(TableError::from)?;
    Ok(())
}

/// The rows of one cell, which has a key, a place in the ledger and a number in the sweep.
fn cell<W: Write>(
    config: &SweepConfig,
    (store, ledger): (&Store, &Ledger),
    key: Option<Key>,
    (place, number): (usize, usize),
    cells: &mut CellsTable<W>,
    typed: &mut Table,
) -> Result<(), TableError> {
    let point = config.axes.iter().zip(config.points.get(number));
    let levels = point.map(|(axis, level)| axis.texts[usize::from(level)].clone());
    let parameters: Vec<String> = [number.to_string()].into_iter().chain(levels).collect();
    let parameters = || parameters.iter().map(String::as_str);
    let bytes = match key {
        Some(key) => store.get(&key)?,
        None => None,
    };
    if let Some(rows) = bytes.as_deref().and_then(CellResult::rows) {
        for row in rows {
            let status = texts_of(CellStatus {
                status: "ok".into(),
                condors_ordered: usize::try_from(row.condors.ordered).ok(),
                condors_traded: usize::try_from(row.condors.traded).ok(),
                random_dates_pnl_usd: Some(Money(row.at_random.pnl)),
                random_dates_reduction: row.at_random.reduction,
                ..CellStatus::default()
            });
            let how = status.iter().map(String::as_str);
            cells.row(parameters().chain(row.summary).chain(how), typed)?;
        }
        return Ok(());
    }
    let (status, reason) = ledger.fault(place)?.unwrap_or(("failed", ""));
    for (window, arm) in views(config) {
        let empty = std::iter::repeat_n("", CellsTable::<W>::summary_columns() - 2);
        let row = parameters().chain([window.as_str(), arm.as_str()]);
        let how = [status, reason, "", "", "", ""];
        cells.row(row.chain(empty).chain(how), typed)?;
    }
    Ok(())
}

/// Windows and hedged arms, in the order of a cell's outcomes.
pub(crate) fn views(config: &SweepConfig) -> Vec<(String, String)> {
    let windows = config.base.windows.iter();
    windows
        .flat_map(|w| {
            config.base.arms[1..]
                .iter()
                .map(|arm| (w.name.clone(), arm.clone()))
        })
        .collect()
}
