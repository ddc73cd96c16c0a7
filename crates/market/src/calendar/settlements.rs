//! Settlement days of the monthly contracts (docs/model.md#calendar-and-settlement-days).

use std::sync::OnceLock;

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

use super::{Calendar, FIRST_YEAR, LAST_YEAR};

/// The third Friday of a month. `None` if there is no such month.
pub fn third_friday(year: i32, month: u32) -> Option<NaiveDate> {
    NaiveDate::from_weekday_of_month_opt(year, month, Weekday::Fri, 3)
}

/// Settlement day of the AM-settled SPX options of a month, and expiry of the PM-settled third-Friday series: the
/// third Friday, or the session before where that is a holiday (docs/model.md#calendar-and-settlement-days).
pub fn spx_am_settlement(year: i32, month: u32) -> Option<NaiveDate> {
    match settlements_of(year, month) {
        Some(known) => known.spx,
        None => find_spx_am_settlement(year, month),
    }
}

fn find_spx_am_settlement(year: i32, month: u32) -> Option<NaiveDate> {
    Calendar::nyse().on_or_before(third_friday(year, month)?)
}

/// Last day on which the AM-settled SPX options of a month trade: the session before they settle.
pub fn spx_am_last_trade(year: i32, month: u32) -> Option<NaiveDate> {
    Calendar::nyse().previous(spx_am_settlement(year, month)?)
}

/// Settlement day of the VIX futures and options of a month: thirty days before the third Friday of the following
/// month, and the session before that day if either of the two is a holiday (docs/model.md#calendar-and-settlement-days; CFE rule 1202).
pub fn vix_settlement(year: i32, month: u32) -> Option<NaiveDate> {
    match settlements_of(year, month) {
        Some(known) => known.vix,
        None => find_vix_settlement(year, month),
    }
}

fn find_vix_settlement(year: i32, month: u32) -> Option<NaiveDate> {
    let calendar = Calendar::nyse();
    let next_month = third_friday(year, month)?.checked_add_months(Months::new(1))?;
    let friday = third_friday(next_month.year(), next_month.month())?;
    let day = friday.checked_sub_days(Days::new(30))?;
    // The Friday of the last December lies beyond the table; no holiday falls on a third Friday of January.
    let moved = calendar.covers(friday) && !calendar.is_session(friday);
    if moved {
        calendar.previous(day)
    } else {
        calendar.on_or_before(day)
    }
}

/// Last day on which the VIX options of a month trade: the session before they settle.
pub fn vix_option_last_trade(year: i32, month: u32) -> Option<NaiveDate> {
    Calendar::nyse().previous(vix_settlement(year, month)?)
}

/// The last session of a month. `None` if there is no such month, or the table does not reach it.
pub(crate) fn last_session(year: i32, month: u32) -> Option<NaiveDate> {
    match settlements_of(year, month) {
        Some(known) => known.last_session,
        None => find_last_session(year, month),
    }
}

fn find_last_session(year: i32, month: u32) -> Option<NaiveDate> {
    let last_day = NaiveDate::from_ymd_opt(year, month, 1)?
        .checked_add_days(Days::new(31))?
        .with_day(1)?
        .pred_opt()?;
    Calendar::nyse().on_or_before(last_day)
}

/// The settlement days of a month, and its last session.
struct Settlements {
    spx: Option<NaiveDate>,
    vix: Option<NaiveDate>,
    last_session: Option<NaiveDate>,
}

/// Those of a month of the table, which every session asks for; worked out once.
fn settlements_of(year: i32, month: u32) -> Option<&'static Settlements> {
    static MONTHS: OnceLock<Vec<Settlements>> = OnceLock::new();
    if !(FIRST_YEAR..=LAST_YEAR).contains(&year) || !(1..=12).contains(&month) {
        return None;
    }
    let months = MONTHS.get_or_init(|| {
        (FIRST_YEAR..=LAST_YEAR)
            .flat_map(|year| (1..=12).map(move |month| (year, month)))
            .map(|(year, month)| Settlements {
                spx: find_spx_am_settlement(year, month),
                vix: find_vix_settlement(year, month),
                last_session: find_last_session(year, month),
            })
            .collect()
    });
    months.get((year - FIRST_YEAR) as usize * 12 + month as usize - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settlements_worked_out_once_are_those_worked_out_anew() {
        for year in FIRST_YEAR - 1..=LAST_YEAR + 1 {
            for month in 0..=13 {
                assert_eq!(
                    spx_am_settlement(year, month),
                    find_spx_am_settlement(year, month)
                );
                assert_eq!(
                    vix_settlement(year, month),
                    find_vix_settlement(year, month)
                );
                assert_eq!(last_session(year, month), find_last_session(year, month));
            }
        }
    }
}
