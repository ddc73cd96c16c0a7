//! Third Fridays and settlement days against the reference and the list of contracts that were traded.

use chrono::{Datelike, NaiveDate};
use market::calendar::{
    Calendar, spx_am_last_trade, spx_am_settlement, third_friday, vix_option_last_trade,
    vix_settlement,
};

use crate::tables::{day, rows};

#[test]
fn expiries_equal_the_reference() {
    for row in rows("expiries.csv") {
        let (year, month): (i32, u32) = (row[0].parse().unwrap(), row[1].parse().unwrap());
        let expected = |column: usize| Some(day(&row[column]));
        assert_eq!(third_friday(year, month), expected(2), "{year}-{month}");
        assert_eq!(
            spx_am_settlement(year, month),
            expected(3),
            "{year}-{month}"
        );
        assert_eq!(
            spx_am_last_trade(year, month),
            expected(4),
            "{year}-{month}"
        );
        assert_eq!(vix_settlement(year, month), expected(5), "{year}-{month}");
        assert_eq!(
            vix_option_last_trade(year, month),
            expected(7),
            "{year}-{month}"
        );
    }
    assert_eq!(rows("expiries.csv").len(), 120);
}

/// The settlement days of the contracts the exchange listed, 2018 to 2026. A star marks those moved to a Tuesday.
const VIX_SETTLEMENTS: &str = "
2018: 01-17 02-14 03-21 04-18 05-16 06-20 07-18 08-22 09-19 10-17 11-21 12-19
2019: 01-16 02-13 03-19* 04-17 05-22 06-19 07-17 08-21 09-18 10-16 11-20 12-18
2020: 01-22 02-19 03-18 04-15 05-20 06-17 07-22 08-19 09-16 10-21 11-18 12-16
2021: 01-20 02-17 03-17 04-21 05-19 06-16 07-21 08-18 09-15 10-20 11-17 12-22
2022: 01-19 02-16 03-15* 04-20 05-18 06-15 07-20 08-17 09-21 10-19 11-16 12-21
2023: 01-18 02-15 03-22 04-19 05-17 06-21 07-19 08-16 09-20 10-18 11-15 12-20
2024: 01-17 02-14 03-20 04-17 05-22 06-18* 07-17 08-21 09-18 10-16 11-20 12-18
2025: 01-22 02-19 03-18* 04-16 05-21 06-18 07-16 08-20 09-17 10-22 11-19 12-17
2026: 01-21 02-18 03-18 04-15 05-19* 06-17 07-22 08-19 09-16 10-21 11-18 12-16";

fn listed_vix_settlements() -> Vec<(NaiveDate, bool)> {
    let years = VIX_SETTLEMENTS
        .lines()
        .filter_map(|line| line.split_once(": "));
    years
        .flat_map(|(year, days)| {
            days.split(' ').map(move |d| {
                (
                    day(&format!("{year}-{}", d.trim_end_matches('*'))),
                    d.ends_with('*'),
                )
            })
        })
        .collect()
}

#[test]
fn w45_vix_settlements_equal_the_listed_contracts() {
    let listed = listed_vix_settlements();
    assert_eq!(listed.len(), 9 * 12);
    for (date, moved) in listed {
        assert_eq!(vix_settlement(date.year(), date.month()), Some(date));
        let weekday = if moved {
            chrono::Weekday::Tue
        } else {
            chrono::Weekday::Wed
        };
        assert_eq!(date.weekday(), weekday, "{date}");
        assert!(Calendar::nyse().is_session(date));
    }
}

#[test]
fn w45_good_friday_of_the_next_month_moves_the_settlement() {
    assert_eq!(vix_settlement(2022, 3), Some(day("2022-03-15")));
    assert_eq!(vix_option_last_trade(2022, 3), Some(day("2022-03-14")));
    assert_eq!(spx_am_settlement(2022, 4), Some(day("2022-04-14")));
}

#[test]
fn w45_a_holiday_on_the_wednesday_itself_moves_the_settlement() {
    assert_eq!(vix_settlement(2024, 6), Some(day("2024-06-18")));
    assert_eq!(vix_option_last_trade(2024, 6), Some(day("2024-06-17")));
}

#[test]
fn third_fridays_are_fridays_of_the_third_week() {
    for month in 1..=12 {
        for year in 2010..=2027 {
            let friday = third_friday(year, month).unwrap();
            assert_eq!(friday.weekday(), chrono::Weekday::Fri);
            assert!((15..=21).contains(&friday.day()));
        }
    }
}
