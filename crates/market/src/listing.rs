//! What is listed on a day: expiries, strikes, price increments (docs/model.md#what-is-listed).
//!
//! | SPXW series | listed ahead at most | since |
//! |---|---|---|
//! | Monday, Wednesday | 35 days | always |
//! | Tuesday | 35 days | 2022-04-18 |
//! | Thursday | 35 days | 2022-05-11 |
//! | Friday | 49 days | always |
//! | third Friday (PM-settled), last session of a month | 365 days | always |
//!
//! "Since" is the day on which the exchange first listed the series (Cboe), not the first expiry. A Monday expiry on a
//! holiday moves to the next session, any other to the previous one, so expiries fall on Tuesdays and Thursdays at all
//! times. Two series that would meet on one date are one. Expiries beyond the calendar do not exist.
//!
//! Against 22 published chains of 2022-2025 (`tests/it/calendar_chains.rs`) the table is exact to 30 days ahead. From 31
//! to 35 days, 21 of 63 expiries were opened a few days later than it says, all before August 2023; from 36 to 60 days it
//! omits 33 of 86 that were already open; beyond, fewer than half of what it lists was open yet.

mod strikes;

use chrono::{Datelike, Days, NaiveDate, Weekday};

use crate::calendar::{Calendar, spx_am_settlement, vix_settlement};
use crate::contract::Root;
use crate::price::Price;

pub use strikes::{
    StrikeGrid, nearest_strike, next_strike_above, next_strike_below, spx_strike_step,
    vix_strike_step,
};

/// Price increment of a package of several legs traded for one net price.
pub const PACKAGE_TICK: Price = Price(500);

const WEEKLY_DAYS: i64 = 35;
const FRIDAY_DAYS: i64 = 49;
/// Monthly contracts and month-ends are listed at most this far ahead.
const MONTHLY_DAYS: i64 = 365;

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
    monthly(on, 1, max_days, vix_settlement)
}

/// Settlement days of the monthly VIX futures that have a daily settlement price on `on`: those of the options. The
/// expiring future trades until 9:00 of its settlement day, where its last price is the final settlement.
pub fn vx_expiries(on: NaiveDate, max_days: i64) -> Vec<NaiveDate> {
    vix_expiries(on, max_days)
}

fn pm_expiries(on: NaiveDate, min_days: i64, max_days: i64) -> Vec<NaiveDate> {
    let mut expiries = monthly(on, min_days, max_days, spx_am_settlement);
    expiries.extend(monthly(on, min_days, max_days, last_session));
    expiries.extend(weeklies(on, min_days, max_days));
    expiries.sort_unstable();
    expiries.dedup();
    expiries
}

fn last_session(year: i32, month: u32) -> Option<NaiveDate> {
    let last_day = NaiveDate::from_ymd_opt(year, month, 1)?
        .checked_add_days(Days::new(31))?
        .with_day(1)?
        .pred_opt()?;
    Calendar::nyse().on_or_before(last_day)
}

/// The days `day_of(year, month)` that lie from `min_days` to `max_days` after `on`.
fn monthly(
    on: NaiveDate,
    min_days: i64,
    max_days: i64,
    day_of: fn(i32, u32) -> Option<NaiveDate>,
) -> Vec<NaiveDate> {
    let start = i64::from(on.year()) * 12 + i64::from(on.month0());
    let months = (start..start + 14)
        .filter_map(|m| day_of(m.div_euclid(12) as i32, m.rem_euclid(12) as u32 + 1));
    months
        .filter(|day| (min_days..=max_days.min(MONTHLY_DAYS)).contains(&(*day - on).num_days()))
        .collect()
}

/// Weekly expiries by the table above, unsorted. A holiday can move an expiry into the window from a week outside it.
fn weeklies(on: NaiveDate, min_days: i64, max_days: i64) -> impl Iterator<Item = NaiveDate> {
    let first = on.checked_sub_days(Days::new(7)).unwrap_or(on);
    let nominal = first.iter_days().take(FRIDAY_DAYS as usize + 15);
    nominal.filter_map(move |day| {
        let horizon = weekly_horizon(day.weekday(), on)?;
        let expiry = move_off_holiday(day)?;
        (min_days..=max_days.min(horizon))
            .contains(&(expiry - on).num_days())
            .then_some(expiry)
    })
}

/// Days ahead to which the weekly series of this weekday is listed on `on`.
fn weekly_horizon(weekday: Weekday, on: NaiveDate) -> Option<i64> {
    let since = |year, month, day| {
        NaiveDate::from_ymd_opt(year, month, day).is_some_and(|first| on >= first)
    };
    match weekday {
        Weekday::Mon | Weekday::Wed => Some(WEEKLY_DAYS),
        Weekday::Tue => since(2022, 4, 18).then_some(WEEKLY_DAYS),
        Weekday::Thu => since(2022, 5, 11).then_some(WEEKLY_DAYS),
        Weekday::Fri => Some(FRIDAY_DAYS),
        Weekday::Sat | Weekday::Sun => None,
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
