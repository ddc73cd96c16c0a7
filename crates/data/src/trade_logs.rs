//! Trade logs: what a backtester, a broker or a spreadsheet says of trades that were made. They are no market data, so no
//! dataset holds them; a run names the file (docs/logs.md).
//!
//! The header decides which layout a file has. Each layout gives [`LoggedTrade`]s; what does not fit is kept with its
//! reason, trade by trade.

mod assemble;
mod cells;
mod column_map;
mod fault;
mod ib_flex;
mod option_omega;
mod plain;
mod tastytrade;

use std::path::Path;

use book::trade_log::{LoggedTrade, RefusedTrade, TradeLog};

use crate::DataError;
use crate::error::Refusal;
use crate::sheet::Sheet;

/// One layout.
struct Layout {
    /// Whose it is.
    publisher: &'static str,
    /// What its header holds, for a reader whose file has none.
    header: &'static str,
    /// The columns that tell it from others.
    columns: &'static [&'static str],
    /// The trades of a file.
    read: fn(&Sheet) -> Vec<Drafted>,
}

/// A trade as a layout reads it, or its name and why it cannot be one.
type Drafted = Result<LoggedTrade, RefusedTrade>;

const LAYOUTS: &[Layout] = &[
    option_omega::LAYOUT,
    tastytrade::LAYOUT,
    ib_flex::LAYOUT,
    plain::LAYOUT,
];

/// Whose log the header says it is.
fn layout(sheet: &Sheet) -> Option<&'static Layout> {
    LAYOUTS.iter().find(|layout| {
        layout
            .columns
            .iter()
            .all(|name: &&str| sheet.column(name).is_some())
    })
}

/// The trades of a file, which a run calls `name`.
///
/// # Errors
/// Where the file cannot be read, or is of no known layout and no column map stands beside it.
pub fn read(path: &Path, name: &str) -> Result<TradeLog, DataError> {
    let bytes = std::fs::read(path).map_err(|source| DataError::Io {
        path: path.to_path_buf(),
        source,
    })?;
    let refused = |Refusal(reason)| DataError::TradeLog {
        path: path.to_path_buf(),
        reason,
    };
    let sheet = Sheet::parse(name, &bytes).map_err(refused)?;
    let map = column_map::beside(path)?;
    let (publisher, drafts) = match (map, layout(&sheet)) {
        (Some(map), _) => {
            let mapped = map.apply(&sheet).map_err(refused)?;
            ("a column map", plain::read(&mapped))
        }
        (None, Some(layout)) => (layout.publisher, (layout.read)(&sheet)),
        (None, None) => return Err(refused(Refusal(unknown(&sheet)))),
    };
    Ok(log(name, publisher, drafts))
}

/// Whose log a file is that the import met.
pub(crate) fn recognised(sheet: &Sheet) -> Option<&'static str> {
    layout(sheet).map(|layout| layout.publisher)
}

/// What becomes of a log: no dataset holds it, a run names it.
pub(crate) fn use_of(file: &str, publisher: &str) -> String {
    format!(
        "a trade log ({publisher}), which is no market data; a run repeats its trades: condor_tiers = [\"log:{file}\"], the path \
         from the run file (docs/logs.md)"
    )
}

fn log(name: &str, publisher: &str, drafts: Vec<Drafted>) -> TradeLog {
    let mut trades = Vec::new();
    let mut refused = Vec::new();
    for draft in drafts {
        let checked = draft.and_then(|trade| match trade.check() {
            Ok(()) => Ok(trade),
            Err(fault) => Err(RefusedTrade {
                id: trade.id,
                why: fault.to_string(),
            }),
        });
        match checked {
            Ok(trade) => trades.push(trade),
            Err(fault) => refused.push(fault),
        }
    }
    trades.sort_by_key(|trade| trade.opened);
    TradeLog {
        file: name.to_string(),
        publisher: publisher.to_string(),
        trades,
        refused,
    }
}

fn unknown(sheet: &Sheet) -> String {
    let layouts: Vec<String> = LAYOUTS
        .iter()
        .map(|layout| format!("{} ({})", layout.publisher, layout.header))
        .collect();
    format!(
        "its columns are of no trade log this version knows: found {}; allowed: {}; or a column map beside it, NAME.columns.toml \
         (docs/logs.md)",
        sheet.header.join(","),
        layouts.join("; ")
    )
}
