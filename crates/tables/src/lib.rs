//! The files of a run or sweep folder.
//!
//! One file per table. It declares the row: the name of every column once, with its type, unit and meaning. From
//! that one declaration come the CSV text, a typed [`Table`] in memory (which `data` writes as Parquet), JSON rows,
//! and the reader.
//!
//! **Invariants.** Rows are plain: they hold what a file says and compute nothing. The crate knows no engine and no
//! polars. An empty cell is undefined: `None` in a row, null in a table and in JSON.

mod attribution;
mod bands;
mod benchmarks;
mod break_evens;
mod cell;
pub mod cells;
mod claims;
mod column;
mod controls;
mod csv_form;
mod csv_table;
mod decisions;
mod equity;
mod error;
mod field;
pub mod files;
mod findings;
mod greeks;
mod inference;
mod journal;
mod layers;
mod legs;
mod levels;
mod logged;
pub mod manifest;
mod measures;
pub mod number;
mod other_condors;
mod quantity;
mod row;
pub mod seal;
mod series;
mod signals;
mod slippage;
mod sources;
mod study;
mod study_worlds;
mod summary;
pub mod table;
pub mod text;
pub mod today;
mod trades;
mod word;
mod worlds;

pub use attribution::AttributionRow;
pub use bands::BandRow;
pub use benchmarks::BenchmarkRow;
pub use break_evens::BreakEvenRow;
pub use cell::Cell;
pub use claims::ClaimRow;
pub use column::{Column, Decimals, Kind};
pub use controls::ControlRow;
pub use csv_form::CsvForm;
pub use csv_table::{CsvCell, CsvRow, CsvTable};
pub use decisions::DecisionRow;
pub use equity::{EachRow, Equity, EquityRow};
pub use error::ReadError;
pub use field::Field;
pub use findings::FindingRow;
pub use greeks::GreekRow;
pub use inference::InferenceRow;
pub use journal::JournalRow;
pub use layers::LayerRow;
pub use legs::LegRow;
pub use levels::MarketRow;
pub use logged::{LogMarkRow, LogTradeRow};
pub use measures::MeasureRow;
pub use other_condors::OtherCondorRow;
pub use quantity::Quantity;
pub use row::{Row, table_of, table_with_room, take_row, texts_of};
pub use series::Series;
pub use signals::SignalRow;
pub use slippage::SlippageRow;
pub use sources::{
    CARRIED, INPUT, MISSING, PUBLISHER, QUOTES, SIGNAL, STAND_IN, SourceRow, UNUSED,
};
pub use study::{AnswerRow, BookRow, CrashRow, FrontierRow, VerdictRow, YearRow};
pub use study_worlds::{RealismRow, WorldAnswerRow, WorldCellRow, WorldChanceRow, WorldControlRow};
pub use summary::SummaryRow;
pub use table::Table;
pub use trades::{ENTRY_PRICE, EXIT_PRICE, FEES_USD, TradeRow};
pub use word::Word;
pub use worlds::WorldsRow;

/// Money of a table, in exact cents.
pub use market::price::Money;
/// A price of a table, in exact 1/10,000 points.
pub use market::price::Price;

/// Every table with its declared columns: those of a run folder, then those of a sweep, then the journal, then those of a study.
pub fn declared() -> Vec<(&'static str, &'static [Column])> {
    vec![
        (SummaryRow::FILE, SummaryRow::COLUMNS),
        (EquityRow::FILE, EquityRow::COLUMNS),
        (TradeRow::FILE, TradeRow::COLUMNS),
        (LegRow::FILE, LegRow::COLUMNS),
        (DecisionRow::FILE, DecisionRow::COLUMNS),
        (SignalRow::FILE, SignalRow::COLUMNS),
        (ClaimRow::FILE, ClaimRow::COLUMNS),
        (LayerRow::FILE, LayerRow::COLUMNS),
        (BandRow::FILE, BandRow::COLUMNS),
        (SlippageRow::FILE, SlippageRow::COLUMNS),
        (ControlRow::FILE, ControlRow::COLUMNS),
        (AttributionRow::FILE, AttributionRow::COLUMNS),
        (GreekRow::FILE, GreekRow::COLUMNS),
        (MeasureRow::FILE, MeasureRow::COLUMNS),
        (MarketRow::FILE, MarketRow::COLUMNS),
        (FindingRow::FILE, FindingRow::COLUMNS),
        (SourceRow::FILE, SourceRow::COLUMNS),
        (BenchmarkRow::FILE, BenchmarkRow::COLUMNS),
        (LogTradeRow::FILE, LogTradeRow::COLUMNS),
        (LogMarkRow::FILE, LogMarkRow::COLUMNS),
        (OtherCondorRow::FILE, OtherCondorRow::COLUMNS),
        (BreakEvenRow::FILE, BreakEvenRow::COLUMNS),
        (cells::CellStatus::FILE, cells::CellStatus::COLUMNS),
        (InferenceRow::FILE, InferenceRow::COLUMNS),
        (JournalRow::FILE, JournalRow::COLUMNS),
        (BookRow::FILE, BookRow::COLUMNS),
        (YearRow::FILE, YearRow::COLUMNS),
        (AnswerRow::FILE, AnswerRow::COLUMNS),
        (FrontierRow::FILE, FrontierRow::COLUMNS),
        (CrashRow::FILE, CrashRow::COLUMNS),
        (VerdictRow::FILE, VerdictRow::COLUMNS),
        (WorldCellRow::FILE, WorldCellRow::COLUMNS),
        (WorldAnswerRow::FILE, WorldAnswerRow::COLUMNS),
        (WorldChanceRow::FILE, WorldChanceRow::COLUMNS),
        (WorldControlRow::FILE, WorldControlRow::COLUMNS),
        (RealismRow::FILE, RealismRow::COLUMNS),
    ]
}
