//! The tables of a dataset before they are columns.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use market::observations::{DailySeries, EventKind, MacroEvent, Observations, Release};

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
}

/// The tables of a dataset before they are columns.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tables {
    pub sessions: Vec<NaiveDate>,
    pub daily: BTreeMap<String, DailySeries>,
    pub vx: Vec<VxRow>,
    pub slow: BTreeMap<String, Vec<Release>>,
    pub events: Vec<MacroEvent>,
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
        let row = |v: &market::observations::VxSettlement| VxRow {
            trade_date: v.trade_date,
            expiry: v.expiry,
            settle: v.settle,
            high: v.high,
            ..VxRow::default()
        };
        Tables {
            sessions: o.sessions.clone(),
            daily: o.daily.clone(),
            vx: o.vx.iter().map(row).collect(),
            slow: o.slow.clone(),
            events: o.events.clone(),
        }
    }
}
