//! What the publishers said, joined on sessions: the door through which data enter.
//!
//! Nothing here is modelled. `data` fills this type from Parquet tables, `reconstruction` from a seed.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// A dataset in memory.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Observations {
    /// NYSE sessions in order, without gaps between the first and the last.
    pub sessions: Vec<NaiveDate>,
    /// Daily series by name (see [`names`]), each with one value per session.
    pub daily: BTreeMap<String, DailySeries>,
    /// VIX futures settlements, sorted by (`trade_date`, `expiry`).
    pub vx: Vec<VxSettlement>,
    /// Slow series (monthly, quarterly, irregular) by name, each sorted by `known`.
    pub slow: BTreeMap<String, Vec<Release>>,
    /// Scheduled macro releases, sorted by date, time and kind.
    pub events: Vec<MacroEvent>,
    /// By daily series, the sessions whose value is not published but carried there from an earlier one, in order.
    pub carried: BTreeMap<String, Vec<NaiveDate>>,
    /// By daily series, who published its values, in order; nothing of series of which nobody says.
    pub published_by: BTreeMap<String, Vec<PublishedBy>>,
}

/// Sessions in a row whose values of a series are one publisher's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublishedBy {
    /// Publisher.
    pub publisher: String,
    /// First of the sessions.
    pub first: NaiveDate,
    /// Last of the sessions.
    pub last: NaiveDate,
}

impl Observations {
    /// What was published of the future `expiry` on `date`.
    pub fn vx_row(&self, date: NaiveDate, expiry: NaiveDate) -> Option<&VxSettlement> {
        let place = self
            .vx
            .binary_search_by_key(&(date, expiry), |row| (row.trade_date, row.expiry));
        place.ok().map(|at| &self.vx[at])
    }

    /// What was published of all futures on `date`, by expiry.
    pub fn vx_rows(&self, date: NaiveDate) -> &[VxSettlement] {
        let start = self.vx.partition_point(|row| row.trade_date < date);
        let end = start + self.vx[start..].partition_point(|row| row.trade_date <= date);
        &self.vx[start..end]
    }

    /// The published settlement of the future `expiry` on `date`: on its settlement day the final value.
    pub fn settlement(&self, date: NaiveDate, expiry: NaiveDate) -> Option<f64> {
        let settle = self.vx_row(date, expiry)?.settle;
        (settle > 0.0).then_some(settle)
    }

    /// The dataset as it stood after the session `last`: what was known later is cut off. The release calendar stays,
    /// which is announced in advance.
    pub fn until(&self, last: NaiveDate) -> Observations {
        let sessions = self.sessions.partition_point(|date| *date <= last);
        let cut = |series: &DailySeries| DailySeries {
            lag_sessions: series.lag_sessions,
            values: series.values[..sessions.min(series.values.len())].to_vec(),
        };
        let known = |releases: &Vec<Release>| -> Vec<Release> {
            let of = releases.iter().filter(|release| release.known <= last);
            of.copied().collect()
        };
        let earlier = |dates: &Vec<NaiveDate>| -> Vec<NaiveDate> {
            dates.iter().copied().filter(|date| *date <= last).collect()
        };
        let said = |spans: &Vec<PublishedBy>| -> Vec<PublishedBy> {
            let of = spans.iter().filter(|span| span.first <= last).cloned();
            of.map(|span| PublishedBy {
                last: span.last.min(last),
                ..span
            })
            .collect()
        };
        let vx = self.vx.iter().filter(|row| row.trade_date <= last);
        Observations {
            sessions: self.sessions[..sessions].to_vec(),
            daily: self
                .daily
                .iter()
                .map(|(name, series): (&String, &DailySeries)| (name.clone(), cut(series)))
                .collect(),
            vx: vx.copied().collect(),
            slow: (self.slow.iter().map(|(n, r)| (n.clone(), known(r)))).collect(),
            events: self.events.clone(),
            carried: (self.carried.iter().map(|(n, d)| (n.clone(), earlier(d)))).collect(),
            published_by: (self.published_by.iter().map(|(n, s)| (n.clone(), said(s)))).collect(),
        }
    }
}

/// One value per session, for the date it describes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DailySeries {
    /// Sessions between the date a value describes and the session at whose close it is known:
    /// 0 for closes of the same day, 1 for what is published the next morning.
    pub lag_sessions: usize,
    /// As long as `sessions`; `None` where the publisher has no value.
    pub values: Vec<Option<f64>>,
}

/// Daily settlement of one VIX future [index points].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VxSettlement {
    /// Session of the settlement.
    pub trade_date: NaiveDate,
    /// Settlement day of the contract. A row with `trade_date == expiry` is the final settlement value (VRO), never a mark.
    pub expiry: NaiveDate,
    /// Settlement price.
    pub settle: f64,
    /// Highest trade of the session, the night before it included; `None` where the publisher has none.
    pub high: Option<f64>,
}

/// One value of a slow series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Release {
    /// First day of the period it describes.
    pub period: NaiveDate,
    /// Day from whose close (16:00 New York time) it may be used.
    pub known: NaiveDate,
    /// The value in the publisher's unit.
    pub value: f64,
}

/// A scheduled release or decision.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MacroEvent {
    /// New York date.
    pub date: NaiveDate,
    /// New York time, minutes after midnight.
    pub minute: u16,
    /// What is released.
    pub kind: EventKind,
}

/// Kinds of macro events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EventKind {
    /// Federal Reserve rate decision.
    Fomc,
    /// Consumer price index.
    Cpi,
    /// Producer price index.
    Ppi,
    /// Employment situation.
    Payrolls,
    /// Gross domestic product, advance estimate.
    GdpAdvance,
}

/// Names of the series the engine itself reads. Any other name is allowed and is available to signals.
pub mod names {
    /// S&P 500 open [index points].
    pub const SPX_OPEN: &str = "spx_open";
    /// Special opening quotation of the S&P 500, the official settlement value (SET), on its settlement days.
    pub const SPX_SET: &str = "spx_set";
    /// S&P 500 low of the session [index points].
    pub const SPX_LOW: &str = "spx_low";
    /// VIX high of the session [vol points].
    pub const VIX_HIGH: &str = "vix_high";
    /// S&P 500 close, 16:00 [index points].
    pub const SPX_CLOSE: &str = "spx_close";
    /// VIX open [vol points].
    pub const VIX_OPEN: &str = "vix_open";
    /// VIX close, 16:15 [vol points].
    pub const VIX: &str = "vix";
    /// Nine-day VIX close [vol points].
    pub const VIX9D: &str = "vix9d";
    /// Three-month VIX close [vol points].
    pub const VIX3M: &str = "vix3m";
    /// Six-month VIX close [vol points].
    pub const VIX6M: &str = "vix6m";
    /// VIX of VIX close [vol points].
    pub const VVIX: &str = "vvix";
    /// Cboe SKEW close.
    pub const SKEW: &str = "skew";
    /// Overnight rate: effective federal funds [percent per year].
    pub const OVERNIGHT: &str = "dff";
    /// Treasury constant-maturity yields, bond equivalent [percent per year], with their terms in years.
    pub const BILLS: [(&str, f64); 4] = [
        ("dgs1mo", 1.0 / 12.0),
        ("dgs3mo", 0.25),
        ("dgs6mo", 0.5),
        ("dgs1", 1.0),
    ];
}
