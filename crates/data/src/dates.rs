//! The dates of a file, read as a whole: which number is the day, and which session an instant belongs to, is decided by all
//! rows together, because a single row often could mean both.

mod written;

use chrono::{Datelike, NaiveDate, Weekday};
use market::calendar::Calendar;

use written::day;
pub(crate) use written::written;

/// Why a column of dates cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum DateFault {
    /// This row, counted from 0, holds no date.
    Row(usize),
    /// Several readings fit: the words for it.
    Undecided(String),
}

/// Which of three numbers is what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// `2022-01-31`, `20220131`, and everything with the month in words.
    YearMonthDay,
    /// `01/31/2022`.
    MonthDayYear,
    /// `31/01/2022`, `31.01.2022`.
    DayMonthYear,
}

impl Order {
    fn words(self) -> &'static str {
        match self {
            Order::YearMonthDay => "year, month, day",
            Order::MonthDayYear => "month, day, year",
            Order::DayMonthYear => "day, month, year",
        }
    }
}

/// How dates with a zone are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Clock {
    /// The New York day of the instant.
    Instant,
    /// The day as written: many programs write the day of a session as midnight UTC.
    Label,
}

/// The most weekends in a hundred rows of a daily file that is read right.
const WEEKENDS: usize = 5;
/// Days between two rows of daily values: four over a long weekend.
const DAILY_GAP: i64 = 4;

/// The dates of the cells. `usual` is how the publisher writes them, where that is known; it decides only where the rows do not.
pub(crate) fn read(cells: &[&str], usual: Option<Order>) -> Result<Vec<NaiveDate>, DateFault> {
    let orders = [
        Order::YearMonthDay,
        Order::MonthDayYear,
        Order::DayMonthYear,
    ];
    let mut readings: Vec<(Order, Clock, Vec<NaiveDate>)> = Vec::new();
    let mut furthest = 0;
    for order in orders {
        for clock in [Clock::Instant, Clock::Label] {
            let mut dates = Vec::with_capacity(cells.len());
            for cell in cells {
                match day(cell, order, clock) {
                    Some(date) => dates.push(date),
                    None => break,
                }
            }
            furthest = furthest.max(dates.len());
            let known = readings.iter().any(|r| r.2 == dates);
            if dates.len() == cells.len() && !known {
                readings.push((order, clock, dates));
            }
        }
    }
    if readings.is_empty() {
        return Err(DateFault::Row(furthest));
    }
    if readings.len() == 1 {
        return Ok(readings.remove(0).2);
    }
    // The habit of a publisher who writes strokes says nothing about other marks.
    let usual = usual.filter(|_| cells.iter().all(|c| c.contains('/')));
    let chosen = choose(&readings, usual)?;
    Ok(readings.swap_remove(chosen).2)
}

fn choose(
    readings: &[(Order, Clock, Vec<NaiveDate>)],
    usual: Option<Order>,
) -> Result<usize, DateFault> {
    let all: Vec<usize> = (0..readings.len()).collect();
    let among = |kept: &[usize], test: &dyn Fn(&[NaiveDate]) -> bool| -> Vec<usize> {
        kept.iter()
            .copied()
            .filter(|i| test(&readings[*i].2))
            .collect()
    };
    let in_order = among(&all, &|dates| is_ordered(dates) && is_on_weekdays(dates));
    let daily = among(&in_order, &is_daily);
    // Rows out of order are a finding where the days are near each other in one reading only.
    let near = among(&all, &|dates| {
        is_on_weekdays(dates) && is_daily(dates) && dates.len() > 2
    });
    for kept in [&in_order, &daily, &near] {
        if let [only] = kept[..] {
            return Ok(only);
        }
    }
    let best = if daily.is_empty() { in_order } else { daily };
    // Rows on sessions decide where every row of one reading is on one, and not of another.
    if let [only] = among(&best, &|dates| {
        dates.len() >= 5 && sessions(dates) == dates.len()
    })[..]
    {
        return Ok(only);
    }
    // A year of four digits is never in doubt, so who usually writes it first says nothing here.
    let usual = usual.filter(|order| *order != Order::YearMonthDay);
    let candidates = if best.is_empty() {
        among(&all, &is_nearly_ordered)
    } else {
        best
    };
    let of_usual: Vec<usize> = candidates
        .iter()
        .filter(|i: &&usize| Some(readings[**i].0) == usual)
        .copied()
        .collect();
    if let [only] = of_usual[..] {
        return Ok(only);
    }
    let shown = if candidates.is_empty() {
        &all
    } else {
        &candidates
    };
    let words: Vec<String> = shown
        .iter()
        .map(|i| {
            let (order, clock, dates) = &readings[*i];
            let zone = if *clock == Clock::Label {
                ", the zone not applied"
            } else {
                ""
            };
            format!("{} ({}{zone})", dates[0], order.words())
        })
        .collect();
    Err(DateFault::Undecided(words.join(" or ")))
}

fn is_ordered(dates: &[NaiveDate]) -> bool {
    dates.is_sorted() || dates.iter().rev().is_sorted()
}

fn is_nearly_ordered(dates: &[NaiveDate]) -> bool {
    let falls = dates.windows(2).filter(|w| w[0] > w[1]).count();
    let rises = dates.windows(2).filter(|w| w[0] < w[1]).count();
    falls.min(rises) * 5 <= dates.len()
}

fn is_on_weekdays(dates: &[NaiveDate]) -> bool {
    dates
        .iter()
        .filter(|d: &&NaiveDate| matches!(d.weekday(), Weekday::Sat | Weekday::Sun))
        .count()
        * 100
        <= dates.len() * WEEKENDS
}

fn is_daily(dates: &[NaiveDate]) -> bool {
    dates.len() < 2 || median_gap(dates) <= DAILY_GAP
}

/// Half of the rows are at most this many days after the row before.
pub(crate) fn median_gap(dates: &[NaiveDate]) -> i64 {
    let mut gaps: Vec<i64> = dates
        .windows(2)
        .map(|w| (w[1] - w[0]).num_days().abs())
        // A day that stands twice is no distance.
        .filter(|days| *days > 0)
        .collect();
    gaps.sort_unstable();
    gaps.get(gaps.len().saturating_sub(1) / 2)
        .copied()
        .unwrap_or(0)
}

fn sessions(dates: &[NaiveDate]) -> usize {
    let calendar = Calendar::nyse();
    dates
        .iter()
        .filter(|d| calendar.is_session(**d) || !calendar.covers(**d))
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(cells: &[&str], usual: Option<Order>) -> String {
        match read(cells, usual) {
            Ok(dates) => dates
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(" "),
            Err(DateFault::Row(row)) => format!("row {row}"),
            Err(DateFault::Undecided(words)) => format!("undecided: {words}"),
        }
    }

    #[test]
    fn every_common_way_to_write_a_day_is_read() {
        for cell in [
            "2022-01-31",
            "2022/1/31",
            "20220131",
            "Jan 31, 2022",
            "31-Jan-22",
            "31 January 2022",
            "Mon Jan 31 2022",
            "31.01.2022",
            "31.1.22",
            "01/31/2022",
            "1/31/22",
            "2022-01-31 00:00:00-05:00",
            "2022-01-31T21:00:00Z",
            "2022-01-31 16:00",
            "1643639400",
            "1643639400000",
            "1/31/2022 04:00:00 PM",
        ] {
            assert_eq!(shown(&[cell], None), "2022-01-31", "{cell}");
        }
        for bad in [
            "",
            "soon",
            "2022-02-30",
            "31/31/2022",
            "2022",
            "2022-01",
            "1,5",
            "Jan 2022",
            "99999999999999",
        ] {
            assert_eq!(shown(&[bad], None), "row 0", "{bad}");
        }
    }

    #[test]
    fn the_whole_file_decides_which_number_is_the_day() {
        // Ordered one way, scattered the other.
        let british = [
            "04/01/2022",
            "05/01/2022",
            "06/01/2022",
            "03/02/2022",
            "04/02/2022",
        ];
        assert!(shown(&british, Some(Order::MonthDayYear)).starts_with("2022-01-04 2022-01-05"));
        let american = [
            "01/04/2022",
            "01/05/2022",
            "01/06/2022",
            "02/03/2022",
            "02/04/2022",
        ];
        assert!(shown(&american, None).starts_with("2022-01-04 2022-01-05"));
        // One row says nothing: then the publisher's habit, and without one nobody knows.
        assert_eq!(
            shown(&["01/03/2022"], Some(Order::MonthDayYear)),
            "2022-01-03"
        );
        assert_eq!(
            shown(&["01/03/2022"], None),
            "undecided: 2022-01-03 (month, day, year) or 2022-03-01 (day, month, year)"
        );
        assert_eq!(
            shown(&["03-01-22", "04-01-22", "14-01-22"], None),
            "2022-01-03 2022-01-04 2022-01-14"
        );
    }

    #[test]
    fn instants_after_midnight_utc_belong_to_the_session_they_closed() {
        let closes = [
            "2022-01-04T00:00:00Z",
            "2022-01-05T00:00:00Z",
            "2022-01-06T00:00:00Z",
            "2022-01-07T00:00:00Z",
            "2022-01-08T00:00:00Z",
        ];
        assert_eq!(
            shown(&closes, None),
            "2022-01-03 2022-01-04 2022-01-05 2022-01-06 2022-01-07"
        );
        let labels = [
            "2022-01-03T00:00:00Z",
            "2022-01-04T00:00:00Z",
            "2022-01-05T00:00:00Z",
            "2022-01-06T00:00:00Z",
            "2022-01-07T00:00:00Z",
        ];
        assert_eq!(
            shown(&labels, None),
            "2022-01-03 2022-01-04 2022-01-05 2022-01-06 2022-01-07"
        );
        assert!(shown(&labels[1..3], None).starts_with("undecided"));
    }
}
