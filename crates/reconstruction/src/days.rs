//! The days a reconstruction covers, and values that belong to days.

use chrono::{Datelike, Days as DayCount, NaiveDate};
use market::calendar::{Calendar, vix_settlement};

use crate::anchors::ANCHORS;

/// Calendar days before its settlement on which a VIX future is first listed: nine months, so that eight or nine
/// monthly contracts trade at any time.
const LISTED_DAYS: u64 = 268;

/// Sessions and VIX settlement days.
pub(crate) struct Days {
    /// Sessions from the first anchor to the last.
    pub(crate) sessions: Vec<NaiveDate>,
    /// Settlement days of the VIX futures that trade on some of these sessions.
    pub(crate) vix_settlements: Vec<NaiveDate>,
}

impl Days {
    pub(crate) fn new() -> Days {
        let first = ANCHORS[0].date;
        let last = ANCHORS[ANCHORS.len() - 1].date;
        let sessions: Vec<_> = Calendar::nyse()
            .sessions()
            .iter()
            .copied()
            .filter(|d| (first..=last).contains(d))
            .collect();
        let months = (first.year()..=last.year() + 1).flat_map(|y| (1..=12).map(move |m| (y, m)));
        let vix_settlements = months
            .map(|(y, m)| settlement(y, m))
            .filter(|settlement| *settlement > first && listed_from(*settlement) <= last)
            .collect();
        Days {
            sessions,
            vix_settlements,
        }
    }
}

/// The last VIX settlement day up to and including `day`.
pub(crate) fn last_settlement(day: NaiveDate) -> NaiveDate {
    let this = settlement(day.year(), day.month());
    let before = first_of(day.year(), day.month()) - DayCount::new(1);
    if this <= day {
        this
    } else {
        settlement(before.year(), before.month())
    }
}

fn settlement(year: i32, month: u32) -> NaiveDate {
    vix_settlement(year, month).expect("a month of the calendar")
}

/// Number of sessions from `from` (included) to `to` (excluded).
pub(crate) fn sessions_from(from: NaiveDate, to: NaiveDate) -> i32 {
    let eve = |day: NaiveDate| day - DayCount::new(1);
    Calendar::nyse().sessions_between(eve(from), eve(to))
}

/// First day on which the VIX future settling on `settlement` is listed.
pub(crate) fn listed_from(settlement: NaiveDate) -> NaiveDate {
    settlement - DayCount::new(LISTED_DAYS)
}

/// The first day of a month.
pub(crate) const fn first_of(year: i32, month: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, 1).expect("a month of the calendar")
}

/// Rough levels of a slow quantity at the first day of some months: `(year, month, level)`.
pub(crate) struct Knots(pub(crate) &'static [(i32, u32, f64)]);

impl Knots {
    /// Linear in days between the knots, flat outside.
    pub(crate) fn at(&self, day: NaiveDate) -> f64 {
        let points = self
            .0
            .iter()
            .map(|&(y, m, level)| (f64::from(first_of(y, m).num_days_from_ce()), level));
        interpolate(points, f64::from(day.num_days_from_ce()))
    }
}

/// Linear between `points` (sorted by their first member), flat outside.
pub(crate) fn interpolate(points: impl Iterator<Item = (f64, f64)>, x: f64) -> f64 {
    let mut before: Option<(f64, f64)> = None;
    for (x1, y1) in points {
        if x <= x1 {
            return before.map_or(y1, |(x0, y0)| y0 + (y1 - y0) * (x - x0) / (x1 - x0));
        }
        before = Some((x1, y1));
    }
    before.expect("at least one point").1
}

/// `x` rounded to `decimals`.
pub(crate) fn round(x: f64, decimals: i32) -> f64 {
    let unit = f64::from(10i32.pow(decimals.unsigned_abs()));
    (x * unit).round() / unit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knots_are_met_and_flat_outside() {
        let knots = Knots(&[(2021, 1, 1.0), (2021, 2, 32.0)]);
        assert_eq!(knots.at(first_of(2020, 1)), 1.0);
        assert_eq!(
            knots.at(NaiveDate::from_ymd_opt(2021, 1, 11).unwrap()),
            11.0
        );
        assert_eq!(knots.at(first_of(2024, 1)), 32.0);
    }

    #[test]
    fn eight_or_nine_futures_are_listed_on_every_session() {
        let days = Days::new();
        for d in &days.sessions {
            let listed = days
                .vix_settlements
                .iter()
                .filter(|&&e| e > *d && listed_from(e) <= *d)
                .count();
            assert!((8..=9).contains(&listed), "{d}: {listed}");
        }
    }
}
