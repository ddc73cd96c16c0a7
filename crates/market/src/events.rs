//! The built-in calendar of macro releases (docs/model.md#macro-releases).
//!
//! A date in it may be used before it happens only if it was announced before it happened. So [`builtin`] leaves out the
//! two unscheduled rate decisions of March 2020, which [`releases`] holds. What remains is not free of hindsight: the
//! scheduled decision of 2020-03-18, cancelled three days before, is missing, and the releases that the government
//! shutdown moved in late 2025 stand on the days they moved to.

use std::sync::OnceLock;

use chrono::{NaiveDate, NaiveTime, Timelike};

use crate::observations::{EventKind, MacroEvent};

const RELEASES: &str = include_str!("../facts/macro_releases.csv");
const HEADER: &str = "date,time,event,period,confidence";

/// One row of the built-in table.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct KnownRelease {
    /// When, and what.
    pub event: MacroEvent,
    /// Whether the date was announced in advance.
    pub scheduled: bool,
    /// Month (`2024-03`) or quarter (`2024Q1`) the release describes; empty for rate decisions.
    pub period: &'static str,
    /// How well the date is attested.
    pub confidence: Confidence,
}

/// How well a date is attested.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// Several public lists agree.
    High,
    /// Public lists differ, or only one was found.
    Medium,
}

/// The scheduled releases, in order: FOMC decisions 2018-2025; CPI, PPI, payrolls and the advance estimate of GDP
/// 2021-2025.
pub fn builtin() -> &'static [MacroEvent] {
    static EVENTS: OnceLock<Vec<MacroEvent>> = OnceLock::new();
    EVENTS.get_or_init(|| {
        releases()
            .iter()
            .filter(|r| r.scheduled)
            .map(|r| r.event.clone())
            .collect()
    })
}

/// The whole table, in order, with what is known about each date.
pub fn releases() -> &'static [KnownRelease] {
    static TABLE: OnceLock<Vec<KnownRelease>> = OnceLock::new();
    TABLE.get_or_init(|| parse(RELEASES))
}

/// Parses the built-in table. A mistake in it is a mistake in this program.
fn parse(csv: &'static str) -> Vec<KnownRelease> {
    let mut lines = csv.lines().filter(|line| !line.starts_with('#'));
    assert_eq!(lines.next(), Some(HEADER));
    let rows: Vec<KnownRelease> = lines
        .map(|line| row(line).unwrap_or_else(|| panic!("macro releases: bad row '{line}'")))
        .collect();
    assert!(
        rows.is_sorted_by(|a, b| a.event < b.event),
        "macro releases: not sorted, or an event twice"
    );
    rows
}

fn row(line: &'static str) -> Option<KnownRelease> {
    let fields: Vec<&str> = line.split(',').collect();
    let &[date, time, event, period, confidence] = fields.as_slice() else {
        return None;
    };
    let kind = match event {
        "fomc" | "fomc_unscheduled" => EventKind::Fomc,
        "cpi" => EventKind::Cpi,
        "ppi" => EventKind::Ppi,
        "payrolls" => EventKind::Payrolls,
        "gdp_advance" => EventKind::GdpAdvance,
        _ => return None,
    };
    let confidence = match confidence {
        "high" => Confidence::High,
        "medium" => Confidence::Medium,
        _ => return None,
    };
    let date = NaiveDate::parse_from_str(date, "%Y-%m-%d").ok()?;
    let time = NaiveTime::parse_from_str(time, "%H:%M").ok()?;
    let minute = (time.hour() * 60 + time.minute()) as u16;
    let period = is_period(kind, period).then_some(period)?;
    Some(KnownRelease {
        event: MacroEvent { date, minute, kind },
        scheduled: event != "fomc_unscheduled",
        period,
        confidence,
    })
}

fn is_period(kind: EventKind, period: &str) -> bool {
    match kind {
        EventKind::Fomc => period.is_empty(),
        EventKind::GdpAdvance => period.split_once('Q').is_some_and(|(year, quarter)| {
            year.len() == 4
                && year.parse::<u16>().is_ok()
                && matches!(quarter, "1" | "2" | "3" | "4")
        }),
        _ => NaiveDate::parse_from_str(&format!("{period}-01"), "%Y-%m-%d").is_ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_read_whole_or_not_at_all() {
        let good = row("2022-03-10,08:30,cpi,2022-02,high").unwrap();
        assert_eq!(
            (good.event.minute, good.event.kind, good.period),
            (510, EventKind::Cpi, "2022-02")
        );
        for bad in [
            "2022-02-30,08:30,cpi,2022-01,high",
            "2022-03-10,24:00,cpi,2022-02,high",
            "2022-03-10,08:30,retail,2022-02,high",
            "2022-03-10,08:30,cpi,2022-13,high",
            "2022-03-10,08:30,cpi,,high",
            "2022-03-10,08:30,gdp_advance,2022Q5,high",
            "2022-03-16,14:00,fomc,2022-03,high",
            "2022-03-10,08:30,cpi,2022-02,low",
            "2022-03-10,08:30,cpi,2022-02",
            "2022-03-10,08:30,cpi,2022-02,high,",
            "",
        ] {
            assert_eq!(row(bad), None, "{bad}");
        }
    }

    #[test]
    fn what_nobody_announced_is_not_in_the_calendar_of_announced_events() {
        let unscheduled: Vec<String> = releases()
            .iter()
            .filter(|r| !r.scheduled)
            .map(|r| r.event.date.to_string())
            .collect();
        assert_eq!(unscheduled, ["2020-03-03", "2020-03-15"]);
        assert_eq!(builtin().len(), releases().len() - 2);
        assert!(
            builtin()
                .iter()
                .all(|e| !unscheduled.contains(&e.date.to_string()))
        );
    }
}
