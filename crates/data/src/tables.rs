//! The tables of a dataset before they are columns.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use market::observations::{
    DailySeries, EventKind, MacroEvent, Observations, PublishedBy, Release,
};

/// One row of `vx.parquet`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct VxRow {
    /// Session.
    pub trade_date: NaiveDate,
    /// Settlement day of the contract.
    pub expiry: NaiveDate,
    /// Settlement price \[index points\].
    pub settle: f64,
    /// First trade \[index points\].
    pub open: Option<f64>,
    /// Highest trade \[index points\].
    pub high: Option<f64>,
    /// Lowest trade \[index points\].
    pub low: Option<f64>,
    /// Last trade \[index points\].
    pub close: Option<f64>,
    /// Contracts traded.
    pub volume: Option<i64>,
    /// Contracts open.
    pub open_interest: Option<i64>,
    /// Row of the file it was read from, as an editor shows it; 0 where it comes from a dataset.
    pub line: usize,
}

/// The tables of a dataset before they are columns.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tables {
    pub sessions: Vec<NaiveDate>,
    pub daily: BTreeMap<String, DailySeries>,
    pub vx: Vec<VxRow>,
    pub slow: BTreeMap<String, Vec<Release>>,
    pub events: Vec<MacroEvent>,
    /// Who published the values of a daily series.
    pub published_by: BTreeMap<String, Vec<PublishedBy>>,
    pub origins: Origins,
}

/// Rows of a file by the date in them, as an editor numbers them.
pub(crate) type Lines = BTreeMap<NaiveDate, usize>;

/// The files and rows that values come from; empty for tables of a dataset.
#[derive(Clone, Debug, Default)]
pub(crate) struct Origins {
    /// By series, the files with their rows by date, the one that wins first.
    pub series: BTreeMap<String, Vec<(String, Lines)>>,
    /// Files of the futures.
    pub vx_files: BTreeMap<(NaiveDate, NaiveDate), String>,
}

impl Origins {
    /// File and row of the value of a series on a day.
    pub fn row(&self, series: &str, day: NaiveDate) -> Option<String> {
        let files = self.series.get(series).into_iter().flatten();
        let mut found = files.filter_map(|(file, lines)| Some((file, lines.get(&day)?)));
        found
            .next()
            .map(|(file, line)| format!("{file} row {line}"))
    }

    /// Where the value of a series on a day stands: file, row and day, or the day alone.
    pub fn place(&self, series: &str, day: NaiveDate) -> String {
        let row = self.row(series, day);
        row.map_or(day.to_string(), |row| format!("{row}, {day}"))
    }

    /// The same of a settlement.
    pub fn place_of(&self, row: &VxRow) -> String {
        match self.vx_files.get(&(row.trade_date, row.expiry)) {
            Some(file) => format!("{file} row {}, {}", row.line, row.trade_date),
            None => row.trade_date.to_string(),
        }
    }
}

/// The kinds of events and how `events.parquet` spells them.
pub(crate) const EVENT_NAMES: [(EventKind, &str); 5] = [
    (EventKind::Fomc, "fomc"),
    (EventKind::Cpi, "cpi"),
    (EventKind::Ppi, "ppi"),
    (EventKind::Payrolls, "payrolls"),
    (EventKind::GdpAdvance, "gdp_advance"),
];

/// How `events.parquet` spells a kind.
pub(crate) fn event_name(kind: EventKind) -> &'static str {
    EVENT_NAMES
        .iter()
        .find(|(k, _)| *k == kind)
        .map_or("", |(_, name)| name)
}

impl From<&Observations> for Tables {
    fn from(o: &Observations) -> Tables {
        Tables {
            sessions: o.sessions.clone(),
            daily: o.daily.clone(),
            vx: o
                .vx
                .iter()
                .map(|v: &market::observations::VxSettlement| VxRow {
                    trade_date: v.trade_date,
                    expiry: v.expiry,
                    settle: v.settle,
                    high: v.high,
                    ..VxRow::default()
                })
                .collect(),
            slow: o.slow.clone(),
            events: o.events.clone(),
            published_by: o.published_by.clone(),
            origins: Origins::default(),
        }
    }
}
