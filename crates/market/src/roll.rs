//! The index behind VIXY and VXX: two VIX futures at a constant thirty days (S&P VIX Short-Term Futures Index).
//!
//! With `dt` sessions from a settlement day (included) to the next one (excluded) and `dr` sessions from tomorrow
//! (included) to the next settlement day (excluded), the first month weighs `dr / dt` after today's close and the second
//! the rest (docs/model.md#funds-on-vix-futures; S&P VIX Futures Indices Methodology).

use chrono::{Datelike, Days, NaiveDate};

use crate::calendar::{Calendar, vix_settlement};
use crate::history::{MarketView, Snapshot};

/// The two futures held after a close.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weights {
    /// Settlement day of the first month.
    pub first: NaiveDate,
    /// Settlement day of the second month.
    pub second: NaiveDate,
    /// Contracts of the first month per contract of both.
    pub w1: f64,
}

/// Expense ratio of VIXY (per year).
pub const VIXY_FEE: f64 = 0.0085;
/// Investor fee of VXX (per year).
pub const VXX_FEE: f64 = 0.0089;

/// What the index holds after the close of `date`, a session; `None` where the calendar ends.
pub fn weights(date: NaiveDate) -> Option<Weights> {
    let calendar = Calendar::nyse();
    let last = settlement(date, -1, |day| day <= date)?;
    let first = settlement(date, 0, |day| day > date)?;
    let second = settlement(date, 0, |day| day > first)?;
    let yesterday = last.checked_sub_days(Days::new(1))?;
    let tomorrow = date;
    // `sessions_between` counts what is after its first and not after its second date.
    let before = first.checked_sub_days(Days::new(1))?;
    let dt = calendar.sessions_between(yesterday, before);
    let dr = calendar.sessions_between(tomorrow, before);
    (dt > 0).then(|| Weights {
        first,
        second,
        w1: f64::from(dr) / f64::from(dt),
    })
}

/// The settlement day nearest to `date` in the months around it that satisfies `wanted`: the first one from the month
/// `from` months away on, the last one where `from` is negative.
fn settlement(date: NaiveDate, from: i32, wanted: impl Fn(NaiveDate) -> bool) -> Option<NaiveDate> {
    let mut months = (from..from + 4)
        .filter_map(|offset| {
            let index = date.year() * 12 + date.month0() as i32 + offset;
            vix_settlement(index.div_euclid(12), index.rem_euclid(12) as u32 + 1)
        })
        .filter(|day| wanted(*day));
    if from < 0 {
        months.next_back()
    } else {
        months.next()
    }
}

/// Excess return of the index from the session before to today; `None` where a settlement of either day is missing.
pub fn excess_return(view: MarketView<'_>) -> Option<f64> {
    let before = view.back(1)?;
    let today = view.today();
    let held = weights(before.date)?;
    let worth = |snapshot: &Snapshot| {
        let settle = |expiry| snapshot.future(expiry).map(|f| f.settle.points());
        // A contract of no weight may have expired.
        let near = if held.w1 > 0.0 {
            held.w1 * settle(held.first)?
        } else {
            0.0
        };
        Some(near + (1.0 - held.w1) * settle(held.second)?)
    };
    Some(worth(today)? / worth(before)? - 1.0)
}

/// Return of a fund on the index: futures, bill interest, less its fee (per year).
pub fn fund_return(view: MarketView<'_>, fee: f64) -> Option<f64> {
    let before = view.back(1)?;
    let today = view.today();
    let years = (today.date - before.date).num_days() as f64 / 365.0;
    Some(excess_return(view)? + (before.bill_rate - fee) * years)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn the_first_month_weighs_nothing_before_it_settles_and_the_second_takes_its_place() {
        let eve = weights(day("2022-06-14")).expect("a session");
        assert_eq!(
            (eve.first, eve.second, eve.w1),
            (day("2022-06-15"), day("2022-07-20"), 0.0)
        );
        let settled = weights(day("2022-06-15")).expect("a session");
        // Sessions from 06-15 to 07-19: 23, Juneteenth (06-20) and Independence Day not counted; 22 after today.
        assert_eq!(
            (settled.first, settled.second),
            (day("2022-07-20"), day("2022-08-17"))
        );
        assert!((settled.w1 - 22.0 / 23.0).abs() < 1e-15, "{}", settled.w1);
    }

    #[test]
    fn weights_fall_by_one_session_at_a_time() {
        let mut date = day("2022-06-15");
        while date < day("2022-07-19") {
            let next = Calendar::nyse().next(date).expect("a session");
            let step = weights(date).expect("a session").w1 - weights(next).expect("a session").w1;
            assert!((step - 1.0 / 23.0).abs() < 1e-12, "{date}");
            date = next;
        }
    }
}
