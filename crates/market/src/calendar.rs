//! New York sessions, and the settlement days that follow from them (docs/model.md#calendar-and-settlement-days).
//!
//! Closures are data (`facts/nyse_closures.csv`), because days of mourning follow from no rule. The table covers whole
//! years. Outside it no answer is invented: a date there is not a session, and a question whose answer would lie there
//! is answered `None`. A closure at short notice is in the table from the start: what is listed weeks before it already
//! avoids the day, as if it had been announced.

mod settlements;

use std::sync::OnceLock;

use chrono::{Datelike, Days, NaiveDate, Weekday};

pub(crate) use settlements::last_session;
pub use settlements::{
    spx_am_last_trade, spx_am_settlement, third_friday, vix_option_last_trade, vix_settlement,
};

const CLOSURES: &str = include_str!("../facts/nyse_closures.csv");
const FIRST_YEAR: i32 = 1990;
const LAST_YEAR: i32 = 2030;

/// Sessions of one exchange. Every question is answered by at most two table look-ups.
#[derive(Debug)]
pub struct Calendar {
    first_day: NaiveDate,
    last_day: NaiveDate,
    /// The first day as days since 0001-01-01: every question counts from it.
    first_number: i32,
    sessions: Vec<NaiveDate>,
    /// By days after `first_day`: the number of sessions up to and including that day.
    counts: Vec<u32>,
    /// Sorted.
    early_closes: Vec<NaiveDate>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Scheduled, or at short notice: a calendar need not tell.
    Closed,
    EarlyClose,
}

impl Calendar {
    /// The New York Stock Exchange from 1990 to 2030. SPX and VIX options trade on the same days.
    pub fn nyse() -> &'static Calendar {
        static NYSE: OnceLock<Calendar> = OnceLock::new();
        NYSE.get_or_init(|| Calendar::new(FIRST_YEAR, LAST_YEAR, &closures(CLOSURES)))
    }

    fn new(first_year: i32, last_year: i32, closures: &[(NaiveDate, Kind)]) -> Calendar {
        let first_day = NaiveDate::from_ymd_opt(first_year, 1, 1).expect("a year chrono knows");
        let last_day = NaiveDate::from_ymd_opt(last_year, 12, 31).expect("a year chrono knows");
        let of_kind = |kind| closures.iter().filter(move |c| c.1 == kind).map(|c| c.0);
        let closed: Vec<NaiveDate> = of_kind(Kind::Closed).collect();
        let mut sessions = Vec::new();
        let mut counts = Vec::new();
        for day in first_day.iter_days().take_while(|d| *d <= last_day) {
            let weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
            if !weekend && closed.binary_search(&day).is_err() {
                sessions.push(day);
            }
            counts.push(sessions.len() as u32);
        }
        Calendar {
            first_day,
            last_day,
            first_number: first_day.num_days_from_ce(),
            sessions,
            counts,
            early_closes: of_kind(Kind::EarlyClose).collect(),
        }
    }

    /// All sessions in order.
    pub fn sessions(&self) -> &[NaiveDate] {
        &self.sessions
    }

    /// Whether `date` is a day with trading. `false` outside the table.
    pub fn is_session(&self, date: NaiveDate) -> bool {
        self.index_of(date).is_some()
    }

    /// Whether the exchange closes at 13:00 New York time on `date` (SPX options at 13:15).
    pub fn is_early_close(&self, date: NaiveDate) -> bool {
        self.early_closes.binary_search(&date).is_ok()
    }

    /// First and last day the table says anything about: whole years.
    pub fn span(&self) -> (NaiveDate, NaiveDate) {
        (self.first_day, self.last_day)
    }

    /// Whether the table says anything about `date`.
    pub fn covers(&self, date: NaiveDate) -> bool {
        (self.first_day..=self.last_day).contains(&date)
    }

    /// Position of `date` in [`Calendar::sessions`].
    pub fn index_of(&self, date: NaiveDate) -> Option<usize> {
        let index = self.count(date).checked_sub(1)?;
        (self.sessions[index] == date).then_some(index)
    }

    /// Sessions after `from` up to and including `to`; negative if `to` is earlier. Days outside the table count as
    /// days without a session.
    pub fn sessions_between(&self, from: NaiveDate, to: NaiveDate) -> i32 {
        self.count(to) as i32 - self.count(from) as i32
    }

    /// The last session that is not after `date`.
    pub fn on_or_before(&self, date: NaiveDate) -> Option<NaiveDate> {
        let index = self.inside(date)?.checked_sub(1)?;
        self.sessions.get(index).copied()
    }

    /// The first session that is not before `date`.
    pub fn on_or_after(&self, date: NaiveDate) -> Option<NaiveDate> {
        let on = self.inside(date)?;
        if self.is_session(date) {
            Some(date)
        } else {
            self.sessions.get(on).copied()
        }
    }

    /// The last session before `date`.
    pub fn previous(&self, date: NaiveDate) -> Option<NaiveDate> {
        self.on_or_before(date.checked_sub_days(Days::new(1))?)
    }

    /// The first session after `date`.
    pub fn next(&self, date: NaiveDate) -> Option<NaiveDate> {
        self.sessions.get(self.inside(date)?).copied()
    }

    /// The first session of the week, Monday to Sunday, that contains `date`. No holiday closes a whole week.
    pub fn first_session_of_week(&self, date: NaiveDate) -> Option<NaiveDate> {
        let back = date.weekday().num_days_from_monday();
        let monday = date.checked_sub_days(Days::new(back.into()))?;
        self.on_or_after(monday.max(self.first_day))
            .filter(|first| (*first - monday).num_days() < 7)
    }

    /// Whether `date` is the last session of its week, Monday to Sunday.
    pub fn is_last_session_of_week(&self, date: NaiveDate) -> bool {
        self.is_session(date)
            && self
                .next(date)
                .is_none_or(|next| next.iso_week() != date.iso_week())
    }

    /// Whether `date` is the last session of its month.
    pub fn is_last_session_of_month(&self, date: NaiveDate) -> bool {
        self.is_session(date)
            && self
                .next(date)
                .is_none_or(|next| next.month() != date.month())
    }

    /// Sessions up to and including `date`: none before the table, all after it.
    fn count(&self, date: NaiveDate) -> usize {
        self.count_at(date.num_days_from_ce()) as usize
    }

    /// The same of a day as days since 0001-01-01.
    #[inline]
    pub(crate) fn count_at(&self, number: i32) -> u32 {
        let days = number - self.first_number;
        usize::try_from(days).map_or(0, |offset| self.counts[offset.min(self.counts.len() - 1)])
    }

    /// Whether a day, as days since 0001-01-01, is one with trading. `false` outside the table.
    #[inline]
    pub(crate) fn is_session_at(&self, number: i32) -> bool {
        self.count_at(number) > self.count_at(number - 1)
    }

    /// The same where the table says something about `date`.
    fn inside(&self, date: NaiveDate) -> Option<usize> {
        self.covers(date).then(|| self.count(date))
    }
}

/// Calendar days from one date to another; negative if the other is earlier. `to - from` of the library counts them by
/// way of a duration, which takes several times as long.
#[inline]
pub(crate) fn days_between(from: NaiveDate, to: NaiveDate) -> i32 {
    to.num_days_from_ce() - from.num_days_from_ce()
}

/// Parses the built-in table. A mistake in it is a mistake in this program.
fn closures(csv: &str) -> Vec<(NaiveDate, Kind)> {
    let mut lines = csv.lines().filter(|line| !line.starts_with('#'));
    assert_eq!(lines.next(), Some("date,kind"));
    let rows: Vec<(NaiveDate, Kind)> = lines
        .map(|line| closure(line).unwrap_or_else(|| panic!("closures: bad row '{line}'")))
        .collect();
    assert!(
        rows.is_sorted_by(|a, b| a.0 < b.0),
        "closures: not sorted, or a day twice"
    );
    rows
}

fn closure(line: &str) -> Option<(NaiveDate, Kind)> {
    let (date, kind) = line.split_once(',')?;
    let kind = match kind {
        "closed" | "mourning" => Kind::Closed,
        "early_close" => Kind::EarlyClose,
        _ => return None,
    };
    Some((date.parse().ok()?, kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn neighbours_of_a_long_weekend() {
        let nyse = Calendar::nyse();
        let (thursday, saturday, monday) =
            (day("2022-04-14"), day("2022-04-16"), day("2022-04-18"));
        for closed in ["2022-04-15", "2022-04-16", "2022-04-17"].map(day) {
            assert_eq!(nyse.index_of(closed), None);
            assert_eq!(
                (nyse.on_or_before(closed), nyse.on_or_after(closed)),
                (Some(thursday), Some(monday))
            );
            assert_eq!(
                (nyse.previous(closed), nyse.next(closed)),
                (Some(thursday), Some(monday))
            );
        }
        assert_eq!(
            (nyse.on_or_before(monday), nyse.on_or_after(monday)),
            (Some(monday), Some(monday))
        );
        assert_eq!(
            (nyse.previous(monday), nyse.next(thursday)),
            (Some(thursday), Some(monday))
        );
        assert_eq!(nyse.sessions_between(thursday, monday), 1);
        assert_eq!(nyse.sessions_between(monday, thursday), -1);
        assert_eq!(nyse.sessions_between(thursday, saturday), 0);
    }

    #[test]
    fn weeks_and_months_end_on_sessions() {
        let nyse = Calendar::nyse();
        assert!(nyse.is_last_session_of_week(day("2022-04-14")));
        assert!(!nyse.is_last_session_of_week(day("2022-04-15")), "closed");
        assert_eq!(
            nyse.first_session_of_week(day("2022-02-27")),
            Some(day("2022-02-22")),
            "Monday was a holiday"
        );
        assert!(
            nyse.is_last_session_of_month(day("2024-03-28")),
            "Good Friday was the 29th"
        );
        assert!(!nyse.is_last_session_of_month(day("2024-03-29")));
        // A week may span two years.
        assert!(!nyse.is_last_session_of_week(day("2024-12-31")));
        assert_eq!(
            nyse.first_session_of_week(day("1990-01-01")),
            Some(day("1990-01-02"))
        );
    }

    #[test]
    fn days_between_are_those_of_the_library() {
        let days = ["1990-01-01", "2000-02-29", "2022-06-15", "2030-12-31"].map(day);
        for from in days.into_iter().chain([NaiveDate::MIN, NaiveDate::MAX]) {
            for to in days.into_iter().chain([NaiveDate::MIN, NaiveDate::MAX]) {
                assert_eq!(i64::from(days_between(from, to)), (to - from).num_days());
            }
        }
    }

    #[test]
    fn outside_the_table_nothing_is_invented() {
        let nyse = Calendar::nyse();
        for far in [
            day("1989-12-29"),
            day("2031-01-06"),
            NaiveDate::MIN,
            NaiveDate::MAX,
        ] {
            assert!(!nyse.covers(far) && !nyse.is_session(far) && !nyse.is_early_close(far));
            assert_eq!(
                (nyse.on_or_before(far), nyse.on_or_after(far)),
                (None, None)
            );
            assert_eq!(
                (nyse.next(far), nyse.first_session_of_week(far)),
                (None, None)
            );
            assert!(!nyse.is_last_session_of_week(far) && !nyse.is_last_session_of_month(far));
        }
        let (first, last) = (day("1990-01-02"), day("2030-12-31"));
        assert_eq!((nyse.previous(first), nyse.next(last)), (None, None));
        assert_eq!(
            (
                nyse.on_or_before(day("1990-01-01")),
                nyse.on_or_after(day("1990-01-01"))
            ),
            (None, Some(first))
        );
        assert_eq!(
            nyse.sessions_between(NaiveDate::MIN, NaiveDate::MAX),
            nyse.sessions().len() as i32
        );
        assert!(nyse.is_last_session_of_week(last) && nyse.is_last_session_of_month(last));
    }

    #[test]
    fn months_that_do_not_exist_settle_nothing() {
        for (year, month) in [
            (2022, 0),
            (2022, 13),
            (i32::MAX, 12),
            (i32::MIN, 1),
            (2022, u32::MAX),
        ] {
            assert_eq!(vix_settlement(year, month), None);
            assert_eq!(spx_am_settlement(year, month), None);
        }
        assert_eq!(third_friday(2022, 13), None);
    }
}
