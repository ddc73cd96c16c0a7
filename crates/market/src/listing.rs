//! What is listed on a day: expiries, strikes, price increments (docs/model.md#what-is-listed).
//!
//! | series | listed ahead at most | since |
//! |---|---|---|
//! | SPXW Monday | 35 days; 39 from 2022-11-29; 41 from 2023-06 | 2016-08-15 |
//! | SPXW Tuesday | 35 days; 39 from 2023-06 | 2022-04-18 |
//! | SPXW Wednesday | 35 days; 37 from 2023-06 | 2016-02-23 |
//! | SPXW Thursday | 35 days; 41 from 2023-06 | 2022-05-11 |
//! | SPXW Friday (PM-settled) | 8 days; 28 from 2012-06; 49 from 2014-02 | 2010-12-02, first expiry 2010-12-10 |
//! | PM-settled third Friday (SPXPM, renamed SPXW on 2017-05-01) | 365 days | 2011-10-04 |
//! | SPXW last session of a month | 365 days | 2014-07-07 |
//! | SPX third Friday (AM-settled) | 365 days | always |
//! | VIX futures, monthly | 365 days | 2004-03-26 |
//! | VIX options, monthly | 365 days | 2006-02-24 |
//!
//! Sources, all of Cboe: the notices of 2016-02-22 (Wednesday) and 2016-08-11 (Monday), the product page of SPXW options
//! (renaming of 2017-05-01; six consecutive Monday and six Wednesday expirations), and of Weeklys. RG10-112, as the contract
//! specifications of Weeklys quote it: PM-settled Fridays traded from Thursday 2010-12-02, the first expired on 2010-12-10; that
//! of 2010-12-03 was the last to settle at the open. Cboe's Options Hub of 2012-11-09 (five consecutive weeks since May 2012,
//! the third Friday among them) and RG14-010 (January 2014, six); the day within these months is not stated there, so the
//! month after counts.
//! Press releases and product pages, also of Cboe: CFE opened on 2004-03-26; VIX options traded first on 2006-02-24 (release
//! of 2006-02-27), SPXPM on 2011-10-04 (its product page), month-ends on 2014-07-07 (announced 2014-05-29). Weekly options of
//! 2005 to 2010 settled at the open and are not listed here, nor are PM-settled quarter-ends before 2014-07-07. Weekly
//! VIX futures (since 2015-07-23) and weekly VIX options (since 2015-10-08) are not listed either: the engine trades monthly
//! ones. In the first years of VIX futures not every month was open.
//!
//! "Since" is the day on which the exchange first listed the series (Cboe), not the first expiry. A Monday expiry on a
//! holiday moves to the next session, any other to the previous one, so expiries fall on Tuesdays and Thursdays at all
//! times. Two series that would meet on one date are one. Expiries beyond the calendar do not exist.
//!
//! Six consecutive expirations reach 42 days ahead on the day a series expires, if the next one opens at once. On which
//! day it opens is not stated, so the days of the first four rows are measured, on 22 published chains of 2022-2025
//! (`tests/it/calendar_chains.rs`) and on prices of single options on 663 sessions. Those show Mondays 39 to 41 days ahead
//! from 2022-11-29 and Tuesdays 39 days ahead from 2023-06-02. To 30 days the table is exact against the chains. From 31
//! to 35 days, 21 of 63 expiries were opened a few days later than it says, all before August 2023; beyond 60 days fewer
//! than half of what it lists was open yet.

mod strikes;

use chrono::{Datelike, NaiveDate, Weekday};

use crate::calendar::{Calendar, days_between, last_session, spx_am_settlement, vix_settlement};
use crate::contract::Root;
use crate::price::Price;

pub use strikes::{
    StrikeGrid, nearest_strike, next_strike_above, next_strike_below, spx_strike_step,
    vix_strike_step,
};

/// Price increment of a package of several legs traded for one net price.
pub const PACKAGE_TICK: Price = Price(500);

const WEEKDAYS: [Weekday; 7] = [
    Weekday::Mon,
    Weekday::Tue,
    Weekday::Wed,
    Weekday::Thu,
    Weekday::Fri,
    Weekday::Sat,
    Weekday::Sun,
];
const WEEKLY_DAYS: i64 = 35;
const FRIDAY_DAYS: i64 = 49;
/// Monthly contracts and month-ends are listed at most this far ahead.
const MONTHLY_DAYS: i64 = 365;
/// Friday weeklies while only the next one or two weeks were listed, and while there were four.
const FIRST_FRIDAY_DAYS: i64 = 8;
const EARLY_FRIDAY_DAYS: i64 = 28;

const fn since(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a day of the table above")
}

const PM_THIRD_FRIDAYS_SINCE: NaiveDate = since(2011, 10, 4);
const MONTH_ENDS_SINCE: NaiveDate = since(2014, 7, 7);
/// The Friday before it settled at the open.
const FIRST_FRIDAY: NaiveDate = since(2010, 12, 10);
const SIX_MONDAYS_SINCE: NaiveDate = since(2022, 11, 29);
const SIX_EXPIRIES_SINCE: NaiveDate = since(2023, 6, 1);
const VX_SINCE: NaiveDate = since(2004, 3, 26);
const VIX_OPTIONS_SINCE: NaiveDate = since(2006, 2, 24);

/// The price increment of one contract quoted or traded at `premium`.
pub fn tick(root: Root, premium: Price) -> Price {
    let below_three = premium < Price(3 * Price::PER_POINT);
    match root {
        Root::Spx | Root::Spxw => Price(if below_three { 500 } else { 1_000 }),
        Root::Vix => Price(if below_three { 100 } else { 500 }),
        Root::Vx => Price(500),
        Root::Fund(_) => Price(100),
    }
}

/// PM-settled SPX expiries listed on `on`, in order, after `on` and at most `max_days` calendar days ahead.
pub fn spxw_expiries(on: NaiveDate, max_days: i64) -> Vec<NaiveDate> {
    pm_expiries(on, 1, max_days)
}

/// The same with the expiry of `on` itself, which still trades until its close.
pub fn spxw_expiries_from(on: NaiveDate, max_days: i64) -> Vec<NaiveDate> {
    pm_expiries(on, 0, max_days)
}

/// Settlement days of the AM-settled SPX options that still trade after the open of `on`, at most `max_days` ahead.
/// Their last trade is the session before they settle.
pub fn spx_am_expiries(on: NaiveDate, max_days: i64) -> Vec<NaiveDate> {
    monthly(on, 1, max_days, spx_am_settlement)
}

/// Settlement days of the monthly VIX options that still trade after the open of `on`, at most `max_days` ahead.
/// Their last trade is the session before they settle: on the settlement day itself they are no longer listed.
pub fn vix_expiries(on: NaiveDate, max_days: i64) -> Vec<NaiveDate> {
    if on < VIX_OPTIONS_SINCE {
        return Vec::new();
    }
    monthly(on, 1, max_days, vix_settlement)
}

/// Settlement days of the monthly VIX futures that have a daily settlement price on `on`: those of the options. The
/// expiring future trades until 9:00 of its settlement day, where its last price is the final settlement.
pub fn vx_expiries(on: NaiveDate, max_days: i64) -> Vec<NaiveDate> {
    if on < VX_SINCE {
        return Vec::new();
    }
    monthly(on, 1, max_days, vix_settlement)
}

fn pm_expiries(on: NaiveDate, min_days: i64, max_days: i64) -> Vec<NaiveDate> {
    let mut expiries = Vec::new();
    if on >= PM_THIRD_FRIDAYS_SINCE {
        expiries.extend(monthly(on, min_days, max_days, spx_am_settlement));
    }
    if on >= MONTH_ENDS_SINCE {
        expiries.extend(monthly(on, min_days, max_days, last_session));
    }
    expiries.extend(weeklies(on, min_days, max_days));
    expiries.sort_unstable();
    expiries.dedup();
    expiries
}

/// The days `day_of(year, month)` that lie from `min_days` to `max_days` after `on`.
fn monthly(
    on: NaiveDate,
    min_days: i64,
    max_days: i64,
    day_of: fn(i32, u32) -> Option<NaiveDate>,
) -> Vec<NaiveDate> {
    let listed = min_days..=max_days.min(MONTHLY_DAYS);
    let start = i64::from(on.year()) * 12 + i64::from(on.month0());
    let mut days = Vec::with_capacity(14);
    for month in start..start + 14 {
        let day = day_of(month.div_euclid(12) as i32, month.rem_euclid(12) as u32 + 1);
        let Some(day) = day else { continue };
        let ahead = i64::from(days_between(on, day));
        // Every such day lies in its month, so none after it is nearer.
        if ahead > *listed.end() {
            break;
        }
        if listed.contains(&ahead) {
            days.push(day);
        }
    }
    days
}

/// Weekly expiries by the table above, unsorted. A holiday can move an expiry into the window from a week outside it.
fn weeklies(on: NaiveDate, min_days: i64, max_days: i64) -> impl Iterator<Item = NaiveDate> {
    let calendar = Calendar::nyse();
    let today = on.num_days_from_ce();
    let horizons = WEEKDAYS.map(|weekday| weekly_horizon(weekday, on));
    (-7..FRIDAY_DAYS as i32 + 8).filter_map(move |ahead| {
        let nominal = today + ahead;
        // The first of January of the year 1, day 1, was a Monday.
        let horizon = horizons[(nominal - 1).rem_euclid(7) as usize]?;
        let is_listed = |ahead: i32| (min_days..=max_days.min(horizon)).contains(&ahead.into());
        // Nearly every day is a session, and most of them are too far ahead or past.
        let is_session = calendar.is_session_at(nominal);
        if is_session && !is_listed(ahead) {
            return None;
        }
        let day = NaiveDate::from_num_days_from_ce_opt(nominal)?;
        let expiry = match is_session {
            true => day,
            false => move_off_holiday(day)?,
        };
        let is_expiry = is_listed(days_between(on, expiry)) && expiry >= FIRST_FRIDAY;
        (is_expiry && !is_morning(on, expiry)).then_some(expiry)
    })
}

/// Whether only the options that settle at the open expire then: weekly series leave the third Friday to the monthly one.
fn is_morning(on: NaiveDate, expiry: NaiveDate) -> bool {
    on < PM_THIRD_FRIDAYS_SINCE && spx_am_settlement(expiry.year(), expiry.month()) == Some(expiry)
}

/// Days ahead to which the weekly series of this weekday is listed on `on`.
fn weekly_horizon(weekday: Weekday, on: NaiveDate) -> Option<i64> {
    let listed = |first: NaiveDate, six: i64| {
        let days = if on >= SIX_EXPIRIES_SINCE {
            six
        } else {
            WEEKLY_DAYS
        };
        (on >= first).then_some(days)
    };
    match weekday {
        Weekday::Mon if on >= SIX_MONDAYS_SINCE && on < SIX_EXPIRIES_SINCE => Some(39),
        Weekday::Mon => listed(since(2016, 8, 15), 41),
        Weekday::Tue => listed(since(2022, 4, 18), 39),
        Weekday::Wed => listed(since(2016, 2, 23), 37),
        Weekday::Thu => listed(since(2022, 5, 11), 41),
        Weekday::Fri if on >= since(2014, 2, 1) => Some(FRIDAY_DAYS),
        Weekday::Fri if on >= since(2012, 6, 1) => Some(EARLY_FRIDAY_DAYS),
        Weekday::Fri if on >= since(2010, 12, 2) => Some(FIRST_FRIDAY_DAYS),
        Weekday::Fri | Weekday::Sat | Weekday::Sun => None,
    }
}

fn move_off_holiday(day: NaiveDate) -> Option<NaiveDate> {
    let calendar = Calendar::nyse();
    if day.weekday() == Weekday::Mon {
        calendar.on_or_after(day)
    } else {
        calendar.on_or_before(day)
    }
}

#[cfg(test)]
mod tests {
    use chrono::Days;

    use super::*;

    /// The table of the weekly series, asked day by day as it stands above.
    fn plain_weeklies(on: NaiveDate, min_days: i64, max_days: i64) -> Vec<NaiveDate> {
        let first = on.checked_sub_days(Days::new(7)).unwrap_or(on);
        let nominal = first.iter_days().take(FRIDAY_DAYS as usize + 15);
        let listed = nominal.filter_map(move |day| {
            let horizon = weekly_horizon(day.weekday(), on)?;
            let expiry = move_off_holiday(day)?;
            let ahead = i64::from(days_between(on, expiry));
            let is_listed = (min_days..=max_days.min(horizon)).contains(&ahead);
            (is_listed && expiry >= FIRST_FRIDAY && !is_morning(on, expiry)).then_some(expiry)
        });
        listed.collect()
    }

    fn plain_monthly(
        on: NaiveDate,
        (min_days, max_days): (i64, i64),
        day_of: fn(i32, u32) -> Option<NaiveDate>,
    ) -> Vec<NaiveDate> {
        let start = i64::from(on.year()) * 12 + i64::from(on.month0());
        let months = (start..start + 14)
            .filter_map(|m| day_of(m.div_euclid(12) as i32, m.rem_euclid(12) as u32 + 1));
        let listed = min_days..=max_days.min(MONTHLY_DAYS);
        months
            .filter(|day| listed.contains(&days_between(on, *day).into()))
            .collect()
    }

    #[test]
    fn expiries_by_numbers_of_days_are_those_of_the_plain_walk() {
        let first = NaiveDate::from_ymd_opt(2010, 11, 1).expect("a day");
        let all = first.iter_days().take(20 * 366);
        for on in all.chain([NaiveDate::MIN, NaiveDate::MAX]) {
            for (low, high) in [(1, 180), (0, 400), (5, 20), (1, -1), (i64::MIN, i64::MAX)] {
                let weekly: Vec<NaiveDate> = weeklies(on, low, high).collect();
                assert_eq!(weekly, plain_weeklies(on, low, high), "{on} {low} {high}");
                for day_of in [spx_am_settlement, vix_settlement, last_session] {
                    let found = monthly(on, low, high, day_of);
                    assert_eq!(found, plain_monthly(on, (low, high), day_of), "{on}");
                }
            }
        }
    }
}
