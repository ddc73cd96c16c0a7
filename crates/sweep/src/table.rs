//! `cells.csv`: one row per cell, window and hedged arm. Its parameters, the columns of `summary.csv`, status, error.

use std::io::Write;

use crate::store::{Store, StoreError};

use crate::cell::CellResult;
use crate::spec::SweepConfig;
use crate::work::Ledger;
use study::summary;
use study::tables::harmless;

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

/// Writes the rows of the cells `first ..`, as many as the ledger has, one after the other: memory does not grow with
/// their number.
///
/// # Errors
/// Where the store cannot be read or the file cannot be written.
pub fn write(
    config: &SweepConfig,
    store: &Store,
    ledger: &Ledger,
    first: usize,
    out: impl Write,
) -> Result<(), TableError> {
    let mut writer = csv::Writer::from_writer(out);
    let names: Vec<_> = config
        .axes
        .iter()
        .map(|axis| harmless(&axis.name))
        .collect();
    let axes = names.iter().map(|name| &**name);
    let columns = summary::columns();
    writer.write_record(
        std::iter::once("cell")
            .chain(axes)
            .chain(columns.iter().copied())
            .chain(["status", "error"]),
    )?;
    for (place, key) in ledger.keys.iter().enumerate() {
        let number = first + place;
        let point = config.points.get(number);
        let point = config.axes.iter().zip(&point);
        let parameters = || {
            let texts = point
                .clone()
                .map(|(axis, level)| harmless(&axis.texts[usize::from(*level)]).into_owned());
            std::iter::once(number.to_string()).chain(texts)
        };
        let bytes = match key {
            Some(key) => store.get(key)?,
            None => None,
        };
        match bytes.as_deref().and_then(CellResult::rows) {
            Some(rows) => {
                let parameters: Vec<String> = parameters().collect();
                for row in rows {
                    writer.write_record(
                        parameters
                            .iter()
                            .map(String::as_str)
                            .chain(row)
                            .chain(["ok", ""]),
                    )?;
                }
            }
            None => {
                let (status, reason) = ledger
                    .faults
                    .get(&place)
                    .cloned()
                    .unwrap_or(("failed", String::new()));
                for (window, arm) in views(config) {
                    let empty = std::iter::repeat_n(String::new(), columns.len() - 2);
                    let row = parameters().chain([window, arm]).chain(empty);
                    writer.write_record(
                        row.chain([status.to_string(), harmless(&reason).into_owned()]),
                    )?;
                }
            }
        }
    }
    writer.flush().map_err(csv::Error::from)?;
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
