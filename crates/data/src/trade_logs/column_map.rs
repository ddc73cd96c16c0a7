//! A column map of a log: `my_trades.columns.toml` beside `my_trades.csv` says which column is what.
//!
//! ```toml
//! unit = "dollars"            # of the two prices, a contract; "points" if not said
//! exit_is = "paid"            # a positive exit price was paid; "received" if not said
//! [columns]                   # the columns of docs/logs.md, and yours
//! opened = "Entry date"
//! closed = "Exit date"
//! contracts = "Qty"
//! legs = "Legs"
//! entry_price = "Credit"
//! exit_price = "Debit"
//! fees_usd = "Commission"
//! ```

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use tables::{ENTRY_PRICE, EXIT_PRICE, FEES_USD};

use super::cells::number;
use crate::DataError;
use crate::error::Refusal;
use crate::sheet::{Row, Sheet};

/// What may stand in a map.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogMap {
    #[serde(default)]
    unit: Unit,
    #[serde(default)]
    exit_is: ExitIs,
    columns: BTreeMap<String, String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Unit {
    #[default]
    Points,
    Dollars,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum ExitIs {
    #[default]
    Received,
    Paid,
}

const KNOWN: [&str; 10] = [
    "id",
    "opened",
    "closed",
    "contracts",
    "legs",
    ENTRY_PRICE,
    EXIT_PRICE,
    FEES_USD,
    "entry_fees_usd",
    "exit_fees_usd",
];

/// The map beside a log, if there is one.
pub fn beside(path: &Path) -> Result<Option<LogMap>, DataError> {
    let file: PathBuf = path.with_extension("columns.toml");
    let text = match std::fs::read_to_string(&file) {
        Ok(text) => text,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(DataError::Io { path: file, source }),
    };
    let wrong = |reason: String| DataError::TradeLog {
        path: file.clone(),
        reason,
    };
    let map: LogMap = toml::from_str(&text).map_err(|e| wrong(e.to_string()))?;
    match map
        .columns
        .keys()
        .find(|key| !KNOWN.contains(&key.as_str()))
    {
        Some(key) => Err(wrong(format!(
            "columns: found {key:?}, allowed: {}",
            KNOWN.join(", ")
        ))),
        None => Ok(Some(map)),
    }
}

impl LogMap {
    /// The sheet with the columns of our own layout.
    pub fn apply(&self, sheet: &Sheet) -> Result<Sheet, Refusal> {
        let mut places = Vec::new();
        for (key, column) in &self.columns {
            let at = sheet.column(column).ok_or_else(|| {
                Refusal(format!(
                    "the column map names {column:?}, found: {}",
                    sheet.header.join(", ")
                ))
            })?;
            places.push((key.as_str(), at));
        }
        let cell = |row: &Row, (key, at): &(&str, usize)| {
            let text = row.cells.get(*at).cloned().unwrap_or_default();
            self.converted(key, text)
        };
        let header = places.iter().map(|(key, _)| (*key).to_string());
        Ok(sheet.remade(
            header.collect(),
            sheet
                .rows
                .iter()
                .map(|row: &Row| Row {
                    line: row.line,
                    cells: places.iter().map(|place| cell(row, place)).collect(),
                })
                .collect(),
        ))
    }

    /// A price in points received, fees as what they take away.
    fn converted(&self, key: &str, text: String) -> String {
        let Some(value) = number(&text) else {
            return text;
        };
        let scale = if self.unit == Unit::Dollars {
            100.0
        } else {
            1.0
        };
        match key {
            EXIT_PRICE if self.exit_is == ExitIs::Paid => format!("{}", -value / scale),
            ENTRY_PRICE | EXIT_PRICE => format!("{}", value / scale),
            FEES_USD | "entry_fees_usd" | "exit_fees_usd" => format!("{}", -value.abs()),
            _ => text,
        }
    }
}
