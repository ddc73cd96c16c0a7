//! Sessions and closures against an independent calendar library.

use chrono::{Datelike, NaiveDate, Weekday};
use market::calendar::Calendar;

use crate::tables::{day, rows};

#[test]
fn sessions_equal_the_reference() {
    let expected: Vec<NaiveDate> = rows("sessions.csv").iter().map(|r| day(&r[0])).collect();
    assert_eq!(Calendar::nyse().sessions(), expected);
    for (index, date) in expected.iter().enumerate() {
        assert_eq!(Calendar::nyse().index_of(*date), Some(index));
    }
}

#[test]
fn closing_times_equal_the_reference() {
    for row in rows("sessions.csv") {
        let early = match &row[1] {
            "16:00" => false,
            "13:00" => true,
            other => panic!("{other}"),
        };
        assert_eq!(
            Calendar::nyse().is_early_close(day(&row[0])),
            early,
            "{}",
            &row[0]
        );
    }
}

#[test]
fn every_weekday_without_a_session_is_a_listed_holiday() {
    let nyse = Calendar::nyse();
    let closed: Vec<NaiveDate> = rows("holidays.csv")
        .iter()
        .filter(|r| &r[1] == "closed")
        .map(|r| day(&r[0]))
        .collect();
    let table = day("2018-01-01")
        .iter_days()
        .take_while(|d| *d <= day("2027-12-31"));
    let weekday = |d: &NaiveDate| !matches!(d.weekday(), Weekday::Sat | Weekday::Sun);
    let found: Vec<NaiveDate> = table
        .filter(weekday)
        .filter(|d| !nyse.is_session(*d))
        .collect();
    assert_eq!(found, closed);
}

#[test]
fn w13_half_days_are_known() {
    let known = [
        "2018-07-03",
        "2018-11-23",
        "2018-12-24",
        "2019-07-03",
        "2019-11-29",
        "2019-12-24",
        "2020-11-27",
        "2020-12-24",
        "2021-11-26",
        "2022-11-25",
        "2023-07-03",
        "2023-11-24",
        "2024-07-03",
        "2024-11-29",
        "2024-12-24",
        "2025-07-03",
        "2025-11-28",
        "2025-12-24",
    ];
    let nyse = Calendar::nyse();
    let until_2025 = nyse.sessions().iter().filter(|d| d.year() <= 2025);
    let found: Vec<String> = until_2025
        .filter(|d| nyse.is_early_close(**d))
        .map(|d| d.to_string())
        .collect();
    assert_eq!(found, known);
}

#[test]
fn days_of_mourning_are_not_sessions() {
    for closed in ["2018-12-05", "2025-01-09"].map(day) {
        assert!(!Calendar::nyse().is_session(closed), "{closed}");
    }
    assert_eq!(
        Calendar::nyse().next(day("2018-12-04")),
        Some(day("2018-12-06"))
    );
}

#[test]
fn juneteenth_is_a_holiday_from_2022() {
    assert!(Calendar::nyse().is_session(day("2020-06-19")));
    assert!(Calendar::nyse().is_session(day("2021-06-18")));
    assert!(!Calendar::nyse().is_session(day("2022-06-20")));
}

/// Every answer agrees with a search through the list of sessions, for every day of the table.
#[test]
fn look_ups_agree_with_a_plain_search() {
    let nyse = Calendar::nyse();
    let all = nyse.sessions();
    for date in day("2018-01-01")
        .iter_days()
        .take_while(|d| *d <= day("2027-12-31"))
    {
        assert_eq!(
            nyse.next(date),
            all.iter().copied().find(|s| *s > date),
            "{date}"
        );
        assert_eq!(
            nyse.on_or_after(date),
            all.iter().copied().find(|s| *s >= date),
            "{date}"
        );
        assert_eq!(
            nyse.previous(date),
            all.iter().rev().copied().find(|s| *s < date),
            "{date}"
        );
        assert_eq!(
            nyse.on_or_before(date),
            all.iter().rev().copied().find(|s| *s <= date),
            "{date}"
        );
        let week: Vec<NaiveDate> = all
            .iter()
            .copied()
            .filter(|s| s.iso_week() == date.iso_week())
            .collect();
        assert_eq!(
            nyse.first_session_of_week(date),
            week.first().copied(),
            "{date}"
        );
        assert_eq!(
            nyse.is_last_session_of_week(date),
            week.last() == Some(&date),
            "{date}"
        );
        let month = all
            .iter()
            .rev()
            .find(|s| (s.year(), s.month()) == (date.year(), date.month()));
        assert_eq!(
            nyse.is_last_session_of_month(date),
            month == Some(&date),
            "{date}"
        );
        for days in [-40, -1, 0, 1, 3, 40] {
            let to = date + chrono::TimeDelta::days(days);
            let ahead = all.iter().filter(|s| date < **s && **s <= to).count() as i32;
            let behind = all.iter().filter(|s| to < **s && **s <= date).count() as i32;
            assert_eq!(
                nyse.sessions_between(date, to),
                ahead - behind,
                "{date} to {to}"
            );
        }
    }
}
